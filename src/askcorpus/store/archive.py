"""How does a store travel?  As one tar file: a copy of the catalog, one generation, the model; with every checksum."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath

from askcorpus.errors import StoreDamaged, StoreError
from askcorpus.store import layout
from askcorpus.store.catalog import connect, translated
from askcorpus.store.layout import CATALOG, CURRENT, FORMAT, FileSeal
from askcorpus.store.locks import IN_USE
from askcorpus.store.opening import open_store
from askcorpus.store.writer import Say

CONTENTS = "askcorpus-store.json"
"""The first member: the format, and name, size and checksum of every other."""
ENCODER = "encoder"
COPIED_PAGES = 4096  # 64 MiB at once; a writer gets its turn in between


def export_store(store: Path | str, target: Path | str, *, say: Say | None = None) -> int:
    """Write the store's current generation into one file; its size in bytes.  Readers and writers may go on."""
    source, file = Path(store), Path(target)
    with open_store(source, say=say) as snapshot, tempfile.TemporaryDirectory(dir=file.resolve().parent) as scratch:
        copy = Path(scratch, CATALOG)
        _copy_catalog(source / CATALOG, copy)
        members = {CATALOG: copy, CURRENT: Path(scratch, CURRENT)}
        folder = layout.generation_folder(source, snapshot.generation)
        layout.write_body(members[CURRENT], snapshot.description)
        inside = folder.relative_to(source).as_posix()
        for name in (*(seal.name for seal in snapshot.description.files), layout.DESCRIPTION):
            members[f"{inside}/{name}"] = folder / name
        for path in sorted((source / ENCODER).rglob("*")):
            if path.is_file():
                members[path.relative_to(source).as_posix()] = path
        draft = Path(scratch, "export.tar")
        try:
            _pack(draft, members)
            size = draft.stat().st_size
            draft.replace(file)
        except OSError as error:
            raise layout.stored_error(error, file) from error
    return size


def import_store(source: Path | str, store: Path | str) -> int:
    """Make a store of an exported file, after checking every byte; how many passages it holds.

    Raises StoreDamaged, StoreVersion, and StoreError when there is a store already.
    """
    file, target = Path(source), Path(store)
    if (target / CATALOG).exists():
        raise StoreError(f"there is a store at {target} already. Import into another folder, or remove it first.")
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".import-") as scratch:
            _unpack(file, Path(scratch))
            with open_store(scratch) as snapshot:
                count = snapshot.passages_count
            for path in Path(scratch).iterdir():
                if path.name != CATALOG:
                    _move(path, target / path.name)
            Path(scratch, CATALOG).replace(target / CATALOG)  # last: it is what makes the folder a store
    except OSError as error:
        raise layout.stored_error(error, target) from error
    return count


def _move(path: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    path.replace(target)


def _copy_catalog(source: Path, target: Path) -> None:
    """A copy of the catalog as it is at one moment, whatever is being written to it."""
    with translated(source):
        connection = connect(source)
        copy = sqlite3.connect(target)
        try:
            connection.backup(copy, pages=COPIED_PAGES, sleep=0)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
            connection.close()


def _pack(target: Path, members: dict[str, Path]) -> None:
    seals = [
        asdict(FileSeal(name, path.stat().st_size, path.stat().st_mtime_ns, layout.crc_of(path)))
        for name, path in members.items()
    ]
    contents = json.dumps({"format": FORMAT, "files": seals}).encode()
    with tarfile.open(target, "w") as tar:
        first = tarfile.TarInfo(CONTENTS)
        first.size = len(contents)
        tar.addfile(first, io.BytesIO(contents))
        for name, path in members.items():
            info = tarfile.TarInfo(name)
            info.size = path.stat().st_size
            with path.open("rb") as data:
                tar.addfile(info, data)


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:") as tar:
            for seal in _unpacked(tar, source, folder):
                path = folder / seal.name
                if path.stat().st_size != seal.size or layout.crc_of(path) != seal.crc:
                    raise StoreDamaged(f"{source} is damaged: {seal.name} does not match its checksum. Copy it again.")
                os.utime(path, ns=(seal.mtime_ns, seal.mtime_ns))
    except FileNotFoundError as error:
        if source.exists():
            raise StoreDamaged(f"{source} is damaged: {error.filename} is not in it. Copy it again.") from error
        raise StoreError(f"there is no file {source}") from error
    except tarfile.TarError as error:
        raise StoreDamaged(f"{source} is not a whole exported store: {error}. Copy it again.") from error


def _unpacked(tar: tarfile.TarFile, source: Path, folder: Path) -> Iterator[FileSeal]:
    """Write every member to disk, then say how each must look."""
    seals: list[FileSeal] | None = None
    for info in tar:
        stream = tar.extractfile(info)
        path = PurePosixPath(info.name)
        if stream is None or path.is_absolute() or ".." in path.parts:
            raise StoreDamaged(f"{source} is not an exported store: it holds {info.name}")
        if seals is None:
            seals = _contents(stream.read(), source)
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(stream, file, layout.BLOCK_BYTES)
    for seal in seals or _contents(b"", source):
        if PurePosixPath(seal.name).parts[0] == layout.GENERATIONS:
            folder.joinpath(*PurePosixPath(seal.name).parts[:2], IN_USE).touch()
        yield seal


def _contents(data: bytes, source: Path) -> list[FileSeal]:
    try:
        table = json.loads(data)
        if table["format"] > FORMAT:
            raise layout.newer(source, table["format"])
        return [FileSeal(**seal) for seal in table["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreDamaged(f"{source} is not an exported store. Make one: askcorpus export FILE") from error
