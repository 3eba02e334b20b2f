"""Does a question itself say when, or according to whom?  Plain words become a Filter; anything doubtful stays a word."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from askcorpus.types import Filter

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january janvier januar января январе enero", "february février februar февраля феврале febrero",
            "march mars märz марта марте marzo", "april avril апреля апреле abril", "may mai мая мае mayo",
            "june juin juni июня июне junio", "july juillet juli июля июле julio", "august août августа августе agosto",
            "september septembre сентября сентябре septiembre", "october octobre oktober октября октябре octubre",
            "november novembre ноября ноябре noviembre", "december décembre dezember декабря декабре diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(_MONTHS)
_IN_MONTH = re.compile(
    rf"(?:^|\b)(?P<how>in|en|im|during|since|after|before|until|depuis|avant|après|seit|vor|nach|bis|в|с|до|desde|hasta)\s+"
    rf"(?:the\s+)?(?P<month>{_MONTH})(?:\s+(?P<year>(?:19|20)\d\d))?(?=\s*[?.!,]|\s*$)",
    re.IGNORECASE,
)
_SINCE_DAY = re.compile(r"\b(?P<how>since|after|before|until|on)\s+(?P<day>\d{4}-\d\d-\d\d)\b", re.IGNORECASE)
_RECENT = re.compile(
    r"\b(?:(?P<today>today|aujourd['’]hui|heute|сегодня|hoy)|(?P<yesterday>yesterday|hier|gestern|вчера|ayer)"
    r"|(?P<week>(?:this|last|past)\s+week|cette\s+semaine|la\s+semaine\s+dernière|letzte\s+woche|на\s+(?:этой|прошлой)\s+неделе)"
    r"|(?P<month>last\s+month|le\s+mois\s+dernier|letzten\s+monat|в\s+прошлом\s+месяце))(?=\s*[?.!,]|\s*$)",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according\s+to|selon|laut|según|по\s+(?:данным|сообщению|словам))\s+(?P<who>[^?.!,]+)", re.IGNORECASE
)
_SINCE = frozenset("since depuis seit с desde".split())
_AFTER = frozenset("after après nach".split())
_BEFORE = frozenset("before avant vor до".split())
_UNTIL = frozenset("until bis hasta".split())


def narrowed(question: str, *, publishers: Sequence[str], today: date) -> Filter:
    """What the question's own words narrow it to; an empty filter for most questions.

    "In June" is the last June up to `today`. A publisher counts only when it is one of `publishers`.
    """
    since, until = _period(question, today)
    return Filter(
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        publisher=_publisher(question, publishers),
    )


def may_narrow(question: str) -> bool:
    """Whether it is worth looking up publishers and dates."""
    return any(pattern.search(question) for pattern in (_RECENT, _SINCE_DAY, _IN_MONTH, _ACCORDING))


def _period(question: str, today: date) -> tuple[date | None, date | None]:
    recent = _RECENT.search(question)
    if recent:
        if recent.group("today"):
            return today, today
        if recent.group("yesterday"):
            return today - timedelta(days=1), today - timedelta(days=1)
        if recent.group("week"):
            return today - timedelta(days=7 if "this" in recent.group().lower() else 14), today
        first = today.replace(day=1)
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    day = _SINCE_DAY.search(question)
    if day:
        try:
            named = date.fromisoformat(day.group("day"))
            return _side(day.group("how").lower(), named, named)
        except (ValueError, OverflowError):  # the 31st of February, after the last day there is
            return None, None
    month = _IN_MONTH.search(question)
    if month is None:
        return None, None
    number = _MONTHS[month.group("month").lower()]
    year = int(month.group("year") or 0) or (today.year if number <= today.month else today.year - 1)
    first, last = date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    return _side(month.group("how").lower(), first, last)


def _side(how: str, first: date, last: date) -> tuple[date | None, date | None]:
    """Which side of the days from `first` to `last` is meant; "before" and "after" leave them out."""
    if how in _AFTER:
        return last + timedelta(days=1), None
    if how in _SINCE:
        return first, None
    if how in _BEFORE:
        return None, first - timedelta(days=1)
    return (None, last) if how in _UNTIL else (first, last)


def _publisher(question: str, publishers: Sequence[str]) -> str | None:
    said = _ACCORDING.search(question)
    if said is None:
        return None
    who = re.sub(r"^(?:the|la|le|der|die|das|el)\s+", "", said.group("who").strip(), flags=re.IGNORECASE).casefold()
    for name in sorted(publishers, key=lambda p: (-len(p), p)):
        plain = re.sub(r"^(?:the|la|le|der|die|das|el)\s+", "", name, flags=re.IGNORECASE).casefold()
        if plain and (who == plain or who.startswith(plain + " ")):
            return name
    return None
