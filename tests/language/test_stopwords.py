"""The stop words of each language: one list for the index, the encoder and the answer."""

from __future__ import annotations

import numpy as np
import pytest

from askcorpus.encoder.tokens import ContentTokens
from askcorpus.language.stopwords import languages, stop_words
from askcorpus.language.words import words
from askcorpus.store import analysis

CODES = (
    "en de fr es it pt nl da no sv fi hu ro ru uk bg sr hr pl cs sk tr el ar fa he hi id vi sw ka am zh ja ko".split()
)


def test_a_list_is_there_for_each_language_that_is_promised() -> None:
    assert sorted(languages()) == sorted(CODES)
    assert all(len(stop_words(code).words) >= 40 for code in CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_listed_word_is_taken_for_a_stop_word(code: str) -> None:
    """So none is misspelt for the tokenizer: a capital, a letter of another script, an apostrophe that parts it."""
    kept = [word for word in stop_words(code).words if not all(w.stop for w in words(word, code))]
    assert kept == []


@pytest.mark.parametrize("code", CODES)
def test_only_listed_words_are_exempt_by_a_capital(code: str) -> None:
    assert stop_words(code).unless_capital <= stop_words(code).words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("second first third mine", "en"), ("zweite erste Mark", "de"), ("été premier or", "fr"), ("este segundo", "es"),
        ("secondo prima", "it"), ("segundo primeiro", "pt"), ("on iki", "tr"), ("कर एक", "hi"), ("второй первый", "ru"),
    ],
)  # fmt: skip
def test_words_that_news_are_about_are_no_stop_words(text: str, language: str) -> None:
    assert not any(word.stop for word in words(text, language))


@pytest.mark.parametrize("word", ["before", "whose", "upon", "mayor", "second"])
def test_index_answer_and_encoder_know_the_same_stop_words(word: str) -> None:
    stop = word in stop_words("en").words
    assert words(f"see {word}", "en")[-1].stop is stop
    assert (word in analysis.passage_words(f"see {word}", "en")[1]) is stop
    assert ContentTokens(["see", word], frozenset(), ["en"]).mask(np.array([0, 1])).tolist() == [True, not stop]


def test_a_language_without_a_list_has_no_stop_words() -> None:
    assert not stop_words("xx").words
    assert not any(word.stop for word in words("the and of", "xx"))


def test_norwegian_has_one_list_whatever_code_it_comes_with() -> None:
    assert [w.stop for code in ("no", "nb", "nn") for w in words("og fjorden", code)] == [True, False] * 3
