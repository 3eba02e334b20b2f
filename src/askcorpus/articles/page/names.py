"""Does this piece of a line name a paper or a person?  Looks at capitals and at words for "by"; knows no line but its own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

with Path(__file__).with_name("exports.toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)

_SMALL_PAPERS = frozenset(_TABLE["small_papers"].split())
_PAPERS = frozenset(_TABLE["papers"].split()) | _SMALL_PAPERS
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
_SMALL = _LINKING | _SMALL_PAPERS


def like_a_name(text: str) -> bool:
    """Whether the text may be a publisher's name: a few words, each with a capital, or a site's address."""
    words = text.split()
    if not 1 <= len(words) <= 5 or len(text) > 40 or text[-1] in ".!?:;,…" or re.search(r"\d[:.]\d", text):
        return False
    if len(words) == 1 and re.fullmatch(r"(?:[\w-]+\.)+[a-z]{2,}", text):
        return True
    return words[0][0].isupper() and all(w[0].isupper() or w[0].isdigit() or w.lower() in _SMALL for w in words)


def like_a_byline(text: str) -> bool:
    """Whether the line names who wrote the article and nothing else."""
    return len(text) <= _LONGEST_BYLINE and bool(_BYLINE.fullmatch(text))


def like_a_persons_name(text: str) -> bool:
    """Whether the text may be a person's name: two to four words with capitals, no article first, none that papers are called by."""
    words = text.split()
    return 2 <= len(words) <= 4 and words[0].lower() not in _LINKING and like_a_name(text) and not names_paper(text)


def paper_among(names: Sequence[str]) -> str | None:
    """The paper among the names beside a date: one that is called like one, else the first of several; one that may be a person's is none."""
    papers = [name for name in names if names_paper(name)]
    alone = len(names) == 1 and like_a_persons_name(names[0])
    return next(iter(papers or (() if alone else names)), None)


def like_a_signature(text: str) -> bool:
    """Whether the line is a person's name with a place or a paper behind it: "Anna Lund, Skarholm"."""
    person, comma, place = text.partition(", ")
    return bool(comma) and like_a_persons_name(person) and like_a_name(place)


def names_paper(text: str) -> bool:
    """Whether a word of the name is one of those that papers are called by: "Times", "Zeitung"."""
    return any(
        word.strip("().,").lower() in _PAPERS or word.lower().endswith(_PAPER_ENDS)
        for word in _BETWEEN_WORDS.split(text)
    )
