"""Which sentences answer the question?  Hits become an Answer with verbatim quotes, or an honest "not found"."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from askcorpus.answer.agreement import Agreement, Claim, Why, claims, distinct, leading, may_lead, verdict
from askcorpus.answer.clip import QUOTE_WORDS, clipped
from askcorpus.answer.confidence import calibrated, confidence
from askcorpus.answer.confidence import read as was_read
from askcorpus.answer.marks import mark, part, stand_alone
from askcorpus.answer.negation import what_is_not
from askcorpus.answer.values import same, value
from askcorpus.language.question_words import asks_as, corrects
from askcorpus.language.sentences import asks
from askcorpus.question.kinds import Kind, Span
from askcorpus.question.labels import labels, speaks_of_another
from askcorpus.question.reading import Asked
from askcorpus.question.said import without
from askcorpus.retrieval.found import Found, Ranked
from askcorpus.types import Answer, Article, Citation, Hit, Passage

THRESHOLD = 0.35
"""Of answers on invented news .70 to .81 are right, two in a hundred more than at .3, for one right answer of a hundred; in xl-* sets of
which half of the articles are missing .10 to .13 are wrong instead of .12 to .16."""
ALSO_CITED = (
    2.0  # a further hit is cited when its log-odds are this near to the first's: at most seven times less likely
)
SAME_ARTICLE = (
    1.0  # nearer for another passage of an article that is cited already: three times, since it is no other source
)
ALONE = 0.35
"""How sure an answer of another article must be by itself, were the articles before it not there, to be heard beside them."""
NEAREST = 3  # articles named where nothing answers: as many as answers cite by themselves
LONGEST_QUOTE = 3  # sentences
SHORT_REPLY = 12  # words
COUNTED = (Kind.NUMBER, Kind.DATE)
TOLD, REST = 0.9, 0.1
"""How likely the answer stands in a quote that needs no more of it, and which share of the rest makes a sentence worth its words."""
SHOWN = 0.4  # how likely a part of a quote must be the answer to be marked: a wrong mark is worse than none
ON, BACK = 4.5, 4.0
"""How far, in log-odds, a sentence may stand behind the best one and still join the quote: one after it, one before it.  With at most
three sentences first quotes hold the answer for .895 instead of .859 (xquad-en, 47 words instead of 37), .727 instead of .698 (invented
news, 34 instead of 28) of what two sentences of 60 words and 2.5 either way hold.  They were 3 and 2.5 before
sentences were read as well, which sets their scores further apart, and 3.5 and 3 before it counted how likely the answer stands in each:
with that first quotes are as long as before (29, 20 and 27 words on news for 29, 19 and 25)."""


def answer(
    found: Found,
    *,
    threshold: float = THRESHOLD,
    most: int = 3,
    calibration: Sequence[float] = (),
) -> Answer:
    """The cited answer of at most so many stories, or one without citations when the confidence is below `threshold`.

    `calibration` holds the slope and intercept that `askcorpus eval --calibrate` fitted to the confidence's log-odds.
    """
    near_by = nearest(found)
    found = _of_the_same_things(found)
    if not found.ranked:
        return Answer(found.question, (), 0.0, near_by)
    if not found.hits:  # those of other things were the only ones
        best = found.ranked[0]
        found = replace(found, hits=(Hit(best.candidate.passage, best.score),))
    sure = calibrated(confidence(found), calibration)
    denying = what_is_not(found)
    if denying is not found:  # that it stands in the article that fits best is as good a sign as any
        found, sure = denying, max(sure, calibrated(confidence(denying), calibration))
    if sure < threshold:
        return Answer(found.question, (), sure, near_by)
    heard = _heard(found, _near(found.hits), calibration, most=most)
    told = _Told.of(found, heard)
    near = told.ordered(heard)
    citations: list[Citation] = []
    for story, hit in enumerate(near, 1):
        made = _citations(hit, story, len(citations), found, told.shown_by(hit) if story > 1 else None)
        citations.extend(replace(one, value=told.said_in(one)) for one in made)
    agreeing = [hit for hit in near if told.agrees(hit, near[0])]
    agreement = told.verdict(near, {one.article.id for one in citations if one.value is not None})
    return Answer(
        found.question,
        tuple(citations),
        sure,
        near_by,
        independent_sources=len(_stories(agreeing)),
        agreement=agreement,
        why=told.why() if agreement is Agreement.DIFFER else None,
    )


class Scored(NamedTuple):
    """A sentence of a passage, as an article's text has it."""

    span: Span
    score: float
    stands: float = 0.0
    """How likely reading takes the answer to stand in it, from 0 to 1; 0 where it was not read."""


def threshold_of(*chosen: float | None) -> float:
    """The first threshold that was chosen; THRESHOLD where none was."""
    return next((one for one in chosen if one is not None), THRESHOLD)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the articles say for what was asked, where it can be compared."""

    claims: tuple[Claim, ...]
    found: Found

    @classmethod
    def of(cls, found: Found, heard: Sequence[Hit]) -> _Told:
        return cls(claims(found, set().union(*map(_articles, heard))), found)

    def _elsewhere(self, near: Sequence[Hit]) -> list[Hit]:
        """Of each language that none of the hits is in, the best that says the same: what is asked in one is scored lower in another."""
        languages = {hit.passage.article.source.language for hit in near}
        hits = []
        for one in self.claims if near and self.by(near[0].passage.article.id) else ():
            language = one.article.source.language
            if language not in languages:
                languages.add(language)
                hits.append(Hit(one.ranked.candidate.passage, one.ranked.score))
        return hits

    def by(self, article_id: str) -> Claim | None:
        return next((c for c in self.claims if c.ranked.candidate.passage.article.id == article_id), None)

    def ordered(self, near: Sequence[Hit]) -> list[Hit]:
        """The hits, and one for each other value; the one that was published last comes first where values differ."""
        values = distinct(self.claims)
        if len(values) < 2:
            return [*_newest_first(near, self.found), *self._elsewhere(near)]
        hits = self._showing(near)
        for one in values:
            passage = one.ranked.candidate.passage
            if not any(self._same_as(hit, one) for hit in hits):
                hits.append(Hit(passage, one.ranked.score))
        lead, _ = self._leading()
        of_lead = [hit for hit in hits if hit.passage.article.id == lead.article.id]
        first = next((hit for hit in of_lead if _shows(hit, lead, self.found)), of_lead[0] if of_lead else None)
        if first is None:
            first = Hit(lead.ranked.candidate.passage, lead.ranked.score)
        return [first, *(hit for hit in hits if hit is not first)]

    def _showing(self, hits: Sequence[Hit]) -> list[Hit]:
        """The hits; where none of an article's shows its value, the passage that does instead of the first of them."""
        seen = {one.article.id for one in self.claims if any(_shows(hit, one, self.found) for hit in hits)}
        shown = []
        for hit in hits:
            one = self.by(hit.passage.article.id)
            if one is not None and one.article.id not in seen:
                seen.add(one.article.id)
                shown.append(Hit(one.ranked.candidate.passage, hit.score, hit.reprints))
            else:
                shown.append(hit)
        return shown

    def why(self) -> Why | None:
        """Why the first hit leads, where the values differ."""
        return self._leading()[1] if len(distinct(self.claims)) > 1 else None

    def _leading(self) -> tuple[Claim, Why | None]:
        return leading([one for one in self.claims if may_lead(one, self.claims[0])])

    def shown_by(self, hit: Hit) -> Claim | None:
        """What the quote of a hit must show, where values differ."""
        return self.by(hit.passage.article.id) if len(distinct(self.claims)) > 1 else None

    def _same_as(self, hit: Hit, one: Claim) -> bool:
        other = self.by(hit.passage.article.id)
        return other is not None and same(other.value, one.value) is True

    def agrees(self, hit: Hit, first: Hit) -> bool:
        """Whether a hit gives the first one's value; the first agrees with itself."""
        one = self.by(first.passage.article.id)
        return hit is first or (one is not None and self._same_as(hit, one))

    def said_in(self, citation: Citation) -> str | None:
        """The value as it stands in the quote."""
        one = self.by(citation.article.id)
        shown = one is not None and one.stands_in((citation.start, citation.end))
        return one.value.text if one is not None and shown else None

    def verdict(self, hits: Sequence[Hit], showing: Set[str]) -> Agreement:
        """What can be said of the stories that are cited, as far as their quotes show what they say."""
        said = [self.by(hit.passage.article.id) for hit in hits if hit.passage.article.id in showing]
        return verdict([one.value for one in said if one is not None])


def _newest_first(near: Sequence[Hit], found: Found) -> list[Hit]:
    """The hits; where it is asked how things stand now, the one that was published last leads."""
    if not near or not found.asked_of(near[0].passage.article).latest:
        return [*near]
    first = max(near, key=lambda hit: (hit.passage.article.source.published or "")[:10])
    return [first, *(hit for hit in near if hit is not first)]


def _shows(hit: Hit, one: Claim, found: Found) -> bool:
    """Whether the quote of this hit holds the value of the claim."""
    if hit.passage.article.id != one.article.id:
        return False
    return one.stands_in(quote(sentences_of(hit.passage, found.ranked), hit.passage, one.ranked.evidence.asked))


def _of_the_same_things(found: Found) -> Found:
    """What was found without the articles that speak of another thing than one that the question calls by its number."""
    if not found.ranked:
        return found
    asked = found.ranked[0].evidence.asked
    wanted = labels(found.question, without(asked.text, asked.said.of_time), asked.spoken)
    others = {
        article.id
        for article, crossed in {r.candidate.passage.article: r.evidence.asked.crossed for r in found.ranked}.items()
        if speaks_of_another(f"{article.title}\n{article.text}", wanted, article.source.language, crossed=crossed)
    }
    return found.without(others) if others else found


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit and those that come near to it."""
    near: list[Hit] = []
    for hit in hits:
        cited = any(hit.passage.article.id == other.passage.article.id for other in near)
        if hit.score >= hits[0].score - (SAME_ARTICLE if cited else ALSO_CITED):
            near.append(hit)
    return near


def _heard(found: Found, near: Sequence[Hit], calibration: Sequence[float], *, most: int) -> list[Hit]:
    """The hits with other articles that would answer by themselves, were those before them not in the corpus."""
    heard = [*near]
    cited = {article for hit in near for article in _articles(hit)}
    while len(_stories(heard)) < most:
        rest = found.without(cited)
        if not rest.ranked or (was_read(found) and not was_read(rest)):
            break
        if calibrated(confidence(rest), calibration) < ALONE:
            break
        first = rest.ranked[0]
        hit = next((h for h in rest.hits if h.passage.article.id == first.candidate.passage.article.id), None)
        heard.append(hit or Hit(first.candidate.passage, first.score))
        cited |= _articles(heard[-1])
    return heard


def _articles(hit: Hit) -> set[str]:
    return {hit.passage.article.id, *(passage.article.id for passage in hit.reprints)}


def _stories(hits: Sequence[Hit]) -> list[set[str]]:
    """The articles of each story that the hits tell: passages of one article, or of its reprints, tell one."""
    told: list[set[str]] = []
    for articles in map(_articles, hits):
        same = [others for others in told if others & articles]
        told = [others for others in told if not others & articles] + [articles.union(*same)]
    return told


def nearest(found: Found) -> tuple[Article, ...]:
    """The articles that come nearest, best first."""
    articles = {h.passage.article.id: h.passage.article for h in found.hits}
    articles |= {
        r.candidate.passage.article.id: r.candidate.passage.article
        for r in found.ranked
        if r.candidate.passage.article.id not in articles
    }
    return tuple(articles.values())[:NEAREST]


def _citations(hit: Hit, story: int, so_far: int, found: Found, claim: Claim | None) -> list[Citation]:
    """One citation for the hit, which shows its claim if there is one, and one for each reprint that holds the very same quote."""
    asked = found.asked_of(hit.passage.article)
    scored = sentences_of(hit.passage, found.ranked)
    start, end = quote(scored, hit.passage, asked)
    if claim is not None and not claim.stands_in((start, end)):
        scored = _led_by(claim.span, scored)
        start, end = quote(scored, hit.passage, asked)
    text = hit.passage.article.text[start:end]
    marks = _marks(hit.passage, (start, end), asked, _best(scored), _read_part(found, hit.passage, _best(scored)))
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
            own = sentences_of(passage, found.ranked)
            span = quote(own, passage, asked)
            marks = _marks(passage, span, asked, _best(own), _read_part(found, passage, _best(own)))
            made.append(_citation(so_far + len(made) + 1, passage, span, hit.score, story, marks))
    return made


def _led_by(span: Span, scored: Sequence[Scored]) -> list[Scored]:
    """The sentences, that with the span scored best; as they are where none of them holds it."""
    best = max((one.score for one in scored), default=0.0)
    return [one._replace(score=best + 1) if one.span[0] <= span[0] < one.span[1] else one for one in scored]


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


def _read_part(found: Found, passage: Passage, sentence: Span | None) -> Span | None:
    """What reading takes for the answer in a sentence."""
    for one in found.ranked:
        if one.judged is not None and one.candidate.passage.article.id == passage.article.id:
            spans = [span for span, _ in one.sentences]
            if sentence in spans:
                return part(one, spans.index(sentence), least=SHOWN)
    return None


def _marks(passage: Passage, span: Span, asked: Asked, best: Span | None, read: Span | None = None) -> tuple[Span, ...]:
    """Where the quote in `span` names what was asked for, in offsets of the article's text: as it was `read`, else by rules."""
    start, end = span
    if read is not None and start <= read[0] and read[1] <= end:
        said = passage.article.text[slice(*read)]
        if asked.kind is not None and value(said, asked.kind, asked.language) is not None:
            counted = mark(said, asked, (0, len(said))) if asked.kind in COUNTED else None  # "21,000 cars" was read
            return ((read[0] + counted[0], read[0] + counted[1]) if counted else read,)
    inside = (best[0] - start, best[1] - start) if best else (0, end - start)
    marked = mark(passage.article.text[start:end], asked, inside)
    return ((start + marked[0], start + marked[1]),) if marked else ()


def sentences_of(passage: Passage, ranked: Sequence[Ranked]) -> list[Scored]:
    """The sentences of a passage, in reading order, each with the best score that any candidate gave it."""
    best: dict[Span, Scored] = {}
    for one in ranked:
        if one.candidate.passage.article.id == passage.article.id:
            where = one.judged.where if one.judged is not None and len(one.judged.where) else None
            for place, (span, score) in enumerate(one.sentences):
                if passage.start <= span[0] and span[1] <= passage.end:
                    stands = float(np.exp(where[place])) if where is not None else 0.0
                    best[span] = max(Scored(span, score, stands), best.get(span, Scored(span, -np.inf)))
    return sorted(best.values())


def quote(scored: Sequence[Scored], passage: Passage, asked: Asked) -> Span:
    """The sentence that answers best, with the neighbours that come near to it or in which reading takes the rest of the answer to
    stand, in at most QUOTE_WORDS words.
    """
    text = passage.article.text
    if not scored:
        return _short(passage, (passage.start, passage.end), asked)
    best = max(range(len(scored)), key=lambda i: (scored[i].score, -i))
    first = last = best
    only_asks = asks_as(text[slice(*scored[best].span)], asked.language, asked.text, asked.spoken or asked.language)
    while last + 1 < len(scored) and last - first + 1 < LONGEST_QUOTE:
        if not (only_asks or _leads_on(text, scored[last].span, asked) or _goes_on(text, scored, best, last)):
            break
        if not _joins(text, scored, first, last + 1):
            break
        last += 1
    while last - first + 1 < LONGEST_QUOTE:
        behind = {
            place: scored[best].score - scored[place].score - (ON if place > last else BACK)
            for place in (first - 1, last + 1)
            if 0 <= place < len(scored) and _joins(text, scored, min(place, first), max(place, last))
        }
        nearest = min(behind, key=lambda place: (behind[place], -place), default=None)
        if nearest is None or behind[nearest] > 0:
            break
        first, last = min(first, nearest), max(last, nearest)
    first, last = _with_the_rest(text, scored, first, last)
    first, last = _with_the_kind(text, scored, (first, last), asked)
    last = _with_another_count(text, scored, first, last, asked)
    return _short(passage, (scored[first].span[0], scored[last].span[1]), asked)


def _with_the_rest(text: str, scored: Sequence[Scored], first: int, last: int) -> tuple[int, int]:
    """The sentences from the first to the last, up to others in which reading takes the answer to stand while it is not sure of these."""
    while (told := sum(one.stands for one in scored[first : last + 1])) < TOLD:
        near = [
            place
            for place in (*range(last - LONGEST_QUOTE + 1, first), *range(last + 1, first + LONGEST_QUOTE))
            if place in range(len(scored))
            and scored[place].stands >= REST * (1 - told)
            and _joins(text, scored, min(place, first), max(place, last))
        ]
        if not near:
            break
        likeliest = max(near, key=lambda place: (scored[place].stands, -place))
        first, last = min(first, likeliest), max(last, likeliest)
    return first, last


def _with_the_kind(text: str, scored: Sequence[Scored], chosen: tuple[int, int], asked: Asked) -> tuple[int, int]:
    """The chosen sentences, from the first to the last, up to the nearest with a number or a day where one is asked for and none has it.

    Who did it need not have a name: "the harbour fund".
    """
    first, last = chosen
    if asked.kind not in COUNTED or _names_the_kind(text, scored, first, last, asked):
        return chosen
    for reach in range(1, LONGEST_QUOTE - (last - first)):
        for place in (last + reach, first - reach):
            wider = min(first, place), max(last, place)
            inside = place in range(len(scored)) and _joins(text, scored, *wider)
            if inside and _names_the_kind(text, scored, place, place, asked):
                return wider
    return chosen


def _with_another_count(text: str, scored: Sequence[Scored], first: int, last: int, asked: Asked) -> int:
    """The last sentence of a quote, or the one behind it that counts the same anew: "The police counted 900.  The union makes it 1,600."

    Its number stands alone, where a sentence of its own would say what it counts.
    """
    if asked.kind is not Kind.NUMBER or last + 1 >= len(scored) or not _joins(text, scored, first, last + 1):
        return last
    start, end = scored[last + 1].span
    return last + 1 if stand_alone(text[start:end], asked) else last


def _names_the_kind(text: str, scored: Sequence[Scored], first: int, last: int, asked: Asked) -> bool:
    start, end = scored[first].span[0], scored[last].span[1]
    return mark(text[start:end], asked, (0, end - start)) is not None


def _leads_on(text: str, sentence: Span, asked: Asked) -> bool:
    """Whether what a sentence is about comes after it: it asks, or says what was wrong."""
    said = text[slice(*sentence)]
    return asks(said) or corrects(said, asked.language)


def _goes_on(text: str, scored: Sequence[Scored], best: int, last: int) -> bool:
    """Whether what follows a question is so short up to here that its next sentence is part of it: "Thirty once.  Now twelve." """
    if best == 0 or not asks(text[slice(*scored[best - 1].span)]):
        return False
    so_far, following = text[scored[best].span[0] : scored[last].span[1]], scored[last + 1].span
    one_line = "\n" not in text[scored[last].span[1] : following[0]]
    return one_line and len(so_far.split()) < SHORT_REPLY and not asks(text[slice(*following)])


def _best(scored: Sequence[Scored]) -> Span | None:
    """The sentence that answers best."""
    return max(scored, key=lambda one: (one.score, -one.span[0])).span if scored else None


def _joins(text: str, scored: Sequence[Scored], first: int, last: int) -> bool:
    """Whether these sentences stand side by side, on one line or several, and are short enough together."""
    spans = [one.span for one in scored[first : last + 1]]
    touching = all(not text[one[1] : other[0]].strip() for one, other in pairwise(spans))
    return touching and len(text[spans[0][0] : spans[-1][1]].split()) <= QUOTE_WORDS


def _short(passage: Passage, span: Span, asked: Asked) -> Span:
    """The span, or the part of an over-long one that holds what was asked for."""
    text = passage.article.text
    if len(text[span[0] : span[1]].split()) <= QUOTE_WORDS:
        return span
    marks = _marks(passage, span, asked, None)
    return clipped(text, span, asked, marks[0] if marks else None)
