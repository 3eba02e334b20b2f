"""How does a change of the whole catalog get into the shards?  Each article that came or went, into the shard of its id.

The whole is published by one rename, of its own current.json: it names the generation of each shard that belongs to it.  A shard
that came further before a kill is taken back when it is opened again.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from askcorpus.errors import StoreDamaged, StoreError
from askcorpus.store import catalog, layout, shards
from askcorpus.store.collections import NOTE
from askcorpus.store.layout import CATALOG, Description
from askcorpus.store.records import ARTICLE, ENCODING, PASSAGE, ArticleRow, Row, article_row
from askcorpus.store.rows import Rows
from askcorpus.store.shard_writer import AS_IT_IS, ShardWriter, packed
from askcorpus.types import EncodedPassage

_NEEDED = (
    "SELECT DISTINCT encoding FROM passages p WHERE encoding > ? AND NOT EXISTS (SELECT 1 FROM encodings e "
    "WHERE e.number = p.encoding AND length(e.vector) > 0) ORDER BY encoding LIMIT 5000"
)
_FULL = "SELECT number FROM encodings WHERE number > ? AND length(vector) > 0 ORDER BY number LIMIT 5000"
_ANY_FULL = "SELECT length(vector) > 0 FROM encodings ORDER BY number LIMIT 1"  # the oldest is one of before
BLOCK = 500  # articles whose texts and vectors are in memory at once: 10 MB
TRAVELS = ("manifest", f"note:{NOTE}", "note:calibration")
"""What each shard must say as well, to be a store of its own."""


@dataclass(slots=True)
class _Promise:
    """An encoding that is being made, and the shards that need it."""

    number: int
    shards: set[int] = field(default_factory=set)


class Spread:
    """The shards of a store, as its one writer changes them."""

    def __init__(
        self, store: Path, rows: Rows, current: Description | None, generation: int, wanted: int | None
    ) -> None:
        self._store, self._rows = store, rows
        before = current or _last_described(store, generation)
        there = dict(before.shards) if before is not None else {}
        count = wanted or len(there) or shards.begun(store)
        self.names = shards.names(count)
        lost = AS_IT_IS if before is None and generation else 0
        self._moved = bool(generation) and tuple(there) != self.names
        """Whether the articles lie elsewhere so far: in other shards, or in the catalog itself."""
        self._promised: dict[bytes, _Promise] = {}
        self._shards: list[ShardWriter] = []
        self._sources: list[Rows] = []
        own = _identity(rows)
        try:
            for name in self.names:
                self._shards.append(ShardWriter(store / name, there.get(name, lost), shards.identity(own, name)))
            if self._moved:
                elsewhere = [store / name / CATALOG for name in there if name not in self.names]
                self._sources = [Rows(path, write=False) for path in elsewhere if path.is_file()]
        except BaseException:
            self.close()
            raise
        self._next_number = 1 + max(
            _last_number(one) for one in (rows, *(s.rows for s in self._shards), *self._sources)
        )

    @property
    def due(self) -> bool:
        """Whether there is something to publish even where no article changed."""
        return self._moved or any(shard.broken for shard in self._shards)

    @property
    def promised(self) -> int:
        """Encodings that are still to be made."""
        return len(self._promised)

    def encoding_of(self, hash: bytes, own_id: str) -> tuple[int, bool]:
        """The number of an encoding that the article of this id needs, and whether the caller must have it made."""
        place = shards.place(own_id, len(self._shards))
        promise = self._promised.get(hash)
        if promise is not None:
            promise.shards.add(place)
            return promise.number, False
        number = self._shards[place].number_of(hash)
        if number is None:
            number = next(filter(None, (_number_of(rows, hash) for rows in self._others(place))), None)
        if number is not None:
            return number, False  # `publish` brings it where it is needed
        [known] = self._rows.query(
            "SELECT max(number) FROM encodings WHERE hash = ?", (hash,)
        )  # readers may still know it
        self._promised[hash] = _Promise(known[0] or self._next_number, {place})
        self._next_number += not known[0]
        return self._promised[hash].number, True

    def put_encoding(self, hash: bytes, encoded: EncodedPassage) -> None:
        """Keep an encoding in each shard that needs it; it outlives the run."""
        promise = self._promised[hash]
        for place in promise.shards:
            self._shards[place].put_encoding(promise.number, hash, encoded)
        del self._promised[hash]

    def rebuild(self) -> None:
        """Have every shard's indexes made again."""
        for shard in self._shards:
            shard.rebuild()

    def publish(self, generation: int, *, every: bool) -> tuple[tuple[str, int], ...]:
        """Each shard's name and its generation that holds what the whole's one does; with `every`, whatever is there so far.

        No reader of the whole sees them before it names them.
        """
        if every or self._moved:
            self._reconcile()
        else:
            gone = self._rows.checked("articles", ARTICLE, "WHERE removed_in = ?", (generation,))
            self._remove(map(article_row, gone))
            self._put(self._in_next("added_in = ? AND removed_in IS NULL", (generation,)))
        meta = [(key, value) for key in TRAVELS if (value := self._rows.meta(key)) is not None]
        return tuple((name, shard.publish(meta)) for name, shard in zip(self.names, self._shards, strict=True))

    def purge(self) -> None:
        """Remove what nobody reads any more: generations of the shards, and the places where the articles were before."""
        for shard in self._shards:
            shard.purge()
        described = [layout.read_generation(self._store, number) for number in layout.generations(self._store)]
        named = {name for one in described if one is not None for name, _ in one.shards} | set(self.names)
        for folder in shards.folders(self._store):
            if not any(Path(name).parent.name == folder.name for name in named):
                shutil.rmtree(folder, ignore_errors=True)
        full = self._rows.query(_ANY_FULL)
        if full and full[0][0] and all(one is None or one.shards for one in described):
            self._empty()
        self._moved = False

    def _empty(self) -> None:
        """Take the vectors that the catalog has of before there were shards out of it, and give their room back."""
        last = 0
        while numbers := [n for (n,) in self._rows.query(_FULL, (last,))]:
            last = numbers[-1]
            hashes = [row[:2] for row in packed(self._rows, numbers)]
            self._rows.insert_all("encodings", ENCODING, [(n, hash, b"", b"") for n, hash in hashes])
            self._rows.commit()
            while self._rows.query("PRAGMA freelist_count")[0][0]:
                self._rows.give_back()

    def commit(self) -> None:
        """Make the encodings so far outlive this process."""
        for shard in self._shards:
            shard.rows.commit()

    def close(self) -> None:
        """Let go of every shard."""
        for source in self._sources:
            source.close()
        for shard in self._shards:
            shard.close()

    def _others(self, place: int) -> Iterator[Rows]:
        """Where else an encoding may be."""
        yield from (shard.rows for n, shard in enumerate(self._shards) if n != place)
        yield from self._sources
        yield self._rows

    def _remove(self, rows: Iterable[ArticleRow]) -> None:
        numbers: list[list[int]] = [[] for _ in self._shards]
        for row in rows:
            numbers[shards.place(row.own_id, len(self._shards))].append(row.number)
        for shard, some in zip(self._shards, numbers, strict=True):
            shard.remove(some)

    def _reconcile(self) -> None:
        """Have the shards hold the live articles of the catalog, and no others, whatever they hold so far."""
        here = [shard.numbers() for shard in self._shards]
        lacking = (row for row in self._in_next("removed_in IS NULL", ()) if not self._take(here, row))
        self._put(lacking)
        for shard, rest in zip(self._shards, here, strict=True):
            shard.remove(sorted(rest))

    def _take(self, here: Sequence[set[int]], row: ArticleRow) -> bool:
        """Whether the shard of an article has it; it is then taken out of what the shard has."""
        of_shard = here[shards.place(row.own_id, len(self._shards))]
        there = row.number in of_shard
        of_shard.discard(row.number)
        return there

    def _in_next(self, condition: str, values: tuple[object, ...]) -> Iterator[ArticleRow]:
        """The articles of the next generation that fulfil this, in the order of their numbers."""
        last = 0
        where = f"WHERE {condition} AND number > ? ORDER BY number LIMIT {BLOCK}"
        while block := self._rows.checked("articles", ARTICLE, where, (*values, last)):
            last = block[-1][0]
            yield from map(article_row, block)

    def _put(self, rows: Iterable[ArticleRow]) -> None:
        block: list[ArticleRow] = []
        for row in rows:
            block.append(row)
            if len(block) == BLOCK:
                self._put_block(block)
                block = []
        self._put_block(block)

    def _put_block(self, block: Sequence[ArticleRow]) -> None:
        """Put articles into their shards, with the encodings that are elsewhere so far."""
        texts = {row.number: self._rows.text_of(row.number) for row in block}
        by_shard: list[list[tuple[ArticleRow, list[Row]]]] = [[] for _ in self._shards]
        for row in block:
            span = (row.first, row.first + row.passages - 1)
            passages = self._rows.checked("passages", PASSAGE, "WHERE id BETWEEN ? AND ? ORDER BY id", span)
            by_shard[shards.place(row.own_id, len(self._shards))].append((row, passages))
        for place, (shard, some) in enumerate(zip(self._shards, by_shard, strict=True)):
            needed = sorted({passage[4] for _, passages in some for passage in passages})
            self._bring(place, shard.lacking(needed))
            self._note(shard, needed)
            for row, passages in some:
                shard.put(row, texts[row.number], passages)

    def _note(self, shard: ShardWriter, numbers: list[int]) -> None:
        """Have the catalog know the texts of these encodings by their hashes, as any other does; the vectors stay in the shards."""
        known = _known(self._rows, numbers)
        new = [number for number in numbers if number not in known]
        self._rows.insert_all("encodings", ENCODING, [(n, hash, b"", b"") for n, hash, _, _ in shard.packed(new)])

    def _bring(self, place: int, numbers: list[int]) -> None:
        """Copy encodings into a shard from wherever they are; raises StoreDamaged where one is nowhere."""
        for rows in self._others(place):
            if not numbers:
                return
            found = [row for row in packed(rows, numbers) if row[2]]  # the catalog may know it without its vector
            if found:
                self._shards[place].put_packed(found)
                there = {row[0] for row in found}
                numbers = [number for number in numbers if number not in there]
        if numbers:
            raise catalog.damaged(
                self._store / CATALOG, f"{len(numbers)} passages are without their vector in every shard"
            )


def chosen(store: Path, current: Description | None, generation: int, wanted: int | None) -> bool:
    """Whether a store is one of shards, or is to become one."""
    if wanted is not None:
        return True
    before = current or _last_described(store, generation)
    return bool(before.shards) if before is not None else bool(shards.begun(store))


def gather(rows: Rows, catalogs: Sequence[Path]) -> None:
    """Bring what the passages of a catalog need from those of its shards, so that it is one store again."""
    for path in catalogs:
        source = Rows(path, write=False)
        try:
            last = 0
            while numbers := [n for (n,) in rows.query(_NEEDED, (last,))]:
                last = numbers[-1]
                rows.insert_all("encodings", ENCODING, packed(source, numbers))
                rows.commit()
        finally:
            source.close()
    if catalogs and rows.query(_NEEDED, (0,)):  # they were spread otherwise meanwhile, or a shard is not whole
        raise StoreError(f"{rows.path}: the shards changed while they were copied. Try again.")


def _identity(rows: Rows) -> str:
    """The number that tells this store from any other, which is noted before any shard is."""
    own = rows.meta(shards.IDENTITY)
    if own is None:
        own = secrets.token_hex(8)
        rows.set_meta(shards.IDENTITY, own)
        rows.commit()
    return own


def _last_described(store: Path, generation: int) -> Description | None:
    """The published generation as its own folder describes it, where current.json is lost."""
    try:
        return layout.read_generation(store, generation) if generation else None
    except StoreDamaged:
        return None


def _last_number(rows: Rows) -> int:
    last = rows.query("SELECT seq FROM sqlite_sequence WHERE name = 'encodings'")
    return int(last[0][0]) if last else 0


def _known(rows: Rows, numbers: Sequence[int]) -> set[int]:
    known: set[int] = set()
    for first in range(0, len(numbers), catalog.KEYS_A_QUERY):
        part = list(numbers[first : first + catalog.KEYS_A_QUERY])
        marks = ",".join("?" * len(part))
        known.update(n for (n,) in rows.query(f"SELECT number FROM encodings WHERE number IN ({marks})", part))
    return known


def _number_of(rows: Rows, hash: bytes) -> int | None:
    found = rows.query("SELECT number FROM encodings WHERE hash = ? AND length(vector) > 0", (hash,))
    return int(found[0][0]) if found else None
