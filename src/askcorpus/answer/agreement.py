"""Do the sources say the same?  The values that they give for what was asked are compared; where none can be, nothing is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from askcorpus.answer.marks import mark
from askcorpus.answer.values import Value, same, value
from askcorpus.language.sounds import NEAR
from askcorpus.question.kinds import Kind, Span
from askcorpus.question.reading import CAPITAL_NOUNS
from askcorpus.retrieval.found import Found, Ranked

RIVAL = 4.0
"""How far, in log-odds, another source may stand behind the first and still be heard where it gives another value."""
COMPARED = (Kind.NUMBER, Kind.DATE)
"""Two names may both be right: a thing has one number, and many people."""


class Agreement(StrEnum):
    """What can be said of the sources together."""

    AGREE = "agree"
    DIFFER = "differ"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """A candidate with the value that its best sentence gives."""

    ranked: Ranked
    span: Span
    """Of the value in the article's text."""
    value: Value


def claim(ranked: Ranked) -> Claim | None:
    """What this candidate says; None where it names nothing of the kind that is asked for, or not what the question is about."""
    asked = ranked.evidence.asked
    if asked.kind not in COMPARED or not ranked.sentences or not _about_it(ranked):
        return None
    (start, end), _ = max(ranked.sentences, key=lambda s: s[1])
    article = ranked.candidate.passage.article
    marked = mark(article.text[start:end], asked, (0, end - start))
    if marked is None:
        return None
    span = (start + marked[0], start + marked[1])
    said = value(article.text[slice(*span)], asked.kind, asked.language)
    return Claim(ranked, span, said) if said else None


def claims(found: Found, heard: Set[str]) -> tuple[Claim, ...]:
    """What the first candidate says, the articles of these ids, and others that come near to it, best first; one for an article."""
    made: list[Claim] = []
    articles: set[str] = set()
    for ranked in found.ranked:
        article = ranked.candidate.passage.article.id
        if article in articles or (article not in heard and ranked.score < found.ranked[0].score - RIVAL):
            continue
        one = claim(ranked)
        if one is not None and (not made or same(made[0].value, one.value) is not None):
            articles.add(article)
            made.append(one)
    return tuple(made) if made and made[0].ranked is found.ranked[0] else ()


def verdict(values: Sequence[Value]) -> Agreement:
    """Whether all these values of different stories are one."""
    if len(values) < 2:
        return Agreement.UNKNOWN
    alike = [same(values[0], other) for other in values[1:]]
    if False in alike:
        return Agreement.DIFFER
    return Agreement.AGREE if None not in alike else Agreement.UNKNOWN


def distinct(made: Iterable[Claim]) -> tuple[Claim, ...]:
    """The first claim of each value."""
    firsts: list[Claim] = []
    for one in made:
        if not any(same(other.value, one.value) for other in firsts):
            firsts.append(one)
    return tuple(firsts)


def _about_it(ranked: Ranked) -> bool:
    """Whether all names of the question stand in the passage or its title: another thing's number is no other view of this one."""
    asked, present = ranked.evidence.asked, ranked.evidence.present
    if asked.read_by in CAPITAL_NOUNS:
        return True  # which of its words are names cannot be told
    return not asked.names or bool((present[:, list(asked.names)].max(axis=0) >= NEAR).all())


def latest(made: Sequence[Claim]) -> Claim:
    """The one that was published last; the first of several."""
    return max(made, key=lambda c: c.ranked.candidate.passage.article.source.published or "")
