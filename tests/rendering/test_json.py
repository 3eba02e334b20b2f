from __future__ import annotations

import json
from typing import Any

from askcorpus.rendering.json import answer_json, article_json, digest_json
from askcorpus.types import Answer, Article, Citation, Digest, Filter, Source

TEXT = "Žižkov opened on Monday. It holds 900."
FULL = Article("a1", "Pool", TEXT, Source("a.txt", 2, "https://example.org", "River Post", "2025-06-24", "en"))
BARE = Article("b", "", "x", Source("b.txt"))
CITATION = Citation(1, "It holds 900.", 25, 38, FULL, 2.718281, passage=TEXT, marks=((34, 37),), story=1)


def test_an_answer_has_the_promised_form() -> None:
    answer = Answer("How many?", (CITATION,), 0.87654321, (FULL, BARE), Filter(since="2025-01-01"), 12.345, 1)
    assert answer_json(answer) == {
        "question": "How many?",
        "answered": True,
        "confidence": 0.8765,
        "certainty": "sure",
        "took_ms": 12.3,
        "independent_sources": 1,
        "agreement": "unknown",
        "why": None,
        "purpose": "answer",
        "read_as": [],
        "filter": {"since": "2025-01-01"},
        "dropped": {},
        "citations": [
            {
                "n": 1, "quote": "It holds 900.", "passage": TEXT, "start": 25, "end": 38, "score": 2.7183,
                "story": 1, "value": None, "marks": [[34, 37]],
                "article": {
                    "id": "a1", "title": "Pool", "publisher": "River Post", "url": "https://example.org",
                    "published": "2025-06-24", "language": "en", "file": "a.txt",
                },
            }
        ],
        "nearest": [article_json(FULL), article_json(BARE)],
    }  # fmt: skip


def test_a_digest_has_its_stories_by_themselves_and_as_an_answer() -> None:
    digest = Digest((CITATION,), "Žižkov", Filter(since="2025-01-01"))
    shown = answer_json(Answer("news about Žižkov", digest.citations, 1.0, purpose="digest", digest=digest))
    assert (shown["purpose"], shown["about"], len(shown["citations"])) == ("digest", "Žižkov", 1)
    assert digest_json(digest) == {
        "about": "Žižkov",
        "filter": {"since": "2025-01-01"},
        "stories": [shown["citations"]],
        "headings": [],
    }


def test_not_found_is_an_answer_without_citations() -> None:
    shown = answer_json(Answer("q", (), 0.0))
    assert (shown["answered"], shown["citations"], shown["nearest"], shown["filter"]) == (False, [], [], {})


def test_what_is_not_known_of_an_article_is_null() -> None:
    assert article_json(BARE) == {
        "id": "b", "title": "", "publisher": None, "url": None, "published": None, "language": None, "file": "b.txt",
    }  # fmt: skip


def test_an_article_is_shown_with_its_text_where_asked_for() -> None:
    assert article_json(FULL, text=True) == {**article_json(FULL), "text": TEXT}


def test_every_kind_is_what_json_promises() -> None:
    """numpy's numbers are not json's."""
    import numpy as np

    citation = Citation(1, "x", np.int64(0), np.int64(1), BARE, np.float32(1.5), marks=((np.int64(0), np.int64(1)),))  # type: ignore[arg-type]
    shown: Any = json.loads(json.dumps(answer_json(Answer("q", (citation,), float(np.float32(0.5)))), default=int))
    assert shown["citations"][0]["start"] == 0
