"""Does a message ask for whatever is new, about what, and of which days?  "What happened yesterday?", "news about Mali".

Such a message asks no single question, so it is answered by a digest.  How each language asks so stands in
language/question_words.toml; words of time are taken out before a message is held against it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from askcorpus.language.question_words import name_joiners, phrases, words
from askcorpus.language.tables import (
    CLAUSE_ENDS,
    languages,
    listed,
    pattern,
    plain,
    rows,
    spoken,
    table,
    tokens,
    unspaced,
)
from askcorpus.question import filters
from askcorpus.question.purpose import is_talk
from askcorpus.question.said import Time, times
from askcorpus.types import Filter

LONGEST = 14  # words of such a message; a longer one asks something
LONGEST_CHARACTERS = 300  # of a greeting and such a message
LONGEST_SUBJECT = 6  # words: "the reopening of the Old Sund Bridge"; what is longer is a question of its own
LONGEST_NAME = 3  # words, where hardly anything but the name says that news is asked for: "Port Zelin news"
DAY_UNIT, DAYS = 3, (1, 7, 30)
"""Where a day, a week and a month stand among a language's units of time, and how many days each goes back."""
_FRAMES = ("in", "on", "since", "after", "before", "until")
_QUESTION_WORDS = ("when", "where", "who", "why", "how_many", "which")

Token = tuple[str, int, int]


_CLAUSES = re.compile(rf"[{re.escape(CLAUSE_ENDS)}:](?=\s|\Z)|[()]")


@dataclass(frozen=True, slots=True)
class News:
    """What a message that asks for news says of them."""

    about: str
    """The subject; empty where anything will do."""
    language: str
    """By whose words it was understood."""
    span: str = ""
    """The words of time that count from today: one of filters.SPANS."""
    times: tuple[Time, ...] = ()
    """The days, months and years that it names."""
    weekday: int | None = None
    """The day of the week that it names; 0 is Monday."""
    points_back: bool = False
    """The subject is a pronoun, as in "tell me more about it": it is that of the question before."""
    one_thing: bool = False
    """It may ask about one thing, as "what happened in Sund?" does: what answers it by itself comes first."""
    outlet: str = ""
    """Whose news, as in "what did the Herald write about Sund?": it asks for news only where there is such an outlet."""

    @property
    def counted(self) -> bool:
        """Whether its days are counted from today: then it asks what the papers say, and cannot ask of history."""
        return not self.times


def news(message: str) -> News | None:
    """What is asked for, where a message asks for news and for nothing else."""
    text = _clause(plain(message)) if len(message) <= LONGEST_CHARACTERS else None
    if text is None:
        return None
    inside = tokens(text)
    present = frozenset(word for word, _, _ in inside)
    for language in _speaking():
        if len(inside) <= LONGEST and any(needed <= present for needed in _needed(language)):
            found = _read(text, inside, language)
            if found is not None:
                return found
    return None


def period(asked: News, message: str, *, today: date) -> Filter:
    """The days of publication that a message asking for news means; empty where it names none."""
    narrow = filters.narrowed(message, today=today, language=asked.language)
    if narrow:
        return narrow
    if asked.span:
        return filters.days_of(asked.span, today=today)
    if asked.weekday is not None:
        day = today - timedelta(days=(today.weekday() - asked.weekday) % 7)
        return _between(day, day + timedelta(days=1))
    return next((_days_of(time, today) for time in asked.times), Filter())


def said_of(words: str, *, today: date, language: str | None = None) -> tuple[Filter, str]:
    """The days and the subject that the words behind a command mean: "week politics", "Mali since May", "news about Mali".

    `language` is that of the person; English is read as well. A unit of time at the beginning is that long until today.
    """
    asked = news(words)
    if asked is not None:
        return period(asked, words, today=today), asked.about
    text = plain(words)
    inside = tokens(text)
    for code in dict.fromkeys((language or "en", "en")):
        back = _back(inside[0][0], code) if inside else None
        if back is not None:
            days = Filter(since=(today - timedelta(days=back)).isoformat(), until=today.isoformat())
            return days, _between_words(text, inside[1:])
        spans, time = _times(text, code)
        where = period(time, words, today=today) if spans else Filter()
        if where:
            return where, _between_words(text, _without_times(inside, spans, code))
    return Filter(), _between_words(text, inside)


def _back(word: str, language: str) -> int | None:
    """How many days back the unit of time goes that this word is; None where it is none."""
    units = table("calendar", language).get("units", [])
    for unit, days in zip(units[DAY_UNIT:], DAYS, strict=False):
        whole = [one for one in listed(unit) if len(one) > 1 or unspaced(one)]  # "d" is no day here
        if any(word == one or (one.endswith("*") and word.startswith(one[:-1])) for one in whole):
            return days
    return None


def _between_words(text: str, inside: Sequence[Token]) -> str:
    """The words as they stand in the text, without what stands before the first and after the last."""
    return text[inside[0][1] : inside[-1][2]] if inside else ""


def _days_of(time: Time, today: date) -> Filter:
    """A day and the one after, when it is in the papers; a month or a year from its first day to its last."""
    year = time.year or (today.year if (time.month or 1, time.day or 1) <= (today.month, today.day) else today.year - 1)
    try:
        first = date(year, time.month or 1, time.day or 1)
    except ValueError:  # the 31st of February
        return Filter()
    if time.day:
        return _between(first, first + timedelta(days=1))
    after = date(year + (time.month in (12, None)), (time.month or 12) % 12 + 1, 1)
    return _between(first, after - timedelta(days=1))


def _between(first: date, last: date) -> Filter:
    return Filter(since=first.isoformat(), until=last.isoformat())


def _clause(text: str) -> str | None:
    """The one clause of a message that is no talk; None where there are several, or none."""
    parts = [part for part in _CLAUSES.split(text) if tokens(part)]
    asking = [part for part in parts if not is_talk(" ".join(word for word, _, _ in tokens(part)))]
    return asking[0] if len(asking) == 1 else None


def _read(text: str, inside: Sequence[Token], language: str) -> News | None:
    """What the words of one language make of it."""
    spans, time = _times(text, language)
    rest = _without_times(inside, spans, language)
    said = tuple(word for word, _, _ in rest)
    if said in _phrases(language, "news"):
        return time
    if said in _phrases(language, "news_more"):
        return replace(time, points_back=True)
    by = _by_outlet(text, rest, language)
    if by is not None:
        return replace(time, about=by[1], points_back=not by[1], outlet=by[0])
    for kind in ("news_about", "news_name", "happened_in"):
        for left, right in _templates(language, kind):
            middle = rest[len(left) : len(rest) - len(right)]
            if middle and said[: len(left)] == left and said[len(said) - len(right) :] == right:
                if tuple(word for word, _, _ in middle) in _phrases(language, "corpus"):
                    return time
                about = _subject(text, middle, language, name=kind == "news_name")
                if about is not None:
                    one_thing = kind == "happened_in" and not spans
                    return replace(time, about=about, points_back=not about, one_thing=one_thing)
    return None


def _by_outlet(text: str, rest: Sequence[Token], language: str) -> tuple[str, str] | None:
    """The outlet and the subject, where it is asked what one writes about the other."""
    said = tuple(word for word, _, _ in rest)
    for left, between, right in _of_outlets(language):
        end = len(said) - len(right)
        if said[: len(left)] != left or said[end:] != right:
            continue
        for place in range(len(left) + 1, min(len(left) + LONGEST_SUBJECT, end - len(between) - 1) + 1):
            if said[place : place + len(between)] == between:
                outlet = text[rest[len(left)][1] : rest[place - 1][2]]
                about = _subject(text, rest[place + len(between) : end], language, name=False)
                return None if about is None else (outlet, about)
    return None


def _subject(text: str, middle: Sequence[Token], language: str, *, name: bool) -> str | None:
    """The subject as it stands in the message, empty where it is a pronoun; None where these words are no subject."""
    said = f" {' '.join(word for word, _, _ in middle)} "
    if len(middle) > (LONGEST_NAME if name else LONGEST_SUBJECT) or phrases(language, *_QUESTION_WORDS).stand_in(said):
        return None
    joiners = name_joiners(language)
    if name and any(text[start].islower() and word not in joiners for word, start, _ in middle):
        return None
    if all(word in words((language,), "pronouns", "points_back", "points_back_last") for word, _, _ in middle):
        return ""
    pieces = [text[middle[0][1] : middle[0][2]]]
    for before, token in pairwise(middle):
        gap = text[before[2] : token[1]]
        pieces.append((gap if len(gap) < 3 else " ") + text[token[1] : token[2]])  # a longer one held words of time
    return "".join(pieces)


def _times(text: str, language: str) -> tuple[list[tuple[int, int]], News]:
    """Where words of time stand, and what they say."""
    named = tuple(times(text, language))
    counted = next(((key, found) for key, one in _relative(language) if (found := one.search(text))), None)
    day = _weekdays(language).search(text)
    spans = [time.span for time in named] + [found.span() for found in (counted and counted[1], day) if found]
    weekday = next((i for i, one in enumerate(day.groups()) if one), None) if day else None
    return spans, News("", language, counted[0] if counted else "", named, weekday)


def _without_times(inside: Sequence[Token], spans: Sequence[tuple[int, int]], language: str) -> list[Token]:
    """The tokens that say nothing of time; what belongs to a date, as "since the" does, goes with it."""
    gone = {i for i, (_, start, end) in enumerate(inside) if any(s < end and start < e for s, e in spans)}
    before, after = _edges(language)
    for place in sorted(gone):
        at = place - 1
        while at >= 0 and inside[at][0] in before:
            gone.add(at)
            at -= 1
    for place in sorted(gone, reverse=True):
        at = place + 1
        while at < len(inside) and inside[at][0] in after:
            gone.add(at)
            at += 1
    return [token for i, token in enumerate(inside) if i not in gone]


@functools.cache
def _speaking() -> tuple[str, ...]:
    """The languages in which it is known how news are asked for."""
    return tuple(code for code in languages("question_words") if table("question_words", code).get("news"))


@functools.cache
def _phrases(language: str, row: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(spoken(phrase).split()) for phrase in rows("question_words", (language,), row))


@functools.cache
def _templates(language: str, row: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """What stands before a subject, and behind it; the longest first."""
    sides = [phrase.split("WHAT") for phrase in rows("question_words", (language,), row)]
    made = [(tuple(spoken(left).split()), tuple(spoken(right).split())) for left, right in sides]
    return tuple(sorted(made, key=lambda sides: -len(sides[0] + sides[1])))


@functools.cache
def _of_outlets(language: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]:
    """What stands before an outlet, between it and a subject, and behind that."""
    made = []
    for phrase in rows("question_words", (language,), "news_by"):
        left, _, after = phrase.partition("OUTLET")
        between, _, right = after.partition("WHAT")
        made.append((tuple(spoken(left).split()), tuple(spoken(between).split()), tuple(spoken(right).split())))
    return tuple(made)


@functools.cache
def _needed(language: str) -> frozenset[frozenset[str]]:
    """The words of each phrase: where none of these sets is in a message, it need not be read."""
    sides = (
        left + right for row in ("news_about", "news_name", "happened_in") for left, right in _templates(language, row)
    )
    whole = (*_phrases(language, "news"), *_phrases(language, "news_more"))
    by_outlet = (left + between + right for left, between, right in _of_outlets(language))
    return frozenset(frozenset(words) for words in (*whole, *sides, *by_outlet))


@functools.cache
def _relative(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What finds "yesterday" and the like."""
    return tuple((key, re.compile(pattern(rows("calendar", (language,), key)), re.IGNORECASE)) for key in filters.SPANS)


@functools.cache
def _weekdays(language: str) -> re.Pattern[str]:
    """One group for each day of the week."""
    days = table("calendar", language).get("weekdays", [])
    return re.compile("|".join(f"({pattern(listed(day))})" for day in days) or "(?!)", re.IGNORECASE)


@functools.cache
def _edges(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words that may stand before a date, and behind it."""
    sides = list(_sides(language))
    return (
        frozenset(word for left, _ in sides for word in left),
        frozenset(word for _, right in sides for word in right),
    )


def _sides(language: str) -> Iterator[tuple[list[str], list[str]]]:
    for row in _FRAMES:
        for template in rows("calendar", (language,), row):
            left, _, right = template.partition("WHEN")
            yield spoken(left).split(), spoken(right.lstrip("*")).split()
