"""Who may write, and which generations are still being read?  flock: the kernel frees what a killed process held."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from askcorpus.errors import StoreBusy
from askcorpus.store.layout import generation_folder

WRITER = "writer.lock"
IN_USE = "in-use"


class Lock:
    """A held flock; frees it on close."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    def close(self) -> None:
        """Free the lock; a second time does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def lock_for_writing(store: Path) -> Lock:
    """The writer's lock; raises StoreBusy with the name of the process that holds it."""
    path = store / WRITER
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = _owner(handle)
        os.close(handle)
        raise StoreBusy(
            f"{store} is being written by {owner}. Wait until it is done, or end it, then try again."
        ) from None
    _sign(handle)
    return Lock(handle)


def lock_for_reading(store: Path, generation: int) -> Lock | None:
    """A shared hold on a generation; None when it has just been removed."""
    path = generation_folder(store, generation) / IN_USE
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    fcntl.flock(handle, fcntl.LOCK_SH)
    if os.fstat(handle).st_nlink == 0:
        os.close(handle)
        return None
    return Lock(handle)


def lock_for_removal(store: Path, generation: int) -> Lock | None:
    """An exclusive hold on a generation that nobody reads; None while somebody does, or the disk refuses: the next run removes it."""
    path = generation_folder(store, generation) / IN_USE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return Lock(handle)


def _sign(handle: int) -> None:
    """Name the owner; a disk too full for a name must not keep anyone from writing."""
    name = {"pid": os.getpid(), "host": socket.gethostname(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(name).encode(), 0)
    except OSError:
        return


def _owner(handle: int) -> str:
    try:
        name = json.loads(os.pread(handle, 4096, 0))
        return f"process {name['pid']} on {name['host']} (since {name['since']})"
    except (ValueError, KeyError, TypeError):
        return "another process"
