"""How sure is it that the first quote answers?  Two logistic models over named features, kept in confidence.json.

They are fitted by benchmarks/fusion.py, those for dated articles and for what was read by sureness.py.  To show them another feature, name it in one of
the tables here; what is measured of a passage or a sentence stands in `retrieval/features.py`, how the question's words are met in
`retrieval/support.py`, by the whole article in `retrieval/mentioned.py`.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.encoder.cross_encoder import LEAST_SHARE, Judged
from askcorpus.question.reading import Asked
from askcorpus.retrieval import support
from askcorpus.retrieval.columns import Columns, in_order
from askcorpus.retrieval.features import PASSAGE, SENTENCE
from askcorpus.retrieval.found import Found, Ranked, WeightSet
from askcorpus.retrieval.mentioned import MENTIONED, mentioned

Floats = npt.NDArray[np.float32]

FILE = "confidence.json"
DATED = " dated"
"""Behind the name of a set: its models for articles that have a day of publication."""
READ = " read"
"""Behind that: its models for passages that were read together with the question."""
MOST = 8.0  # log-odds of the reading: odds of 3,000 to 1; further out it says no more
MAX_GAP = 5.0  # log-odds: odds of 150 to 1, as good as without a rival, and the value where there is none
MAX_QUESTION_WORDS = 20  # longer than nearly every question: a story told as one says no more
MAX_SPREADS = 4.0  # a feature further from its mean counts as this far: one strange value outweighs no other features
NEVER_SURE = 1e-6  # this near to 0 and 1 the log-odds stay numbers


@dataclass(frozen=True, slots=True)
class Standing:
    """How the best candidate stands among the others, and the question in the corpus."""

    asked: Asked
    linear: float
    """Its score before anything was read: what reading says has features of its own."""
    score: float
    elsewhere: Sequence[float]
    """Scores of other articles in its language: a translation is no rival."""
    others: Sequence[float]
    """Of other passages in its language, of its own article too."""
    sentences: Sequence[float]
    """Of its sentences, best first."""
    lexical_per_idf: float


@dataclass(frozen=True, slots=True)
class Read:
    """What reading the best candidate together with the question said."""

    first: Judged
    sentence: float
    """Of its best sentence."""
    where: float
    """How likely the answer stands in that: the logarithm."""
    part: float
    """How likely one part of it is the answer."""
    elsewhere: Sequence[float]
    """Of passages of other articles in its language."""


PASSAGE_FEATURES = (
    "cosine", "late", "cover", "cover_title", "phrase", "name_cover", "title_cover", "said_met", "said_missed",
)  # fmt: skip
"""Of the best passage.  `lexical` is left out: by the best of the list, it is near 1 however bad that is; see `lexical_per_idf`.  So is its age:
what is old is no less sure."""
SENTENCE_FEATURES = (
    "late", "late_title", "late_context", "cover", "cover_title", "cover_context", "phrase", "kind_there", "kind_missing",
    "name_cover", "asks", "fresh", "echoes", "after_asking", "time_same", "time_other",
)  # fmt: skip
"""Of its best sentence: all but what tells sentences of one passage apart (whether it asks, opens, is long)."""
STANDING: Columns[Standing] = Columns(
    {
        "gap_article": lambda s: _gap(s.score, s.elsewhere),
        "gap_passage": lambda s: _gap(s.score, s.others),
        "gap_sentence": lambda s: _gap(s.sentences[0], s.sentences[1:]) if s.sentences else MAX_GAP,
        "score": lambda s: s.linear,
        "lexical_per_idf": lambda s: s.lexical_per_idf,
        "question_words": lambda s: min(len(s.asked.words), MAX_QUESTION_WORDS) / 10,  # about 1 for a usual one
    }
)
JUDGED: Columns[Read] = Columns(
    {
        "judged_passage": lambda r: _bounded(r.first.passage),
        "judged_sentence": lambda r: _bounded(r.sentence),
        "judged_gap": lambda r: _gap(r.first.passage, r.elsewhere),
        "judged_where": lambda r: r.where,
        "judged_part": lambda r: r.part,
    }
)
"""Of a first candidate that was read together with the question."""
NAMES = (
    *(f"passage_{name}" for name in PASSAGE_FEATURES),
    *(f"sentence_{name}" for name in SENTENCE_FEATURES),
    *STANDING.names,
    *support.NAMES,
    *MENTIONED.names,
    *JUDGED.names,
)
"""All that the models see, in the order of the columns."""
_OF_PASSAGE, _OF_SENTENCE = PASSAGE.places(PASSAGE_FEATURES), SENTENCE.places(SENTENCE_FEATURES)


@dataclass(frozen=True, slots=True)
class Model:
    """Two logistic models: is there an answer, and if so, is the first quote it.  Arrays are in the order of NAMES."""

    mean: Floats
    spread: Floats
    there: Floats
    there_bias: float
    right: Floats
    right_bias: float


def confidence(found: Found) -> float:
    """The probability that the first quote answers the question, in [0, 1]; something was found."""
    return probability(features(found), model_of(found.weight_set, dated=dated(found), read=read(found)))


def dated(found: Found) -> bool:
    """Whether the first candidate has a day of publication: news has one, and tells one thing many times."""
    return found.ranked[0].candidate.passage.article.source.published is not None


def read(found: Found) -> bool:
    """Whether the first candidate was read together with a question in full."""
    return found.ranked[0].judged is not None and found.ranked[0].evidence.asked.in_full


@functools.cache
def model_of(which: WeightSet, *, dated: bool, read: bool = False) -> Model:
    """The fitted models of this set, those for news where there are such; raises WeightsError where they do not fit the features."""
    fitted = json.loads(resources.files("askcorpus.answer").joinpath(FILE).read_text("utf-8"))
    name = which + DATED if dated and which + DATED in fitted else which
    name += READ if read and name + READ in fitted else ""
    return model(fitted[name], of=f"{name} in {FILE}")


def model(fitted: Mapping[str, Any], *, of: str) -> Model:
    """The models as they stand in confidence.json, named `of`; raises WeightsError."""
    rows = fitted["features"]

    def column(which: str, unused: float) -> Floats:
        given = {name: row[which] for name, row in rows.items()}
        return in_order(NAMES, given, unused=fitted["unused"], of=of, instead=unused)

    return Model(
        mean=column("mean", 0.0),
        spread=column("spread", 1.0),
        there=column("there", 0.0),
        there_bias=fitted["there_bias"],
        right=column("right", 0.0),
        right_bias=fitted["right_bias"],
    )


def features(found: Found) -> Floats:
    """What speaks for the first candidate being an answer: float32 of shape (len(NAMES),)."""
    best = found.ranked[0]
    evidence, asked, scores = best.evidence, best.evidence.asked, [score for _, score in best.sentences]
    sentence = int(np.argmax(scores)) if scores else 0
    met = support.support(
        asked, evidence.present, evidence.alike, sentence, fresh=evidence.fresh, late=found.weight_set.late
    )
    of_sentence = evidence.sentence_features[sentence] if scores else np.zeros(len(SENTENCE.names), np.float32)
    standing = STANDING.row(_standing(found, best, asked, scores))
    judged = _judged(found, best, sentence)
    of_passage, of_best = evidence.features[_OF_PASSAGE], of_sentence[_OF_SENTENCE]
    lacking = mentioned(asked, best.candidate.passage)
    return np.concatenate([of_passage, of_best, standing, met, lacking, judged])


def probability(features: Floats, model: Model) -> float:
    """What the models make of the features: there is an answer, and the first quote is it."""
    z = np.clip((features - model.mean) / model.spread, -MAX_SPREADS, MAX_SPREADS)
    return _logistic(float(z @ model.there) + model.there_bias) * _logistic(float(z @ model.right) + model.right_bias)


def calibrated(confidence: float, calibration: Sequence[float]) -> float:
    """The confidence after Platt scaling with (slope, intercept); unchanged without one."""
    if not calibration:
        return confidence
    slope, intercept = calibration
    p = min(max(confidence, NEVER_SURE), 1 - NEVER_SURE)
    return float(1 / (1 + np.exp(-(slope * np.log(p / (1 - p)) + intercept))))


def _standing(found: Found, best: Ranked, asked: Asked, scores: Sequence[float]) -> Standing:
    article = best.candidate.passage.article
    same = {passage.article.id for hit in found.hits[:1] for passage in hit.reprints}  # a reprint is no rival
    rivals = [
        r
        for r in found.ranked[1:]
        if r.candidate.passage.article.source.language == article.source.language
        and r.candidate.passage.article.id not in same
    ]
    return Standing(
        asked=asked,
        linear=best.linear,
        score=best.score,
        elsewhere=[r.score for r in rivals if r.candidate.passage.article.id != article.id],
        others=[r.score for r in rivals if not _overlap(r, best)],
        sentences=sorted(scores, reverse=True),
        lexical_per_idf=found.lexical_per_idf,
    )


def _judged(found: Found, best: Ranked, sentence: int) -> Floats:
    if best.judged is None:
        return np.zeros(len(JUDGED.names), np.float32)
    article, scores = best.candidate.passage.article, best.judged.sentences
    others = [
        r.judged.passage
        for r in found.ranked[1:]
        if r.judged is not None
        and r.candidate.passage.article.id != article.id
        and r.candidate.passage.article.source.language == article.source.language
    ]
    where = float(best.judged.where[sentence]) if len(best.judged.where) else math.log(LEAST_SHARE)
    part = best.judged.parts[sentence].probability if best.judged.parts else 0.0
    return JUDGED.row(Read(best.judged, float(scores[sentence]) if len(scores) else -MOST, where, part, others))


def _bounded(score: float) -> float:
    return min(max(score, -MOST), MOST)


def _gap(best: float, rivals: Sequence[float]) -> float:
    """How far the best is ahead of the others."""
    return min(best - max(rivals), MAX_GAP) if rivals else MAX_GAP


def _overlap(one: Ranked, other: Ranked) -> bool:
    a, b = one.candidate.passage, other.candidate.passage
    return a.article.id == b.article.id and a.start < b.end and b.start < a.end


def _logistic(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))
