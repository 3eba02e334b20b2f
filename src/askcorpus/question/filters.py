"""Which days does a question narrow itself to?  "Since May" and "last week" become a Filter; anything doubtful stays a word.

"In May" does not: what happened then may be told later; see `question/said.py`.  What "since May" is in each language stands in
language/calendar.toml.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from askcorpus.language.calendar import month_numbers
from askcorpus.language.frames import Frame, ends_clause, frames
from askcorpus.language.identify import asked_in
from askcorpus.language.tables import Phrases, listed, rows, spoken, table
from askcorpus.types import Filter

_USUAL = ("en", "fr", "de", "ru", "es")
"""By whose words a question is read whose language is not known."""
SPANS = ("today", "yesterday", "this_week", "last_week", "last_month")
_SIDES = ("since", "after", "before", "until")
_DAY = re.compile(r"(?<= )(\d{4}) (\d\d) (\d\d)(?!\d)")
_YEAR = r"(?:19|20|2[45])\d\d"
_LONGEST_YEAR = 24  # characters of a year with its words before a month


@dataclass(frozen=True, slots=True)
class _Said:
    """What a question says of time."""

    how: str
    """One of SPANS or _SIDES."""
    day: date | None = None
    month: int = 0
    year: int | None = None


def narrowed(question: str, *, today: date, language: str | None = None) -> Filter:
    """What the question's own words narrow it to; an empty filter for most questions.

    "Since June" is since the last June up to `today`.  `language` is that of the question, if that is known.
    """
    languages = (language,) if language else asked_in(question, _USUAL)
    since, until = _period(_said(spoken(question), languages), today)
    return Filter(since=since.isoformat() if since else None, until=until.isoformat() if until else None)


def days_of(span: str, *, today: date) -> Filter:
    """The days of "today", "yesterday", "this_week", "last_week" or "last_month"."""
    since, until = _period(_Said(span), today)
    return Filter(since=since.isoformat() if since else None, until=until.isoformat() if until else None)


def _period(said: _Said | None, today: date) -> tuple[date | None, date | None]:
    if said is None:
        return None, None
    if said.how == "today":
        return today, today
    if said.how == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if said.how in ("this_week", "last_week"):
        return today - timedelta(days=7 if said.how == "this_week" else 14), today
    if said.how == "last_month":
        last = today.replace(day=1) - timedelta(days=1)
        return last.replace(day=1), last
    try:
        if said.day:
            return _side(said.how, said.day, said.day)
        year = said.year or (today.year if said.month <= today.month else today.year - 1)
        first = date(year, said.month, 1)
        return _side(said.how, first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    except OverflowError:  # after the last day there is
        return None, None


def _side(how: str, first: date, last: date) -> tuple[date | None, date | None]:
    """Which side of the days from `first` to `last` is meant; "before" and "after" leave them out."""
    if how == "after":
        return last + timedelta(days=1), None
    if how == "since":
        return first, None
    if how == "before":
        return None, first - timedelta(days=1)
    return None, last


def _said(text: str, languages: tuple[str, ...]) -> _Said | None:
    """What a `spoken` question says of time; None where it says nothing, or nothing that is sure."""
    for language in languages:
        anywhere = table("calendar", language).get("anywhere", False)
        for span, phrases in _spans(language).items():
            if phrases.stand_in(text) if anywhere else phrases.end_clause(text):
                return _Said(span)
    for language in languages:
        said = _day_said(text, language) or _month_said(text, language)
        if said is not None:
            return said
    return None


def _day_said(text: str, language: str) -> _Said | None:
    """A day in ISO 8601 and which side of it is meant."""
    found = _DAY.search(text)
    if found is None:
        return None
    for side, frame in _frames(language):
        if frame.end(text, found.start(), found.end()):
            try:
                return _Said(side, day=date(*map(int, found.groups())))
            except ValueError:  # the 31st of February
                return None
    return None


def _month_said(text: str, language: str) -> _Said | None:
    """A month, with or without its year, and which side of it is meant."""
    names = _months(language)
    if not any(name in text for name in names):
        return None
    year_after, year_before = _years(language)
    for name in _month_pattern(language).finditer(text):
        earlier = year_before.search(text, max(0, name.start() - _LONGEST_YEAR), name.start())
        said = _in_frame(text, language, name, earlier.start(), year_after) if earlier else None
        said = said or _in_frame(text, language, name, name.start(), year_after)
        if said is not None:
            year = _year_of(earlier.group() if earlier else said[1], language)
            return _Said(said[0], month=names[name.group()], year=year)
    return None


def _in_frame(
    text: str, language: str, name: re.Match[str], start: int, year: re.Pattern[str]
) -> tuple[str, str] | None:
    """Which side of the month is meant, and what was said of its year; None where no word says a side."""
    row = table("calendar", language)
    anywhere = row.get("anywhere") or row.get("verb_last")
    for side, frame in _frames(language):
        found = frame.end(text, start, name.end(), year)
        if found and (anywhere or frame.closed or ends_clause(text, found[0])):
            return side, found[1]
    return None


def _year_of(said: str, language: str) -> int | None:
    found = re.search(_YEAR, said)
    if found is None:
        return None
    year = int(found.group())
    return year - table("calendar", language).get("era", 0) if year > 2400 else year


@functools.cache
def _spans(language: str) -> dict[str, Phrases]:
    return {span: Phrases(rows("calendar", (language,), span)) for span in SPANS}


@functools.cache
def _frames(language: str) -> tuple[tuple[str, Frame], ...]:
    """The sides of a month or a day and the frames that say them, the longest first."""
    row = table("calendar", language)
    pairs = [(side, frame) for side in _SIDES for frame in frames(row.get(side, ""), "WHEN")]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[1].before + pair[1].ending + pair[1].after)))


@functools.cache
def _months(language: str) -> dict[str, int]:
    return {
        spoken(name).strip(): number
        for name, number in month_numbers(language, "months", "oblique", "locative").items()
    }


@functools.cache
def _month_pattern(language: str) -> re.Pattern[str]:
    names = sorted(_months(language), key=len, reverse=True)
    return re.compile(rf"(?<!\d)(?:{'|'.join(map(re.escape, names))})")


@functools.cache
def _years(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds a year behind a month, and one in front of it."""
    row = table("calendar", language)
    before = listed(row.get("year_before", ""))
    after = listed(row.get("year", "" if before else "YEAR"))
    return re.compile(rf" (?:{_any_year(after)})(?= )"), re.compile(rf"(?:{_any_year(before)}) ?\Z")


def _any_year(forms: Sequence[str]) -> str:
    plain = sorted((spoken(form.replace("YEAR", "0000")).strip() for form in forms), key=len, reverse=True)
    return "|".join(re.escape(form).replace("0000", _YEAR) for form in plain) or "(?!)"
