"""How does the process that reads speak with its parent?  Length-prefixed pickles of our own nouns, and of nothing else.

A parser that a hostile file takes over must not take over its parent, too: what is no noun is not unpickled.
"""

from __future__ import annotations

import io
import pickle
import struct
from typing import Any, BinaryIO

NOUNS = frozenset(
    {
        ("askcorpus.articles.draft", "Draft"),
        ("askcorpus.articles.draft", "Dropped"),
        ("askcorpus.articles.draft", "Limits"),
        ("askcorpus.articles.draft", "Look"),
        ("askcorpus.articles.files", "FoundFile"),
        ("askcorpus.types", "Article"),
        ("askcorpus.types", "Skip"),
        ("askcorpus.types", "Source"),
        ("pathlib", "Path"),
        ("pathlib", "PosixPath"),
    }
)
FRAME = struct.Struct("!I")
READY = "ready"
"""What the process that reads says first."""


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
    return _Nouns(io.BytesIO(data)).load()


class _Nouns(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """A class that may come; raises UnpicklingError, which ends the conversation."""
        if (module, name) not in NOUNS:
            raise pickle.UnpicklingError(f"{module}.{name} does not come over this wire")
        return super().find_class(module, name)
