"""What do the features of a candidate add up to?  Linear weights, kept in ranking.json and fitted by benchmarks/fusion.py."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked
from askcorpus.retrieval.evidence import PASSAGE_FEATURES, SENTENCE_FEATURES, Candidate, Evidence
from askcorpus.retrieval.support import SUPPORT_FEATURES, support

Floats = npt.NDArray[np.float32]

KNOWN, LATIN, OTHER = "known", "latin", "other"
CONFIDENCE_FEATURES = (
    *(f"passage_{name}" for name in PASSAGE_FEATURES[1:]),
    *(f"sentence_{name}" for name in SENTENCE_FEATURES[:10]),
    "gap_article", "gap_passage", "gap_sentence", "score", "lexical_per_idf", "question_words",
    *SUPPORT_FEATURES,
)  # fmt: skip
_LATE = np.array(["late" in name for name in CONFIDENCE_FEATURES])
MAX_GAP = 5.0
MAX_SPREADS = 4.0  # a feature further from its mean counts as this far


@dataclass(frozen=True, slots=True)
class Weights:
    """One set: for languages the model knows, for others in Latin script, and for the rest."""

    sentence: Floats
    passage: Floats
    best_sentence: float
    """How much the best sentence's score adds to its passage's."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """Two logistic models: is there an answer, and if so, is the first quote it."""

    mean: Floats
    spread: Floats
    there: Floats
    there_bias: float
    right: Floats
    right_bias: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the scores of its sentences; scores are log-odds up to a constant."""

    candidate: Candidate
    score: float
    sentences: tuple[tuple[Span, float], ...]
    """In reading order."""
    evidence: Evidence


@functools.cache
def parameters() -> dict[str, object]:
    """The fitted numbers as they stand in ranking.json."""
    loaded: dict[str, object] = json.loads(
        resources.files("askcorpus.retrieval").joinpath("ranking.json").read_text("utf-8")
    )
    return loaded


@functools.cache
def weights_for(script: str) -> Weights:
    """The weights for KNOWN, LATIN or OTHER."""
    fitted = parameters()[script]
    assert isinstance(fitted, dict)
    return Weights(
        sentence=np.array([fitted["sentence"][name] for name in SENTENCE_FEATURES], np.float32),
        passage=np.array([fitted["passage"][name] for name in PASSAGE_FEATURES], np.float32),
        best_sentence=float(fitted["best_sentence"]),
    )


@functools.cache
def confidence_for(script: str) -> Confidence:
    """The confidence models for KNOWN, LATIN or OTHER."""
    fitted = parameters()["confidence"]
    assert isinstance(fitted, dict)
    table = fitted[script]

    def column(name: str) -> Floats:
        return np.array([table[name][feature] for feature in CONFIDENCE_FEATURES], np.float32)

    return Confidence(
        column("mean"), column("spread"), column("there"), table["there_bias"], column("right"), table["right_bias"]
    )


def score(evidence: Evidence, weights: Weights) -> Ranked:
    """The candidate with its score and its sentences' scores."""
    by_sentence = evidence.sentence_features @ weights.sentence
    total = float(evidence.features @ weights.passage + weights.best_sentence * by_sentence.max(initial=0))
    return Ranked(evidence.candidate, total, tuple(zip(evidence.spans, map(float, by_sentence), strict=True)), evidence)


def confidence_features(
    ranked: Sequence[Ranked], asked: Asked, *, lexical_per_idf: float, late: bool
) -> npt.NDArray[np.float32]:
    """What speaks for the best candidate being an answer; `ranked` is not empty and best first.

    `asked` is the question as the best candidate's language reads it; `late` False leaves late interaction out.
    Returns float32 of shape (len(CONFIDENCE_FEATURES),).
    """
    best = ranked[0]
    scores = [value for _, value in best.sentences]
    place = int(np.argmax(scores)) if scores else 0
    article = best.candidate.passage.article
    rivals = [r for r in ranked[1:] if r.candidate.passage.article.source.language == article.source.language]
    elsewhere = [r.score for r in rivals if r.candidate.passage.article.id != article.id]  # a translation is no rival
    others = [r.score for r in rivals if not _overlap(r, best)]
    rest = sorted(scores, reverse=True)[1:2]
    sentence = best.evidence.sentence_features[place, :10] if scores else np.zeros(10, np.float32)
    tail = [
        min(best.score - max(elsewhere), MAX_GAP) if elsewhere else MAX_GAP,
        min(best.score - max(others), MAX_GAP) if others else MAX_GAP,
        min(scores[place] - rest[0], MAX_GAP) if rest else MAX_GAP,
        best.score,
        lexical_per_idf,
        min(len(asked.words), 20) / 10,
    ]
    met = support(best.evidence, asked, place, late=late)
    features = np.concatenate([best.evidence.features[1:], sentence, tail, met]).astype(np.float32)
    return features if late else np.where(_LATE, np.float32(0), features)


def confidence(features: Floats, model: Confidence) -> float:
    """The probability that the first quote answers the question, in [0, 1]."""
    z = np.clip((features - model.mean) / model.spread, -MAX_SPREADS, MAX_SPREADS)
    return _logistic(float(z @ model.there) + model.there_bias) * _logistic(float(z @ model.right) + model.right_bias)


def _overlap(one: Ranked, other: Ranked) -> bool:
    a, b = one.candidate.passage, other.candidate.passage
    return a.article.id == b.article.id and a.start < b.end and b.start < a.end


def _logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))
