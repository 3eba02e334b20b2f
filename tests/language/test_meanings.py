"""Do words of two languages that say the same have one meaning?"""

from __future__ import annotations

import pytest

from askcorpus.language.meanings import meanings


@pytest.mark.parametrize(
    ("one", "of", "other", "of_other"),
    [
        *(("may", "en", "мая", "ru"), ("may", "en", "mai", "fr"), ("märz", "de", "marzo", "es"), ("montag", "de", "lundi", "fr")),
        *(("seven", "en", "семи", "ru"), ("sieben", "de", "siete", "es"), ("ноябре", "ru", "november", "en"), ("أكتوبر", "ar", "october", "en")),
    ],
)  # fmt: skip
def test_months_days_and_numbers_mean_the_same_in_two_languages(one: str, of: str, other: str, of_other: str) -> None:
    assert meanings(of)[one] == meanings(of_other)[other]


def test_a_month_is_no_day_and_no_number() -> None:
    english = meanings("en")
    assert len({english["march"], english["wednesday"], english["three"]}) == 3


def test_a_number_in_words_means_its_digits() -> None:
    assert meanings("fr")["douze"] == "12"


def test_a_language_without_tables_tells_nothing_and_an_unknown_one_is_read_as_english() -> None:
    assert meanings("xx") == {}
    assert meanings(None) == meanings("en")
