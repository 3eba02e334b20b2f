"""Which sentences answer the question?  Hits become an Answer with verbatim quotes, or an honest "not found"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from askcorpus import ranking
from askcorpus.asking import Span, named
from askcorpus.evidence import Asked
from askcorpus.ranking import Ranked
from askcorpus.retrieval import Found
from askcorpus.types import Answer, Article, Citation, Filter, Hit, Passage
from askcorpus.words import Word, words

THRESHOLD = 0.3  # where half of the articles are missing, 2 to 5 % of those questions are answered and 2 to 3 % of the right answers lost
ALSO_CITED = 2.0  # a further hit is cited when its log-odds are this near to the first's
SAME_ARTICLE = 1.0  # nearer for another passage of an article that is cited already
NEAREST = 3
QUOTE_WORDS = 60
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
    confidence = calibrated(_confidence(question, found), calibration)
    if confidence < threshold:
        return Answer(question, (), confidence, nearest, where or Filter())
    near = _near(found.hits)
    citations: list[Citation] = []
    for story, hit in enumerate(near, 1):
        citations.extend(_citations(hit, story, len(citations), found))
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


def _confidence(question: str, found: Found) -> float:
    best = found.ranked[0]
    language = best.candidate.passage.article.source.language
    features = ranking.confidence_features(
        found.ranked, lexical_per_idf=found.lexical_per_idf, question_words=len(found.asked_in(language).words)
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


def _citations(hit: Hit, story: int, so_far: int, found: Found) -> list[Citation]:
    """One citation for the hit and one for each reprint that holds the very same quote."""
    asked = found.asked_in(hit.passage.article.source.language)
    scored = _sentences(hit.passage, found.ranked)
    start, end = quote(scored, hit.passage)
    text = hit.passage.article.text[start:end]
    first = _citation(so_far + 1, hit.passage, (start, end), hit.score, story, asked, _best(scored))
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
            span = quote(own, passage)
            made.append(_citation(so_far + len(made) + 1, passage, span, hit.score, story, asked, _best(own)))
    return made


def _citation(
    number: int, passage: Passage, span: Span, score: float, story: int, asked: Asked, best: Span | None
) -> Citation:
    text = passage.article.text[span[0] : span[1]]
    return Citation(
        number=number,
        quote=text,
        start=span[0],
        end=span[1],
        article=passage.article,
        score=score,
        passage=passage.text,
        marks=_marks(text, span[0], passage.article.source.language, asked, best or span),
        story=story,
    )


def _sentences(passage: Passage, ranked: Sequence[Ranked]) -> list[tuple[Span, float]]:
    """The sentences of a passage, in reading order, with the best score that any candidate gave them."""
    best: dict[Span, float] = {}
    for one in ranked:
        if one.candidate.passage.article.id == passage.article.id:
            for span, score in one.sentences:
                if passage.start <= span[0] and span[1] <= passage.end:
                    best[span] = max(score, best.get(span, -np.inf))
    return sorted(best.items())


def quote(scored: Sequence[tuple[Span, float]], passage: Passage) -> Span:
    """The sentence that answers best, with the neighbour that comes near to it, in at most QUOTE_WORDS words."""
    text = passage.article.text
    if not scored:
        return _clipped(text, (passage.start, passage.end))
    place = max(range(len(scored)), key=lambda i: (scored[i][1], -i))
    (start, end), best = scored[place]
    neighbours = [i for i in (place - 1, place + 1) if 0 <= i < len(scored) and scored[i][1] >= best - SECOND_SENTENCE]
    neighbours = [i for i in neighbours if _joins(text, scored[min(i, place)][0], scored[max(i, place)][0])]
    if neighbours:
        (other_start, other_end), _ = scored[max(neighbours, key=lambda i: scored[i][1])]
        start, end = min(start, other_start), max(end, other_end)
    return _clipped(text, (start, end))


def _best(scored: Sequence[tuple[Span, float]]) -> Span | None:
    """The sentence that answers best."""
    return max(scored, key=lambda s: (s[1], -s[0][0]))[0] if scored else None


def _joins(text: str, first: Span, second: Span) -> bool:
    """Whether two sentences stand next to each other and are short enough together."""
    between = text[first[1] : second[0]]
    return not between.strip() and len(text[first[0] : second[1]].split()) <= QUOTE_WORDS


def _clipped(text: str, span: Span) -> Span:
    """The first QUOTE_WORDS words of an over-long quote."""
    start, end = span
    pieces = text[start:end].split()
    if len(pieces) <= QUOTE_WORDS:
        return span
    at = start
    for piece in pieces[:QUOTE_WORDS]:
        at = text.index(piece, at) + len(piece)
    return start, at


def _marks(quote_text: str, offset: int, language: str | None, asked: Asked, best: Span) -> tuple[Span, ...]:
    """Where the quote names what was asked for: in its `best` sentence if that names one, nearest to the question's words."""
    if asked.kind is None:
        return ()
    found = words(quote_text, language)
    spans = named(asked.kind, quote_text, found, besides=asked.stems)
    if not spans:
        return ()
    weight = {w.stem: float(v) for w, v in zip(asked.words, asked.weights, strict=True) if not w.stop}

    def fitness(span: Span) -> tuple[bool, float, int]:
        inside = best[0] <= offset + span[0] and offset + span[1] <= best[1]
        return inside, _nearness(span, found, weight), -span[0]

    start, end = max(spans, key=fitness)
    return ((offset + start, offset + end),)


def _nearness(span: Span, found: Sequence[Word], weight: dict[str, float]) -> float:
    """The question's words weighed by how few words stand between them and the span."""
    inside = [i for i, w in enumerate(found) if w.start < span[1] and w.end > span[0]]
    if not inside:
        return 0.0
    first, last = inside[0], inside[-1]
    return sum(
        weight.get(w.stem, 0.0) / (1 + (first - i if i < first else i - last))
        for i, w in enumerate(found)
        if i < first or i > last
    )
