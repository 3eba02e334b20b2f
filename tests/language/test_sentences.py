"""Where sentences end, in 27 languages (sentences.toml)."""

from __future__ import annotations

import time
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from askcorpus.language.sentences import sentences, stripped

GOLD: dict[str, list[list[str]]] = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))
NO_SPACES = {"zh", "ja"}
# In a script without capitals nothing tells "Stop!" he cried from "Stop!" He cried.
UNTOLD = {("ar", '"توقف!" صاح الرجل.'), ("he", '"עצור!" צעק.')}

# What breaks sentence splitters: abbreviations, quotes, list numbers, CJK, white space that is no space, marks that combine.
PIECES = st.sampled_from(
    ["Mr. Vale", "the U.S. Army", "said no.", "No. 5", "am 3. Mai", "1.", "\n", "\n\n", "\u2028", "\u00a0", " ", "  ", "…", "...", '."',
     "?!", "»", "« Oui. »", "gut.“", "。", "他说。", "好！", "Да.", "؟", "।", "[3]", "e\u0301", "\U0001f6b2", "\u200b", "\r", "\t", "A.", "B",
     "x" * 40]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=60).map(" ".join))
LANGUAGES = st.sampled_from([None, "en", "de", "fr", "ru", "el", "ar", "ja", "th", "xx"])


def told(text: str, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language)]


def rows() -> list[pytest.ParameterSet]:
    """Every text of the gold set; those that no rule here can tell are expected to fail."""
    found = []
    for language, texts in GOLD.items():
        for expected in texts:
            hard = (language, expected[0]) in UNTOLD
            marks = [pytest.mark.xfail(strict=True, reason="no capitals, no telling")] if hard else []
            found.append(pytest.param(language, expected, marks=marks, id=f"{language}: {expected[0]}"))
    return found


@pytest.mark.parametrize(("language", "expected"), rows())
def test_a_sentence_ends_where_a_reader_says_it_ends(language: str, expected: list[str]) -> None:
    assert told(("" if language in NO_SPACES else " ").join(expected), language) == expected


def test_the_gold_set_has_eight_texts_of_each_of_its_languages() -> None:
    assert len(GOLD) == 27
    assert all(len(texts) >= 8 for texts in GOLD.values())


def test_a_line_is_a_sentence_whether_or_not_it_has_a_full_stop() -> None:
    assert told("A headline without a full stop\nThe story.") == ["A headline without a full stop", "The story."]
    assert told("1. Apples\n2. Pears") == ["1. Apples", "2. Pears"]


def test_abbreviations_are_those_of_the_texts_own_language() -> None:
    assert told("Es war z.B. Montag. Er kam.", "de") == ["Es war z.B. Montag.", "Er kam."]
    assert told("Es waren 5 Mio. Euro. Er kam.", "de") == ["Es waren 5 Mio. Euro.", "Er kam."]
    assert told("She met Mio. Euro was his dog.", "en") == ["She met Mio.", "Euro was his dog."]


def test_a_number_with_a_full_stop_is_an_ordinal_where_the_language_writes_it_so() -> None:
    assert told("Er kam auf Platz 3. Hamburg verlor.", "de") == ["Er kam auf Platz 3. Hamburg verlor."]
    assert told("He finished in place 3. Hamburg lost.", "en") == ["He finished in place 3.", "Hamburg lost."]


def test_a_text_of_unknown_language_is_read_like_an_english_one() -> None:
    text = "He met Mr. Vale on Sept. 11. They spoke in the U.S. Army's camp."
    assert sentences(text, None) == sentences(text, "en")
    assert len(sentences(text, None)) == 2


@settings(deadline=None)  # other work on the machine may be in the way
@given(TEXTS, LANGUAGES)
def test_sentences_hold_everything_but_white_space_in_order_and_none_overlap(text: str, language: str | None) -> None:
    spans = sentences(text, language)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())
    assert all(text[s:e] == text[s:e].strip() for s, e in spans)


def test_a_span_is_stripped_of_white_space_and_goes_when_it_is_nothing_else() -> None:
    assert stripped("a  b c\n", 1, 7) == ((3, 6),)
    assert stripped("a \n", 1, 3) == ()


@pytest.mark.parametrize(
    "text",
    [
        "." * 50_000 + "x",
        '."' * 25_000 + "x",
        "\n " * 50_000,
        "。" * 50_000,
        "x" * 200_000,
        "A. " * 30_000,
        "[1" * 50_000,
    ],
)
@pytest.mark.parametrize("language", ["en", "de", "th"])
def test_odd_text_takes_no_more_time_than_its_length_deserves(text: str, language: str) -> None:
    started = time.process_time()  # other work on the machine does not count
    sentences(text, language)
    assert time.process_time() - started < 2
