"""As what is the question held against an article?  By its language, without what its date and its publisher meet already."""

from __future__ import annotations

import functools
from datetime import date

from askcorpus.encoder import Encoder
from askcorpus.question.reading import Rarity, Reading, asked, read, whole
from askcorpus.question.said import Said, without
from askcorpus.types import EncodedQuestion, Source


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
        encoder: Encoder,
        rarity: Rarity,
    ) -> None:
        self._question, self._previous = question, previous
        self._spoken, self._said, self._day = spoken, said, day
        self._encoder = encoder
        self._idf = functools.cache(lambda word: rarity((word,))[0])  # the same in most languages
        self._encoded = functools.cache(self._encode)
        self._read = functools.cache(self._reading)

    @property
    def core(self) -> EncodedQuestion:
        """What is asked, without what it says of time and source."""
        return self._encoded(without(self._question, self._said.spans))

    def of(self, source: Source) -> Reading:
        """The question as an article of this source is asked it."""
        return self._read(source.language, self._said.met_by(source))

    def _reading(self, language: str | None, met: tuple[tuple[int, int], ...]) -> Reading:
        text = without(self._question, met)
        return read(
            self._encoded(text),
            asked(
                text,
                language,
                lambda words: [self._idf(word) for word in words],
                previous=self._previous,
                spoken=self._spoken,
                said=self._said,
                met=met,
                day=self._day,
            ),
        )

    def _encode(self, text: str) -> EncodedQuestion:
        return self._encoder.encode_question(whole(text, self._previous))
