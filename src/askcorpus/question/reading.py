"""How does one language read a question?  Its words, what they weigh, and which of its tokens are pieces of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Kind, asked_kind, asks_reason
from askcorpus.types import EncodedQuestion

Floats = npt.NDArray[np.float32]
CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages whose capitals tell no name from a noun."""
STOP_WEIGHT = 0.1
BEFORE_WEIGHT = 0.2  # of a word of the question before a follow-up: context, seldom what is asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one language reads it."""

    words: tuple[Word, ...]
    weights: Floats
    """Shape (words,): idf, and a tenth for stop words; sums to 1."""
    phrases: tuple[tuple[int, int], ...]
    """Neighbouring content words, as places in `words`."""
    names: tuple[int, ...]
    """Places of the words that are names or numbers."""
    stems: frozenset[str]
    kind: Kind | None
    reason: bool
    """It asks why or how: the answer has no kind that a rule could find."""
    own: int
    """How many of the words are the question's own; the others are of the question before, which it follows up."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoded question as one language reads it."""

    asked: Asked
    token_weights: Floats
    """Shape (question tokens,): that of the word each is a piece of, 0 for punctuation; sums to 1."""
    token_words: Floats
    """Shape (question tokens, words): each word's column holds equal shares of its tokens and sums to 1."""


def asked(question: str, idf: Sequence[float], language: str | None, *, own: int | None = None) -> Asked:
    """The question's words with their weights; `idf` holds one number for each word of `words(question, …)`.

    After its `own` first characters comes the question before, which it follows up: that says less of what is asked for.
    """
    found = words(question, language)
    own = len(question) if own is None else own
    weights = np.array(
        [
            (STOP_WEIGHT if word.stop else max(weight, STOP_WEIGHT)) * (1 if word.start < own else BEFORE_WEIGHT)
            for word, weight in zip(found, idf, strict=True)
        ],
        np.float32,
    )
    content = [place for place, word in enumerate(found) if not word.stop]
    phrases = tuple((a, b) for a, b in pairwise(content) if b - a <= 2)
    names = tuple(p for p in content if (found[p].capital and p > 0) or found[p].text[0].isdigit())
    return Asked(
        words=found,
        weights=weights / weights.sum() if len(weights) else weights,
        phrases=phrases,
        names=names,
        stems=frozenset(found[p].stem for p in content),
        kind=asked_kind(question[:own]) or asked_kind(question[own:]),
        reason=asks_reason(question[:own]),
        own=sum(word.start < own for word in found),
    )


def read(encoded: EncodedQuestion, asked: Asked) -> Reading:
    """The tokens of the question as pieces of its words."""
    inside = np.array(
        [[w.start < end and w.end > start for w in asked.words] for start, end in encoded.spans], np.float32
    ).reshape(len(encoded.spans), len(asked.words))
    return Reading(asked, token_weights(encoded, asked), inside / np.maximum(inside.sum(axis=0), 1))


def token_weights(encoded: EncodedQuestion, asked: Asked) -> Floats:
    """The weight of each token of the question: that of the word it is a piece of, 0 for punctuation; sums to 1."""
    weights = np.zeros(len(encoded.spans), np.float32)
    for i, (start, end) in enumerate(encoded.spans):
        for word, weight in zip(asked.words, asked.weights, strict=True):
            if word.start < end and word.end > start:
                weights[i] = max(weights[i], weight)
    total = weights.sum()
    return weights / total if total else weights


def content_weights(asked: Asked) -> dict[str, float]:
    """What each stem of the question weighs, function words left out."""
    return {w.stem: float(v) for w, v in zip(asked.words, asked.weights, strict=True) if not w.stop}
