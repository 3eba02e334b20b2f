"""Which passages answer a question?  Encode it, ask both indexes, fuse, re-score the best, one hit per story."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Protocol

import numpy as np
import numpy.typing as npt

from askcorpus.errors import UsageError
from askcorpus.language.identify import language_of
from askcorpus.question.purpose import without_courtesies
from askcorpus.question.reading import Asked, whole
from askcorpus.question.said import said, without
from askcorpus.retrieval import ranking, reprints
from askcorpus.retrieval.evidence import late_scores, weigh
from askcorpus.retrieval.features import Proposed
from askcorpus.retrieval.found import Candidate, Found, Ranked, WeightSet
from askcorpus.retrieval.judging import Judge, joined, judged, more_judged, news_read, others_judged
from askcorpus.retrieval.one_thread import one_blas_thread
from askcorpus.retrieval.slips import as_written
from askcorpus.retrieval.tellings import Twins, own_first, twins
from askcorpus.retrieval.views import QuestionEncoder, Views
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Filter, Hit, Manifest, Passage, PassageIds, Ranking

MODES = ("hybrid", "dense", "lexical")
LIST_LENGTH = (
    50  # what each index is asked for: more than CANDIDATES, for what one list has late the other may have early
)
CANDIDATES = 30  # what is re-scored by late interaction: more gains nothing
FOREIGN = 20  # more, in other languages than the question's: a model finds all of its own language near
WEIGHED = 16  # what is read sentence by sentence: benchmarks/fusion.py
SHARE = 0.6  # of WEIGHED, for the question's own language and for the others: where both answer, neither is passed over
MORE = 2  # times that passages which were not read come first by what was, and are read, too
WIDEST_PASSAGE = (
    2400  # characters; a paragraph up to this long is shown whole: a printed page, more is not read in a chat
)
MANY_LANGUAGES = 10  # a model that names fewer was made for these, and the others' words are noise to it
STEPS = 6  # decimals by which scores differ: two machines' last bits decide no order
_NOTHING = Ranking(np.zeros(0, np.int64), np.zeros(0, np.float32))


class Reranker(Protocol):
    """Re-scores passages against a question; a higher score is a better answer."""

    def score(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score for each text."""
        ...


@one_blas_thread()
def search(
    question: str,
    snapshot: Snapshot,
    encoder: QuestionEncoder,
    *,
    k: int = 3,
    where: Filter | None = None,
    mode: str = "hybrid",
    reranker: Reranker | None = None,
    judge: Judge | None = None,
    previous: str | None = None,
    day: date | None = None,
    narrowed: bool = False,
    among: PassageIds | None = None,
    spoken: str | None = None,
) -> Found:
    """The k best stories for a question asked on this day, with their evidence; `previous` is the question that it follows up.

    `among` are the only passages that are searched, where it is given.  `spoken` is the language that it is asked in, where the question is too short to tell.  `narrowed` says that `where` comes from what the question says of time: then no article need say it as well.  `mode` "dense" or "lexical" gives that index's own order, for comparison. Raises UsageError for an empty question.
    """
    _refuse_nonsense(question, k, mode)
    written = as_written(without_courtesies(question), snapshot, encoder)
    previous = as_written(previous, snapshot, encoder).text if previous else ""
    spoken = spoken or language_of(written.text)
    told = said(written.text, spoken, snapshot.publisher_names)
    held = without(written.text, told.of_time) if narrowed else written.text
    both = whole(held, previous)
    views = Views(
        held,
        previous,
        spoken=spoken,
        said=replace(told, times=()) if narrowed else told,
        day=day,
        encoder=encoder,
        rarity=lambda words: snapshot.word_weights(words, spoken),
    )
    depth = max(LIST_LENGTH, 2 * k)  # some of the k are folded into others
    dense, lexical = _NOTHING, _NOTHING
    if mode != "lexical":
        dense = snapshot.nearest(views.core.vector, k=depth, where=where or None, among=among)
    if mode != "dense":
        lexical = snapshot.matching(both, k=depth, spoken=spoken, where=where or None, among=among)
    foreign = _NOTHING
    if mode == "hybrid" and _has_others(snapshot, encoder.manifest, spoken):
        besides = replace(where or Filter(), other_than=spoken)
        foreign = snapshot.nearest(views.core.vector, k=FOREIGN, where=besides, among=among)
    candidates = _candidates(
        snapshot, encoder.manifest, views, dense, lexical, foreign, native=mode == "dense", most=max(CANDIDATES, 2 * k)
    )
    most = max(WEIGHED, 2 * k) if mode == "hybrid" else len(candidates)
    ranked = _rank(candidates, views, encoder.manifest, most=most)
    if mode != "hybrid":
        ranked = tuple(sorted(ranked, key=lambda r: _order(_own_score(r, mode), r.candidate.passage)))
    elif reranker is not None:
        ranked = _reranked(both, ranked, reranker)
    else:
        same = _told_twice(ranked, snapshot)
        ranked = own_first(ranked, same)
        if judge is not None and ranked and not previous:  # which of two questions is asked it has not learned to tell
            ranked = own_first(_read(written.text, day, ranked, judge, encoder.manifest), same)
            ranked = others_judged(written.text, day, ranked, judge)
    return Found(
        question,
        reprints.fold(_by_paragraph(ranked, mode), most=k),
        ranked,
        tuple({a.language: _weight_set(a, encoder.manifest) for a in (r.evidence.asked for r in ranked)}.items()),
        _lexical_per_idf(lexical, [one.evidence.asked for one in ranked]),
        written.read_as,
    )


def _told_twice(ranked: Sequence[Ranked], snapshot: Snapshot) -> Twins:
    """Which of the candidates in other languages tell the same as ones in the question's; looked at where there are both."""
    if not 0 < sum(one.evidence.asked.crossed for one in ranked) < len(ranked):
        return {}
    return twins(ranked, snapshot.vectors([one.candidate.id for one in ranked]))


def _has_others(snapshot: Snapshot, manifest: Manifest, spoken: str | None) -> bool:
    """Whether there are articles in other languages than the question, and a model that compares them with it."""
    others = spoken is not None and any(language != spoken for language, _ in snapshot.languages)
    return others and _is_of_many_languages(manifest)


def _refuse_nonsense(question: str, k: int, mode: str) -> None:
    if not question.strip():
        raise UsageError('the question is empty. Ask something: askcorpus ask "Who …?"')
    if k < 1:
        raise UsageError(f"k is {k}; it must be at least 1.")
    if mode not in MODES:
        raise UsageError(f"there is no mode {mode!r}. Modes: {', '.join(MODES)}")


def _candidates(
    snapshot: Snapshot,
    manifest: Manifest,
    views: Views,
    dense: Ranking,
    lexical: Ranking,
    foreign: Ranking,
    *,
    native: bool,
    most: int,
) -> list[Candidate]:
    """The best by the sum of both normalised scores, and the `foreign`; `native` keeps dense hits in languages the model does not know."""
    fused: dict[int, float] = {}
    for ranking_of_one in (dense, lexical):
        for i, value in zip(ranking_of_one.ids.tolist(), _normalised(ranking_of_one.scores), strict=True):
            fused[i] = fused.get(i, 0.0) + value
    of_lexical = dict(zip(lexical.ids.tolist(), lexical.scores.tolist(), strict=True))
    anyhow = {*of_lexical, *dense.ids.tolist()} if native else set(of_lexical)
    passages = _best(snapshot, manifest, fused, anyhow=anyhow, most=most)
    more = [i for i in foreign.ids.tolist() if i not in passages]
    passages |= zip(more, snapshot.passages(more), strict=True)
    best_lexical = max(of_lexical.values(), default=0.0) or 1.0
    vectors, codes = snapshot.encodings(list(passages))
    return [
        Candidate(
            i,
            passage,
            codes_of_one,
            lexical=of_lexical.get(i, 0.0) / best_lexical,
            cosine=float(vector @ views.of(passage.article.source).encoded.vector)
            if native or _knows(manifest, passage.article.source.language)
            else 0.0,
        )
        for (i, passage), vector, codes_of_one in zip(passages.items(), vectors, codes, strict=True)
    ]


def _best(
    snapshot: Snapshot, manifest: Manifest, fused: Mapping[int, float], *, anyhow: Set[int], most: int
) -> dict[int, Passage]:
    """The best of those in a language that the model knows and of those to be taken `anyhow`, in order."""
    ids = sorted(fused, key=lambda i: -fused[i])[: most + LIST_LENGTH]  # one list may be all in unknown languages
    enough = most  # of them are looked up, with what ties with the last; the others only where some of these fall out
    while enough < len(ids) and round(fused[ids[enough]], STEPS) == round(fused[ids[enough - 1]], STEPS):
        enough += 1
    best: dict[int, Passage] = {}
    for part in (ids[:enough], ids[enough:]):
        if part and len(best) < most:
            passages = dict(zip(part, snapshot.passages(part), strict=True))
            # By what the corpus says: a passage's id depends on the store's history.
            in_order = sorted(part, key=lambda i: _order(fused[i], passages[i]))
            best |= {
                i: passages[i] for i in in_order if i in anyhow or _knows(manifest, passages[i].article.source.language)
            }
    return dict(islice(best.items(), most))


def _rank(candidates: Sequence[Candidate], views: Views, manifest: Manifest, *, most: int) -> tuple[Ranked, ...]:
    """Those that promise most before they are read, at most so many, by falling score."""
    readings = [views.of(c.passage.article.source) for c in candidates]
    late, cosines = late_scores(candidates, readings)
    sets = [(which, ranking.weights_of(which)) for which in (_weight_set(r.asked, manifest) for r in readings)]
    weights = [its_weights for _, its_weights in sets]
    first_scores = [
        ranking.first_score(Proposed(c.lexical, c.cosine, score), its_weights)
        for c, score, its_weights in zip(candidates, late.tolist(), weights, strict=True)
    ]
    order = _promising(first_scores, [weight_set for weight_set, _ in sets], most=most)
    evidence = weigh([candidates[i] for i in order], [cosines[i] for i in order], [readings[i] for i in order])
    ranked = [ranking.score(of_one, weights[i]) for i, of_one in zip(order, evidence, strict=True)]
    return tuple(sorted(ranked, key=lambda r: _order(r.score, r.candidate.passage)))


def _promising(scores: Sequence[float], sets: Sequence[WeightSet], *, most: int) -> list[int]:
    """Places of the best candidates.  Before they are read, those of two sets of weights cannot be compared: each has its share."""
    places = {which: [i for i, one in enumerate(sets) if one is which] for which in dict.fromkeys(sets)}
    share = most if len(places) == 1 else round(most * SHARE)
    return [i for of_set in places.values() for i in sorted(of_set, key=lambda i: (-scores[i], i))[:share]]


def _lexical_per_idf(lexical: Ranking, readings: Sequence[Asked]) -> float:
    """The best BM25 score by the sum of the question's idf: how much of what BM25 could give was given."""
    best = float(lexical.scores[0]) if len(lexical.scores) else 0.0
    idf = max((asked.idf for asked in readings), default=0.0)
    return best / max(idf, 1e-9)  # no content word at all: as good as any, and no error


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
    rescored = [replace(r, score=float(s)) for r, s in zip(ranked, scores, strict=True)]
    return tuple(sorted(rescored, key=lambda r: _order(r.score, r.candidate.passage)))


def _read(
    question: str, day: date | None, ranked: Sequence[Ranked], judge: Judge, manifest: Manifest
) -> tuple[Ranked, ...]:
    """All that was found, ordered also by what reading the best says; what then comes first without having been read is read, too."""
    read = judged(question, day, ranked, judge)
    order = _joined(read, manifest)
    for _ in range(MORE if any(r.judged is not None for r in read) else 0):
        if order[0].judged is not None:
            break
        read = more_judged(question, day, read, order, judge)
        order = _joined(read, manifest)
    return order


def _joined(ranked: Sequence[Ranked], manifest: Manifest) -> tuple[Ranked, ...]:
    """All that was found, with what reading says; for a question in full, news is scored anew by the weights for what was read."""
    sets = [_weight_set(r.evidence.asked, manifest) for r in ranked]
    news = news_read(ranked) and ranked[0].evidence.asked.in_full
    weights = [ranking.weights_of(one.of_news if news else one) for one in sets]
    if news:
        ranked = [
            replace(ranking.score(r.evidence, its_weights), linear=r.linear, judged=r.judged)
            for r, its_weights in zip(ranked, weights, strict=True)
        ]
    return tuple(sorted(joined(ranked, weights), key=lambda r: _order(r.score, r.candidate.passage)))


def _own_score(ranked: Ranked, mode: str) -> float:
    return ranked.candidate.cosine if mode == "dense" else ranked.candidate.lexical


def _order(score: float, passage: Passage) -> tuple[float, str, int]:
    return (-round(score, STEPS), passage.article.id, passage.start)


def _normalised(scores: npt.NDArray[np.float32]) -> list[float]:
    """From 0 for the last of the list to 1 for the first; a list of one scores 1."""
    if not len(scores):
        return []
    low, high = float(scores.min()), float(scores.max())
    if high - low < 1e-9:  # all alike: not 0 / 0
        return [1.0] * len(scores)
    return ((scores - low) / (high - low)).tolist()  # type: ignore[no-any-return]  # numpy's tolist is Any


def _knows(manifest: Manifest, language: str | None) -> bool:
    return language is None or "*" in manifest.languages or language in manifest.languages


def _is_of_many_languages(manifest: Manifest) -> bool:
    return len(manifest.languages) >= MANY_LANGUAGES or "*" in manifest.languages


def _weight_set(asked: Asked, manifest: Manifest) -> WeightSet:
    """Which weights fit a passage's language: what the model makes of Cyrillic or Arabic letters is noise."""
    if _knows(manifest, asked.language):
        if not _is_of_many_languages(manifest):
            return WeightSet.KNOWN
        return WeightSet.CROSSED if asked.crossed else WeightSet.OWN
    return WeightSet.LATIN if asked.latin else WeightSet.OTHER
