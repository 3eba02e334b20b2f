"""What do the features of a candidate add up to?  Linear weights, kept in ranking.json and fitted by benchmarks/fusion.py."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.retrieval.columns import in_order
from askcorpus.retrieval.features import BEFORE_READING, PASSAGE, SENTENCE, Proposed
from askcorpus.retrieval.found import Evidence, Ranked, WeightSet

Floats = npt.NDArray[np.float32]
FILE = "ranking.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """One set, in the order of the features' columns."""

    sentence: Floats
    passage: Floats
    before_reading: Floats
    """Those of the features BEFORE_READING."""
    best_sentence: float
    """How much the best sentence's score adds to its passage's."""
    offset: float
    """What is added to every score of this set: so much later than one of another set an equal passage comes."""
    judged_passage: float
    """How much a passage's judgement adds to its score, where it was read together with the question."""
    judged_sentence: float
    """And that of a sentence to its own."""
    judged_where: float
    """And the logarithm of how likely the answer stands in it."""
    judged_stands: float
    """And that likelihood itself, from 0 to 1: among sentences in which it hardly stands, in which it stands least says nothing."""


@functools.cache
def weights_of(which: WeightSet) -> Weights:
    """The fitted weights of this set; raises WeightsError where they do not fit the features."""
    fitted = json.loads(resources.files("askcorpus.retrieval").joinpath(FILE).read_text("utf-8"))
    return weights(fitted[which], of=f"{which} in {FILE}")


def weights(fitted: Mapping[str, Any], *, of: str) -> Weights:
    """One set as it stands in ranking.json, which is named `of`; raises WeightsError."""
    passage, sentence = fitted["passage"], fitted["sentence"]
    by_passage = in_order(PASSAGE.names, passage["weights"], unused=passage["unused"], of=f"passage, {of},")
    return Weights(
        sentence=in_order(SENTENCE.names, sentence["weights"], unused=sentence["unused"], of=f"sentence, {of},"),
        passage=by_passage,
        before_reading=by_passage[PASSAGE.places(BEFORE_READING.names)],
        best_sentence=float(fitted["best_sentence"]),
        offset=float(fitted["offset"]),
        judged_passage=float(fitted["judged"]["passage"]),
        judged_sentence=float(fitted["judged"]["sentence"]),
        judged_where=float(fitted["judged"]["where"]),
        judged_stands=float(fitted["judged"]["stands"]),
    )


def first_score(proposed: Proposed, weights: Weights) -> float:
    """What can be said of a candidate before its words are read."""
    return float(BEFORE_READING.row(proposed) @ weights.before_reading)


def score(evidence: Evidence, weights: Weights) -> Ranked:
    """The candidate with its score and its sentences' scores."""
    by_sentence = evidence.sentence_features @ weights.sentence
    total = float(evidence.features @ weights.passage + weights.best_sentence * by_sentence.max(initial=0))
    total += weights.offset
    sentences = tuple(zip(evidence.spans, map(float, by_sentence), strict=True))
    return Ranked(evidence.candidate, total, sentences, evidence, linear=total)
