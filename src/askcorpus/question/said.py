"""What does a question say of the articles that may answer it: when, according to whom?

"Who won the marathon in 2026, according to the Herald?" is met by what is known of an article as well as by its text, where no
reporter writes the year or the own paper's name.  So the words that an article's date or publisher meets are taken out of the
question that it is held against, and what is left is asked.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from askcorpus.language.calendar import common_words, date_pattern, month_numbers
from askcorpus.language.question_words import words as words_of
from askcorpus.language.tables import chosen, pattern, rows
from askcorpus.language.words import words
from askcorpus.question.kinds import Span
from askcorpus.types import Source

SOON = timedelta(days=45)
"""How long after a month or a year what happened in it is still news: the figures of February come in March, or early in April."""
DAY_BEFORE, DAYS_AFTER = timedelta(days=1), timedelta(days=3)
"""Around a day: announced the day before; a Friday's news in Monday's paper."""
LOOKED_AT = 2000  # characters of a question: what is longer is no question, and costs time
LONGEST_FRAME = 40  # characters before a name, or behind it, that make it a source
LONGEST_NAME = 6  # words of an outlet's name
_USUAL = ("en", "de", "fr", "es", "it", "pt", "ru", "nl")
"""By whose words a question is read whose language is not known."""
_RELATIVE = ("today", "yesterday", "this_week", "last_week", "last_month")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:[12]\d|3[01]|0?[1-9])(?!\d)")
_NUMERIC = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class Time:
    """A year, a month or a day that a question names, and where in it."""

    span: Span
    year: int | None
    month: int | None
    day: int | None

    def met_by(self, published: date) -> bool:
        """Whether an article of this day may report what happened then."""
        for year in (self.year,) if self.year else (published.year, published.year - 1):
            try:
                first = date(year, self.month or 1, self.day or 1)
            except ValueError:  # the 31st of February
                continue
            if self.day:
                if first - DAY_BEFORE <= published <= first + DAYS_AFTER:
                    return True
            elif first <= published < _after(first, month=self.month is not None) + SOON:
                return True
        return False


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher that a question names, and where in it, with the words that make it a source."""

    span: Span
    publishers: frozenset[str]
    """Those that are called so."""


@dataclass(frozen=True, slots=True)
class Said:
    """All that a question says of its articles."""

    times: tuple[Time, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    relative: tuple[Span, ...] = ()
    """Where "yesterday" or "last week" stands."""

    @property
    def of_time(self) -> tuple[Span, ...]:
        """Where it says when."""
        return (*(time.span for time in self.times), *self.relative)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where in the question it stands, in order."""
        return tuple(sorted([*(time.span for time in self.times), *(outlet.span for outlet in self.outlets)]))

    def met_by(self, source: Source) -> tuple[Span, ...]:
        """The spans of what this source meets."""
        published = day_of(source.published)
        met = [time.span for time in self.times if published and time.met_by(published)]
        met += [outlet.span for outlet in self.outlets if source.publisher in outlet.publishers]
        return tuple(sorted(met))


NOTHING = Said()


def said(question: str, spoken: str | None, publishers: Collection[str]) -> Said:
    """What a question in the language `spoken` says of time and source; `publishers` are those that there are."""
    question = question[:LOOKED_AT]
    relative = tuple(match.span() for match in _relative(spoken).finditer(question))
    return Said(tuple(times(question, spoken)), tuple(_outlets(question, spoken, publishers)), relative)


def without(question: str, spans: Sequence[Span]) -> str:
    """The question with blanks for these spans, so that all else stays where it is; as it was where nothing else would be left."""
    blanked = question
    for start, end in spans:
        blanked = blanked[:start] + " " * (end - start) + blanked[end:]
    return blanked if any(c.isalnum() for c in blanked) else question


@functools.cache
def _relative(spoken: str | None) -> re.Pattern[str]:
    return re.compile(
        pattern([p for key in _RELATIVE for p in rows("calendar", chosen("calendar", spoken, _USUAL), key)]),
        re.IGNORECASE,
    )


def times(question: str, spoken: str | None) -> Iterator[Time]:
    """The days, months and years that a text in this language names; a year and a month with at most a word between are one."""
    before: Time | None = None
    for time in _single_times(question, spoken):
        if before and _belong(before, time, question):
            before = Time(
                (before.span[0], time.span[1]),
                before.year or time.year,
                before.month or time.month,
                before.day or time.day,
            )
            continue
        if before:
            yield before
        before = time
    if before:
        yield before


def _belong(first: Time, second: Time, question: str) -> bool:
    """Whether one is a year without a month and the other a month without a year, side by side: "2024 m. birželį"."""
    between = question[first.span[1] : second.span[0]]
    bare_years = [time.year is not None and time.month is None for time in (first, second)]
    return sum(bare_years) == 1 and None in (first.year, second.year) and len(re.findall(r"\w+", between)) <= 1


def _single_times(question: str, spoken: str | None) -> Iterator[Time]:
    code = spoken or "en"
    months = month_numbers(code, "months", "oblique", "locative", "short")
    names = sorted(months, key=len, reverse=True)
    for match in date_pattern(spoken).finditer(question):
        text = match.group().lower()
        if match.group() in common_words(spoken):
            continue
        numeric = next((found for found in (shape.search(text) for shape in _NUMERIC) if found), None)
        if numeric:
            yield Time(match.span(), *(int(numeric[part]) for part in "ymd"))
            continue
        year = _YEAR.search(text)
        name = next((name for name in names if name in text), "")
        month = months.get(name)
        if year is None and month is None:  # a weekday, a century
            continue
        rest = text.replace(name, " ").replace(year.group() if year else name, " ")
        day = _DAY.search(rest) if month else None
        yield Time(match.span(), int(year.group()) if year else None, month, int(day.group()) if day else None)


def _outlets(question: str, spoken: str | None, publishers: Collection[str]) -> Iterator[Outlet]:
    """Names of two words and more wherever they stand; shorter ones, and parts of names, only where they are given as a source."""
    if not publishers:
        return
    inside = [word for word in words(question, spoken) if not word.stop]
    whole, parts = _names(frozenset(publishers), spoken)
    begin = {key[0] for key in parts}
    taken = -1
    for first, last in _windows(len(inside)):
        if inside[first].stem not in begin:
            continue
        start, end = inside[first].start, inside[last].end
        key = tuple(word.stem for word in inside[first : last + 1])
        if start < taken or key not in parts:
            continue
        framed = _framed(question, (start, end), spoken)
        if framed is not None or (key in whole and len(key) > 1):
            yield Outlet(framed or (start, end), whole.get(key) or parts[key])
            taken = end


def _windows(count: int) -> Iterator[Span]:
    """Where runs of words begin and end: from left to right, the longest first."""
    for first in range(count):
        for last in range(min(count, first + LONGEST_NAME) - 1, first - 1, -1):
            yield first, last


_Names = dict[tuple[str, ...], frozenset[str]]


@functools.lru_cache(maxsize=8)
def _names(publishers: frozenset[str], spoken: str | None) -> tuple[_Names, _Names]:
    """The publishers by the words of their names, and by each run of those words."""
    whole: dict[tuple[str, ...], set[str]] = {}
    parts: dict[tuple[str, ...], set[str]] = {}
    for publisher in publishers:
        name = tuple(word.stem for word in words(publisher, spoken) if not word.stop)
        for first, last in _windows(len(name)):
            parts.setdefault(name[first : last + 1], set()).add(publisher)
        if name:
            whole.setdefault(name, set()).add(publisher)
    return {k: frozenset(v) for k, v in whole.items()}, {k: frozenset(v) for k, v in parts.items()}


def _framed(question: str, name: Span, spoken: str | None) -> Span | None:
    """Where "according to the NAME" begins and ends; None where no such words stand around the name."""
    for before, after in _frames(spoken):
        left = before.search(question, max(0, name[0] - LONGEST_FRAME), name[0]) if before else None
        right = after.match(question, name[1], name[1] + LONGEST_FRAME) if after else None
        if (before is None or left) and (after is None or right):
            return (left.start() if left else name[0], right.end() if right else name[1])
    return None


@functools.cache
def _frames(spoken: str | None) -> tuple[tuple[re.Pattern[str] | None, re.Pattern[str] | None], ...]:
    """What stands before an outlet that is given as a source, and behind it."""
    languages = chosen("calendar", spoken, _USUAL)
    articles = "|".join(sorted(map(re.escape, words_of(languages, "articles")), key=len, reverse=True)) or "(?!)"
    made = []
    for template in rows("calendar", languages, "according_to"):
        left, _, right = template.partition("WHO")
        before = rf"(?:{pattern([left.strip()])})\s{{0,2}}(?:(?:{articles})\s{{0,2}})?\Z" if left.strip() else None
        behind = right.lstrip("*").strip()
        after = rf"['’]?\w{{0,5}}\s{{0,2}}(?:{pattern([behind])})" if behind else None
        made.append(tuple(re.compile(one, re.IGNORECASE) if one else None for one in (before, after)))
    return tuple((before, after) for before, after in made)


def _after(first: date, *, month: bool) -> date:
    """The first day after the month, or the year, that begins with `first`."""
    return (first + timedelta(days=32)).replace(day=1) if month else first.replace(year=first.year + 1)


@functools.lru_cache(maxsize=1024)
def day_of(published: str | None) -> date | None:
    """The day of an ISO 8601 date; None where it names none."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
