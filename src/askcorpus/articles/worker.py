"""The process that reads what may hang or crash: files come in on stdin, what they hold goes out on stdout.

Started by guard.py as `python -m askcorpus.articles.worker`; speaks length-prefixed pickles with its parent only.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from typing import Any, BinaryIO

FRAME = struct.Struct("!I")
DONE = "done"
_PER_FRAME = 256  # articles; a parent hears of a long file while it is read
_MEMORY = 4 * 1024**3  # bytes of address space


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


def main() -> None:
    """Read the files that the parent names until it is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    _limit_memory()
    from askcorpus.articles.reading import look_here

    while True:
        try:
            found, limits, whole = receive(sys.stdin.buffer)
        except EOFError:
            return
        batch: list[object] = []
        for item in look_here(found, limits):
            batch.append(item if whole else getattr(item, "article", item))
            if len(batch) == _PER_FRAME:
                send(answers, batch)
                batch = []
        send(answers, batch)
        send(answers, DONE)


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        return  # no such limit on this system


if __name__ == "__main__":
    main()
