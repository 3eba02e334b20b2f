"""Which files of a folder can be read?  Walks it in a fixed order; opens nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from askcorpus.types import Skip

_TEXT = (".txt", ".text", ".md", ".markdown")
_PAGES = (".html", ".htm", ".xhtml", ".mhtml", ".mht")
_RECORDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
_FEEDS = (".xml", ".rss", ".atom")
_OFFICE = (".pdf", ".docx", ".epub")
_PACKED = (".gz", ".zip", ".warc")

readable: frozenset[str] = frozenset(_TEXT + _PAGES + _RECORDS + _FEEDS + _OFFICE + _PACKED)
"""Suffixes of the files that can be read; a .gz counts when what is packed in it does."""

STORE_FILE = "catalog.sqlite"
"""The folder that holds it is a store, whose files are no articles."""
STORE_PARTS = ("current.json", "generations", "encoder", "aside-")
"""How the names of what a store holds begin, of those that could be read."""
STATE_FILE = ".askcorpus-add.json"
"""What `askcorpus add` remembers of the pages it fetched into a folder."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may hold articles, as the walk saw it."""

    path: Path
    file: str
    """Path inside the folder, with forward slashes."""
    size: int
    mtime_ns: int


def walk(folder: Path, *, follow_links: bool = False) -> Iterator[FoundFile | Skip]:
    """Every readable file below the folder, sorted by its path in the folder.

    Hidden files, files of other kinds, stores and sidecars (`page.html.json` beside `page.html`) are passed over; a link
    that leads back to a folder above it, or out of the folder unless `follow_links`, a FIFO or a folder that may not be
    opened is a Skip. A file is a folder of one.
    """
    if not folder.is_dir():
        yield from _look(folder, folder.name)
        return
    yield from _walk(folder, "", frozenset(), None if follow_links else os.path.realpath(folder))


def kind_of(name: str) -> str:
    """The suffix that says how to read the file, in lower case; what is inside counts for a .gz."""
    lower = name.lower()
    if lower.endswith(".gz"):
        inner = Path(lower[: -len(".gz")]).suffix
        return inner if inner in readable - {".gz", ".zip"} else ""
    suffix = Path(lower).suffix
    return suffix if suffix in readable else ""


def _walk(folder: Path, prefix: str, above: frozenset[tuple[int, int]], root: str | None) -> Iterator[FoundFile | Skip]:
    """`root` is the folder that no link may lead out of; None where it may."""
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))  # noqa: PTH208  names sort faster than Paths, and 100,000 are common
    except OSError as error:
        yield Skip(prefix.rstrip("/") or ".", f"folder cannot be opened: {reason(error)}")
        return
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        yield Skip(prefix.rstrip("/"), "link that leads back to a folder above it")
        return
    files = set(names)
    is_store = STORE_FILE in files
    if is_store and prefix:
        return
    for name in names:
        if name.startswith(".") or (is_store and name.startswith(STORE_PARTS)):
            continue
        path, file = folder / name, prefix + name
        if root is not None and leads_out(path, root):
            yield Skip(file, "link that leads out of the folder; to read it all the same: --follow-links")
        elif _is_folder(path):
            yield from _walk(path, file + "/", above | {identity}, root)
        elif kind_of(name) and not _is_sidecar(name, files):
            yield from _look(path, file)


def _look(path: Path, file: str) -> Iterator[FoundFile | Skip]:
    try:
        status = path.stat()
    except OSError as error:
        yield Skip(file, reason(error))
        return
    if not stat.S_ISREG(status.st_mode):
        yield Skip(file, "not a regular file")
        return
    yield FoundFile(path=path, file=file, size=status.st_size, mtime_ns=status.st_mtime_ns)


def leads_out(path: Path, root: str) -> bool:
    """Whether this is a link to a place outside of `root`, whose own links are resolved."""
    if not path.is_symlink():
        return False
    place = os.path.realpath(path)
    return os.path.lexists(place) and os.path.commonpath((root, place)) != root


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False  # a dangling or circular link: _look names it


def _is_sidecar(name: str, siblings: set[str]) -> bool:
    return name.lower().endswith(".json") and name[: -len(".json")] in siblings


def reason(error: OSError) -> str:
    """Why the file cannot be had, in plain words."""
    if isinstance(error, FileNotFoundError):
        return "vanished before it was read"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return (error.strerror or type(error).__name__).lower()
