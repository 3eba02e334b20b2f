"""What lies where in a store's folder, and which generation is current?

    embeddings/
      catalog.sqlite          the truth: articles, passages, vectors, token codes, notes
      current.json            names the published generation; replaced by one atomic rename
      writer.lock             held by the one process that writes; names it
      generations/00000007/   derived from the catalog, never changed once published
        description.json      counts, and every file with its size and checksum
        in-use                readers of this generation hold a shared lock on it
        lexical/              tantivy
        dense/                FAISS
      shards/4/0/             of a store in shards: each is such a folder itself; the indexes and vectors lie there

Only the catalog and current.json are forced to the disk: derived files that a power cut spoils do not match their
checksums and are made again.  Knows files and checksums; knows nothing of SQL, FAISS or tantivy.
"""

from __future__ import annotations

import errno
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from askcorpus.errors import FOLDER, StoreDamaged, StoreError, StoreFull, StoreNotFound, StoreVersion, typed
from askcorpus.settings import STORE_MARK
from askcorpus.store import shards

FORMAT = 2
"""Of the store as a whole; an older program refuses a newer one."""
IN_SHARDS = 100
"""Added to the format of a store whose vectors and indexes lie in shards, so that a program that knows of none refuses it."""
CATALOG = STORE_MARK
CURRENT = "current.json"
DESCRIPTION = "description.json"
GENERATIONS = "generations"
BLOCK_BYTES = 1 << 20  # a file is read in such pieces, so that memory does not follow its size
READER_READS = 1 << 30  # crc32 runs at 7 GB/s here: 0.2 s for the derived files of a million passages
WRITER_READS = 1 << 26  # a writer checks on each commit: 0.01 s
ALL = 1 << 62  # more than a disk holds
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class FileSeal:
    """What a published file must look like."""

    name: str
    """Relative to the generation's folder."""
    size: int
    mtime_ns: int
    crc: int


@dataclass(frozen=True, slots=True)
class Description:
    """One published generation."""

    generation: int
    articles: int
    passages: int
    languages: tuple[tuple[str, int], ...]
    """Language and passages in it, most first; "" is an unknown language."""
    lexical_format: int
    dense_format: int
    dead: int
    """Removed passages that the lexical index still counts in its statistics."""
    dense: dict[str, int | float | str]
    """How the dense index is to be searched."""
    files: tuple[FileSeal, ...]
    format: int = FORMAT
    shards: tuple[tuple[str, int], ...] = ()
    """The folder of each shard in the store's, and its generation that belongs to this one; none where the indexes lie here."""


def generation_folder(store: Path, generation: int) -> Path:
    """Where a generation's derived files lie."""
    return store / GENERATIONS / f"{generation:08d}"


def generations(store: Path) -> list[int]:
    """Every generation that has a folder, oldest first."""
    try:
        names = [path.name for path in (store / GENERATIONS).iterdir()]
    except FileNotFoundError:
        return []
    return sorted(int(name) for name in names if name.isdecimal())


def read_current(store: Path) -> Description | None:
    """The published generation; None where nothing was published yet.  Raises StoreDamaged, StoreVersion."""
    return _described(store / CURRENT, store)


def read_generation(store: Path, generation: int) -> Description | None:
    """A generation as it describes itself, current or not; None where it is gone.  Raises StoreDamaged, StoreVersion."""
    return _described(generation_folder(store, generation) / DESCRIPTION, store)


def _described(path: Path, store: Path) -> Description | None:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        outer = json.loads(data)
        body = outer["body"]
        if zlib.crc32(body.encode()) != outer["crc"]:
            raise ValueError("checksum")
        table: dict[str, Any] = json.loads(body)
        kind, its_format = divmod(table["format"], IN_SHARDS)
        if kind > 1 or its_format > FORMAT:
            raise newer(store, table["format"])
        table["files"] = tuple(FileSeal(**seal) for seal in table["files"])
        table["languages"] = tuple((language, n) for language, n in table["languages"])
        table["shards"] = _shards(table.get("shards", ()))
        return Description(**table)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        again = typed("verify", "--store", shards.whole_of(store))
        raise StoreDamaged(f"{path} is damaged. To mend it: {again}") from error


def _shards(listed: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """The shards that a description lists; raises ValueError for others than a store of so many has, which could lie anywhere."""
    listed = tuple((name, n) for name, n in listed)
    if listed and tuple(name for name, _ in listed) != shards.names(len(listed)):
        raise ValueError("shards")
    if any(type(n) is not int or n < 1 for _, n in listed):
        raise ValueError("generations of shards")
    return listed


def write_description(store: Path, description: Description) -> None:
    """Describe a generation inside its own folder, before it is published."""
    write_body(generation_folder(store, description.generation) / DESCRIPTION, description)


def publish(store: Path, description: Description) -> None:
    """Make a generation the current one: the single atomic step of an indexing run."""
    path = store / CURRENT
    draft = path.with_name(path.name + ".new")
    try:
        with draft.open("wb") as file:
            file.write(_serialise(description))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(store)
    except OSError as error:
        raise stored_error(error, path) from error


def write_body(path: Path, description: Description) -> None:
    """Write a description anywhere, as `publish` would."""
    path.write_bytes(_serialise(description))


def seal_files(folder: Path, names: Iterable[str], before: Iterable[FileSeal] = ()) -> tuple[FileSeal, ...]:
    """Size and checksum of files that have just been written; a link to a file of `before` keeps its seal."""
    seals_before = {seal.name: seal for seal in before}
    seals = []
    for name in sorted(names):
        path, seal = folder / name, seals_before.get(name)
        stat = path.stat()
        if seal is None or (seal.size, seal.mtime_ns) != (stat.st_size, stat.st_mtime_ns):
            seal = FileSeal(name, stat.st_size, stat.st_mtime_ns, crc_of(path))
        seals.append(seal)
    return tuple(seals)


def broken_file(folder: Path, seals: Iterable[FileSeal], *, read_up_to: int) -> str | None:
    """The first file that is not as it was published, in words; None when all are.

    When they are more than `read_up_to` bytes, only those are read whose size or modification time differ.
    """
    seals = tuple(seals)
    read_all = sum(seal.size for seal in seals) <= read_up_to
    for seal in seals:
        path = folder / seal.name
        try:
            stat = path.stat()
        except FileNotFoundError:
            return f"{path} is missing"
        if stat.st_size != seal.size:
            return f"{path} has {stat.st_size} bytes instead of {seal.size}"
        if (read_all or stat.st_mtime_ns != seal.mtime_ns) and crc_of(path) != seal.crc:
            return f"{path} does not match its checksum"
    return None


def crc_of(path: Path) -> int:
    """The CRC-32 of a file."""
    crc = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            crc = zlib.crc32(block, crc)
    return crc


def stored_error(error: OSError, path: Path) -> StoreError:
    """The error to raise for one of the operating system, while writing to the store."""
    if error.errno in NO_ROOM:
        return no_room(path)
    return StoreError(f"{path} cannot be used: {error.strerror or error}")


def no_room(path: Path) -> StoreFull:
    """The error for a disk that is full, whichever library noticed it while it wrote to `path`."""
    return StoreFull(f"{path}: no room left on the disk; the store is as it was. Make room and run it again.")


def no_store(store: Path) -> StoreNotFound:
    """The error for a folder that holds none."""
    again = typed("index", FOLDER, "--store", shards.whole_of(store))
    return StoreNotFound(f"there is no store at {store}. Make one: {again}")


def newer(store: Path, its_format: int) -> StoreVersion:
    """The error for a store that a newer program wrote."""
    return StoreVersion(
        f"{store} has format {its_format}, this askcorpus reads up to {FORMAT}. Upgrade it: pip install --upgrade askcorpus"
    )


def _sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _serialise(description: Description) -> bytes:
    table = asdict(description)
    if not description.shards:  # as programs of before there were shards read it
        del table["shards"]
    body = json.dumps(table, sort_keys=True)
    return json.dumps({"crc": zlib.crc32(body.encode()), "body": body}).encode()
