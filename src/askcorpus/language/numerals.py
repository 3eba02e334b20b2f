"""How does each language say a number?  What finds numbers, and what they are in digits, comes from numerals.toml."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from askcorpus.language.tables import UNSPACED, chosen, listed, pattern, rows, table

USUAL = ("en", "de", "fr", "es", "it", "ru")
"""Whose numbers are looked for in a text of a language that is not known or has no table."""
_POWER = "power_"
_CURRENCIES = "$€£¥₽₹₩₺₴"
_LONGEST = 12  # characters, or words, of a number that is written without spaces


@functools.cache
def number_pattern(language: str | None) -> re.Pattern[str]:
    """Finds numbers in a text of this language, in digits or in words, with the unit or the percent sign that belongs to them."""
    languages = chosen("numerals", language, USUAL)
    powers = _powers(languages)
    units = pattern(
        (*powers, *rows("numerals", languages, "percent"), *rows("numerals", languages, "units")), open=True
    )
    digits = (
        rf"(?:[{_CURRENCIES}]\s?)?(?<!(?-i:[^\W{UNSPACED}]))(?<!\.)\d+(?:[., ]\d+)*(?:[–-]\d+(?:[.,]\d+)*)?"
        rf"(?:\s?(?:[%‰]|k[mg]|к[мг]|{units}))?"
    )
    words = (*_spelt(languages), *powers, *rows("numerals", languages, "others"))
    return re.compile("|".join((digits, *_in_words(languages, words))), re.IGNORECASE)


@functools.cache
def spelt(language: str | None) -> dict[str, str]:
    """The words that are numbers from 2 to 90 and their digits, in lower case without hyphens; English where the language is not known."""
    return {
        word.replace("-", ""): str(value)
        for word, value in _values(table("numerals", language or "en")).items()
        if " " not in word
    }


@functools.cache
def powers(language: str | None) -> dict[str, int]:
    """The words that multiply a number, and by which power of ten; English where the language is not known."""
    return {
        word: int(row.removeprefix(_POWER))
        for row, listing in table("numerals", language or "en").items()
        if row.startswith(_POWER)
        for word in listed(listing)
    }


@functools.cache
def share_words(language: str | None) -> tuple[str, ...]:
    """Beginnings of what makes a number a share, in lower case."""
    return ("%", "‰", *_beginnings(rows("numerals", chosen("numerals", language, USUAL), "percent")))


@functools.cache
def money_words(language: str | None) -> tuple[str, ...]:
    """Beginnings of what makes a number a sum of money, large numbers included, in lower case."""
    languages = chosen("numerals", language, USUAL)
    return (*_CURRENCIES, *_beginnings((*rows("numerals", languages, "money"), *_powers(languages, least=6))))


def _values(numerals: dict[str, Sequence[str]]) -> dict[str, int]:
    first = {word: n for n, names in enumerate(numerals.get("two_to_twenty", ()), 2) for word in listed(names)}
    return first | {word: 10 * n for n, names in enumerate(numerals.get("tens", ()), 3) for word in listed(names)}


def _in_words(languages: tuple[str, ...], words: tuple[str, ...]) -> Iterator[str]:
    """Numbers in words, or in characters of their own; in some languages only before what is counted."""
    counted = rows("numerals", languages, "counted")
    if not counted:
        percent = pattern(rows("numerals", languages, "percent"))
        yield rf"(?:{pattern(words)})(?:[\s-](?:{pattern(words)})){{0,{_LONGEST}}}(?:\s(?:{percent}))?"
        return
    before = rf"(?=\s?(?:{pattern(counted, open=True)}))"
    characters = "".join(table("numerals", code).get("digits", "") for code in languages)
    if characters:
        yield rf"[{characters}]{{1,{_LONGEST}}}{before}"
    if len(words) > len(_powers(languages)):
        yield rf"(?:{pattern(words)}){{1,{_LONGEST}}}{before}"


def _spelt(languages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for code in languages for word in _values(table("numerals", code)))


def _powers(languages: tuple[str, ...], *, least: int = 2) -> tuple[str, ...]:
    """The words for ten to the power of `least` or more."""
    return tuple(
        word
        for code in languages
        for row, words in table("numerals", code).items()
        if row.startswith(_POWER) and int(row.removeprefix(_POWER)) >= least
        for word in listed(words)
    )


def _beginnings(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.rstrip("*") for word in words)
