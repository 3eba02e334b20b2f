"""What do new articles say to questions that were saved?  Costs what is new and what is saved, not what is there.

The questions are encoded once.  Of all of them only those are read that come near to a new passage or share their words with it;
each is then asked of the new passages, beside the few that were best before: against these the ranking, the confidence and the
agreement of sources are what they would be over the whole corpus, and what repeats one of them in its words is a reprint.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from askcorpus.answer import compose
from askcorpus.answer.values import said_alike
from askcorpus.language.identify import language_of
from askcorpus.question import filters
from askcorpus.retrieval import search
from askcorpus.retrieval.found import Found
from askcorpus.retrieval.views import QuestionEncoder
from askcorpus.store import analysis
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Answer, Citation, EncodedQuestion, Manifest, Matrix, News, Passage, PassageIds, Saved

KEPT = 2000
"""Questions whose encoding is kept, or as many as are saved where these are more: 10 kB each."""
NEAREST = 16
"""Questions that a new passage's article is held against whatever their words: those nearest to it by meaning, in any language."""
SHARED = 0.34
"""Share of a question's words of its own in a new passage from which on it is held against it, however near."""
RIVALS = 6
"""Passages of other articles that a saved question keeps: the best before; as many as an answer cites, and their like."""
CITED = 3  # stories of an alert, as of an answer


class Remembering:
    """An encoder that encodes each question once."""

    def __init__(self, encoder: QuestionEncoder) -> None:
        self._encoder = encoder
        self._known: OrderedDict[str, EncodedQuestion] = OrderedDict()
        self._most = KEPT

    def room_for(self, questions: int) -> None:
        """Keep so many at least: with one too few, each would be forgotten just before it is wanted again."""
        self._most = max(KEPT, questions)

    @property
    def manifest(self) -> Manifest:
        """Of the model."""
        return self._encoder.manifest

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """As the encoder does it."""
        return self._encoder.count_tokens(texts)

    def encode_question(self, question: str) -> EncodedQuestion:
        """As the encoder does it."""
        if question in self._known:
            self._known.move_to_end(question)
        else:
            self._known[question] = self._encoder.encode_question(question)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        return self._known[question]


def news(
    saved: Sequence[Saved],
    snapshot: Snapshot,
    encoder: Remembering,
    *,
    since: int,
    day: date,
    threshold: float = compose.THRESHOLD,
    calibration: Sequence[float] = (),
) -> tuple[News, ...]:
    """The saved questions that articles of later generations than `since` answer better than before, or differently."""
    new = snapshot.added_since(since)
    if not saved or not len(new):
        return ()
    encoder.room_for(len(saved))
    told = []
    passages = snapshot.passages(new)
    articles = [passage.article.id for passage in passages]
    for place, near in _near(saved, new, passages, snapshot.vectors(new), encoder):
        one = saved[place]
        rivals = snapshot.still_there(one.rivals)
        found = _find(one, snapshot, encoder, among=np.union1d(near, rivals), day=day)
        fresh = {article for i, article in zip(new.tolist(), articles, strict=True) if i in near}
        answer = compose.answer(found, threshold=threshold, most=CITED, calibration=calibration)
        quoted = _new_stories(answer, fresh)
        if quoted:
            told.append(
                News(place, _first(answer, quoted), tuple({c.article.id: None for c in quoted}), rivals_of(found))
            )
    return tuple(told)


def rivals_of(found: Found) -> tuple[int, ...]:
    """The best passage of each of the best articles."""
    best: dict[str, int] = {}
    for ranked in found.ranked:
        best.setdefault(ranked.candidate.passage.article.id, ranked.candidate.id)
    return tuple(best.values())[:RIVALS]


def _near(
    saved: Sequence[Saved], new: PassageIds, passages: Sequence[Passage], vectors: Matrix, encoder: Remembering
) -> list[tuple[int, PassageIds]]:
    """Which questions are to be read, each with the new passages that it is to be asked of."""
    cosines = np.stack([encoder.encode_question(one.question).vector for one in saved]) @ vectors.T
    wanted = _share_of_words(saved, passages) >= SHARED
    articles = np.array([passage.article.id for passage in passages])
    for article in dict.fromkeys(articles.tolist()):
        columns = np.flatnonzero(articles == article)
        best = cosines[:, columns].max(axis=1)
        nearest = np.argsort(-best, kind="stable")[:NEAREST]
        wanted[np.ix_(nearest, columns)] = True
    return [(place, new[row]) for place, row in enumerate(wanted) if row.any()]


def _share_of_words(saved: Sequence[Saved], passages: Sequence[Passage]) -> npt.NDArray[np.float32]:
    """Shape (questions, passages): of each question's words, as they are indexed, the share that the passage holds.

    A word is looked up once for all passages: nearly every saved question has none of the new ones' words.
    """
    holding: dict[str, set[int]] = defaultdict(set)
    for column, p in enumerate(passages):
        for word in analysis.passage_words(f"{p.article.title}\n{p.text}", p.article.source.language)[0]:
            holding[word].add(column)
    languages = tuple(sorted({p.article.source.language for p in passages}, key=str))
    shares = np.zeros((len(saved), len(passages)), np.float32)
    for row, one in enumerate(saved):
        forms = _forms(one.question, languages)
        for same in forms:
            columns = set[int]().union(*(holding[form] for form in same if form in holding))
            if columns:
                shares[row, list(columns)] += 1
        shares[row] /= max(1, len(forms))
    return shares


@lru_cache(maxsize=8 * KEPT)  # once for each language that articles come in
def _forms(question: str, languages: tuple[str | None, ...]) -> tuple[tuple[str, ...], ...]:
    """A question's words as passages of these languages hold them."""
    forms = analysis.question_words(question, languages, spoken=language_of(question))
    return tuple(tuple(same) for same in forms)


def _find(saved: Saved, snapshot: Snapshot, encoder: Remembering, *, among: PassageIds, day: date) -> Found:
    narrow = filters.narrowed(saved.question, today=day)
    where = replace(narrow, collection=saved.collection)
    return search.search(
        saved.question, snapshot, encoder, k=CITED, where=where or None, day=day, narrowed=bool(narrow), among=among
    )


def _new_stories(answer: Answer, fresh: set[str]) -> list[Citation]:
    """The quotes of new articles that tell what no older one told: neither a reprint of one, nor the value that one gives."""
    old = [c for c in answer.citations if c.article.id not in fresh]
    told = {c.story for c in old}
    return [
        c
        for c in answer.citations
        if c.article.id in fresh and c.story not in told and not any(said_alike(c, other) for other in old)
    ]


def _first(answer: Answer, quoted: Sequence[Citation]) -> Answer:
    """The answer with these quotes in front."""
    stories = list(dict.fromkeys(c.story for c in (*quoted, *answer.citations)))
    ordered = sorted(answer.citations, key=lambda c: stories.index(c.story))
    numbered = (replace(c, number=number, story=stories.index(c.story) + 1) for number, c in enumerate(ordered, 1))
    return replace(answer, citations=tuple(numbered))
