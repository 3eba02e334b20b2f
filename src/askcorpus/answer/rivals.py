"""Is what another article gives for what was asked a view of the same thing?  Weights in rivals.json, fitted by benchmarks/rivals.py.

"Nine people were hurt" is another view of "eleven people were hurt" where both are said in like words within a few days, and where
both, read with the question, answer it; another thing's number where they are not.  Of articles without a day it is not known (agreement.py has rules for them).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Protocol

import numpy as np

from askcorpus.answer.values import Value, same
from askcorpus.question.kinds import Span
from askcorpus.question.said import day_of
from askcorpus.retrieval.columns import Columns, Floats, in_order
from askcorpus.retrieval.found import Ranked
from askcorpus.retrieval.signs import likeness

FILE = "rivals.json"
FARTHEST, MOST_NAMES = 25.0, 3
MOST_TIMES = 4.0  # the logarithm of 55 times as much
MOST_SURE = 8.0  # log-odds of reading: odds of 3,000 to 1; further out it says no more
NO_NUMBERS = 1.2  # what stands for that logarithm where the values are no numbers: about its mean


class Said(Protocol):
    """A value that a candidate gives."""

    @property
    def ranked(self) -> Ranked:
        """The candidate."""

    @property
    def value(self) -> Value:
        """What it gives."""

    @property
    def span(self) -> Span:
        """Where in the article's text it stands."""

    @property
    def sentence(self) -> int:
        """The place of the sentence that gives it."""


@dataclass(frozen=True, slots=True)
class Both:
    """What is said first, and what is held against it."""

    first: Said
    other: Said
    named: bool
    """Whether the other's article, too, holds the names that the question says, as far as it is known which words these are, or names who
    holds the office that is asked for."""


RIVAL: Columns[Both] = Columns(
    {
        "behind": lambda b: min(b.first.ranked.score - b.other.ranked.score, FARTHEST),
        "days": lambda b: np.log1p(days_apart(b.first.ranked, b.other.ranked) or 0),
        "like": lambda b: _likeness(b.other, b.first),
        "equal": lambda b: same(b.first.value, b.other.value) is True,
        "times": lambda b: _times(b.first.value, b.other.value),
        "names": lambda b: min(len(b.other.ranked.evidence.asked.names), MOST_NAMES),
        "named": lambda b: b.named,
        "answers": lambda b: _answers(b.other),
        "part": lambda b: _part(b.other),
        "unread": lambda b: b.other.ranked.judged is None,
        "opens": lambda b: b.other.ranked.candidate.passage.start == 0,
    }
)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression, in the order of RIVAL's columns."""

    weights: Floats
    bias: float
    differ: float
    """From which chance on a value that is another one is held against the first."""
    agree: float
    """And one that is the same."""
    lead: float
    """And one that was published later leads before the first."""


def days_apart(one: Ranked, other: Ranked) -> int | None:
    """How far apart the articles of two candidates were published; None where one has no day."""
    first, second = (day_of(ranked.candidate.passage.article.source.published) for ranked in (one, other))
    return abs((first - second).days) if first and second else None


@functools.cache
def shipped() -> Model:
    """The fitted model; raises WeightsError where it does not fit the features."""
    return model(json.loads(resources.files("askcorpus.answer").joinpath(FILE).read_text("utf-8")))


def model(fitted: Mapping[str, Any]) -> Model:
    """The model as it stands in rivals.json; raises WeightsError."""
    weights = in_order(RIVAL.names, fitted["weights"], unused=(), of=FILE)
    return Model(weights, fitted["bias"], fitted["differ"], fitted["agree"], fitted["lead"])


def chance(both: Both, model: Model) -> float:
    """How likely both speak of the same thing."""
    return float(1 / (1 + np.exp(-(RIVAL.row(both) @ model.weights + model.bias))))


def is_rival(both: Both) -> float | None:
    """How likely both speak of the same thing, where that is likely enough to be told; None where it is not."""
    fitted = shipped()
    likely = chance(both, fitted)
    return likely if likely >= (fitted.agree if same(both.first.value, both.other.value) else fitted.differ) else None


def _likeness(one: Said, other: Said) -> float:
    return likeness(one.ranked.candidate.codes, _place(one), other.ranked.candidate.codes, _place(other))


def _place(said: Said) -> Span:
    """Where in its passage the sentence stands."""
    start, end = said.ranked.sentences[said.sentence][0]
    before = said.ranked.candidate.passage.start
    return start - before, end - before


def _answers(said: Said) -> float:
    """How well its passage answers, as reading it with the question says; 0 where it was not read."""
    judged = said.ranked.judged
    return 0.0 if judged is None else min(max(judged.passage, -MOST_SURE), MOST_SURE)


def _part(said: Said) -> float:
    """How likely the value is, or is in, the part of its sentence that answers; 0 where that is another part or was not read."""
    judged, start = said.ranked.judged, said.ranked.candidate.passage.start
    if judged is None or not judged.parts:
        return 0.0
    read = judged.parts[said.sentence]
    inside = start + read.start < said.span[1] and said.span[0] < start + read.end
    return read.probability if inside else 0.0


def _times(one: Value, other: Value) -> float:
    """How many times as much the greater of two numbers is, as a logarithm."""
    if not one.number or not other.number or one.number * other.number < 0:
        return NO_NUMBERS
    return min(abs(float(np.log(one.number / other.number))), MOST_TIMES)
