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
_MONTH = r"[^\d\s,/|:;()]{2,15}(?:\s?/\s?[^\d\s,/|:;()]{2,15}|\s[^\d\s,/|:;()]{2,10})??"  # one word, or two: looked up afterwards
_ENDING = r"\w{0,6}"
_ANOTHER_ERA = 2400  # a year after it is one of Buddha's
_BUDDHA = 543  # years that era is ahead of ours
_SOLAR = range(1280, 1450)  # years of the Persian calendar since it has its months; no news is so old by ours
_SOLAR_1400 = date(2021, 3, 21)  # the first day of that year
_SOLAR_LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))  # of each 33 years, in the years above
_FIRST_NEWSPAPER = 1605
_COUNT = re.compile(r"/Date\((?P<ms>-?\d{6,14})(?:[+-]\d{4})?\)/|(?P<digits>\d{8}|\d{9,11}|\d{12,14})(?:\.\d{1,9})?")
_ISO = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:(?:[Tt]|\s{1,2})(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s?(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?:\[[\w/+-]{1,30}\])?)?"
)
_IN_FIGURES = re.compile(r"(?<!\d)\d{1,2}([/-])\d{1,2}\1(\d{4})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(
    r"^(?:[A-Za-z]{3},?\s)?([A-Za-z]{3})\s{1,2}(\d{1,2})\s(\d{2}:\d{2}(?::\d{2})?)(?:\s([+-]\d{4}|[A-Z]{2,4}))?\s(\d{4})$"
)
_SCRIPT = re.compile(
    r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}:\d{2}:\d{2}) GMT([+-]\d{4})(?: \([^)]{1,60}\))?$"
)  # JavaScript's
_SHORT_YEAR = re.compile(
    r"(?:[A-Za-z]{3,9},\s)?(\d{1,2}-[A-Za-z]{3})-(\d{2})(?:\s(\d{2}:\d{2}(?::\d{2})?)(?:\s([A-Z]{1,4}))?)?"
)
_MAIL = re.compile(r"(?:[A-Za-z]{3},\s)?\d{1,2}\s[A-Za-z]{3}\s\d{4}\s\d{1,2}:")
_ZONE_HOURS = (
    "z 0 utc 0 gmt 0 bst 1 cet 1 cest 2 msk 3 мск 3 est -5 edt -4 cst -6 cdt -5 mst -7 mdt -6 pst -8 pdt -7 jst 9 kst 9 "
    "wib 7 wita 8 wit 9 wet 0 west 1 eet 2 eest 3 sast 2 aest 10 aedt 11 nzst 12 nzdt 13 sgt 8 hkt 8 brt -3"
)
_VAGUE = ("et", "ct", "mt", "pt", "ist", "ast", "local time")  # zones that are two by season, or two in the world
_ZONES = dict(zip(_ZONE_HOURS.split()[::2], map(int, _ZONE_HOURS.split()[1::2]), strict=True))


_REIGNS = {name: int(before) for name, before in (reign.split() for reign in every("reigns"))}
_REIGN_YEAR = re.compile(rf"({'|'.join(map(re.escape, _REIGNS))})\s?(\d{{1,3}}|元)\s?年")


@dataclass(frozen=True, slots=True)
class _Month:
    """What the name of a month is in one language."""

    number: int
    era: int
    """How many years the language's own era is ahead of ours."""
    solar: bool
    """Whether it is one of the Persian year."""
    day_dot: str
    """Whether the day before it has a dot: "always", "never", or empty where both are written."""


def date_line(line: str) -> str | None:
    """ISO 8601 of a line that is nothing but a date, or a date and a time; else None."""
    if len(line) > LONGEST or not (_YEAR.search(line) or (not line.isascii() and _REIGN_YEAR.search(line))):
        return None
    line = _REIGN_YEAR.sub(_by_our_years, line.replace("،", ",")) if not line.isascii() else line
    matches = (_date().fullmatch(text) for text in without_label(folded(line.strip())))
    return next((_iso(match) for match in matches if match), None)


def _by_our_years(match: re.Match[str]) -> str:
    """The year of a reign as ours: 令和7年 is 2025年, its first year 元年."""
    return f"{_REIGNS[match[1]] + (1 if match[2] == '元' else int(match[2]))}年"


def any_date(text: str | None) -> str | None:
    """ISO 8601 of a date from metadata, in whatever form it came; None where it has no one meaning or cannot be when news came out."""
    if not text or len(text) > LONGEST:
        return None
    text = _SCRIPT.sub(r"\1 \2 \3 \4 \5", text.strip())
    text = _COMPACT.sub(r"\1-\2-\3T\4:\5:\6", text.strip())
    found = (
        _counted(text)
        or _international(text)
        or date_line(_YEAR_LAST.sub(r"\2 \1 \5 \3 \4", text))
        or _as_in_mail(text)
        or _of_short_year(text)
    )
    return believable(found)


def of_two_days(line: str) -> bool:
    """Whether a line is nothing but a date in figures, perhaps with a time, that may be either of two days: "04/03/2025 às 09h12"."""
    match = _IN_FIGURES.search(line) if len(line) <= LONGEST else None
    return match is not None and any_date(f"{line[: match.start()]}{match[2]}-01-02{line[match.end() :]}") is not None


def believable(found: str | None) -> str | None:
    """The date where news may have come out then: not before newspapers, nor later than next year, nor at the zero of a computer's clock."""
    if not found or re.match(r"1970-01-01(?:T00:00|$)", found):
        return None
    return found if _FIRST_NEWSPAPER <= int(found[:4]) <= datetime.now(UTC).year + 1 else None


def _counted(text: str) -> str | None:
    """Seconds or milliseconds since 1970, as numbers and as `/Date(…)/`; or the digits of day and time."""
    match = _COUNT.fullmatch(text)
    if match is None:
        return None
    digits = match["ms"] or match["digits"]
    try:
        if match["digits"] and len(digits) in (8, 14):
            moment = datetime.strptime(digits, "%Y%m%d" if len(digits) == 8 else "%Y%m%d%H%M%S")
            return moment.date().isoformat() if len(digits) == 8 else moment.isoformat()
        seconds = int(digits) / (1000 if match["ms"] or len(digits) > 11 else 1)
        return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=0).isoformat() if len(digits) >= 9 else None
    except (ValueError, OverflowError, OSError):
        return None


def _international(text: str) -> str | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    try:
        day = _calendar_day(int(match["y"]), int(match["m"]), int(match["d"]))
        if not match["hour"]:
            return day.isoformat()
        clock = time(
            int(match["hour"]),
            int(match["minute"]),
            int(match["second"] or 0),
            tzinfo=_zone((match["zone"] or "").lower()),
        )
    except ValueError:
        return None
    return datetime.combine(day, clock).isoformat()


def _of_short_year(text: str) -> str | None:
    """A date with a year of two figures and a month's name between: "Wednesday, 12-Mar-25 08:15:00 GMT"."""
    match = _SHORT_YEAR.fullmatch(text)
    if match is None:
        return None
    next_year = datetime.now(UTC).year + 1
    century = 2000 if 2000 + int(match[2]) <= next_year else 1900
    return date_line(f"{match[1]}-{century + int(match[2])} {match[3] or ''} {match[4] or ''}".strip())


def _as_in_mail(text: str) -> str | None:
    if not _MAIL.match(text):  # what follows reads a day out of nearly anything
        return None
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
        rf"(?P<d1>\d{{1,2}})(?P<o1>{ordinals}|[.º])?(?:\s{{1,3}}|[/-]){of}(?P<m1>{_MONTH})\.?,?(?:\s{{1,3}}|[/-]){of}(?P<y1>\d{{4}})",
        rf"(?P<m2>{_MONTH})\.?(?:\s{{1,3}}|-)(?P<d2>\d{{1,2}})(?P<o2>{ordinals}|\.)?,?(?:\s{{1,3}}|-){of}(?P<y2>\d{{4}})",
        r"(?P<d3>\d{1,2})\.\s?(?P<m3>\d{1,2})\.\s?(?P<y3>\d{4})",
        r"(?P<n1>\d{1,2})(?P<mark>[/-])(?P<n2>\d{1,2})(?P=mark)(?P<y4>\d{4})",
    )
    zones = "|".join(sorted(map(re.escape, (*_ZONES, *_VAGUE)), key=len, reverse=True))
    clock = (
        rf"(?:t|[\s,|·–-]{{0,4}}(?:(?:{_any_of('at')})\s{{0,2}})?)(?P<early>(?:{half})\s?)?"
        rf"(?P<hour>\d{{1,2}})\s?(?:[:.h]|{_any_of('hour')})\s?(?P<minute>\d{{2}})(?:{_any_of('minute')})?"
        rf"(?::(?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?\s?(?P<late>{half})?\s?(?:{_any_of('clock')})?\s?"
        rf"(?P<zone>[+-]\d{{2}}:?\d{{2}}|{zones})?(?:\s?[+-]\d{{1,2}})?"
    )
    return re.compile(
        rf"(?:{first_clock})?(?:(?:{weekday})(?:{_any_of('day_word')})?\.?,?\s{{1,3}})?{before}(?:{'|'.join(days)})"
        rf"(?:\.?\s?(?:{_any_of('years')})\.?|\.(?=\s))?(?:,?\s?\(?(?:{weekday})\)?)?(?:{clock})?\s?[.,;]?"
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
                shape = re.escape(folded(order)).replace(r"\ ", r",?\s{1,2}")
                shape = shape.replace("month", f"(?P<mo{number}>0?(?:{months}))")
                yield shape.replace("day", rf"(?P<da{number}>\d{{1,2}})").replace("year", rf"(?P<ye{number}>\d{{4}})")
                number += 1


def _any_of(*keys: str) -> str:
    """A pattern for the words of these rows in any language, the longest first, for folded text; no bounds of words."""
    words = sorted({folded(word) for word in every(*keys)}, key=lambda w: (-len(w), w))
    return "|".join(re.escape(word.strip("*-")) + (_ENDING if word.endswith("*") else "") for word in words)


def is_of_change(line: str) -> bool:
    """Whether a date's line says that it is when something was last changed: "Updated 14 March 2025"."""
    return bool(_changed().match(folded(line.strip())))


@functools.lru_cache(maxsize=1)
def _changed() -> re.Pattern[str]:
    return re.compile(rf"\W?(?:{_any_of('updated')})(?![^\W\d_])")


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
            return _calendar_day(*map(int, match["iso"].split("-")))
        for number in ("1", "2"):
            if match[f"d{number}"]:
                return _named_day(match[f"y{number}"], match[f"m{number}"], match[f"d{number}"], match[f"o{number}"])
        for number in ("3", "5"):
            if match[f"d{number}"]:
                return _calendar_day(*(int(match[part + number]) for part in "ymd"))
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
    if all(month.solar for month in months):
        return _solar_day(int(year), months[0].number, int(day))
    ahead = max(month.era for month in months) if int(year) > _ANOTHER_ERA else 0
    return date(int(year) - ahead, months[0].number, int(day))


def _calendar_day(year: int, month: int, day: int) -> date:
    """The day in our calendar of one in ours, Buddha's or the Persian; raises ValueError where there is none."""
    if year in _SOLAR:
        return _solar_day(year, month, day)
    return date(year - (_BUDDHA if year > _ANOTHER_ERA else 0), month, day)


def _solar_day(year: int, month: int, day: int) -> date:
    """Six months of 31 days, five of 30, the last of 29 or 30; raises ValueError for a day that is none."""
    leap = year % 33 in _SOLAR_LEAP
    longest = 31 if month <= 6 else 30 if month < 12 or leap else 29
    if year not in _SOLAR or not 1 <= month <= 12 or not 1 <= day <= longest:
        raise ValueError("no day of the Persian calendar")
    first, last = sorted((year, 1400))
    between = sum(365 + (y % 33 in _SOLAR_LEAP) for y in range(first, last))
    before = 31 * min(month - 1, 6) + 30 * max(month - 7, 0) + day - 1
    return _SOLAR_1400 + timedelta(days=(between if year > 1400 else -between) + before)


def _slashed_day(first: int, second: int, year: int) -> date | None:
    if year > _ANOTHER_ERA or year in _SOLAR:  # the day comes first where these years are counted
        return _calendar_day(year, second, first)
    if first > 12:
        return date(year, second, first)
    if second > 12 or first == second:
        return date(year, first, second)
    return None  # 3/4/2025 is April in London and March in New York


def _months_called(name: str) -> tuple[_Month, ...]:
    """The months of this name in the several languages."""
    whole, beginnings = _month_names()
    if "/" in name:  # the Arabic names of two calendars side by side
        one, other = (_months_called(part.strip()) for part in name.split("/", 1))
        return one if {month.number for month in one} & {month.number for month in other} else ()
    name = name.removeprefix("0")
    shorter = (beginnings[name[:end]] for end in range(len(name), 2, -1) if name[:end] in beginnings)
    return whole.get(name) or next(shorter, ())


@functools.lru_cache(maxsize=1)
def _month_names() -> tuple[dict[str, tuple[_Month, ...]], dict[str, tuple[_Month, ...]]]:
    """The months by their names, and by the beginnings of names that take any ending."""
    whole: dict[str, tuple[_Month, ...]] = {}
    beginnings: dict[str, tuple[_Month, ...]] = {}
    for language in languages("calendar"):
        row = table("calendar", language)
        for key in ("months", "locative", "short", "solar"):  # not "oblique": no day stands before those
            for number, names in enumerate(row.get(key, ()), 1):
                month = _Month(number, row.get("era", 0), key == "solar", row.get("day_dot", ""))
                for name in listed(names):
                    plain = folded(name.rstrip("*")).strip(".")
                    whole[plain] = (*whole.get(plain, ()), month)
                    if name.endswith("*"):
                        beginnings[plain] = (*beginnings.get(plain, ()), month)
    return whole, beginnings


def _zone(name: str | None) -> timezone | None:
    if not name or name in _VAGUE:
        return None
    if name[0] in "+-":
        hours, minutes = int(name[1:3]), int(name[3:].lstrip(":") or 0)
        if hours > 23 or minutes > 59:
            return None
        return timezone((1 if name[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    hours = _ZONES.get(name, 0)
    return timezone(timedelta(hours=hours)) if hours else UTC
