from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.question.filters import may_narrow, narrowed
from askcorpus.types import Filter

TODAY = date(2026, 7, 10)
PUBLISHERS = ("Business Insider", "The Harbour Post", "Reuters", "Вестник")


def read(question: str, today: date = TODAY) -> Filter:
    return narrowed(question, publishers=PUBLISHERS, today=today)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What opened in June?", "2026-06-01", "2026-06-30"),
        ("What opened in September?", "2025-09-01", "2025-09-30"),  # the last one, not the next one
        ("What opened in July?", "2026-07-01", "2026-07-31"),
        ("What opened in February 2024?", "2024-02-01", "2024-02-29"),
        ("Who has resigned since May?", "2026-05-01", None),
        ("Who resigned before March 2025?", None, "2025-02-28"),
        ("Who had resigned until March 2025?", None, "2025-03-31"),
        ("What happened last week?", "2026-06-26", "2026-07-10"),
        ("What happened this week?", "2026-07-03", "2026-07-10"),
        ("What happened today?", "2026-07-10", "2026-07-10"),
        ("What happened yesterday?", "2026-07-09", "2026-07-09"),
        ("What happened last month?", "2026-06-01", "2026-06-30"),
        ("What was said on 2026-02-03?", "2026-02-03", "2026-02-03"),
        ("What was said since 2026-02-03?", "2026-02-03", None),
        ("Was geschah im Juni?", "2026-06-01", "2026-06-30"),
        ("Que s'est-il passé en juin ?", "2026-06-01", "2026-06-30"),
        ("Что открыли в июне?", "2026-06-01", "2026-06-30"),
    ],
)
def test_a_question_that_says_when_is_narrowed_to_it(question: str, since: str | None, until: str | None) -> None:
    assert read(question) == Filter(since=since, until=until)
    assert may_narrow(question)


@pytest.mark.parametrize(
    ("question", "publisher"),
    [
        ("How large is the army, according to Business Insider?", "Business Insider"),
        ("According to the Harbour Post, who won?", "The Harbour Post"),
        ("according to reuters how many came?", "Reuters"),
    ],
)
def test_a_question_that_says_according_to_whom_is_narrowed_to_them(question: str, publisher: str) -> None:
    assert read(question) == Filter(publisher=publisher)


@pytest.mark.parametrize(
    "question",
    [
        "Who may open the bridge?",
        "What did the June report say?",
        "What did Theresa May announce?",
        "When was the bridge opened?",
        "According to the report, who won?",
        "According to Reutersville, who won?",
        "What was said on 2026-02-31?",
        "What was said after 9999-12-31?",
        "",
        "   ",
    ],
)
def test_a_doubtful_word_stays_a_word(question: str) -> None:
    assert read(question) == Filter()


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [(date(2026, 1, 5), "2025-12-01", "2025-12-31"), (date(2024, 3, 31), "2024-02-01", "2024-02-29")],
)
def test_last_month_is_right_over_a_years_end_and_in_a_leap_year(today: date, since: str, until: str) -> None:
    assert read("What happened last month?", today) == Filter(since=since, until=until)


def test_before_and_after_a_day_leave_that_day_out_as_they_do_for_a_month() -> None:
    assert read("Who resigned before 2026-02-01?").until == "2026-01-31"
    assert read("Who resigned after 2026-02-01?").since == "2026-02-02"
    assert read("Who resigned after January 2026?").since == "2026-02-01"


@given(st.text(max_size=80), st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_any_question_can_be_read_and_its_period_is_in_order(question: str, today: date) -> None:
    found = narrowed(question, publishers=PUBLISHERS, today=today)
    assert found.since is None or found.until is None or found.since <= found.until
    assert not found or may_narrow(question)
