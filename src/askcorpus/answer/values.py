"""What does a quote say is the number, the date or the name that was asked for, and is it what another quote says?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from askcorpus.language.counting import apart, counted, in_characters, writes_characters
from askcorpus.language.numerals import money_words, powers, share_words, spelt
from askcorpus.language.sounds import name_words, nearest
from askcorpus.language.tables import unspaced
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Kind
from askcorpus.question.said import Time, times
from askcorpus.types import Citation

EXACT = 0.001
"""Two numbers as near as this are one: 4.98 million and 5 million are two, 1,140 and 1140.0 are one."""
_BARE_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_RANGE = re.compile(r"\d\s?[–-]\s?\d")


@dataclass(frozen=True, slots=True)
class Value:
    """One value, as it stands in a quote and as it is compared."""

    text: str
    number: float | None = None
    unit: str = ""
    """"share", "money", "time" and which unit of it, or empty for a plain number."""
    time: Time | None = None
    names: frozenset[str] = frozenset()
    """The sounds of a name's words."""
    stems: frozenset[str] = frozenset()
    """Of words that are no name."""


def value(text: str, kind: Kind, language: str | None) -> Value | None:
    """The value of this kind that a marked part of a quote is; None where it cannot be read off."""
    if kind is Kind.NUMBER:
        number = number_in(text, language)
        return None if number is None else Value(text, number=number, unit=_unit(text, language))
    if kind is Kind.DATE:
        time = next(iter(times(text, language)), None)
        return None if time is None else Value(text, time=time)
    names = name_words(text, language)
    return Value(text, names=names) if names else None


def same(one: Value, other: Value) -> bool | None:
    """Whether two values of one kind are the same; None where they cannot be compared."""
    if one.number is not None and other.number is not None:
        if one.unit != other.unit:
            return None
        return abs(one.number - other.number) <= EXACT * max(abs(one.number), abs(other.number))
    if one.time and other.time:
        parts = [
            (a, b) for a, b in zip(_parts(one.time), _parts(other.time), strict=True) if a is not None and b is not None
        ]
        return all(a == b for a, b in parts) if parts else None
    if one.names and other.names:
        return _one_name(one.names, other.names)
    if one.stems and other.stems:
        fewer, more = sorted((one.stems, other.stems), key=len)
        return True if fewer <= more else None if fewer & more else False
    return None


def in_words(text: str, language: str | None) -> Value | None:
    """A number, a day, or the plain words that a part of a quote is."""
    for kind in (Kind.NUMBER, Kind.DATE):
        said = value(text, kind, language)
        if said is not None:
            return said
    stems = frozenset(word.stem for word in words(text, language) if not word.stop)
    return Value(text, stems=stems) if stems else None


def said_alike(one: Citation, other: Citation) -> bool | None:
    """Whether two citations give the same number or day for what was asked; None where they cannot be compared."""
    if one.value is None or other.value is None:
        return None
    return alike((one.value, one.article.source.language), (other.value, other.article.source.language))


def alike(one: tuple[str, str | None], other: tuple[str, str | None]) -> bool | None:
    """Whether two values, each in its language, are one number or day; a day before a number: 12 May and 12 June are two."""
    for kind in (Kind.DATE, Kind.NUMBER):
        a, b = value(one[0], kind, one[1]), value(other[0], kind, other[1])
        told = same(a, b) if a and b else None
        if told is not None:
            return told
    return None


def number_in(text: str, language: str | None) -> float | None:
    """The one number that a text names, in digits or in words; None for none, for a range or several, and for words not all known."""
    if _RANGE.search(text):
        return None
    if writes_characters(language) and unspaced(text):
        return in_characters(text, language)
    every, scales = words(text, language), powers(language)
    if not _in_whole_words(every, text):
        return _in_characters(every, text, language)
    said = tuple(counted(text, tuple(apart(every)), language))
    alone = [word for word in every if word.text in scales and not any(n.start <= word.start < n.end for n in said)]
    if not said and len(alone) == 1:
        return 10.0 ** scales[alone[0].text]
    return said[0].value if len(said) == 1 and not alone else None  # two and a half million


def _in_whole_words(every: Sequence[Word], text: str) -> bool:
    """Whether the language is written with spaces, and its words are taken as they stand."""
    return not unspaced(text) and all(a.end <= b.start or b.end <= a.end for a, b in pairwise(every))


def _in_characters(every: Sequence[Word], text: str, language: str | None) -> float | None:
    """The same where words are pairs of characters, or pieces."""
    digits, scales = spelt(language), powers(language)
    total: float | None = None
    last = 0  # where the number ends so far
    for word in every:
        if word.text[0].isdecimal() or word.text in digits:
            if total is not None:
                return None
            total, last = _as_number(word.text) if word.text[0].isdecimal() else float(digits[word.text]), word.end
        elif word.text in scales:
            if total is not None and text[last : word.start].strip(" \u00a0"):
                return None
            total, last = (1.0 if total is None else total) * 10.0 ** scales[word.text], word.end
    return total


def _as_number(text: str) -> float:
    match = re.match(r"\d+(?:\.\d+)?", text)
    return float(match.group()) if match else float("nan")


def is_money(text: str, language: str | None) -> bool:
    """Whether a currency stands in it."""
    lower, scales = text.lower(), powers(language)  # "2 million" alone is no sum of money
    return any(word in lower for word in money_words(language) if word not in scales)


def is_bare_year(number: str) -> bool:
    """Whether nothing tells it from a year: 1988, not 1,988."""
    return _BARE_YEAR.fullmatch(number) is not None


def _unit(text: str, language: str | None) -> str:
    lower = text.lower()
    if any(word in lower for word in share_words(language)):
        return "share"
    return "money" if is_money(text, language) else ""


def _parts(time: Time) -> tuple[int | None, int | None, int | None]:
    return time.year, time.month, time.day


def _one_name(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether all words of one name sound like words of the other; None where only some do: Ada Vale and Ada Berg, or Vale's firm."""
    fewer, more = sorted((one, other), key=len)
    heard = [nearest(sound_of_word, more) is not None for sound_of_word in fewer]
    return True if all(heard) else None if any(heard) else False
