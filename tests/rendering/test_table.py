from __future__ import annotations

import csv
import io

from askcorpus.rendering.table import answer_rows, csv_text
from askcorpus.types import Answer, Article, Citation, Source

TEXT = 'Nine were hurt,\nsaid "a" witness.'
ARTICLE = Article("a1", "=HYPERLINK(1)", TEXT, Source("a.txt", publisher="-Post", language="en"))
ANSWER = Answer("Who?", (Citation(1, TEXT, 0, len(TEXT), ARTICLE, 0.5, value="Nine"),), 0.87654, agreement="agree")


def test_each_citation_is_a_row() -> None:
    (row,) = answer_rows(ANSWER)
    assert row == {
        "question": "Who?", "answered": True, "confidence": 0.8765, "certainty": "sure", "agreement": "agree", "n": 1,
        "quote": TEXT, "value": "Nine", "story": 1, "start": 0, "end": len(TEXT), "article": "a1", "title": "=HYPERLINK(1)",
        "publisher": "-Post", "published": None, "language": "en", "url": None, "file": "a.txt",
    }  # fmt: skip


def test_not_found_is_a_row_too_so_that_no_question_is_lost() -> None:
    (row,) = answer_rows(Answer("Who?", (), 0.1))
    assert (row["question"], row["answered"], row["quote"], row["article"]) == ("Who?", False, None, None)


def test_csv_is_read_back_and_a_spreadsheet_calculates_nothing() -> None:
    text = csv_text(ANSWER, head=True) + csv_text(Answer("+1?", (), 0.1), head=False)
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["quote"], first["title"], first["publisher"]) == (TEXT, "'=HYPERLINK(1)", "'-Post")
    assert (second["question"], second["quote"], second["confidence"]) == ("'+1?", "", "0.1")
