"""What does the model read of a question and a passage?  Pieces, and which of them are each sentence's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from askcorpus.encoder.batching import encodable
from askcorpus.encoder.container import Container
from askcorpus.encoder.cross_encoder import PASSAGE_PIECES, QUESTION_PIECES, header, question_text
from askcorpus.encoder.standard import tokenizer
from askcorpus.language.sentences import Span
from training.groups import Group
from training.material import Window
from training.network import Read


class Pieces:
    """The packaged vocabulary, with which texts are cut into pieces."""

    def __init__(self, container: Container) -> None:
        self._library: Any = tokenizer(container.pieces)
        self._end = container.pieces.end
        self._most = min(PASSAGE_PIECES, container.sizes.positions)

    def count(self, texts: Any) -> list[int]:
        """Pieces of each text, without what is around it."""
        return [len(e) for e in self._library.encode_batch_fast(list(texts), add_special_tokens=False)]

    def question(self, question: str, asked: str) -> tuple[int, ...]:
        """The question with the day on which it is asked."""
        return self._cut(self._library.encode(encodable(question_text(question, asked))).ids, QUESTION_PIECES)

    def passage(
        self, window: Window, answers: Sequence[Span] = ()
    ) -> tuple[tuple[int, ...], tuple[Span, ...], tuple[Span, ...]]:
        """The passage behind what is known of its article, which pieces are each sentence's, and each answer's first and last."""
        before = header(window.title, window.publisher, window.published)
        encoding = self._library.encode(encodable(before + window.text))
        ids = self._cut(encoding.ids, self._most)
        places = [0] * len(window.sentences)
        ends = [0] * len(window.sentences)
        number = 0
        for piece, (start, end) in enumerate(encoding.offsets[: len(ids) - 1]):
            while number < len(places) and start >= window.sentences[number][1] + len(before):
                number += 1
            if number < len(places) and end > window.sentences[number][0] + len(before):
                places[number] = places[number] or piece
                ends[number] = piece + 1
        last = len(ids) - 1  # a sentence beyond the cut is read as nothing: the mark of the end
        inside = [(s - len(before), e - len(before)) for s, e in encoding.offsets[:last]]
        told = [[piece for piece, (s, e) in enumerate(inside) if s < end and e > start] for start, end in answers]
        return (
            ids,
            tuple((p, e) if p else (last, last + 1) for p, e in zip(places, ends, strict=True)),
            tuple((pieces[0], pieces[-1]) for pieces in told if pieces),
        )

    def offsets(self, text: str, most: int) -> tuple[tuple[int, ...], tuple[Span, ...]]:
        """The pieces of a text, at most so many, and where each stands; marks around the text stand nowhere: (0, 0)."""
        encoding = self._library.encode(encodable(text))
        ids = self._cut(encoding.ids, most)
        return ids, (*encoding.offsets[: len(ids) - 1], (0, 0))

    def pairs(self, group: Group) -> list[Read]:
        """The question with each passage of its group."""
        asked = self.question(group.question, group.asked)
        return [Read(asked, *self.passage(one.window, one.spans)) for one in group.shown]

    def _cut(self, ids: list[int], most: int) -> tuple[int, ...]:
        return tuple(ids) if len(ids) <= most else (*ids[: most - 1], self._end)
