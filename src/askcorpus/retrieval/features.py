"""What is measured of a passage, and of each sentence of it, against a question?  One line a feature; knows no weight.

Late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020): for each token of the question the best cosine over the
sentence's tokens, here weighted by idf.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from askcorpus.language.sentences import asks
from askcorpus.language.sounds import NEAR
from askcorpus.language.words import Word
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked
from askcorpus.retrieval.columns import Columns
from askcorpus.retrieval.times import Times

Floats = npt.NDArray[np.float32]
MONTH, YEAR = 30.0, 365.0  # days in which what is new gets old
MANY_FRESH = 12  # words that a sentence adds to the question's: an answer has as many at most
SAME_QUESTION = 2.0
"""What follows a question of an interview that is the one asked, or part of it: the words of its answer are others."""
LONG = 60  # words; as long as the longest quote: what is longer is long


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is known of a passage before its words are read."""

    lexical: float
    cosine: float
    late: float
    """Over all its tokens."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A passage held against a question: what its features are made of."""

    asked: Asked
    token_weights: Floats
    lexical: float
    cosine: float
    text: str
    published: date | None
    newer: float
    """The share of the candidates, as far as they have a date, that are older."""
    fresh: Sequence[int]
    """How many words each sentence adds to the question's own."""
    times: Sequence[Times]
    """What each sentence names of months and years, where the question asks for one."""
    opens_article: bool
    spans: Sequence[Span]
    """Of its sentences, in `text`."""
    words: Sequence[Sequence[Word]]
    """Of each sentence."""
    best: Floats
    """Shape (sentences, question tokens): the best cosine over the sentence's tokens; 0 in one without any."""
    best_in_title: Floats
    """Shape (question tokens,)."""
    present: Floats
    """Shape (sentences, question words): 1 where the word itself stands in the sentence."""
    present_anywhere: Floats
    """Shape (question words,): 1 where it stands in any of them."""
    in_title: Floats
    """Shape (question words,)."""
    phrases: Sequence[float]
    """For each sentence the weight of the question's phrases that it holds, 0 to 1."""
    names_kind: Sequence[bool]
    """For each sentence whether it names something of the kind that is asked for; all False where no kind is."""


SENTENCE: Columns[Compared] = Columns(
    {
        "late": lambda c: np.maximum(c.best, 0) @ c.token_weights,
        "late_title": lambda c: np.maximum(c.best, c.best_in_title) @ c.token_weights,
        "late_context": lambda c: np.maximum(c.best, _of_the_one_before(c.best)) @ c.token_weights,
        "cover": lambda c: c.present @ c.asked.weights,
        "cover_title": lambda c: np.maximum(c.present, c.in_title) @ c.asked.weights,
        "cover_context": lambda c: np.maximum(c.present, _of_the_one_before(c.present)) @ c.asked.weights,
        "phrase": lambda c: c.phrases,
        "kind_there": lambda c: c.names_kind,
        "kind_missing": lambda c: [c.asked.kind is not None and not there for there in c.names_kind],
        "name_cover": lambda c: c.present @ c.asked.name_weights,
        "asks": lambda c: [asks(c.text[start:end]) for start, end in c.spans],
        "length": lambda c: [min(len(inside), LONG) / LONG for inside in c.words],
        "opens": lambda c: [c.opens_article and start == 0 for start, _ in c.spans],
        "fresh": lambda c: [min(count, MANY_FRESH) / MANY_FRESH for count in c.fresh],
        "echoes": lambda c: [count <= 1 for count in c.fresh],
        "after_asking": lambda c: _after_asking(c),
        "time_same": lambda c: [times.fit(c.asked.said.times) > 0 for times in c.times],
        "time_other": lambda c: [times.fit(c.asked.said.times) < 0 for times in c.times],
    }
)
"""Of each sentence of a passage."""

PASSAGE: Columns[Compared] = Columns(
    {
        "lexical": lambda c: c.lexical,
        "cosine": lambda c: c.cosine,
        "late": lambda c: np.maximum(c.best.max(axis=0, initial=0), c.best_in_title) @ c.token_weights,
        "cover": lambda c: c.present_anywhere @ c.asked.weights,
        "cover_title": lambda c: np.maximum(c.present_anywhere, c.in_title) @ c.asked.weights,
        "phrase": lambda c: max(c.phrases, default=0.0),
        "name_cover": lambda c: np.maximum(c.present_anywhere, c.in_title) @ c.asked.name_weights,
        "title_cover": lambda c: c.in_title @ c.asked.weights,
        "said_met": lambda c: len(c.asked.met) / max(1, len(c.asked.said.spans)),
        "said_missed": lambda c: _missed(c) / max(1, len(c.asked.said.spans)),
        "fresh_month": lambda c: _freshness(c, MONTH),
        "fresh_year": lambda c: _freshness(c, YEAR),
        "newer": lambda c: c.newer,
        "newer_wanted": lambda c: c.newer * c.asked.latest,
    }
)
"""Of the passage."""

BEFORE_READING: Columns[Proposed] = Columns(
    {"lexical": lambda p: p.lexical, "cosine": lambda p: p.cosine, "late": lambda p: p.late},
)
"""Of its features those that are known before its words are read; they choose the passages that are read at all."""


def _missed(c: Compared) -> int:
    """How many of the times and sources that the question names are met neither by the article's source nor by the passage's words."""
    there = np.maximum(c.present_anywhere, c.in_title)
    missed = 0
    for start, end in c.asked.said.spans:
        places = [i for i, w in enumerate(c.asked.words) if start <= w.start and w.end <= end and not w.stop]
        missed += (start, end) not in c.asked.met and any(there[i] < NEAR for i in places)
    return missed


def _freshness(c: Compared, days: float) -> float:
    """1 for what was published on the day of asking, 1/e after so many days; 0 where no date is known."""
    if c.published is None or c.asked.day is None:
        return 0.0
    return math.exp(-max(0, (c.asked.day - c.published).days) / days)


def _after_asking(c: Compared) -> list[float]:
    """Whether a sentence follows one that asks: of several in a passage, the one that asks most like the question.

    SAME_QUESTION where all that it asks for stands in the question, which then says more: "How long is it valid?".
    """
    asking = [place for place, (start, end) in enumerate(c.spans) if asks(c.text[start:end])]
    after = [0.0] * len(c.spans)
    alike = {place: _alike(c, place) for place in asking}
    for place in asking:
        if place + 1 < len(c.spans) and alike[place] >= max(alike.values()):
            content = [word for word in c.words[place] if not word.stop]
            whole = bool(content) and all(word.stem in c.asked.stems for word in content)
            after[place + 1] = SAME_QUESTION if whole else 1.0
    return after


def _alike(c: Compared, place: int) -> float:
    """How much a sentence that asks has in common with the question: in meaning, and of its words, "how many" before all."""
    said = {word.text for word in c.asked.words}
    inside = [word.text in said for word in c.words[place]]
    return float(np.maximum(c.best[place], 0) @ c.token_weights) + sum(inside) / max(1, len(inside))


def _of_the_one_before(rows: Floats) -> Floats:
    """For each sentence the row of the sentence before it; 0 for the first."""
    before = np.zeros_like(rows)
    before[1:] = rows[:-1]
    return before
