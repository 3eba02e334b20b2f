"""Where are the vectors of a model's words?  On disk, mapped: a row is read when a text has its word, never the whole table."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np

from askcorpus.encoder.batching import Floats, Ids
from askcorpus.encoder.container import BLOCK_BYTES, BLOCK_WEIGHTS, Blocks, weights


class WordTable(Protocol):
    """Rows by number; two exist: FloatTable and BlockTable."""

    def rows(self, ids: Ids) -> Floats:
        """The vectors of words, shape (b, t) to (b, t, dim)."""


class FloatTable:
    """A table of floats, which lies in the mapped file of a converted model."""

    def __init__(self, table: Floats) -> None:
        self._table = table

    def rows(self, ids: Ids) -> Floats:
        """See WordTable."""
        return self._table[ids]


class BlockTable:
    """A table at 4 bits, as the package had it: 54 MB on disk for 250,037 words, where floats would be 384."""

    def __init__(self, path: Path, dim: int) -> None:
        row = dim // BLOCK_WEIGHTS * BLOCK_BYTES
        self._blocks: Blocks = np.memmap(path, np.uint8, mode="r").reshape(-1, row)

    def rows(self, ids: Ids) -> Floats:
        """See WordTable."""
        words, places = np.unique(ids, return_inverse=True)
        found: Floats = weights(self._blocks[words])[places]
        return found.reshape(*ids.shape, -1)
