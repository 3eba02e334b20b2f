"""Are two words forms of one name, or two names that look alike?  Reads endings.toml; knows no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import product, takewhile
from operator import eq
from typing import Any

from askcorpus.language.sounds import LETTERS, sound
from askcorpus.language.tables import listed, table
from askcorpus.language.words import SAME_LANGUAGE

STEM = 3  # letters that the forms of a name share at least: Turku, Turussa
ALTERED = 2  # letters at a name's end that its forms may have otherwise: Helsinki, Helsingissä
CLITIC = 3  # letters that a language of which no table says which may write onto a name's beginning


def one_form(name: str, word: str, language: str | None) -> bool:
    """Whether a word of a text in this language is the name, in any form and script: it sounds like it, or only its ends are others."""
    rows = _rows(language)
    onto = _written_onto(language)
    alike = partial(_one_form, names=listed(rows["names"]) if "names" in rows else None, told=bool(onto))
    return any(alike(said, other) for said, other in product(_bare(name, onto), _bare(word, onto)))


def shortest(language: str | None, likeness: int) -> int:
    """Letters of the shortest word that can be a form of a name of `likeness` letters: without what is written onto it."""
    return STEM if _written_onto(language) else likeness


def _one_form(name: str, word: str, names: Sequence[str] | None, told: bool) -> bool:
    said, other = _latin(name), _latin(word)
    if name == word or said == other or (sound(name) and sound(name) == sound(word)):
        return True
    shared = _shared(said, other)
    ends = sorted((said[shared:], other[shared:]), key=len)
    if names is not None:
        return not ends[0] and ends[1] in names
    if shared >= STEM and len(ends[0]) <= ALTERED:
        return True
    short, long = sorted((said, other), key=len)
    return not told and len(short) > STEM and len(long) - len(short) <= CLITIC and long.endswith(short)


def _bare(word: str, onto: Sequence[str]) -> tuple[str, ...]:
    """The word as it stands, and without each of what may be written onto it."""
    without = (word.removeprefix(one) for one in onto if word.startswith(one))
    return (word, *(bare for bare in without if len(bare) >= STEM))


@cache
def _written_onto(language: str | None) -> tuple[str, ...]:
    return tuple(listed(_rows(language).get("before", "")))


def _rows(language: str | None) -> Mapping[str, Any]:
    return table("endings", SAME_LANGUAGE.get(language or "", language or ""))


def look_alike(name: str, word: str) -> bool:
    """Whether most letters of two words are the same, in the same order, whatever the script; at the beginning half are enough."""
    from rapidfuzz import fuzz

    said, other = _latin(name), _latin(word)
    shared = _shared(said, other)
    return fuzz.ratio(said, other) >= LETTERS or (shared > STEM and 2 * shared >= max(len(said), len(other)))


def _shared(word: str, other: str) -> int:
    """How many letters both begin with."""
    return sum(takewhile(bool, map(eq, word, other)))


@lru_cache(maxsize=50_000)
def _latin(word: str) -> str:
    from anyascii import anyascii

    return anyascii(word).lower()
