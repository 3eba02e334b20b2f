"""Does every command that docs/ shows work?  Each is run as it stands there, those of a block in their order, each block in a folder of its own.

What cannot be run here is named with its reason, and of `askcorpus` its words are at least understood.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from askcorpus.cli import commands, main
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh

ROOT = Path(__file__).parent.parent
SAMPLES = ("2025-03-11-ferry-harbour-gazette.txt", "north-coast-herald-ferry.html")
OUR_OWN = re.compile(r"^    ((?:[A-Z_]+=\S+ )?(?:[a-z][^|#]*&& )?askcorpus .*)$", re.MULTILINE)
ELSEWHERE = re.compile(r"^    ((?:sudo|docker|install|sqlite3|printf|python|pip|uv|pipx|curl) .*)$", re.MULTILINE)
FENCED = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_RUN = {
    r"--model ": "not every machine has that model",
    r"--device cuda": "not every machine has that device",
    r" add (https?:|--feeds)": "it asks the web",
    r" bot\b(?!.*--print)": "it asks Telegram, until it is stopped",
    r" (watch|serve|mcp)\b(?!-)": "it runs until it is stopped",
    r" eval sets/": "the public sets are not everywhere",
    r" import ": "it is meant for another machine",
    r"--cluster ": "it needs one: tests/cluster",
    r"--write ": "it asks a language model",
}
SHELL = re.compile(r"[<>|]|&&")
FOUND_OR_NOT = re.compile(r"askcorpus (ask|watch-question|digest)\b")


def shown() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each block of a document with the commands of ours in it, without the remarks behind them."""
    for document in sorted((ROOT / "docs").glob("*.md")):
        text = document.read_text("utf-8")
        fenced = (re.sub("^", "    ", block, flags=re.MULTILINE) for block in FENCED.findall(text))
        blocks = [*re.findall(r"^(?:    .*\n)+", FENCED.sub("", text), re.MULTILINE), *fenced]
        for n, block in enumerate(blocks, start=1):
            lines = tuple(re.sub(r"\s+#.*", "", line) for line in OUR_OWN.findall(block))
            if lines:
                yield f"{document.name}, block {n}", lines


BLOCKS = dict(shown())
SHOWN = [line for lines in BLOCKS.values() for line in lines]


def test_there_is_something_to_run() -> None:
    named = {
        "cluster.md",
        "encoder.md",
        "mcp.md",
        "reading.md",
        "server.md",
        "retrieval.md",
        "settings.md",
        "shell.md",
        "store.md",
        "telegram.md",
    }
    assert named <= {block.partition(",")[0] for block in BLOCKS}
    assert len(SHOWN) > 35
    run = [line for line in SHOWN if not any(re.search(pattern, line) for pattern in NOT_RUN)]
    assert len(run) > 25


@pytest.mark.parametrize("line", sorted(set(SHOWN)))
def test_the_words_of_a_command_are_understood(line: str) -> None:
    words = shlex.split(re.split(r" [<>|]|&& install", line.rpartition("&& askcorpus")[2] or line)[0])
    words = words[words.index("askcorpus") + 1 :] if "askcorpus" in words else words
    if words[0].startswith("-"):
        with pytest.raises(click.exceptions.Exit):
            commands.make_context("askcorpus", words)
        return
    command = commands.get_command(click.Context(commands), words[0])
    assert command is not None, words[0]
    command.make_context(words[0], words[1:], resilient_parsing="…" in line)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Path:
    """A home folder as the documents have it: ~/news, and in ~/work articles, their store, and a question."""
    home = tmp_path_factory.mktemp("home")
    work = home / "work"
    papers = (work / "archive", home / "paper" / "2026", home / "paper" / "1900-2025")
    for folder in (work / "articles", work / "news", home / "news", *papers):
        folder.mkdir(parents=True)
        for name in SAMPLES:
            shutil.copy(ROOT / "articles" / name, folder)
    shutil.copy(ROOT / "articles" / SAMPLES[1], home / "news" / "page.html")
    refresh(work / "articles", work / "embeddings", real_encoder)
    (work / "questions.txt").write_text("How many people were hurt?\n")
    return home


@pytest.fixture
def work(
    prepared: Path, small_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real_encoder: Encoder
) -> Path:
    """A copy of it, in which the document's commands are run; the model is loaded once for all."""
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    small_set.rename(home / "work" / "my-questions")
    if "ASKCORPUS_CACHE" not in os.environ:  # what is converted already lies below the true home folder
        from askcorpus.cache import cached

        monkeypatch.setenv("ASKCORPUS_CACHE", str(cached("").parent / cached("").name))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("ASKCORPUS_RERANKER", "off")  # half of what an answer costs, and another's test
    monkeypatch.chdir(home / "work")
    monkeypatch.setattr(real_encoder, "close", lambda: None)
    for place in ("askcorpus.encoder.load", "askcorpus.corpus.load_encoder"):
        monkeypatch.setattr(place, lambda *given, **more: real_encoder)
    command = home / "askcorpus"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m askcorpus "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}{os.pathsep}{os.environ['PATH']}")
    return home / "work"


@pytest.mark.parametrize("block", BLOCKS)
def test_the_commands_of_a_block_work_one_after_the_other(
    block: str, work: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for line in BLOCKS[block]:
        if any(re.search(pattern, line) for pattern in NOT_RUN):
            continue
        status, said = outcome(line, monkeypatch, capfd)
        assert status in ((0, 3) if FOUND_OR_NOT.search(line) else (0,)), f"{line}: {status}\n{said}"
        assert "Traceback" not in said, line


def outcome(line: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> tuple[Any, str]:
    """Exit status of a command, and what it said."""
    if SHELL.search(line):
        ours = line.partition(" | sudo")[0]
        run = subprocess.run(["bash", "-c", ours], capture_output=True, text=True, check=False, timeout=300)
        return run.returncode, run.stdout + run.stderr
    monkeypatch.setattr(sys, "stdin", io.StringIO("How many people were hurt?\n"))
    words = [os.path.expanduser(word) for word in shlex.split(line)]  # noqa: PTH111  # as a shell does
    with pytest.raises(SystemExit) as left:
        main(words[1:])
    said = capfd.readouterr()
    return left.value.code, said.out + said.err


def test_no_other_program_is_shown_unseen() -> None:
    """What docs/ shows besides `askcorpus` belongs to the system: a new kind of it is looked at here first."""
    texts = [document.read_text("utf-8") for document in (ROOT / "docs").glob("*.md")]
    lines = [line for text in texts for line in ELSEWHERE.findall(text)]
    lines += [line for text in texts for block in FENCED.findall(text) for line in block.splitlines() if line]
    seen = {"sudo", "docker", "install", "pip", "sqlite3", "printf", "python"}
    fenced = {"askcorpus", "which", "claude", "curl", "(umask", "ray"}  # curl and the token: the test below
    assert {line.split()[0] for line in lines} <= seen | fenced


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_the_server_is_started_and_asked_as_server_md_shows(work: Path) -> None:
    """Its blocks in their order, on a port that is free."""
    lines = [
        re.sub(r"\s+#.*", "", line)
        for block in FENCED.findall((ROOT / "docs" / "server.md").read_text("utf-8"))
        for line in block.splitlines()
    ]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(["bash", "-c", "askcorpus index ~/news --store ~/news.store"], check=True, timeout=300, cwd=work)
    answers, server = [], None
    for line in lines:
        shown = line.replace("8017", str(port))
        if " serve " in line:
            stop(server)
            there = "" if "--listen" in line else f" --listen 127.0.0.1:{port}"
            server = subprocess.Popen(
                ["bash", "-c", f"exec {shown}{there}"], cwd=work, stderr=subprocess.PIPE, text=True
            )
            assert server.stderr is not None
            assert any("has the page" in told for told in server.stderr), line
        elif not line.startswith("pip "):
            asked = shown.replace("curl ", f"curl -s --noproxy '*' --resolve news.example.org:{port}:127.0.0.1 ")
            run = subprocess.run(
                ["bash", "-c", asked], capture_output=True, text=True, check=True, timeout=60, cwd=work
            )
            answers.append(run.stdout)
    stop(server)
    answer, _, status = answers
    assert json.loads(answer)["citations"][0]["value"] in ("Nine", "Eleven")
    assert json.loads(status)["articles"] == 3, "with the token of the file that was made"


def stop(server: subprocess.Popen[str] | None) -> None:
    """Ends a server, and waits until its port is free."""
    if server is not None:
        server.terminate()
        server.communicate(timeout=60)
