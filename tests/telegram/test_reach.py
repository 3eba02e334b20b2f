"""Does the bot reach Telegram through a proxy, and a Bot API server of one's own?"""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import Newsroom
from people import ADMIN, TOKEN, USER
from proxies import proxy
from telegram.error import TelegramError
from telegram.request import BaseRequest

from askcorpus.errors import SettingsError
from askcorpus.settings import Settings
from askcorpus.telegram.application import build
from askcorpus.telegram.metrics import Metrics
from askcorpus.telegram.secrecy import Redact, password_of
from askcorpus.telegram.state import State


@pytest.mark.parametrize(("kind", "password"), [("http", ""), ("socks5", ""), ("socks5", "s3cret")])
async def test_questions_are_answered_through_a_proxy(telegram, bot, kind, password):
    through: list[str] = []
    async with proxy(kind, through, password=password) as port:
        who = f"reporter:{password}@" if password else ""
        async with bot(telegram_proxy=f"{kind}://{who}127.0.0.1:{port}"):
            await telegram.say(USER, "How large is the refinery?")
            [answer] = await telegram.replies(USER, 1)
    assert "100 tonnes" in answer["text"]
    assert set(through) == {telegram.url.removeprefix("http://")}


async def test_a_proxy_that_cannot_be_reached_is_said_and_tried_again(telegram, bot, tmp_path):
    command = [sys.executable, str(Path(__file__).with_name("run_bot.py")), telegram.url, str(tmp_path), "0"]
    with socket.socket() as taken:  # a port that is bound, so that nobody else listens there, and nobody does
        taken.bind(("127.0.0.1", 0))
        command.append(f"socks5://127.0.0.1:{taken.getsockname()[1]}")
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            assert run.stderr is not None
            lines = [run.stdout.readline() for _ in range(2)]
            run.terminate()
            complaints = run.stderr.read()
    assert run.returncode == 0
    assert [line.startswith("Telegram cannot be reached (ConnectError); trying again in") for line in lines] == [
        True
    ] * 2
    assert "Traceback" not in complaints


@pytest.mark.parametrize("wrong", ["nonsense", "ftp://10.0.0.5:21", "socks5://10.0.0.5:port", "http://:3128"])
async def test_what_is_no_proxy_is_an_error_of_one_line_without_its_password(tmp_path, wrong):
    with State(tmp_path / "t") as state, pytest.raises(SettingsError, match="The proxy is no address"):
        build(TOKEN, state, Settings(telegram_proxy=wrong), Metrics(), is_question=lambda *_: False)


async def test_a_socks_proxy_without_its_package_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "socksio", None)
    with State(tmp_path / "t") as state, pytest.raises(SettingsError, match=r"pip install 'askcorpus\[socks\]'"):
        build(TOKEN, state, Settings(telegram_proxy="socks5://10.0.0.5"), Metrics(), is_question=lambda *_: False)


async def test_the_page_of_a_proxy_is_told_in_one_line_without_a_traceback(tmp_path, caplog):
    with State(tmp_path / "t") as state:
        for _ in range(2):  # as often as a bot is made
            build(TOKEN, state, Settings(), Metrics(), is_question=lambda *_: False)
    caplog.set_level(logging.WARNING, "telegram.request.BaseRequest")
    with pytest.raises(TelegramError):
        BaseRequest.parse_json_payload(b"<html>\n" + b"407 who are you? " * 100)
    [told] = caplog.records
    assert told.exc_info is None
    assert told.message.startswith('Can not load invalid JSON data: "<html> 407 who are you?')
    assert len(told.message) <= 200


def test_the_proxys_password_is_in_no_log_and_no_repr():
    address = "socks5://reporter:s3cret@10.0.0.5:1080"
    assert "s3cret" not in repr(Settings(telegram_proxy=address))
    assert "s3cret" not in Redact(TOKEN, password_of(address)).text(f"cannot connect to {address}")


async def test_a_bot_api_server_of_ones_own_names_a_file_on_this_machine(telegram, bot, tmp_path, monkeypatch):
    monkeypatch.setattr(Newsroom, "articles_of", lambda self, file, collection: self.articles[:1])
    (tmp_path / "articles").mkdir()
    (tmp_path / "from-the-server.txt").write_text("Ferry cancelled\n\nThe ferry to Lunde is cancelled.", "utf-8")
    telegram.local_files["f"] = str(tmp_path / "from-the-server.txt")
    async with bot(folder=str(tmp_path / "articles")):
        document = {"file_id": "f", "file_unique_id": "f", "file_name": "ferry.txt", "file_size": 30 * 1024 * 1024}
        await telegram.say(ADMIN, None, document=document)
        await telegram.replies(ADMIN, 1)
    [kept] = (tmp_path / "articles").glob("ferry-*.txt")
    assert "The ferry to Lunde" in kept.read_text("utf-8")
