"""Which lines of a page say how old it is, in every language?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from askcorpus.language.ages import age_line

NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
THREE_HOURS, ONE_HOUR = "2026-07-10T09:00:00+00:00", "2026-07-10T11:00:00+00:00"
TODAY, YESTERDAY = "2026-07-10", "2026-07-09"


@pytest.mark.parametrize(
    "line",
    [
        *("3 hours ago", "3h ago", "three hours ago", "Updated 3 hours ago", "vor 3 Stunden", "vor drei Std.", "il y a 3 heures"),
        *("hace 3 horas", "3 ore fa", "há 3 horas", "3 uur geleden", "for 3 timer siden", "för 3 timmar sedan", "3 tuntia sitten"),
        *("3 órával ezelőtt", "acum 3 ore", "3 часа назад", "3 години тому", "3 godziny temu", "před 3 hodinami", "pred 3 hodinami"),
        *("преди 3 часа", "пре 3 сата", "prije 3 sata", "3 saat önce", "πριν από 3 ώρες", "قبل 3 ساعات", "۳ ساعت پیش", "לפני 3 שעות"),
        *("3 घंटे पहले", "3 jam yang lalu", "3 giờ trước", "saa 3 zilizopita", "3小时前", "3 小時前", "3時間前", "3시간 전"),
        *("3 ชั่วโมงที่แล้ว", "3 tunni eest", "prieš 3 valandas", "pirms 3 stundām", "fa 3 hores"),
    ],
)  # fmt: skip
def test_three_hours_ago_is_that_in_every_language(line: str) -> None:
    assert age_line(line, now=NOW) == THREE_HOURS


@pytest.mark.parametrize(
    "line", ["an hour ago", "vor einer Stunde", "il y a une heure", "час назад", "לפני שעה", "قبل ساعة"]
)
def test_an_hour_ago_needs_no_number(line: str) -> None:
    assert age_line(line, now=NOW) == ONE_HOUR


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("преди 3 години", "2023-07-11"),  # Bulgarian years; three hours to a Ukrainian
        ("3 години тому", THREE_HOURS),
        ("two weeks ago", "2026-06-26"),
        ("yesterday", YESTERDAY),
        ("gestern um 10:20", YESTERDAY),
        ("Hier, 10:20", YESTERDAY),
        ("wczoraj 14:30", YESTERDAY),
        ("вчера в 10:20", YESTERDAY),
        ("dün", YESTERDAY),
        ("昨天", YESTERDAY),
        ("Hoy", TODAY),
        ("today at 10:20", TODAY),
        ("just now", TODAY),
        ("Leo, 10:20", TODAY),
    ],
)
def test_a_language_s_own_words_say_how_long(line: str, expected: str) -> None:
    assert age_line(line, now=NOW) == expected


@pytest.mark.parametrize(
    "line",
    ["Leo", "Jana", "Ma", "About us", "Home", "monkeys ago", "Seit 3 Stunden", "hour", "", "3 hours", "ago", "x" * 90],
)
def test_a_line_that_says_no_age_has_none(line: str) -> None:
    assert age_line(line, now=NOW) is None


def test_hours_give_only_the_day_where_only_the_day_is_known() -> None:
    assert age_line("3 hours ago", now=datetime(2026, 7, 10)) == TODAY


def test_a_digit_that_is_no_number_is_no_age() -> None:
    """Python takes the Ethiopic one and a circled one for digits, and for no number."""
    assert [age_line(f"{digit} days ago", now=datetime(2026, 5, 3, tzinfo=UTC)) for digit in "፩⓵"] == [None, None]
