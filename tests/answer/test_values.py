"""Is a value read off a quote as a person reads it, and are two compared only where they can be?"""

from __future__ import annotations

import pytest

from askcorpus.answer.values import number_in, same, value
from askcorpus.question.kinds import Kind


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        *(("Seventeen people", "en", 17), ("19 morts", "fr", 19), ("dix-neuf", "fr", 19), ("vingt-deux", "fr", 22), ("1,140 metres", "en", 1140)),
        *(("75.000 zlats", "es", 75000), ("20 000", "fr", 20000), ("11 миллионов", "ru", 11e6), ("3,5 Millionen Euro", "de", 3.5e6), ("4.8 percent", "en", 4.8)),
        *(("twenty-two", "en", 22), ("14 million zlats", "en", 14e6), ("٢١", "ar", 21), ("million", "en", 1e6)),
        *(("twenty-one", "en", 21), ("einundzwanzig", "de", 21), ("quatre-vingt-dix-sept", "fr", 97), ("ventuno", "it", 21), ("trentotto", "it", 38)),
        *(("veintiuno", "es", 21), ("treinta y uno", "es", 31), ("vinte e um", "pt", 21), ("двадцать один", "ru", 21), ("yirmi bir", "tr", 21)),
        *(("dwadzieścia jeden", "pl", 21), ("dvacet jedna", "cs", 21), ("είκοσι ένα", "el", 21), ("douăzeci și unu", "ro", 21), ("двадесет и един", "bg", 21)),
        *(("واحد وعشرون", "ar", 21), ("خمسة وعشرون", "ar", 25), ("dua puluh satu", "id", 21), ("three hundred and sixteen", "en", 316)),
        *(("三十八岁", "zh", 38), ("一万四千卢比", "zh", 14e3), ("3.4亿元", "zh", 3.4e8), ("1.4万亿", "zh", 1.4e12), ("一千零五", "zh", 1005), ("二〇二五", "zh", 2025)),
        *(("百分之五", "zh", 5), ("12万人", "zh", 12e4), ("三十八人", "ja", 38), ("3万5千", "ja", 35e3), ("万", "zh", 1e4)),
    ],
)  # fmt: skip
def test_a_number_is_read_in_digits_and_in_words(text: str, language: str, number: float) -> None:
    assert number_in(text, language) == pytest.approx(number)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("12 to 15", "en"), ("12–15", "en"), ("half", "en"), ("two and a half million", "en"), ("nobody", "en"), ("", "en")),
        *(("three dead and twenty hurt", "en"), ("ثلاثة قتلى وعشرون جريحا", "ar"), ("tre o quattro", "it"), ("3人、4人", "zh"), ("几人", "zh")),
    ],
)  # fmt: skip
def test_what_is_no_single_number_or_not_known_in_full_is_none(text: str, language: str) -> None:
    assert number_in(text, language) is None


@pytest.mark.parametrize(
    ("one", "of", "other", "of_other", "kind", "verdict"),
    [
        *(("Seventeen people", "en", "17", "de", Kind.NUMBER, True), ("Seventeen", "en", "19 morts", "fr", Kind.NUMBER, False)),
        *(("4 percent", "en", "4 zlats", "en", Kind.NUMBER, None), ("4.98 million", "en", "5 million", "en", Kind.NUMBER, False)),
        *(("1,140 metres", "en", "1140 Meter", "de", Kind.NUMBER, True), ("12 March 2025", "en", "12 марта", "ru", Kind.DATE, True)),
        *(("12 March", "en", "13 mars", "fr", Kind.DATE, False), ("2025", "en", "May", "en", Kind.DATE, None), ("1922", "en", "1923", "en", Kind.DATE, False)),
        *(("Zelensky", "en", "Зеленский", "ru", Kind.NAME, True), ("Ada Vale", "en", "Bo Lund", "en", Kind.NAME, False)),
    ],
)  # fmt: skip
def test_two_values_are_the_same_or_not_or_cannot_be_compared(
    one: str, of: str, other: str, of_other: str, kind: Kind, verdict: bool | None
) -> None:
    first, second = value(one, kind, of), value(other, kind, of_other)
    assert first is not None
    assert second is not None
    assert same(first, second) is verdict
    assert same(second, first) is verdict


def test_what_names_nothing_of_the_kind_is_no_value() -> None:
    assert value("nobody", Kind.NUMBER, "en") is None
    assert value("on Monday", Kind.DATE, "en") is None
    assert value("of", Kind.NAME, "en") is None


def test_names_that_share_a_word_only_cannot_be_compared() -> None:
    vale, berg, alone = (value(name, Kind.NAME, "en") for name in ("Ada Vale", "Ada Berg", "Vale"))
    assert vale is not None
    assert berg is not None
    assert alone is not None
    assert same(vale, berg) is None
    assert same(vale, alone) is True
    assert same(berg, alone) is False
