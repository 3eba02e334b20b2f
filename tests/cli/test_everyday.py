"""What else a shell sees: export, versions, the manual page, the doctor, and output that cannot be written."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

import askcorpus
from askcorpus.cli import commands, doctor, main, man
from askcorpus.store import archive, layout


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command line in an empty folder: exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def run(*arguments: object) -> tuple[Any, str, str]:
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return run


# --- export


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_an_export_takes_the_place_of_no_device(
    here: Any, news_store: Path, tmp_path: Path, force: tuple[str, ...]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    status, _, err = here("export", "pipe", "--store", news_store, *force)
    assert (status, err) == (
        *(
            1,
            "askcorpus: pipe is no plain file, so nothing is written in its place. Name another: "
            f"askcorpus export store.tar --store {news_store}\n",
        ),
    )
    assert pipe.is_fifo()


def test_export_into_a_folder_that_is_not_there_is_one_line_with_the_command_that_makes_it(
    here: Any, news_store: Path
) -> None:
    assert here("export", "my files/x.tar", "--store", news_store) == (
        *(1, "", "askcorpus: there is no folder my files. Make it: mkdir -p 'my files'\n"),
    )


def test_export_overwrites_only_what_it_was_told_to(
    here: Any, news_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.tar").write_text("precious")
    status, _, err = here("export", "x.tar", "--store", news_store)
    assert (status, err) == (2, "askcorpus: x.tar is there already. Name another file, or overwrite it with --force.\n")
    answers = iter(["n", "y"])

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(answers))
    assert here("export", "x.tar", "--store", news_store)[0] == 130
    assert (tmp_path / "x.tar").read_text() == "precious"
    assert here("export", "x.tar", "--store", news_store)[0] == 0
    assert (tmp_path / "x.tar").stat().st_size > 1000
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert here("export", "x.tar", "--store", news_store, "--force")[0] == 0


def test_a_full_disk_is_one_line_that_names_the_file_that_found_no_room(
    here: Any, news_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        raise layout.no_room(source)  # as SQLite's error is told of a copy, too

    monkeypatch.setattr(archive, "_copy_catalog", full)
    assert here("export", "x.tar", "--store", news_store) == (
        *(1, "", "askcorpus: x.tar: no room left on the disk; the store is as it was. Make room and run it again.\n"),
    )
    assert list(tmp_path.iterdir()) == []


# --- output that cannot be written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["show", "bridge", "--json"]])
def test_a_full_output_is_one_line_and_an_error(news_store: Path, arguments: list[str]) -> None:
    store = [] if arguments == ["--help"] else ["--store", str(news_store)]
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "askcorpus", *arguments, *store],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert (run.returncode, run.stderr) == (*(1, "askcorpus: the output cannot be written: No space left on device\n"),)


def test_a_closed_output_is_an_error_of_who_has_something_to_say(
    news_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments in (["show", "bridge"], ["status", "--json"]):
        monkeypatch.setattr(sys, "stdout", None)
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--store", str(news_store)])
        assert left.value.code == 1


def test_a_file_that_cannot_be_written_is_named(here: Any, small_set: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askcorpus.evaluation.question_set.read_questions", lambda folder: Path("no/such").read_text())
    assert here("eval", small_set) == (1, "", "askcorpus: no/such: No such file or directory\n")


# --- versions and the manual page


def test_the_version_for_a_bug_report_names_platform_and_packages(here: Any) -> None:
    assert here("--version") == (0, f"askcorpus, version {askcorpus.__version__}\n", "")
    status, out, err = here("--version", "-v")
    assert (status, err) == (0, "")
    lines = dict(line.split(maxsplit=1) for line in out.splitlines()[1:])
    assert lines["Python"].startswith(".".join(map(str, sys.version_info[:3])))
    assert {"system", "cores", "openvino", "faiss-cpu", "torch", "tantivy"} <= set(lines)
    assert {"mcp", "starlette", "uvicorn", "openai", "ray"} <= set(lines), (
        "of the extras too, whether or not they are here"
    )
    assert here("-v", "--version")[1] == out


def test_the_manual_page_holds_every_command_and_every_option(here: Any) -> None:
    status, out, err = here("man")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == f'.TH ASKCORPUS 1 "" "askcorpus {askcorpus.__version__}"'
    context = click.Context(commands, info_name="askcorpus")
    for name in commands.list_commands(context):
        assert f".SS askcorpus {name}".replace("-", "\\-") in out
        command = commands.get_command(context, name)
        assert command is not None
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.opts[0].replace("-", "\\-") in out, (name, option.opts)


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_has_nothing_to_say_about_the_manual_page() -> None:
    page = man.page(commands)
    run = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8"], input=page, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert run.stderr == ""
    assert 'honest "not found"' in " ".join(run.stdout.split())


def test_what_troff_would_read_as_a_command_is_text() -> None:
    assert man._safe(".TH it's a back\\slash - and `more`") == "\\&.TH it\\(aqs a back\\eslash \\- and \\`more\\`"


# --- the doctor


def test_the_doctor_finds_nothing_wrong_here(here: Any, news_store: Path) -> None:
    status, out, err = here("doctor", "--store", news_store, "--json")
    told = json.loads(out)
    assert (status, err, told["whole"]) == (0, "", True)
    assert list(dict.fromkeys(f["subject"] for f in told["findings"])) == list(doctor.CHECKS)
    (store,) = [f for f in told["findings"] if f["subject"] == "store"]
    assert "15 articles" in store["told"]


def test_the_doctor_names_what_is_broken_and_what_to_do(here: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("ASKCORPUS_TELEGRAM_TOKEN", "no token")
    monkeypatch.setattr(doctor, "NEEDED_MB", 10**12)
    status, out, _ = here("doctor", "--store", "nowhere", "--model", "no/such-model")
    lines = out.splitlines()
    assert status == 1
    assert [line[:14].split() for line in lines if line.startswith("BAD")] == [
        *(["BAD", "disk"] for _ in range(3)), ["BAD", "model"], ["BAD", "telegram"],
    ]  # fmt: skip
    assert any(
        line.startswith("note store     there is no store at nowhere. Make one: askcorpus index") for line in lines
    )


def test_the_doctor_tries_telegram_where_there_is_a_token_and_never_shows_it(
    here: Any, monkeypatch: pytest.MonkeyPatch, news_store: Path
) -> None:
    token = "123456789:" + "A" * 35
    monkeypatch.setenv("ASKCORPUS_TELEGRAM_TOKEN", token)
    status, out, err = here("doctor", "--store", news_store, "--base-url", "http://127.0.0.1:9")
    assert status == 1
    assert "Telegram cannot be reached at http://127.0.0.1:9: ConnectError" in out
    assert token not in out + err
