"""How does a reader come by a snapshot?  It takes the published generation, and has what is broken made again first."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from askcorpus.errors import FOLDER, StoreBusy, StoreDamaged, StoreError, StoreNotFound, typed
from askcorpus.store import layout, recovery, shards
from askcorpus.store.catalog import Catalog, OlderFormat
from askcorpus.store.layout import CATALOG, Description
from askcorpus.store.locks import Lock, lock_for_reading, lock_for_writing
from askcorpus.store.part import Gone, open_here
from askcorpus.store.parts import Parts
from askcorpus.store.records import manifest_of
from askcorpus.store.snapshot import Snapshot, Stat, current_stat
from askcorpus.store.writer import Say, open_writer
from askcorpus.types import Manifest

ATTEMPTS, PAUSE_S = 50, 0.002
"""A generation may be replaced between two looks at it; each try waits longer, 2.5 s in all."""


OpenShards: TypeAlias = Callable[[Path, tuple[tuple[str, int], ...]], Parts]
"""Opens the shards of a store, which are given by their folders in it and their generations."""


def open_store(path: Path | str, *, say: Say | None = None, shards_of: OpenShards = open_here) -> Snapshot:
    """The current generation of a store, after making again from the catalog what is damaged; `say` hears of it.

    `shards_of` opens those of a store that has some. Raises StoreNotFound, StoreVersion, StoreDamaged.
    """
    store = Path(path)
    if not (store / CATALOG).is_file():
        raise layout.no_store(store)
    for attempt in range(ATTEMPTS):
        try:
            snapshot, broken = _try(store, shards_of)
        except OSError as error:
            raise layout.stored_error(error, store) from error
        if snapshot is not None:
            return snapshot
        if broken is not None:
            _mend(store, broken, say)
        else:
            time.sleep(PAUSE_S * attempt)
    raise StoreError(f"{store} changes faster than it can be opened. Try again.")


def manifest_in(path: Path | str) -> Manifest | None:
    """The model whose vectors a store holds; None where there is no store, or none has been put in."""
    if not (Path(path) / CATALOG).is_file():
        return None
    catalog = Catalog(Path(path))
    try:
        text = catalog.meta("manifest")
    finally:
        catalog.close()
    return manifest_of(text) if text is not None else None


def shards_in(path: Path | str) -> int | None:
    """Over how many shards a store is spread; None where it is not, or cannot be read."""
    try:
        description = layout.read_current(Path(path))
    except StoreError:
        return None
    return len(description.shards) or None if description is not None else None


def set_aside(path: Path | str) -> Path | None:
    """Rename a store, so that a new one can be built in its place; its new name, or None where there is none."""
    store = Path(path)
    if not (store / CATALOG).exists():
        return None
    lock = lock_for_writing(store)
    try:
        aside = next(name for n in range(1, 1000) if not (name := store / f"aside-{n}").exists())
        aside.mkdir()
        for part in (layout.CURRENT, CATALOG, CATALOG + "-wal", CATALOG + "-shm", layout.GENERATIONS):
            if (store / part).exists():
                (store / part).replace(aside / part)
        for folder in shards.folders(store):
            (aside / shards.FOLDER).mkdir(exist_ok=True)
            folder.replace(aside / shards.FOLDER / folder.name)
    except OSError as error:
        raise layout.stored_error(error, store) from error
    finally:
        lock.close()
    return aside


def _try(store: Path, shards_of: OpenShards) -> tuple[Snapshot | None, str | None]:
    """A snapshot, or what keeps it from being opened; neither when another generation has just taken over."""
    try:
        seen = current_stat(store)
        description = layout.read_current(store)
    except StoreDamaged as error:
        return None, str(error)
    if description is None:
        return None, "current.json is gone"
    lock = lock_for_reading(store, description.generation)
    if lock is None:
        moved = current_stat(store) != seen
        return None, None if moved else f"generation {description.generation} is gone"
    broken = recovery.what_is_broken(store, description, read_up_to=layout.READER_READS)
    if broken is None:
        try:
            return _opened(store, description, lock, seen, shards_of), None
        except OlderFormat:
            broken = "the store has an older format"
        except Gone as error:  # with the generation that named it, unless somebody removed it by hand
            broken = None if current_stat(store) != seen else str(error)
        except _Broken as error:
            broken = str(error)
        except BaseException:
            lock.close()
            raise
    lock.close()
    return None, broken


class _Broken(Exception):
    """A shard must be made again."""


def _opened(store: Path, description: Description, lock: Lock, seen: Stat, shards_of: OpenShards) -> Snapshot:
    try:
        parts = shards_of(store, description.shards) if description.shards else None
    except StoreDamaged as error:
        raise _Broken(str(error)) from error
    try:
        snapshot = Snapshot(store, description, lock, seen, lambda: open_store(store, shards_of=shards_of), parts)
    except BaseException:
        if parts is not None:
            parts.close()
        raise
    try:
        if parts is not None:
            parts.expect(store, snapshot.identity, description.passages)
    except BaseException:
        snapshot.close()
        raise
    return snapshot


def _mend(store: Path, broken: str, say: Say | None) -> None:
    try:
        with open_writer(store, say=say) as writer:
            if not writer.generation:
                again = typed("index", FOLDER, "--store", store)
                raise StoreNotFound(f"the first indexing run of {store} did not finish. Run it again: {again}")
            writer.publish()
    except StoreBusy as error:
        raise StoreDamaged(f"{broken}. {error}") from error
    except (OSError, PermissionError) as error:
        raise StoreDamaged(
            f"{broken}, and {store} cannot be written ({error}). As its owner run: {typed('verify', '--store', store)}"
        ) from error
