"""How is the store?  Counts, model, size, the last run and its skips, and whether the folder has changed since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from askcorpus.articles import Limits
from askcorpus.indexing.changes import changes
from askcorpus.indexing.run import LAST_RUN
from askcorpus.store import open_store
from askcorpus.store.layout import CATALOG, GENERATIONS
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Counts, Skip


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last indexing run left as a note."""

    folder: str
    at: str
    """ISO 8601, UTC."""
    counts: Counts
    skips: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """A store at a glance."""

    store: str
    generation: int
    articles: int
    passages: int
    languages: tuple[tuple[str, int], ...]
    """Language and its passages, most first."""
    model: str
    dim: int
    bytes: int
    """On disk, without the model that is kept beside the store."""
    last_run: LastRun | None
    to_read: int | None
    """Files of the folder that an indexing run would read now; None when the folder is not there."""
    to_remove: int | None

    @property
    def current(self) -> bool | None:
        """Whether the store says what the folder says; None when the folder is not there."""
        return None if self.to_read is None else not (self.to_read or self.to_remove)


def status(store: Path | str, folder: Path | str | None = None) -> Status:
    """A store at a glance, compared with `folder`, or with the folder it was last brought up to date with."""
    with open_store(store) as snapshot:
        last = _last_run(snapshot.note(LAST_RUN))
        root = Path(folder) if folder is not None else Path(last.folder) if last is not None else None
        to_read, to_remove = None, None
        if root is not None and root.exists():
            found = changes(root, snapshot.files(), reader=repr(Limits()))
            to_read, to_remove = len(found.new), len(found.gone)
        return _status(snapshot, last, to_read, to_remove)


def _status(snapshot: Snapshot, last: LastRun | None, to_read: int | None, to_remove: int | None) -> Status:
    return Status(
        store=str(snapshot.path),
        generation=snapshot.generation,
        articles=snapshot.articles,
        passages=snapshot.passages_count,
        languages=snapshot.languages,
        model=snapshot.manifest.model,
        dim=snapshot.manifest.dim,
        bytes=_size(snapshot.path / CATALOG) + _size(snapshot.path / GENERATIONS),
        last_run=last,
        to_read=to_read,
        to_remove=to_remove,
    )


def _size(path: Path) -> int:
    paths = (path, *path.rglob("*")) if path.is_dir() else (path,)
    return sum(found.stat().st_size for found in paths if found.is_file())


def _last_run(note: str | None) -> LastRun | None:
    if note is None:
        return None
    table = json.loads(note)
    skips = tuple(Skip(file, reason) for file, reason in table["skips"])
    return LastRun(table["folder"], table["at"], Counts(**table["counts"]), skips)
