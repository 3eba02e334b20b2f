"""Does a sentence say what the quotes that it cites say?  Every number, day and name of it must stand there, and the rest must be near.

A sentence that cannot be held to its quotes is struck: they stand below whatever is written, so that a true sentence lost costs little,
and a false one kept costs all.  The thresholds: docs/measurements/writing.md.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from askcorpus.language.calendar import unit_of_time
from askcorpus.language.sentences import sentences
from askcorpus.language.sounds import name_word, nearest
from askcorpus.language.tables import pattern, rows, table, unspaced
from askcorpus.language.words import Word, known, words
from askcorpus.question.kinds import NO_CAPITALS, Span, opens
from askcorpus.question.reading import CAPITAL_NOUNS
from askcorpus.question.said import Time, day_of
from askcorpus.types import Citation, EncodedQuestion
from askcorpus.writing.facts import (
    Facts,
    Number,
    any_numbers,
    clauses,
    facts,
    is_day,
    is_unit,
    opposites,
    part_of,
    percent_words,
    says_little,
    tells,
    whole_of,
)
from askcorpus.writing.reader import Ask

EXACT = 0.001  # as where two sources are compared
NEAR_WORD = 0.56
"""Cosine of a word's tokens with the nearest ones of the quotes, from which it says what stands there in other words."""
NEAR_TEXT = 0.78
"""Cosine of the sentence with the nearest sentence of the quotes."""
NEAR_TOKENS = 0.50
"""The mean of the words' cosines, where words cannot be held against words: another language, a script without spaces."""
NEARER = 0.002
"""By how much the quotes must be nearer to the sentence with two names exchanged, as a whole and word by word."""
SURE_PART = 0.5
"""Probability of the reader's, from which it is sure whom the quotes name: docs/measurements/writing.md."""
MOST_ASKED = 4  # names of a sentence that the quotes are asked for: each is read in a hundredth of a second
SHORTEST_NAME = 3  # letters: "Al", "Le", "de" are written in other scripts in other ways, or not at all
OFFICE = 2  # words before a name that say what somebody is: "chief executive"
AKIN, AKIN_SHARE = 5, 0.7  # letters that two words begin with, and how much of the longer one they are
MUCH = 1  # words of a clause that another figure's clause has, and its own has none of them

Encode = Callable[[str], EncodedQuestion]


class Why(StrEnum):
    """Why a sentence is struck."""

    UNCITED = "it cites nothing"
    NO_SUCH_QUOTE = "it cites a quote that there is not"
    NUMBER = "a number of it does not stand in what it cites"
    DAY = "a day of it does not stand in what it cites"
    NAME = "a name of it does not stand in what it cites"
    DENIAL = "it denies what is said there, or says what is denied there"
    OPPOSITE = "it says the opposite"
    ORDER = "it puts numbers or names in one another's place"
    WORDS = "words of it do not stand in what it cites"
    MEANING = "it is about something else"


@dataclass(frozen=True, slots=True)
class Source:
    """The quotes that one sentence cites, read once."""

    facts: Facts
    names: frozenset[str]
    """The sounds of all words of the quotes, the titles and the publishers."""
    days: tuple[Time, ...]
    """Those in the quotes, with the year of publication where they have none, and those of publication."""
    encoded: tuple[EncodedQuestion, ...]
    """The whole, then each sentence."""


class Check:
    """Holds sentences against quotes; encodes each text once."""

    def __init__(self, citations: Sequence[Citation], encode: Encode, ask: Ask | None = None) -> None:
        self._citations = {citation.number: citation for citation in citations}
        self._ask = ask
        self._encode = functools.lru_cache(maxsize=256)(encode)
        self._source = functools.lru_cache(maxsize=64)(self._read)

    def why_not(self, text: str, numbers: Sequence[int], language: str | None) -> Why | None:
        """Why a sentence that cites these quotes is struck; None where it says what they say."""
        if not numbers:
            return Why.UNCITED
        if any(number not in self._citations for number in numbers):
            return Why.NO_SUCH_QUOTE
        cited = tuple(sorted(set(numbers)))
        source = self._source(cited)
        sentence = facts(text, language)
        why = _why_not_stated(sentence, source) or self._why_not_meant(sentence, source)
        return why or (Why.ORDER if self._is_said_of_another(sentence, source, cited) else None)

    def _read(self, numbers: tuple[int, ...]) -> Source:
        cited = [self._citations[number] for number in numbers]
        language = cited[0].article.source.language
        text = "\n\n".join(citation.quote for citation in cited)
        origins = [part for c in cited for part in (c.article.title, c.article.source.publisher) if part]
        stated = facts(text, language)
        heard = (*stated.words, *(word for origin in origins for word in facts(origin, language).words))
        whole = (text, *(text[slice(*span)] for span in sentences(text, language)))
        return Source(
            stated,
            frozenset(name_word(word.text) for word in heard),
            tuple(_dated(stated.times, cited)),
            tuple(self._encode(one) for one in dict.fromkeys(whole)),
        )

    def _why_not_meant(self, sentence: Facts, source: Source) -> Why | None:
        encoded = self._encode(sentence.text)
        if max(float(encoded.vector @ one.vector) for one in source.encoded) < NEAR_TEXT:
            return Why.MEANING
        near = (encoded.tokens @ source.encoded[0].tokens.T).max(axis=1, initial=0.0)
        if _one_language(sentence, source.facts) and not unspaced(sentence.text):
            for word in _new_words(sentence, source):
                start, end = _whole(word, sentence.text)
                rows = [row for row, (a, b) in enumerate(encoded.spans) if a < end and b > start]
                if not rows or float(near[rows].mean()) < NEAR_WORD:
                    return Why.WORDS
        elif len(near) and float(near.mean()) < NEAR_TOKENS:
            return Why.MEANING
        if self._is_nearer_swapped(sentence, source):
            return Why.ORDER
        return None

    def _is_nearer_swapped(self, sentence: Facts, source: Source) -> bool:
        """Whether the quotes are nearer to the sentence with two of its names exchanged: A ordered it from B, not B from A."""
        own = self._nearness(sentence.text, source)
        figures = [(n.start, n.end) for n in sentence.numbers] + [time.span for time in sentence.times]
        pairs = (*combinations(_name_spans(sentence, source), 2), *combinations(sorted(figures), 2))
        for one, other in pairs:
            text = sentence.text
            swapped = (
                text[: one[0]] + text[slice(*other)] + text[one[1] : other[0]] + text[slice(*one)] + text[other[1] :]
            )
            if all(there > here + NEARER for there, here in zip(self._nearness(swapped, source), own, strict=True)):
                return True
        return False

    def _is_said_of_another(self, sentence: Facts, source: Source, cited: Sequence[int]) -> bool:
        """Whether the quotes, asked who it was, surely name somebody whom the sentence does not."""
        who = rows("question_words", (known(sentence.language) or "",), "who")
        if self._ask is None or not who:
            return False
        citations = [self._citations[number] for number in cited]
        doers = [span for span in _doers(sentence, source) if not _is_plainly_said(span, sentence, source.facts)]
        for start, end in doers[:MOST_ASKED]:
            said = f"{sentence.text[:start]}{who[0]}{sentence.text[end:]}"
            part = self._ask(said, citations)
            if part is None or part.probability < SURE_PART:
                continue
            named = _named_in(facts(part.text, part.language))
            own = frozenset(name_word(word.text) for word in sentence.words if start <= word.start < end)
            if named and not any(_sounds_like(word, own) for word in named):
                return True
        return False

    def _nearness(self, text: str, source: Source) -> tuple[float, float]:
        """Of the whole, and of its words."""
        encoded = self._encode(text)
        near = (encoded.tokens @ source.encoded[0].tokens.T).max(axis=1, initial=0.0)
        return max(float(encoded.vector @ one.vector) for one in source.encoded), float(near.mean())


def _why_not_stated(sentence: Facts, source: Source) -> Why | None:
    """Whether what can be read off stands there."""
    years = [Number(float(time.year), *time.span) for time in source.facts.times if time.year and not time.month]
    there = (*source.facts.numbers, *years, *any_numbers(source.facts.text))
    if any(not any(_same(number, other) for other in there) for number in sentence.numbers):
        return Why.NUMBER
    if any(not any(_met(day, other) for other in source.days) for day in sentence.times if not _counts(day, there)):
        return Why.DAY
    if not sentence.weekdays <= source.facts.weekdays:
        return Why.DAY
    if any(_is_name(sentence, word) and not _heard(word, source) for word in sentence.words):
        return Why.NAME
    if any(_lasts_otherwise(number, sentence, source.facts) for number in sentence.numbers):
        return Why.ORDER
    if not _one_language(sentence, source.facts):
        return None
    if sentence.denied & source.facts.affirmed or sentence.affirmed & source.facts.denied:
        return Why.DENIAL
    if _says_opposite(sentence, source.facts):
        return Why.OPPOSITE
    if _exchanges_names(sentence, source) or _exchanges_cases(sentence, source):
        return Why.ORDER
    misplaced = any(
        _counts_another(n, sentence, source.facts) or _is_whole(n, sentence, source.facts) for n in sentence.numbers
    )
    elsewhere = _belongs_elsewhere(sentence, source.facts) or _is_named_elsewhere(sentence, source)
    return Why.ORDER if misplaced or elsewhere else None


def _counts(day: Time, numbers: Sequence[Number]) -> bool:
    """Whether what was read as a year is a number in the quotes: 1800 pupils."""
    return day.month is None and day.year is not None and any(day.year == number.value for number in numbers)


def _same(one: Number, other: Number) -> bool:
    return abs(one.value - other.value) <= EXACT * max(abs(one.value), abs(other.value))


def _met(day: Time, other: Time) -> bool:
    """Whether all that is said of a day is said of the other."""
    pairs = ((day.year, other.year), (day.month, other.month), (day.day, other.day))
    return all(said is None or said == there for said, there in pairs)


def _dated(stated: Sequence[Time], cited: Sequence[Citation]) -> Iterator[Time]:
    published = [day for citation in cited if (day := day_of(citation.article.source.published))]
    for time in stated:
        yield time
        if time.year is None:
            yield from (Time(time.span, day.year, time.month, time.day) for day in published)
    yield from (Time((0, 0), day.year, day.month, day.day) for day in published)


def _is_name(sentence: Facts, word: Word) -> bool:
    """Whether a word is a name for certain: a capital inside a sentence, in a language that gives it to names alone."""
    if not word.capital or not _may_be_name(sentence.language) or is_day(word.text, sentence.language):
        return False
    if len(word.text) < SHORTEST_NAME:
        return False
    return not opens(sentence.text, word) and not says_little(sentence.language).fullmatch(word.text)


def _may_be_name(language: str | None) -> bool:
    """Whether capitals tell names from other words."""
    return known(language) not in CAPITAL_NOUNS and known(language) not in NO_CAPITALS


def _heard(word: Word, source: Source) -> bool:
    return _sounds_like(word, source.names)


def _sounds_like(word: Word, names: frozenset[str]) -> bool:
    sound = name_word(word.text)
    return sound in names or nearest(sound, names) is not None


def _one_language(sentence: Facts, source: Facts) -> bool:
    return known(sentence.language) == known(source.language)


def _new_words(sentence: Facts, source: Source) -> Iterator[Word]:
    """The content words that stand nowhere in the quotes, but for numbers, days, names that do, and words that only tell."""
    tells, there = says_little(sentence.language), source.facts.stems
    for word in sentence.words:
        if _is_akin(word.stem, there) or _is_figure(word, sentence) or word.text in percent_words(sentence.language):
            continue
        if not tells.fullmatch(word.text) and not (word.capital and _heard(word, source)):
            yield word


def _is_akin(stem: str, stems: frozenset[str]) -> bool:
    """Whether a stem is one of these, or made of the same word: employees and to employ."""
    if stem in stems:
        return True
    least = (max(AKIN, math.ceil(AKIN_SHARE * max(len(stem), len(other)))) for other in stems)
    return any(stem[:n] == other[:n] for n, other in zip(least, stems, strict=True) if min(len(stem), len(other)) >= n)


def _says_opposite(sentence: Facts, source: Facts) -> bool:
    """Whether a word of it has its opposite in the quotes, where they say the same of it."""
    for one, other in opposites(sentence.language):
        found = one.search(sentence.text)
        if not found or other.search(sentence.text) or not other.search(source.text):
            continue
        beside = next(stems for start, end, stems in _clauses(sentence, joined=False) if start <= found.start() < end)
        beside -= _stems_of(found, sentence)
        with_one, with_other = (
            max(
                (
                    len(stems & beside)
                    for start, end, stems in _clauses(source, joined=False)
                    if word.search(source.text, start, end)
                ),
                default=0,
            )
            for word in (one, other)
        )
        if with_other > with_one:
            return True
    return False


def _exchanges_names(sentence: Facts, source: Source) -> bool:
    """Whether two names stand around a word the other way round than in the quotes: A beat B, not B A; in a language of which order tells."""
    language = known(sentence.language) or ""
    if not table("claims", language).get("ordered"):
        return False
    stated, names = source.facts, _name_spans(sentence, source)
    named = [word for word in sentence.words if any(start <= word.start < end for start, end in names)]
    by = pattern(rows("question_words", (language,), "agent_before") or ("",))
    for between in sentence.words:
        there = [word for word in stated.words if word.text == between.text]
        if between.capital or len(there) != 1 or says_little(sentence.language).fullmatch(between.text):
            continue
        start, end = next(s for s in sentences(stated.text, stated.language) if s[0] <= there[0].start < s[1])
        around = [word for word in stated.words if word.capital and start <= word.start < end]
        if _names_agent(sentence.text, between, named, by) != _names_agent(stated.text, there[0], around, by):
            continue  # "B was beaten by A"
        left = {word.stem for word in around if word.start < there[0].start}
        right = {word.stem for word in around if word.start > there[0].start}
        was_right = any(word.stem in right - left for word in named if word.start < between.start)
        if was_right and any(word.stem in left - right for word in named if word.start > between.start):
            return True
    return False


def _exchanges_cases(sentence: Facts, source: Source) -> bool:
    """Whether endings say that who did it in the quotes had it done, and the other way round, in a sentence of their own words."""
    pairs = _cases(known(sentence.language) or "")
    if not pairs or any(True for _ in _new_words(sentence, source)):  # another verb may turn the same thing round
        return False
    stated, spans = source.facts, _name_spans(sentence, source)
    own = {word.stem for word in sentence.words if not word.capital}
    parts = [
        [w for w in stated.words if start <= w.start < end] for start, end in sentences(stated.text, stated.language)
    ]
    best = max(parts, key=lambda part: len({word.stem for word in part} & own), default=[])
    there = {word.text for word in best if word.capital}
    does, suffers = set[Span](), set[Span]()
    for start, end in spans:
        new = [word.text for word in sentence.words if start <= word.start < end and word.text not in there]
        if any(_declined(other, word, pairs) for word in new for other in there):
            does.add((start, end))
        if any(_declined(word, other, pairs) for word in new for other in there):
            suffers.add((start, end))
    return bool(does - suffers and suffers - does)


@functools.cache
def _cases(language: str) -> tuple[tuple[str, str], ...]:
    """Endings of a name to whom something is done, each with that of one who does it."""
    sides = (row.partition("/") for row in rows("claims", (language,), "done_to"))
    return tuple((done_to.strip(), by.strip()) for done_to, _, by in sides)


def _declined(done_to: str, by: str, pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether two words are the two cases of one name."""
    return any(
        done_to.endswith(end) and by.endswith(other) and done_to.removesuffix(end) == by.removesuffix(other)
        for end, other in pairs
        if len(done_to) - len(end) >= SHORTEST_NAME
    )


def _names_agent(text: str, verb: Word, names: Sequence[Word], by: str) -> bool:
    """Whether "by" stands between a verb and the name behind it."""
    behind = next((word for word in names if word.start > verb.end), None)
    return behind is not None and re.search(rf"\b(?:{by})\b", text[verb.end : behind.start]) is not None


def _counts_another(number: Number, sentence: Facts, source: Facts) -> bool:
    """Whether what stands right behind a number stands behind another one in the quotes: 16 passengers and 214 crew."""
    counted = _behind(number, sentence)
    if counted is None:
        return False
    own = [behind for n in source.numbers if _same(number, n) and (behind := _behind(n, source)) is not None]
    others = [_behind(n, source) for n in source.numbers if not _same(number, n)]
    if not own or counted in own:
        return False
    return counted in others


def _is_whole(number: Number, sentence: Facts, source: Facts) -> bool:
    """Whether a sentence has as a part what is the whole in the quotes: "180 of the cabins" for "34 of the 180 cabins"."""
    between = part_of(known(sentence.language))
    if not between.match(sentence.text, number.end):
        return False
    there = [n for n in source.numbers if _same(number, n)]
    wholes = {
        whole.start
        for part in source.numbers
        for whole in source.numbers
        if part.end < whole.start and whole_of(known(source.language), source.text[part.end : whole.start])
    }
    return bool(there) and all(n.start in wholes and not between.match(source.text, n.end) for n in there)


def _lasts_otherwise(number: Number, sentence: Facts, source: Facts) -> bool:
    """Whether a number counts another unit of time than in the quotes: 23 weeks for 23 days, in any language."""
    said = _unit_behind(number, sentence)
    there = [_unit_behind(n, source) for n in source.numbers if _same(number, n)]
    return said is not None and bool(there) and None not in there and said not in there


def _unit_behind(number: Number, where: Facts) -> int | None:
    word = next((word for word in where.words if word.start >= number.end), None)
    near = word is not None and word.start - number.end <= 1
    return unit_of_time(word.text, where.language) if word is not None and near else None


def _behind(number: Number, where: Facts) -> str | None:
    """The stem of what a number counts, where that is the next word and no unit."""
    word = next((word for word in where.words if word.start >= number.end), None)
    if word is None or word.start - number.end > 1 or _is_figure(word, where) or is_unit(word.text, where.language):
        return None
    return word.stem


def _belongs_elsewhere(sentence: Facts, source: Facts) -> bool:
    """Whether a number or a day stands in the quotes where nothing of its clause is said, and another where much of it is."""
    parts = _clauses(source, joined=True)
    for start, end, said in _clauses(sentence, joined=True):
        for figure in _figures(sentence, start, end):
            own = [
                stems
                for part in parts
                for stems in part[2:]
                if any(_alike(figure, f) for f in _figures(source, *part[:2]))
            ]
            others = [stems for part in parts for stems in part[2:] if _figures(source, *part[:2])]
            if (
                own
                and not any(_is_akin(stem, stems) for stems in own for stem in said)
                and any(len(said & stems) >= MUCH for stems in others)
            ):
                return True
    return False


def _is_named_elsewhere(sentence: Facts, source: Source) -> bool:
    """The same of who does it: all that the quotes say of it beside this name they say beside another, and more of it."""
    stated = source.facts
    called = {
        word.stem for span in _name_spans(stated, source) for word in stated.words if span[0] <= word.start < span[1]
    }
    if known(sentence.language) in CAPITAL_NOUNS:
        spans = _full_names(stated)
        called = {word.stem for word in stated.words if any(start <= word.start < end for start, end in spans)}
    parts = _statements(stated)
    around_names = _around_names(stated, called)  # not whole sentences: who only tells it stands in another clause
    for first, last in _doers(sentence, source):
        own = {word.stem for word in sentence.words if first <= word.start < last}
        around = next(stems for start, end, stems in _clauses(sentence, joined=True) if start <= first < end)
        if around <= own:  # "the chairman, Ada Berg, will retire"
            around = frozenset[str]().union(*(stems for _, _, stems in _clauses(sentence, joined=True)))
        said = around - own - called - _office(sentence, first) - _telling(sentence)
        others = [stems & said for stems in around_names if not stems & own and stems & called]
        of_it = [stems & said for stems in parts if stems & own]
        if of_it and any(len(other) >= MUCH and all(there < other for there in of_it) for other in others):
            return True
    return False


def _statements(where: Facts) -> list[frozenset[str]]:
    """The stems of each sentence, or of each part of one between semicolons."""
    edges = [0, *(match.end() for match in re.finditer(r"[;\n]", where.text)), len(where.text)]
    spans = [
        (max(a, start), min(b, end)) for a, b in pairwise(edges) for start, end in sentences(where.text, where.language)
    ]
    return [
        frozenset(word.stem for word in where.words if start <= word.start < end) for start, end in spans if start < end
    ]


def _telling(where: Facts) -> frozenset[str]:
    return frozenset(word.stem for word in where.words if tells(where.language).fullmatch(word.text))


def _around_names(where: Facts, called: set[str]) -> list[frozenset[str]]:
    """The stems of each clause, those on both sides of ", Ada Berg," together."""
    around: list[frozenset[str]] = []
    alone = False
    for _, _, stems in _clauses(where, joined=True):
        if around and (alone or stems <= called):
            around[-1] |= stems
        else:
            around.append(stems)
        alone = stems <= called
    return around


def _office(where: Facts, name: int) -> frozenset[str]:
    """The stems of the words right before a name that say what somebody is."""
    most = (
        OFFICE if table("claims", known(where.language) or "").get("ordered") else 1
    )  # elsewhere a verb may stand there
    before = [word for word in where.words if word.start < name][-most:]
    at, own = name, []
    for word in reversed(before):
        if where.text[word.end : at].strip(" ,"):
            break
        own.append(word.stem)
        at = word.start
    return frozenset(own)


def _clauses(where: Facts, *, joined: bool) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """Each clause, with the stems of its words but for figures and units."""
    content = [word for word in where.words if not _is_figure(word, where) and not is_unit(word.text, where.language)]
    return tuple(
        (start, end, frozenset(word.stem for word in content if start <= word.start < end))
        for start, end in clauses(where.text, where.language, joined=joined)
    )


def _figures(where: Facts, start: int, end: int) -> list[Number | Time]:
    """The numbers and days between two places."""
    numbers: list[Number | Time] = [n for n in where.numbers if start <= n.start < end]
    return numbers + [time for time in where.times if start <= time.span[0] < end]


def _alike(one: Number | Time, other: Number | Time) -> bool:
    if isinstance(one, Number) and isinstance(other, Number):
        return _same(one, other)
    return isinstance(one, Time) and isinstance(other, Time) and (_met(one, other) or _met(other, one))


def _is_figure(word: Word, where: Facts) -> bool:
    spans = (*((n.start, n.end) for n in where.numbers), *(time.span for time in where.times))
    return word.text[0].isdecimal() or any(start <= word.start < end for start, end in spans)


def _stems_of(found: re.Match[str], where: Facts) -> frozenset[str]:
    return frozenset(word.stem for word in where.words if found.start() <= word.start < found.end())


def _name_spans(where: Facts, source: Source) -> list[Span]:
    """Runs of capitalised words, in order, but for days; what opens the sentence counts where the quotes have it as a name."""
    named = {word.stem for word in source.facts.words if word.capital and not opens(source.facts.text, word)}
    spans: list[Span] = []
    for word in where.words:
        if not word.capital or not _may_be_name(where.language) or is_day(word.text, where.language):
            continue
        if opens(where.text, word) and word.stem not in named:
            continue
        if spans and not where.text[spans[-1][1] : word.start].strip():
            spans[-1] = (spans[-1][0], word.end)
        else:
            spans.append((word.start, word.end))
    return spans


def _is_plainly_said(name: Span, sentence: Facts, source: Facts) -> bool:
    """Whether a clause of the quotes has this name and no other beside all that is said of it; or none has it: it is that of a source."""
    own = {word.stem for word in sentence.words if name[0] <= word.start < name[1]}
    others = {word.stem for word in _named_in(source) if not opens(source.text, word)} - own
    around = next(stems for start, end, stems in _clauses(sentence, joined=True) if start <= name[0] < end) - own
    beside = [stems for _, _, stems in _clauses(source, joined=True) if stems & own]
    return not beside or any(around and around <= stems and not stems & others for stems in beside)


def _full_names(where: Facts) -> list[Span]:
    """The last two of words with a capital that stand side by side: where every noun has one, a first name and a surname."""
    spans: list[Span] = []
    run: list[Word] = []
    for word in (*where.words, None):
        beside = run and word is not None and not where.text[run[-1].end : word.start].strip(" ")
        if word is not None and word.capital and not is_day(word.text, where.language) and (beside or not run):
            run.append(word)
            continue
        if len(run) > 1:
            spans.append((run[-2].start, run[-1].end))
        run = [word] if word is not None and word.capital and not is_day(word.text, where.language) else []
    return spans


def _named_in(where: Facts) -> list[Word]:
    """The words of a text that are names."""
    named = [word for word in where.words if word.capital]
    if known(where.language) not in CAPITAL_NOUNS:
        return named
    spans = _full_names(where)
    return [word for word in named if any(start <= word.start < end for start, end in spans)]


def _doers(where: Facts, source: Source) -> list[Span]:
    """The names that stand for themselves: not behind "in" or "of", not in "A's" and "A & B"."""
    every = words(where.text, where.language)
    alone = []
    spans = _full_names(where) if known(where.language) in CAPITAL_NOUNS else _name_spans(where, source)
    for start, end in spans:
        before = next((word for word in reversed(every) if word.end <= start), None)
        between = where.text[before.end if before else 0 : start].strip()
        after = where.text[end:].lstrip()
        if (
            not (before and before.stop and not between)
            and between != "&"
            and not after.startswith(("'s", "’s", "&", "-"))
        ):
            alone.append((start, end))
    return alone


def _whole(word: Word, text: str) -> Span:
    """The word with what hangs on it by hyphens: "home" of "home-made"."""
    start, end = word.start, word.end
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "-‐‑"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "-‐‑"):
        end += 1
    return start, end
