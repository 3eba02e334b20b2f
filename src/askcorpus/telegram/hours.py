"""Which hours does a command name, on which clock?  "22-7 +3", "8"; the same for quiet hours, for the daily hour and for digests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from askcorpus.telegram.state.watches import Hours

ONE_HOUR = re.compile(r"(\d{1,2})(?::00)?")
FROM_TO = re.compile(r"(\d{1,2})\s?[-–]\s?(\d{1,2})")
_AHEAD = re.compile(r"([+−-])(\d{1,2})(?::(\d\d))?")
_FURTHEST = 14  # hours; Kiribati's clocks are the furthest ahead of UTC


@dataclass(frozen=True, slots=True)
class HoursSaid:
    """What the words behind a command say of hours."""

    hours: tuple[int, ...]
    minutes_ahead: int | None
    """Of UTC, where that was said."""
    rest: tuple[str, ...]
    """What comes after."""


def hours_said(words: Sequence[str], shape: re.Pattern[str]) -> HoursSaid | None:
    """The hours of the first word, which has this shape, and the clock of the second, if it is one; None where there are no hours."""
    found = shape.fullmatch(words[0]) if words else None
    if found is None or any(int(hour) > 24 for hour in found.groups()):
        return None
    ahead = _ahead(words[1]) if len(words) > 1 else None
    return HoursSaid(tuple(int(hour) % 24 for hour in found.groups()), ahead, tuple(words[1 + (ahead is not None) :]))


def next_time(hour: int, *, after: float, minutes_ahead: int | None, days: int = 0) -> float:
    """When it is that hour on this clock for the first time later than `after`; with `days`, so many days after that day, or more of them."""
    day, passed = Hours(minutes_ahead=minutes_ahead).clock(after).date(), days
    while True:
        comes = datetime(day.year, day.month, day.day, hour) + timedelta(days=passed)
        zone = None if minutes_ahead is None else timezone(timedelta(minutes=minutes_ahead))
        moment = comes.replace(tzinfo=zone).timestamp()  # without a zone: by this machine's, summer time included
        if moment > after:
            return moment
        passed += max(1, days)


def next_of(due: float, hour: int, *, now: float, minutes_ahead: int | None, days: int) -> float:
    """The next time after one that was due: days later at that hour, and later than now, however long nothing ran."""
    comes = next_time(hour, after=due, minutes_ahead=minutes_ahead, days=days)
    while comes <= now:
        comes = next_time(hour, after=comes, minutes_ahead=minutes_ahead, days=days)
    return comes


def _ahead(word: str) -> int | None:
    """Minutes ahead of UTC, of "+3", "-3:30"; None for what is no such thing."""
    match = _AHEAD.fullmatch(word)
    if match is None or int(match[2]) > _FURTHEST:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    return minutes if match[1] == "+" else -minutes
