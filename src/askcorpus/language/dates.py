"""When was this published?  Dates and ages ("38 minutes ago") as news pages write them, by the words of calendar.toml.

A page's language is not known while its lines are read: a line is matched by the words of all languages, and a date that two of
them would read as different days is none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

from askcorpus.language.calendar import every, month_numbers
from askcorpus.language.tables import folded, languages, listed, table

LONGEST = 80  # characters of a line that may still be a date or an age
_YEAR = re.compile(r"\d{4}")
_MONTH = r"[^\d\s,/|:;()]{2,15}(?:\s[^\d\s,/|:;()]{2,10})??"  # one word, or two: looked up afterwards
_ENDING = r"\w{0,6}"
_ANOTHER_ERA = 2400  # a year after it is one of Buddha's
_ZONE_HOURS = (
    "z 0 utc 0 gmt 0 bst 1 cet 1 cest 2 msk 3 мск 3 est -5 edt -4 cst -6 cdt -5 mst -7 mdt -6 pst -8 pdt -7 jst 9 kst 9 "
    "wib 7 wita 8 wit 9"
)
_ZONES = dict(zip(_ZONE_HOURS.split()[::2], map(int, _ZONE_HOURS.split()[1::2]), strict=True))


@dataclass(frozen=True, slots=True)
class _Month:
    """What the name of a month is in one language."""

    number: int
    era: int
    """How many years the language's own era is ahead of ours."""
    day_dot: str
    """Whether the day before it has a dot: "always", "never", or empty where both are written."""


def date_line(line: str) -> str | None:
    """ISO 8601 of a line that is nothing but a date, or a date and a time; else None."""
    if len(line) > LONGEST or not _YEAR.search(line):
        return None
    matches = (_date().fullmatch(text) for text in without_label(folded(line.strip())))
    return next((_iso(match) for match in matches if match), None)


def any_date(text: str | None) -> str | None:
    """ISO 8601 of a date from a page's own metadata, in whatever form it came; else None."""
    if not text or len(text) > LONGEST:
        return None
    text = text.strip()
    try:
        if len(text) >= 10 and text[4:5] == "-":
            moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
            return text[:10] if len(text) == 10 else moment.isoformat()
    except ValueError:
        pass
    found = date_line(text)
    if found:
        return found
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@functools.lru_cache(maxsize=1)
def _date() -> re.Pattern[str]:
    """A whole line as `folded` writes it: a date, with the weekday before it or behind it, and a time."""
    weekday, half, ordinals = (_any_of(*keys) for keys in (("weekdays", "weekdays_short"), ("am", "pm"), ("ordinals",)))
    before = rf"(?:(?:{_any_of('before_date')})\s{{1,3}})?"
    first_clock = rf"\d{{1,2}}[:.h]\d{{2}}\s?(?:{half})?\s?(?:[a-z]{{2,4}})?\s?[,|–-]?\s{{1,3}}(?:on\s{{1,3}})?"
    of = rf"(?:(?:{_any_of('of')})\s{{0,2}})?"
    days = (
        r"(?P<iso>\d{4}-\d{2}-\d{2})",
        *_own_orders(),
        r"(?P<y5>\d{4})[./]\s?(?P<m5>\d{1,2})[./]\s?(?P<d5>\d{1,2})\.?",
        rf"(?P<d1>\d{{1,2}})(?P<o1>{ordinals}|[.º])?\s{{1,3}}{of}(?P<m1>{_MONTH})\.?,?\s{{1,3}}{of}(?P<y1>\d{{4}})",
        rf"(?P<m2>{_MONTH})\.?\s{{1,3}}(?P<d2>\d{{1,2}})(?P<o2>{ordinals}|\.)?,?\s{{1,3}}(?P<y2>\d{{4}})",
        r"(?P<d3>\d{1,2})\.\s?(?P<m3>\d{1,2})\.\s?(?P<y3>\d{4})",
        r"(?P<n1>\d{1,2})/(?P<n2>\d{1,2})/(?P<y4>\d{4})",
    )
    zones = "|".join(sorted(map(re.escape, _ZONES), key=len, reverse=True))
    clock = (
        rf"(?:t|[\s,|·–-]{{0,4}}(?:(?:{_any_of('at')})\s{{0,2}})?)(?P<early>(?:{half})\s?)?"
        rf"(?P<hour>\d{{1,2}})\s?(?:[:.h]|{_any_of('hour')})\s?(?P<minute>\d{{2}})(?:{_any_of('minute')})?"
        rf"(?::(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?\s?(?P<late>{half})?\s?(?:{_any_of('clock')})?\s?"
        rf"(?P<zone>[+-]\d{{2}}:?\d{{2}}|{zones})?(?:\s?[+-]\d{{1,2}})?"
    )
    return re.compile(
        rf"(?:{first_clock})?(?:(?:{weekday})\.?,?\s{{1,3}})?{before}(?:{'|'.join(days)})"
        rf"(?:\.?\s?(?:{_any_of('years')})\.?)?(?:,?\s?\(?(?:{weekday})\)?)?(?:{clock})?\s?[.,;]?"
    )


def _own_orders() -> Iterator[str]:
    """The orders of day, month and year that languages have beside the usual ones, each with names of its own for its groups."""
    number = 0
    for language in languages("calendar"):
        for order in listed(table("calendar", language).get("dates", "")):
            if "YEAR" in order and "MONTH" in order and "DAY" in order:
                months = "|".join(
                    sorted((re.escape(folded(n)) for n in month_numbers(language, "months")), key=len, reverse=True)
                )
                shape = re.escape(folded(order)).replace(r"\ ", r"\s{1,2}")
                shape = shape.replace("month", f"(?P<mo{number}>{months})")
                yield shape.replace("day", rf"(?P<da{number}>\d{{1,2}})").replace("year", rf"(?P<ye{number}>\d{{4}})")
                number += 1


def _any_of(*keys: str) -> str:
    """A pattern for the words of these rows in any language, the longest first, for folded text; no bounds of words."""
    words = sorted({folded(word) for word in every(*keys)}, key=lambda w: (-len(w), w))
    return "|".join(re.escape(word.strip("*-")) + (_ENDING if word.endswith("*") else "") for word in words)


def without_label(text: str) -> tuple[str, ...]:
    """Folded text, and what is left of it without "Published:", "Mis à jour le" or the like."""
    label = _label().match(text)
    return (text, text[label.end() :]) if label else (text,)


@functools.lru_cache(maxsize=1)
def _label() -> re.Pattern[str]:
    return re.compile(rf"(?:{_any_of('published')})\s?:?\s{{0,3}}(?:(?:{_any_of('before_date')})\s{{1,3}})?")


def _iso(match: re.Match[str]) -> str | None:
    day = _day(match)
    if day is None:
        return None
    if match["hour"] is None:
        return day.isoformat()
    hour, half = int(match["hour"]), (match["early"] or match["late"] or "").strip()
    if half:
        hour = hour % 12 + (12 if half in _afternoon() else 0)
    try:
        clock = time(hour, int(match["minute"]), int(match["second"] or 0), tzinfo=_zone(match["zone"]))
    except ValueError:
        return day.isoformat()
    return datetime.combine(day, clock).isoformat()


@functools.lru_cache(maxsize=1)
def _afternoon() -> frozenset[str]:
    return frozenset(map(folded, every("pm")))


def _day(match: re.Match[str]) -> date | None:
    try:
        if match["iso"]:
            return date.fromisoformat(match["iso"])
        for number in ("1", "2"):
            if match[f"d{number}"]:
                return _named_day(match[f"y{number}"], match[f"m{number}"], match[f"d{number}"], match[f"o{number}"])
        for number in ("3", "5"):
            if match[f"d{number}"]:
                return date(int(match[f"y{number}"]), int(match[f"m{number}"]), int(match[f"d{number}"]))
        if match["n1"]:
            return _slashed_day(int(match["n1"]), int(match["n2"]), int(match["y4"]))
        month = next(name for name, said in match.groupdict().items() if name.startswith("mo") and said)
        return _named_day(match[f"ye{month[2:]}"], match[month], match[f"da{month[2:]}"], None)
    except ValueError:
        return None


def _named_day(year: str, name: str, day: str, ordinal: str | None) -> date | None:
    """The day in a month that is named; None where languages differ in which that is and the day's dot does not tell them apart."""
    months = _months_called(name.strip(".,"))
    if len({month.number for month in months}) > 1:
        without = "never" if ordinal == "." else "always"
        months = tuple(month for month in months if month.day_dot != without)
    if len({month.number for month in months}) != 1:
        return None
    ahead = max(month.era for month in months) if int(year) > _ANOTHER_ERA else 0
    return date(int(year) - ahead, months[0].number, int(day))


def _slashed_day(first: int, second: int, year: int) -> date | None:
    if first > 12:
        return date(year, second, first)
    if second > 12 or first == second:
        return date(year, first, second)
    return None  # 3/4/2025 is April in London and March in New York


def _months_called(name: str) -> tuple[_Month, ...]:
    """The months of this name in the several languages."""
    whole, beginnings = _month_names()
    shorter = (beginnings[name[:end]] for end in range(len(name), 2, -1) if name[:end] in beginnings)
    return whole.get(name) or next(shorter, ())


@functools.lru_cache(maxsize=1)
def _month_names() -> tuple[dict[str, tuple[_Month, ...]], dict[str, tuple[_Month, ...]]]:
    """The months by their names, and by the beginnings of names that take any ending."""
    whole: dict[str, tuple[_Month, ...]] = {}
    beginnings: dict[str, tuple[_Month, ...]] = {}
    for language in languages("calendar"):
        row = table("calendar", language)
        for key in ("months", "locative", "short"):  # not "oblique": no day stands before those
            for number, names in enumerate(row.get(key, ()), 1):
                month = _Month(number, row.get("era", 0), row.get("day_dot", ""))
                for name in listed(names):
                    plain = folded(name.rstrip("*")).strip(".")
                    whole[plain] = (*whole.get(plain, ()), month)
                    if name.endswith("*"):
                        beginnings[plain] = (*beginnings.get(plain, ()), month)
    return whole, beginnings


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if name[0] in "+-":
        hours, minutes = int(name[1:3]), int(name[-2:])
        if hours > 23 or minutes > 59:
            return None
        return timezone((1 if name[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    hours = _ZONES.get(name, 0)
    return timezone(timedelta(hours=hours)) if hours else UTC
