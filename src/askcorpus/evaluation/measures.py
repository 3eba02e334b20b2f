"""How good was that?  Measures over the outcomes of many questions, and a confidence fitted to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from askcorpus.errors import UsageError
from askcorpus.evaluation.question_set import Outcome

BINS = 10  # few enough that each holds hundreds of a set's questions
PRECISION = 0.95  # at most one answer in twenty may be wrong
FREEDOM = 1e3  # next to no regularisation: two numbers are fitted to hundreds of outcomes


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
    model = LogisticRegression(C=FREEDOM).fit(logit[:, None], right)
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
    hits, false_alarms = (
        1 - np.searchsorted(np.sort(confidence[part]), candidates) / part.sum() for part in (there, ~there)
    )
    return float(candidates[int(np.argmax(hits - false_alarms))])


def _ranking_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    if not outcomes:
        return {}
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG

    relevant = [Qrel(o.id, article, 1) for o in outcomes for article in o.article_ids]
    run = [ScoredDoc(o.id, a, float(-place)) for o in outcomes for place, a in enumerate(o.articles)]
    wanted = [Success @ 1, Success @ 5, Success @ 10, RR @ 10, nDCG @ 10]
    return {str(name): float(value) for name, value in ir_measures.calc_aggregate(wanted, relevant, run).items()}


def _auroc(there: np.ndarray[Any, Any], confidence: np.ndarray[Any, Any]) -> float | None:
    if there.all() or not there.any():
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(there, confidence))
