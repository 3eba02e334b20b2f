"""How does the store follow the folder by itself?  Each burst of changes becomes one indexing run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change
from watchfiles import watch as watch_files

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import STORE_PARTS, readable, says_nothing
from askcorpus.errors import FOLDER, AskcorpusError, FolderError, StoreBusy, typed
from askcorpus.indexing.folders import Folders, given
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
    folders: Folders,
    store: Path | str,
    encoder: Encoder | Load,
    *,
    stop: threading.Event,
    on_report: Callable[[Report], None] | None = None,
    on_error: Callable[[AskcorpusError], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
    say: Callable[[str], None] | None = None,
    limits: Limits | None = None,
    allow_removals: bool = False,
    follow_links: bool = False,
) -> None:
    """Keep a store up to date with a folder, or each of several, until `stop` is set; the first run begins at once.

    An error is told to `on_error` and tried again; only a folder that is not there at the start is raised. One folder that
    goes, or loses most of its files, keeps nobody from following the others.
    """
    named = given(folders, store, command="watch")
    for _, path in named:
        if not path.is_dir():
            name_it = typed("watch", FOLDER, "--store", store)
            raise FolderError(f"{path} is no folder. Name the folder of articles: {name_it}")
    load = cache(encoder) if callable(encoder) else encoder

    def bring_up_to_date(which: Folders) -> None:
        while not stop.is_set():
            try:
                report = refresh(
                    which, store, load, progress=progress, say=say, limits=limits,
                    allow_removals=allow_removals, follow_links=follow_links,
                )  # fmt: skip
            except AskcorpusError as error:
                if on_error is not None and not isinstance(error, StoreBusy):
                    on_error(error)
                if isinstance(error, FolderError):
                    return  # empty, or less than half of what it was: what comes back is a burst of its own
                stop.wait(RETRY_S)
            else:
                if on_report is not None:
                    on_report(report)
                return

    if len(named) == 1:
        _follow(named[0][1], Path(store), stop, lambda: bring_up_to_date(folders), on_error)
        return
    one_at_a_time = threading.Lock()

    def one_of(name: str, path: Path) -> Callable[[], None]:
        def run() -> None:
            with one_at_a_time:
                bring_up_to_date({name: path} if name else path)

        return run

    bring_up_to_date(folders)  # all at once, so that what is new to the store is told from what was moved
    threads = [
        threading.Thread(
            target=_follow,
            args=(path, Path(store), stop, one_of(name, path), on_error),
            name=f"watch-{path}",
            daemon=True,
        )
        for name, path in named
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _follow(
    root: Path,
    store: Path,
    stop: threading.Event,
    run: Callable[[], None],
    on_error: Callable[[AskcorpusError], None] | None,
) -> None:
    """Run at once, and after each burst of changes in a folder; say it once when the folder goes."""
    for there in _bursts(root, store, stop):
        if there:
            run()
        elif on_error is not None:
            on_error(FolderError(f"{root} is gone; the store, {store}, is as it was. Is the folder mounted?"))


def _bursts(folder: Path, store: Path, stop: threading.Event) -> Iterator[bool]:
    """True as soon as changes are being watched for, and after each burst that can matter; False once when the folder goes."""
    matters, told = partial(_matters, folder.resolve(), store.resolve()), False
    while not stop.is_set():
        identity = _identity(folder)
        if identity is None:
            if not told:
                yield False
            told = True
            stop.wait(LOOK_MS / 1000)
            continue
        told = False
        first = True
        for burst in watch_files(
            folder,
            watch_filter=matters,
            debounce=BURST_MS,
            step=QUIET_MS,
            stop_event=stop,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
        ):
            if first or burst:
                yield True
            first = False
            if _identity(folder) != identity:  # moved away or made anew: the system watches the old one
                break


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _matters(folder: Path, store: Path, change: Change, path: str) -> bool:
    """Whether a change can change an article: also a folder that came, went or was renamed, and a sidecar.

    What happens in a store below the folder does not: each run changes it.
    """
    changed = Path(path)
    if changed == store or store in changed.parents:
        inside = changed.relative_to(store).parts
        if folder in store.parents or (inside and inside[0].startswith(STORE_PARTS)):
            return False
    return not changed.name.startswith(".") and (changed.suffix.lower() in readable or says_nothing(changed.name))
