"""How is the store?  Counts, model, size, the last run and its skips, and whether the folder has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from askcorpus.articles.draft import Limits
from askcorpus.errors import AskcorpusError
from askcorpus.indexing.changes import changes
from askcorpus.indexing.report import LAST_RUN, LastRun, last_run
from askcorpus.store.catalog import Catalog
from askcorpus.store.layout import CATALOG, GENERATIONS
from askcorpus.store.opening import open_store
from askcorpus.store.snapshot import Snapshot


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
        last = last_run(snapshot.note(LAST_RUN))
        root = Path(folder) if folder is not None else Path(last.folder) if last is not None else None
        to_read, to_remove = None, None
        if root is not None and root.exists():
            changed = changes(root, snapshot.files(), reader=repr(Limits()))
            to_read, to_remove = len(changed.new), len(changed.gone)
        return _status(snapshot, last, to_read, to_remove)


def folder_of(store: Path | str) -> str | None:
    """The folder that a store was last brought up to date with; None where that cannot be said, as of a damaged store."""
    if not (Path(store) / CATALOG).is_file():
        return None
    catalog = Catalog(Path(store))
    try:
        last = last_run(catalog.meta(f"note:{LAST_RUN}"))
    except (AskcorpusError, OSError, ValueError, KeyError, TypeError):
        return None
    finally:
        catalog.close()
    return last.folder if last is not None else None


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
    return sum(file.stat().st_size for file in paths if file.is_file())
