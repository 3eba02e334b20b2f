"""How long ago was this published?  "38 minutes ago", "gestern um 10:20", by the words of calendar.toml in any language."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from askcorpus.language.dates import LONGEST, without_label
from askcorpus.language.numerals import spelt
from askcorpus.language.tables import folded, languages, listed, table, unspaced

_UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "years")
_DAYS = {"days": 1, "weeks": 7, "months": 30, "years": 365}
_ALSO_NAMES = frozenset(
    {"leo", "jana", "ma"}
)  # Swahili's and Hungarian's today and yesterday: only with a time beside them
_CLOCK = r"(?P<clock>,?\s{1,3}(?:[^\W\d_]{1,8}\.?\s{1,3}){0,2}\d{1,2}[:.h]\d{2})?\.?"


def age_line(line: str, *, now: datetime) -> str | None:
    """ISO 8601 of a line that is nothing but an age, counted back from `now`; else None.

    Minutes and hours give a time, days and longer only a date; so do all of them when `now` has no time zone, which
    says that only its day is known.
    """
    if len(line) > LONGEST:
        return None
    text = folded(line.strip())
    ages = {age for code in _languages_of(text) for said in without_label(text) for age in _ages(said, code)}
    return _back(now, *ages.pop()) if len(ages) == 1 else None


def _languages_of(text: str) -> Iterator[str]:
    """The languages that have a word of the text in one of their ways to say an age: most lines have none."""
    spaced, touching = _signs()
    for language in dict.fromkeys(code for word in text.split() for code in spaced.get(word.strip(".,:"), ())):
        yield language
    if not text.isascii():
        for word, language in touching:
            if word in text:
                yield language


@functools.lru_cache(maxsize=1)
def _signs() -> tuple[dict[str, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    """Words of an age and their languages: those that stand between spaces, and those that touch others."""
    spaced: dict[str, tuple[str, ...]] = {}
    touching: list[tuple[str, str]] = []
    for language in languages("calendar"):
        row = table("calendar", language)
        for phrase in listed(",".join(row.get(key, "") for key in ("ago", "today", "yesterday", "now"))):
            for word in folded(phrase.replace("COUNT", " ")).split():
                if unspaced(word) or f"COUNT{word}" in phrase:
                    touching.append((word, language))
                else:
                    spaced[word] = (*spaced.get(word, ()), language)
    return spaced, tuple(touching)


def _ages(text: str, language: str) -> Iterator[tuple[int, str]]:
    """How much of which unit ago the line says in this language."""
    row = table("calendar", language)
    for pattern in _patterns(language):
        match = pattern.fullmatch(text)
        if match is None:
            continue
        what = match["what"]
        if what is not None:
            days = 1 if what in map(folded, listed(row.get("yesterday", ""))) else 0
            if match["clock"] or what not in _ALSO_NAMES:
                yield days, "days"
            continue
        count = _number(match["count"] or match["behind"] or "", language)
        unit = next((name for name in _UNITS if match[name] or match[f"{name}_first"]), None)
        if count is not None and unit is not None:
            yield count, unit


@functools.cache
def _patterns(language: str) -> tuple[re.Pattern[str], ...]:
    """Whole lines that say an age in this language: one with the words for a day, one for each way to say "ago"."""
    row = table("calendar", language)
    days = [folded(day) for key in ("today", "yesterday", "now") for day in listed(row.get(key, ""))]
    about = _either(folded(word) for word in listed(row.get("about", "")))
    units = row.get("units", ())
    number = r"(?P<count>\d{1,3}|[^\W\d_]{1,12})"
    after = "|".join(f"(?P<{name}>{_unit(words)})" for name, words in zip(_UNITS, units, strict=False))
    first = "|".join(f"(?P<{name}_first>{_unit(words)})" for name, words in zip(_UNITS, units, strict=False))
    age = rf"(?:(?:{about})\s{{1,3}})?(?:(?:{number}\s?)??(?:{after})|(?:{first})\s{{1,3}}(?P<behind>\d{{1,3}}))\.?"
    frames = [re.escape(folded(frame.replace("COUNT", "\ue000"))) for frame in listed(row.get("ago", ""))]
    ways = [frame.replace(r"\ ", r"\s{1,3}").replace("\ue000", age) for frame in frames]
    return tuple(
        re.compile(body + _CLOCK)
        for body in (rf"(?P<what>{_either(iter(days))})", *(f"(?P<what>(?!))?{way}" for way in ways))
    )


def _unit(words: str) -> str:
    return _either(re.escape(folded(w.rstrip("*"))) + (r"\w{0,9}" if w.endswith("*") else "") for w in listed(words))


def _either(words: Iterator[str]) -> str:
    return "|".join(sorted(words, key=lambda w: (-len(w), w))) or "(?!)"


def _number(word: str, language: str) -> int | None:
    """The number in digits or in words; 1 where none is said: "an hour ago" is "час назад"."""
    if not word:
        return 1
    if word.isdecimal():
        return int(word)
    if word in map(folded, listed(table("calendar", language).get("one", ""))):
        return 1
    said = _spelt(language).get(word)
    return int(said) if said else None


@functools.cache
def _spelt(language: str) -> dict[str, str]:
    return {folded(word): digits for word, digits in spelt(language).items()}


def _back(now: datetime, count: int, unit: str) -> str:
    if unit in ("seconds", "minutes", "hours"):
        if now.tzinfo is None:
            return now.date().isoformat()
        return (now - timedelta(**{unit: count})).replace(second=0, microsecond=0).isoformat()
    return (now.date() - timedelta(days=_DAYS[unit] * count)).isoformat()
