"""Are two words forms of one name, or two names that look alike?  Reads endings.toml; knows no words."""

from __future__ import annotations

from itertools import takewhile
from operator import eq

from askcorpus.language.sounds import LETTERS, sound
from askcorpus.language.tables import listed, table
from askcorpus.language.words import SAME_LANGUAGE

STEM = 3  # letters that the forms of a name share at least: Turku, Turussa
ALTERED = 2  # letters at a name's end that its forms may have otherwise: Helsinki, Helsingissä
CLITIC = 3  # letters of "and", "in", "the" that Arabic or Hebrew write onto the beginning


def one_form(name: str, word: str, language: str | None) -> bool:
    """Whether a word of a text in this language is the name, in any form and script: it sounds like it, or only the end is another."""
    said, other = _latin(name), _latin(word)
    if said == other or (sound(name) and sound(name) == sound(word)):
        return True
    shared = _shared(said, other)
    ends = sorted((said[shared:], other[shared:]), key=len)
    code = SAME_LANGUAGE.get(language or "", language or "")
    if rows := table("endings", code):
        return not ends[0] and ends[1] in listed(rows["names"])
    if shared >= STEM and len(ends[0]) <= ALTERED:
        return True
    short, long = sorted((said, other), key=len)
    return len(short) > STEM and len(long) - len(short) <= CLITIC and long.endswith(short)


def look_alike(name: str, word: str) -> bool:
    """Whether most letters of two words are the same, in the same order, whatever the script; at the beginning half are enough."""
    from rapidfuzz import fuzz

    said, other = _latin(name), _latin(word)
    shared = _shared(said, other)
    return fuzz.ratio(said, other) >= LETTERS or (shared > STEM and 2 * shared >= max(len(said), len(other)))


def _shared(word: str, other: str) -> int:
    """How many letters both begin with."""
    return sum(takewhile(bool, map(eq, word, other)))


def _latin(word: str) -> str:
    from anyascii import anyascii

    return anyascii(word).lower()
