"""Does the lexical index alone find the paragraph that answers?  Real questions, one passage per paragraph."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from askcorpus.store import lexical


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()


def rows_of(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("name", "least"), [("squad2", 0.78), ("xquad-en", 0.94), ("xquad-de", 0.90), ("xquad-es", 0.925)]
)
def test_bm25_alone_puts_the_answering_paragraph_first(shared: Path, tmp_path: Path, name: str, least: float) -> None:
    articles = rows_of(shared / "eval" / name / "articles.jsonl")
    asked = rows_of(shared / "eval" / name / "questions.jsonl")
    texts = [(row, text) for row in articles for text in row["text"].split("\n\n")]
    rows = (
        lexical.LexicalPassage(i, i, row["title"], text, row["lang"], None, 0) for i, (row, text) in enumerate(texts)
    )
    lexical.write(tmp_path / "lexical", None, rows, (), many=False)
    index = lexical.Lexical(tmp_path / "lexical")
    answered = [question for question in asked if question["answerable"]]
    right = 0
    for question in answered:
        found = index.matching(
            question["question"], k=50, languages=(articles[0]["lang"],), spoken=None, where=None, publishers=()
        )
        right += bool(len(found.ids)) and plain(texts[int(found.ids[0])][1]) == plain(question["passage"])
    assert right / len(answered) >= least
