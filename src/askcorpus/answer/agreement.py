"""Do the sources say the same?  The values that they give for what was asked are compared; where none can be, nothing is claimed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from typing import TypeAlias

from askcorpus.answer.changes import denied, was_before
from askcorpus.answer.marks import asked_itself, dateline, marks, part, stands_in
from askcorpus.answer.rivals import Both, days_apart, is_rival, shipped
from askcorpus.answer.values import Value, in_words, is_bare_year, is_money, same, value
from askcorpus.language.calendar import unit_of_time
from askcorpus.language.question_words import corrects
from askcorpus.language.sounds import name_words, one_name
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import (
    CAPITAL_NOUNS,
    Kind,
    Span,
    asks_money,
    asks_place,
    begins_with_how_many,
    is_date_word,
    named,
)
from askcorpus.question.reading import Asked
from askcorpus.retrieval.features import SENTENCE
from askcorpus.retrieval.found import Found, Ranked, answers_not
from askcorpus.retrieval.support import same_office, same_thing
from askcorpus.types import Article

RIVAL = {True: 8.0, False: 4.0}
"""How far, in log-odds, another source may stand behind the best that is read as it is, and still be heard where it gives another value:
where the question has a name that both hold, and where it has none."""
LEAD = 2.0
"""How far, in log-odds, one that gives a value may stand behind the first and still lead, where it is not known how likely both
speak of the same thing."""
BEHIND = 2.0
"""How far a passage may stand behind the best of its article and still say what the article says."""
NEXT = 4.0
"""How far, in log-odds, a sentence may stand behind the best of its passage and still say what the passage says, where the best names nothing."""
ANSWERS = -4.0
"""How badly, in log-odds, a passage that was read may answer and still be heard where the question does not say of what kind the answer is."""
READ = 0.3
"""How likely a part of the best sentence must be the answer for the number in it to be taken, whatever it counts."""
SURER, FEW_WORDS = 0.05, 6
"""How likely a part must be the answer, and how short, where the question does not say of what kind it is."""
UNIT_WORDS = 2
"""Behind a number, among which what it counts is looked for: 340 million *dollars*, 12 thousand *euros*, 310 ملايين *دولار*."""
FAR = {True: 10.0, False: 4.0}
"""How far the best in another language than the question's may, where the question has a name and where it has none: of its words only
names, numbers and dates can be met."""
_OTHER_TIME = SENTENCE.places(("time_other",))[0]


class Agreement(StrEnum):
    """What can be said of the sources together."""

    AGREE = "agree"
    DIFFER = "differ"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why the first of several that differ leads."""

    LATER = "later report"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Claim:
    """A candidate with the value that its best sentence gives."""

    ranked: Ranked
    span: Span
    """Of the value in the article's text."""
    value: Value
    correction: bool = False
    """It stands where an article says what was wrong before."""
    likely: float | None = None
    """How likely it is of the same thing as the first claim; None for that, and where it is not known."""

    @property
    def article(self) -> Article:
        """Who says so."""
        return self.ranked.candidate.passage.article

    def stands_in(self, quoted: Span) -> bool:
        """Whether a quote shows all of the value."""
        return quoted[0] <= self.span[0] and self.span[1] <= quoted[1]

    @property
    def sentence(self) -> int:
        """The place, among the candidate's sentences, of the one that gives the value."""
        spans = (span for span, _ in self.ranked.sentences)
        return next(i for i, (start, end) in enumerate(spans) if start <= self.span[0] < end)

    @property
    def published(self) -> str:
        """When, as an ISO 8601 date; empty where that is not known."""
        return self.article.source.published or ""


def claim(ranked: Ranked) -> Claim | None:
    """What this candidate says; None where it names nothing of the kind that is asked for.

    A number is what reading is sure of in the best sentence, or else one of what is asked for if there is one: asked for rubles,
    398 million rubles before 3 million euros, asked for a sum, one beside a currency that is known.
    """
    asked = ranked.evidence.asked
    if asked.kind is not Kind.NUMBER:
        return _claim(ranked)
    read = _read_number(ranked)
    if read is not None:
        return read
    of_money = (_of_money,) if asks_money(asked.text) else ()
    tried = (_claim(ranked, counts) for counts in (_of_what_is_asked, *of_money, _no_year))
    made = [one for one in tried if one is not None]
    # Before what was wrong stands what it was of, "we wrote that eleven people": what is right may stand alone.
    return next((one for one in reversed(made) if one.correction), made[0] if made else None)


Counts: TypeAlias = Callable[[Asked, str, Span], bool]
"""Whether a number in a sentence, at this place, may be the one asked for."""


def _of_what_is_asked(asked: Asked, sentence: str, number: Span) -> bool:
    """Whether a word of the question, which is no name, follows the number: "54 pilot whales", asked for whales; what is counted, where
    the question says that.  In another language it is one that sounds like it: "398 Millionen Rubel", asked for roubles.
    """
    wanted = _counted(asked) or asked.stems
    after = [word for word in _after(asked, sentence, number) if _is_noun(asked, word)]
    if asked.crossed:
        said = [word.text for word in asked.words if not word.stop and not word.capital]
        return any(one_name(word.text, other) for word in after for other in said)
    return any(word.stem in wanted for word in after)


def _of_another_thing(asked: Asked, sentence: str, number: Span) -> bool:
    """Whether the number counts what the question says beside what it counts: "two trams", asked for people in trams."""
    counted = _counted(asked)
    after = _after(asked, sentence, number)[:1]
    return bool(counted) and any(word.stem in asked.stems - counted for word in after if _is_noun(asked, word))


def _is_noun(asked: Asked, word: Word) -> bool:
    """Whether a word may say what is counted: it is neither a function word nor a name."""
    return not word.stop and (not word.capital or asked.language in CAPITAL_NOUNS)


def _counted(asked: Asked) -> frozenset[str]:
    """The stems of what the question counts, one or two words: how many *pilot whales*; empty where it does not begin with how many."""
    if not begins_with_how_many(asked.text):
        return frozenset()
    first = next((place for place, word in enumerate(asked.words[: asked.own]) if not word.stop), asked.own)
    run = (word for word in asked.words[first : min(first + UNIT_WORDS, asked.own)])
    return frozenset(word.stem for word in takewhile(lambda word: not word.stop, run))


def _of_money(asked: Asked, sentence: str, number: Span) -> bool:
    """Whether a currency stands beside it."""
    after = _after(asked, sentence, number)
    end = number[1] + (after[-1].end if after else 0)
    return is_money(sentence[max(0, number[0] - len("US$ ")) : end], asked.language)


def _no_year(asked: Asked, sentence: str, number: Span) -> bool:
    """Whether it is no year, unless what is asked for follows it."""
    after = _after(asked, sentence, number)[:1]
    return not is_bare_year(sentence[slice(*number)]) or any(word.stem in asked.stems for word in after)


def _after(asked: Asked, sentence: str, number: Span) -> Sequence[Word]:
    return words(sentence[number[1] :], asked.language)[:UNIT_WORDS]


def _read_number(ranked: Ranked) -> Claim | None:
    """The one number in what reading is sure of, in the best sentence; None where it is not sure, and where it was wrong before."""
    if not ranked.sentences:
        return None
    asked, text = ranked.evidence.asked, ranked.candidate.passage.article.text
    place = max(range(len(ranked.sentences)), key=lambda i: (ranked.sentences[i][1], -i))
    start, end = ranked.sentences[place][0]
    read = part(ranked, place, least=READ)
    if read is None or corrects(text[start:end], asked.language):
        return None
    numbers = marks(text[start:end], asked, (0, end - start))
    before = was_before(text[start:end], numbers, asked.language)
    inside = [one for one in numbers if read[0] <= start + one[0] and start + one[1] <= read[1] and one not in before]
    said = (
        value(text[start + inside[0][0] : start + inside[0][1]], Kind.NUMBER, asked.language)
        if len(inside) == 1
        else None
    )
    if said is None:
        return None
    span = start + inside[0][0], start + inside[0][1]
    corrected = place > 0 and corrects(text[slice(*ranked.sentences[place - 1][0])], asked.language)
    corrected = corrected or bool(denied(text[start:end], numbers, asked.language))
    return Claim(ranked, span, _with_unit(said, asked, text[start:end], inside[0]), correction=corrected)


def _claim(ranked: Ranked, counts: Counts | None = None) -> Claim | None:
    if not ranked.sentences:
        return None
    spans = [span for span, _ in ranked.sentences]
    scores = [score for _, score in ranked.sentences]
    text, language = ranked.candidate.passage.article.text, ranked.evidence.asked.language
    for place in sorted(range(len(spans)), key=lambda i: (-scores[i], i)):
        if scores[place] < max(scores) - NEXT:
            break
        corrected = [corrects(text[slice(*span)], language) for span in spans[max(0, place - 1) : place + 1]]
        # "We wrote 21 yesterday.  The right number is 20."
        following = corrected[-1] and place + 1 < len(spans)
        for which in (place + 1, place) if following else (place,):
            said = _said(ranked, which, counts)
            if said is not None:
                return Claim(ranked, *said, correction=any(corrected) or _denies(ranked, which))
    return None


def _denies(ranked: Ranked, place: int) -> bool:
    """Whether the sentence in this place says of another number that it is not that."""
    asked, (start, end) = ranked.evidence.asked, ranked.sentences[place][0]
    sentence = ranked.candidate.passage.article.text[start:end]
    return asked.kind is Kind.NUMBER and bool(
        denied(sentence, marks(sentence, asked, (0, end - start)), asked.language)
    )


def _said(ranked: Ranked, place: int, counts: Counts | None) -> tuple[Span, Value] | None:
    """The value that the sentence in this place gives, and where in the article it stands: by reading, else by rules."""
    asked, text = ranked.evidence.asked, ranked.candidate.passage.article.text
    start, end = ranked.sentences[place][0]
    if asked.kind is None:
        return _in_any_kind(ranked, place)
    sentence = text[start:end]
    read = part(ranked, place)
    inside_it = marks(sentence, asked, (0, end - start))
    every = [(start + first, start + last) for first, last in inside_it]
    before = was_before(sentence, inside_it, asked.language) if asked.kind is Kind.NUMBER else ()
    marked_so = [
        one
        for one, number in zip(every, inside_it, strict=True)
        if number not in before
        and (counts is None or (counts(asked, sentence, number) and not _of_another_thing(asked, sentence, number)))
    ]
    if read is not None and any(read[0] <= one[0] and one[1] <= read[1] for one in every if one not in marked_so):
        read = None  # a number of other things is in it
    if read is not None and asked.kind is Kind.NAME:
        read = _behind_joiners(text, read, asked.language)
        read = read if _names_another(text[slice(*read)], asked) else None
    if read is not None:
        # "9 people" is what was read, "9" is the number in it.
        inside = [span for span in marked_so if read[0] <= span[0] and span[1] <= read[1]]
        for span in (*(inside[:1] if asked.kind is not Kind.NAME else ()), read):
            said = value(text[slice(*span)], asked.kind, asked.language)
            if said is not None:
                return span, _with_unit(said, asked, sentence, (span[0] - start, span[1] - start))
    for span in marked_so:
        place_in_it = span[0] - start, span[1] - start
        if asks_place(asked.text) and not stands_in(sentence, place_in_it, asked.language):
            continue
        of_it = words(text[slice(*span)], asked.language)
        if asked.kind is Kind.NAME and all(word.stop or is_date_word(word.text, asked.language) for word in of_it):
            return None
        said = value(text[slice(*span)], asked.kind, asked.language)
        return (span, _with_unit(said, asked, sentence, place_in_it)) if said else None
    return None


def _with_unit(said: Value, asked: Asked, sentence: str, number: Span) -> Value:
    """The value with what stands beside the number: of weeks or of euros it is no other view of what is 14 metres long.

    Asked for a sum of money, one of euros is compared with one of crowns, and with one of a currency that is not known.
    """
    if said.number is None or said.unit:
        return said
    counted = (*words(sentence[slice(*number)], asked.language), *_after(asked, sentence, number)[:1])
    units = (unit_of_time(word.text, asked.language) for word in counted)
    time = next((one for one in units if one is not None), None)
    if time is not None:
        return replace(said, unit=f"time {time}")
    money = not asks_money(asked.text) and _of_money(asked, sentence, number)
    return replace(said, unit="money") if money else said


def _behind_joiners(text: str, read: Span, language: str | None) -> Span:
    """A part without the small words that it begins with: of "in Garda" Garda, and of The Hague all."""
    inside = words(text[slice(*read)], language)
    first = next((word.start for word in inside if not word.stop or word.capital), 0)
    return read[0] + first, read[1]


def _names_another(read: str, asked: Asked) -> bool:
    """Whether a part can be the name asked for: a few words, none of them a name that the question says itself."""
    inside = words(read, asked.language)
    said = asked_itself(asked, inside)
    return len(inside) <= FEW_WORDS and not any(word.capital and word.stem in said for word in inside)


def _in_any_kind(ranked: Ranked, place: int) -> tuple[Span, Value] | None:
    """The same where the question does not say what it wants to hear: only what reading is surer of, a number, a day or a few words."""
    asked, text = ranked.evidence.asked, ranked.candidate.passage.article.text
    if asked.reason or not asked.names or ranked.judged is None or ranked.judged.passage < ANSWERS:
        return None  # reasons are told in many ways; without a name every article would be about it
    span = part(ranked, place, least=SURER)
    if span is None or len(text[slice(*span)].split()) > FEW_WORDS:
        return None
    span = _as_it_is_now(text, ranked.sentences[place][0], span, asked.language)
    said = in_words(text[slice(*span)], asked.language)
    return None if said is None else (span, said)


def _as_it_is_now(text: str, sentence: Span, read: Span, language: str | None) -> Span:
    """What was read, of two numbers of which one took the other's place that one alone: of "5.4 to 5.2" 5.2."""
    start, end = sentence
    inside = words(text[start:end], language)
    numbers = named(Kind.NUMBER, text[start:end], inside, besides=frozenset(), language=language)
    before = was_before(text[start:end], numbers, language)
    those = [(start + a, start + b) for a, b in numbers if read[0] <= start + a and start + b <= read[1]]
    now = [one for one in those if (one[0] - start, one[1] - start) not in before]
    return now[0] if len(now) == 1 < len(those) else read


def claims(found: Found, heard: Set[str]) -> tuple[Claim, ...]:
    """What the first candidate says, and other articles that speak of the same thing, those of these ids among them, best first; one for
    an article.

    Of articles that have a day it is fitted what speaks of the same thing (rivals.py), but where it is asked how things stand now:
    what was so before is told, too.
    """
    near = Near.of(found, heard)
    first = first_claim(found, near)
    if first is None:
        return ()
    made: dict[str, Claim] = {first.article.id: first}
    likeliest: dict[str, float] = {}
    for ranked in found.ranked:
        article = ranked.candidate.passage.article.id
        fitted = not ranked.evidence.asked.latest or article in near.same_office
        dated = days_apart(first.ranked, ranked) is not None and fitted
        if article == first.article.id or not near.speaks(ranked):
            continue
        if not dated and (article in made or article not in near.same_articles or not near.holds(ranked)):
            continue
        one = claim(ranked)
        if one is None or of_another_time(one) or not comparable(one, first):
            continue
        if not dated:
            made[article] = one
        elif (likely := near.likely(first, one)) is not None and likely > likeliest.get(article, 0.0):
            made[article], likeliest[article] = replace(one, likely=likely), likely
    return (first, *sorted((one for one in made.values() if one is not first), key=lambda one: -one.ranked.score))


def first_claim(found: Found, near: Near) -> Claim | None:
    """The first claim there is, of a candidate that comes near to the first."""
    for ranked in found.ranked:
        if ranked.score < near.first - LEAD:
            break
        one = claim(ranked) if ranked.candidate.passage.article.id in near.same_articles else None
        if one is not None:
            return one
    return None


@dataclass(frozen=True, slots=True)
class Near:
    """Which candidates come so near that they are heard, where nothing fitted says."""

    same_articles: Set[str]
    same_office: Set[str]
    """Those that are not known to be of the same thing, but name who holds the office that is asked for."""
    heard: Set[str]
    first: float
    best: Mapping[bool, float]
    """The best score of those in the question's language, and of those in others."""
    best_of: Mapping[str, float]
    """And of each article."""

    @classmethod
    def of(cls, found: Found, heard: Set[str]) -> Near:
        best: dict[bool, float] = {}
        best_of: dict[str, float] = {}
        for one in found.ranked:
            best.setdefault(one.evidence.asked.crossed, one.score)
            best_of.setdefault(one.candidate.passage.article.id, one.score)
        same = same_thing(found.ranked)
        return cls(same, same_office(found.ranked) - same, heard, found.ranked[0].score, best, best_of)

    def speaks(self, ranked: Ranked) -> bool:
        """Whether it may say what its article says of the same thing: the best of it does, and what a story opens with.

        In another language it is not known for sure which names the article has to hold.
        """
        passage = ranked.candidate.passage
        best = passage.start == 0 or ranked.score >= self.best_of[passage.article.id] - BEHIND
        return best and (ranked.evidence.asked.crossed or self._named(passage.article))

    def both(self, first: Claim, other: Claim) -> Both:
        """The two, to be held against one another."""
        return Both(first, other, self._named(other.article))

    def _named(self, article: Article) -> bool:
        """Whether it names what is asked about, or who holds the office."""
        return article.id in self.same_articles or article.id in self.same_office

    def likely(self, first: Claim, other: Claim) -> float | None:
        """How likely both speak of the same thing, where it is likely enough to be told: of an office as much as it takes to lead."""
        likely = is_rival(self.both(first, other))
        if likely is not None and other.article.id in self.same_office and likely < shipped().lead:
            return None
        return likely

    def holds(self, ranked: Ranked) -> bool:
        """Whether it comes near enough to be heard."""
        article, asked = ranked.candidate.passage.article.id, ranked.evidence.asked
        named = bool(asked.names)
        least = max(self.best[asked.crossed] - RIVAL[named], self.first - FAR[named])
        return (
            ranked.score >= self.best_of[article] - BEHIND
            and (ranked.score >= least or article in self.heard)
            and not answers_not(ranked)
        )


def of_another_time(one: Claim) -> bool:
    """Whether its sentence tells of another day, month or year than the question: what May brought is no other view of April."""
    return bool(one.ranked.evidence.sentence_features[one.sentence][_OTHER_TIME])


def verdict(values: Sequence[Value]) -> Agreement:
    """Whether all these values of different stories are one."""
    if len(values) < 2:
        return Agreement.UNKNOWN
    alike = [same(values[0], other) for other in values[1:]]
    if False in alike:
        return Agreement.DIFFER
    return Agreement.AGREE if None not in alike else Agreement.UNKNOWN


def distinct(made: Iterable[Claim]) -> tuple[Claim, ...]:
    """The first claim of each value."""
    firsts: list[Claim] = []
    for one in made:
        if not any(same(other.value, one.value) for other in firsts):
            firsts.append(one)
    return tuple(firsts)


def may_lead(one: Claim, first: Claim) -> bool:
    """Whether a claim may lead before the first: one that likely speaks of the same thing, or comes near to it where that is not known;
    what corrects may from anywhere, and where it is asked how things stand now all may.

    Plain words must come near, too: those of a later report may tell of another side of the thing.  So must what was not read, as nothing is
    that is asked as a follow-up.
    """
    if one is first or one.correction or first.ranked.evidence.asked.latest:
        return True
    near = one.ranked.score >= first.ranked.score - LEAD
    if one.likely is None:
        return near
    told = one.ranked.judged is not None and not one.value.stems
    return one.likely >= shipped().lead and (near or told)


def leading(made: Sequence[Claim]) -> tuple[Claim, Why | None]:
    """The one that corrects what was said before, or else was published last, and which of the two; the first of several.

    Where it is asked how things stand now, or who holds an office, the one that was published last, of one day a correction.  Of other
    persons and places the last one does not lead.  Where the question says a time that the first
    article meets, as May is met by one of June, nothing leads that does not meet it.
    """
    asked = made[0].ranked.evidence.asked
    if asked.met:
        made = [one for one in made if one.ranked.evidence.asked.met]
    corrections = [one for one in made if one.correction]
    now = asked.of_now
    if asked.kind is Kind.NAME and not now and not corrections:
        return made[0], None  # who did it does not change with the days
    heard = made if now else corrections or made  # a report after the correction tells how things stand now
    lead = max(heard, key=lambda one: (one.published[:10], one.correction, one.published))
    others = [one.published for one in made if same(one.value, lead.value) is False]
    if lead.correction and others:
        return lead, Why.CORRECTION
    return lead, Why.LATER if others and all("" < other[:10] < lead.published[:10] for other in others) else None


def comparable(one: Claim, other: Claim) -> bool:
    """Whether the two can be held against one another.

    Two names may both be right: where one article has both persons, or one sentence both places, they are no rivals.
    """
    alike = same(one.value, other.value)
    asked = one.ranked.evidence.asked
    if alike is None or (one.value.stems and asked.language != other.ranked.evidence.asked.language):
        return False  # words of two languages cannot be held against one another; names, numbers and days can
    earlier, later = sorted((one, other), key=lambda said: said.published)
    if asked.of_now and "" < earlier.published[:10] < later.published[:10]:
        return alike or not _names(earlier, later.value)  # who follows whom names both
    return alike or not (_names(one, other.value) or _names(other, one.value))


def _names(one: Claim, said: Value) -> bool:
    """Whether it names what is said elsewhere, but for where it was written."""
    text, language = one.article.text, one.article.source.language
    if asks_place(one.ranked.evidence.asked.text):
        text = text[slice(*one.ranked.sentences[one.sentence][0])]
    return bool(said.names) and said.names <= name_words(text[dateline(text) :], language)
