"""Where articles in two languages tell the same, which comes first?  That in the question's, unless it is the older report.

The scores of passages in the question's language and in others come of different weights and say little of each other: an
English question was answered from the German translation of an English article, nineteen times in twenty.  That two passages tell
the same is seen by their vectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt

from askcorpus.question.said import day_of
from askcorpus.retrieval.found import Ranked

SAME = 0.84
"""Cosine of two passages from which on they tell the same: of 282 paragraphs and their translations 98 in a hundred come so near, and none of 253
paragraphs to the nearest of another language that is not its translation, which come to .82."""
BEFORE = 1e-3  # log-odds
ANSWERS = -2.0
"""What reading must say of a passage, in log-odds, for it to come before one that answers better."""

Vectors = npt.NDArray[np.float32]
Twins = Mapping[int, frozenset[int]]
"""The ids of the passages in the question's language that tell the same as each of those in others."""


def twins(ranked: Sequence[Ranked], vectors: Vectors) -> Twins:
    """Which tell the same, of candidates with these vectors, of shape (candidates, dim) and length 1."""
    own = [place for place, one in enumerate(ranked) if not one.evidence.asked.crossed]
    others = [place for place, one in enumerate(ranked) if one.evidence.asked.crossed]
    alike = vectors[others] @ vectors[own].T >= SAME
    return {
        ranked[place].candidate.id: frozenset(ranked[own[i]].candidate.id for i in np.flatnonzero(row))
        for place, row in zip(others, alike, strict=True)
    }


def own_first(ranked: Sequence[Ranked], same: Twins) -> tuple[Ranked, ...]:
    """The candidates, best first; where the first is in another language and one in the question's tells the same, all of these
    come as much further forward, so that how they stand to each other stays."""
    if not ranked or not same.get(ranked[0].candidate.id):
        return tuple(ranked)
    first = ranked[0]
    telling = [r for r in ranked if r.candidate.id in same[first.candidate.id] and _answers(r, first)]
    if not telling:
        return tuple(ranked)
    ahead = first.score + BEFORE - telling[0].score
    moved = [r if r.evidence.asked.crossed else replace(r, score=r.score + ahead) for r in ranked]
    return tuple(sorted(moved, key=lambda r: -r.score))


def _answers(own: Ranked, other: Ranked) -> bool:
    """Whether one is no older report than the other, and reading, if it was read, does not say that it answers where the other does and
    this one does not."""
    if _day(own) < _day(other):
        return False
    return own.judged is None or other.judged is None or own.judged.passage >= min(ANSWERS, other.judged.passage)


def _day(ranked: Ranked) -> date:
    return day_of(ranked.candidate.passage.article.source.published) or date.min
