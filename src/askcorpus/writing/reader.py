"""Whom do the quotes name where a sentence names somebody?  Asked of the program's own cross-encoder, as a question without the name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from askcorpus.encoder.cross_encoder import Judged, Told
from askcorpus.language.sentences import sentences
from askcorpus.question.said import day_of
from askcorpus.types import Citation


@dataclass(frozen=True, slots=True)
class Part:
    """What a quote says to a question."""

    text: str
    probability: float
    language: str | None


Judge = Callable[[str, str, Sequence[Told]], Sequence[Judged] | None]
"""What a cross-encoder makes of a question, the day of asking and some passages."""
Ask = Callable[[str, Sequence[Citation]], Part | None]


def asking(judge: Judge | None) -> Ask:
    """Asks the quotes; gives None where nobody can read them."""

    def ask(question: str, citations: Sequence[Citation]) -> Part | None:
        told = [_told(citation) for citation in citations]
        judgements = judge(question, "", told) if judge is not None else None
        if not judgements:
            return None
        best = [
            (float(score), part, read.text, citation)
            for judged, read, citation in zip(judgements, told, citations, strict=True)
            for score, part in zip(judged.sentences, judged.parts, strict=False)
        ]
        if not best:
            return None
        _, part, text, citation = max(best, key=lambda one: one[0])
        return Part(text[part.start : part.end], part.probability, citation.article.source.language)

    return ask


def _told(citation: Citation) -> Told:
    source = citation.article.source
    day = day_of(source.published)
    said = tuple(sentences(citation.quote, source.language))
    return Told(citation.article.title, source.publisher or "", day.isoformat() if day else "", citation.quote, said)
