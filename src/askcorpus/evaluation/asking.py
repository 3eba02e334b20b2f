"""What does the corpus answer?  Builds a store of a question set and asks everything."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from askcorpus.answer import compose
from askcorpus.corpus import Corpus, calibration_of
from askcorpus.errors import UsageError
from askcorpus.evaluation.question_set import Outcome, Question, normal
from askcorpus.indexing.run import refresh
from askcorpus.retrieval.found import Found
from askcorpus.settings import Settings
from askcorpus.types import Answer

DEPTH = 10  # stories per question: hit@10 is the deepest measure


def build(
    folder: Path,
    store: Path,
    settings: Settings,
    *,
    load: Callable[[], Any],
    drop: frozenset[str],
    progress: Any = None,
) -> None:
    """Index FOLDER/articles.jsonl without the articles in `drop`."""
    path = folder / "articles.jsonl"
    if not path.is_file():
        raise UsageError(f"{folder} has no articles.jsonl. Give a folder with articles.jsonl and questions.jsonl.")
    with tempfile.TemporaryDirectory(prefix="askcorpus-eval-") as temporary:
        left = Path(temporary) / "articles.jsonl"
        with path.open(encoding="utf-8-sig") as lines, left.open("w", encoding="utf-8") as out:
            for line in lines:
                if line.strip() and str(json.loads(line).get("id")) not in drop:
                    out.write(line)
        refresh(Path(temporary), store, load, progress=progress, model=settings.model)


@contextmanager
def temporary_store() -> Iterator[Path]:
    """A folder for a store that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="askcorpus-eval-"))
    try:
        yield folder / "store"
    finally:
        shutil.rmtree(folder)


def ask_all(
    corpus: Corpus,
    questions: Sequence[Question],
    *,
    drop: frozenset[str] = frozenset(),
    mode: str = "hybrid",
    threshold: float | None = None,
    seen: Callable[[Question, Found], None] | None = None,
) -> Iterator[Outcome]:
    """Ask every question; one whose articles were all dropped should be "not found".

    `seen` is shown each question with all the evidence found, for fitting.
    """
    calibration, own = calibration_of(corpus.snapshot)
    limit = compose.threshold_of(threshold, own)
    for question in questions:
        started = time.perf_counter()
        found = corpus.find(question.question, k=DEPTH, mode=mode, asked=question.asked)
        answer = compose.answer(found, threshold=0.0, calibration=calibration)
        took_ms = (time.perf_counter() - started) * 1000
        if seen is not None:
            seen(question, found)
        wanted = [normal(a) for a in question.answers]
        there = question.answerable and (not question.article_ids or not set(question.article_ids) <= drop)
        texts = [normal(hit.passage.text) for hit in found.hits]
        places = [place for place, text in enumerate(texts, 1) if any(a in text for a in wanted)]
        quote = answer.citations[0].quote if answer.citations else ""
        yield Outcome(
            id=question.id,
            question=question.question,
            answerable=there,
            article_ids=tuple(a for a in question.article_ids if a not in drop),
            articles=tuple(dict.fromkeys(hit.passage.article.id for hit in found.hits)),
            passage_hit=places[0] if places else None,
            quote=quote,
            quote_hit=any(a in normal(quote) for a in wanted),
            confidence=answer.confidence,
            answered=bool(answer.citations) and answer.confidence >= limit,
            took_ms=took_ms,
            mark_hit=_mark_hit(answer, wanted),
        )


def _mark_hit(answer: Answer, wanted: Sequence[str]) -> bool | None:
    first = answer.citations[0] if answer.citations else None
    if first is None or not first.marks or not any(a in normal(first.quote) for a in wanted):
        return None
    marked = [normal(first.article.text[start:end]) for start, end in first.marks]
    return any(a in mark or mark in a for a in wanted for mark in marked)
