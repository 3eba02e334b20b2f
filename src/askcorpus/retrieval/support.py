"""Does what a question is about stand in the sentence that is to answer it?  The word that fits worst says most.

All the words of "When was Sweden's king crowned?" but one stand in a sentence on Denmark's king: the share of the words
that fit is high, and the sentence answers another question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from askcorpus.language.sounds import NEAR, name_words
from askcorpus.language.words import words
from askcorpus.question.kinds import CAPITAL_NOUNS, NO_CAPITALS, Kind, is_date_word, named
from askcorpus.question.reading import Asked
from askcorpus.retrieval.columns import Columns
from askcorpus.retrieval.found import Ranked

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

SPELT = 0.9  # of a name's letters or sounds: .86 is how near "Белого" comes to another word, .8 how near "Tan" does
FAINT = 0.05  # below this a word is simply missing: keeps the geometric mean away from 0
MANY_NAMES, MANY_WORDS, MANY_FRESH = 4, 10, 15  # shares of these, and no more: few questions and sentences have as many


@dataclass(frozen=True, slots=True)
class Met:
    """How each content word of the question is met; arrays of shape (content words,), values from 0 to 1."""

    near: Floats
    """By the sentence, its neighbours and the title: 1 where the word itself stands there, else the cosine of what is like it."""
    there: Floats
    """The same, by nothing but the word itself."""
    anywhere: Floats
    """Like `near`, by the whole passage."""
    weights: Floats
    """Sum to 1."""
    names: Flags
    numbers: Flags


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of question it is, and how much the sentence adds to it."""

    asked: Asked
    names: int
    words: int
    fresh: int


MET: Columns[Met] = Columns(
    {
        "weakest": lambda m: m.near.min(),
        "two_weakest": lambda m: np.sort(m.near)[:2].mean(),
        "mean": lambda m: np.exp(m.weights @ np.log(np.maximum(m.near, FAINT))),
        "name_gap": lambda m: _gap(m.near[m.names]),
        "name_absent": lambda m: _gap(m.there[m.names]),
        "number_absent": lambda m: _gap(m.there[m.numbers]),
        "word_gap": lambda m: _gap(m.near[~m.names]),
        "weakest_anywhere": lambda m: m.anywhere.min(),
        "name_gap_anywhere": lambda m: _gap(m.anywhere[m.names]),
        "word_gap_anywhere": lambda m: _gap(m.anywhere[~m.names]),
    }
)
SHAPE: Columns[Shape] = Columns(
    {
        "asks_number": lambda s: s.asked.kind is Kind.NUMBER,
        "asks_nothing": lambda s: s.asked.kind is None,
        "asks_reason": lambda s: s.asked.reason,
        "names": lambda s: min(s.names, MANY_NAMES) / MANY_NAMES,
        "words": lambda s: min(s.words, MANY_WORDS) / MANY_WORDS,
        "fresh": lambda s: min(s.fresh, MANY_FRESH) / MANY_FRESH,
    }
)
NAMES = (*MET.names, *SHAPE.names)


def support(asked: Asked, present: Floats, alike: Floats, sentence: int, *, fresh: Sequence[int], late: bool) -> Floats:
    """How each word of the question is met by this sentence, its neighbours and the title, and by the whole passage.

    `present`, `alike` and `fresh` are those of found.Evidence; `late` False trusts no cosine.
    Returns float32 of shape (len(NAMES),).
    """
    every = [i for i, word in enumerate(asked.words) if not word.stop]
    content = np.array([i for i in every if i < asked.own] or every, int)  # "And who?" says nothing itself
    numbers = np.array([asked.words[i].text[0].isdigit() for i in content], bool)
    names = numbers if asked.read_by in CAPITAL_NOUNS else np.isin(content, asked.names)
    shape = SHAPE.row(Shape(asked, int(names.sum()), len(content), fresh[sentence] if fresh else 0))
    if not len(content) or not fresh:
        return np.concatenate([np.zeros(len(MET.names), np.float32), shape])
    there = present[:, content]
    met = np.maximum(there, alike[:, content]) if late else there
    near = [*range(max(0, sentence - 1), min(len(fresh), sentence + 2)), len(fresh)]
    weights = asked.weights[content] / max(float(asked.weights[content].sum()), 1e-9)  # all idf 0: not 0 / 0
    measured = MET.row(
        Met(met[near].max(axis=0), there[near].max(axis=0), met.max(axis=0), weights, names=names, numbers=numbers)
    )
    return np.concatenate([measured, shape])


def same_thing(ranked: Sequence[Ranked]) -> frozenset[str]:
    """The first article and those that hold the question's names as it spells them: another thing's number is no other view of this one.

    All of the names; in another language than the question's one is enough, as "the Beach" and "the Bridge" are translated; in German,
    where it cannot be told which words are names, those of them that the first article holds.  Without names it is all articles, but for
    those in another language where a question in Arabic or Chinese has names and nobody knows which of its words they are.
    """
    if not ranked:
        return frozenset()
    met = _met(ranked)
    first = ranked[0].candidate.passage.article.id
    same = {first}
    # By where they stand in the question: articles whose sources meet different parts of it read different words.
    starts = [word.start for word in ranked[0].evidence.asked.words]
    of_first = dict(zip(starts, met[first].tolist(), strict=True))
    for one in ranked:
        asked, article = one.evidence.asked, one.candidate.passage.article.id
        names = list(asked.names)
        held = met[article][names] >= SPELT
        if asked.read_by in CAPITAL_NOUNS and not asked.crossed:
            held = held[[of_first.get(asked.words[i].start, 0.0) >= SPELT for i in names]]
        if (held.any() if asked.crossed else held.size and held.all()) or (
            not names and _may_be_of(asked, met[article])
        ):
            same.add(article)
    return frozenset(same)


def same_office(ranked: Sequence[Ranked]) -> frozenset[str]:
    """Asked who holds an office, the articles in the question's language that name whom the first one's best sentence names, and have all of
    the question's words but names; none in German, where it cannot be told which words are names.

    "Parliament elected B governor of the central bank.  She follows A" need not say of which country.
    """
    if not ranked:
        return frozenset()
    best, asked = ranked[0], ranked[0].evidence.asked
    known = not asked.crossed and asked.read_by not in CAPITAL_NOUNS
    if not (asked.of_now and asked.kind is Kind.NAME and known and best.sentences):
        return frozenset()
    met = _met(ranked)
    article = best.candidate.passage.article
    (start, end), _ = max(best.sentences, key=lambda one: one[1])
    sentence, language = article.text[start:end], article.source.language
    inside = words(sentence, language)
    spans = named(Kind.NAME, sentence, inside, besides=asked.stems, language=language)
    people = [
        name_words(sentence[slice(*span)], language)
        for span in spans
        if _may_be_a_person(sentence[slice(*span)], language)
    ]
    articles = {one.candidate.passage.article: one.evidence.asked for one in ranked}
    return frozenset(
        other.id
        for other, its in articles.items()
        if _has_the_words(its, met[other.id])
        and any(person <= name_words(other.text, other.source.language) for person in people)
    )


def _may_be_a_person(name: str, language: str | None) -> bool:
    """Whether a name is more than a day or a month, and not in capitals, as a dateline's town and agency are."""
    those = [word.text for word in words(name, language) if not word.stop]
    return not name.isupper() and any(not is_date_word(word, language) for word in those)


def _has_the_words(asked: Asked, met: Floats) -> bool:
    """Whether an article in the question's language has all of the question's own words but names; False where it has no others."""
    content = [i for i, word in enumerate(asked.words[: asked.own]) if not word.stop and i not in asked.names]
    return bool(content) and not asked.crossed and bool((met[content] >= SPELT).all())


def _met(ranked: Sequence[Ranked]) -> dict[str, Floats]:
    """How each word of the question is met, by nothing but the word itself, by each article's passages."""
    met: dict[str, Floats] = {}
    for one in ranked:
        article = one.candidate.passage.article.id
        there = one.evidence.present.max(axis=0)
        met[article] = np.maximum(met[article], there) if article in met else there
    return met


def _may_be_of(asked: Asked, met: Floats) -> bool:
    """Whether an article may tell of what a question without known names asks about.

    In another language, where the question's own letters do not tell names from other words, it has one of its words.
    """
    if not (asked.crossed and asked.spoken in NO_CAPITALS):
        return True
    return any(not word.stop and met[place] >= NEAR for place, word in enumerate(asked.words))


def _gap(met: Floats) -> float:
    """How far the worst is from being there; 0 where there is nothing to meet."""
    return float(1 - met.min(initial=1.0))
