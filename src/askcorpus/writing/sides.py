"""Which words of a text have others that say the same, and others that say the opposite?  As the tables claims and kinds tell."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from askcorpus.language.tables import languages, listed, pattern, table
from askcorpus.language.words import known

_CLINGING = "ar"  # what it writes onto a word: "and", "in", "the"
_PREFIXES = r"(?<!\w)(?:[وفبكل]{1,2})?(?:ال|لل)?"


@dataclass(frozen=True, slots=True)
class Sided:
    """Where a text has a word of a row's one side or the other."""

    row: int
    second: bool
    converse: bool
    """Whether one side may be said of the one and the other of the other: A sold it, B bought it."""
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Thing:
    """Where a text names one of the things of a kind: the same number in every language."""

    kind: str
    number: int
    start: int
    end: int


@functools.lru_cache(maxsize=512)
def sided(text: str, language: str | None) -> tuple[Sided, ...]:
    """The words that have a side, in the order of the rows."""
    return tuple(
        Sided(number, bool(second), converse, *found.span())
        for number, (converse, *both) in enumerate(_rows(known(language) or ""))
        for second, side in enumerate(both)
        for found in side.finditer(text)
    )


@functools.lru_cache(maxsize=512)
def things(text: str, language: str | None) -> tuple[Thing, ...]:
    """The things that it names, of the kinds that are told."""
    code = known(language) or ""
    return tuple(
        Thing(kind, number, *found.span()) for kind, number, named in _kinds(code) for found in named.finditer(text)
    )


@functools.cache
def _rows(language: str) -> tuple[tuple[bool, re.Pattern[str], re.Pattern[str]], ...]:
    rows = [row.strip() for row in str(table("claims", language).get("sides", "")).split(";") if "/" in row]
    parted = ((row.startswith("~"), row.lstrip("~").partition("/")) for row in rows)
    return tuple((converse, _any(one, language), _any(other, language)) for converse, (one, _, other) in parted)


@functools.cache
def _kinds(language: str) -> tuple[tuple[str, int, re.Pattern[str]], ...]:
    return tuple(_named(language)) if language in languages("kinds") else ()


def _named(language: str) -> Iterator[tuple[str, int, re.Pattern[str]]]:
    for kind, members in table("kinds", language).items():
        for number, member in enumerate(str(members).split(";")):
            if member.strip():
                yield kind, number, _any(member, language)


def _any(said: str, language: str) -> re.Pattern[str]:
    """Matches any of these words."""
    every = listed(" ".join(said.split()))
    if language == _CLINGING:
        return re.compile(rf"{_PREFIXES}(?:{'|'.join(map(re.escape, every))})(?!\w)")
    return re.compile(pattern(every), re.IGNORECASE)
