"""Does a paragraph begin with where, when and for whom it was written?  "SKARHOLM, March 12 (Reuters) — ", as agencies begin theirs."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from askcorpus.articles.page.names import like_a_name
from askcorpus.language.dates import date_line

with Path(__file__).with_name("exports.toml").open("rb") as _file:
    _AGENCIES = frozenset(tomllib.load(_file)["agencies"].split())

_BEGINNING = re.compile(
    r"(?P<place>[^\W\d_][^()–—:\n]{1,60}?)\s{0,2}"
    r"(?:[(/](?P<agency>[\w./ -]{2,30})[)/](?:\.?\s{0,2}[–—-]{1,2}|[.:]?)(?=\s)|\s(?:[–—]|-{1,2}(?=\s)))"
)
_YEAR = "2025"  # any: agencies leave it out
_SLASH = re.compile(r"[/ .-]+")


def has_dateline(paragraph: str) -> bool:
    """Whether the paragraph begins so: with a place, and an agency's name or a day behind it.

    A place alone is none: "Lesna — the mill closes" begins a part of an article on several towns.
    """
    match = _BEGINNING.match(paragraph)
    if match is None:
        return False
    place, comma, day = match["place"].strip().partition(", ")
    dated = bool(comma) and any(_is_day(piece) for piece in (day, day.rpartition(", ")[2]))
    agency = match["agency"] or ""
    known = any(word.casefold() in _AGENCIES for word in _SLASH.split(agency))
    return like_a_name(place) and (known or (place.isupper() and (dated or like_a_name(agency or "-"))))


def _is_day(text: str) -> bool:
    return (
        date_line(text) is not None
        or date_line(f"{text} {_YEAR}") is not None
        or date_line(f"{text}, {_YEAR}") is not None
    )
