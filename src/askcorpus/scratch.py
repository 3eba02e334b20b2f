"""Where does what is half made lie?  In a hidden folder that is gone when its maker is done, or with the next run after a kill."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch(parent: Path, purpose: str) -> Iterator[Path]:
    """An empty folder in `parent` that only this user can enter; also removes those that killed processes left there.

    A maker holds a lock on its folder, which the kernel frees when it dies: what can be locked is nobody's.
    """
    sweep(parent, purpose)
    folder, handle = _made(parent, purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep(parent: Path, purpose: str) -> None:
    """Remove the folders of this purpose whose makers are gone."""
    for left in abandoned(parent, purpose):
        shutil.rmtree(left, ignore_errors=True)


def abandoned(parent: Path, purpose: str) -> Iterator[Path]:
    """Each folder of this purpose whose maker is gone; nobody else takes it while it is looked at."""
    for left in parent.glob(f".{purpose}-*"):
        try:
            handle = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:  # a file, a link, gone: not one of ours
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # its maker is at work, or this disk knows no locks
            os.close(handle)
            continue
        try:
            yield left
        finally:
            os.close(handle)


def _made(parent: Path, purpose: str) -> tuple[Path, int]:
    """A folder and the handle that holds its lock; another process may sweep it between the two, then it is made again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{purpose}-", dir=parent))
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # a disk without locks: nobody sweeps there either
            return folder, handle
        if folder.is_dir():
            return folder, handle
        os.close(handle)
