"""How does the process that reads speak with its parent?  Length-prefixed pickles; each trusts only the other."""

from __future__ import annotations

import pickle
import struct
from typing import Any, BinaryIO

FRAME = struct.Struct("!I")


def send(stream: BinaryIO, value: object) -> None:
    """Write one value."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(FRAME.pack(len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """The next value; raises EOFError when the other side is gone."""
    head = stream.read(FRAME.size)
    if len(head) < FRAME.size:
        raise EOFError
    (size,) = FRAME.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)
