"""The words of a text, and which of them count as the same."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.language.words import stem, words

LANGUAGES = st.sampled_from([None, "en", "de", "fr", "ru", "ar", "tr", "hi", "zh", "xx"])


def surfaces(text: str, language: str | None = "en") -> list[str]:
    return [text[w.start : w.end] for w in words(text, language)]


@given(st.text(max_size=200), LANGUAGES)
def test_every_word_stands_where_its_offsets_say(text: str, language: str | None) -> None:
    for word in words(text, language):
        assert 0 <= word.start < word.end <= len(text)
        assert word.text
        surface = text[word.start : word.end]
        assert unicodedata.normalize("NFKC", surface).lower() == word.text or surface == word.text
        assert word.capital == surface[0].isupper()


@given(st.text(max_size=200), LANGUAGES)
def test_no_letter_or_digit_is_outside_every_word(text: str, language: str | None) -> None:
    inside = {place for w in words(text, language) for place in range(w.start, w.end)}
    assert all(place in inside for place, c in enumerate(text) if c.isalpha() or c.isdecimal())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It rose 6.3% to 20,000 at 20:15.", "en", ["It", "rose", "6.3", "to", "20,000", "at", "20:15"]),
        ("China's plan", "en", ["China", "s", "plan"]),
        ("l’eau d'Évian", "fr", ["l", "eau", "d", "Évian"]),
        ("地铁开通", "zh", ["地铁", "铁开", "开通"]),
        ("在iPhone上", "zh", ["在", "iPhone", "上"]),
        ("GDP增长了6.3%", "zh", ["GDP", "增长", "长了", "6.3"]),
        ("हिन्दी भाषा", "hi", ["हिन्दी", "भाषा"]),
        ("cafe\u0301 noir", "fr", ["cafe\u0301", "noir"]),
    ],
)
def test_a_word_is_what_a_reader_takes_for_one(text: str, language: str, expected: list[str]) -> None:
    assert surfaces(text, language) == expected


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("refineries", "refinery", "en"),
        ("Häuser", "häusern", "de"),
        ("мосты", "мостов", "ru"),
        ("Élections", "elections", "fr"),
        ("café", "cafe\u0301", "fr"),
        ("ﬁnance", "finance", "en"),
        ("مَدْرَسَة", "مدرسة", "ar"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str, language: str) -> None:
    (first,), (second,) = words(one, language), words(other, language)
    assert first.stem == second.stem


def test_a_number_is_never_stemmed_and_two_numbers_stay_two() -> None:
    assert stem("2025", "en") == "2025"
    assert stem("1,400", "en") != stem("1,401", "en")


def test_function_words_are_known_by_their_language() -> None:
    assert [w.stop for w in words("the mayor of Sund", "en")] == [True, False, True, False]
    assert [w.stop for w in words("der Turm", "de")] == [True, False]
    assert [w.stop for w in words("der Turm", "en")] == [False, False]


def test_many_threads_stem_alike() -> None:
    """Snowball's stemmers keep a buffer of their own."""
    text = " ".join(f"{a}{b}fineries {a}{b}perations" for a in ascii_lowercase for b in ascii_lowercase)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: tuple(w.stem for w in words(text, "en")), range(16)))
    assert len(set(told)) == 1
