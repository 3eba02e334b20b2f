"""Is it read off a sentence that it says the opposite of its quotes, names another thing, or denies what they say?  No vector is made."""

from __future__ import annotations

from typing import Any

import pytest
from lies import citation

from askcorpus.writing.check import Check, Why, _misread, _missing
from askcorpus.writing.facts import facts


def why(language: str, quote: str, text: str, written_in: str | None = None) -> set[Why]:
    """All that can be read off."""
    claim = {"article": "a", "title": "", "publisher": "", "published": None, "language": language, "text": quote}
    nothing: Any = lambda text: None  # noqa: E731
    source = Check([citation(claim)], nothing)._source((1,))
    sentence = facts(text, written_in or language)
    missing = _missing(sentence, source)
    return {missing} if missing else {why for _, why in _misread(sentence, source)}


@pytest.mark.parametrize(
    ("language", "quote", "same", "opposite"),
    [
        ("en", "The school banned phones.", "The school prohibited phones.", "The school allowed phones."),
        ("de", "Das Gericht hat den Abschuss verboten.", "Das Gericht untersagte den Abschuss.", "Das Gericht hat den Abschuss erlaubt."),
        ("fr", "La caisse a embauché dix cuisiniers.", "La caisse a recruté dix cuisiniers.", "La caisse a licencié dix cuisiniers."),
        ("es", "El alcalde prohibió la feria.", "El alcalde vetó la feria.", "El alcalde autorizó la feria."),
        ("ru", "Суд отклонил иск.", "Суд отверг иск.", "Суд удовлетворил иск."),
        ("ar", "عارض السكان المشروع.", "رفض السكان المشروع.", "أيد السكان المشروع."),
        ("tr", "Fiyatlar düştü.", "Fiyatlar azaldı.", "Fiyatlar yükseldi."),
        ("zh", "警方拘留了厂长。", "警方逮捕了厂长。", "警方释放了厂长。"),
    ],
)  # fmt: skip
def test_a_word_may_be_said_by_another_but_not_by_its_opposite(
    language: str, quote: str, same: str, opposite: str
) -> None:
    assert why(language, quote, same) == set()
    assert why(language, quote, opposite) == {Why.OPPOSITE}


@pytest.mark.parametrize(
    ("language", "quote", "text", "reads"),
    [
        ("en", "The school banned phones.", "Phones are not allowed at the school.", set()),
        ("en", "The council allowed the march.", "The council did not allow the march.", {Why.DENIAL, Why.OPPOSITE}),
        ("de", "Brot wurde teurer, Milch wurde billiger.", "Milch wurde teurer.", {Why.OPPOSITE}),
        ("de", "Brot wurde teurer, Milch wurde billiger.", "Milch wurde billiger.", set()),
        ("fr", "Il n'y a plus que 19 élèves inscrits.", "Seulement 19 élèves sont inscrits.", set()),
        ("ar", "العقد لم يكن صحيحا.", "العقد غير صحيح.", set()),
        ("ar", "العقد لم يكن صحيحا.", "العقد كان صحيحا.", {Why.DENIAL}),
        ("zh", "他不打算扩大茶园。", "他打算扩大茶园。", {Why.DENIAL}),
        ("zh", "两人受伤。", "2人受伤。", set()),
        ("zh", "两人受伤。", "3人受伤。", {Why.NUMBER}),
    ],
)
def test_a_word_that_is_denied_says_its_opposite(language: str, quote: str, text: str, reads: set[Why]) -> None:
    assert why(language, quote, text) == reads


@pytest.mark.parametrize(
    ("language", "quote", "text", "written_in", "reads"),
    [
        ("en", "The bus swerved to avoid a deer.", "The bus swerved to avoid a cyclist.", "en", {Why.OPPOSITE}),
        ("de", "Eine Lawine traf die Straße.", "An avalanche hit the road.", "en", set()),
        ("de", "Eine Lawine traf die Straße.", "An earthquake hit the road.", "en", {Why.OPPOSITE}),
        ("zh", "绿茶获得金奖。", "红茶获得金奖。", "zh", {Why.OPPOSITE}),
        ("de", "Der Eintritt ist sonntags frei.", "Am Sonntag ist der Eintritt frei.", "de", set()),
        ("de", "Der Eintritt ist sonntags frei.", "Samstags ist der Eintritt frei.", "de", {Why.DAY}),
        ("en", "She sailed off Tiree on Sunday.", "She sailed off Skye on Sunday.", "en", {Why.NAME}),
        ("ru", "Школу назвали именем Анны Рябовой.", "Это школа Анны Рябовой, её зовут Рябова.", "ru", set()),
        ("ar", "وقالت هناء سليم إنها سعيدة.", "The teacher is Hana Salim.", "en", set()),
    ],
)
def test_another_thing_of_a_kind_another_day_and_another_name_are_not_what_stands_there(
    language: str, quote: str, text: str, written_in: str, reads: set[Why]
) -> None:
    assert why(language, quote, text, written_in) == reads
