"""Which words does a text consist of, so that a question finds them?  The language's own words, as the index holds them.

A passage is analysed by its article's language: Snowball's stems, that language's stop words kept apart.  The language of
a question is not known, so it is analysed by every language of the corpus, and the different outcomes stand for one
word.  All languages share one field: a name or a number is the same word in each, and the statistics of BM25 count the
whole corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from askcorpus.language.words import UNTOLD, forms_in, known, words

ANALYSIS = 2
"""Raise it when a text would be analysed otherwise: lexical indexes are then made again."""
MAX_WORD_CHARS = 64  # longer than any word of a dictionary: what is longer is an address or noise


def passage_words(text: str, language: str | None) -> tuple[list[str], list[str]]:
    """The index words of a text, and apart from them its stop words."""
    kept, stops = [], []
    for _, forms in forms_in(text, language):
        for _, _, word, stem, stop, _ in forms:
            if stop:
                stops.append(word)
            elif len(word) <= MAX_WORD_CHARS:
                kept.append(stem)
    return kept, stops


def question_words(question: str, languages: Sequence[str | None], *, opens: bool = True) -> list[tuple[str, ...]]:
    """For each word of a question: the index words that stand for it, by the languages in which it is no stop word.

    `opens` False says that the text is not the beginning of the question.
    """
    forms: dict[tuple[int, int], dict[str, None]] = {}
    for code in _codes(languages):
        for word in words(question, code, opens=opens):
            if not word.stop and len(word.text) <= MAX_WORD_CHARS:
                forms.setdefault((word.start, word.end), {})[word.stem] = None
    return list(dict.fromkeys(map(tuple, forms.values())))


def question_pairs(question: str, languages: Sequence[str | None]) -> list[list[str]]:
    """Index words that stand side by side in a question, its stop words left out, by each language."""
    found = (passage_words(question, code)[0] for code in _codes(languages))
    pairs = dict.fromkeys(pair for kept in found for pair in pairwise(kept) if pair[0] != pair[1])
    return [list(pair) for pair in pairs]


def stop_words(question: str, languages: Sequence[str | None]) -> list[str]:
    """The words of a question that consists of nothing but stop words in one of the languages; else none."""
    found = {code: words(question, code) for code in _codes(languages)}
    only = next((f for f in found.values() if f and all(word.stop for word in f)), ())
    return list(dict.fromkeys(word.text for word in only))


def _codes(languages: Sequence[str | None]) -> tuple[str, ...]:
    """Each way in which words are read, once."""
    return tuple(dict.fromkeys(map(known, languages))) or (UNTOLD,)
