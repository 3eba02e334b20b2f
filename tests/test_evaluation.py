from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newspapers
import numpy as np
import pytest

from askcorpus import evaluation
from askcorpus.corpus import CALIBRATION, Corpus
from askcorpus.errors import UsageError
from askcorpus.evaluation import (
    Outcome,
    best_threshold,
    calibration_error,
    dropped,
    fit_calibration,
    measure,
    normal,
    read_questions,
)
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from conftest import Run

QUESTIONS: tuple[dict[str, Any], ...] = (
    {"id": "q1", "question": "Who is the city engineer of Sund?", "answers": ["Ingrid  VALE"], "article_ids": ["bridge"], "answerable": True},
    {"id": "q2", "question": "How many bathers does the swimming pool hold?", "answers": ["900"], "article_ids": ["mayor-june"], "answerable": True},
    {"id": "q3", "question": "Which company went bankrupt in 1987?", "answers": ["Malmverk"], "article_ids": ["mine"], "answerable": True},
    {"id": "q4", "question": "What is the boiling point of tungsten?", "answers": [], "article_ids": [], "answerable": False},
)  # fmt: skip


@pytest.fixture
def question_set(tmp_path: Path) -> Path:
    folder = newspapers.write(
        tmp_path / "set", newspapers.ROWS[:1] + newspapers.ROWS[4:6] + newspapers.ROWS[8:9], name="articles.jsonl"
    )
    (folder / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in QUESTIONS), "utf-8")
    return folder


def outcome(**more: Any) -> Outcome:
    given: dict[str, Any] = {
        "id": "q", "question": "Who?", "answerable": True, "article_ids": ("a",), "articles": ("a", "b"), "passage_hit": 1,
        "quote": "x", "quote_hit": True, "confidence": 0.9, "answered": True, "took_ms": 10.0,
    }  # fmt: skip
    return Outcome(**{**given, **more})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 tonnes-per year!", "100  Tonnes per\nYEAR"),
        ("ﬁve", "five"),
        ("“6.3%”", "6 3"),
        ("Žižkov", "ŽIŽKOV"),
        ("...", ""),
    ],
)
def test_answers_are_compared_without_case_punctuation_and_spacing(one: str, other: str) -> None:
    assert normal(one) == normal(other)


def test_questions_are_read_in_order(question_set: Path) -> None:
    questions = read_questions(question_set)
    assert [q.id for q in questions] == ["q1", "q2", "q3", "q4"]
    assert (questions[0].answers, questions[3].answerable) == (("Ingrid  VALE",), False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no questions"),
        ("\n\n", "no questions"),
        ("{", "not JSON lines"),
        ("[1]\n", "line 1: not a JSON object"),
        ('{"id": 1}\n', "line 1: a question needs"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_a_broken_question_set_is_an_error_that_says_where(tmp_path: Path, text: str | bytes, says: str) -> None:
    (tmp_path / "questions.jsonl").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError, match=says):
        read_questions(tmp_path)


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
    from askcorpus.answer.compose import calibrated

    told = (fitted["slope"], fitted["intercept"])
    assert calibrated(0.3, told) == pytest.approx(0.9, abs=0.03)
    assert calibrated(0.02, told) < 0.03
    assert calibrated(0.02, told) < fitted["threshold"] <= calibrated(0.3, told) + 0.001


@pytest.mark.parametrize("hit", [True, False])
def test_outcomes_that_are_all_alike_cannot_calibrate(hit: bool) -> None:
    with pytest.raises(UsageError, match="--drop-articles"):
        fit_calibration([outcome(quote_hit=hit)] * 3)


def test_dropping_is_the_same_for_the_same_seed_and_as_large_as_asked(question_set: Path) -> None:
    half = dropped(question_set, 0.5, 7)
    assert half == dropped(question_set, 0.5, 7)
    assert len(half) == 2
    assert {dropped(question_set, 0.5, seed) for seed in range(20)} != {half}


def test_a_dropped_article_is_not_asked_for(corpus: Corpus) -> None:
    question = evaluation.Question("q", "Who?", ("x",), ("bridge",), True)
    (told,) = evaluation.ask_all(corpus, [question], drop=frozenset({"bridge"}))
    assert (told.answerable, told.article_ids) == (False, ())


def test_an_answer_counts_where_it_stands(corpus: Corpus) -> None:
    question = evaluation.Question("q", "Who is the city engineer?", ("Ingrid Vale",), ("bridge", "bridge-again"), True)
    (told,) = evaluation.ask_all(corpus, [question])
    assert (told.passage_hit, told.quote_hit, told.articles[0]) == (1, True, "bridge")
    assert told.mark_hit
    (told,) = evaluation.ask_all(corpus, [replace(question, answers=("Karin Holz",))])
    assert not told.quote_hit
    assert told.mark_hit is None
    assert told.passage_hit != 1


def test_eval_prints_a_table_or_one_object_and_saves_every_outcome(
    command: Run, question_set: Path, tmp_path: Path
) -> None:
    ran = command("eval", question_set, "--json", "--save", tmp_path / "out.jsonl")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["questions"], found["answerable"], found["hit@1"], found["quote_hit@1"]) == (4, 3, 1.0, 1.0)
    saved = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(row["id"], row["quote_hit"]) for row in saved] == [("q1", True), ("q2", True), ("q3", True), ("q4", False)]


def test_eval_keeps_a_store_and_asks_it_again(command: Run, question_set: Path, tmp_path: Path) -> None:
    ran = command("eval", question_set, "--in-store", tmp_path / "kept", "--mode", "lexical", "--limit", 2)
    assert ran.returncode == 0, ran.stderr
    assert "hit@1" in ran.stdout
    assert command("ask", "Who is the city engineer?", "--store", tmp_path / "kept", "--threshold", 0).returncode == 0


def test_calibrating_sets_the_threshold_of_a_store(
    command: Run, question_set: Path, tmp_path: Path, real_encoder: Any
) -> None:
    from askcorpus.indexing.run import refresh

    own = tmp_path / "own"
    refresh(newspapers.write(tmp_path / "articles", newspapers.ROWS[:1]), own, real_encoder)
    ran = command("eval", question_set, "--calibrate", "--store", own)
    assert ran.returncode == 0, ran.stderr
    with Corpus(Settings(store=str(own))) as corpus:
        assert set(json.loads(corpus.snapshot.note(CALIBRATION) or "{}")) == {"slope", "intercept", "threshold"}
        assert corpus.ask("Who is the city engineer?").answered


def test_calibrating_a_store_that_is_not_there_is_told_before_the_work(
    command: Run, question_set: Path, tmp_path: Path
) -> None:
    ran = command(
        "eval", question_set, "--calibrate", "--store", tmp_path / "nowhere", "--save", tmp_path / "out.jsonl"
    )
    assert not (tmp_path / "out.jsonl").exists()
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "askcorpus index" in ran.stderr
