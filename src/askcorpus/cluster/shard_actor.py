"""What does the process of one shard do on a node?  It holds the shard open, and says what it is asked."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

from askcorpus.store.part import Part, open_part

KEPT = 2
"""Generations that are held open: the current one, and the one before it for questions that are on their way."""


class ShardActor:
    """One replica of one shard; usable from several threads."""

    def __init__(self, store: str, name: str) -> None:
        self._folder = Path(store) / name
        self._lock = threading.Lock()
        self._open: dict[int, Part] = {}

    def ask(self, generation: int, method: str, arguments: tuple[Any, ...]) -> Any:
        """What `Part.method` says of a generation; raises Gone, StoreDamaged."""
        return getattr(self._part(generation), method)(*arguments)

    def open(self, generation: int) -> int:
        """Open a generation, so that the first question need not wait; the number of this process."""
        self._part(generation)
        return os.getpid()

    def _part(self, generation: int) -> Part:
        with self._lock:
            part = self._open.pop(generation, None) or open_part(self._folder, generation)
            self._open[generation] = part  # the last one asked for stands last
            while len(self._open) > KEPT:
                self._open.pop(next(iter(self._open))).close()
            return part
