"""What do new articles say to questions that were saved?  Costs what is new and what is saved, not what is there.

The questions are encoded once.  Of all of them only those are read that come near to a new passage or share their words with it.
Each is then asked of the new passages, beside the few that were best before; where they seem to answer it, it is asked of the whole
corpus, as if somebody asked it now: among a few passages one on a town of nearly the same name looks surer than it is.

New is a text, not a row: an article that moved, or was read anew because its site's furniture is another, brings nothing.  And what
was told is remembered by what it said: an article that is corrected is news by its new number, not by a mended comma.  Nobody
is told of a namesake: a model reads Nimvarskar and Nimvargard much alike, and of what is asked there may be no article yet.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from askcorpus.answer import compose, subject
from askcorpus.answer.values import alike, said_alike
from askcorpus.language.identify import language_of
from askcorpus.question import filters
from askcorpus.retrieval import search
from askcorpus.retrieval.found import Found
from askcorpus.retrieval.reprints import same_words
from askcorpus.retrieval.views import QuestionEncoder
from askcorpus.store import analysis
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import (
    Answer,
    Citation,
    EncodedQuestion,
    Heard,
    Manifest,
    Matrix,
    News,
    Passage,
    PassageIds,
    Saved,
)

KEPT = 2000
"""Questions whose encoding is kept, or as many as are saved where these are more: 10 kB each."""
NEAREST = 16
"""Questions that a new passage's article is held against whatever their words: those nearest to it by meaning, in any language."""
SHARED = 0.34
"""Share of a question's words of its own in a new passage from which on it is held against it, however near."""
RIVALS = 6
"""Passages of other articles that a saved question keeps: the best before; as many as an answer cites, and their like."""
CITED = 6
"""Stories of an alert, as the bot has of an answer: what came while nobody looked is all told."""
SEEMS = 0.5
"""Share of the threshold from which on a question is asked of the whole corpus: among a few passages confidence is only about right."""
HEARD = 24
"""Quotes that a saved question remembers to have told: those of the last four alerts at least."""


Ask: TypeAlias = Callable[[Saved], tuple[Found, Answer]]
"""Asks a saved question of the whole corpus, whatever the confidence's threshold lets through."""


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
    ask: Ask,
    day: date,
    threshold: float = compose.THRESHOLD,
    calibration: Sequence[float] = (),
) -> tuple[News, ...]:
    """The saved questions that articles which they do not know yet answer better than before, or differently.

    `ask` asks all articles; of a question that the new ones alone seem to answer, what it says is told.
    """
    added = snapshot.added_since(min((one.since for one in saved), default=0))
    if not saved or not len(added.ids):
        return ()
    encoder.room_for(len(saved))
    told = []
    passages = snapshot.passages(added.ids)
    texts = np.array(snapshot.texts(added.ids))
    asked: dict[tuple[str, str | None], tuple[Found, Answer]] = {}
    for place, wanted in _near(saved, passages, snapshot.vectors(added.ids), encoder, snapshot.word_languages):
        one = saved[place]
        near = wanted & (added.added_in > one.since)
        new = near & (added.first_in > one.since) & ~np.isin(texts, one.rivals)
        if not new.any():
            continue
        fresh = [passages[i] for i in np.flatnonzero(new)]
        among = np.union1d(added.ids[near], snapshot.saying(one.rivals))
        seems = compose.answer(
            _find(one, snapshot, encoder, among=among, day=day),
            threshold=SEEMS * threshold,
            most=CITED,
            calibration=calibration,
        )
        if not _new_stories(seems, fresh, one.heard):
            continue
        what = one.question, one.collection  # that of many people is asked once
        found, answer = asked[what] = asked.get(what) or ask(one)
        others = subject.namesakes((c.article for c in answer.citations), found, snapshot, encoder)
        answer = replace(answer, citations=tuple(c for c in answer.citations if c.article.id not in others))
        quoted = _new_stories(answer, fresh, one.heard)
        if quoted:
            articles = tuple({c.article.id: None for c in quoted})
            told.append(
                News(place, _first(answer, quoted), articles, rivals_of(found, snapshot), heard_of(answer, one.heard))
            )
    return tuple(told)


def prepare(saved: Sequence[Saved], snapshot: Snapshot, encoder: Remembering) -> None:
    """Have at hand what a look needs of these questions and can be known before an article comes."""
    encoder.room_for(len(saved))
    for one in saved:
        encoder.encode_question(one.question)
        _forms(one.question, snapshot.word_languages)


def rivals_of(found: Found, snapshot: Snapshot) -> tuple[str, ...]:
    """The text of the best passage of each of the best articles."""
    best: dict[str, int] = {}
    for ranked in found.ranked:
        best.setdefault(ranked.candidate.passage.article.id, ranked.candidate.id)
    return tuple(dict.fromkeys(snapshot.texts([*best.values()][:RIVALS])))


def heard_of(answer: Answer, before: Sequence[Heard] = ()) -> tuple[Heard, ...]:
    """What whoever reads this answer has heard by then, the last first."""
    return tuple(dict.fromkeys((*map(_heard, answer.citations), *before)))[:HEARD]


def _near(
    saved: Sequence[Saved],
    passages: Sequence[Passage],
    vectors: Matrix,
    encoder: Remembering,
    languages: tuple[str | None, ...],
) -> list[tuple[int, npt.NDArray[np.bool_]]]:
    """Which questions are to be read, each with of which of the new passages it is to be asked."""
    cosines = np.stack([encoder.encode_question(one.question).vector for one in saved]) @ vectors.T
    wanted = _share_of_words(saved, passages, languages) >= SHARED
    articles = np.array([passage.article.id for passage in passages])
    for article in dict.fromkeys(articles.tolist()):
        columns = np.flatnonzero(articles == article)
        best = cosines[:, columns].max(axis=1)
        nearest = np.argsort(-best, kind="stable")[:NEAREST]
        wanted[np.ix_(nearest, columns)] = True
    return [(place, row) for place, row in enumerate(wanted) if row.any()]


def _share_of_words(
    saved: Sequence[Saved], passages: Sequence[Passage], languages: tuple[str | None, ...]
) -> npt.NDArray[np.float32]:
    """Shape (questions, passages): of each question's words, as they are indexed, the share that the passage holds.

    A word is looked up once for all passages: nearly every saved question has none of the new ones' words.
    """
    holding: dict[str, set[int]] = defaultdict(set)
    for column, p in enumerate(passages):
        for word in analysis.passage_words(f"{p.article.title}\n{p.text}", p.article.source.language)[0]:
            holding[word].add(column)
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


def _new_stories(answer: Answer, fresh: Sequence[Passage], heard: Sequence[Heard]) -> list[Citation]:
    """The quotes of new passages that tell what was not told: no reprint of an older one, nor the value that one gives."""
    new = [c for c in answer.citations if any(_stands_in(c, passage) for passage in fresh)]
    old = [c for c in answer.citations if c not in new]
    told = {c.story for c in old}
    return [
        c
        for c in new
        if c.story not in told
        and not any(said_alike(c, other) for other in old)
        and not any(_repeats(_heard(c), one) for one in heard)
    ]


def _stands_in(citation: Citation, passage: Passage) -> bool:
    """Whether a quote begins in a passage."""
    return citation.article.id == passage.article.id and passage.start <= citation.start < passage.end


def _heard(citation: Citation) -> Heard:
    return Heard(citation.quote, citation.value, citation.article.source.language)


def _repeats(one: Heard, other: Heard) -> bool:
    """Whether a quote gives the value that another gave; where these cannot be compared, whether it says it in its words."""
    if one.value and other.value:
        told = alike((one.value, one.language), (other.value, other.language))
        if told is not None:
            return told
    return same_words((one.quote, one.language), (other.quote, other.language))


def _first(answer: Answer, quoted: Sequence[Citation]) -> Answer:
    """The answer with these quotes in front."""
    stories = list(dict.fromkeys(c.story for c in (*quoted, *answer.citations)))
    ordered = sorted(answer.citations, key=lambda c: stories.index(c.story))
    numbered = (replace(c, number=number, story=stories.index(c.story) + 1) for number, c in enumerate(ordered, 1))
    return replace(answer, citations=tuple(numbered))
