"""Of the questions on two real scraped pages: are the answers there, from the right article, word for word?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.evaluation.question_set import normal
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings
from askcorpus.types import Answer

ENOUGH = 12  # of 13
FURNITURE = (
    "Hashtags",
    "Try Our AI Features",
    "No comments yet",
    "ALSO READ",
    "Related Articles",
    "minutes ago",
    "an hour ago",
)


@dataclass(frozen=True)
class Seed:
    """A question, what counts as its answer, and what was answered."""

    question: str
    answers: tuple[str, ...]
    headline: str
    answerable: bool
    answer: Answer


@pytest.fixture(scope="module")
def pages(shared: Path, tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Iterator[Corpus]:
    store = tmp_path_factory.mktemp("pages") / "store"
    refresh(shared / "corpus", store, real_encoder)
    with Corpus(Settings(store=str(store))) as corpus:
        yield corpus


@pytest.fixture(scope="module")
def seeds(pages: Corpus, eval_folder: Path) -> tuple[Seed, ...]:
    rows = [json.loads(line) for line in (eval_folder / "seeds" / "questions.jsonl").read_text("utf-8").splitlines()]
    return tuple(
        Seed(
            r["question"],
            tuple(r["answers"]),
            r.get("headline_contains", ""),
            r["answerable"],
            pages.ask(r["question"]),
        )
        for r in rows
    )


def test_the_first_quote_holds_the_answer_and_comes_from_the_right_article(seeds: tuple[Seed, ...]) -> None:
    wrong = [
        (s.question, s.answer.citations[0].quote if s.answer.citations else None)
        for s in seeds
        if s.answerable and not right(s)
    ]
    answerable = sum(s.answerable for s in seeds)
    assert answerable - len(wrong) >= ENOUGH, wrong


def right(seed: Seed) -> bool:
    if not seed.answer.citations:
        return False
    first = seed.answer.citations[0]
    return seed.headline in first.article.title and any(normal(a) in normal(first.quote) for a in seed.answers)


def test_what_the_pages_do_not_say_is_not_found(seeds: tuple[Seed, ...]) -> None:
    unanswerable = [s for s in seeds if not s.answerable]
    assert len(unanswerable) == 4
    assert [s.question for s in unanswerable if s.answer.answered] == []
    assert all(s.answer.nearest for s in unanswerable)


def test_every_quote_stands_word_for_word_in_its_file(pages: Corpus, seeds: tuple[Seed, ...], shared: Path) -> None:
    answers = [s.answer for s in seeds] + [pages.ask(s.question, threshold=0.0, k=10) for s in seeds]
    for answer in answers:
        for citation in answer.citations:
            assert citation.article.text[citation.start : citation.end] == citation.quote
            page = (shared / "corpus" / citation.article.source.file).read_text("utf-8")
            assert " ".join(citation.quote.split()) in " ".join(page.split())
            assert " ".join(citation.passage.split()) in " ".join(page.split())


def test_page_furniture_is_never_quoted(pages: Corpus) -> None:
    for words in FURNITURE:
        for citation in pages.ask(words, threshold=0.0, k=10).citations:
            assert words.lower() not in citation.passage.lower()


def test_the_flight_is_cited_by_its_own_headline(pages: Corpus) -> None:
    first = pages.ask("Which airline flies from Moscow to Pyongyang?", threshold=0.0).citations[0]
    assert "Pyongyang" in first.article.title
    assert "Mali" not in first.article.text


def test_a_publisher_in_the_question_is_heard_first(pages: Corpus) -> None:
    answer = pages.ask("How much will Russia spend on defense in 2025, according to Business Insider?", threshold=0.0)
    assert answer.citations[0].article.source.publisher == "Business Insider"
    assert "6.3%" in answer.citations[0].quote
