"""As what is the question held against an article?  By its language, without what its date and its publisher meet already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from askcorpus.question.kinds import Span
from askcorpus.question.reading import Rarity, Reading, asked, read, whole
from askcorpus.question.said import Said, without
from askcorpus.types import EncodedQuestion, Manifest, Source


class QuestionEncoder(Protocol):
    """The part of an encoder that questions need; one may remember what it encoded."""

    @property
    def manifest(self) -> Manifest:
        """Of the model."""

    def encode_question(self, question: str) -> EncodedQuestion:
        """Its vector and tokens."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text."""


class Views:
    """The readings of one question, each made when the first article needs it."""

    def __init__(
        self,
        question: str,
        previous: str,
        *,
        spoken: str | None,
        said: Said,
        day: date | None,
        encoder: QuestionEncoder,
        rarity: Rarity,
    ) -> None:
        self._question, self._previous = question, previous
        self._spoken, self._said, self._day = spoken, said, day
        self._encoder = encoder
        self._rarity = rarity
        # Dictionaries: a cache around a method would hold the question, and all its arrays, in a circle.
        self._encoded: dict[str, EncodedQuestion] = {}
        self._idf: dict[str, float] = {}
        self._readings: dict[tuple[str | None, tuple[Span, ...]], Reading] = {}

    @property
    def core(self) -> EncodedQuestion:
        """What is asked, without what it says of time and source."""
        return self._encode(without(self._question, self._said.spans))

    def of(self, source: Source) -> Reading:
        """The question as an article of this source is asked it."""
        key = (source.language, self._said.met_by(source))
        if key not in self._readings:
            self._readings[key] = self._read(*key)
        return self._readings[key]

    def _read(self, language: str | None, met: tuple[Span, ...]) -> Reading:
        text = without(self._question, met)
        return read(
            self._encode(text),
            asked(
                text,
                language,
                self._rare,
                previous=self._previous,
                spoken=self._spoken,
                said=self._said,
                met=met,
                day=self._day,
            ),
        )

    def _rare(self, words: Sequence[str]) -> list[float]:
        """The same in most languages."""
        for word in words:
            if word not in self._idf:
                (self._idf[word],) = self._rarity((word,))
        return [self._idf[word] for word in words]

    def _encode(self, text: str) -> EncodedQuestion:
        if text not in self._encoded:
            self._encoded[text] = self._encoder.encode_question(whole(text, self._previous))
        return self._encoded[text]
