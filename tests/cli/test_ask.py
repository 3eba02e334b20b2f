"""What a shell sees of `ask`, `show`, `eval` and `--help`."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import newspapers
import pytest

if TYPE_CHECKING:
    from conftest import Here, Run

REOPENED = "When did the Old Sund Bridge reopen?"
PATIENCE_S = 120  # what is waited for comes within it on the busiest machine
HEAVY = (
    "torch",
    "faiss",
    "openvino",
    "tantivy",
    "numpy",
    "transformers",
    "sentence_transformers",
    "trafilatura",
    "telegram",
    "sklearn",
)


def test_ask_prints_the_sentence_then_its_sources(here: Here, news_store: Path) -> None:
    status, out, err = here("ask", REOPENED, "--store", news_store, "--threshold", 0)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert (
        lines[0]
        == "The Old Sund Bridge reopened to traffic on 14 March 2026 after repairs that took sixteen months. [1]"
    )
    assert {"Harbour Post", "Coast Gazette"} <= {part for line in lines for part in line.split(" · ")}
    assert "1 independent source, 2 articles" in lines[-1] or "independent sources" in lines[-1]


def test_json_is_one_object_in_the_promised_form(here: Here, news_store: Path) -> None:
    status, out, err = here("ask", REOPENED, "--store", news_store, "--threshold", 0, "--json")
    assert (status, err) == (0, "")
    answer = json.loads(out)
    assert out.count("\n") == 1
    kinds = {
        "question": str,
        "answered": bool,
        "confidence": float,
        "took_ms": float,
        "citations": list,
        "nearest": list,
    }
    assert {name: type(answer[name]) for name in kinds} == kinds
    citation = answer["citations"][0]
    kinds = {"n": int, "quote": str, "passage": str, "start": int, "end": int, "score": float, "article": dict}
    assert {name: type(citation[name]) for name in kinds} == kinds
    assert set(citation["article"]) == {"id", "title", "publisher", "url", "published", "language", "file"}
    assert newspapers.TEXTS[citation["article"]["id"]][citation["start"] : citation["end"]] == citation["quote"]
    assert 0 <= answer["confidence"] <= 1


def test_json_keeps_every_character_of_a_quote(here: Here, news_store: Path) -> None:
    """Codes such as :100: and [bold] are text, not emoji and markup."""
    _, out, _ = here(
        "ask", "Which drink does Žižkov’s café Ďáblík sell?", "--store", news_store, "--threshold", 0, "--json"
    )
    citation = json.loads(out)["citations"][0]
    assert citation["passage"] in newspapers.ACCENTED
    assert ":100: [bold]and[/bold]" in citation["passage"]


def test_the_terminal_keeps_every_character_of_a_quote(here: Here, news_store: Path) -> None:
    _, out, _ = here("ask", "Which drink does Žižkov’s café Ďáblík sell?", "--store", news_store, "--threshold", 0)
    assert ":100: [bold]and[/bold] more." in out.splitlines()[0]


def test_show_prints_the_text_that_offsets_count(here: Here, news_store: Path) -> None:
    status, out, _ = here("show", "accented", "--store", news_store, "--json")
    shown = json.loads(out)
    assert (status, shown["id"], shown["text"], shown["title"]) == (
        0,
        "accented",
        newspapers.ACCENTED,
        "Café bakes a record",
    )
    status, out, _ = here("show", "accented", "--store", news_store)
    assert status == 0
    assert newspapers.ACCENTED in out


def test_show_of_an_unknown_article_is_an_error_in_one_line(here: Here, news_store: Path) -> None:
    status, out, err = here("show", "nobody", "--store", news_store)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "nobody" in err


def test_not_found_exits_with_three_and_names_the_nearest(here: Here, news_store: Path) -> None:
    status, out, _ = here("ask", "What is the boiling point of tungsten?", "--store", news_store)
    assert status == 3
    assert out.startswith("Not found in this corpus.\nNearest articles:\n  - ")
    status, out, _ = here("ask", "What is the boiling point of tungsten?", "--store", news_store, "--json")
    assert (status, json.loads(out)["answered"], len(json.loads(out)["nearest"])) == (3, False, 3)


def test_a_greeting_is_no_question_that_went_unanswered(here: Here, news_store: Path) -> None:
    status, out, err = here("ask", "Hello", "--store", news_store, "--interface-language", "de")
    assert (status, err) == (0, "")
    assert out.startswith("Guten Tag! Fragen Sie, was in den Artikeln steht")
    status, out, _ = here("ask", "Thanks!", "--store", news_store, "--json")
    told = json.loads(out)
    assert (status, told["purpose"], told["answered"], told["citations"], told["nearest"]) == (0, "talk", False, [], [])
    status, out, _ = here("ask", "How many articles do you have?", "--store", news_store)
    assert (status, out.splitlines()[0]) == (0, f"{len(newspapers.ROWS)} articles, published 2024-08-30 to 2026-06-20.")


def test_a_short_question_at_the_prompt_goes_on_from_the_last_one(here: Here, news_store: Path) -> None:
    typed = "How much did the swimming pool in Tarnby cost?\nThanks!\nAnd the library?\nWho won the cup in Hovden?\n"
    _, out, err = here("ask", "--store", news_store, "--threshold", "0", "--json", stdin=typed)
    _, thanks, library, _ = (json.loads(line) for line in out.splitlines())
    assert thanks["purpose"] == "talk"
    assert library["citations"][0]["article"]["id"] == "mayor-april"
    assert err.splitlines() == ["understood with the question before: How much did the swimming pool in Tarnby cost?"]


def test_the_shell_speaks_the_language_of_the_environment_or_the_chosen_one(
    here: Here, news_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = ("ask", "What is the boiling point of tungsten?", "--store", news_store)
    english, as_json = here(*unknown), here(*unknown, "--json")
    monkeypatch.setenv("LANG", "uk_UA.UTF-8")
    status, out, err = here(*unknown)
    assert (status, err) == (3, "")
    assert out.startswith("Не знайдено в цьому корпусі.\nНайближчі статті:\n  - ")
    assert out.splitlines()[2:] == english[1].splitlines()[2:]
    assert here(*unknown, "--interface-language", "fr")[1].startswith("Introuvable dans ce corpus.\n")
    assert here(*unknown, "--interface-language", "en") == english
    monkeypatch.setenv("ASKCORPUS_INTERFACE_LANGUAGE", "tr")
    assert here(*unknown)[1].startswith("Bu derlemde bulunamadı.\n")
    told, before = (json.loads(out) | {"took_ms": 0} for out in (here(*unknown, "--json")[1], as_json[1]))
    assert told == before


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["ask", ""], 2, "the question is empty"),
        (["ask", " \n\t"], 2, "the question is empty"),
        (["ask", "Who?", "-k", "0"], 2, "at least 1"),
        (["ask", "Who?", "-k", "many"], 2, "-k"),
        (["ask", "Who?", "--mode", "fuzzy"], 2, "hybrid"),
        (["ask", "Who?", "--since", "yesterday"], 2, "--since"),
        (["ask", "Who?", "--until", "2026-02-30"], 2, "--until"),
        (["ask", "Who?", "--since", "2026-13"], 2, "--since"),
        (["ask", "Who?", "--colour"], 2, "--colour"),
        (["ask", "Who?", "--interface-language", "tlh"], 2, "ar, de, en"),
        (["ask", "Who?", "two"], 2, "two"),
        (["askk"], 2, "askk"),
        (["ask", "Who?", "--store", "nowhere"], 1, "askcorpus index"),
        (["show", "x", "--store", "nowhere"], 1, "askcorpus index"),
        (["eval", "nowhere"], 2, "questions.jsonl"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    here: Here, news_store: Path, arguments: list[str], status: int, says: str
) -> None:
    more = [] if "--store" in arguments or arguments[0] != "ask" else ["--store", news_store]
    got, out, err = here(*arguments, *more)
    assert (got, out) == (status, "")
    assert says in err
    assert "Traceback" not in err
    assert len([line for line in err.splitlines() if line.startswith(("askcorpus:", "Error:"))]) == 1


def test_a_setting_that_makes_no_sense_exits_with_two(here: Here, tmp_path: Path) -> None:
    (tmp_path / "askcorpus.toml").write_text("colour = 1\n")
    status, out, err = here("ask", "Who?")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "colour" in err


@pytest.mark.parametrize(
    ("flags", "article"),
    [
        (["--since", "2026-06"], "mayor-june"),
        (["--until", "2026-05"], "mayor-april"),
        (["--since", "2026-04-01", "--until", "2026-04-30"], "mayor-april"),
        (["--publisher", "business insider"], "mayor-june"),
    ],
)
def test_flags_narrow_the_articles_and_are_shown_back(
    here: Here, news_store: Path, flags: list[str], article: str
) -> None:
    _, out, _ = here("ask", "What did the mayor of Tarnby open?", "--store", news_store, "--threshold", 0, *flags)
    assert out.startswith("(only articles ")
    assert article in out
    assert ("mayor-june" in out) != ("mayor-april" in out)


def test_a_month_or_a_year_means_all_its_days(here: Here, news_store: Path) -> None:
    _, out, _ = here(
        "ask", "What did the mayor open?", "--store", news_store, "--since", "2026-02", "--until", "2026-02", "--json"
    )
    assert json.loads(out)["filter"] == {"since": "2026-02-01", "until": "2026-02-28"}
    _, out, _ = here(
        "ask", "What did the mayor open?", "--store", news_store, "--since", "2024", "--until", "2024", "--json"
    )
    assert json.loads(out)["filter"] == {"since": "2024-01-01", "until": "2024-12-31"}


def test_lang_narrows_to_a_language(here: Here, news_store: Path) -> None:
    _, out, _ = here("ask", "Valbonne 2026?", "--store", news_store, "--threshold", 0, "--language", "fr", "--json")
    assert {c["article"]["language"] for c in json.loads(out)["citations"]} == {"fr"}


def test_an_outlet_that_there_is_not_is_told_beside_the_answer(here: Here, news_store: Path) -> None:
    status, out, err = here("ask", "When did it reopen?", "--store", news_store, "--publisher", "Harbor Post", "--json")
    assert (status, json.loads(out)["answered"]) == (3, False)
    assert "Did you mean Harbour Post?" in " ".join(err.split())


def test_help_of_everything_imports_nothing_heavy() -> None:
    """One process looks at every command's help, and at what was imported for it."""
    program = (
        "import sys, contextlib, io, json\n"
        "from askcorpus.cli import commands, main\n"
        "import click\n"
        "names = commands.list_commands(click.Context(commands))\n"
        "told = {}\n"
        "for arguments in [['--help'], ['--version'], *[[name, '--help'] for name in names]]:\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "        try: main(arguments)\n"
        "        except SystemExit as left: told[' '.join(arguments)] = [left.code, len(out.getvalue())]\n"
        "print(json.dumps([told, sorted({m.split('.')[0] for m in sys.modules})]))\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    told, modules = json.loads(run.stdout)
    assert {
        "--help",
        "--version",
        "ask --help",
        "index --help",
        "show --help",
        "eval --help",
        "bot --help",
        "import --help",
    } <= set(told)
    assert all(status == 0 and length > 5 for status, length in told.values())
    assert [name for name in HEAVY if name in modules] == []


def test_asking_a_built_store_imports_no_model_framework(news_store: Path) -> None:
    program = (
        "import sys\n"
        "from askcorpus.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*[m for m in ('torch', 'sentence_transformers', 'transformers', 'sklearn', 'trafilatura', 'telegram') if m in sys.modules], file=sys.stderr)\n"
    )
    arguments = [sys.executable, "-c", program, "ask", REOPENED, "--store", str(news_store), "--threshold", "0"]
    run = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=300)
    assert (run.returncode, run.stderr.strip()) == (0, "")
    assert "14 March 2026" in run.stdout


def test_settings_come_from_variables_and_the_file_too(command: Run, news_store: Path, tmp_path: Path) -> None:
    (tmp_path / "askcorpus.toml").write_text(f'store = "{news_store}"\nthreshold = 1.0\n')
    ran = command("ask", REOPENED, ASKCORPUS_THRESHOLD="0", ASKCORPUS_K="1", PYTHONUTF8="0", LC_ALL="C")
    assert ran.returncode == 0
    assert "14 March 2026" in ran.stdout
    assert len([line for line in ran.stdout.splitlines() if line.startswith("[")]) == 2  # one story, printed twice


def test_questions_may_come_down_a_pipe(command: Run, news_store: Path) -> None:
    ran = command(
        "ask", "--store", news_store, "--threshold", "0", "--json", stdin=f"{REOPENED}\n\nWho baked 412 žemle?\n"
    )
    assert ran.returncode == 0
    assert [json.loads(line)["citations"][0]["article"]["id"] for line in ran.stdout.splitlines()] == [
        "bridge",
        "accented",
    ]


def test_output_that_nobody_reads_ends_quietly(news_store: Path) -> None:
    """`askcorpus ask … | head -c 0`."""
    read, write = os.pipe()
    os.close(read)
    arguments = [sys.executable, "-m", "askcorpus", "ask", REOPENED, "--store", str(news_store), "--threshold", "0"]
    run = subprocess.run(arguments, stdout=write, stderr=subprocess.PIPE, text=True, check=False, timeout=300)
    os.close(write)
    assert "Traceback" not in run.stderr
    assert "Exception ignored" not in run.stderr


def until_it_waits(pid: int) -> None:
    """Until the line editor sleeps, as it does after it has echoed a key, and goes on sleeping."""
    state, asleep = Path(f"/proc/{pid}/stat"), 0
    if not state.exists():  # only Linux says so
        time.sleep(1)
        return
    while asleep < 10:
        time.sleep(0.02)
        asleep = asleep + 1 if state.read_text().rpartition(")")[2].split()[0] == "S" else 0


def test_the_prompt_answers_one_after_the_other_edits_recalls_and_leaves_on_ctrl_d(
    news_store: Path, tmp_path: Path
) -> None:
    leader, follower = pty.openpty()
    environment = {
        **os.environ,
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "TERM": "xterm",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a suite started with `&` ignores Ctrl-C, and so would it
    process = subprocess.Popen(
        [sys.executable, "-m", "askcorpus", "ask", "--store", str(news_store), "--threshold", "0"],
        stdin=follower, stdout=follower, stderr=follower, close_fds=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    signal.signal(signal.SIGINT, before)
    os.close(follower)
    seen = ""

    def until(text: str, count: int = 1) -> None:
        nonlocal seen
        deadline = time.monotonic() + PATIENCE_S
        while seen.count(text) < count:
            assert time.monotonic() < deadline, f"waited for {text!r} in {seen!r}"
            if select.select([leader], [], [], 0.2)[0]:
                try:
                    seen += os.read(leader, 65536).decode("utf-8", "replace")
                except OSError:  # the process has left
                    break

    def prompt() -> None:
        """Waits until it is the user's turn: what is typed before goes to the terminal, not to the line editor."""
        nonlocal seen
        deadline = time.monotonic() + PATIENCE_S
        while not (seen.endswith("? ") and not select.select([leader], [], [], 0.05)[0]):
            assert time.monotonic() < deadline, f"no prompt after {seen!r}"
            if select.select([leader], [], [], 0.2)[0]:
                seen += os.read(leader, 65536).decode("utf-8", "replace")
        seen += "\n"

    try:
        prompt()
        assert "15 articles" in seen
        os.write(leader, b"Who is the city enginX\x7feer?\n")  # a slip, then backspace
        until("independent source")
        assert "Ingrid Vale" in seen
        prompt()
        os.write(leader, b"\x1b[A\n")  # arrow up: the same question again
        until("independent source", 2)
        prompt()
        os.write(leader, b"   \n")  # an empty line is no question
        prompt()
        os.write(leader, b"half a ques")
        until("half a ques")
        until_it_waits(process.pid)  # a signal before it would be seen at the next key only
        process.send_signal(signal.SIGINT)  # Ctrl-C forgets the line
        prompt()
        os.write(leader, b"When did the Old Sund Bridge reopen?\n")
        until("independent source", 3)
        prompt()
        os.write(leader, b"\x04")
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    assert "Traceback" not in seen
    history = tmp_path / "state" / "askcorpus" / "history"
    assert "When did the Old Sund Bridge reopen?" in history.read_text()
    assert history.stat().st_mode & 0o777 == 0o600
