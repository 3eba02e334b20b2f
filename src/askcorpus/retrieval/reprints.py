"""Which passages tell the same story in the same words?  A reprint is folded into the hit it repeats."""

from __future__ import annotations

import re
from collections.abc import Sequence

from askcorpus.language.numerals import spelt
from askcorpus.types import Hit, Passage

Shingles = frozenset[tuple[str, ...]]

SHINGLE_WORDS = 4  # two reports on one event share words and pairs of words; four in a row are copied
SAME_STORY = 0.7  # share of the shorter passage's shingles that the other has too: a changed word breaks four, so one in thirteen may differ
_WORDS = re.compile(r"\w+")
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


def fold(hits: Sequence[Hit], *, most: int | None = None) -> tuple[Hit, ...]:
    """One hit per story: a passage of another article in nearly the same words becomes a reprint of the better one.

    Passages whose numbers differ are different stories, however alike: the difference may be the news. Only the `most` best
    stories are kept.
    """
    folded: list[Hit] = []
    shingles: list[Shingles] = []
    for hit in hits:
        own = _shingles(hit.passage.text)
        for story, leader in enumerate(folded):
            if leader.passage.article.id == hit.passage.article.id:
                continue
            if _alike(own, shingles[story]) and _agree(_numbers(*_said(hit.passage)), _numbers(*_said(leader.passage))):
                folded[story] = Hit(leader.passage, leader.score, (*leader.reprints, hit.passage))
                break
        else:
            if most is None or len(folded) < most:
                folded.append(hit)
                shingles.append(own)
    return tuple(folded)


def same_words(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool:
    """Whether one text, each in its language, says what the other says in nearly the same words and in no other numbers."""
    return _alike(_shingles(one[0]), _shingles(other[0])) and _agree(_numbers(*one), _numbers(*other))


def _said(passage: Passage) -> tuple[str, str | None]:
    return passage.text, passage.article.source.language


def _shingles(text: str) -> Shingles:
    words = _WORDS.findall(text.lower())
    if len(words) < SHINGLE_WORDS:
        return frozenset((tuple(words),))
    return frozenset(zip(*(words[i:] for i in range(SHINGLE_WORDS)), strict=False))  # each list is one shorter


def _numbers(text: str, language: str | None) -> frozenset[str]:
    """Its numbers, those in words as digits."""
    digits = spelt(language)
    named = (digits[word] for word in _WORDS.findall(text.lower()) if word in digits)
    return frozenset((*_NUMBERS.findall(text), *named))


def _alike(one: Shingles, other: Shingles) -> bool:
    return len(one & other) >= SAME_STORY * min(len(one), len(other))


def _agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one passage has no number that the other lacks."""
    return one <= other or other <= one
