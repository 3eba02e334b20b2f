"""A conversation at the prompt or down a pipe, and the forms in which answers are printed."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import newspapers
import pytest
from click.shell_completion import ShellComplete

from askcorpus.cli import commands, main, screen
from askcorpus.cli.prompt import Conversation, completions
from askcorpus.corpus import Corpus
from askcorpus.errors import UsageError
from askcorpus.rendering.text import answer_text
from askcorpus.types import Filter

REOPENED = "When did the Old Sund Bridge reopen?"
UNKNOWN = "What is the boiling point of tungsten?"
OUTLETS = ["Harbour Post", "Harbour Gazette", "Le Courrier"]


@pytest.fixture
def talk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, corpus: Corpus) -> Any:
    """Asks line after line of a pipe: exit status, stdout, stderr.  The model is loaded once for all tests."""

    def run(*lines: str, form: str = "text") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = Conversation(corpus, Filter(), None, "en", form).lines()
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


# --- down a pipe


def test_a_pipe_without_a_question_is_wrong_usage(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, news_store: Path
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    with pytest.raises(SystemExit) as left:
        main(["ask", "--store", str(news_store), "--format", "csv"])
    said = capsys.readouterr()
    assert (left.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "the question is empty" in said.err


def test_a_question_down_a_pipe_exits_like_one_that_is_given(talk: Any) -> None:
    assert talk(REOPENED)[0] == 0
    assert talk(REOPENED, "", UNKNOWN)[0] == 3
    with pytest.raises(UsageError, match="the question is empty"):
        talk("", "  ")
    assert talk(UNKNOWN, "/nonsense", REOPENED)[0] == 2
    assert talk("/show nobody", UNKNOWN)[0] == 1
    assert talk("Thanks!")[0] == 0


@pytest.mark.parametrize("word", ["exit", "quit", "/quit", "/exit", "QUIT"])
def test_words_that_leave_are_no_questions(talk: Any, word: str) -> None:
    status, out, _ = talk(REOPENED, word, UNKNOWN)
    assert status == 0
    assert "Not found" not in out


# --- commands


def test_show_prints_the_article_of_a_citation_or_of_an_id(talk: Any) -> None:
    status, out, _ = talk("/show accented", REOPENED, "/show 1")
    assert status == 0
    assert newspapers.ACCENTED in out
    assert newspapers.TEXTS["bridge"] in out


def test_show_of_a_number_that_is_not_there_names_those_that_are(talk: Any) -> None:
    status, _, err = talk("/show 1", REOPENED, "/show 9", "/open")
    lines = err.splitlines()
    assert status == 2
    assert lines[0].endswith("by its number: none yet, ask something")
    assert re.search(r"by its number: 1( to \d)?$", lines[1])
    assert re.search(r"by its number: 1( to \d)?$", lines[2])


def test_open_leads_to_the_page_or_to_the_file(talk: Any, news_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: bool(opened.append(address)) or True)
    with Corpus.open(news_store) as corpus:
        article = corpus.article("bridge")
        file = corpus.file_of(article)
    assert file is not None
    status, _, err = talk("/open bridge")
    assert status == 0
    assert opened == [article.source.url or file.as_uri()]
    assert err.splitlines()[-1] == opened[0]


def test_a_file_that_was_moved_away_is_told(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    article = corpus.article("bridge")
    assert corpus.file_of(article) == newspapers_file(corpus)
    from dataclasses import replace

    for gone in ("gone.txt", "../../../../../../etc/passwd", "gone.zip › a.txt"):
        moved = replace(article, source=replace(article.source, file=gone))
        assert corpus.file_of(moved) is None


def newspapers_file(corpus: Corpus) -> Path:
    (file,) = {article.source.file for article in corpus.recent(1)}
    return Path(corpus.settings.store).parent.joinpath("articles", file).resolve()


def test_filters_are_set_shown_and_ended_line_by_line(talk: Any) -> None:
    question = "What did the mayor of Tarnby open?"
    status, out, err = talk(
        *("/since 2026-06", question, "/since", "/until 2026-05", question, "/all", "/publisher insider", question),
        form="json",
    )
    june, april, insider = map(json.loads, out.splitlines())
    assert status == 0
    assert june["filter"] == {"since": "2026-06-01"}
    assert (june["citations"][0]["article"]["id"], april["citations"][0]["article"]["id"]) == (
        "mayor-june",
        "mayor-april",
    )
    assert april["filter"] == {"until": "2026-05-31"}
    assert insider["filter"] == {"publisher": "insider"}
    assert "only articles published since 2026-06-01" in err.splitlines()


def test_what_cannot_narrow_is_refused_and_changes_nothing(talk: Any) -> None:
    status, out, err = talk("/since 26-11-01", "/language french", REOPENED, form="json")
    assert "since 2026-05-01 is later than until 2026-04-30" in talk("/since 2026-05", "/until 2026-04")[2]
    assert status == 2
    assert json.loads(out)["filter"] == {}
    assert "/since 26-11-01 is no day. Write it as 2026-05-31, 2026-05 or 2026." in err
    assert "/language french is no language's code (ISO 639-1). The articles here are in: " in err


def test_an_outlet_that_there_is_not_is_told_with_those_there_are(talk: Any) -> None:
    known = next(line for line in talk("/publisher nosuch")[2].splitlines() if line.startswith("No publisher"))
    assert known.startswith("No publisher here has nosuch in its name. There is: ")
    assert "Harbour Post" in " ".join(talk("/publisher nosuch")[2].split())
    for slip in ("habrour", "Harbor Post", "HARBOURPOST"):
        assert f"has {slip} in its name. Did you mean Harbour Post?" in " ".join(talk(f"/publisher {slip}")[2].split())
    for part in ("harbour", "Harbour Post", "r P"):
        assert "No publisher" not in talk(f"/publisher {part}")[2]


def test_sources_and_help_are_lists(talk: Any) -> None:
    status, out, _ = talk("/sources", "/help")
    assert status == 0
    assert re.search(r"^ +\d+  Harbour Post$", out, re.MULTILINE)
    for command in ("/sources", "/show 2", "/open 2", "/since", "/publisher", "/quit"):
        assert command in out


def test_what_is_no_command_names_those_that_are(talk: Any) -> None:
    _, _, err = talk("/shwo 1")
    assert "there is no /shwo. There are: /help /sources /show /open /since " in err


# --- completion


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("/s", ["/sources", "/show", "/since"]),
        ("/publisher har", ["/publisher Harbour Post", "/publisher Harbour Gazette"]),
        ("/publisher ", [f"/publisher {outlet}" for outlet in OUTLETS]),
        ("/show h", []),
        ("What does the harbour p", ["What does the Harbour Post"]),
        ("What does Le", ["What does Le Courrier"]),
        ("What does", []),
        ("h", []),
        ("", []),
    ],
)
def test_tab_completes_commands_and_the_names_of_outlets(line: str, offered: list[str]) -> None:
    assert completions(line, OUTLETS) == offered


def completed(*words: str, incomplete: str) -> list[str]:
    found = ShellComplete(commands, {}, "askcorpus", "_ASKCORPUS_COMPLETE").get_completions([*words], incomplete)
    return [item.value for item in found]


def test_the_shell_completes_commands_values_and_outlets(news_store: Path) -> None:
    assert "ask" in completed(incomplete="as")
    assert completed("ask", "--device", incomplete="c") == ["cpu", "cuda"]
    assert completed("ask", "--format", incomplete="js") == ["json", "jsonl"]
    assert "Harbour Post" in completed("ask", "--store", str(news_store), "--publisher", incomplete="har")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_what_the_shell_reads(capsys: pytest.CaptureFixture[str], shell: str) -> None:
    with pytest.raises(SystemExit) as left:
        main(["completion", shell])
    assert left.value.code == 0
    assert f"_ASKCORPUS_COMPLETE={shell}_complete" in capsys.readouterr().out


# --- forms


def test_csv_of_several_questions_is_one_table(talk: Any) -> None:
    _, out, _ = talk(REOPENED, UNKNOWN, form="csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["question"] for row in rows} == {REOPENED, UNKNOWN}
    assert rows[0]["quote"] == newspapers.TEXTS[rows[0]["article"]][int(rows[0]["start"]) : int(rows[0]["end"])]
    assert (rows[-1]["answered"], rows[-1]["quote"]) == ("False", "")


def test_json_lines_have_a_row_a_citation(talk: Any) -> None:
    _, out, _ = talk(REOPENED, form="jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert all(newspapers.TEXTS[row["article"]][row["start"] : row["end"]] == row["quote"] for row in rows)


def test_markdown_quotes_first(talk: Any) -> None:
    _, out, _ = talk(REOPENED, form="md")
    assert out.startswith("> The Old Sund Bridge reopened to traffic on 14 March 2026 after")
    assert "\n1. " in out


# --- on a terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed goes to a terminal of forty columns."""
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)


LINK = re.compile("\x1b]8;[^;]*;([^\x1b]*)\x1b\\\\")
STYLE = re.compile("\x1b\\[[0-9;]*m")


def test_no_word_is_broken_at_the_end_of_a_line(
    terminal: None, capsys: pytest.CaptureFixture[str], corpus: Corpus
) -> None:
    answer = corpus.ask(REOPENED)
    screen.out().print(answer_text(answer), end="")
    shown = STYLE.sub("", LINK.sub("", capsys.readouterr().out))
    assert shown.split() == answer_text(answer).plain.split()
    assert max(len(line) for line in shown.splitlines() if " " in line.strip()) <= 40


def test_what_stands_behind_a_number_or_a_dash_goes_on_below_it(
    terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    screen.out().print(
        "[12] Ferry strikes the quay wall · Harbour Gazette · 2025\n    Eleven were hurt as a ferry hits the pier"
    )
    screen.out().print(
        "  - Lithium refinery goes to the river Odrava in March\nA line without a lead that is longer than forty"
    )
    assert capsys.readouterr().out.splitlines() == [
        "[12] Ferry strikes the quay wall ·",
        "     Harbour Gazette · 2025",
        "    Eleven were hurt as a ferry hits the",
        "    pier",
        "  - Lithium refinery goes to the river",
        "    Odrava in March",
        "A line without a lead that is longer",
        "than forty",
    ]


def test_a_long_address_stays_whole_and_a_pipe_gets_whole_lines(
    terminal: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://example.org/" + "a" * 60
    screen.say(f"see {address} now")
    screen.complain("a line of many words that is longer than the forty columns of a terminal")
    told = STYLE.sub("", capsys.readouterr().err).splitlines()
    assert address in told
    assert all(len(line) <= 40 for line in told if line != address)
    for name in ("FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name)
    screen.say(f"see {address} now")
    assert capsys.readouterr().err == f"see {address} now\n"


def test_titles_and_files_are_links_on_a_terminal_alone(terminal: None, corpus: Corpus, talk: Any) -> None:
    _, out, _ = talk(REOPENED)
    links = LINK.findall(out)
    file = corpus.file_of(corpus.article("bridge"))
    assert file is not None
    assert file.resolve().as_uri() in links
    assert "" in links  # each ends where it should
    urls = {c.article.source.url for c in corpus.ask(REOPENED).citations} - {None}
    assert urls <= set(links)


def test_the_links_of_a_pipe_are_no_links(talk: Any) -> None:
    assert "\x1b" not in talk(REOPENED)[1]
