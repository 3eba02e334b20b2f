from __future__ import annotations

import io
import logging
import subprocess
import sys
import threading

import pytest
from people import USER
from standin import TOKEN, Fault

from askcorpus.errors import SettingsError
from askcorpus.settings import Settings
from askcorpus.telegram.secrecy import keep_out_of_logs, read_token

SECRET = TOKEN.partition(":")[2]


def test_the_token_comes_from_the_variable_or_from_a_file_only_its_owner_can_read(tmp_path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o600)
    assert read_token(Settings(telegram_token=TOKEN)) == TOKEN
    assert read_token(Settings(telegram_token_file=str(file))) == TOKEN
    for mode in (0o640, 0o604, 0o644):
        file.chmod(mode)
        with pytest.raises(SettingsError, match="chmod 600"):
            read_token(Settings(telegram_token_file=str(file)))


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(telegram_token="x" + SECRET), Settings(telegram_token_file="/nowhere")]
)
def test_a_missing_or_wrong_token_is_an_error_that_does_not_show_it(settings):
    with pytest.raises(SettingsError) as error:
        read_token(settings)
    assert SECRET not in str(error.value)
    assert SECRET not in repr(settings)


@pytest.fixture
def log(monkeypatch):
    """A root logger that writes as `logging.basicConfig` would, redacted."""
    root, stream = logging.getLogger(), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook, sys.unraisablehook
    root.handlers, root.level = [handler], logging.DEBUG
    monkeypatch.setattr(sys, "stderr", stream)
    levels = {
        name: logging.getLogger(name).level for name in ("httpx", "httpcore", "telegram", "asyncio", "tornado.access")
    }
    keep_out_of_logs(TOKEN)
    yield stream
    logging.captureWarnings(False)
    root.handlers, root.level, sys.excepthook, threading.excepthook, sys.unraisablehook = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_messages_arguments_tracebacks_and_uncaught_errors_are_redacted(log, capsys):
    def fail() -> None:
        raise RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe")

    logging.getLogger("a").info("in the message %s", TOKEN)
    logging.getLogger("b").warning("only the secret part: %s, quoted: %s", SECRET, TOKEN.replace(":", "%3A"))
    try:
        try:
            fail()
        except RuntimeError as error:
            raise ValueError(TOKEN) from error
    except ValueError:
        logging.getLogger("c").exception("with a traceback")
        sys.excepthook(*sys.exc_info())
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    logging.getLogger("d").error("with a stack of %s", TOKEN, stack_info=True)
    text = log.getvalue() + capsys.readouterr().err
    assert SECRET not in text
    assert text.count("<token>") >= 9
    assert "with a traceback\nTraceback (most recent call last)" in text


def test_what_somebody_sent_or_called_a_file_is_no_command_in_the_log(log):
    sent = "\x1b]52;c;cm0=\x07 \u202e\x9b31m\n2026-01-01 INFO forged"
    logging.getLogger("a").info("user 1 asked: %s", sent)
    try:
        raise ValueError(sent)
    except ValueError:
        logging.getLogger("b").exception("no file %s", sent)
    text = log.getvalue()
    assert not set("\x1b\x07\u202e\x9b") & set(text)
    assert "asked: \ufffd]52;c;cm0=\ufffd \ufffd\ufffd31m\ufffd2026-01-01 INFO forged\n" in text


async def test_a_running_bots_log_never_holds_the_token(telegram, bot, log):
    for level in ("httpx", "telegram", "httpcore"):
        logging.getLogger(level).setLevel(logging.DEBUG)  # as if somebody had turned them up
    telegram.faults["getUpdates"].append(Fault("lost"))
    telegram.faults["sendMessage"].extend([Fault("lost"), Fault("html")])
    async with bot() as running:
        logging.getLogger("e").error("%r %r", running.application, running.application.bot)
        await telegram.say(USER, "Anything?")
        await telegram.replies(USER, 1)
    assert "/sendMessage" in log.getvalue()
    assert SECRET not in log.getvalue()


async def test_a_token_telegram_refuses_is_an_error_without_it(telegram, bot, log, monkeypatch):
    monkeypatch.setattr("people.TOKEN", "123456789:AAwrongWRONGwrongWRONGwrongWRONGwro")
    with pytest.raises(SettingsError, match="@BotFather") as error:
        async with bot():
            pass
    assert "WRONG" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
    assert "WRONGwrong" not in log.getvalue()


def test_the_library_of_the_bot_loads_no_torch():
    code = "import sys, askcorpus.telegram.running; sys.exit('torch' in sys.modules or 'faiss' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
