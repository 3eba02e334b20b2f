"""Which folders are in a store, and to which does a file belong?  Each is a collection; its key stands in front of its files' paths.

A store of one folder has one collection, whose files have no key in front: so were all before there were several.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

NOTE, LAST_RUN = "collections", "last run"
"""Keys of the notes about them, and about what the last run did to the first."""
NAME_CHARS = 200
MOST = 10_000  # that an import takes: each is counted where a store is shown, which takes a second for so many


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder of articles in a store."""

    key: str
    """Of its files in the catalog; empty for the first, and it never changes."""
    name: str
    folder: str
    """Where it was when it was indexed last; empty where that was on another machine."""

    @property
    def prefix(self) -> str:
        """What stands before the paths of its files: paths in a folder never begin with a slash."""
        return f"/{self.key}/" if self.key else ""

    @property
    def last_run(self) -> str:
        """The key of the note about its last run."""
        return f"{LAST_RUN}:{self.key}" if self.key else LAST_RUN


def key_of(file: str) -> str:
    """The key of the collection of a file in the catalog."""
    return file[1:].partition("/")[0] if file.startswith("/") else ""


def inside(file: str) -> str:
    """The path of a file of the catalog in its own folder."""
    return file[1:].partition("/")[2] if file.startswith("/") else file


def shown(file: str, collections: Sequence[Collection]) -> str:
    """A file of the catalog as a person is told of it: where there are several collections, with its collection's name."""
    key = key_of(file)
    name = next((one.name for one in collections if one.key == key), key)
    return f"{name}/{inside(file)}" if len(collections) > 1 else inside(file)


def among(key: str) -> tuple[str, tuple[str, ...]]:
    """What SQL asks of the column `file`, and its values, for the files of one collection."""
    if not key:
        return "substr(file, 1, 1) <> '/'", ()
    return "file >= ? AND file < ?", (f"/{key}/", f"/{key}0")  # 0 comes after the slash


def read(note: str | None, last_run: str | None) -> tuple[Collection, ...]:
    """The collections that the notes of a store tell of; those of before there were several tell of their one by its last run."""
    if note is not None:
        return tuple(Collection(key, name, folder) for key, name, folder in json.loads(note))
    if last_run is None:
        return ()
    folder = str(json.loads(last_run)["folder"])
    return (Collection("", Path(folder).name or folder, folder),)


def written(collections: Iterable[Collection]) -> str:
    """The note that `read` reads."""
    return json.dumps([(one.key, one.name, one.folder) for one in collections], ensure_ascii=False)


def to_travel(note: str) -> str:
    """The note as another machine may have it: names, no folders.  Raises ValueError for what is no such note."""
    rows = json.loads(note)
    if len(rows) > MOST:
        raise ValueError("the number of its collections")
    names = [text for key, name, _ in rows for text in (key, name)]
    if not all(
        type(text) is str and len(text) <= NAME_CHARS and text.isprintable() and "/" not in text for text in names
    ):
        raise ValueError("the names of its collections")
    return written(Collection(key, name, "") for key, name, _ in rows)
