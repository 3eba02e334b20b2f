"""What is a set of questions, and which of its articles are left out?"""

from __future__ import annotations

from pathlib import Path

import pytest

from askcorpus.errors import UsageError
from askcorpus.evaluation.question_set import dropped, normal, read_questions


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


def test_questions_are_read_in_order(small_set: Path) -> None:
    questions = read_questions(small_set)
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


def test_dropping_is_the_same_for_the_same_seed_and_as_large_as_asked(small_set: Path) -> None:
    half = dropped(small_set, 0.5, 7)
    assert half == dropped(small_set, 0.5, 7)
    assert len(half) == 2
    assert {dropped(small_set, 0.5, seed) for seed in range(20)} != {half}
