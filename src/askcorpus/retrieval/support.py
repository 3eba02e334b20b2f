"""Does what a question is about stand in the sentence that is to answer it?  The word that fits worst says most.

All the words of "When was Sweden's king crowned?" but one stand in a sentence on Denmark's king: the share of the words
that fit is high, and the sentence answers another question.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from askcorpus.question.kinds import Kind
from askcorpus.question.reading import CAPITAL_NOUNS, Asked
from askcorpus.retrieval.evidence import Evidence

Floats = npt.NDArray[np.float32]

SUPPORT_FEATURES = (
    "weakest", "two_weakest", "mean", "name_gap", "name_absent", "number_absent", "word_gap",
    "weakest_anywhere", "name_gap_anywhere", "word_gap_anywhere",
    "asks_number", "asks_nothing", "asks_reason", "names", "words", "fresh",
)  # fmt: skip
FAINT = 0.05  # below this a word is simply missing: keeps the geometric mean away from 0
MANY_NAMES, MANY_WORDS, MANY_FRESH = 4, 10, 15


def support(evidence: Evidence, asked: Asked, place: int, *, late: bool) -> Floats:
    """How each word of the question is met by sentence `place`, its neighbours and the title, and by the whole passage.

    A word is met by 1 where it stands itself, else by the cosine of what is most like it; `late` False trusts no cosine.
    Returns float32 of shape (len(SUPPORT_FEATURES),).
    """
    every = [i for i, word in enumerate(asked.words) if not word.stop]
    content = np.array([i for i in every if i < asked.own] or every, int)  # "And who?" says nothing itself
    numbers = np.array([asked.words[i].text[0].isdigit() for i in content], bool)
    plain = evidence.candidate.passage.article.source.language in CAPITAL_NOUNS
    names = numbers if plain else np.isin(content, asked.names)
    shape = np.array(
        [
            asked.kind is Kind.NUMBER,
            asked.kind is None,
            asked.reason,
            min(sum(names), MANY_NAMES) / MANY_NAMES,
            min(len(content), MANY_WORDS) / MANY_WORDS,
            min(evidence.fresh[place], MANY_FRESH) / MANY_FRESH if evidence.fresh else 0.0,
        ],
        np.float32,
    )
    if not len(content) or not evidence.fresh:
        return np.concatenate([np.zeros(len(SUPPORT_FEATURES) - len(shape), np.float32), shape])
    present, alike = evidence.present[:, content], evidence.alike[:, content]
    met = np.maximum(present, alike) if late else present
    near = [*range(max(0, place - 1), min(len(evidence.fresh), place + 2)), len(evidence.fresh)]
    by_near, anywhere, there = met[near].max(axis=0), met.max(axis=0), present[near].max(axis=0)
    weights = asked.weights[content] / max(float(asked.weights[content].sum()), 1e-9)
    return np.concatenate(
        [
            [
                by_near.min(),
                np.sort(by_near)[:2].mean(),
                np.exp(weights @ np.log(np.maximum(by_near, FAINT))),
                _gap(by_near[names]),
                _gap(there[names]),
                _gap(there[numbers]),
                _gap(by_near[~names]),
                anywhere.min(),
                _gap(anywhere[names]),
                _gap(anywhere[~names]),
            ],
            shape,
        ]
    ).astype(np.float32)


def _gap(met: Floats) -> float:
    """How far the worst is from being there; 0 where there is nothing to meet."""
    return float(1 - met.min(initial=1.0))
