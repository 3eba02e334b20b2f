"""Where does each record of a WARC file begin and end, and where does the next one begin after damage?

Unpacks as it reads, a few kilobytes at a time.  Knows bytes only: what a record holds is warc.py's.
"""

from __future__ import annotations

import re
import zlib
from itertools import count
from typing import Any, BinaryIO

from askcorpus.articles.draft import Limits, Unreadable

_GZIP = b"\x1f\x8b"
_MEMBER = re.compile(rb"\x1f\x8b\x08(?=[\x00-\x1f])")  # how a member of a .gz begins; its high flags are not in use
_BEGINS = re.compile(rb"WARC/\d")
_BLOCK = 32 * 1024  # bytes that are read at once
_STEP = 4096  # bytes that are unpacked at once: where damage shows, so many may be lost that were good
_FIRST = 1024  # the same for the beginning of a member, so that the url of a damaged record can be told
_HEAD = 64 * 1024  # bytes that a record's header lines may take
_ENDS = "the file ends in the middle of it"


class Damaged(Exception):
    """The record cannot be had whole; the message says why. `WarcStream.recover` looks for the next one."""


class WarcStream:
    """The records of a .warc or a .warc.gz, whichever its first bytes say it is.

    Each record is packed by itself in a .warc.gz, so the next one can be found when one is damaged. Raises Unreadable
    when the file unpacks to more than the limits allow.
    """

    def __init__(self, stream: BinaryIO, *, limits: Limits) -> None:
        self._stream = stream
        self._limits = limits
        self._left = limits.max_bytes
        self._again = limits.max_bytes  # bytes that may be looked at a second time after damage
        self._packed = stream.read(len(_GZIP)) == _GZIP
        self._buffer, self._at = b"", 0  # what is unpacked, and how much of it was read
        self._input = b""  # what is packed
        self._member: Any = None  # what unpacks it
        self._member_at = 0
        self._step = _FIRST
        self._broken = False
        self._start(0)

    def head(self) -> bytes:
        """The header lines of the next record with the empty line below them; nothing at the end of the file."""
        while not (line := self._line()).strip():
            if not line:
                return b""
        if not _BEGINS.match(line):
            self._push(line)
            raise Damaged("no record begins where one should")
        head, size = [line], len(line)
        while line.strip():
            line = self._line()
            if not line:
                raise Damaged(_ENDS)
            head.append(line)
            size += len(line)
            if size > _HEAD:
                raise Damaged("header lines without end")
        return b"".join(head)

    def block(self, length: int, *, keep: int) -> bytes:
        """The first `keep` bytes of the record's block, which `length` bytes below its head must end."""
        block = self._read(min(length, keep))
        rest = length - len(block)
        while rest and (passed := len(self._read(min(rest, _BLOCK)))):
            rest -= passed
        if not rest and self._ends_here():
            return block
        if len(block) <= self._again:  # records that its wrong length made part of it
            self._again -= len(block)
            self._push(block)
        raise Damaged(_ENDS if rest else "not as long as it says")

    def recover(self) -> bool:
        """Whether there is another record; the next `head` is its."""
        fresh = True
        try:
            while not self._broken and (line := self._line()):
                if fresh and _BEGINS.match(line):
                    self._push(line)
                    return True
                fresh = line.endswith(b"\n")
        except Damaged:
            pass  # of the packing, which ends this member: the next may be whole
        return self._broken and self._next_member()

    def _ends_here(self) -> bool:
        """Whether a record ends here: empty lines, another record or the end of the file follow."""
        line = self._line()
        if line.strip():
            self._push(line)
            return bool(_BEGINS.match(line))
        if line and (second := self._line()).strip():
            self._push(second)
        while self._member is not None and self._at == len(self._buffer):
            self._unpack()  # at the end of the member its checksum is looked at
        return True

    def _line(self) -> bytes:
        """The next line, or its next piece where it is very long; nothing at the end of the file."""
        parts: list[bytes] = []
        left = _HEAD
        while left and self._more():
            end = self._buffer.find(b"\n", self._at, self._at + left) + 1
            part = self._buffer[self._at : end or self._at + left]
            self._at += len(part)
            left -= len(part)
            parts.append(part)
            if end:
                break
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size and self._more():
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _push(self, data: bytes) -> None:
        """Give back what was read."""
        self._buffer, self._at = data + self._buffer[self._at :], 0

    def _more(self) -> bool:
        """Whether there are bytes in the buffer; False at the end of the file."""
        while self._at == len(self._buffer):
            if not self._packed:
                self._fill(self._stream.read(_BLOCK))
                return bool(self._buffer)
            if self._member is None and not self._next_input():
                return False
            self._unpack()
        return True

    def _fill(self, fresh: bytes) -> None:
        self._left -= len(fresh)
        if self._left < 0:
            raise Unreadable(f"larger than {self._limits.max_file_mb:g} MiB when unpacked")
        self._buffer, self._at = fresh, 0

    def _next_input(self) -> bool:
        """Whether another member of the .gz begins; zeros between members are padding."""
        self._input = self._input.lstrip(b"\x00")
        while not self._input:
            block = self._stream.read(_BLOCK)
            if not block:
                return False
            self._input = block.lstrip(b"\x00")
        self._member_at = self._stream.tell() - len(self._input)
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._step = _FIRST
        return True

    def _unpack(self) -> None:
        """Put the next bytes of this member into the buffer, none where it ends."""
        packed = self._input or self._stream.read(_BLOCK)
        try:
            fresh = self._member.decompress(packed, self._step)
        except zlib.error as error:
            self._broken = True
            raise Damaged("damaged .gz") from error
        self._step = _STEP
        self._input = self._member.unconsumed_tail
        if self._member.eof:
            self._input, self._member = self._member.unused_data, None
        elif not packed and not fresh:
            self._broken = True
            raise Damaged(_ENDS)
        self._fill(fresh)

    def _next_member(self) -> bool:
        """Whether a member that begins with a record stands behind the beginning of this one."""
        for at in count(self._member_at + 1, _BLOCK):
            self._stream.seek(at)
            window = self._stream.read(_BLOCK + _FIRST)
            for match in _MEMBER.finditer(window):
                begin = match.start()
                if begin < _BLOCK and _is_record(window[begin : begin + _FIRST]):
                    self._start(at + begin)
                    return True
            if len(window) <= _BLOCK:
                break
        return False

    def _start(self, at: int) -> None:
        self._stream.seek(at)
        self._buffer, self._at = b"", 0
        self._input, self._member, self._member_at = b"", None, at
        self._broken = False


def _is_record(packed: bytes) -> bool:
    try:
        return bool(_BEGINS.match(zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(packed, len(b"WARC/1"))))
    except zlib.error:
        return False
