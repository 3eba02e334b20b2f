"""Which pieces is a text made of, and where does each stand?  What the encoder asks of a tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from askcorpus.encoder.batching import Ids
from askcorpus.encoder.tokens import ContentTokens

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """One text as the model reads it, the special tokens around it included."""

    ids: Ids
    starts: Places
    """Where each token stands in the text, in characters; 0 for those around it."""
    ends: Places
    said: npt.NDArray[np.bool_]
    """Not for the tokens around the text, nor for a mark that a word begins, where that is a token of its own."""


class Tokenizer(Protocol):
    """Cuts texts into pieces; two exist: FileTokenizer and Unigram."""

    def encode(self, text: str) -> Tokens:
        """The tokens of a text, cut where the model stops reading."""

    def encode_many(self, texts: Sequence[str]) -> Iterable[Tokens]:
        """The tokens of each text."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Pieces of each text, without special tokens and without a limit."""

    def content(self, languages: Sequence[str]) -> ContentTokens:
        """Which of the vocabulary's pieces say something, for a model that knows these languages."""


class FileTokenizer:
    """A tokenizer.json, which holds any tokenizer there is, run by the library tokenizers."""

    def __init__(self, path: Path) -> None:
        from tokenizers import Tokenizer as Library

        self._library: Any = Library.from_file(str(path))
        self._uncut: Any = None
        self._mark = self._library.token_to_id("▁")

    def encode(self, text: str) -> Tokens:
        """See Tokenizer."""
        return self._tokens(self._library.encode(text))

    def encode_many(self, texts: Sequence[str]) -> Iterable[Tokens]:
        """See Tokenizer."""
        return map(self._tokens, self._library.encode_batch(texts))

    def count(self, texts: Sequence[str]) -> list[int]:
        """See Tokenizer."""
        if self._uncut is None:
            self._uncut = type(self._library).from_str(self._library.to_str())
            self._uncut.no_truncation()
        return [len(e) for e in self._uncut.encode_batch_fast(texts, add_special_tokens=False)]

    def content(self, languages: Sequence[str]) -> ContentTokens:
        """See Tokenizer."""
        return ContentTokens.of(self._library, languages)

    def _tokens(self, encoding: Any) -> Tokens:
        ids = np.array(encoding.ids, np.int64)
        places = np.array(encoding.offsets, np.int64).reshape(-1, 2)
        said = np.array(encoding.special_tokens_mask, np.int64) == 0
        if self._mark is not None:
            said &= ids != self._mark
        return Tokens(ids, places[:, 0], places[:, 1], said)
