"""Does a sentence say what the quotes that it cites say?  Every number, day and name of it must stand there, and the rest must be near.

A sentence that cannot be held to its quotes is struck: they stand below whatever is written, so that a true sentence lost costs little,
and a false one kept costs all.  The thresholds: docs/measurements/writing.md.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from askcorpus.encoder.batching import Floats
from askcorpus.language.calendar import unit_of_time
from askcorpus.language.sentences import sentences
from askcorpus.language.sounds import heard_at_all, name_word, nearest, one_name, written_alike
from askcorpus.language.tables import pattern, rows, table, unspaced
from askcorpus.language.words import Word, known, words
from askcorpus.question.kinds import CAPITAL_NOUNS, NO_CAPITALS, Span, opens
from askcorpus.question.said import Time, day_of
from askcorpus.types import Citation, EncodedQuestion
from askcorpus.writing.facts import (
    Facts,
    Number,
    any_numbers,
    causes,
    clauses,
    denies,
    facts,
    is_day,
    is_unit,
    opposites,
    part_of,
    percent_words,
    says_little,
    tells,
    told_by_each,
    whole_of,
)
from askcorpus.writing.places import gap
from askcorpus.writing.reader import Ask, Doubts
from askcorpus.writing.sides import sided, things
from askcorpus.writing.signs import DOUBT, Signs, Why, weights

EXACT = 0.001  # as where two sources are compared
MOST_ASKED = 4  # names of a sentence that the quotes are asked for: each is read in a hundredth of a second
SHORTEST_NAME = 3  # letters: "Al", "Le", "de" are written in other scripts in other ways, or not at all
ENDING = 3  # letters by which a name's cases differ: Рябовой, Рябова; Türkiye'nin is cut at its apostrophe
LASTING = "periods"  # the kind of hours, days and years
MEASURES = (
    "lengths",
    "weights",
    "areas",
)  # the kinds of other units; of sums what is a currency stands before the number, too
OFFICE = 2  # words before a name that say what somebody is: "chief executive"
AKIN, AKIN_SHARE = 5, 0.7  # letters that two words begin with, and how much of the longer one they are
MUCH = 1  # words of a clause that another figure's clause has, and its own has none of them

__all__ = ["Check", "Why"]

_ORDINAL = re.compile(r"[^\W\d_]|[-‐‑][^\W\d_]|[º°.](?!\d)")
"""What makes a number one of a row: 1st, 24-го."""

Encode = Callable[[str], EncodedQuestion]


@dataclass(frozen=True, slots=True)
class Source:
    """The quotes that one sentence cites, read once."""

    facts: Facts
    names: frozenset[str]
    """All words of the quotes, the titles and the publishers."""
    days: tuple[Time, ...]
    """Those in the quotes, with the year of publication where they have none, and those of publication."""
    encoded: tuple[EncodedQuestion, ...]
    """The whole, then each sentence where there are several."""
    parts: tuple[Facts, ...]
    """What each sentence states."""


class Check:
    """Holds sentences against quotes; encodes each text once."""

    def __init__(
        self, citations: Sequence[Citation], encode: Encode, ask: Ask | None = None, doubts: Doubts | None = None
    ) -> None:
        self._citations = {citation.number: citation for citation in citations}
        self._ask = ask
        self._doubts = doubts
        self._encode = functools.lru_cache(maxsize=256)(encode)
        self._source = functools.lru_cache(maxsize=64)(self._read)

    def why_not(self, text: str, numbers: Sequence[int], language: str | None) -> Why | None:
        """Why a sentence that cites these quotes is struck; None where it says what they say."""
        if not numbers:
            return Why.UNCITED
        if any(number not in self._citations for number in numbers):
            return Why.NO_SUCH_QUOTE
        missing = self._missing_there(text, sorted(set(numbers)), language)
        signs = self.signs_of(text, numbers, language) if missing is None else None
        if signs is None:
            return missing
        by = weights(read=signs.doubted is not None)
        return signs.why(by) if signs.doubt(by) > 0 else None

    def _missing_there(self, text: str, cited: Sequence[int], language: str | None) -> Why | None:
        """Whether a number, a day or a name is missing in what it cites; where each source is said to tell it, in any of them."""
        sentence, of_each = facts(text, language), told_by_each(known(language)).search(text) is not None
        sources = [(number,) for number in cited] if of_each else [tuple(cited)]
        return next((why for one in sources if (why := _missing(sentence, self._source(one)))), None)

    def signs_of(self, text: str, numbers: Sequence[int], language: str | None) -> Signs | None:
        """All that tells whether the quotes bear out a sentence; None where a number, a day or a name is missing there."""
        cited = tuple(sorted(set(numbers)))
        source, sentence = self._source(cited), facts(text, language)
        if _missing(sentence, source) is not None:
            return None
        encoded = self._encode(sentence.text)
        near = (encoded.tokens @ source.encoded[0].tokens.T).max(axis=1, initial=0.0)
        crossed = not _one_language(sentence, source.facts)
        new = [*_new_spans(sentence, source, encoded)]
        far = [1 - _nearness_of(span, encoded, near) for span in new]
        read = {name for name, _ in _misread(sentence, source)}
        all_there = not crossed and not new
        return Signs(
            far_word=0.0 if crossed else max(far, default=0.0),
            far_crossed=max(far, default=0.0) if crossed else 0.0,
            unheard=max(
                (1 - _nearness_of((w.start, w.end), encoded, near) for w in _unheard(sentence, source)), default=0.0
            ),
            far_text=1 - max(float(encoded.vector @ one.vector) for one in source.encoded),
            denial=float("denial" in read),
            opposite=float("opposite" in read),
            other_thing=float("other_thing" in read),
            order=float("order" in read),
            cause=float(_gives_cause(sentence, source.facts, bool(new))),
            unsaid=float(_says_unsaid(sentence, source.facts)) if not crossed else 0.0,
            split_word=max((sum(a < end and b > start for a, b in encoded.spans) - 1 for start, end in new), default=0)
            / 4
            if not crossed
            else 0.0,
            denies_apart=float(self._denies_apart(sentence, source, encoded)) if crossed else 0.0,
            elsewhere=float("elsewhere" in read),
            name_gap=gap(sentence, source.facts, _names_of(sentence, source)) if all_there else 0.0,
            clause_gap=gap(sentence, source.facts, by_clause=True) if all_there else 0.0,
            of_another=self._said_of_another(sentence, source, cited),
            doubted=self._read_together(text, cited),
        )

    def _read_together(self, text: str, cited: Sequence[int]) -> float | None:
        """How surely the quotes do not bear it out, as who reads both says; from 0 to 1."""
        log_odds = self._doubts(text, [self._citations[number] for number in cited]) if self._doubts else None
        return None if log_odds is None else (max(-DOUBT, min(DOUBT, log_odds)) + DOUBT) / (2 * DOUBT)

    def _denies_apart(self, sentence: Facts, source: Source, encoded: EncodedQuestion) -> bool:
        """Whether it denies something and the nearest sentence of the quotes does not, or the other way round: in whatever languages."""
        parts = source.encoded[1:] or source.encoded
        nearest = max(range(len(parts)), key=lambda n: float(encoded.vector @ parts[n].vector))
        there = source.parts[nearest] if len(source.parts) > nearest else source.facts
        return denies(sentence.text, sentence.language) != denies(there.text, there.language)

    def _read(self, numbers: tuple[int, ...]) -> Source:
        cited = [self._citations[number] for number in numbers]
        language = cited[0].article.source.language
        text = "\n\n".join(citation.quote for citation in cited)
        origins = [part for c in cited for part in (c.article.title, c.article.source.publisher) if part]
        stated = facts(text, language)
        heard = (*stated.words, *(word for origin in origins for word in facts(origin, language).words))
        parts = [text[slice(*span)] for span in sentences(text, language)]
        whole = (text, *parts) if parts != [text] else (text,)
        return Source(
            stated,
            frozenset(word.text for word in heard),
            tuple(_dated(stated.times, cited)),
            tuple(self._encode(one) for one in whole),
            tuple(facts(part, language) for part in parts),
        )

    def _said_of_another(self, sentence: Facts, source: Source, cited: Sequence[int]) -> float:
        """How surely the quotes, asked who it was, name somebody whom the sentence does not."""
        who = rows("question_words", (known(sentence.language) or "",), "who")
        if self._ask is None or not who:
            return 0.0
        citations = [self._citations[number] for number in cited]
        doers = [span for span in _doers(sentence, source) if not _is_plainly_said(span, sentence, source.facts)]
        surest = 0.0
        for start, end in doers[:MOST_ASKED]:
            part = self._ask(f"{sentence.text[:start]}{who[0]}{sentence.text[end:]}", citations)
            named = _named_in(facts(part.text, part.language)) if part is not None else []
            own = frozenset(word.text for word in sentence.words if start <= word.start < end)
            if part is not None and named and not any(_is_one_of(word, own) for word in named):
                surest = max(surest, part.probability)
        return surest


def _why_not_stated(sentence: Facts, source: Source) -> Why | None:
    """Whether what can be read off stands there."""
    return _missing(sentence, source) or next((why for _, why in _misread(sentence, source)), None)


def _missing(sentence: Facts, source: Source) -> Why | None:
    """Whether a number, a day or a name is missing there."""
    years = [Number(float(time.year), *time.span) for time in source.facts.times if time.year and not time.month]
    there = (*source.facts.numbers, *years, *any_numbers(source.facts.text))
    days = {time.day for time in source.facts.times}
    for number in sentence.numbers:
        of_day = number.value in days and _ORDINAL.match(sentence.text, number.end) is not None
        if not of_day and not any(_same(number, other) for other in there):
            return Why.NUMBER
    if any(not any(_met(day, other) for other in source.days) for day in sentence.times if not _counts(day, there)):
        return Why.DAY
    if not sentence.weekdays <= source.facts.weekdays:
        return Why.DAY
    if _one_language(sentence, source.facts) and any(True for _ in _unheard(sentence, source)):
        return Why.NAME
    if any(_measured_otherwise(number, sentence, source.facts) for number in sentence.numbers):
        return Why.ORDER
    return None


def _misread(sentence: Facts, source: Source) -> Iterator[tuple[str, Why]]:
    """Which signs can be read off that it says something else of what stands there."""
    if _names_another_thing(sentence, source.facts):
        yield "other_thing", Why.OPPOSITE
    if not _one_language(sentence, source.facts):
        return
    if _denies_otherwise(sentence, source.facts):
        yield "denial", Why.DENIAL
    if _says_opposite(sentence, source.facts):
        yield "opposite", Why.OPPOSITE
    misplaced = any(
        _counts_another(n, sentence, source.facts) or _is_whole(n, sentence, source.facts) for n in sentence.numbers
    )
    if misplaced or _exchanges_names(sentence, source) or _exchanges_cases(sentence, source):
        yield "order", Why.ORDER
    if _belongs_elsewhere(sentence, source.facts) or _is_named_elsewhere(sentence, source):
        yield "elsewhere", Why.ORDER


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


def _unheard(sentence: Facts, source: Source) -> Iterator[Word]:
    """Its names that the quotes have not; in another language a name may be translated: Alpenverein, Alpine Club."""
    return (word for word in sentence.words if _is_name(sentence, word) and not _heard(word, source))


def _may_be_name(language: str | None) -> bool:
    """Whether capitals tell names from other words."""
    return known(language) not in CAPITAL_NOUNS and known(language) not in NO_CAPITALS


def _heard(word: Word, source: Source) -> bool:
    return _is_one_of(word, source.names)


def _is_one_of(word: Word, names: frozenset[str]) -> bool:
    return any(_is_one_name(word.text, name) for name in names)


@functools.lru_cache(maxsize=10_000)
def _is_one_name(word: str, name: str) -> bool:
    """Whether two words are one name: between scripts by how they sound, in one script but for their endings."""
    if word == name:
        return True
    sound = name_word(word)
    if _script(word) == _script(name):
        same = next((n for n, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
        alike = same >= SHORTEST_NAME and max(len(word), len(name)) - same <= ENDING
        return alike or (sound == name_word(name) and one_name(word, name))
    return nearest(sound, (name_word(name),)) is not None or (not heard_at_all(word) and written_alike(word, name))


def _script(word: str) -> str:
    """The first word of a letter's name in Unicode: LATIN, CYRILLIC."""
    return unicodedata.name(word[:1], "").partition(" ")[0]


def _one_language(sentence: Facts, source: Facts) -> bool:
    return known(sentence.language) == known(source.language)


def _new_words(sentence: Facts, source: Source) -> Iterator[Word]:
    """The content words that stand nowhere in the quotes, but for numbers, days, names that do, and words that only tell."""
    tells, there = says_little(sentence.language), source.facts.stems
    said = _said_otherwise(sentence, source.facts)
    for word in sentence.words:
        if any(start < word.end and word.start < end for start, end in said):
            continue
        if _is_akin(word.stem, there) or _is_figure(word, sentence) or word.text in percent_words(sentence.language):
            continue
        if not tells.fullmatch(word.text) and not (word.capital and _heard(word, source)):
            yield word


def _said_otherwise(sentence: Facts, source: Facts) -> list[Span]:
    """Where it says in another word what a word of the quotes says."""
    there = _sides(source)
    spans = [span for side, spans in _sides(sentence).items() if side in there for span in spans]
    named = {(one.kind, one.number) for one in things(source.text, source.language)}
    mine = things(sentence.text, sentence.language)
    return spans + [(one.start, one.end) for one in mine if (one.kind, one.number) in named]


def _is_akin(stem: str, stems: frozenset[str]) -> bool:
    """Whether a stem is one of these, or made of the same word: employees and to employ."""
    if stem in stems:
        return True
    least = (max(AKIN, math.ceil(AKIN_SHARE * max(len(stem), len(other)))) for other in stems)
    return any(stem[:n] == other[:n] for n, other in zip(least, stems, strict=True) if min(len(stem), len(other)) >= n)


def _denies_otherwise(sentence: Facts, source: Facts) -> bool:
    """Whether it denies what they say, or says what they deny; not where they say it by a word for that: banned, refused."""
    if unspaced(sentence.text) and sentence.denied and source.denied:
        return False  # of what, is not told there
    return any(
        not all(_is_undone(stem, there) for stem in stems)
        for stems, there in (
            (_bare(sentence.denied, sentence) & _bare(source.affirmed, source), source),
            (_bare(sentence.affirmed, sentence) & _bare(source.denied, source), sentence),
        )
    )


def _bare(stems: frozenset[str], where: Facts) -> frozenset[str]:
    """The stems, without what their language writes onto a verb that says what will be: سيعرض is يعرض."""
    will = str(table("claims", known(where.language) or "").get("will", ""))
    return frozenset(stem.removeprefix(will) if will and len(stem) > SHORTEST_NAME else stem for stem in stems)


def _is_undone(stem: str, where: Facts) -> bool:
    """Whether a word stands beside one of those whose side says that something is not: bans, rejects, closes."""
    own = [(word.start, word.end) for word in where.words if word.stem == stem]
    every = [(one.start, one.end) for one in sided(where.text, where.language) if one.second]
    undoing = [span[0] for span in every if not _any_overlap(own, span)]
    return any(
        stem in stems and any(start <= at < end for at in undoing)
        for start, end, stems in _clauses(where, joined=False)
    )


def _says_opposite(sentence: Facts, source: Facts) -> bool:
    """Whether a word of it has its opposite in the quotes, where they say the same of it."""
    denied = _denied_words(sentence)
    for one, other in opposites(sentence.language):
        mine = [span for found in one.finditer(sentence.text) if not _any_overlap(denied, span := found.span())]
        if mine and not other.search(sentence.text):
            theirs = [[found.span() for found in side.finditer(source.text)] for side in (one, other)]
            if _is_said_beside(mine, theirs[0], theirs[1], sentence, source):
                return True
    own, there = _sides(sentence), _sides(source)
    converse = {one.row for one in sided(sentence.text, sentence.language) if one.converse}
    for row, second in own:
        opposite = there.get((row, not second), [])
        if row in converse and not _is_said_of_the_same(opposite, sentence, source):
            continue
        if (row, not second) not in own and _is_said_beside(
            own[row, second], there.get((row, second), []), opposite, sentence, source
        ):
            return True
    return False


def _is_said_of_the_same(verbs: Sequence[Span], sentence: Facts, source: Facts) -> bool:
    """Whether what it begins with stands before one of these words there, as who did it does: A sold it, and here A bought it."""
    first = next((word.stem for word in sentence.words if word.stem in source.stems), None)
    parts = sentences(source.text, source.language)
    return any(
        word.stem == first and any(start <= word.start < at < end for start, end in parts)
        for at, _ in verbs
        for word in source.words
    )


def _sides(where: Facts) -> dict[tuple[int, bool], list[Span]]:
    """Where each side of each row is said; a word that is denied says what the other side says."""
    denied = _denied_words(where)
    found: dict[tuple[int, bool], list[Span]] = {}
    for one in sided(where.text, where.language):
        turned = _any_overlap(denied, (one.start, one.end))
        found.setdefault((one.row, one.second != turned), []).append((one.start, one.end))
    return found


def _is_said_beside(
    mine: Sequence[Span], same: Sequence[Span], opposite: Sequence[Span], sentence: Facts, source: Facts
) -> bool:
    """Whether what stands beside a word stands in the quotes beside its opposite, and more of it than beside the same."""
    if not opposite:
        return False
    start = mine[0][0]
    beside = next(stems for a, b, stems in _clauses(sentence, joined=False) if a <= start < b)
    beside -= frozenset(w.stem for w in sentence.words if any(a <= w.start < b for a, b in mine))
    parts = [part[:2] for part in _clauses(source, joined=False)]
    with_same = max(
        (_shared(beside, source, _beside(part, source)) for part in parts if _any_within(same, *part)), default=0
    )
    with_opposite = max((_shared(beside, source, part) for part in parts if _any_within(opposite, *part)), default=0)
    return with_opposite > with_same


def _beside(clause: Span, where: Facts) -> Span:
    """A clause, or its sentence where it says but one thing: of "the league, which had sued, welcomed it"."""
    if sum(clause[0] <= word.start < clause[1] for word in where.words) > 1:
        return clause
    return next((s for s in sentences(where.text, where.language) if s[0] <= clause[0] < s[1]), clause)


def _shared(stems: frozenset[str], where: Facts, span: Span) -> int:
    """How many of these stand between two places."""
    return len({word.stem for word in where.words if span[0] <= word.start < span[1]} & stems)


def _denied_words(where: Facts) -> list[Span]:
    return [(word.start, word.end) for word in where.words if word.stem in where.denied]


def _any_overlap(spans: Sequence[Span], one: Span) -> bool:
    return any(start < one[1] and one[0] < end for start, end in spans)


def _any_within(spans: Sequence[Span], start: int, end: int) -> bool:
    return any(start <= at < end for at, _ in spans)


def _gives_cause(sentence: Facts, source: Facts, anything_new: bool) -> bool:
    """Whether it says what something comes of, in words that the quotes have not, or where they say of nothing what it comes of."""
    if not causes(sentence.language).search(sentence.text):
        return False
    return anything_new or not causes(source.language).search(source.text)


def _says_unsaid(sentence: Facts, source: Facts) -> bool:
    """Whether it has a word that has an opposite, and the quotes have neither: somebody resigned, died, sold."""
    rows = {one.row for one in sided(source.text, source.language)}
    there = source.stems
    spans = [(one.start, one.end) for one in sided(sentence.text, sentence.language) if one.row not in rows]
    words = [word for word in sentence.words if any(start < word.end and word.start < end for start, end in spans)]
    return any(not _is_akin(word.stem, there) for word in words)


def _names_another_thing(sentence: Facts, source: Facts) -> bool:
    """Whether it names a thing that the quotes do not, where they name another one of its kind: a flood, and there it is a fire."""
    there = {(one.kind, one.number) for one in things(source.text, source.language)}
    kinds = {kind for kind, _ in there}
    counted = {
        number.end + 1 for number in sentence.numbers
    }  # what lasts five hours is held against the quotes by its number
    return any(
        one.kind in kinds and (one.kind, one.number) not in there
        for one in things(sentence.text, sentence.language)
        if one.kind != LASTING or not (one.start in counted or sentence.text[one.start - 1 : one.start] == "-")
    )


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


def _measured_otherwise(number: Number, sentence: Facts, source: Facts) -> bool:
    """Whether a number counts another unit than in the quotes: 23 weeks for 23 days, 48 feet for 48 metres, in any language."""
    said = _unit_behind(number, sentence)
    there = [_unit_behind(n, source) for n in source.numbers if _same(number, n)]
    return said is not None and bool(there) and None not in there and said not in there


def _unit_behind(number: Number, where: Facts) -> tuple[str, int] | None:
    """Which unit of which kind stands behind a number."""
    word = next((word for word in where.words if word.start >= number.end), None)
    if word is None or word.start - number.end > 1:
        return None
    lasts = unit_of_time(word.text, where.language)
    if lasts is not None:
        return LASTING, lasts
    units = (one for one in things(where.text, where.language) if one.kind in MEASURES and one.start == word.start)
    return next(((one.kind, one.number) for one in units), None)


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
    runs: list[list[Word]] = []
    for word in where.words:
        if not word.capital or is_day(word.text, where.language):
            continue
        if runs and not where.text[runs[-1][-1].end : word.start].strip(" "):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [(run[-2].start, run[-1].end) for run in runs if len(run) > 1]


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


def _new_spans(sentence: Facts, source: Source, encoded: EncodedQuestion) -> Iterator[Span]:
    """Where its content words that stand nowhere in the quotes stand; in another language each does, but for names and figures."""
    if unspaced(sentence.text) and _one_language(sentence, source.facts):
        yield from _new_pieces(sentence, source.facts, encoded)
    elif not unspaced(sentence.text):
        for word in _new_words(sentence, source):
            yield _whole(word, sentence.text)


def _new_pieces(sentence: Facts, source: Facts, encoded: EncodedQuestion) -> Iterator[Span]:
    """The same of a script without spaces, whose words the encoder's pieces are."""
    said = _said_otherwise(sentence, source)
    figures = [(n.start, n.end) for n in sentence.numbers] + [time.span for time in sentence.times]
    for start, end in encoded.spans:
        piece = sentence.text[start:end].strip()
        plain = not any(character.isalpha() for character in piece) or says_little(sentence.language).fullmatch(piece)
        if not plain and piece not in source.text and not _any_overlap([*said, *figures], (start, end)):
            yield start, end


def _names_of(sentence: Facts, source: Source) -> frozenset[str]:
    """The stems of its names."""
    spans = _full_names(sentence) if known(sentence.language) in CAPITAL_NOUNS else _name_spans(sentence, source)
    return frozenset(word.stem for word in sentence.words if any(start <= word.start < end for start, end in spans))


def _nearness_of(span: Span, encoded: EncodedQuestion, near: Floats) -> float:
    """The mean of the cosines of a word's tokens with the nearest ones of the quotes."""
    start, end = span
    rows = [row for row, (a, b) in enumerate(encoded.spans) if a < end and b > start]
    return float(near[rows].mean()) if rows else 0.0


def _whole(word: Word, text: str) -> Span:
    """The word with what hangs on it by hyphens: "home" of "home-made"."""
    start, end = word.start, word.end
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] in "-‐‑"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "-‐‑"):
        end += 1
    return start, end
