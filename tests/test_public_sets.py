"""Do public question sets become the folders that the program is measured on?  Small files in their forms, written here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from askcorpus.articles.files import walk
from askcorpus.articles.process.many import read
from askcorpus.evaluation.question_set import Question, read_questions
from askcorpus.types import Article, Skip

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "public_sets.py"
FERRY, QUAY = "The ferry struck the quay at noon.", "The quay is 90 metres long.\nIt was built in 1931."


def squad(*articles: tuple[str, list[tuple[str, list[dict[str, Any]]]]]) -> str:
    """A file in SQuAD's form: of each article the title, and of each paragraph the text and its questions."""
    data = [
        {"title": title, "paragraphs": [{"context": text, "qas": asked} for text, asked in paragraphs]}
        for title, paragraphs in articles
    ]
    return json.dumps({"version": "v2.0", "data": data})


def question(id: str, text: str, *answers: str, impossible: bool | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {"id": id, "question": text, "answers": [{"text": a, "answer_start": 0} for a in answers]}
    return row if impossible is None else row | {"is_impossible": impossible}


def converted(folder: Path, name: str, text: str) -> Path:
    """The folder of sets that the script makes of one file."""
    (folder / name).write_text(text, "utf-8")
    run = subprocess.run([sys.executable, SCRIPT, folder / name, folder / "sets"], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return folder / "sets"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_squad_keeps_the_articles_of_the_table_and_sorts_the_answers(tmp_path: Path) -> None:
    asked = [question("q1", "When?", "at noon", "noon", "noon", impossible=False)]
    unanswered = [question("q2", "Who built it?", impossible=True)]
    file = squad(
        ("Normans", [(FERRY, asked), (QUAY, unanswered)]),
        ("Geology", [("Rock.", [question("q3", "What?", "Rock", impossible=False)])]),
        ("1973_oil_crisis", [("Oil.", [question("q4", "What?", "Oil", impossible=False)])]),
    )
    made = converted(tmp_path, "dev-v2.0.json", file) / "squad2"
    assert rows(made / "articles.jsonl") == [
        {"id": "squad-000", "title": "Normans", "language": "en", "text": f"{FERRY}\n\n{QUAY}"},
        {"id": "squad-002", "title": "1973 oil crisis", "language": "en", "text": "Oil."},
    ]
    first, second, third = rows(made / "questions.jsonl")
    assert first == {
        "id": "q1", "question": "When?", "answers": ["at noon", "noon"], "article_ids": ["squad-000"], "passage": FERRY,
        "answerable": True,
    }  # fmt: skip
    assert (second["answers"], second["answerable"], second["passage"]) == ([], False, QUAY)
    assert third["article_ids"] == ["squad-002"]


def test_xquad_leaves_the_same_places_out_in_every_language(tmp_path: Path) -> None:
    file = squad(*((f"Title {n}", [(f"Text {n}.", [question(f"q{n}", "?", str(n))])]) for n in range(48)))
    for language in ("de", "el"):
        made = converted(tmp_path, f"xquad.{language}.json", file) / f"xquad-{language}"
        articles = rows(made / "articles.jsonl")
        assert len(articles) == len(rows(made / "questions.jsonl")) == 41
        assert [a["title"] for a in articles[:4]] == ["Title 0", "Title 2", "Title 3", "Title 5"]
        assert (articles[1]["id"], articles[1]["language"]) == (f"xquad-{language}-002", language)


def test_piaf_takes_the_first_400_articles_and_1000_questions_evenly_spread(tmp_path: Path) -> None:
    file = squad(
        *((f"T{n}", [(f"Texte {n}.", [question(f"p{n}-{i}", "?", "x") for i in range(5)])]) for n in range(402))
    )
    made = converted(tmp_path, "piaf-v1.1.json", file) / "piaf-fr"
    asked = rows(made / "questions.jsonl")
    assert len(rows(made / "articles.jsonl")) == 400
    assert [q["id"] for q in asked[:3]] == ["piaf-p0-0", "piaf-p0-2", "piaf-p0-4"]
    assert (len(asked), asked[-1]["article_ids"]) == (1000, ["piaf-fr-0399"])


@pytest.mark.parametrize("form", ["squad", "original"])
def test_cmrc_is_read_in_both_forms_and_loses_its_titles(tmp_path: Path, form: str) -> None:
    text, asked, answer = "渡轮于1931年建成。", "渡轮哪年建成？", "1931年"
    row = {"query_id": "DEV_0_QUERY_0", "query_text": asked, "answers": [answer, answer]}
    original = [{"context_id": "DEV_0", "context_text": text, "title": "渡轮", "qas": [row]}]
    file = (
        json.dumps(original)
        if form == "original"
        else squad(("渡轮", [(text, [question("DEV_0_QUERY_0", asked, answer)])]))
    )
    made = converted(tmp_path, "cmrc2018_dev.json", file) / "cmrc-zh"
    assert rows(made / "articles.jsonl")[0]["title"] == ""
    assert read_questions(made) == (Question("cmrc-DEV_0_QUERY_0", asked, (answer,), ("cmrc-zh-000",), True),)


def test_the_articles_are_read_with_id_title_and_language(tmp_path: Path) -> None:
    file = squad(("Die_Fähre", [("Die Fähre legte um zwölf Uhr ab.", [question("q", "Wann?", "um zwölf Uhr")])]))
    made = converted(tmp_path, "xquad.de.json", file) / "xquad-de"
    found = [item for file in walk(made / "articles.jsonl") if not isinstance(file, Skip) for item in read(file)]
    assert [(a.id, a.title, a.source.language) for a in found if isinstance(a, Article)] == [
        ("xquad-de-000", "Die Fähre", "de")
    ]


@pytest.mark.parametrize(("name", "text"), [("train.json", "{}"), ("xquad.de.json", '{"data": [{"title": "x"}]}')])
def test_a_file_that_is_no_public_set_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    run = subprocess.run([sys.executable, SCRIPT, tmp_path / name, tmp_path / "sets"], capture_output=True, text=True)
    assert run.returncode == 2
    assert name in run.stderr
    assert "Traceback" not in run.stderr
