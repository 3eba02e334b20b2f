"""Are the measures what a reader counts, and does a fitted confidence tell the truth?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from askcorpus.answer.compose import calibrated
from askcorpus.errors import UsageError
from askcorpus.evaluation.measures import best_threshold, calibration_error, fit_calibration, measure
from askcorpus.evaluation.question_set import Outcome


def outcome(**more: Any) -> Outcome:
    given: dict[str, Any] = {
        "id": "q", "question": "Who?", "answerable": True, "article_ids": ("a",), "articles": ("a", "b"), "passage_hit": 1,
        "quote": "x", "quote_hit": True, "confidence": 0.9, "answered": True, "took_ms": 10.0,
    }  # fmt: skip
    return Outcome(**{**given, **more})


def test_measures_of_four_outcomes_are_what_a_reader_counts() -> None:
    outcomes = [
        outcome(id="1"),
        outcome(id="2", articles=("b", "a"), passage_hit=2, quote_hit=False, confidence=0.4),
        outcome(id="3", articles=("b",), passage_hit=None, quote_hit=False, confidence=0.2, answered=False),
        outcome(id="4", answerable=False, article_ids=(), articles=("b",), passage_hit=None, quote_hit=False, confidence=0.1, answered=False),
    ]  # fmt: skip
    found = measure(outcomes, 2.0)
    assert (found.questions, found.answerable) == (4, 3)
    assert (found.hit_at_1, found.hit_at_5) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert found.mrr_at_10 == pytest.approx((1 + 1 / 2) / 3)
    assert (found.passage_hit_at_1, found.passage_hit_at_5) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert found.quote_hit_at_1 == pytest.approx(1 / 3)
    assert found.auroc == 1.0
    assert found.coverage_at_precision_95 == pytest.approx(1 / 3)
    assert (found.answered, found.precision, found.questions_per_s) == (0.5, 0.5, 2.0)


def test_a_mark_counts_only_in_a_quote_that_holds_the_answer() -> None:
    outcomes = [outcome(mark_hit=True), outcome(mark_hit=False), outcome(mark_hit=None), outcome(mark_hit=True)]
    assert measure(outcomes, 1.0).mark_hit_at_1 == pytest.approx(2 / 3)
    assert measure([outcome()], 1.0).mark_hit_at_1 is None


def test_names_of_measures_are_the_usual_ones() -> None:
    names = set(measure([outcome()], 1.0).as_json())
    assert names >= {"hit@1", "hit@5", "hit@10", "mrr@10", "ndcg@10", "passage_hit@1", "passage_hit@5", "quote_hit@1"}
    assert names >= {"auroc", "coverage_at_precision_95", "calibration_error", "questions_per_s"}


def test_without_unanswerable_questions_there_is_no_auroc() -> None:
    assert measure([outcome()], 1.0).auroc is None
    assert measure([outcome(answerable=False, article_ids=())], 1.0).auroc is None


def test_calibration_error_is_the_mean_gap_between_confidence_and_truth() -> None:
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, False])) == pytest.approx(0.5)
    assert calibration_error(np.array([0.95, 0.05]), np.array([True, False])) == pytest.approx(0.05)


def test_the_best_threshold_parts_what_has_an_answer_from_what_has_none() -> None:
    threshold = best_threshold(np.array([0.9, 0.7, 0.4, 0.2]), np.array([True, True, False, False]))
    assert 0.4 < threshold <= 0.7


def test_calibration_turns_a_timid_confidence_into_the_share_that_is_right() -> None:
    """Of answers given with .3, here nine in ten are right."""
    outcomes = [outcome(confidence=0.3, quote_hit=i % 10 != 0) for i in range(200)]
    outcomes += [outcome(confidence=0.02, quote_hit=False, answerable=False) for _ in range(200)]
    fitted = fit_calibration(outcomes)
    told = (fitted["slope"], fitted["intercept"])
    assert calibrated(0.3, told) == pytest.approx(0.9, abs=0.03)
    assert calibrated(0.02, told) < 0.03
    assert calibrated(0.02, told) < fitted["threshold"] <= calibrated(0.3, told) + 0.001


@pytest.mark.parametrize("hit", [True, False])
def test_outcomes_that_are_all_alike_cannot_calibrate(hit: bool) -> None:
    with pytest.raises(UsageError, match="--drop-articles"):
        fit_calibration([outcome(quote_hit=hit)] * 3)
