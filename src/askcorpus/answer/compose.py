"""Which sentences answer the question?  Hits become an Answer with verbatim quotes, or an honest "not found"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from askcorpus.answer.clip import QUOTE_WORDS, clipped
from askcorpus.answer.confidence import calibrated, confidence
from askcorpus.answer.marks import mark
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked
from askcorpus.retrieval.found import Found, Ranked
from askcorpus.types import Answer, Article, Citation, Filter, Hit, Passage

THRESHOLD = 0.3  # where half of the articles are missing, 2 to 5 % of those questions are answered and 2 to 3 % of the right answers lost
ALSO_CITED = (
    2.0  # a further hit is cited when its log-odds are this near to the first's: at most seven times less likely
)
SAME_ARTICLE = (
    1.0  # nearer for another passage of an article that is cited already: three times, since it is no other source
)
NEAREST = 3  # articles named where nothing answers: as many as answers cite by themselves
SECOND_SENTENCE = (
    2.5  # a neighbour this near in log-odds joins the quote: benchmarks/fusion.py, squad2 quote@1 .746 -> .785
)


def answer(
    found: Found,
    *,
    threshold: float = THRESHOLD,
    where: Filter | None = None,
    calibration: Sequence[float] = (),
) -> Answer:
    """The cited answer, or one without citations when the confidence is below `threshold`.

    `calibration` holds the slope and intercept that `askcorpus eval --calibrate` fitted to the confidence's log-odds.
    """
    nearest = _nearest(found)
    if not found.ranked or not found.hits:
        return Answer(found.question, (), 0.0, nearest, where or Filter())
    sure = calibrated(confidence(found), calibration)
    if sure < threshold:
        return Answer(found.question, (), sure, nearest, where or Filter())
    near = _near(found.hits)
    citations: list[Citation] = []
    for story, hit in enumerate(near, 1):
        citations.extend(_citations(hit, story, len(citations), found))
    return Answer(
        found.question, tuple(citations), sure, nearest, where or Filter(), independent_sources=_independent(near)
    )


def _independent(hits: Sequence[Hit]) -> int:
    """How many of the hits tell a story of their own: passages of one article, or of its reprints, tell one."""
    told: list[set[str]] = []
    for hit in hits:
        articles = {hit.passage.article.id, *(passage.article.id for passage in hit.reprints)}
        same = [others for others in told if others & articles]
        told = [others for others in told if not others & articles] + [articles.union(*same)]
    return len(told)


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit and those that come near to it."""
    near: list[Hit] = []
    for hit in hits:
        cited = any(hit.passage.article.id == other.passage.article.id for other in near)
        if hit.score >= hits[0].score - (SAME_ARTICLE if cited else ALSO_CITED):
            near.append(hit)
    return near


def _nearest(found: Found) -> tuple[Article, ...]:
    articles = {h.passage.article.id: h.passage.article for h in found.hits}
    articles |= {
        r.candidate.passage.article.id: r.candidate.passage.article
        for r in found.ranked
        if r.candidate.passage.article.id not in articles
    }
    return tuple(articles.values())[:NEAREST]


def _citations(hit: Hit, story: int, so_far: int, found: Found) -> list[Citation]:
    """One citation for the hit and one for each reprint that holds the very same quote."""
    asked = found.asked_in(hit.passage.article.source.language)
    scored = _sentences(hit.passage, found.ranked)
    start, end = quote(scored, hit.passage, asked)
    text = hit.passage.article.text[start:end]
    marks = _marks(hit.passage, (start, end), asked, _best(scored))
    first = _citation(so_far + 1, hit.passage, (start, end), hit.score, story, marks)
    made = [first]
    for passage in hit.reprints:
        at = passage.article.text.find(text, passage.start)
        if at >= 0:
            marks = tuple((s - start + at, e - start + at) for s, e in first.marks)
            again = replace(
                first, start=at, end=at + len(text), article=passage.article, passage=passage.text, marks=marks
            )
            made.append(replace(again, number=so_far + len(made) + 1))
        else:
            own = _sentences(passage, found.ranked)
            span = quote(own, passage, asked)
            marks = _marks(passage, span, asked, _best(own))
            made.append(_citation(so_far + len(made) + 1, passage, span, hit.score, story, marks))
    return made


def _citation(number: int, passage: Passage, span: Span, score: float, story: int, marks: tuple[Span, ...]) -> Citation:
    return Citation(
        number=number,
        quote=passage.article.text[span[0] : span[1]],
        start=span[0],
        end=span[1],
        article=passage.article,
        score=score,
        passage=passage.text,
        marks=marks,
        story=story,
    )


def _marks(passage: Passage, span: Span, asked: Asked, best: Span | None) -> tuple[Span, ...]:
    """Where the quote in `span` names what was asked for, in offsets of the article's text."""
    start, end = span
    inside = (best[0] - start, best[1] - start) if best else (0, end - start)
    marked = mark(passage.article.text[start:end], asked, inside)
    return ((start + marked[0], start + marked[1]),) if marked else ()


def _sentences(passage: Passage, ranked: Sequence[Ranked]) -> list[tuple[Span, float]]:
    """The sentences of a passage, in reading order, with the best score that any candidate gave them."""
    best: dict[Span, float] = {}
    for one in ranked:
        if one.candidate.passage.article.id == passage.article.id:
            for span, score in one.sentences:
                if passage.start <= span[0] and span[1] <= passage.end:
                    best[span] = max(score, best.get(span, -np.inf))
    return sorted(best.items())


def quote(scored: Sequence[tuple[Span, float]], passage: Passage, asked: Asked) -> Span:
    """The sentence that answers best, with the neighbour that comes near to it, in at most QUOTE_WORDS words."""
    text = passage.article.text
    if not scored:
        return _short(passage, (passage.start, passage.end), asked)
    first = max(range(len(scored)), key=lambda i: (scored[i][1], -i))
    (start, end), best = scored[first]
    neighbours = [i for i in (first - 1, first + 1) if 0 <= i < len(scored) and scored[i][1] >= best - SECOND_SENTENCE]
    neighbours = [i for i in neighbours if _joins(text, scored[min(i, first)][0], scored[max(i, first)][0])]
    if neighbours:
        (other_start, other_end), _ = scored[max(neighbours, key=lambda i: scored[i][1])]
        start, end = min(start, other_start), max(end, other_end)
    return _short(passage, (start, end), asked)


def _best(scored: Sequence[tuple[Span, float]]) -> Span | None:
    """The sentence that answers best."""
    return max(scored, key=lambda s: (s[1], -s[0][0]))[0] if scored else None


def _joins(text: str, first: Span, second: Span) -> bool:
    """Whether two sentences stand next to each other and are short enough together."""
    between = text[first[1] : second[0]]
    return not between.strip() and len(text[first[0] : second[1]].split()) <= QUOTE_WORDS


def _short(passage: Passage, span: Span, asked: Asked) -> Span:
    """The span, or the part of an over-long one that holds what was asked for."""
    text = passage.article.text
    if len(text[span[0] : span[1]].split()) <= QUOTE_WORDS:
        return span
    marks = _marks(passage, span, asked, None)
    return clipped(text, span, asked, marks[0] if marks else None)
