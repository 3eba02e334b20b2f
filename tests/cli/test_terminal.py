"""Can text from elsewhere command the terminal?  What is thrown at every way to print comes out as marks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text
from standin_encoder import StandIn, write_articles

from askcorpus.cli import main, screen
from askcorpus.indexing.run import refresh

OBEYED = {
    "escape": "\x1b[31mred\x1b[0m",
    "hyperlink": "\x1b]8;;http://evil.example\x1b\\\\click\x1b]8;;\x1b\\\\",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07",
    "C1": "\x9b31m\x9d52;c;x\x9c",
    "bidi": "\u202etxt.exe\u2066",
    "return": "harmless\roverwritten\x08\x08",
    "surrogate": "\ud800",
}
COMMANDS = "\x1b\x07\x08\r\x9b\x9c\x9d\u202e\u2066\x00\x7f"
TOKEN = "123456789:" + "A" * 35


@pytest.mark.parametrize("text", OBEYED.values(), ids=OBEYED)
def test_nothing_that_a_terminal_obeys_is_printed(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    screen.say(f"skipped {text}")
    screen.complain(f"no file {text}")
    for console in (screen.out(), screen.err()):
        console.print(text, markup=False)
        console.print(Text(text, style="bold"))
        table = Table()
        table.add_column(text)
        table.add_row(Text(text))
        console.print(table)
    screen.print_json({"title": text})
    said = capsys.readouterr()
    assert not set(COMMANDS) & set(said.out + said.err)
    assert said.err.count("\ufffd") >= 3


@pytest.mark.parametrize("text", [text for name, text in OBEYED.items() if name != "surrogate"])
def test_json_says_what_was_there_all_the_same(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    screen.print_json({"title": text, "ö": "你"})
    assert json.loads(capsys.readouterr().out) == {"title": text, "ö": "你"}


def test_files_with_such_names_are_named_harmlessly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "articles"
    write_articles(folder / "a.jsonl", {"id": "one", "title": "T", "text": "Rain fell in Sund."})
    (folder / "evil\x1b]52;c;x\x07\u202e.pdf").write_bytes(b"no pdf")
    refresh(folder, tmp_path / "store", StandIn())
    for arguments in (["status", "-v"], ["status", "--json"], ["show", "\x1b[2J"], ["ask", "--store", "\x1b[2J", "x"]):
        with pytest.raises(SystemExit):
            main([*arguments, *([] if "--store" in arguments else ["--store", str(tmp_path / "store")])])
    said = capsys.readouterr()
    assert "evil" in said.out
    assert not set(COMMANDS) & set(said.out + said.err)


def test_a_token_that_was_pasted_somewhere_is_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TELEGRAM_TOKEN_FILE", "STORE", "FOLDER", "FOLDERS", "MODEL"):
        monkeypatch.setenv(f"ASKCORPUS_{name}", TOKEN)
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["bot"], ["status", "--store", TOKEN], ["index", f"/x/{TOKEN}"], [TOKEN], ["ask", "Who?", "--k", TOKEN], ["import", TOKEN],
        ["config"], ["config", "--json"], ["doctor"], ["doctor", "--json"], ["inspect", TOKEN], ["eval", TOKEN], ["show", TOKEN],
        ["add", f"ftp://{TOKEN}"], ["add", "--json", f"ftp://bot{TOKEN}/"], ["add", f"ftp://{TOKEN.replace(':', '%3A')}"],
    ):  # fmt: skip
        with pytest.raises(SystemExit):
            main(arguments)
    said = capsys.readouterr()
    assert TOKEN.partition(":")[2] not in said.out + said.err
    assert "token_file holds the token itself" in said.err


def test_what_an_article_says_is_shown_as_it_stands_there_though_it_looks_like_a_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"The leaked key was {TOKEN} until June."
    write_articles(tmp_path / "articles" / "a.jsonl", {"id": "one", "title": "Leak", "text": text})
    refresh(tmp_path / "articles", tmp_path / "store", StandIn())
    for arguments in (["show", "one"], ["show", "one", "--json"]):
        with pytest.raises(SystemExit):
            main([*arguments, "--store", str(tmp_path / "store")])
        assert text in capsys.readouterr().out


@pytest.mark.parametrize("text", [*OBEYED.values()], ids=OBEYED)
@pytest.mark.parametrize("arguments", [["inspect"], ["import"], ["ask", "Who?", "--k"], ["eval"], ["add"], []])
def test_arguments_that_were_wrong_are_named_harmlessly(
    arguments: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main([*arguments, f"evil {text}".replace("\ud800", "\udcff")])  # as a file's name that is not UTF-8 arrives
    said = capsys.readouterr()
    assert not set(COMMANDS) & set(said.out + said.err)
