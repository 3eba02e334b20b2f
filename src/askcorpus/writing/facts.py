"""Which numbers, days and words does a text state?  Read off in its own language, so that two texts can be held against one another."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from askcorpus.language.counting import Counted, apart, counted
from askcorpus.language.meanings import meanings
from askcorpus.language.numerals import USUAL, money_words, number_pattern, powers, share_words
from askcorpus.language.question_words import phrases
from askcorpus.language.tables import chosen, pattern, rows, unspaced
from askcorpus.language.words import Word, known, words
from askcorpus.question.said import Time, times

_USUAL = ("en", "de", "fr", "es", "ru")
"""By whose words a text is read whose language is not known."""
_DAY_OF_WEEK = "day "
_LONG_ENOUGH = 5  # letters of a day's name that may begin another word: "sat" begins "satellite"
_TWO = "两"
"""The one character of these that Unicode gives no number."""
_CHARACTERS = re.compile("(?:\\d[\\d.,]*)?[〇零一二两兩三四五六七八九十百千万萬亿億兆]+|\\d[\\d.,]*")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(?!\d)")
_MONEY_POWER = re.compile(r"\s?(k|m|M|bn|Md|Mrd)\b")
_POWERS = {"k": 3, "m": 6, "M": 6, "bn": 9, "Md": 9, "Mrd": 9}
_CURRENCIES = frozenset("$€£¥₽₹₩₺₴")
_CLAUSE_ENDS = ".,;:!?…—–()"
REACH = 7  # words behind "not" in which the denied one stands: "no one had to be taken to hospital"


@dataclass(frozen=True, slots=True)
class Number:
    """A number that a text names, and where."""

    value: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states."""

    text: str
    language: str | None
    words: tuple[Word, ...]
    """Its content words in order, numbers and days among them; of a compound the parts alone."""
    numbers: tuple[Number, ...]
    """But for those that belong to a day."""
    times: tuple[Time, ...]
    weekdays: frozenset[str]
    denied: frozenset[str]
    """Stems of the words that it denies, wherever they stand in it: "not signed", "no restrictions"."""
    affirmed: frozenset[str]
    """Stems of those that it never denies."""

    @property
    def stems(self) -> frozenset[str]:
        """Of its content words."""
        return frozenset(word.stem for word in self.words)


@functools.lru_cache(maxsize=256)
def facts(text: str, language: str | None) -> Facts:
    """What a text in this language states."""
    every = tuple(apart(words(text, language)))
    said = tuple(_days(text, language))
    means = meanings(language)
    if unspaced(text):  # words are pairs of characters there
        days = frozenset(m for name, m in means.items() if m.startswith(_DAY_OF_WEEK) and name in text)
        every_number = tuple(_in_characters(text, number_pattern(language)))
    else:
        days = frozenset(day for word in every if (day := _day_of_week(word.text, language)))
        every_number = tuple(_scaled(n, text) for n in counted(text, every, language))
    numbers = tuple(n for n in every_number if not any(t.span[0] <= n.start < t.span[1] for t in said))
    content = tuple(word for word in every if not word.stop)
    places = frozenset(_denied_in_characters(text, language) if unspaced(text) else _denied(text, every, language))
    denied = frozenset(word.stem for word in content if word.start in places)
    unsure = _behind_denials(text, every, language) if not unspaced(text) else ()
    affirmed = frozenset(
        word.stem
        for word in content
        if word.start not in places and not any(start <= word.start < end for start, end in unsure)
    )
    return Facts(text, language, content, numbers, said, days, denied - affirmed, affirmed - denied)


@functools.lru_cache(maxsize=256)
def clauses(text: str, language: str | None, *, joined: bool = True) -> tuple[tuple[int, int], ...]:
    """Where each part of a text stands that says something of its own; `joined` also parts at "and" and the like."""
    joins = rows("claims", chosen("claims", language, _USUAL), "joins") if joined else ()
    ends = (
        rf"[,;:()—–。，；]+(?=\s|$)|[.!?…]+(?=\s|$)|(?<=\s)(?:{pattern(joins)})(?=\s)"
        if joins
        else r"[,;:()—–。，；.!?…]+(?=\s|$)"
    )
    edges = [0, *(at for match in re.finditer(ends, text, re.IGNORECASE) for at in match.span()), len(text)]
    return tuple((start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if text[start:end].strip())


@functools.cache
def says_little(language: str | None) -> re.Pattern[str]:
    """Matches a word that says only that something is said, or next to nothing beside what it belongs to."""
    languages = chosen("claims", language, _USUAL)
    told = (*rows("claims", languages, "tells"), *rows("claims", languages, "little"))
    return re.compile(pattern(told) if told else "(?!)", re.IGNORECASE)


@functools.cache
def tells(language: str | None) -> re.Pattern[str]:
    """Matches a word that says that somebody says something."""
    told = rows("claims", chosen("claims", language, _USUAL), "tells")
    return re.compile(pattern(told) if told else "(?!)", re.IGNORECASE)


@functools.cache
def told_by_each(language: str | None) -> re.Pattern[str]:
    """Matches what says of several sources that each tells it: "both reports", "alle drei Zeitungen berichten"."""
    codes = chosen("claims", language, ())
    each, told = rows("claims", codes, "each"), rows("claims", codes, "tells")
    if not each or not told:
        return re.compile("(?!)")
    return re.compile(rf"{pattern(each)}(?:\s+[^\W\d]\w{{0,30}}){{0,2}}\s+{pattern(told)}", re.IGNORECASE)


@functools.cache
def causes(language: str | None) -> re.Pattern[str]:
    """Matches a word that says what something comes of."""
    said = rows("claims", chosen("claims", language, ()), "causes")
    return re.compile(pattern(said) if said else "(?!)", re.IGNORECASE)


@functools.cache
def part_of(language: str | None) -> re.Pattern[str]:
    """Matches what stands behind a part, before the whole that it is a part of: 34 "of" the 180."""
    said = rows("claims", chosen("claims", language, ()), "part_of")
    return re.compile(rf"\s(?:{pattern(said)})\s" if said else "(?!)", re.IGNORECASE)


def whole_of(language: str | None, between: str) -> bool:
    """Whether this stands between a part and its whole: the word for it, and at most one more, "its" or "the"."""
    found = part_of(language).match(between)
    return found is not None and len(between[found.end() :].split()) <= 1


@functools.cache
def opposites(language: str | None) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Pairs of words of which a text that has the one does not say what a text with the other says, both ways round."""
    made = []
    for row in rows("claims", chosen("claims", language, ()), "opposites"):
        one, other = (re.compile(pattern([side.strip()]), re.IGNORECASE) for side in row.split("/"))
        made += [(one, other), (other, one)]
    return tuple(made)


@functools.lru_cache(maxsize=1024)
def _day_of_week(word: str, language: str | None) -> str:
    """Which day of the week a word names, or begins with: Sundays, samstags, Dienstagabend; empty where none."""
    means = meanings(language)
    whole = means.get(word, "")
    names = (name for name in means if len(name) >= _LONG_ENOUGH and word.startswith(name))
    found = whole or next((means[name] for name in names if means[name].startswith(_DAY_OF_WEEK)), "")
    return found if found.startswith(_DAY_OF_WEEK) else ""


def is_day(word: str, language: str | None) -> bool:
    """Whether a word is a day of the week or a month."""
    return meanings(language).get(word, "").startswith((_DAY_OF_WEEK, "month "))


@functools.lru_cache(maxsize=1024)
def is_unit(word: str, language: str | None) -> bool:
    """Whether a word is a unit that many numbers share: euros, percent, kilometres."""
    return word.startswith((*share_words(language), *money_words(language))) or word in _units(language)


@functools.cache
def percent_words(language: str | None) -> frozenset[str]:
    """The words that make a number a share."""
    return frozenset(word for said in share_words(language) for word in said.split())


@functools.cache
def _units(language: str | None) -> frozenset[str]:
    return frozenset((*rows("numerals", chosen("numerals", language, USUAL), "units"), *powers(language)))


def _days(text: str, language: str | None) -> Iterator[Time]:
    """The days that a text names, those in figures too: 22/4/2025, the day before the month, and 3.1. where no English is written."""
    shapes = (_SLASHED,) if known(language) == "en" else (_SLASHED, _DOTTED)
    figures = [time for shape in shapes for match in shape.finditer(text) if (time := _day_in(match)) is not None]
    yield from figures
    for time in times(text, language):
        if not any(time.span[0] < taken.span[1] and taken.span[0] < time.span[1] for taken in figures):
            yield time


def _day_in(figures: re.Match[str]) -> Time | None:
    """The day that figures name, the day before the month.

    Not the rule of language/dates, which reads no 3/4/2025 at all, since of an article nobody knows which it is; here it is held against days that are known.
    """
    day, month, *year = (int(figure) for figure in figures.groups())
    day, month = (day, month) if month <= 12 else (month, day)
    return Time(figures.span(), year[0] if year else None, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _scaled(number: Counted, text: str) -> Number:
    """A sum of money with what it is times: £2.4m."""
    power = _MONEY_POWER.match(text, number.end)
    if power is None or not _CURRENCIES & set(text[max(number.start - 2, 0) : number.start]):
        return Number(number.value, number.start, number.end)
    return Number(number.value * 10.0 ** _POWERS[power[1]], number.start, power.end())


def any_numbers(text: str) -> tuple[Number, ...]:
    """Each run of characters that are numbers, whether or not it counts anything: 三 of 三号线, for who asks whether it stands there."""
    return tuple(_in_characters(text, _CHARACTERS)) if unspaced(text) else ()


def _in_characters(text: str, numbers: re.Pattern[str]) -> Iterator[Number]:
    """The numbers of a script without spaces: 三十万, 80万, 52,000."""
    for found in numbers.finditer(text):
        figure = _CHARACTERS.match(found[0])
        if figure is not None:
            yield Number(_of_characters(figure[0]), found.start(), found.start() + figure.end())


def _of_characters(figure: str) -> float:
    """What characters for digits and powers of ten say together."""
    total = section = last = 0.0
    digits = re.match(r"[\d.,]+", figure)
    if digits is not None:
        last, figure = _digits(digits[0].replace(",", "")) or 0.0, figure[digits.end() :]
    for character in figure:
        value = 2.0 if character == _TWO else unicodedata.numeric(character)
        if value < 10:
            last = last * 10 + value
        elif value < 10_000:
            section, last = section + (last or 1) * value, 0.0
        else:
            total, section, last = (total + section + last or 1) * value, 0.0, 0.0
    return total + section + last


def _digits(text: str) -> float | None:
    found = re.match(r"\d+(?:\.\d+)?", text)
    return float(found.group()) if found else None


def _denied(text: str, every: tuple[Word, ...], language: str | None) -> Iterator[int]:
    """Where the first content word behind each "not" begins, where one is near; where the clause ends with it, the last verb before.

    Words that say next to nothing are passed over: "was not taken to hospital" and "nobody went to hospital" deny the same.
    """
    deny = _denying(every, language)
    little, only = says_little(language), _only(language)
    for place, denies in enumerate(deny):
        if denies and not only.match(text, every[place].start):
            clause = text[every[place].end :].strip()
            ends = not clause or clause[0] in _CLAUSE_ENDS
            near = (
                range(place - 1, max(place - 1 - REACH, -1), -1)
                if ends
                else range(place + 1, min(place + 1 + REACH, len(every)))
            )
            said = [every[n] for n in near if not every[n].stop and not deny[n] and not (ends and every[n].capital)]
            if not ends and len(said) > 1 and whole_of(language, text[every[place].end : said[0].start]):
                said = said[1:]  # "none of the patients fell ill" denies that they fell ill
            found = next((word for word in said if not little.fullmatch(word.text)), said[0] if said else None)
            if found is not None:
                yield found.start


def _denying(every: tuple[Word, ...], language: str | None) -> list[bool]:
    """Which of the words deny."""
    codes = chosen("question_words", language, _USUAL)
    more = _denies(language)
    return [
        any(phrases(code, "negations").begin(f" {word.text} ") for code in codes) or bool(more.fullmatch(word.text))
        for word in every
    ]


def _behind_denials(text: str, every: tuple[Word, ...], language: str | None) -> list[tuple[int, int]]:
    """From each word that denies to the end of its clause: what of it is denied beside the first word is not told."""
    only = _only(language)
    spans = []
    for word, denies in zip(every, _denying(every, language), strict=True):
        if denies and not only.match(text, word.start):
            end = re.search(r"[,;:()—–.!?…](?=\s|$)", text[word.end :])
            spans.append((word.end, word.end + end.start() if end else len(text)))
    return spans


def denies(text: str, language: str | None) -> bool:
    """Whether a text denies anything."""
    if unspaced(text):
        return any(True for _ in _denied_in_characters(text, language))
    every = words(text, language)
    return any(
        denying and not _only(language).match(text, word.start)
        for word, denying in zip(every, _denying(every, language), strict=True)
    )


def _denied_in_characters(text: str, language: str | None) -> Iterator[int]:
    """The same of a script without spaces: what stands right behind a character that denies, but for those that say next to nothing."""
    said = rows("claims", chosen("claims", language, ()), "denies")
    little = rows("claims", chosen("claims", language, ()), "little")
    if said:
        for found in re.finditer(rf"(?:{pattern(said)})(?:{pattern(little) if little else '(?!)'})?", text):
            yield found.end()


@functools.cache
def _only(language: str | None) -> re.Pattern[str]:
    """Matches a "not" that says "only": ne … que."""
    said = [row.partition("…") for row in rows("claims", chosen("claims", language, _USUAL), "only")]
    ways = (rf"{re.escape(a.strip())}\b[^.;]{{1,60}}?\b{re.escape(b.strip())}\b" for a, _, b in said)
    return re.compile("|".join(ways) or "(?!)", re.IGNORECASE)


@functools.cache
def _denies(language: str | None) -> re.Pattern[str]:
    more = rows("claims", chosen("claims", language, _USUAL), "denies")
    return re.compile(pattern(more) if more else "(?!)", re.IGNORECASE)
