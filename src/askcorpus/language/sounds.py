"""Could two words of different scripts be the same name?  Both are written as the consonants one hears."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from askcorpus.language.words import words

LEAST_CONSONANTS = 2  # fewer say nothing: "Roy" and "Ra" would be one name
ALIKE = 75.0
"""Of 100, Levenshtein's ratio of the consonants: Ющенко and Juschtschenko have 80."""
LETTERS = 65.0
"""The same of all letters: نورلوند and Norlund, in Arabic without vowels, have 71, Serra and Skarre 55."""
NEAR = ALIKE / 100
"""How near the nearest words come that still stand for one another."""

_LETTERS = re.compile(r"[^a-z]")
_ARTICLE = re.compile(r"^(?:ال|وال|بال)(?=\w{3})")  # Arabic writes it onto the name; no other script does
# Longest first.  What one script writes with a letter another writes with two or three, and each language with its own.
_ONE_SOUND = (
    ("tsch", "c"), ("shch", "s"), ("sch", "s"), ("tch", "c"), ("kh", "h"), ("gh", "g"), ("ch", "c"), ("sh", "s"), ("zh", "j"),
    ("dj", "j"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("ck", "k"), ("qu", "k"), ("ts", "s"), ("tz", "s"), ("cz", "c"),
    ("sz", "s"), ("x", "ks"), ("q", "k"), ("z", "s"), ("w", "v"),
)  # fmt: skip
_AS_ONE = str.maketrans({"c": "k", "p": "b", "d": "t", "g": "k", "j": "y"})
"""Voiced and unvoiced are one: scripts differ in which of the two they have."""
_VOWELS = str.maketrans("", "", "aeiouyh")
_MAY_BE_SILENT = ("k", "v")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """The consonants of a word, and a vowel that begins it, as Latin letters, near ones as one; empty where they say nothing."""
    from anyascii import anyascii

    latin = _LETTERS.sub("", anyascii(_ARTICLE.sub("", word)).lower())
    for letters, one in _ONE_SOUND:
        latin = latin.replace(letters, one)
    consonants = _DOUBLED.sub(r"\1", (latin[:1] + latin[1:].translate(_VOWELS)).translate(_AS_ONE).translate(_VOWELS))
    return consonants if len(consonants) >= LEAST_CONSONANTS else ""


def name_word(word: str) -> str:
    """How a word of a name is compared: by its sound, or by its Latin letters where that says nothing: Ada, Li."""
    from anyascii import anyascii

    return sound(word) or anyascii(word).lower()


def heard(word: str, sounds: Collection[str]) -> tuple[str, float] | None:
    """The one of these sounds that is nearest to that of `word`, and how near, from 0 to 1; None where none could be the same name."""
    return nearest(sound(word), sounds)


def one_name(word: str, other: str) -> bool:
    """Whether two words are one name by all their letters too: Зандоу is Zandou, and Sunday, which has its consonants, is not."""
    return heard(word, (sound(other),)) is not None and written_alike(word, other)


def heard_at_all(word: str) -> bool:
    """Whether a word has consonants enough to be told by them."""
    return bool(sound(word))


def written_alike(word: str, other: str) -> bool:
    """Whether two words are alike by all their letters alone: Hana and هناء, which have one consonant that is heard."""
    from anyascii import anyascii
    from rapidfuzz import fuzz

    latin, others = (_LETTERS.sub("", anyascii(_ARTICLE.sub("", one)).lower()) for one in (word, other))
    return fuzz.ratio(latin, others) >= LETTERS


@lru_cache(maxsize=256)  # the texts of what a question finds, and the names in them
def name_words(text: str, language: str | None) -> frozenset[str]:
    """The words of a text as names are compared by, but for function words."""
    return frozenset(name_word(word.text) for word in words(text, language) if not word.stop)


def nearest(wanted: str, sounds: Collection[str]) -> tuple[str, float] | None:
    """The same for a sound; nothing is near to an empty one."""
    from rapidfuzz import fuzz, process

    alike = [one for one in sounds if _begin_alike(wanted, one)] if wanted else []
    best = process.extractOne(wanted, alike, scorer=fuzz.ratio, score_cutoff=ALIKE) if alike else None
    return (best[0], best[1] / 100) if best else None


def _begin_alike(one: str, other: str) -> bool:
    """Whether two sounds have the first consonant in common: Orvane is not Tarvane.  Some write H as G, W as U: Гамбург, Уилсон."""
    if one[:1] == other[:1]:
        return True
    return (one[:1] in _MAY_BE_SILENT and one[1:2] == other[:1]) or (
        other[:1] in _MAY_BE_SILENT and other[1:2] == one[:1]
    )
