"""How well does a passage, and each of its sentences, answer a question, read together?  The program's own cross-encoder.

It is made of the packaged multilingual-e5-small by training/; docs/measurements/reranker.md says of what it was trained on and
what it gains. Only its trained layers ship (cross_encoder.npz); the rest is the package's, and the word table and the pieces are
those that the store's own encoder has mapped anyhow. Other layers (claim_reader.npz) read whether a passage bears out a sentence.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import io
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.encoder.batching import Floats, batches, encodable, rounded
from askcorpus.encoder.compiled import CompiledFile
from askcorpus.encoder.container import Container
from askcorpus.encoder.converted import WORDS, Form, Say
from askcorpus.encoder.cpu import for_reading
from askcorpus.encoder.cross_graph import BEGINS, NEVER, NOTHING, PASSAGE, QUESTION, Shape, graph, tensors
from askcorpus.encoder.packaged import named
from askcorpus.encoder.unigram import Unigram
from askcorpus.encoder.words import BlockTable
from askcorpus.errors import EncoderError

BASE = "multilingual-e5-small"  # whose layers, words and pieces it has
ABOUT = "about"  # the entry that holds JSON
VERSION = 1
"""Of the graph: raise it when another one is made of the same file."""
QUESTION_PIECES, PASSAGE_PIECES = 64, 320  # with what is around them; the passages it learned from have 128 and a title
PASSAGE_PLACE = 64
"""Where a passage's first piece stands, behind the longest question: what stands at one place in both would look alike."""
RAREST = 15.0  # of a piece's logarithm of probability, about
LONGEST_PART = 30  # pieces: some twenty words
LEAST_SHARE = 1e-4  # that an answer begins in a sentence: below it one is as unlikely as another
_BATCH_TOKENS = 2048  # mostly all that a question reads: ten passages in two batches took 72 ms, in three 80


@dataclass(frozen=True, slots=True)
class Trained:
    """A file of trained layers that ships with the program."""

    file: str
    sha256: str
    what_for: str
    """What is not done where it cannot be read, as one reads it."""


RERANKER = Trained(
    "cross_encoder.npz",
    "c8b457ef6a453b1f56d9109016a98d964d44eb7805fdfcfe17f4e038d8aa12e6",
    "answers are ordered without reading them once more",
)


CLAIM_READER = Trained(
    "claim_reader.npz",
    "3523ecfce24c3fe2e678690ea4e3ae2139d148a2557cf2647f24df4c36a63919",
    "written sentences are checked without reading them beside the quotes",
)


@dataclass(frozen=True, slots=True)
class Told:
    """A passage with what is known of its article."""

    title: str
    publisher: str
    published: str
    """A day, as 2026-03-11; each of the three is empty where it is not known."""
    text: str
    sentences: tuple[tuple[int, int], ...]
    """Offsets in `text`."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How well a passage answers: log-odds against "it does not"."""

    passage: float
    sentences: Floats
    """Shape (sentences,)."""
    parts: tuple[Part, ...] = ()
    """One of each sentence, or none at all where nobody looked."""
    where: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    """How likely the answer stands in each sentence, if it stands in the passage: the logarithm, shape (sentences,), or (0,) like `parts`."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a sentence is the answer, if the sentence answers."""

    start: int
    end: int
    """Offsets in the passage's text; equal where the sentence was not read."""
    probability: float
    """That it begins and ends just there."""


def question_text(question: str, asked: str) -> str:
    """What the model reads as the question; `asked` is the day of asking, or nothing."""
    return f"query: {asked} {question}" if asked else f"query: {question}"


def header(title: str, publisher: str, published: str) -> str:
    """What the model reads before a passage's own text."""
    known = " | ".join(part for part in (title, publisher, published) if part)
    return f"passage: {known}\n" if known else "passage: "


class CrossEncoder:
    """The model, ready to read; several threads may ask it."""

    def __init__(self, model: Any, tokenizer: Unigram, words: BlockTable) -> None:
        self._request = model.create_infer_request()
        self._tokenizer = tokenizer
        self._words = words
        self._lock = threading.Lock()

    def judge(self, question: str, asked: str, passages: Sequence[Told]) -> list[Judged]:
        """How well each passage answers, in the order given."""
        pieces = [self._pieces(one) for one in passages]
        read = self._read(question_text(question, asked), pieces)
        return [
            _judged(row[asking:], one, float(row[: asking + len(one.ids), 1].mean()))
            for (row, asking), one in zip(read, pieces, strict=True)
        ]

    def doubts(self, sentence: str, passages: Sequence[Told]) -> list[float]:
        """How surely each passage does not bear out a sentence, as log-odds, in the order given; of a model that was trained for that.

        It is what the first numbers of the sentence's pieces come to, and the mean of all pieces' second.
        """
        pieces = [self._pieces(one) for one in passages]
        read = self._read(question_text(sentence, ""), pieces)
        return [
            float(np.logaddexp.reduce(row[1:asking, 0]) + row[: asking + len(one.ids), 1].mean())
            for (row, asking), one in zip(read, pieces, strict=True)
        ]

    def _read(self, question: str, pieces: Sequence[_Pieces]) -> list[tuple[Floats, int]]:
        """The numbers of the question's pieces and behind them the passage's, for each passage, and how many the question has."""
        asking = _cut(self._tokenizer.encode(encodable(question)).ids, QUESTION_PIECES)
        read: dict[int, Floats] = {}
        for members in batches([len(asking) + len(one.ids) for one in pieces], _BATCH_TOKENS):
            read |= dict(zip(members, self._numbers(asking, [pieces[m].ids for m in members]), strict=True))
        return [(read[place], len(asking)) for place in range(len(pieces))]

    def _pieces(self, told: Told) -> _Pieces:
        """The passage behind what is known of its article."""
        before = header(told.title, told.publisher, told.published)
        tokens = self._tokenizer.encode(encodable(before + told.text))
        ids = _cut(tokens.ids, PASSAGE_PIECES)
        bounds = np.array(told.sentences, np.int64).reshape(-1, 2) + len(before)
        inside = len(ids) - 1  # the mark of the end is no sentence's
        first = np.searchsorted(tokens.ends[:inside], bounds[:, 0], side="right")
        last = np.searchsorted(tokens.starts[:inside], bounds[:, 1], side="left")
        # A sentence beyond the cut is read as nothing: the mark of the end.
        first = np.minimum(first, inside)
        offsets = np.stack([tokens.starts[:inside], tokens.ends[:inside]], axis=1) - len(before)
        return _Pieces(ids, np.stack([first, np.maximum(last, first + 1)], axis=1), offsets, told.text)

    def _numbers(self, asking: npt.NDArray[np.int64], texts: Sequence[npt.NDArray[np.int64]]) -> Floats:
        asked = len(asking)
        width = rounded(asked + max(map(len, texts)))
        ids = np.zeros((len(texts), width), np.int64)
        places = np.zeros((len(texts), width), np.int32)
        parts = np.full((len(texts), width), NOTHING, np.int32)
        shared = np.zeros((len(texts), width), np.float32)
        ids[:, :asked], places[:, :asked], parts[:, :asked] = asking, np.arange(asked), QUESTION
        for row, text in enumerate(texts):
            here = slice(asked, asked + len(text))
            ids[row, here], parts[row, here] = text, PASSAGE
            places[row, here] = np.arange(PASSAGE_PLACE, PASSAGE_PLACE + len(text))
            both = np.concatenate([np.isin(asking, text), np.isin(text, asking)])
            shared[row, : here.stop] = both * self._tokenizer.rarity(ids[row, : here.stop]) / RAREST
        words = self._words.rows(ids)
        with self._lock:
            self._request.infer([words, places, parts, shared])
            numbers: Floats = self._request.get_output_tensor(0).data.copy()
        return numbers


def load(form: Form, tokenizer: object, cache: Path, *, say: Say, trained: Trained = RERANKER) -> CrossEncoder | None:
    """The cross-encoder beside an encoder of the model that it is made of; None beside another, and where its package is not here.

    It is made ready once a machine, which takes a second, and kept in the cache.  Raises EncoderError where a file is damaged.
    """
    packaged = named(BASE)
    if packaged is None or form.manifest.model != BASE or WORDS not in form.files or not isinstance(tokenizer, Unigram):
        return None
    ready = CompiledFile(cache / "compiled", f"cross-encoder {VERSION} {trained.sha256} {packaged.sha256}")
    place = packaged.place()
    model = for_reading(ready, (lambda: made(shipped(trained), place)) if place is not None else None)
    if model is None:
        say(f"{packaged.install} is not on this machine: {trained.what_for}.")
        return None
    return CrossEncoder(model, tokenizer, BlockTable(form.folder / WORDS, form.manifest.dim))


def about(data: bytes) -> dict[str, Any]:
    """What is told of a model's file: its shape, and what was left out when it was trained."""
    with np.load(io.BytesIO(data)) as kept:
        told: dict[str, Any] = json.loads(str(kept[ABOUT]))
    return told


def made(data: bytes, place: Path) -> Any:
    """The graph of a model's file and of the package's, which lies in this place."""
    with np.load(io.BytesIO(data)) as kept:
        trained = {name: kept[name].astype(np.float32) for name in kept.files if name != ABOUT}
    container, shape = Container(place), Shape(**about(data)["shape"])
    return graph(tensors(container, trained, shape), container.sizes, shape)


def shipped(trained: Trained = RERANKER) -> bytes:
    """The file that ships; raises EncoderError where it is not that."""
    data = importlib.resources.files("askcorpus.encoder").joinpath(trained.file).read_bytes()
    if hashlib.sha256(data).hexdigest() != trained.sha256:
        raise EncoderError(f"{trained.file} is not as it was shipped. Install askcorpus again.")
    return data


def _cut(ids: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
    return ids if len(ids) <= most else np.concatenate([ids[: most - 1], ids[-1:]])


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text as it is read."""

    ids: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.int64]
    """Which of them are each sentence's, shape (sentences, 2)."""
    offsets: npt.NDArray[np.int64]
    """Where in the passage each stands, shape (pieces, 2); before it, that is below 0, in what is known of its article."""
    text: str
    """The passage's."""


def _judged(numbers: Floats, read: _Pieces, about: float) -> Judged:
    """A sentence's score is the mean of its tokens' first number; the passage's is the logarithm of the sum of their exponentials,
    and how well all of it is about the question."""
    scores = np.array([numbers[first:last, 0].mean() for first, last in read.sentences], np.float32)
    top = float(scores.max(initial=0.0))
    passage = float(np.log(np.exp(scores - top).sum() + 1e-9)) + top + about
    bounds = numbers[: len(read.ids) - 1, BEGINS : BEGINS + 2]
    shares = np.exp(_log_shares(bounds))
    # Half of it is where it begins, half where it ends.
    held = np.array([shares[first:last].sum(axis=0) for first, last in read.sentences], np.float32).reshape(-1, 2)
    held /= np.maximum(held.sum(axis=0), LEAST_SHARE)  # what is known of the article, before its text, is no sentence
    where = np.log(np.maximum(held, LEAST_SHARE)).mean(axis=1)
    parts = tuple(_part(numbers, read, first, last) for first, last in read.sentences.tolist())
    return Judged(passage, scores, parts, where)


def _part(numbers: Floats, read: _Pieces, first: int, last: int) -> Part:
    """The likeliest beginning and end of an answer within a sentence's pieces."""
    begins, ends = (_log_shares(numbers[first:last, column]) for column in (BEGINS, BEGINS + 1))
    both = np.triu(begins[:, None] + ends[None, :]) + np.tril(np.full((last - first, last - first), NEVER), -1)
    both += np.triu(np.full(both.shape, NEVER), LONGEST_PART)
    begin, end = divmod(int(both.argmax()), last - first)
    if first + end >= len(read.offsets):
        return Part(0, 0, 0.0)
    start, stop = max(0, int(read.offsets[first + begin, 0])), int(read.offsets[first + end, 1])
    start += len(read.text[start:stop]) - len(read.text[start:stop].lstrip())
    return Part(start, max(start, stop), float(np.exp(both[begin, end])))


def _log_shares(scores: Floats) -> Floats:
    """The logarithms of the softmax over the first axis."""
    above = scores - scores.max(axis=0)
    shares: Floats = above - np.log(np.exp(above).sum(axis=0))
    return shares
