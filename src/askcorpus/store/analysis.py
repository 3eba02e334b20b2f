"""Which words does a text consist of, so that a question finds them?  The language's own words, as the index holds them.

A passage is analysed by its article's language: Snowball's stems, that language's stop words kept apart.  A question is
analysed by every language of the corpus, as a name or a loanword of another language may be meant, and the different outcomes
stand for one word; but what is a stop word in the language that it is asked in, where that is known, is one for all.  All languages share one field: a name or a number is the same word in each, and the statistics of BM25 count the
whole corpus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from askcorpus.language.words import UNTOLD, Word, forms_in, known, words

ANALYSIS = 3
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


def question_words(
    question: str, languages: Sequence[str | None], *, spoken: str | None = None, opens: bool = True
) -> list[tuple[str, ...]]:
    """For each word of a question: the index words that stand for it, by the languages in which it is no stop word.

    It is asked in the language `spoken`, if that is known; `opens` False says that the text is not its beginning.
    """
    forms: dict[tuple[int, int], dict[str, None]] = {}
    for kept in _content(question, languages, spoken, opens=opens):
        for word in kept:
            forms.setdefault((word.start, word.end), {})[word.stem] = None
    return list(dict.fromkeys(map(tuple, forms.values())))


def question_pairs(question: str, languages: Sequence[str | None], *, spoken: str | None = None) -> list[list[str]]:
    """Index words that stand side by side in a question, its stop words left out, by each language."""
    stems = ([word.stem for word in kept] for kept in _content(question, languages, spoken, opens=True))
    pairs = dict.fromkeys(pair for kept in stems for pair in pairwise(kept) if pair[0] != pair[1])
    return [list(pair) for pair in pairs]


def stop_words(question: str, languages: Sequence[str | None]) -> list[str]:
    """The words of a question that consists of nothing but stop words in one of the languages; else none."""
    found = {code: words(question, code) for code in _codes(languages)}
    only = next((f for f in found.values() if f and all(word.stop for word in f)), ())
    return list(dict.fromkeys(word.text for word in only))


def _content(
    question: str, languages: Sequence[str | None], spoken: str | None, *, opens: bool
) -> Iterator[list[Word]]:
    """By each language of the corpus the words of a question that are a stop word neither in it nor in that of the question."""
    stops = {(w.start, w.end) for w in words(question, spoken, opens=opens) if w.stop} if spoken else set()
    for code in _codes(languages):
        yield [
            word
            for word in words(question, code, opens=opens)
            if not word.stop and len(word.text) <= MAX_WORD_CHARS and (word.start, word.end) not in stops
        ]


def _codes(languages: Sequence[str | None]) -> tuple[str, ...]:
    """Each way in which words are read, once."""
    return tuple(dict.fromkeys(map(known, languages))) or (UNTOLD,)
