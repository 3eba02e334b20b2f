"""Which passages answer a question?  Encode it, ask both indexes, fuse, re-score the best, one hit per story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from askcorpus.encoder import Encoder
from askcorpus.errors import UsageError
from askcorpus.language.words import words
from askcorpus.question.reading import Asked, Reading, asked, read
from askcorpus.retrieval import ranking, reprints
from askcorpus.retrieval.evidence import Candidate, late_scores, weigh
from askcorpus.retrieval.one_thread import one_blas_thread
from askcorpus.retrieval.ranking import KNOWN, LATIN, OTHER, Ranked
from askcorpus.store import Snapshot
from askcorpus.types import EncodedQuestion, Filter, Hit, Manifest, Passage, Ranking

MODES = ("hybrid", "dense", "lexical")
LIST_LENGTH = 50  # what each index is asked for
CANDIDATES = 30  # what is re-scored by late interaction: more gains nothing
WEIGHED = 16  # what is read sentence by sentence: benchmarks/fusion.py
WIDEST_PASSAGE = 2400  # characters; a paragraph up to this long is shown whole
_LATIN_LETTER = re.compile(r"[a-zà-öø-ÿœßāăąćčďđēęěğģīįıķłļńňņőřśšşťțūůűųýžźż]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


class Reranker(Protocol):
    """Re-scores passages against a question; a higher score is a better answer."""

    def score(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval found, with what answering needs to pick sentences and to weigh them."""

    hits: tuple[Hit, ...]
    """Best first, one per story."""
    ranked: tuple[Ranked, ...]
    """Every candidate, best first."""
    asked: tuple[tuple[str | None, Asked], ...]
    """The question as each language reads it."""
    script: str
    """KNOWN, LATIN or OTHER: which weights were used."""
    lexical_per_idf: float
    """The best BM25 score by the sum of the question's idf."""

    def asked_in(self, language: str | None) -> Asked:
        """The question as `language` reads it."""
        return dict(self.asked)[language]


@one_blas_thread()
def search(
    question: str,
    snapshot: Snapshot,
    encoder: Encoder,
    *,
    k: int = 3,
    where: Filter | None = None,
    mode: str = "hybrid",
    reranker: Reranker | None = None,
    previous: str | None = None,
) -> Found:
    """The k best stories for a question, with their evidence; `previous` is the question that it follows up.

    `mode` "dense" or "lexical" gives that index's own order, for comparison. Raises UsageError for an empty question.
    """
    if not question.strip():
        raise UsageError('the question is empty. Ask something: askcorpus ask "Who …?"')
    if k < 1:
        raise UsageError(f"k is {k}; it must be at least 1.")
    if mode not in MODES:
        raise UsageError(f"there is no mode {mode!r}. Modes: {', '.join(MODES)}")
    where = where or None
    own = len(question)
    question = f"{question} {previous}" if previous else question  # this order: a model cuts off the end
    encoded = encoder.encode_question(question)
    dense = snapshot.nearest(encoded.vector, k=max(LIST_LENGTH, 2 * k), where=where) if mode != "lexical" else None
    lexical = snapshot.matching(question, k=max(LIST_LENGTH, 2 * k), where=where) if mode != "dense" else None
    candidates = _candidates(
        snapshot, encoder.manifest, encoded, dense, lexical, native=mode == "dense", candidates=max(CANDIDATES, 2 * k)
    )
    found = _rank(
        question,
        snapshot,
        encoder.manifest,
        encoded,
        candidates,
        own=own,
        weighed=max(WEIGHED, 2 * k) if mode == "hybrid" else len(candidates),
    )
    ranked = found.ranked
    if mode != "hybrid":
        ranked = tuple(sorted(ranked, key=lambda r: _order(_own_score(r, mode), r.candidate.passage)))
    elif reranker is not None:
        ranked = _reranked(question, ranked, reranker)
    hits = reprints.fold(_by_paragraph(ranked, mode))[:k]
    best = float(lexical.scores[0]) if lexical is not None and len(lexical.scores) else 0.0
    return Found(hits, ranked, found.asked, found.script, best / max(found.lexical_per_idf, 1e-9))


def _candidates(
    snapshot: Snapshot,
    manifest: Manifest,
    encoded: EncodedQuestion,
    dense: Ranking | None,
    lexical: Ranking | None,
    *,
    native: bool,
    candidates: int,
) -> list[Candidate]:
    """The best by the sum of both normalised scores; `native` keeps dense hits in languages the model does not know."""
    fused: dict[int, float] = {}
    for found in (dense, lexical):
        if found is not None:
            for i, value in zip(found.ids.tolist(), _normalised(found.scores), strict=True):
                fused[i] = fused.get(i, 0.0) + value
    best_fused = sorted(fused, key=lambda i: -fused[i])[: candidates + LIST_LENGTH]
    passages = dict(zip(best_fused, snapshot.passages(best_fused), strict=True))
    ids = sorted(passages, key=lambda i: _order(fused[i], passages[i]))  # a passage's id depends on the store's history
    of_lexical = dict(zip(lexical.ids.tolist(), lexical.scores.tolist(), strict=True)) if lexical is not None else {}
    of_dense = set(dense.ids.tolist()) if dense is not None else set()
    known = {i for i in ids if _knows(manifest, passages[i].article.source.language)}
    kept = [i for i in ids if i in known or i in of_lexical or (native and i in of_dense)][:candidates]
    best = max(of_lexical.values(), default=0.0) or 1.0
    vectors, codes = snapshot.vectors(kept), snapshot.codes(kept)
    return [
        Candidate(
            i,
            passages[i],
            codes[place],
            lexical=of_lexical.get(i, 0.0) / best,
            cosine=float(vectors[place] @ encoded.vector) if i in known or native else 0.0,
        )
        for place, i in enumerate(kept)
    ]


def _rank(
    question: str,
    snapshot: Snapshot,
    manifest: Manifest,
    encoded: EncodedQuestion,
    candidates: Sequence[Candidate],
    *,
    own: int,
    weighed: int,
) -> Found:
    """The candidates by falling score; `lexical_per_idf` holds the sum of the question's idf."""
    languages = {c.passage.article.source.language for c in candidates}
    readings: dict[str | None, Reading] = {}
    total_idf = 0.0
    for language in sorted(languages, key=str):
        found = words(question, language)
        idf = snapshot.word_weights([question[w.start : w.end] for w in found])
        readings[language] = read(encoded, asked(question, idf, language, own=own))
        total_idf = max(total_idf, sum(v for v, w in zip(idf, found, strict=True) if not w.stop))
    scripts = {language: _script(question, manifest, language) for language in languages}
    late, cosines = late_scores(candidates, encoded, readings)
    order = sorted(range(len(candidates)), key=lambda i: (-_first_score(candidates[i], float(late[i]), scripts), i))
    ranked = []
    for i in order[:weighed]:
        language = candidates[i].passage.article.source.language
        evidence = weigh(candidates[i], cosines[i], readings[language])
        ranked.append(ranking.score(evidence, ranking.weights_for(scripts[language])))
    ranked.sort(key=lambda r: _order(r.score, r.candidate.passage))
    script = scripts[ranked[0].candidate.passage.article.source.language] if ranked else KNOWN
    return Found((), tuple(ranked), tuple((language, r.asked) for language, r in readings.items()), script, total_idf)


def _first_score(candidate: Candidate, late: float, scripts: dict[str | None, str]) -> float:
    """What can be said of a candidate before its words are read."""
    weights = ranking.weights_for(scripts[candidate.passage.article.source.language]).passage
    return float(np.array([candidate.lexical, candidate.cosine, late], np.float32) @ weights[:3])


def _by_paragraph(ranked: Iterable[Ranked], mode: str) -> list[Hit]:
    """Hits whose passages do not overlap: a piece of a long paragraph stands for the whole paragraph."""
    hits: list[Hit] = []
    for one in ranked:
        passage = _whole_paragraph(one.candidate.passage)
        if not any(_overlap(passage, hit.passage) for hit in hits):
            hits.append(Hit(passage, one.score if mode == "hybrid" else _own_score(one, mode)))
    return hits


def _whole_paragraph(passage: Passage) -> Passage:
    text = passage.article.text
    start = text.rfind("\n", 0, passage.start) + 1
    end = text.find("\n", passage.end)
    end = len(text) if end < 0 else end
    while start < passage.start and text[start].isspace():
        start += 1
    while end > passage.end and text[end - 1].isspace():
        end -= 1
    return Passage(passage.article, start, end) if end - start <= WIDEST_PASSAGE else passage


def _overlap(one: Passage, other: Passage) -> bool:
    return one.article.id == other.article.id and one.start < other.end and other.start < one.end


def _reranked(question: str, ranked: Sequence[Ranked], reranker: Reranker) -> tuple[Ranked, ...]:
    scores = reranker.score(question, [r.candidate.passage.text for r in ranked])
    rescored = [Ranked(r.candidate, float(s), r.sentences, r.evidence) for r, s in zip(ranked, scores, strict=True)]
    return tuple(sorted(rescored, key=lambda r: _order(r.score, r.candidate.passage)))


def _own_score(ranked: Ranked, mode: str) -> float:
    return ranked.candidate.cosine if mode == "dense" else ranked.candidate.lexical


def _order(score: float, passage: Passage) -> tuple[float, str, int]:
    return (-round(score, 6), passage.article.id, passage.start)


def _normalised(scores: npt.NDArray[np.float32]) -> list[float]:
    """From 0 for the last of the list to 1 for the first; a list of one scores 1."""
    if not len(scores):
        return []
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-9:
        return [1.0] * len(scores)
    return ((scores - low) / (high - low)).tolist()  # type: ignore[no-any-return]  # numpy's tolist is Any


def _knows(manifest: Manifest, language: str | None) -> bool:
    return language is None or "*" in manifest.languages or language in manifest.languages


def _script(question: str, manifest: Manifest, language: str | None) -> str:
    """Which weights fit a passage's language: what the model makes of Cyrillic or Arabic letters is noise."""
    if _knows(manifest, language):
        return KNOWN
    letters = _LETTER.findall(question)
    latin = sum(1 for letter in letters if _LATIN_LETTER.match(letter))
    return LATIN if latin * 2 >= len(letters) else OTHER
