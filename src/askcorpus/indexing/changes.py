"""Which files of the folder are not as the store knows them?  Size and time first, then the content's hash."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

from askcorpus.articles.files import FoundFile, OtherFile, reason, walk
from askcorpus.store.records import FileRow
from askcorpus.types import Skip

SETTLED_NS = 2_000_000_000
"""A file changed so shortly before it was hashed may change again within the same tick of the file system's clock."""
BLOCK_BYTES = 1 << 20  # a file is hashed in such pieces, so that memory does not follow its size


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it is now, its sidecar included: `page.html.json` says things about `page.html`."""

    found_file: FoundFile
    size: int
    mtime_ns: int
    checked_ns: int
    hash: bytes


@dataclass(slots=True)
class FolderChanges:
    """How a folder differs from what a store knows of it."""

    new: list[FileState] = field(default_factory=list)
    """Files to read: the store does not know them, or knows other content."""
    touched: list[tuple[FileRow, FileState]] = field(default_factory=list)
    """Files whose content is known, only not at this modification time."""
    same: list[FileRow] = field(default_factory=list)
    gone: list[FileRow] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    """What the walk could not open; such files are read again on the next run."""
    unread: Counter[str] = field(default_factory=Counter)
    """How many files there are of each kind that is not read, by suffix."""

    @property
    def known(self) -> int:
        """How many files the store knew."""
        return len(self.same) + len(self.touched) + len(self.gone) + self.changed

    @property
    def here(self) -> frozenset[bytes]:
        """The content of the files to read: what is gone under one name may be here under another."""
        return frozenset(state.hash for state in self.new)

    def lost(self, here: Collection[bytes]) -> int:
        """How many of them are nowhere among the content that is here."""
        return sum(row.hash not in here for row in self.gone)

    changed: int = 0
    """How many of `new` the store knew with other content."""


def changes(
    folder: Path,
    known_files: Iterable[FileRow],
    *,
    reader: str,
    reread: bool = False,
    follow_links: bool = False,
    prefix: str = "",
    seen: Callable[[], None] = lambda: None,
) -> FolderChanges:
    """Compare a folder with the files a store knows of it, whose paths have the prefix of its collection.

    `reader` names how files are read, for those once skipped; `seen` is called for each file.
    """
    rows = {row.file: row for row in known_files}
    folder_changes = FolderChanges()
    for item in walk(folder, follow_links=follow_links):
        seen()
        found_file = replace(item, file=prefix + item.file) if prefix else item
        if isinstance(found_file, Skip):
            folder_changes.skips.append(found_file)
        elif isinstance(found_file, OtherFile):
            folder_changes.unread[found_file.kind] += 1
        elif not _is_text(found_file.file):
            name = found_file.file.encode(errors="backslashreplace").decode()
            folder_changes.skips.append(Skip(name, "its name is not UTF-8; rename it"))
        else:
            _compare(found_file, rows, folder_changes, reader=reader, reread=reread)
    folder_changes.gone.extend(rows.values())
    return folder_changes


def _compare(
    found_file: FoundFile,
    rows: dict[str, FileRow],
    into: FolderChanges,
    *,
    reader: str,
    reread: bool,
) -> None:
    """Sort one file into the changes; takes what is known of it out of `rows`, unless it cannot be read."""
    row = rows.get(found_file.file)
    size, mtime_ns = _size_and_time(found_file)
    again = reread or row is None or (bool(row.skips) and row.reader != reader)
    if row is not None and not again and (row.size, row.mtime_ns) == (size, mtime_ns) and _settled(row):
        into.same.append(rows.pop(found_file.file))
        return
    checked_ns = time.time_ns()
    try:
        state = FileState(found_file, size, mtime_ns, checked_ns, _hash(found_file))
    except OSError as error:
        into.skips.append(Skip(found_file.file, reason(error)))
        return
    rows.pop(found_file.file, None)
    if row is None or again or row.hash != state.hash:
        into.new.append(state)
        into.changed += row is not None
    else:
        into.touched.append((row, state))


def _settled(row: FileRow) -> bool:
    return row.mtime_ns <= row.checked_ns - SETTLED_NS


def _size_and_time(found_file: FoundFile) -> tuple[int, int]:
    try:
        sidecar = found_file.beside.stat() if found_file.beside is not None else None
    except OSError:
        sidecar = None
    if sidecar is None:
        return found_file.size, found_file.mtime_ns
    return found_file.size + sidecar.st_size, max(found_file.mtime_ns, sidecar.st_mtime_ns)


def _hash(found_file: FoundFile) -> bytes:
    digest = blake2b(digest_size=16)
    _take(found_file.path, digest)
    if found_file.beside is not None and found_file.beside.is_file():
        digest.update(b"\x00")
        _take(found_file.beside, digest)
    return digest.digest()


def _take(path: Path, digest: blake2b) -> None:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
