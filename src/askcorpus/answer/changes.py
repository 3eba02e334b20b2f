"""Which of two numbers was it before, or is it not?  "The fare rises from 2.60 to 3.10": what it is now stands second."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from askcorpus.answer.values import value
from askcorpus.language.question_words import words as words_of
from askcorpus.language.tables import unspaced
from askcorpus.language.words import words
from askcorpus.question.kinds import Kind, Span

BETWEEN = 4  # words from one number to the other, their units among them: "from 58 votes down to 44"
UNTIL_INSTEAD = 8  # "it was not 5.9 percent, as was reported here, but 6.1"
NEAR = 2  # words from "from" to its number: "from about 58"
AT_ONCE = 6  # characters, where no spaces part words: 11人ではなく
_PARTS = ".,;:!?()。，；：、"


def was_before(text: str, numbers: Sequence[Span], language: str | None) -> frozenset[Span]:
    """Those of the numbers that another one, told right behind them, has taken the place of, and those that are denied; nothing in a
    language without such words."""
    if language is None:
        return frozenset()
    before, to, behind = (words_of((language,), row) for row in ("changes_from", "changes_to", "changes_behind"))
    return denied(text, numbers, language) | frozenset(
        one
        for one, other in pairwise(sorted(numbers))
        if one[1] <= other[0]
        and not any(mark in _PARTS for mark in text[one[1] : other[0]])
        and (
            (_behind(text[: one[0]], before, language) and _behind(text[one[1] : other[0]], to, language))
            or _marked(text[one[0] : other[0]], behind, language)
        )
        and len(words(text[one[1] : other[0]], language)) <= BETWEEN * (2 if unspaced(text) else 1)
    )


def denied(text: str, numbers: Sequence[Span], language: str | None) -> frozenset[Span]:
    """Those of several numbers that a sentence says it is not: nine and *not eleven*.

    Nothing where all are, as nothing is said instead.
    """
    if language is None or len(numbers) < 2:
        return frozenset()
    before, behind = (words_of((language,), row) for row in ("denies", "denies_behind"))
    found = frozenset(
        one
        for one in numbers
        if (_behind(text[: one[0]], before, language, near=1) or _follows(text[one[1] :], behind, language))
        and _is_many(text[slice(*one)], language)
    ) | _exchanged(text, sorted(numbers), before, language)
    return found if len(found) < len(numbers) else frozenset()


def _exchanged(text: str, numbers: Sequence[Span], denies: frozenset[str], language: str) -> frozenset[Span]:
    """Those denied some words before, of which another one is told instead: it *was not* in fact 5.9, as was said, *but* 6.1."""
    instead = words_of((language,), "instead")
    return frozenset(
        one
        for one, other in pairwise(numbers)
        if _behind(text[one[1] : other[0]], instead, language)
        and len(words(text[one[1] : other[0]], language)) <= UNTIL_INSTEAD
        and _behind(_clause(text[: one[0]]), denies, language, near=BETWEEN)
    )


def _clause(text: str) -> str:
    """What stands behind the last mark."""
    return text[max(text.rfind(mark) for mark in _PARTS) + 1 :]


def _is_many(number: str, language: str) -> bool:
    """Whether it is read as a number other than one: "not one of the eleven" denies nothing that was said."""
    said = value(number, Kind.NUMBER, language)
    return said is not None and said.number != 1


def _follows(text: str, wanted: frozenset[str], language: str) -> bool:
    """Whether one of these words is among the first behind a number, with what it counts between."""
    if unspaced(text):
        return any(word in text[:AT_ONCE] for word in wanted)
    return not wanted.isdisjoint(word.text for word in words(text, language)[:NEAR])


def _behind(text: str, wanted: frozenset[str], language: str, *, near: int = NEAR) -> bool:
    """Whether one of these words stands right before the end of the text."""
    if unspaced(text):
        return text.rstrip().endswith(tuple(wanted)) if wanted else False
    return not wanted.isdisjoint(word.text for word in words(text, language)[-near:])


def _marked(text: str, endings: frozenset[str], language: str) -> bool:
    """Whether a number or the word behind it has an ending, or a word of its own behind it, that says "from"."""
    said = [word.text for word in words(text, language)[: NEAR + 1]]
    return any(
        word.endswith(ending.strip("*")) if ending.startswith("*") else word == ending
        for word in said
        for ending in endings
    )
