"""Does this piece of a line name a paper or a person?  Looks at capitals and at words for "by"; knows no line but its own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

with Path(__file__).with_name("exports.toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)

_PAPERS = frozenset(_TABLE["papers"].split())
_PAPER_ENDS = tuple(_TABLE["paper_ends"].split())
_BETWEEN_WORDS = re.compile(r"[\s'’-]+")
_NAME = r"(?:[A-ZÀ-ÞĀ-ŽА-ЯЁ][\w'’.-]*|de|da|del|van|von|der|den|la|le|el|bin|al)"
_BYLINE = re.compile(
    rf"(?:by|par|von|por|di|written by|reporting by|reported by|story by|автор|текст|автор текста|от)\s*:?\s+"
    rf"(?-i:{_NAME}(?:\s+{_NAME}){{1,4}}(?:(?:\s*,\s*|\s+(?:and|et|und|y|e|и)\s+){_NAME}(?:\s+{_NAME}){{0,5}}){{0,4}})[.,]?",
    re.I,
)
_LONGEST_BYLINE = 120  # characters
_LINKING_WORDS = "of the and de la le les du des der die das und van y el del della dello dei do dos da e i für pour på och в на и & for"
_LINKING = frozenset(_LINKING_WORDS.split())


def like_a_name(text: str) -> bool:
    """Whether the text may be a publisher's name: a few words, each with a capital, or a site's address."""
    words = text.split()
    if not 1 <= len(words) <= 5 or len(text) > 40 or text[-1] in ".!?:;,…" or re.search(r"\d[:.]\d", text):
        return False
    if len(words) == 1 and re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}", text):
        return True
    return words[0][0].isupper() and all(w[0].isupper() or w[0].isdigit() or w.lower() in _LINKING for w in words)


def like_a_byline(text: str) -> bool:
    """Whether the line names who wrote the article and nothing else."""
    return len(text) <= _LONGEST_BYLINE and bool(_BYLINE.fullmatch(text))


def like_a_signature(text: str) -> bool:
    """Whether the line is a person's name with a place or a paper behind it: "Anna Lund, Skarholm"."""
    person, comma, place = text.partition(", ")
    return (
        bool(comma)
        and 2 <= len(person.split()) <= 4
        and like_a_name(person)
        and like_a_name(place)
        and not names_paper(person)
    )


def names_paper(text: str) -> bool:
    """Whether a word of the name is one of those that papers are called by: "Times", "Zeitung"."""
    return any(
        word.strip("().,").lower() in _PAPERS or word.lower().endswith(_PAPER_ENDS)
        for word in _BETWEEN_WORDS.split(text)
    )
