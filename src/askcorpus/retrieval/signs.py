"""What do the codes of tokens say?  Signs of their vectors, as numbers, and how like two sentences are by them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from askcorpus.types import OF_TITLE, TokenCodes

Floats = npt.NDArray[np.float32]
_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1
"""The eight signs in each byte of a code; looked up, four times as fast as unpacked."""


def signs_of(bits: npt.NDArray[np.uint8]) -> Floats:
    """Codes of shape (tokens, bytes) as 1 and -1, shape (tokens, 8 * bytes)."""
    signs: Floats = _SIGNS.take(bits.ravel(), axis=0).reshape(len(bits), 8 * bits.shape[1])
    return signs


def likeness(one: TokenCodes, span: tuple[int, int], other: TokenCodes, other_span: tuple[int, int]) -> float:
    """How like a sentence is to one of another passage: the mean over its tokens of the best cosine of their signs, 0 where either has
    no token that was kept.  The spans are offsets in their passages' texts.
    """
    tokens, others = _signs_in(one, span), _signs_in(other, other_span)
    if not len(tokens) or not len(others):
        return 0.0
    return float((tokens @ others.T).max(axis=1).mean() / tokens.shape[1])


def _signs_in(codes: TokenCodes, span: tuple[int, int]) -> Floats:
    """The signs of the tokens that begin in a span, shape (tokens, signs)."""
    inside = (codes.starts != OF_TITLE) & (codes.starts >= span[0]) & (codes.starts < span[1])
    return signs_of(codes.bits[inside])
