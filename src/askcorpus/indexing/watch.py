"""How does the store follow the folder by itself?  Each burst of changes becomes one indexing run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change
from watchfiles import watch as watch_files

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import readable, says_nothing
from askcorpus.errors import AskcorpusError, FolderError, StoreBusy
from askcorpus.indexing.report import Progress, Report
from askcorpus.indexing.run import Load, refresh

if TYPE_CHECKING:
    from askcorpus.encoder import Encoder

BURST_MS = 1000
"""Changes are gathered for so long at most, while they follow each other by less than QUIET_MS."""
QUIET_MS = 100  # files that are copied together follow each other faster
LOOK_MS = 500  # how late a stop, and a folder that was moved away, are noticed
RETRY_S = 2.0
"""After an error, and while another process writes."""


def watch(
    folder: Path | str,
    store: Path | str,
    encoder: Encoder | Load,
    *,
    stop: threading.Event,
    on_report: Callable[[Report], None] | None = None,
    on_error: Callable[[AskcorpusError], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    say: Callable[[str], None] | None = None,
    limits: Limits | None = None,
) -> None:
    """Keep a store up to date with a folder until `stop` is set; the first run begins at once.

    An error is told to `on_error` and tried again; only a folder that is not there at the start is raised.
    """
    root = Path(folder)
    if not root.is_dir():
        raise FolderError(f"there is no folder {root}. Name the folder of articles: askcorpus watch FOLDER")
    load = cache(encoder) if callable(encoder) else encoder
    for _ in _bursts(root, stop):
        while not stop.is_set():
            try:
                report = refresh(root, store, load, progress=progress, say=say, limits=limits)
            except AskcorpusError as error:
                if on_error is not None and not isinstance(error, StoreBusy):
                    on_error(error)
                if isinstance(error, FolderError):
                    break  # an empty folder: the next file that appears is a burst of its own
                stop.wait(RETRY_S)
            else:
                if on_report is not None:
                    on_report(report)
                break


def _bursts(folder: Path, stop: threading.Event) -> Iterator[None]:
    """Once as soon as changes are being watched for, then once after each burst that can matter."""
    while not stop.is_set():
        identity = _identity(folder)
        if identity is None:
            stop.wait(LOOK_MS / 1000)
            continue
        first = True
        for burst in watch_files(
            folder,
            watch_filter=_matters,
            debounce=BURST_MS,
            step=QUIET_MS,
            stop_event=stop,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
        ):
            if first or burst:
                yield None
            first = False
            if _identity(folder) != identity:  # moved away or made anew: the system watches the old one
                break


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _matters(change: Change, path: str) -> bool:
    """Whether a change can change an article: also a folder that came, went or was renamed, and a sidecar."""
    changed = Path(path)
    return not changed.name.startswith(".") and (changed.suffix.lower() in readable or says_nothing(changed.name))
