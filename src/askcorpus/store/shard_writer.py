"""How does a change get into one shard?  As rows under the numbers of the whole store's catalog, then as a generation of its own.

The whole decides: what it does not name as this shard's generation is dropped when the shard is opened for writing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, replace
from pathlib import Path

from askcorpus.errors import StoreDamaged
from askcorpus.store import catalog, deriving, encodings, layout, recovery, shards
from askcorpus.store.layout import CATALOG, Description
from askcorpus.store.locks import lock_for_writing
from askcorpus.store.records import ARTICLE, ENCODING, PASSAGE, TEXT, ArticleRow, Row, article_row, manifest_of
from askcorpus.store.rows import Rows
from askcorpus.types import EncodedPassage

AS_IT_IS = -1
"""In the place of a generation: the whole has lost which one it named."""


class ShardWriter:
    """The one writer of one shard."""

    def __init__(self, path: Path, generation: int, identity: str) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock = lock_for_writing(path)
        try:
            if not generation:
                _leave_none_of_another(path, identity)
            if not (path / CATALOG).exists():
                if generation:
                    raise catalog.damaged(path.parents[2] / CATALOG, f"{path / CATALOG}, which belongs to it, is gone")
                catalog.create(path / CATALOG)
            self.rows = Rows(path / CATALOG)
            try:
                _belong(self.rows, identity, path)
                self._follow(generation)
                state = recovery.recover(path, self.rows)
            except BaseException:
                self.rows.close()
                raise
        except BaseException:
            self._lock.close()
            raise
        self.generation, self._current, self._broken = state.generation, state.current, state.broken
        self._leftovers, self._leaves_some = state.leftovers, False
        self._changed = False
        self.rows.execute("DELETE FROM lines")  # recovery counts what it brings back; here nobody asks for it
        self.rows.commit()

    @property
    def next(self) -> int:
        """The generation that the changes will be."""
        return self.generation + 1

    @property
    def broken(self) -> bool:
        """Whether its indexes must be made again."""
        return self._broken is not None

    def number_of(self, hash: bytes) -> int | None:
        """The number of an encoding that is here; None for one that is not."""
        numbers = self.rows.query("SELECT number FROM encodings WHERE hash = ?", (hash,))
        return int(numbers[0][0]) if numbers else None

    def put_encoding(self, number: int, hash: bytes, encoded: EncodedPassage) -> None:
        """Keep an encoding; it outlives the run."""
        self.put_packed([(number, hash, *encodings.pack(encoded))])
        self.rows.commit_sometimes()

    def put_packed(self, rows: Iterable[Sequence[object]]) -> None:
        """Keep encodings as they lie in another shard: number, hash, vector, codes."""
        if not self._leaves_some:
            self._leaves_some = True
            self.rows.set_meta(recovery.LEFTOVERS, "1")
        self.rows.insert_all("encodings", ENCODING, list(rows))

    def lacking(self, numbers: Sequence[int]) -> list[int]:
        """Those of these encodings that are not here."""
        here: set[int] = set()
        for part in _parts(numbers):
            marks = ",".join("?" * len(part))
            here.update(n for (n,) in self.rows.query(f"SELECT number FROM encodings WHERE number IN ({marks})", part))
        return [number for number in numbers if number not in here]

    def packed(self, numbers: Sequence[int]) -> list[Row]:
        """Those of these encodings that are here: number, hash, vector, codes."""
        return packed(self.rows, numbers)

    def put(self, row: ArticleRow, text: str, passages: Sequence[Row]) -> None:
        """Add an article as it is in the whole, with its passages; their encodings are here."""
        self._changed = True
        self.rows.insert("texts", TEXT, (row.number, text))
        self.rows.insert("articles", ARTICLE, astuple(replace(row, added_in=self.next, removed_in=None)))
        self.rows.insert_all("passages", PASSAGE, [passage[:5] for passage in passages])
        self.rows.commit_sometimes()

    def remove(self, numbers: Sequence[int]) -> None:
        """Take articles out of the next generation."""
        for part in _parts(numbers):
            where = f"WHERE number IN ({','.join('?' * len(part))}) AND removed_in IS NULL"
            for row in map(article_row, self.rows.checked("articles", ARTICLE, where, part)):
                self._changed = True
                self.rows.insert("articles", ARTICLE, astuple(replace(row, removed_in=self.next)))

    def numbers(self) -> set[int]:
        """Every article of the next generation."""
        return {number for (number,) in self.rows.query("SELECT number FROM articles WHERE removed_in IS NULL")}

    def rebuild(self) -> None:
        """Have `publish` make the derived indexes again."""
        self._broken = self._broken or "asked for"

    def publish(self, meta: Iterable[tuple[str, str]]) -> int:
        """The generation that holds every change, made where there is one; readers of the whole do not see it yet."""
        for key, value in meta:
            if self.rows.meta(key) != value:
                self.rows.set_meta(key, value)
        self.rows.commit()
        if self._changed or self._broken is not None or self._current is None:
            self._publish_next()
            if deriving.compaction_due(self._current):
                self._broken = "many passages are gone"
                self._publish_next()
        return self.generation

    def purge(self) -> None:
        """Remove what no reader, and no later run, needs; called when the whole names this generation."""
        recovery.purge(self.path, self.rows, self.generation, leftovers=self._leftovers)
        self._leaves_some = self._leftovers = False

    def close(self) -> None:
        """Let go of the shard; what was not published stays out of sight, encodings are kept."""
        try:
            self.rows.close()
        finally:
            self._lock.close()

    def _follow(self, generation: int) -> None:
        """Have the shard be at the generation that the whole names, whichever of the two came further."""
        if generation == AS_IT_IS:
            return
        if generation:
            named = _or_none(lambda: layout.read_generation(self.path, generation))
            if named is not None:
                if _or_none(lambda: layout.read_current(self.path)) != named:
                    layout.publish(self.path, named)
                return
        (self.path / layout.CURRENT).unlink(
            missing_ok=True
        )  # the indexes are made again of the rows of that generation
        self.rows.set_meta("published", str(generation))
        self.rows.commit()

    def _publish_next(self) -> None:
        manifest = self.rows.meta("manifest")
        if manifest is None:
            raise StoreDamaged(f"{self.rows.path} does not say which model made it")
        self.rows.set_meta("published", str(self.next))
        self.rows.commit()
        before = self._current if self._broken is None else None
        dim = manifest_of(manifest).dim
        description = deriving.derive(self.path, self.rows, self.next, before, dim=dim, shard=True)
        self.rows.checkpoint()
        layout.publish(self.path, description)
        self.generation, self._current, self._broken, self._changed = description.generation, description, None, False


def _leave_none_of_another(path: Path, identity: str) -> None:
    """Where the whole never had a shard here, remove what another store left: its encodings may be those of another model."""
    if not (path / CATALOG).exists():
        return
    rows = Rows(path / CATALOG)
    try:
        stays = rows.meta(shards.IDENTITY) == identity
    finally:
        rows.close()
    if not stays:
        shutil.rmtree(path / layout.GENERATIONS, ignore_errors=True)
        for name in (layout.CURRENT, CATALOG + "-wal", CATALOG + "-shm", CATALOG):
            (path / name).unlink(missing_ok=True)


def _belong(rows: Rows, identity: str, path: Path) -> None:
    """Have a shard say where it belongs; raises StoreDamaged where it says something else."""
    said = rows.meta(shards.IDENTITY)
    if said is None:  # made anew, or before there was such a note
        rows.set_meta(shards.IDENTITY, identity)
        rows.commit()
    elif said != identity:
        raise shards.misplaced(path)


def _or_none(read: Callable[[], Description | None]) -> Description | None:
    """A description; None for one that is damaged."""
    try:
        return read()
    except StoreDamaged:
        return None


def packed(rows: Rows, numbers: Sequence[int]) -> list[Row]:
    """Those of these encodings that a catalog holds: number, hash, vector, codes."""
    found: list[Row] = []
    for part in _parts(numbers):
        where = f"WHERE number IN ({','.join('?' * len(part))})"
        found += [row[:-1] for row in rows.checked("encodings", ENCODING, where, part)]
    return found


def _parts(numbers: Sequence[int]) -> Iterable[list[int]]:
    every = list(numbers)
    return (every[first : first + catalog.KEYS_A_QUERY] for first in range(0, len(every), catalog.KEYS_A_QUERY))
