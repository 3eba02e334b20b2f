"""How do vectors and token codes become bytes, and back?"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from askcorpus.types import EncodedPassage, Matrix, TokenCodes

HASH_BYTES = 16  # of billions of texts no two have the same


def hash_of(title: str, text: str) -> bytes:
    """The hash of a title and a text: all that a passage's encoding depends on, and all that an article says."""
    return blake2b(title.encode() + b"\x00" + text.encode(), digest_size=HASH_BYTES).digest()


def pack(encoded: EncodedPassage) -> tuple[bytes, bytes]:
    """The two blobs of an encoding: the vector as half floats, the codes behind their count and width."""
    vector = np.ascontiguousarray(encoded.vector, dtype="<f2").tobytes()
    starts, bits = encoded.codes.starts, encoded.codes.bits
    if bits.ndim != 2 or starts.shape != bits.shape[:1]:
        raise ValueError(f"token codes of shape {starts.shape} and {bits.shape}")
    header = np.array(bits.shape, dtype="<u2").tobytes()
    codes = header + np.ascontiguousarray(starts, "<u2").tobytes() + np.ascontiguousarray(bits, "u1").tobytes()
    return vector, codes


def unpack_vectors(blobs: Sequence[bytes], dim: int) -> Matrix:
    """Vectors of length 1, shape (len(blobs), dim)."""
    matrix = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), dim).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    lengths[lengths == 0] = 1
    matrix /= lengths[:, None]
    return matrix


def unpack_codes(blob: bytes) -> TokenCodes:
    """The token codes of one passage."""
    count, width = (int(n) for n in np.frombuffer(blob, "<u2", 2))
    starts = np.frombuffer(blob, "<u2", count, 4)
    bits = np.frombuffer(blob, "u1", count * width, 4 + 2 * count).reshape(count, width)
    return TokenCodes(starts, bits)
