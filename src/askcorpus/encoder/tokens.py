"""Which of a text's tokens are kept, and how small can their vectors be made?  Knows no model and no store."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.language.stopwords import languages as listed
from askcorpus.language.stopwords import stop_words
from askcorpus.types import Matrix, TokenCodes

TOKEN_DIM = 128
"""Signs kept of each token vector, 16 bytes a token: 96 find less, 192 and 256 not more (docs/retrieval.md)."""
TOKEN_VERSION = 4
"""Part of the fingerprint: raise it whenever the bits of a token would come out differently."""
_MARKS = ("▁", "Ġ")
"""With which SentencePiece and byte-level BPE begin a word."""
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai, Lao, Burmese, Khmer, Kana and Han set no spaces between words: each piece is a word of its own."""
_SEED = 20_240_601
"""Any number; the same one always, so that a model's projection is the same on every machine."""
_TURN_ROWS, _TURN_ROUNDS = 20_000, 30
"""What signs lose of a vector falls from .40 to .314 in 10 rounds, .300 in 30 and .292 in 120."""


@dataclass(frozen=True, slots=True)
class Projection:
    """A token vector is centred, multiplied by a matrix and made length 1."""

    mean: npt.NDArray[np.float32]
    """Shape (dim,)."""
    matrix: npt.NDArray[np.float32]
    """Shape (dim, token_dim)."""

    @classmethod
    def load(cls, path: Path) -> Projection:
        """The projection that `save` wrote."""
        with np.load(path) as arrays:
            return cls(arrays["mean"], arrays["matrix"])

    def save(self, path: Path) -> None:
        """Write the projection as an .npz file."""
        with path.open("wb") as file:
            np.savez(file, mean=self.mean, matrix=self.matrix)

    @classmethod
    def fit(cls, token_vectors: Matrix, *, token_dim: int = TOKEN_DIM) -> Projection:
        """The main directions of `token_vectors`, turned so that their signs lose the least.

        The turn is iterative quantization (Gong and Lazebnik, "Iterative Quantization", CVPR 2011).
        The number of directions is the largest multiple of 8 within both `token_dim` and the vectors' own dimension.
        """
        vectors = token_vectors.astype(np.float64)
        mean = vectors.mean(axis=0)
        _, basis = np.linalg.eigh(np.cov(vectors - mean, rowvar=False))
        width = min(token_dim, vectors.shape[1] // 8 * 8)
        main = basis[:, ::-1][:, :width]
        main = main * np.sign(main[np.abs(main).argmax(axis=0), np.arange(width)])
        turn = _turn((vectors - mean) @ main)
        return cls(mean.astype(np.float32), (main @ turn).astype(np.float32))

    @property
    def token_dim(self) -> int:
        """The length of a projected vector, a multiple of 8."""
        return int(self.matrix.shape[1])

    def project(self, token_vectors: Matrix) -> Matrix:
        """Shape (t, dim) to (t, token_dim); every row has length 1."""
        projected = (token_vectors - self.mean) @ self.matrix
        lengths = np.linalg.norm(projected, axis=-1, keepdims=True)
        normal: Matrix = (projected / np.maximum(lengths, 1e-12)).astype(np.float32)
        return normal


def _turn(projected: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The rotation after which rows of length 1 are nearest to their own signs."""
    random = np.random.default_rng(_SEED)
    rows = projected[random.permutation(len(projected))[:_TURN_ROWS]]
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    turn, _ = np.linalg.qr(random.standard_normal((rows.shape[1], rows.shape[1])))
    for _ in range(_TURN_ROUNDS):
        left, _, right = np.linalg.svd(rows.T @ np.sign(rows @ turn))
        turn = left @ right
    return turn


def pack(projected: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The signs along the last axis, eight to a byte, most significant bit first; any leading shape."""
    return np.packbits(projected > 0, axis=-1)


def codes(projected: Matrix, starts: npt.NDArray[np.uint16]) -> TokenCodes:
    """The codes of tokens that were kept: their projected vectors and where each begins."""
    return TokenCodes(starts, pack(projected))


class ContentTokens:
    """Decides for a whole vocabulary at once; the pieces of one word share one decision.

    A text is taken to be in the language whose stop words it has most of, and only these are left out: the German "war"
    is none in an English text. Only the languages that the model knows are considered.
    """

    def __init__(self, vocabulary: Sequence[str], special: Set[str], languages: Sequence[str]) -> None:
        marks = sum(piece.startswith(_MARKS) for piece in vocabulary)
        word_piece = sum(piece.startswith("##") for piece in vocabulary) > marks
        lists = [stop_words(language).words for language in listed() if language in languages or "*" in languages]
        lists_of: dict[str, list[int]] = {}
        for number, words in enumerate(lists):
            for word in words:
                lists_of.setdefault(word, []).append(number)
        n = len(vocabulary)
        bare = ["" if piece in special else piece.lstrip("▁Ġ").lower() for piece in vocabulary]
        self._letters = np.fromiter((word.isalnum() or any(c.isalnum() for c in word) for word in bare), bool, n)
        self._stops = np.zeros((len(lists), n), bool)
        for piece, word in enumerate(bare):
            if word in lists_of:
                self._stops[lists_of[word], piece] = True
        if word_piece:
            self._goes_on = np.fromiter((piece.startswith("##") for piece in vocabulary), bool, n)
            self._may_go_on = np.ones(n, bool)
        else:
            # A word of a script that sets spaces goes on until a piece is marked as a beginning, or is no letter.
            inside = (marks > 0 and not p.startswith(_MARKS) and _goes_on(p) for p in vocabulary)
            self._goes_on = np.fromiter(inside, bool, n)
            self._may_go_on = np.fromiter((_goes_on(word[-1:]) for word in bare), bool, n)

    @classmethod
    def of(cls, tokenizer: Any, languages: Sequence[str]) -> ContentTokens:
        """The decisions for a `tokenizers.Tokenizer` of a model that knows these languages."""
        by_id = tokenizer.get_vocab(with_added_tokens=True)
        vocabulary = [""] * (max(by_id.values()) + 1)
        for piece, number in by_id.items():
            vocabulary[number] = piece
        added = tokenizer.get_added_tokens_decoder()
        return cls(vocabulary, {token.content for token in added.values() if token.special}, languages)

    def mask(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """For the tokens of one text, which are kept.

        A word of several pieces is kept when it begins with a letter or digit: no stop word has several pieces.
        """
        inside = self._goes_on[ids]
        inside[1:] &= self._may_go_on[ids[:-1]]
        inside[:1] = False
        letters = self._letters[ids]
        stops = self._stops[:, ids]
        keep = letters & ~stops[stops.sum(axis=1).argmax()] if len(stops) else letters
        if inside.any():
            continued = np.append(inside[1:], False)
            keep = np.where(continued & ~inside, letters, keep)
            word = np.maximum.accumulate(np.where(inside, 0, np.arange(len(ids))))
            keep = np.where(inside, keep[word], keep)
        result: npt.NDArray[np.bool_] = keep
        return result


def _goes_on(text: str) -> bool:
    """Whether a piece that begins with this can go on with a word: a letter, digit or vowel sign of a script with spaces."""
    first = text[:1] or " "
    return (first.isalnum() and not _UNSPACED.match(first)) or unicodedata.category(first).startswith("M")
