"""Do the documents tell the truth?  Their links, settings, map of modules and Python are held against the program."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import pytest

from askcorpus.evaluation.measures import Measures
from askcorpus.evaluation.question_set import read_questions
from askcorpus.settings import SETTINGS_FILE, Settings, load

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "askcorpus"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "embeddings" / "README.md"])
NAMES = [document.relative_to(ROOT).as_posix() for document in DOCUMENTS]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(name: str, kind: str) -> list[str]:
    """The fenced blocks of this kind in a document."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text_of(name), re.DOTALL | re.MULTILINE)


# --- links


@pytest.mark.parametrize("name", NAMES)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    links = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text_of(name))
    relative = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in relative if not ((ROOT / name).parent / link).exists()] == []


def test_every_document_that_is_named_anywhere_is_there() -> None:
    places = [*DOCUMENTS, *(p for part in ("src", "benchmarks", "tests") for p in (ROOT / part).rglob("*.py"))]
    named = {found for place in places for found in re.findall(r"\bdocs/[\w/-]+\.md\b", place.read_text("utf-8"))}
    assert len(named) > 5
    assert sorted(found for found in named if not (ROOT / found).exists()) == []


def test_the_index_names_every_document() -> None:
    index = text_of("docs/README.md")
    there = [document.relative_to(ROOT / "docs").as_posix() for document in (ROOT / "docs").rglob("*.md")]
    assert [name for name in there if name != "README.md" and f"({name})" not in index] == []


# --- the map


def modules_of_the_map() -> Iterator[str]:
    """Paths below src/askcorpus of the modules that ARCHITECTURE.md lists, room by room."""
    listed = text_of("ARCHITECTURE.md").partition("## Every module")[2].partition("\n## ")[0]
    for room, rows in re.findall(r"^### `(.+?)/`\n(.*?)(?=^### |\Z)", listed, re.DOTALL | re.MULTILINE):
        for name in re.findall(r"^\| `(.+?)` \|", rows, re.MULTILINE):
            yield from (
                (p.relative_to(SOURCES).as_posix() for p in (SOURCES / room).glob(name))
                if "*" in name
                else ((Path(room) / name).as_posix(),)
            )


def question_of(module: Path) -> str:
    """The first line of a module, so that a failure says what the new row should be made of."""
    if module.suffix != ".py":
        return ""
    return (ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").partition("\n")[0]


def test_architecture_names_every_module_and_table_once() -> None:
    named = list(modules_of_the_map())
    there = [p for p in SOURCES.rglob("*") if p.suffix in (".py", ".toml", ".json") and not p.name.startswith("__")]
    missing = [p for p in there if p.relative_to(SOURCES).as_posix() not in named]
    assert {p.relative_to(SOURCES).as_posix(): question_of(p) for p in missing} == {}
    assert [name for name in named if not (SOURCES / name).exists()] == []
    assert len(named) == len(set(named))


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "docs/retrieval.md"])
def test_every_module_that_is_named_by_its_path_is_there(name: str) -> None:
    rooms = "|".join(sorted(p.name for p in SOURCES.iterdir() if p.is_dir() and not p.name.startswith("__")))
    paths = set(re.findall(rf"`(?:src/askcorpus/)?((?:{rooms})/[\w/]+(?:\.\w+|/))`", text_of(name)))
    assert [path for path in paths if not (SOURCES / path).exists() and not (ROOT / path).exists()] == []


def test_what_is_most_often_changed_is_found_in_two_steps() -> None:
    assert "(ARCHITECTURE.md" in text_of("README.md")
    table = text_of("ARCHITECTURE.md").partition("## Where to change what")[2].partition("\n## ")[0]
    for wanted in ("the stop words of Dutch", '"since May"', "a PDF's heading", "the confidence is computed"):
        (row,) = [line for line in table.splitlines() if wanted in line]
        assert re.search(r"`[\w/]+\.(?:py|toml)`", row), row


# --- settings


TABLES = ("telegram", "server")


def default_of(field: Field[Any]) -> str:
    """A setting's default as TOML writes it."""
    if field.default is None:
        return "none"
    return f"`{json.dumps(list(field.default) if isinstance(field.default, tuple) else field.default)}`"


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_settings_tells_of_every_key_its_default_and_its_meaning(field: Field[Any]) -> None:
    table, _, key = field.name.partition("_")
    shown = f"`[{table}]` `{key}`" if table in TABLES else f"`{field.name}`"
    assert f"| {shown} | {default_of(field)} | {field.metadata['help']} |" in text_of("docs/settings.md").splitlines()


def test_the_complete_file_holds_every_key_and_the_defaults(tmp_path: Path) -> None:
    (complete,) = blocks("docs/settings.md", "toml")
    (tmp_path / SETTINGS_FILE).write_text(complete, "utf-8")
    (tmp_path / SETTINGS_FILE).chmod(0o600)  # it holds a token further down
    assert load(directory=tmp_path) == Settings()
    uncommented = re.sub(r"^# (?=\w+ = )", "", complete, flags=re.MULTILINE)
    assert complete.count("\n") == uncommented.count("\n") == len(fields(Settings)) + 2 * len(TABLES)
    (tmp_path / SETTINGS_FILE).write_text(uncommented, "utf-8")
    chosen = load(directory=tmp_path)
    assert [f.name for f in fields(Settings) if getattr(chosen, f.name) is None] == []


# --- Python


def test_the_python_of_the_documents_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, one_model: None
) -> None:
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    shown = blocks("docs/python.md", "python")
    made = next(block for block in shown if "askcorpus.indexing" in block)
    names: dict[str, Any] = {}
    for block in (made, *shown, *blocks("README.md", "python")):
        exec(compile(block, "docs/python.md", "exec"), names)
    printed = capsys.readouterr().out
    assert "20 articles, " in printed
    assert "[1] Nine people were injured" in printed
    assert "no-such-store" in printed


# --- question sets


def test_the_lines_of_a_question_set_are_read_as_shown(tmp_path: Path) -> None:
    (shown,) = blocks("docs/question-sets.md", "json")
    article, question = shown.splitlines()
    (tmp_path / "questions.jsonl").write_text(question, "utf-8")
    (read,) = read_questions(tmp_path)
    assert read.article_ids == (json.loads(article)["id"],)
    assert read.answers[0] in json.loads(article)["text"]


def test_every_measure_is_explained() -> None:
    text = text_of("docs/question-sets.md")
    named = Measures(*[0] * len(fields(Measures))).as_json()
    assert [name for name in named if name not in text and re.sub(r"@\d+$", "@k", name) not in text] == []
