"""How well do a question's words fit a passage, by the statistics of the whole corpus?  BM25's arithmetic, as tantivy does it.

An index counts only what it holds itself.  Over several, the counts are added up, and each index only says how often a word stands
in a passage, and how long that is: the score is then the very one that a single index of everything would give, to the last bits
that single precision has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from askcorpus.types import PassageIds

K1, B = np.float32(1.2), np.float32(0.75)
"""Those that tantivy has fixed."""
FIELDS = ("body", "stops")
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of one field of the index."""

    field: str
    word: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much an index, or several together, hold."""

    passages: int
    """That can be found."""
    counted: int
    """Passages that the statistics count; those removed lately are among them."""
    words: tuple[float, ...]
    """In each of FIELDS, of all that are counted."""

    def mean(self, field: str) -> np.float32:
        """How many words a passage has in a field."""
        return np.float32(self.words[FIELDS.index(field)] / max(1, self.counted))


@dataclass(frozen=True, slots=True)
class Occurrences:
    """In which of some passages a term or a phrase stands: arrays of one length."""

    ids: PassageIds
    times: Floats
    lengths: Floats
    """Words in the field, as far as the index remembers them."""


def together(sizes: Sequence[Sizes]) -> Sizes:
    """What several indexes hold."""
    words = tuple(sum(one.words[n] for one in sizes) for n in range(len(FIELDS)))
    return Sizes(sum(one.passages for one in sizes), sum(one.counted for one in sizes), words)


def joined(some: Sequence[Occurrences]) -> Occurrences:
    """Those of one term in several indexes."""
    return Occurrences(*(np.concatenate([getattr(one, name) for one in some]) for name in Occurrences.__slots__))


def idf(holding: int, counted: int) -> np.float32:
    """How rare a term is that so many of the counted passages hold."""
    half, one = np.float32(0.5), np.float32(1)
    holding = min(holding, counted)
    return np.float32(np.log(one + (np.float32(counted - holding) + half) / (np.float32(holding) + half)))


def scores(found: Occurrences, weight: np.float32, mean: np.float32) -> Floats:
    """What a term or a phrase of this weight, the sum of its words' idf, gives each passage."""
    norm = K1 * (np.float32(1) - B + B * found.lengths / mean)
    given: Floats = ((weight * (np.float32(1) + K1)) * (found.times / (found.times + norm))).astype(np.float32)
    return given


def uneven(sizes: Sequence[Sizes], field: str) -> float:
    """How far the score of a passage by its own index's mean length can be from that by the mean of all, as a share of it."""
    mean = float(together(sizes).mean(field))
    own = [float(one.mean(field)) for one in sizes if one.counted and one.mean(field) > 0]
    return max((abs(one / mean - 1) for one in own), default=0.0) if mean else 0.0
