"""What does it change to read question and passage together?  The best passages, once more, by the program's own cross-encoder.

What it makes of passage and sentence is added to their linear scores, with weights kept in ranking.json; the confidence sees it
too. A first passage that is far ahead is read alone: for its sentences and for the confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice, takewhile
from typing import Protocol

import numpy as np

from askcorpus.encoder import Encoder, cross_encoder_beside
from askcorpus.encoder.cross_encoder import Judged, Told
from askcorpus.encoder.loading import Loading
from askcorpus.question.said import day_of
from askcorpus.retrieval.found import Ranked, answers_not
from askcorpus.retrieval.ranking import Weights
from askcorpus.retrieval.support import same_office, same_thing

READ = 6  # passages: one of the six best holds an answer nearly as often as one of all that are found
CLEAR = 4.0  # log-odds ahead of the next passage; nearer ones are read too
AT_ONCE = 2  # passages that come first without having been read, and are read then
OTHERS = 4  # articles that are read to hear whether they say the same
UNNAMED = 1  # of them, where a question has no names and does not say what it wants to hear: little can be compared


class Judge(Protocol):
    """Says how well passages answer a question."""

    def judge(self, question: str, asked: str, passages: Sequence[Told]) -> Sequence[Judged] | None:
        """One judgement of each passage, in the order given; `asked` is the day of asking, or nothing.  None where none can be had."""


class LoadedJudge:
    """The program's own cross-encoder beside an encoder, made ready on a thread of its own while the question is looked for."""

    def __init__(self, encoder: Encoder, *, say: Callable[[str], None] | None = None) -> None:
        self.encoder = encoder
        self._loading = Loading(lambda: cross_encoder_beside(encoder, say=say))

    def judge(self, question: str, asked: str, passages: Sequence[Told]) -> Sequence[Judged] | None:
        """See Judge; None beside an encoder that it is not made of.  Raises EncoderError."""
        loaded = self._loading.loaded()
        return None if loaded is None else loaded.judge(question, asked, passages)

    def close(self) -> None:
        """Wait until nothing is being made ready, so that what it reads with can be freed."""
        self._loading.close()


def judged(
    question: str, day: date | None, ranked: Sequence[Ranked], judge: Judge, *, ahead: float = CLEAR
) -> tuple[Ranked, ...]:
    """The candidates, best first by their linear scores, with judgements of the best; the others are as they were.

    A first one that is so far `ahead` is read alone.
    """
    chosen = [*ranked[:1], *(r for r in ranked[1:READ] if ranked[0].score - r.score < ahead)]
    judgements = judge.judge(question, _day(day, chosen), [_told(r) for r in chosen])
    if judgements is None:
        return tuple(ranked)
    with_judgements = [replace(r, judged=one) for r, one in zip(chosen, judgements, strict=True)]
    rest = [r for r in ranked if not any(r is one for one in chosen)]
    return (*with_judgements, *rest)


def more_judged(
    question: str, day: date | None, read: Sequence[Ranked], joined: Sequence[Ranked], judge: Judge
) -> tuple[Ranked, ...]:
    """What was `read`, with judgements of the passages that came first of all, `joined`, without having been read."""
    before = [r for r in read if r.judged is not None]
    first = takewhile(lambda r: r.judged is None, joined)
    chosen = {r.candidate.id for r in islice(first, AT_ONCE)}
    some = [r for r in read if r.candidate.id in chosen]
    return _these_judged(question, _day(day, [*before, *some]), read, some, judge)


def others_judged(question: str, day: date | None, ranked: Sequence[Ranked], judge: Judge) -> tuple[Ranked, ...]:
    """The candidates, with a judgement of the best passage of some more articles that name what is asked about, or who holds the office.

    What they say is compared with what the first says; their order stays.
    """
    most = _others(ranked)
    if not most:
        return tuple(ranked)
    same = same_thing(ranked) | same_office(ranked)
    chosen: dict[str, Ranked] = {}
    heard = {r.candidate.passage.article.id for r in ranked if r.judged is not None}
    for one in ranked:
        article = one.candidate.passage.article.id
        if article in same and article not in heard:
            chosen.setdefault(article, one)
    some = tuple(chosen.values())[:most]
    return _these_judged(question, _day(day, some), ranked, some, judge)


def _others(ranked: Sequence[Ranked]) -> int:
    """How many more articles are worth reading: none where the first gives nothing to compare with, or a reason is asked for."""
    if not ranked or answers_not(ranked[0]):
        return 0
    asked = [r.evidence.asked for r in ranked]
    if any(one.kind is not None for one in asked):
        return OTHERS
    if all(one.reason for one in asked):
        return 0
    return OTHERS if any(one.names for one in asked) else UNNAMED


def _these_judged(
    question: str, asked: str, ranked: Sequence[Ranked], some: Sequence[Ranked], judge: Judge
) -> tuple[Ranked, ...]:
    """The candidates, some of them with judgements, in the order that they had."""
    judgements = judge.judge(question, asked, [_told(r) for r in some]) if some else None
    if judgements is None:
        return tuple(ranked)
    made = {r.candidate.id: replace(r, judged=one) for r, one in zip(some, judgements, strict=True)}
    return tuple(made.get(r.candidate.id, r) for r in ranked)


def joined(ranked: Sequence[Ranked], weights: Sequence[Weights]) -> tuple[Ranked, ...]:
    """The candidates with both scores added up; what was not read counts as the worst that was. `weights` are those of each."""
    judgements = [r.judged for r in ranked if r.judged is not None]
    if not judgements:
        return tuple(ranked)
    worst = Judged(
        min(one.passage for one in judgements),
        np.array([min(float(one.sentences.min(initial=0.0)) for one in judgements)], np.float32),
        where=np.array([min(float(one.where.min(initial=0.0)) for one in judgements)], np.float32),
    )
    return tuple(_joined(r, r.judged or worst, its_weights) for r, its_weights in zip(ranked, weights, strict=True))


def _joined(ranked: Ranked, judged: Judged, weights: Weights) -> Ranked:
    more = weights.judged_sentence * judged.sentences
    if len(judged.where):
        more = more + weights.judged_where * judged.where + weights.judged_stands * np.exp(judged.where)
    scores = np.broadcast_to(more, len(ranked.sentences))
    sentences = tuple((span, score + float(one)) for (span, score), one in zip(ranked.sentences, scores, strict=True))
    return replace(ranked, score=ranked.score + weights.judged_passage * judged.passage, sentences=sentences)


def news_read(ranked: Sequence[Ranked]) -> bool:
    """Whether any that was read has a day of publication."""
    return any(r.judged is not None and _published(r) for r in ranked)


def _published(ranked: Ranked) -> date | None:
    return day_of(ranked.candidate.passage.article.source.published)


def _day(day: date | None, chosen: Sequence[Ranked]) -> str:
    """The day of asking; where no article has a day, it says nothing."""
    return day.isoformat() if day is not None and any(map(_published, chosen)) else ""


def _told(ranked: Ranked) -> Told:
    passage = ranked.candidate.passage
    source = passage.article.source
    day = _published(ranked)
    return Told(
        passage.article.title,
        source.publisher or "",
        day.isoformat() if day else "",
        passage.text,
        tuple((start - passage.start, end - passage.start) for start, end in ranked.evidence.spans),
    )
