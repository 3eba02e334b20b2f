"""How is a file read that may hang, crash or eat the memory?  In a process of its own, with a time limit.

Not pebble's: its limit (5.2.3) is on a whole task, a batch of files counts as one and is lost whole, and a task tells
nothing before its end (noxdafox/pebble#132). Ours is on how long a process says nothing of one file of its batch.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from typing import Any, cast

from askcorpus.articles.draft import Limits, Look
from askcorpus.articles.files import FoundFile
from askcorpus.articles.process.wire import READY, receive, send
from askcorpus.types import Article, Skip

STARTING_S = 120.0  # a Python and its imports, on a machine that is at its limits: no file is to blame for that
_NEEDED = frozenset(
    "PATH HOME USER LOGNAME LANG LANGUAGE TZ TMPDIR TEMP TMP SYSTEMROOT VIRTUAL_ENV CONDA_PREFIX ASKCORPUS_CACHE".split()
)
_NEEDED_KINDS = ("LC_", "PYTHON", "XDG_", "LD_", "DYLD_", "OMP_", "MKL_", "KMP_", "OPENBLAS_", "CUDA_", "NVIDIA_")
"""Variables that Python, the system's loader and libraries of numbers read, by their names and how those begin."""


class Worker:
    """A process that reads; it is started when first used, and again after it had to be stopped."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._lock = threading.Lock()

    def look(
        self, batch: Sequence[FoundFile], limits: Limits, *, whole: bool
    ) -> Generator[tuple[int, Look | Article | Skip], None, None]:
        """What each file holds, with the file's place in the batch, in order; each has one item at least.

        Looks when `whole`, else Articles; a Skip when the process says nothing for too long or dies of the file. The process
        goes on to the next file while what it found in the last is taken in.
        """
        with self._lock:
            left = deque(enumerate(batch))
            try:
                while left:
                    self._ask((tuple(found_file for _, found_file in left), limits, whole))
                    yield from self._told(left, limits)
            except BaseException:
                self.close()  # the rest of its answers is nobody's
                raise

    def _told(self, left: deque[tuple[int, FoundFile]], limits: Limits) -> Iterator[tuple[int, Look | Article | Skip]]:
        """What it answers about the files that are `left`, until it is through or has to be started again."""
        while left:
            try:
                answer = self._answers.get(timeout=limits.timeout_s)
                failure = "the reader crashed on it"
            except queue.Empty:
                answer, failure = None, f"took longer than {limits.timeout_s:g} s to read"
            if answer is None:
                self.close()
                place, found_file = left.popleft()
                yield place, Skip(found_file.file, failure)
                return
            items, last = answer
            place, _ = left.popleft() if last else left[0]
            for item in items:
                yield place, item

    def close(self) -> None:
        """Stop the process, if it runs."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            assert process.stdin is not None
            with suppress(OSError):  # a request that it did not take any more
                process.stdin.close()

    def _ask(self, request: object) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        process = self._process
        if process is None:  # closed while it began
            self._answers.put(None)
            return
        try:
            send(cast(Any, process.stdin), request)
        except (OSError, ValueError):  # it is gone, or was closed under our hands
            self._answers.put(None)

    def _start(self) -> None:
        command = [sys.executable, "-m", "askcorpus.articles.process.worker"]
        self._process = subprocess.Popen(  # noqa: S603  this very program
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=surroundings()
        )
        self._answers = queue.SimpleQueue()
        listen = threading.Thread(target=_listen, args=(self._process.stdout, self._answers), daemon=True)
        listen.start()
        try:
            begun = self._answers.get(timeout=STARTING_S) == READY
        except queue.Empty:
            begun = False
        if not begun:
            self._answers.put(None)


def surroundings() -> dict[str, str]:
    """The environment of a process that parses hostile files: what it needs to run, and nothing that could be secret."""
    return {name: value for name, value in os.environ.items() if name in _NEEDED or name.startswith(_NEEDED_KINDS)}


def _listen(stream: Any, answers: queue.SimpleQueue[Any]) -> None:
    """Pass on what the process answers; None when it is gone."""
    try:
        while True:
            answers.put(receive(stream))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        answers.put(None)
    finally:
        stream.close()
