"""Text, give me vectors: what indexing and asking call.  Knows tokens and batches, not how a model runs."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from askcorpus.encoder.batching import Floats, Ids, Runner, batches, encodable, padded
from askcorpus.encoder.converted import Form, keep
from askcorpus.encoder.tokenizing import Tokenizer
from askcorpus.encoder.tokens import ContentTokens, pack
from askcorpus.types import OF_TITLE, EncodedPassage, EncodedQuestion, Manifest, TokenCodes

WINDOW = 512
"""Passages read ahead and sorted by length together; bounds the memory, and how much is lost by Ctrl-C."""
FIRST_WINDOW = 32
"""The first are fewer, then twice as many each time: how fast it goes is known after a second, not after ten."""
_MAX_CHARS = 200_000
"""A text is cut here before it is tokenized; far beyond what any model reads."""


@dataclass(slots=True)
class _Tokenized:
    """One passage as the model will see it; offsets count from the passage's first character."""

    ids: Ids
    starts: npt.NDArray[np.uint16]
    kept: npt.NDArray[np.intp]


class _Window:
    """A bounded run of passages on their way through the model."""

    def __init__(self, passages: Sequence[_Tokenized]) -> None:
        self.passages = passages
        self.results: list[EncodedPassage | None] = [None] * len(passages)
        self._left = len(passages)
        self._lock = threading.Lock()
        self.finished = threading.Event()
        self.failed: BaseException | None = None
        """What became of it, if not what was wanted: raised on the thread that waits for it, and on no other."""

    def store(self, members: Sequence[int], vectors: Floats, tokens: Floats) -> None:
        """Take what the model made of one batch; called on the runner's thread."""
        try:
            self._keep(members, vectors, tokens)
        except BaseException as error:  # noqa: BLE001  raised again by who collects
            self.failed = error
            self.finished.set()

    def _keep(self, members: Sequence[int], vectors: Floats, tokens: Floats) -> None:
        bits = pack(tokens)
        for row, member in enumerate(members):
            passage = self.passages[member]
            codes = TokenCodes(passage.starts, bits[row, passage.kept])
            self.results[member] = EncodedPassage(vectors[row].copy(), codes)
        with self._lock:
            self._left -= len(members)
            if self._left == 0:
                self.finished.set()


class Encoder:
    """One model, ready to encode; several threads may ask it."""

    def __init__(self, form: Form, tokenizer: Tokenizer, runner: Runner) -> None:
        self.manifest: Manifest = form.manifest
        self.form = form
        self.tokenizer = tokenizer
        self._content: ContentTokens | None = None
        self._runner = runner

    def encode_passages(self, texts: Iterable[tuple[str, int]]) -> Iterator[EncodedPassage]:
        """The vector and token codes of each text, in the order given; reads ahead by a bounded window.

        A text is `(title + separator + passage, length of title + separator)`; starts count from the passage.
        """
        if self._content is None:
            self._content = self.tokenizer.content(self.manifest.languages)
        waiting: deque[_Window] = deque()
        with ThreadPoolExecutor(1, thread_name_prefix="tokenize") as tokenizing:
            try:
                for window in self._windows(texts, tokenizing):
                    self._submit(window)
                    waiting.append(window)
                    while len(waiting) > 1:
                        yield from self._collect(waiting.popleft())
                self._runner.drain()
                for window in waiting:
                    yield from self._collect(window)
            finally:
                self._runner.drain()

    def encode_question(self, question: str) -> EncodedQuestion:
        """The question's vector, and its tokens with where they stand in the question; special tokens are left out."""
        prompt = self.manifest.question_prompt
        tokens = self.tokenizer.encode(prompt + encodable(question))
        ids = tokens.ids[None]
        vectors, projected = self._runner.infer(ids, np.ones_like(ids))
        rows = np.flatnonzero(tokens.said & (tokens.starts >= len(prompt)))
        starts, ends = tokens.starts[rows] - len(prompt), tokens.ends[rows] - len(prompt)
        spans = tuple(zip(starts.tolist(), ends.tolist(), strict=True))
        return EncodedQuestion(vectors[0], np.ascontiguousarray(projected[0, rows]), spans)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without special tokens and without a limit."""
        return self.tokenizer.count([encodable(text) for text in texts])

    def keep(self, store: Path) -> None:
        """Put the model into the store's folder, so that the store still answers on a machine without the model."""
        keep(self.form, store)

    def close(self) -> None:
        """Free the model."""
        self._runner.close()

    def _windows(self, texts: Iterable[tuple[str, int]], tokenizing: ThreadPoolExecutor) -> Iterator[_Window]:
        """Windows of tokenized passages; the next one is tokenized while the model works on this one."""
        ahead: Future[_Window] | None = None
        source, size = iter(texts), FIRST_WINDOW
        while batch := list(itertools.islice(source, size)):
            size = min(2 * size, WINDOW)
            following = tokenizing.submit(self._tokenize, batch)
            if ahead is not None:
                yield ahead.result()
            ahead = following
        if ahead is not None:
            yield ahead.result()

    def _tokenize(self, texts: Sequence[tuple[str, int]]) -> _Window:
        assert self._content is not None
        prompt = self.manifest.passage_prompt
        cut = self.tokenizer.encode_many([(prompt + encodable(text))[:_MAX_CHARS] for text, _ in texts])
        passages = []
        for tokens, (_, title_len) in zip(cut, texts, strict=True):
            kept = np.flatnonzero(self._content.mask(tokens.ids) & (tokens.starts >= len(prompt)))
            starts = tokens.starts[kept] - len(prompt) - title_len
            starts = np.where(starts < 0, OF_TITLE, np.minimum(starts, OF_TITLE - 1))
            passages.append(_Tokenized(tokens.ids, starts.astype(np.uint16), kept))
        return _Window(passages)

    def _submit(self, window: _Window) -> None:
        texts = [passage.ids for passage in window.passages]
        for members in batches([len(ids) for ids in texts], self._runner.batch_tokens):
            ids, mask = padded([texts[m] for m in members], limit=self.manifest.max_tokens)
            self._runner.submit(ids, mask, lambda v, t, m=members: window.store(m, v, t))  # type: ignore[misc]

    def _collect(self, window: _Window) -> Iterator[EncodedPassage]:
        while not window.finished.wait(timeout=0.05):  # short, so that Ctrl-C is seen
            pass
        if window.failed is not None:
            raise window.failed
        for result in window.results:
            assert result is not None
            yield result
