"""In which shard does an article lie, and in which folder does a shard?  By a hash of the article's id, so that nothing need be looked up.

A store in shards is one catalog of all articles, which decides what is shown, and so many folders that are stores themselves:
each holds its articles once more with their vectors, token codes and indexes, under the very numbers of that catalog.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from askcorpus.errors import FOLDER as ARTICLES
from askcorpus.errors import StoreDamaged, UsageError, typed

FOLDER = "shards"
HELD = "catalog.sqlite"
"""What tells a store, or a shard, from other folders: `layout.CATALOG`, which is of a module below."""
IDENTITY = "identity"
"""Under which a store in shards notes a number of its own, and each shard that number with its place: one of another store is told by it."""
MOST = 1024
"""A question asks all of them; what a hundred million passages need on paper is forty: docs/cluster.md."""


def names(count: int) -> tuple[str, ...]:
    """The folders of so many shards, below the store's; raises UsageError."""
    if not 1 <= count <= MOST:
        raise UsageError(f"shards is {count}; it must be from 1 to {MOST}.")
    return tuple(f"{FOLDER}/{count}/{number}" for number in range(count))


def place(own_id: str, count: int) -> int:
    """The number of the shard that holds the article which came with this id, and all others that came with it."""
    digest = blake2b(own_id.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % count


def identity(own: str, name: str) -> str:
    """What the shard of this name notes, in a store that notes its `own` number."""
    return f"{own}/{name}"


def differ(noted: str | None, own: str | None, name: str) -> bool:
    """Whether what a shard notes is not what the shard of this name notes in a store of this `own` number; None is from before there were notes."""
    return own is not None and noted is not None and noted != identity(own, name)


def misplaced(shard: Path) -> StoreDamaged:
    """The error for one of another store, or from another place in this one."""
    again = typed("index", ARTICLES, "--store", whole_of(shard), "--rebuild")
    return StoreDamaged(
        f"{shard} is a shard of another store, or another one of this. Put the right one there, or build the store again: {again}"
    )


def begun(store: Path) -> int:
    """Into how many shards a first run has begun to put a store; 0 where it has none."""
    return max(map(int, (path.name for path in folders(store))), default=0)


def folders(store: Path) -> tuple[Path, ...]:
    """What lies beside each other of a store that was spread, once for each number of shards; nothing that somebody else put there."""
    try:
        held = sorted((store / FOLDER).iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(
        path for path in held if path.name.isdecimal() and 1 <= int(path.name) <= MOST and any(path.glob(f"*/{HELD}"))
    )


def whole_of(store: Path) -> Path:
    """The store to which a shard belongs; any other store itself.  What is to be typed names it, never a shard."""
    inside = store.parent.name.isdecimal() and store.name.isdecimal() and store.parent.parent.name == FOLDER
    whole = store.parent.parent.parent
    return whole if inside and (whole / HELD).is_file() else store
