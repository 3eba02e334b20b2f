"""Does a counted word take the form that Unicode's CLDR says?  Held against babel's copy of it."""

from __future__ import annotations

import pytest
from babel import Locale

from askcorpus.language.plurals import form, forms
from askcorpus.language.tables import languages

NUMBERS = (*range(1131), 9_999, 10_001, 12_345, 100_002, 999_999)


@pytest.mark.parametrize("language", languages("plurals"))
def test_every_number_takes_the_form_that_cldr_says(language: str) -> None:
    cldr = Locale.parse(language).plural_form
    assert [(n, form(language, n)) for n in NUMBERS] == [(n, cldr(n)) for n in NUMBERS]


@pytest.mark.parametrize("language", languages("plurals"))
def test_every_form_of_a_language_is_taken_by_some_number_or_is_the_usual_one(language: str) -> None:
    assert set(forms(language)) == {*(form(language, n) for n in NUMBERS), "other"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["other", "one", "other", "other", "other", "other"]),
        ("ru", ["many", "one", "few", "many", "many", "one"]),
        ("uk", ["many", "one", "few", "many", "many", "one"]),
        ("ar", ["zero", "one", "two", "few", "many", "many"]),
        ("ja", ["other"] * 6),  # no table
    ],
)
def test_nothing_one_two_five_eleven_and_twenty_one(language: str, said: list[str]) -> None:
    assert [form(language, n) for n in (0, 1, 2, 5, 11, 21)] == said


def test_a_rule_that_cannot_be_read_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askcorpus.language.plurals.table", lambda *_: {"one": "n is 1"})
    with pytest.raises(ValueError, match="n is 1"):
        form("xx", 1)
