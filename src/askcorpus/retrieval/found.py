"""What does retrieval hand over?  Candidates with their evidence and scores, and what answering needs to weigh them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from askcorpus.encoder.cross_encoder import Judged
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked
from askcorpus.types import Article, Hit, Passage, TokenCodes

Floats = npt.NDArray[np.float32]

ANSWERS_NOT = -5.0
"""What reading puts below these log-odds gives nothing for what was asked; with -1 an F1 of .784 instead of .806 on RAMDocs, at as good a
precision (.935, .938)."""


class WeightSet(StrEnum):
    """Which fitted weights a passage is scored with; the value names them in ranking.json and confidence.json."""

    KNOWN = "known"
    """The model knows the passage's language."""
    LATIN = "latin"
    """It does not, but the question is in Latin script, of which it knows many pieces."""
    OTHER = "other"
    """What it makes of other letters is noise: late interaction is left out."""

    OWN = "own"
    """The model knows many languages, this one too, and the question is asked in it."""
    CROSSED = "crossed"
    """It knows this one, and the question is asked in another: of its words only names, numbers and dates can be met."""
    OWN_NEWS = "own-news"
    """As OWN, where news was read together with the question: what reading says already its words need not say again."""
    CROSSED_NEWS = "crossed-news"
    """As CROSSED, where news was read together with the question."""

    @property
    def of_news(self) -> WeightSet:
        """The set where news was read together with the question; this one where there is none of its own."""
        return {WeightSet.OWN: WeightSet.OWN_NEWS, WeightSet.CROSSED: WeightSet.CROSSED_NEWS}.get(self, self)

    @property
    def late(self) -> bool:
        """Whether the model's cosines tell anything."""
        return self is not WeightSet.OTHER


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that an index proposed, with what the indexes said of it."""

    id: int
    passage: Passage
    codes: TokenCodes
    lexical: float
    """Its BM25 score by the best of the list's; 0 where the lexical index did not propose it."""
    cosine: float
    """0 where the model does not know the language."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate."""

    candidate: Candidate
    spans: tuple[Span, ...]
    """Offsets of its sentences in the article's text."""
    sentence_features: Floats
    """Shape (sentences, len(features.SENTENCE.names))."""
    features: Floats
    """Shape (len(features.PASSAGE.names),)."""
    present: Floats
    """Shape (sentences + 1, words of the question): 1 where the word itself stands there; the title comes last."""
    alike: Floats
    """The same for what is like it: the mean over its tokens of the best cosine, from 0 to 1."""
    fresh: tuple[int, ...]
    """How many words each sentence adds to the question's own, function words not counted."""
    asked: Asked
    """The question as it was held against it."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with the scores of its sentences; scores are log-odds up to a constant."""

    candidate: Candidate
    score: float
    sentences: tuple[tuple[Span, float], ...]
    """In reading order."""
    evidence: Evidence
    linear: float
    """Its score before anything was read together with the question."""
    judged: Judged | None = None
    """What reading it together with the question said; None where it was not read so."""


def answers_not(ranked: Ranked) -> bool:
    """Whether reading a passage says that it does not answer."""
    return ranked.judged is not None and ranked.judged.passage < ANSWERS_NOT


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval found, with what answering needs to pick sentences and to weigh them."""

    question: str
    """As it was asked, without the question before."""
    hits: tuple[Hit, ...]
    """Best first, one per story."""
    ranked: tuple[Ranked, ...]
    """Every candidate that was read, best first."""
    weight_sets: tuple[tuple[str | None, WeightSet], ...]
    """Which weights the candidates of each language were scored with."""
    lexical_per_idf: float
    """The best BM25 score by the sum of the question's idf."""
    read_as: tuple[str, ...] = ()
    """Words that stand in place of slips of the question."""

    @property
    def weight_set(self) -> WeightSet:
        """Which weights the first candidate was scored with."""
        return dict(self.weight_sets)[self.ranked[0].candidate.passage.article.source.language]

    def without(self, articles: Set[str]) -> Found:
        """What would have been found without the articles of these ids."""
        return replace(
            self,
            hits=tuple(hit for hit in self.hits if hit.passage.article.id not in articles),
            ranked=tuple(r for r in self.ranked if r.candidate.passage.article.id not in articles),
        )

    def asked_of(self, article: Article) -> Asked:
        """The question as it was held against this article, which has a passage among the candidates."""
        return next(r.evidence.asked for r in self.ranked if r.candidate.passage.article.id == article.id)
