"""How is the store?  Counts, model, size, the last run and its skips, and whether its folders have changed since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from askcorpus.articles.draft import Limits
from askcorpus.indexing.changes import changes
from askcorpus.indexing.report import LastRun, last_run
from askcorpus.store.collections import Collection, key_of
from askcorpus.store.layout import CATALOG, GENERATIONS
from askcorpus.store.opening import open_store
from askcorpus.store.records import FileRow
from askcorpus.store.shards import FOLDER as SHARDS
from askcorpus.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """A folder of the store at a glance."""

    name: str
    folder: str
    articles: int
    last_run: LastRun | None
    to_read: int | None
    """Files that an indexing run would read now; None when the folder is not there."""
    to_remove: int | None


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
    """Of the folder that was indexed last."""
    to_read: int | None
    """Files of all folders that an indexing run would read now; None when one is not there."""
    to_remove: int | None
    collections: tuple[CollectionStatus, ...] = ()
    shards: int = 0
    """Over how many it is spread; 0 where it is not."""

    @property
    def current(self) -> bool | None:
        """Whether the store says what its folders say; None when one is not there."""
        return None if self.to_read is None else not (self.to_read or self.to_remove)


def status(store: Path | str, folder: Path | str | None = None) -> Status:
    """A store at a glance, compared with the folders it was last brought up to date with; with `folder` where it has one."""
    with open_store(store) as snapshot:
        counted, files = snapshot.counted, snapshot.files()
        alone = folder if len(counted) < 2 else None
        told = tuple(_collection(snapshot, one, n, files, alone) for one, n in counted)
        if not told and folder is not None:  # of a store that came from another machine
            told = (_collection(snapshot, Collection("", "", str(folder)), snapshot.articles, files, folder),)
        return _status(snapshot, told)


def _collection(
    snapshot: Snapshot, collection: Collection, articles: int, files: tuple[FileRow, ...], folder: Path | str | None
) -> CollectionStatus:
    root = Path(folder if folder is not None else collection.folder)
    to_read, to_remove = None, None
    if (folder is not None or collection.folder) and root.exists():
        mine = [row for row in files if key_of(row.file) == collection.key]
        changed = changes(root, mine, reader=repr(Limits()), prefix=collection.prefix)
        to_read, to_remove = len(changed.new), len(changed.gone)
    last = last_run(snapshot.note(collection.last_run))
    return CollectionStatus(collection.name, collection.folder, articles, last, to_read, to_remove)


def _status(snapshot: Snapshot, told: tuple[CollectionStatus, ...]) -> Status:
    known = bool(told) and all(one.to_read is not None for one in told)
    return Status(
        store=str(snapshot.path),
        generation=snapshot.generation,
        articles=snapshot.articles,
        passages=snapshot.passages_count,
        languages=snapshot.languages,
        model=snapshot.manifest.model,
        dim=snapshot.manifest.dim,
        bytes=sum(_size(snapshot.path / part) for part in (CATALOG, GENERATIONS, SHARDS)),
        last_run=max((one.last_run for one in told if one.last_run), key=lambda run: run.at, default=None),
        to_read=sum(one.to_read or 0 for one in told) if known else None,
        to_remove=sum(one.to_remove or 0 for one in told) if known else None,
        collections=told,
        shards=len(snapshot.description.shards),
    )


def _size(path: Path) -> int:
    paths = (path, *path.rglob("*")) if path.is_dir() else (path,)  # of a folder that is not there: nothing
    return sum(file.stat().st_size for file in paths if file.is_file())
