"""Which sentences answer the question?  Hits become an Answer with verbatim quotes, or an honest "not found"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from askcorpus.answer.clip import QUOTE_WORDS, clipped
from askcorpus.answer.marks import mark
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked, content_weights
from askcorpus.retrieval import ranking
from askcorpus.retrieval.ranking import Ranked
from askcorpus.retrieval.search import Found
from askcorpus.types import Answer, Article, Citation, Filter, Hit, Passage

THRESHOLD = 0.3  # where half of the articles are missing, 2 to 5 % of those questions are answered and 2 to 3 % of the right answers lost
ALSO_CITED = 2.0  # a further hit is cited when its log-odds are this near to the first's
SAME_ARTICLE = 1.0  # nearer for another passage of an article that is cited already
NEAREST = 3
SECOND_SENTENCE = (
    2.5  # a neighbour this near in log-odds joins the quote: benchmarks/fusion.py, squad2 quote@1 .746 -> .785
)


def answer(
    question: str,
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
        return Answer(question, (), 0.0, nearest, where or Filter())
    confidence = calibrated(_confidence(found), calibration)
    if confidence < threshold:
        return Answer(question, (), confidence, nearest, where or Filter())
    near = _near(found.hits)
    citations: list[Citation] = []
    for story, hit in enumerate(near, 1):
        citations.extend(_citations(question, hit, story, len(citations), found))
    return Answer(
        question, tuple(citations), confidence, nearest, where or Filter(), independent_sources=_independent(near)
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


def calibrated(confidence: float, calibration: Sequence[float]) -> float:
    """The confidence after Platt scaling with (slope, intercept); unchanged without one."""
    if not calibration:
        return confidence
    slope, intercept = calibration
    p = min(max(confidence, 1e-6), 1 - 1e-6)
    return float(1 / (1 + np.exp(-(slope * np.log(p / (1 - p)) + intercept))))


def _confidence(found: Found) -> float:
    best = found.ranked[0]
    language = best.candidate.passage.article.source.language
    features = ranking.confidence_features(
        found.ranked,
        found.asked_in(language),
        lexical_per_idf=found.lexical_per_idf,
        late=found.script != ranking.OTHER,
    )
    return ranking.confidence(features, ranking.confidence_for(found.script))


def _nearest(found: Found) -> tuple[Article, ...]:
    articles = {h.passage.article.id: h.passage.article for h in found.hits}
    articles |= {
        r.candidate.passage.article.id: r.candidate.passage.article
        for r in found.ranked
        if r.candidate.passage.article.id not in articles
    }
    return tuple(articles.values())[:NEAREST]


def _citations(question: str, hit: Hit, story: int, so_far: int, found: Found) -> list[Citation]:
    """One citation for the hit and one for each reprint that holds the very same quote."""
    asked = found.asked_in(hit.passage.article.source.language)
    scored = _sentences(hit.passage, found.ranked)
    start, end = quote(question, scored, hit.passage, asked)
    text = hit.passage.article.text[start:end]
    best = _best(scored)
    marks = _marks(question, hit.passage, (start, end), asked, best)
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
            span = quote(question, own, passage, asked)
            marks = _marks(question, passage, span, asked, _best(own))
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


def _marks(question: str, passage: Passage, span: Span, asked: Asked, best: Span | None) -> tuple[Span, ...]:
    """Where the quote in `span` names what was asked for, in offsets of the article's text."""
    start, end = span
    inside = (best[0] - start, best[1] - start) if best else (0, end - start)
    found = mark(question, passage.article.text[start:end], passage.article.source.language, asked, inside)
    return ((start + found[0], start + found[1]),) if found else ()


def _sentences(passage: Passage, ranked: Sequence[Ranked]) -> list[tuple[Span, float]]:
    """The sentences of a passage, in reading order, with the best score that any candidate gave them."""
    best: dict[Span, float] = {}
    for one in ranked:
        if one.candidate.passage.article.id == passage.article.id:
            for span, score in one.sentences:
                if passage.start <= span[0] and span[1] <= passage.end:
                    best[span] = max(score, best.get(span, -np.inf))
    return sorted(best.items())


def quote(question: str, scored: Sequence[tuple[Span, float]], passage: Passage, asked: Asked) -> Span:
    """The sentence that answers best, with the neighbour that comes near to it, in at most QUOTE_WORDS words."""
    text = passage.article.text
    if not scored:
        return _short(question, passage, (passage.start, passage.end), asked)
    place = max(range(len(scored)), key=lambda i: (scored[i][1], -i))
    (start, end), best = scored[place]
    neighbours = [i for i in (place - 1, place + 1) if 0 <= i < len(scored) and scored[i][1] >= best - SECOND_SENTENCE]
    neighbours = [i for i in neighbours if _joins(text, scored[min(i, place)][0], scored[max(i, place)][0])]
    if neighbours:
        (other_start, other_end), _ = scored[max(neighbours, key=lambda i: scored[i][1])]
        start, end = min(start, other_start), max(end, other_end)
    return _short(question, passage, (start, end), asked)


def _best(scored: Sequence[tuple[Span, float]]) -> Span | None:
    """The sentence that answers best."""
    return max(scored, key=lambda s: (s[1], -s[0][0]))[0] if scored else None


def _joins(text: str, first: Span, second: Span) -> bool:
    """Whether two sentences stand next to each other and are short enough together."""
    between = text[first[1] : second[0]]
    return not between.strip() and len(text[first[0] : second[1]].split()) <= QUOTE_WORDS


def _short(question: str, passage: Passage, span: Span, asked: Asked) -> Span:
    """The span, or the part of an over-long one that holds what was asked for."""
    text, language = passage.article.text, passage.article.source.language
    if len(text[span[0] : span[1]].split()) <= QUOTE_WORDS:
        return span
    marks = _marks(question, passage, span, asked, None)
    return clipped(text, span, language, content_weights(asked), marks[0] if marks else None)
