"""May this file, a zip by whatever name, be unpacked, and what is said of it where it cannot be?"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from askcorpus.articles.draft import Limits, Unreadable

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, KeyError, IndexError,
)  # fmt: skip


@contextmanager
def unpacking(kind: str) -> Iterator[None]:
    """Says what cannot be unpacked inside: raises Unreadable for whatever zipfile and what unpacks for it may raise."""
    try:
        yield
    except RecursionError:
        raise  # not of the packing: a RuntimeError by birth only
    except (NotImplementedError, RuntimeError) as error:
        raise Unreadable(f"{kind} that is encrypted or packed in an unknown way") from error
    except _DAMAGED as error:
        raise Unreadable(f"damaged {kind}") from error


def check_packed(data: bytes, limits: Limits) -> None:
    """Raises Unreadable for a file whose members unpack to more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (*_DAMAGED, NotImplementedError) as error:
        raise Unreadable("damaged file: not the zip it should be") from error
    if len(members) > limits.max_members:
        raise Unreadable(f"more than {limits.max_members} members")
    if sum(member.file_size for member in members) > limits.max_bytes:
        raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
