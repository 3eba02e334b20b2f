"""The process that reads what may hang or crash: batches of files come in on stdin, what they hold goes out on stdout.

Started by guard.py as `python -m askcorpus.articles.process.worker`; speaks length-prefixed pickles with its parent only.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator

from askcorpus.articles.process.wire import READY, receive, send

_PER_FRAME = 256  # articles
_FRAME_S = 0.5  # 256 large web pages of a .warc take longer than a parent waits
_MEMORY = 4 * 1024**3  # bytes of address space


def main() -> None:
    """Read the files that the parent names until it is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    _limit_memory()
    from askcorpus.articles.reading import look_here

    send(answers, READY)
    while True:
        try:
            batch, limits, whole = receive(sys.stdin.buffer)
        except EOFError:
            return
        for found_file in batch:
            items = look_here(found_file, limits)
            for frame in frames(item if whole else getattr(item, "article", item) for item in items):
                send(answers, frame)


def frames(
    items: Iterable[object], *, clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[list[object], bool]]:
    """The items of a file in the groups that go out together, and whether it is the last group.

    A parent hears of a long file while it is read.
    """
    frame: list[object] = []
    began = clock()
    for item in items:
        frame.append(item)
        if len(frame) == _PER_FRAME or clock() - began > _FRAME_S:
            yield frame, False
            frame, began = [], clock()
    yield frame, True


def _limit_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ImportError, ValueError, OSError):
        return  # no such limit on this system


if __name__ == "__main__":
    main()
