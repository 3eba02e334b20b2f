"""Which files does a tar hold?  Reads the headers of plain files and nothing else that a tar may be made of.

The standard library's reader follows what a header says: links, sparse maps, names and numbers of any length, read into
memory.  An exported store needs none of that, and one that comes from elsewhere may be made to hurt.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from askcorpus.store import layout

BLOCK = tarfile.BLOCKSIZE
PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE)


class NotPlain(Exception):
    """The tar is cut short, or holds something else than plain files; says what."""


@dataclass(frozen=True, slots=True)
class Member:
    """A plain file in a tar."""

    name: str
    start: int
    size: int


def members(file: BinaryIO) -> Iterator[Member]:
    """Each member in its order; the place in `file` may be moved meanwhile.  Raises NotPlain."""
    end = _end(file)
    place = 0
    while True:
        header = _read(file, BLOCK, place)
        if header == bytes(BLOCK):
            return
        member = _member(header, place + BLOCK)
        if member.start + member.size > end:
            raise NotPlain("it is cut short")
        yield member
        place = member.start + -(-member.size // BLOCK) * BLOCK


def blocks(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The contents of a member, a piece at a time."""
    left = member.size
    while left:
        block = _read(file, min(left, layout.BLOCK_BYTES), member.start + member.size - left)
        if not block:
            raise NotPlain("it is cut short")
        left -= len(block)
        yield block


def _end(file: BinaryIO) -> int:
    try:
        return file.seek(0, 2)
    except OSError as error:
        raise NotPlain(f"it cannot be read ({error.strerror or error})") from error


def _read(file: BinaryIO, size: int, place: int) -> bytes:
    """So many bytes from there on; what the disk refuses to give is the file's fault, not that of where it is written to."""
    try:
        file.seek(place)
        return file.read(size)
    except OSError as error:
        raise NotPlain(f"it cannot be read ({error.strerror or error})") from error


def _member(header: bytes, start: int) -> Member:
    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.TarError, UnicodeDecodeError) as error:
        raise NotPlain(f"it is not a whole tar ({error})") from error
    if info.type not in PLAIN or info.size < 0:
        raise NotPlain(f"it holds {info.name!r}, which is not a plain file")
    return Member(info.name, start, info.size)
