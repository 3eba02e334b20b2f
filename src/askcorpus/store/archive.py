"""How does a store travel?  As one tar file: a copy of the catalog and the model, with every checksum.

The indexes stay at home: they are made again of the catalog.  What comes from elsewhere is not trusted.  Of a tar only the
members are taken that an export writes, under their own names, into a folder where none of them is; a catalog is read row
by row before anything is made of it; a model, which runs, only where the user says so.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

from askcorpus.errors import FolderError, StoreDamaged, StoreError, StoreFull, StoreVersion, typed
from askcorpus.scratch import abandoned, scratch
from askcorpus.store import layout, recovery, shards, spreading, vetting
from askcorpus.store.catalog import connect, translated
from askcorpus.store.layout import CATALOG, CURRENT, FORMAT, GENERATIONS, FileSeal
from askcorpus.store.members import Member, NotPlain, blocks, members
from askcorpus.store.opening import open_store
from askcorpus.store.writer import Say, open_writer

CONTENTS = "askcorpus-store.json"
"""The first member: the format, and name, size and checksum of every other."""
CONTENTS_BYTES = 1 << 20  # an export of today needs 2 kB, one with the indexes of a million passages 20 kB
ENCODER = "encoder"
ENCODER_FILES = frozenset(
    {
        "check.npz", "form.json", "model.bin", "model.xml", "pieces.json", "pieces.npy", "pieces.txt", "projection.npz",
        "scores.npy", "tokenizer.json", "words.q4",
    }
)  # fmt: skip
"""Data, each read by a parser that runs nothing; no name that a model with code of its own would need."""
COPIED_PAGES = 4096  # 64 MiB at once; a writer gets its turn in between
SPARE_BYTES = 256 << 20  # what an import leaves free on the disk
LARGEST_MODEL = 8 << 30  # bytes; the largest that this program was tried with has 90 MB
_BEFORE_THE_CATALOG = (GENERATIONS, ENCODER, CURRENT)
_LEFT_AT_HOME = re.compile(
    rf"{re.escape(CURRENT)}|{GENERATIONS}/\d{{8}}/(description\.json|(lexical|dense)/[\w.-]+)", re.ASCII
)
"""What exports of older versions also hold; it is passed over."""


def export_store(store: Path | str, target: Path | str, *, say: Say | None = None) -> int:
    """Write the store as it is now into one file; its size in bytes.  Readers and writers may go on."""
    source, file = Path(store), Path(target)
    if file.exists() and not file.is_file():  # a file would stand in the place of a device, for everybody
        raise FolderError(
            f"{file} is no plain file, so nothing is written in its place. Name another: {typed('export', 'store.tar', '--store', source)}"
        )
    try:
        with (
            open_store(source, say=say) as snapshot,
            scratch(file.resolve().parent, "askcorpus-export") as folder,
        ):
            copy = folder / CATALOG
            _copy_catalog(source / CATALOG, copy)
            _forget_what_is_not_shown(folder, [source / name / CATALOG for name, _ in snapshot.description.shards])
            packed = {CATALOG: copy}
            for name in sorted(ENCODER_FILES):
                if (source / ENCODER / name).is_file():
                    packed[f"{ENCODER}/{name}"] = source / ENCODER / name
            draft = folder / "export.tar"
            _pack(draft, packed)
            size = draft.stat().st_size
            draft.replace(file)
    except (
        StoreFull
    ) as error:  # of the copy, which lies beside the file; it names the catalog, which has all the room it needs
        raise layout.no_room(file) from error
    except OSError as error:
        raise layout.stored_error(error, file) from error
    return size


def import_store(source: Path | str, store: Path | str, *, trust_model: bool = False, say: Say | None = None) -> int:
    """Make a store of an exported file, after checking every byte and every row; how many passages it holds.

    The model in it is taken with `trust_model` alone. Raises StoreDamaged, StoreVersion, and StoreError where something
    of a store is there already.
    """
    file, target = Path(source), Path(store)
    _take_back(target)
    taken = [name for name in (CATALOG, CURRENT, GENERATIONS, ENCODER) if os.path.lexists(target / name)]
    taken += [shards.FOLDER] if shards.folders(target) else []
    if taken:
        raise StoreError(
            f"there is a store at {target} already ({taken[0]}). Import into another folder, or remove it first."
        )
    try:
        target.mkdir(parents=True, exist_ok=True)
        with scratch(target, "import") as folder:
            _unpack(file, folder, trust_model=trust_model)
            if say is not None:
                say("checking every row, then making the indexes")
            try:
                vetting.vet_values(folder)
                with open_writer(folder) as writer:
                    vetting.vet_references(writer.rows, writer.generation)
                    writer.publish()
                    count = writer.passages
            except StoreVersion as error:
                raise StoreVersion(str(error).replace(str(folder), str(file), 1)) from error
            except StoreDamaged as error:  # which speaks of a store in a folder that is gone by now
                what = str(error).removeprefix(f"{folder / CATALOG}: ").partition(". ")[0]
                raise StoreDamaged(f"{file}: {what}. Have it exported again: askcorpus export FILE") from error
            _move(folder, target)
    except OSError as error:
        raise layout.stored_error(error, target) from error
    return count


def _take_back(target: Path) -> None:
    """Remove what a killed import had put in its place: its folder still holds the catalog, which goes last."""
    for left in abandoned(target, "import"):
        if (left / CATALOG).is_file() and not (target / CATALOG).exists():
            for name in _BEFORE_THE_CATALOG:
                if not (left / name).exists():
                    _remove(target / name)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _move(folder: Path, target: Path) -> None:
    """Put a whole store in its place, last what makes the folder a store; all of it, or on an error nothing."""
    moved: list[Path] = []
    try:
        for name in (*_BEFORE_THE_CATALOG, CATALOG):
            if (folder / name).exists():
                (folder / name).rename(target / name)
                moved.append(target / name)
    except OSError:
        for path in moved:
            _remove(path)
        raise


def _copy_catalog(source: Path, target: Path) -> None:
    """A copy of the catalog as it is at one moment, whatever is being written to it."""
    with translated(source):
        connection = connect(source)
        copy = sqlite3.connect(target)
        try:
            connection.backup(copy, pages=COPIED_PAGES, sleep=0)
        finally:
            copy.close()
            connection.close()


def _forget_what_is_not_shown(folder: Path, spread: Sequence[Path]) -> None:
    """Take out of a copied catalog what a run left unfinished and what was removed: it must not travel.

    What the catalogs of shards hold for it is brought in: what travels is one store, that can be spread again where it arrives.
    """
    with open_writer(folder) as writer:
        recovery.purge(folder, writer.rows, writer.generation, leftovers=True)
        spreading.gather(writer.rows, spread)
    with translated(folder / CATALOG), closing(sqlite3.connect(folder / CATALOG)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("VACUUM")  # what was deleted stands in the file until it is written anew


def _pack(target: Path, packed: dict[str, Path]) -> None:
    seals = [
        asdict(FileSeal(name, path.stat().st_size, path.stat().st_mtime_ns, layout.crc_of(path)))
        for name, path in packed.items()
    ]
    contents = json.dumps({"format": FORMAT, "files": seals}).encode()
    with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as tar:  # the format that says any size in one header
        first = tarfile.TarInfo(CONTENTS)
        first.size = len(contents)
        tar.addfile(first, io.BytesIO(contents))
        for name, path in packed.items():
            info = tarfile.TarInfo(name)
            info.size = path.stat().st_size
            with path.open("rb") as data:
                tar.addfile(info, data)


def _unpack(source: Path, folder: Path, *, trust_model: bool) -> None:
    """Write the catalog, and a trusted model, into an empty folder; every byte as the first member says."""
    with _opened(source) as file:
        try:
            tar = members(file)
            seals = _contents(file, next(tar, None), source)
            room = shutil.disk_usage(folder).free - SPARE_BYTES
            if sum(seal.size for seal in seals.values()) > room:
                raise layout.no_room(folder)
            for member in tar:
                seal = seals.pop(member.name, None)
                if seal is None or seal.size != member.size:
                    raise NotPlain(f"it holds {member.name!r}, which its first member does not say")
                if member.name == CATALOG or (trust_model and member.name.startswith(f"{ENCODER}/")):
                    _write(file, member, folder / member.name, seal, source)
            if seals:
                raise NotPlain(f"{min(seals)} is not in it")
        except NotPlain as error:
            raise StoreDamaged(
                f"{source} is not a whole exported store: {error}. Copy it again, or make one: askcorpus export FILE"
            ) from error


def _opened(source: Path) -> BinaryIO:
    """The exported file; raises StoreError that names it, not the store, where it cannot be had."""
    try:
        file = source.open("rb")
    except FileNotFoundError as error:
        raise StoreError(f"there is no file {source}") from error
    except OSError as error:
        raise layout.stored_error(error, source) from error
    if not file.seekable():
        file.close()
        raise StoreError(f"{source} can be read only once, as a pipe can. Save it as a file, and import that.")
    return file


def _write(file: BinaryIO, member: Member, target: Path, seal: FileSeal, source: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    crc = 0
    with target.open("xb") as written:
        for block in blocks(file, member):
            crc = zlib.crc32(block, crc)
            written.write(block)
    if crc != seal.crc:
        raise StoreDamaged(f"{source} is damaged: {member.name} does not match its checksum. Copy it again.")


def _contents(file: BinaryIO, member: Member | None, source: Path) -> dict[str, FileSeal]:
    """What the first member says of the others."""
    if member is None or member.name != CONTENTS or member.size > CONTENTS_BYTES:
        raise NotPlain("it does not begin with a list of its contents")
    try:
        table = json.loads(b"".join(blocks(file, member)))
        its_format = table["format"]
        listed = [FileSeal(**seal) for seal in table["files"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NotPlain("the list of its contents cannot be read") from error
    if type(its_format) is not int or its_format < 1:
        raise NotPlain("the list of its contents cannot be read")
    if its_format > FORMAT:
        raise layout.newer(source, its_format)
    seals = {seal.name: seal for seal in listed if _sound(seal)}
    if len(seals) != len(listed) or CATALOG not in seals:
        raise NotPlain("the list of its contents names what no export holds")
    return seals


def _sound(seal: FileSeal) -> bool:
    """Whether a seal is one that an export, of this version or an older one, could have written."""
    if type(seal.name) is not str or any(type(n) is not int or n < 0 for n in (seal.size, seal.mtime_ns, seal.crc)):
        return False
    folder, _, name = seal.name.partition("/")
    if folder == ENCODER:
        return name in ENCODER_FILES and seal.size <= LARGEST_MODEL
    return seal.name == CATALOG or _LEFT_AT_HOME.fullmatch(seal.name) is not None
