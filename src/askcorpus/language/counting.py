"""Which numbers do the words of a text say together: "three hundred and sixteen", siebenundvierzig, триста шестнадцать?"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

from askcorpus.language.numerals import powers
from askcorpus.language.tables import listed, table

_DASHES = "\u2010\u2011-"
_GAP = re.compile(rf"[\s{_DASHES}]*")
_LONGEST = 3  # words of one entry of the tables: "quatre-vingt-dix"
_HUNDRED = 2
_MYRIAD = 4  # the power of ten from which on what stands before is multiplied as a whole: 四千万
_NEVER = 1_000_000.0
_VOWELS = "aeiou"


class Word(Protocol):
    """A word of a text."""

    @property
    def text(self) -> str:
        """In lower case, a number in digits without separators."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


AnyWord = TypeVar("AnyWord", bound=Word)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number that a text names, and where."""

    value: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a number: digits, a value below 1,000, a power of ten, or a word between two parts."""

    start: int
    end: int
    digits: float | None = None
    value: int = 0
    power: int = 0
    join: bool = False
    """It stands between hundreds and what follows alone, where the language has `joins_hundreds`."""
    after_hundred: bool = False
    glued: bool = False
    """An "and" is written onto it."""


@dataclass(slots=True)
class _Sum:
    """A number as far as it is read."""

    start: int
    end: int
    total: float = 0.0
    part: float = 0.0
    below: float = _NEVER
    """What the next value must be smaller than, to belong to it."""
    parts: int = 0

    def add(self, part: _Part, *, hyphen: bool) -> bool:
        """Whether a value can only be a further part of this number; then it is added."""
        smaller = part.value < self.below or (hyphen and self.part in (60, 80) and part.value < 20)  # soixante-quinze
        tens_behind = part.glued and 0 < self.part % 100 < 10 and part.value in range(20, 100, 10)  # خمسة وعشرون
        if not (smaller or tens_behind):
            return False
        self.part += part.value
        self.below = 100 if part.value >= 100 else 10 if part.value >= 20 and part.value % 10 == 0 else 0
        self.parts, self.end = self.parts + 1, part.end
        return True

    def multiply(self, part: _Part) -> bool:
        """Whether a power of ten belongs to it; then it is multiplied."""
        if part.power == _HUNDRED and self.part >= 100:
            return False
        if part.power == _HUNDRED:
            self.part, self.below = (self.part or 1.0) * 100.0, 100
        else:
            self.total, self.part, self.below = self.total + (self.part or 1.0) * 10.0**part.power, 0.0, 1000
        self.parts, self.end = self.parts + 1, part.end
        return True

    def counted(self) -> Iterator[Counted]:
        """The number, where it is one: a lone "one" is an article or a pronoun as often, a lone "hundred" no number of its own."""
        value = self.total + self.part
        if self.parts > 1 or (self.parts and value >= 2):
            yield Counted(value, self.start, self.end)


def apart(every: Sequence[AnyWord]) -> Iterator[AnyWord]:
    """The words, of a compound its parts alone."""
    for place, word in enumerate(every):
        following = every[place + 1] if place + 1 < len(every) else None
        if following is None or not (word.start <= following.start and following.end <= word.end):
            yield word


def has_compounds(language: str | None) -> bool:
    """Whether the language writes numbers as one word of which no table has all: einundzwanzig, veintiuno."""
    rows = table("numerals", language or "en")
    return "inside" in rows or "twenties" in rows


def counted(text: str, every: Sequence[Word], language: str | None) -> Iterator[Counted]:
    """Each number in digits or in words, in order; `every` are the words of a text, of a compound the parts alone."""
    number: _Sum | None = None
    join: _Part | None = None
    for part in _parts(text, every, language or "en"):
        end = join.end if join else number.end if number else 0
        gap = (
            _GAP.fullmatch(text, min(end, part.start), part.start) if number else None
        )  # parts of one word begin where it does
        if part.join and number and gap and (number.below >= 100 or not part.after_hundred):
            join = part
            continue
        hyphen = gap is not None and bool(gap.group().strip())
        goes_on = number is not None and gap is not None and part.digits is None and not part.join
        if goes_on and number and (number.add(part, hyphen=hyphen) if part.value else number.multiply(part)):
            join = None
            continue
        if number:
            yield from number.counted()
        join, number = None, _begun(part)
    if number:
        yield from number.counted()


def in_characters(text: str, language: str | None) -> float | None:
    """The one number that a text names in characters, in digits, or in both: 三十八, 一万四千, 3.4亿; None for none and for several.

    Raises KeyError where the language does not write numbers so (writes_characters).
    """
    values, scales = _characters(language or "")
    for share in listed(table("numerals", language or "").get("percent", "")):
        text = text.replace(share, " ")  # 百分之五 is five, a share
    every = [*_in_both(language or "").finditer(text)]
    if not every or any(text[a.end() : b.start()].strip() for a, b in pairwise(every)):
        return None
    total = section = digits = 0.0
    last_digit = False  # 二〇二五
    for found in every:
        power = scales.get(found[0])
        if power is None:
            one = float(values[found[0]]) if found[0] in values else float(found[0].replace(",", ""))
            digits, last_digit = (digits * 10 + one if last_digit else one), True
        elif power < _MYRIAD:
            section, digits, last_digit = section + (digits or 1.0) * 10.0**power, 0.0, False
        else:
            part = section + digits
            total = total + part * 10.0**power if part else (total or 1.0) * 10.0**power  # 1.4万亿
            section, digits, last_digit = 0.0, 0.0, False
    return total + section + digits


def writes_characters(language: str | None) -> bool:
    """Whether the language writes numbers in characters: 三十八."""
    return "characters" in table("numerals", language or "en")


@functools.cache
def _in_both(language: str) -> re.Pattern[str]:
    """Finds digits, and each character that is a number."""
    values, scales = _characters(language)
    return re.compile(rf"\d+(?:[.,]\d+)*|[{''.join((*values, *scales))}]")


@functools.cache
def _characters(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """What each character is worth, and by which power of ten others multiply."""
    rows = table("numerals", language)
    values = {one: n for n, written in enumerate(rows["characters"]) for one in written}
    return values, {word: power for word, power in powers(language).items() if len(word) == 1}


def _begun(part: _Part) -> _Sum | None:
    """A number that begins with this part."""
    number = _Sum(part.start, part.end)
    if part.join:
        return None
    if part.digits is not None:
        number.part, number.below, number.parts = part.digits, 0, 2
    elif part.power:
        number.multiply(part)
        number.parts = 0
    else:
        number.add(part, hyphen=False)
    return number


def _parts(text: str, every: Sequence[Word], language: str) -> Iterator[_Part]:
    values, scales, joins = _values(language), powers(language), _joins(language)
    whole = _elided(language)
    fused, glued = _fused(language), tuple(listed(table("numerals", language).get("glued", "")))
    place = 0
    while place < len(every):
        word = every[place]
        said = word.text
        if (said,) not in values:  # واحد, one, begins as وخمسة, and five, does
            said = said.removeprefix(next((front for front in glued if said.startswith(front)), ""))
        if word.text[0].isdecimal():
            found = re.match(r"\d+(?:\.\d+)?", word.text)
            yield _Part(word.start, word.end, digits=float(found.group()) if found else 0.0)
        elif length := _entry(text, every, place, said, values):
            key = (said, *(w.text for w in every[place + 1 : place + length]))
            yield _Part(word.start, every[place + length - 1].end, value=values[key], glued=said != word.text)
            place += length - 1
        elif said in scales:
            yield _Part(word.start, word.end, power=scales[said])
        elif word.text in joins:
            yield _Part(word.start, word.end, join=True, after_hundred=joins[word.text])
        elif fused is not None and (pieces := _pieces(word.text, fused, whole)):
            for piece in pieces:
                value = values.get((piece,), 0)
                yield _Part(word.start, word.end, value=value, power=0 if value else scales[piece])
        place += 1


def _entry(text: str, every: Sequence[Word], place: int, first: str, values: dict[tuple[str, ...], int]) -> int:
    """How many words from here on are one entry of the tables, the most that are; 0 for none."""
    for length in range(min(_LONGEST, len(every) - place), 0, -1):
        taken = every[place : place + length]
        near = all(_GAP.fullmatch(text, a.end, b.start) for a, b in pairwise(taken))
        if near and (first, *(word.text for word in taken[1:])) in values:
            return length
    return 0


@functools.cache
def _values(language: str) -> dict[tuple[str, ...], int]:
    """The words for 1 to 900, split where they are written in several."""
    rows = table("numerals", language)
    numbered = (
        *(((1, rows.get("one", "")),)),
        *enumerate(rows.get("two_to_twenty", ()), 2),
        *enumerate(rows.get("twenties", ()), 21),
        *((10 * n, names) for n, names in enumerate(rows.get("tens", ()), 3)),
        *((100 * n, names) for n, names in enumerate(rows.get("hundreds", ()), 2)),
    )
    return {tuple(re.split(rf"[\s{_DASHES}]+", name)): n for n, names in numbered for name in listed(names)}


@functools.cache
def _joins(language: str) -> dict[str, bool]:
    rows = table("numerals", language)
    return {word: row == "joins_hundreds" for row in ("joins", "joins_hundreds") for word in listed(rows.get(row, ""))}


@functools.cache
def _fused(language: str) -> re.Pattern[str] | None:
    """Finds the parts of a number that is written as one word, where the language writes them so."""
    rows = table("numerals", language)
    if "inside" not in rows:
        return None
    names = {" ".join(key) for key in _values(language)} | {
        word for word, power in powers(language).items() if power <= 3
    }
    patterns = {re.escape(name): len(name) for name in names} | {
        rf"{re.escape(cut)}(?=[{_VOWELS}])": len(cut) for cut in _elided(language)
    }
    longest = "|".join(sorted(patterns, key=lambda pattern: -patterns[pattern]))
    return re.compile(rf"(?:{'|'.join(map(re.escape, listed(rows['inside'])))})?({longest})")


@functools.cache
def _elided(language: str) -> dict[str, str]:
    """Tens as they stand before a vowel, without their last letter, and as they are: trent(uno)."""
    if not table("numerals", language).get("elided"):
        return {}
    tens = {" ".join(key) for key, value in _values(language).items() if value in range(20, 100, 10)}
    return {word[:-1]: word for word in tens}


def _pieces(word: str, fused: re.Pattern[str], whole: dict[str, str]) -> list[str]:
    """The parts of a fused number, the units behind the tens: fünf und sechzig is sechzig, fünf; none where it is no number."""
    pieces: list[str] = []
    at = 0
    while at < len(word):
        found = fused.match(word, at)
        if found is None:
            return []
        piece = whole.get(found[1], found[1])
        if pieces and found.start(1) > at:
            pieces.insert(-1, piece)
        else:
            pieces.append(piece)
        at = found.end()
    return pieces
