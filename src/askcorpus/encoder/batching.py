"""Which texts share a batch, and what runs one?  Knows neither OpenVINO nor torch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Done = Callable[[Floats, Floats], None]
"""Gets the vectors (b, dim) and projected token vectors (b, t, token_dim) of one batch; valid during the call only."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ROUND = 8
"""Lengths are rounded up to a multiple of this, so that few different shapes are compiled."""


class Runner(Protocol):
    """Runs batches of token ids; two exist: OpenVinoRunner and TorchRunner."""

    batch_tokens: int
    """How many tokens, padding included, a batch should hold."""

    def infer(self, ids: Ids, mask: Ids) -> tuple[Floats, Floats]:
        """Vectors (b, dim) of length 1 and projected token vectors (b, t, token_dim), at full precision."""

    def submit(self, ids: Ids, mask: Ids, done: Done) -> None:
        """Start a batch; `done` is called when it is finished, perhaps on another thread, batches in any order."""

    def drain(self) -> None:
        """Wait until every submitted batch is done."""

    def close(self) -> None:
        """Free what the runner holds."""


def batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Which texts share a batch: sorted by length, longest first, each batch within `batch_tokens` padding included."""
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    members: list[int] = []
    width = 0
    for index in order:
        if members and width * (len(members) + 1) > batch_tokens:
            yield members
            members = []
        if not members:
            width = rounded(lengths[index])
        members.append(index)
    if members:
        yield members


def padded(rows: Sequence[Ids], *, limit: int) -> tuple[Ids, Ids]:
    """Ids and mask, shape (b, t), of texts of different length; t is at most `limit`."""
    width = min(rounded(max(len(row) for row in rows)), limit)
    ids = np.zeros((len(rows), width), np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


def rounded(length: int) -> int:
    """The length a text is padded to."""
    return -(-length // _ROUND) * _ROUND


def encodable(text: str) -> str:
    """The text with each half of a broken surrogate pair replaced, which no tokenizer takes; as long as before."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
    return text
