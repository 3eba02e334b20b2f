"""Which things does a question call by a number, and does a text speak of another one instead?

"GT-20F" is not GT-20E, and Flight 371 not Flight 370, however much else agrees.  A text that writes the number in another way, or calls
the thing by its name alone, is no contradiction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from askcorpus.language.numerals import spelt
from askcorpus.language.words import words
from askcorpus.question.said import LOOKED_AT

SHORTEST = 3  # letters and digits: Q3, H1 and G7 are also written out
WORD_LETTERS = 5  # a label that begins with so many is also called by them alone: Covid-19
SURE_DIGITS = 3  # of a number that stands for itself in every language: 3 may be 三 or "dritte", 370 is 370
_GAP = r"[\s\u2010-\u2015/.-]?"
_LABEL = re.compile(r"(?<!\w)[^\W\d_]\w{0,20}(?:[-\u2010\u2011/]\w{1,20}){0,5}")
_GROUPS = re.compile(r"\d+|[^\W\d_]+")
_DIGIT = re.compile(r"[^\D0-9]")
_ENDING = re.compile(r"(?<=\d)(?:s|-?[^\W\d_a-zÀ-ɏ]{1,2})$")
"""Letters that a question writes behind a label: two A380s, пять А-380х."""
_NUMBERED = re.compile(r"(?<!\w)([^\W\d_]\w{1,30})\s(\d{1,6})(?![\w.,:/-]\w)(?!\w)")


@dataclass(frozen=True, slots=True)
class Label:
    """A thing that is called by a number."""

    groups: tuple[str, ...]
    """Runs of letters and of digits, in lower case: gt 20 f; flight 370."""
    apart: bool
    """The number stands behind a word."""
    bare: tuple[str, ...] = ()
    """The groups without an ending, where it has one: of "A380s" a and 380."""


def labels(question: str, untimed: str, spoken: str | None) -> tuple[Label, ...]:
    """The labels in a question; `untimed` is the question with blanks where it names a day, a month or a year."""
    question, untimed = _in_digits(question), _in_digits(untimed)
    found = [match.group() for match in _LABEL.finditer(question[:LOOKED_AT])]
    joined = [_joined(one) for one in found if _is_label(one)]
    names = {word.start for word in words(untimed[:LOOKED_AT], spoken) if word.capital and not word.stop}
    numbered = [m for m in _NUMBERED.finditer(untimed[:LOOKED_AT]) if m.start() in names]
    return (*joined, *(Label((m[1].lower(), m[2]), apart=True) for m in numbered))


def speaks_of_another(text: str, wanted: Sequence[Label], language: str | None, *, crossed: bool) -> bool:
    """Whether a text in this language has another thing in place of one of these; `crossed` says that it may write letters otherwise."""
    return bool(wanted) and any(_another(_in_digits(text), label, language, crossed) for label in wanted)


def _is_label(surface: str) -> bool:
    """Whether letters and digits make one label, in which the letters are no plain word: "mid-1990s" is a time."""
    letters = [group for group in _GROUPS.findall(surface) if not group.isdigit()]
    digits = any(c.isdecimal() for c in surface)
    return digits and sum(c.isalnum() for c in surface) >= SHORTEST and letters[0][0].isupper()


def _joined(surface: str) -> Label:
    bare = _ENDING.sub("", surface) if surface[-1].islower() else surface
    return Label(_groups(surface), apart=False, bare=_groups(bare) if bare != surface else ())


def _another(text: str, label: Label, language: str | None, crossed: bool) -> bool:
    if any(_exact(groups).search(text) for groups in (label.groups, label.bare) if groups):
        return False
    numbers = [group for group in label.groups if group.isdigit()]
    there = _numbers(text, language)
    if crossed:
        return not there.issuperset(number for number in numbers if len(number) >= SURE_DIGITS)
    sibling = bool(_sibling(label.groups).search(text))
    if label.apart or len(label.groups[0]) >= WORD_LETTERS:
        return sibling and not (label.apart and there.issuperset(numbers))
    return sibling or not there.issuperset(numbers)


def _in_digits(text: str) -> str:
    """The text with 0 to 9 for the digits of every script, so that all else stays where it is."""
    return text if text.isascii() else _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit.group())), text)


@lru_cache(maxsize=64)
def _exact(groups: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_GAP.join(map(re.escape, groups))}(?:s|(?!\w))", re.IGNORECASE)


@lru_cache(maxsize=64)
def _sibling(groups: tuple[str, ...]) -> re.Pattern[str]:
    """Another thing with the same first letters, or with the same word."""
    return re.compile(rf"(?<!\w){re.escape(groups[0])}{_GAP}\d", re.IGNORECASE)


def _groups(surface: str) -> tuple[str, ...]:
    return tuple(group.lower() for group in _GROUPS.findall(surface))


@lru_cache(maxsize=256)
def _numbers(text: str, language: str | None) -> frozenset[str]:
    """All runs of digits in a text, and the numbers that it writes as one word."""
    spelled = spelt(language)
    written = {group for group in _GROUPS.findall(text) if group.isdigit()}
    return frozenset(written | {str(spelled[word]) for word in text.lower().split() if word in spelled})
