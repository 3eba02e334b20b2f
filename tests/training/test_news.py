"""Is the news that was written to train on well formed?  What a question expects stands in its articles; nothing is told of what is absent."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from training.material import APART, OWN

SETS = sorted(path.name for path in OWN.iterdir())
KEYS = {"id", "kind", "qlang", "question", "expect", "article", "asked"}
MORE = {"previous", "must_show", "lead"}


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (OWN / name / "questions.jsonl").read_text("utf-8").splitlines()]


def _bodies(name: str) -> dict[str, str]:
    files = (OWN / name / "corpus").iterdir()
    return {path.name: _plain(path.read_text("utf-8").split("\n---\n", 1)[1]) for path in files}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).casefold()


@pytest.mark.parametrize("name", SETS)
def test_what_a_question_expects_stands_in_an_article_that_it_names(name: str) -> None:
    bodies, ids = _bodies(name), set[str]()
    for row in _rows(name):
        assert KEYS <= set(row) <= KEYS | MORE, row["id"]
        assert row["id"] not in ids
        ids.add(row["id"])
        assert (row["kind"] == "absent") == (not row["expect"]), row["id"]
        date.fromisoformat(row["asked"])
        told = " | ".join(bodies[file] for file in row["article"])
        for one in (*row["expect"], *row.get("must_show", ()), *row.get("lead", ())):
            assert _plain(one) in told, (row["id"], one)


def test_no_story_is_both_learned_from_and_kept_apart() -> None:
    learned = {file for name in SETS if name != APART for file in _bodies(name).values()}
    assert not learned & set(_bodies(APART).values())


def test_absent_facts_are_asked_for_as_the_told_ones_are() -> None:
    """From how a question begins nobody may guess whether it is answered."""
    rows = [row for name in SETS for row in _rows(name) if row["kind"] in {"absent", "plain", "cross"}]
    absent = [row for row in rows if row["kind"] == "absent"]
    for opening in ("How old", "How many", "How much", "Who ", "When ", "Where "):
        of_absent = sum(row["question"].startswith(opening) for row in absent) / len(absent)
        of_told = sum(row["question"].startswith(opening) for row in rows if row["expect"]) / (len(rows) - len(absent))
        assert of_told / 3 < of_absent < 3 * of_told, opening
