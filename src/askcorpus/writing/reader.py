"""What do the program's own cross-encoders make of a sentence beside its quotes?

Whom they name where it names somebody, asked as a question without the name; and, of layers trained for that, whether they bear it out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from askcorpus.encoder import Encoder, claim_reader_beside
from askcorpus.encoder.cross_encoder import Judged, Told
from askcorpus.encoder.loading import Loading
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


Doubts = Callable[[str, Sequence[Citation]], float | None]
"""How surely quotes do not bear out a sentence, as log-odds; None where nobody can read it."""


class ClaimReader:
    """The cross-encoder with the layers that read sentences beside quotes, made ready while the sentences are written."""

    def __init__(self, encoder: Encoder, *, say: Callable[[str], None] | None = None) -> None:
        self.encoder = encoder
        self._loading = Loading(lambda: claim_reader_beside(encoder, say=say))

    def doubts(self, sentence: str, citations: Sequence[Citation]) -> float | None:
        """See Doubts: the least of what each quote and all of them together leave; None beside another encoder.  Raises EncoderError."""
        reader = self._loading.loaded()
        if reader is None:
            return None
        told = [_beside(one) for one in citations]
        if len(told) > 1:
            told.append(replace(told[0], text="\n".join(one.text for one in told)))
        return min(reader.doubts(sentence, told))

    def close(self) -> None:
        """Wait until nothing is being made ready, so that what it reads with can be freed."""
        self._loading.close()


def _beside(citation: Citation) -> Told:
    """The quote as the layers that read sentences beside it have learned to: its day they were not told."""
    return Told(citation.article.title, citation.article.source.publisher or "", "", citation.quote, ())


def _told(citation: Citation) -> Told:
    source = citation.article.source
    day = day_of(source.published)
    said = tuple(sentences(citation.quote, source.language))
    return Told(citation.article.title, source.publisher or "", day.isoformat() if day else "", citation.quote, said)
