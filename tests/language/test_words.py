"""The words of a text, and which of them count as the same."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor
from string import ascii_lowercase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askcorpus.language import words as module
from askcorpus.language.words import stem, words

# What tokenizers trip over: signs between letters, numbers, marks that stand apart, scripts without spaces.
WORDS = st.one_of(
    st.sampled_from(
        ["U.S.", "Mi-8", "O'Brien", "l'eau", "20,000", "6,3", "20:15", "e\u0301", "co\u00adop", "İ", "ß", "地铁", "が", "한국", "हिन्दी",
         "сад", "об'єкт", "كتـاب", "می‌", 'צה"ל', "½", "m²", "G20", "a_b", "2025-03-12", "'s", "x.y.z", "A.B", "1.2.3"]
    ),
    st.text(max_size=6),
)  # fmt: skip
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "ru", "ar", "tr", "hi", "zh", "xx"])


def surfaces(text: str, language: str | None = "en") -> list[str]:
    return [text[w.start : w.end] for w in words(text, language)]


@settings(deadline=None)  # other work on the machine may be in the way
@given(st.text(max_size=200), LANGUAGES)
def test_every_word_stands_where_its_offsets_say(text: str, language: str | None) -> None:
    for word in words(text, language):
        assert 0 <= word.start < word.end <= len(text)
        assert word.text
        assert word.stem
        assert not any(c.isspace() for c in word.text + word.stem)
        assert word.capital == text[word.start].isupper()


@settings(deadline=None)  # other work on the machine may be in the way
@given(st.text(max_size=200), LANGUAGES)
def test_no_letter_or_digit_is_outside_every_word(text: str, language: str | None) -> None:
    """But the s of a possessive, and Turkish endings, which belong to the name before them."""
    inside = {place for w in words(text, language) for place in range(w.start, w.end)}
    outside = [place for place, c in enumerate(text) if (c.isalpha() or c.isdecimal()) and place not in inside]
    assert all(re.search(r"['’]\w*\Z", text[: place + 1]) for place in outside)


@settings(deadline=None)  # other work on the machine may be in the way
@given(st.lists(WORDS, max_size=8).map(" ".join), LANGUAGES)
def test_a_word_alone_is_read_as_it_is_in_its_text(text: str, language: str | None) -> None:
    for word in words(text, language):
        alone = words(text[word.start : word.end], language)[0]
        assert (alone.text, alone.stem) == (word.text, word.stem)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It rose 6.3% to 20,000 at 9.", "en", ["It", "rose", "6.3", "to", "20,000", "at", "9"]),
        ("China's plan", "en", ["China", "plan"]),
        ("l’eau d'Évian", "fr", ["l", "eau", "d", "Évian"]),
        ("The U.S. Army of the U.A.E.", "en", ["The", "U.S.", "Army", "of", "the", "U.A.E."]),
        ("the Mi-8 crew", "en", ["the", "Mi-8", "Mi", "8", "crew"]),
        ("20 000 km, 1 234,5", "fr", ["20 000", "km", "1 234,5"]),
        ("on 12.03.2025 at 20:15", "en", ["on", "12.03.2025", "12", "03", "2025", "at", "20:15", "20", "15"]),
        ("où habite-t-il", "fr", ["où", "habite", "t", "il"]),
        ("Ankara'da d'Estaing", "tr", ["Ankara", "d", "Estaing"]),
        ("у Мар'яни об’єкт", "uk", ["у", "Мар'яни", "об’єкт"]),
        ('דובר צה"ל', "he", ["דובר", "דוב", "ובר", 'צה"ל']),
        ("می‌خواهم", "fa", ["می", "خواهم"]),
        ("地铁开通", "zh", ["地铁", "铁开", "开通"]),
        ("在iPhone上", "zh", ["在", "iPhone", "上"]),
        ("GDP增长了6.3%", "zh", ["GDP", "增长", "长了", "6.3"]),
        ("ジョー・バイデン", "ja", ["ジョ", "ョー", "バイ", "イデ", "デン"]),
        ("हिन्दी भाषा", "hi", ["हिन्दी", "भाषा"]),
        ("cafe\u0301 noir", "fr", ["cafe\u0301", "noir"]),
        ("snake_case a1b2c3d4", "en", ["snake", "case", "a1b2c3d4"]),
        ("the G20, 10km, the 1970s, v2.0", "en", ["the", "G20", "10km", "10", "km", "the", "1970", "s", "v2.0"]),
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
        ("mostów", "mosty", "pl"),
        ("mosty", "mostů", "cs"),
        ("mostovi", "мостови", "sr"),
        ("лёд", "лед", "ru"),
        ("Łódź", "Lodz", "xx"),
        ("Straße", "Strasse", "xx"),
        ("İZMİR", "izmir", "tr"),
        ("IRAK", "ırak", "tr"),
        ("مَدْرَسَة", "مدرسة", "ar"),
        ("كتـاب", "كتاب", "ar"),
        ("كتاب", "کتاب", "fa"),
        ("שָׁלוֹם", "שלום", "he"),
        ("об'єкт", "об’єкт", "uk"),
        ("café", "cafe\u0301", "fr"),
        ("ﬁnance", "finance", "en"),
        ("ＧＤＰ", "GDP", "ja"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "ko"),
        ("co\u00adoperate", "cooperate", "en"),
        ("Hawaiʻi", "Hawaii", "en"),
        ("U.S.", "US", "en"),
        ("Mi-8", "Mi8", "en"),
        ("G-20", "G20", "en"),
        ("cease-fire", "ceasefire", "en"),
        ("e‑mail", "email", "en"),
        ("20,000", "20 000", "en"),
        ("20.000", "20000", "de"),
        ("20'000", "20\u202f000", "de"),
        ("1.234,56", "1,234.56", "de"),
        ("12,34,567", "1234567", "hi"),
        ("6,3", "6.3", "ru"),
        ("٢٠٬٠٠٠", "20000", "ar"),
        ("२०२५", "2025", "hi"),
        ("2:1", "2-1", "de"),
    ],
)
def test_two_ways_of_writing_a_word_have_one_stem(one: str, other: str, language: str) -> None:
    assert words(one, language)[0].stem == words(other, language)[0].stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("0.125", "0125"),
        ("2-1", "21"),
        ("2025-03-12", "20250312"),
        ("1,400", "1,401"),
        ("2020 300", "2020300"),
        ("1.5", "15"),
    ],
)
def test_two_numbers_stay_two(one: str, other: str) -> None:
    assert words(one, "en")[0].stem != words(other, "en")[0].stem


def test_a_number_is_never_stemmed() -> None:
    assert stem("2025", "en") == "2025"


def test_a_compound_comes_before_its_parts_and_reaches_over_them() -> None:
    whole, first, second = words("vice-presidents", "en")
    assert (whole.text, first.text, second.text) == ("vicepresidents", "vice", "presidents")
    assert (whole.start, whole.end) == (first.start, second.end) == (0, 15)


def test_function_words_are_known_by_their_language() -> None:
    assert [w.stop for w in words("the mayor of Sund", "en")] == [True, False, True, False]
    assert [w.stop for w in words("der Turm", "de")] == [True, False]
    assert [w.stop for w in words("der Turm", "en")] == [False, False]


@pytest.mark.parametrize(
    ("text", "language", "stops"),
    [
        ("the US told us", "en", [True, False, False, True]),
        ("who asked WHO", "en", [True, False, False]),
        ("WHO IS THE MAYOR", "en", [True, True, True, False]),
        ("it may rain in May", "en", [True, True, False, True, False]),
        ("May it rain", "en", [True, True, False]),
        ("Est-ce à l'Est", "fr", [True, True, True, True, False]),
        ("Kim jest Kim", "pl", [True, True, False]),
        ("São duas em São Paulo", "pt", [True, False, True, False, False]),
    ],
)
def test_a_stop_word_with_a_meaning_is_told_by_its_capitals(text: str, language: str, stops: list[bool]) -> None:
    assert [w.stop for w in words(text, language)] == stops


def test_a_text_of_unknown_language_is_read_like_an_english_one() -> None:
    assert words("the mayors of Sund", None) == words("the mayors of Sund", "en")


def test_a_vocabulary_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VOCABULARY", 10)
    texts = [f"word{i}x" for i in range(50)]
    assert [w.text for text in texts for w in words(text, "eo")[:1]] == texts
    assert len(module._vocabulary("eo", False, True)) <= 10


@pytest.mark.parametrize(
    "text",
    [
        "a" + "\u0301\u0316" * 50_000,
        "x" * 200_000,
        "1.2" * 50_000,
        "123 " * 50_000,
        "a-" * 50_000,
        "地" * 100_000,
        "п'я" * 50_000,
    ],
    ids=["accents", "letters", "digits", "groups", "hyphens", "ideographs", "apostrophes"],
)
def test_odd_text_takes_no_more_time_than_its_length_deserves(text: str) -> None:
    started = time.process_time()
    words(text, "uk")
    assert time.process_time() - started < 2


def test_many_threads_stem_alike() -> None:
    """Snowball's stemmers keep a buffer of their own."""
    text = " ".join(f"{a}{b}fineries {a}{b}perations" for a in ascii_lowercase for b in ascii_lowercase)
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: tuple(w.stem for w in words(text, "en")), range(16)))
    assert len(set(told)) == 1
