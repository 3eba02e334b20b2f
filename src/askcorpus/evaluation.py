"""How good are the answers on these questions?  Builds a store of a question set, asks everything, measures.

An answer string counts when it is contained in the text, both lower-cased, NFKC-normalised, with punctuation and white
space runs made one space.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.answer import compose
from askcorpus.corpus import Corpus
from askcorpus.errors import UsageError
from askcorpus.indexing.run import refresh
from askcorpus.retrieval.found import Found
from askcorpus.settings import Settings
from askcorpus.types import Answer

DEPTH = 10  # stories per question
BINS = 10
PRECISION = 0.95
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Question:
    """One line of questions.jsonl."""

    id: str
    question: str
    answers: tuple[str, ...]
    article_ids: tuple[str, ...]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question gave."""

    id: str
    question: str
    answerable: bool
    """Whether an article that answers it was in the store."""
    article_ids: tuple[str, ...]
    """The articles that answer it."""
    articles: tuple[str, ...]
    """The articles found, best first."""
    passage_hit: int | None
    """Place of the first passage with an answer, from 1."""
    quote: str
    """The first quote, whatever the confidence."""
    quote_hit: bool
    confidence: float
    answered: bool
    took_ms: float
    mark_hit: bool | None = None
    """Whether what is marked in a quote with an answer is part of it, or it of that; None where there is no such mark."""


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures over all questions; None where the questions do not allow it."""

    questions: int
    answerable: int
    hit_at_1: float | None
    hit_at_5: float | None
    hit_at_10: float | None
    mrr_at_10: float | None
    ndcg_at_10: float | None
    passage_hit_at_1: float | None
    passage_hit_at_5: float | None
    quote_hit_at_1: float | None
    mark_hit_at_1: float | None
    """Share of the marks in first quotes with an answer that mark it, or a part of it."""
    auroc: float | None
    """Of the confidence, for answerable against not."""
    coverage_at_precision_95: float | None
    """The largest share of the answerable questions that a threshold answers with 95 % of its answers right."""
    calibration_error: float | None
    """Expected calibration error over ten bins: confidence against whether the first quote holds an answer."""
    answered: float
    """Share of all questions answered at the threshold in force."""
    precision: float | None
    """Share of those answers whose first quote holds an answer."""
    questions_per_s: float
    p50_ms: float
    p95_ms: float

    def as_json(self) -> dict[str, Any]:
        """With the names that are usual: hit@1, mrr@10."""
        return {
            key.replace("_at_precision_", "~").replace("_at_", "@").replace("~", "_at_precision_"): value
            for key, value in asdict(self).items()
        }


def normal(text: str) -> str:
    """The form in which answer strings are compared."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def read_questions(folder: Path) -> tuple[Question, ...]:
    """The questions of FOLDER/questions.jsonl; raises UsageError."""
    path = folder / "questions.jsonl"
    questions = []
    for number, row in _rows(path):
        try:
            questions.append(
                Question(
                    str(row["id"]),
                    str(row["question"]),
                    tuple(map(str, row.get("answers") or ())),
                    tuple(map(str, row.get("article_ids") or ())),
                    bool(row.get("answerable", True)),
                )
            )
        except (KeyError, TypeError) as error:
            raise UsageError(f"{path}, line {number}: a question needs `id` and `question`.") from error
    if not questions:
        raise UsageError(f"{path} holds no questions.")
    return tuple(questions)


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
        kept = Path(temporary) / "articles.jsonl"
        with path.open(encoding="utf-8-sig") as lines, kept.open("w", encoding="utf-8") as out:
            for line in lines:
                if line.strip() and str(json.loads(line).get("id")) not in drop:
                    out.write(line)
        refresh(Path(temporary), store, load, progress=progress, model=settings.model)


def dropped(folder: Path, share: float, seed: int) -> frozenset[str]:
    """The ids of a random `share` of the articles, the same for the same seed."""
    ids = sorted(str(row["id"]) for _, row in _rows(folder / "articles.jsonl") if "id" in row)
    return frozenset(random.Random(seed).sample(ids, round(len(ids) * share)))


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
    from askcorpus.corpus import calibration_of

    calibration, own = calibration_of(corpus.snapshot)
    limit = threshold if threshold is not None else own if own is not None else compose.THRESHOLD
    for question in questions:
        started = time.perf_counter()
        found = corpus.find(question.question, k=DEPTH, mode=mode)
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


def measure(outcomes: Sequence[Outcome], seconds: float) -> Measures:
    """The measures over these outcomes, which took `seconds`."""
    answerable = [o for o in outcomes if o.answerable]
    ranking = _ranking_measures([o for o in answerable if o.article_ids])
    right = np.array([o.answerable and o.quote_hit for o in outcomes])
    confidence = np.array([o.confidence for o in outcomes])
    there = np.array([o.answerable for o in outcomes])
    given = np.array([o.answered for o in outcomes])
    took = np.array([o.took_ms for o in outcomes])

    def share(hits: Sequence[bool]) -> float | None:
        return float(np.mean(hits)) if hits else None

    return Measures(
        questions=len(outcomes),
        answerable=len(answerable),
        hit_at_1=ranking.get("Success@1"),
        hit_at_5=ranking.get("Success@5"),
        hit_at_10=ranking.get("Success@10"),
        mrr_at_10=ranking.get("RR@10"),
        ndcg_at_10=ranking.get("nDCG@10"),
        passage_hit_at_1=share([o.passage_hit == 1 for o in answerable]),
        passage_hit_at_5=share([o.passage_hit is not None and o.passage_hit <= 5 for o in answerable]),
        quote_hit_at_1=share([o.quote_hit for o in answerable]),
        mark_hit_at_1=share([o.mark_hit for o in answerable if o.mark_hit is not None]),
        auroc=_auroc(there, confidence),
        coverage_at_precision_95=coverage(right, confidence, len(answerable)),
        calibration_error=calibration_error(confidence, right),
        answered=float(given.mean()),
        precision=float(right[given].mean()) if given.any() else None,
        questions_per_s=len(outcomes) / max(seconds, 1e-9),
        p50_ms=float(np.percentile(took, 50)),
        p95_ms=float(np.percentile(took, 95)),
    )


def calibration_error(confidence: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    """Expected calibration error (Naeini et al., AAAI 2015) over ten bins of equal width."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(
        sum(
            (bins == b).mean() * abs(confidence[bins == b].mean() - right[bins == b].mean())
            for b in range(BINS)
            if (bins == b).any()
        )
    )


def coverage(right: np.ndarray[Any, Any], confidence: np.ndarray[Any, Any], answerable: int) -> float | None:
    """The largest share of the answerable questions that a threshold answers with PRECISION of its answers right."""
    if not answerable:
        return None
    order = np.argsort(-confidence, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= PRECISION)
    return float(min(1.0, (enough[-1] + 1) / answerable)) if len(enough) else 0.0


def fit_calibration(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Platt scaling (Platt 1999) of the confidence, and the threshold with the best balance of the two errors.

    Raises UsageError when the outcomes are all right or all wrong.
    """
    from sklearn.linear_model import LogisticRegression

    right = np.array([o.answerable and o.quote_hit for o in outcomes])
    if right.all() or not right.any():
        raise UsageError(
            "calibration needs questions with and without an answer in the corpus: add some, or use --drop-articles 0.5"
        )
    p = np.clip([o.confidence for o in outcomes], 1e-6, 1 - 1e-6)
    logit = np.log(p / (1 - p))
    model = LogisticRegression(C=1e3).fit(logit[:, None], right)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    scaled = 1 / (1 + np.exp(-(slope * logit + intercept)))
    there = np.array([o.answerable for o in outcomes])
    return {"slope": slope, "intercept": intercept, "threshold": best_threshold(scaled, there)}


def best_threshold(confidence: np.ndarray[Any, Any], there: np.ndarray[Any, Any]) -> float:
    """The threshold that best tells questions with an answer from those without: the largest Youden index."""
    values = np.unique(confidence)
    candidates = np.concatenate(
        [values[:1], (values[1:] + values[:-1]) / 2]
    )  # half-way, so that rounding turns nothing
    if there.all() or not there.any():
        return float(candidates[0])
    kept, let_in = (1 - np.searchsorted(np.sort(confidence[part]), candidates) / part.sum() for part in (there, ~there))
    return float(candidates[int(np.argmax(kept - let_in))])


@contextmanager
def temporary_store() -> Iterator[Path]:
    """A folder for a store that is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="askcorpus-eval-"))
    try:
        yield folder / "store"
    finally:
        shutil.rmtree(folder)


def without_unanswerable(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Only questions that their articles answer: what --drop-articles takes away is then the only reason for silence."""
    return tuple(q for q in questions if q.answerable)


def _ranking_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    if not outcomes:
        return {}
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG

    relevant = [Qrel(o.id, article, 1) for o in outcomes for article in o.article_ids]
    run = [ScoredDoc(o.id, a, float(DEPTH - place)) for o in outcomes for place, a in enumerate(o.articles)]
    wanted = [Success @ 1, Success @ 5, Success @ 10, RR @ 10, nDCG @ 10]
    return {str(name): float(value) for name, value in ir_measures.calc_aggregate(wanted, relevant, run).items()}


def _auroc(there: np.ndarray[Any, Any], confidence: np.ndarray[Any, Any]) -> float | None:
    if there.all() or not there.any():
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(there, confidence))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise UsageError(f"{path}, line {number}: not a JSON object.")
                    yield number, row
    except FileNotFoundError as error:
        raise UsageError(f"{path} is not there. See README.md for the format of a question set.") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not JSON lines in UTF-8: {error}") from error
