"""In which shard does an article lie, and in which folder does a shard?  By a hash of the article's id, so that nothing need be looked up.

A store in shards is one catalog of all articles, which decides what is shown, and so many folders that are stores themselves:
each holds its articles once more with their vectors, token codes and indexes, under the very numbers of that catalog.
"""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from askcorpus.errors import UsageError

FOLDER = "shards"
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


def begun(store: Path) -> int:
    """Into how many shards a first run has begun to put a store; 0 where it has none."""
    try:
        counts = [int(path.name) for path in (store / FOLDER).iterdir() if path.name.isdigit()]
    except FileNotFoundError:
        return 0
    return max(counts, default=0)
