"""Do the sources say the same?  The values that they give for what was asked are compared; where none can be, nothing is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np

from askcorpus.answer.marks import dateline, mark, stands_in
from askcorpus.answer.values import Value, same, value
from askcorpus.language.question_words import corrects
from askcorpus.language.sounds import NEAR, name_word
from askcorpus.language.words import words
from askcorpus.question.kinds import Kind, Span, asks_place, is_date_word
from askcorpus.question.reading import CAPITAL_NOUNS
from askcorpus.retrieval.found import Floats, Found, Ranked
from askcorpus.types import Article

RIVAL = {True: 8.0, False: 4.0}
"""How far, in log-odds, another source may stand behind the best that is read as it is, and still be heard where it gives another value:
where the question has a name that both hold, and where it has none."""
LEAD = 2.0
"""How far, in log-odds, one that gives a value may stand behind the first and still lead."""
FAR = 10.0
"""How far the best in another language than the question's may: of its words only names, numbers and dates can be met."""


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

    @property
    def article(self) -> Article:
        """Who says so."""
        return self.ranked.candidate.passage.article

    @property
    def published(self) -> str:
        """When, as an ISO 8601 date; empty where that is not known."""
        return self.article.source.published or ""


def claim(ranked: Ranked) -> Claim | None:
    """What this candidate says; None where it names nothing of the kind that is asked for."""
    if ranked.evidence.asked.kind is None or not ranked.sentences:
        return None
    spans = [span for span, _ in ranked.sentences]
    scores = [score for _, score in ranked.sentences]
    best = scores.index(max(scores))
    text, language = ranked.candidate.passage.article.text, ranked.evidence.asked.language
    corrected = [corrects(text[slice(*span)], language) for span in spans[max(0, best - 1) : best + 1]]
    # "We wrote 21 yesterday.  The right number is 20."
    following = spans[best + 1 : best + 2] if corrected[-1] else []
    for span in (*following, spans[best]):
        said = _said(ranked, span)
        if said is not None:
            return Claim(ranked, *said, correction=any(corrected))
    return None


def _said(ranked: Ranked, sentence: Span) -> tuple[Span, Value] | None:
    """The value in a sentence, and where in the article it stands."""
    asked, text = ranked.evidence.asked, ranked.candidate.passage.article.text
    start, end = sentence
    marked = mark(text[start:end], asked, (0, end - start))
    if marked is None or asked.kind is None:
        return None
    span = (start + marked[0], start + marked[1])
    inside = words(text[slice(*span)], asked.language)
    if asked.kind is Kind.NAME and all(word.stop or is_date_word(word.text, asked.language) for word in inside):
        return None
    if asks_place(asked.text) and not stands_in(text[start:end], marked, asked.language):
        return None
    said = value(text[slice(*span)], asked.kind, asked.language)
    return (span, said) if said else None


def claims(found: Found, heard: Set[str]) -> tuple[Claim, ...]:
    """What the first candidate says, the articles of these ids, and others that come near to it, best first; one for an article."""
    made: list[Claim] = []
    articles: set[str] = set()
    about = _about_it(found.ranked)
    best = _best_by_reading(found.ranked)
    for ranked in found.ranked:
        article = ranked.candidate.passage.article.id
        asked = ranked.evidence.asked
        least = max(best[asked.crossed] - RIVAL[bool(asked.names)], found.ranked[0].score - FAR)
        if article in articles or article not in about or not (ranked.score >= least or article in heard):
            continue
        one = claim(ranked)
        if one is not None and all(_comparable(one, other) for other in made[:1]):
            articles.add(article)
            made.append(one)
    return tuple(made) if made and made[0].ranked.score >= found.ranked[0].score - LEAD else ()


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


def leading(made: Sequence[Claim]) -> tuple[Claim, Why | None]:
    """The one that corrects what was said before, or else was published last, and which of the two; the first of several."""
    corrections = [one for one in made if one.correction]
    lead = max(corrections or made, key=lambda one: one.published)
    others = [one.published for one in made if same(one.value, lead.value) is False]
    if corrections and others:
        return lead, Why.CORRECTION
    return lead, Why.LATER if others and all("" < other[:10] < lead.published[:10] for other in others) else None


def _comparable(one: Claim, other: Claim) -> bool:
    """Whether the two can be held against one another.

    Two names may both be right: where one article has both persons, or one sentence both places, they are no rivals.
    """
    alike = same(one.value, other.value)
    if alike is None:
        return False
    return alike or not (_names(one, other.value) or _names(other, one.value))


def _names(one: Claim, said: Value) -> bool:
    """Whether it names what is said elsewhere, but for where it was written."""
    text, language = one.article.text, one.article.source.language
    if asks_place(one.ranked.evidence.asked.text):
        start, end = next(span for span, _ in one.ranked.sentences if span[0] <= one.span[0] < span[1])
        text = text[start:end]
    return bool(said.names) and said.names <= _sounds(text[dateline(text) :], language)


@lru_cache(maxsize=64)
def _sounds(text: str, language: str | None) -> frozenset[str]:
    return frozenset(name_word(word.text) for word in words(text, language) if not word.stop)


def _best_by_reading(ranked: Sequence[Ranked]) -> dict[bool, float]:
    """The best score of those in the question's language, and of those in others."""
    best: dict[bool, float] = {}
    for one in ranked:
        best.setdefault(one.evidence.asked.crossed, one.score)
    return best


def _about_it(ranked: Sequence[Ranked]) -> frozenset[str]:
    """The articles that hold the question's names: another thing's number is no other view of this one.

    All of them; in another language than the question's one is enough, as "the Beach" and "the Bridge" are translated.
    """
    met: dict[str, Floats] = {}
    about = set()
    for one in ranked:
        article = one.candidate.passage.article.id
        there = one.evidence.present.max(axis=0)
        met[article] = np.maximum(met[article], there) if article in met else there
    for one in ranked:
        asked, article = one.evidence.asked, one.candidate.passage.article.id
        names = met[article][list(asked.names)] >= NEAR
        if asked.read_by in CAPITAL_NOUNS or not asked.names or (names.any() if asked.crossed else names.all()):
            about.add(article)  # which of its words are names cannot be told in German
    return frozenset(about)
