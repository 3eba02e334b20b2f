"""Is everything in the store as it was written?  Reads every row and every byte, and compares the two indexes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import numpy as np

from askcorpus.encoder.converted import KEPT
from askcorpus.encoder.converted import damaged as damaged_files
from askcorpus.errors import StoreDamaged
from askcorpus.store import layout, recovery, shards
from askcorpus.store.catalog import seal, seen_in
from askcorpus.store.dense import Dense
from askcorpus.store.layout import CATALOG, Description
from askcorpus.store.lexical import Lexical
from askcorpus.store.locks import lock_for_reading
from askcorpus.store.records import ARTICLE, ENCODING, FILE, FURNITURE, LINE, PASSAGE, TEXT, article_row
from askcorpus.store.rows import Rows

TABLES = {"meta": "key, value", "files": FILE, "articles": ARTICLE, "texts": TEXT, "passages": PASSAGE}
TABLES |= {"encodings": ENCODING, "lines": LINE, "furniture": FURNITURE}
BLOCK_ROWS = 2000  # in memory at once
Ids: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a store, one line each."""

    catalog: tuple[str, ...]
    """Only building the store again helps against these."""
    derived: tuple[str, ...]
    """The indexes can be made again from the catalog, without encoding."""
    model: tuple[str, ...]
    """The model that is kept beside the catalog can be made again, or taken from this machine."""
    rows: int
    files: int


def verify(path: Path | str, *, say: Callable[[str], None] | None = None) -> Verdict:
    """Check a store's catalog, its derived files and that they agree, of each of its shards too; changes nothing."""
    store = Path(path)
    if not (store / CATALOG).is_file():
        raise layout.no_store(store)
    tell = say or (lambda line: None)
    whole = _checked(store, tell)
    if whole.description is None or not whole.description.shards:
        return whole.verdict
    verdicts, lives = [whole.verdict], [np.zeros(0, np.int64)]
    for name, generation in whole.description.shards:
        tell(f"checking {name}")
        if not (store / name / CATALOG).is_file():
            verdicts.append(Verdict((f"{store / name / CATALOG} is gone",), (), (), 0, 0))
            continue
        shard = _checked(
            store / name, tell, generation
        )  # not its current one: a run may have died when it came further
        verdicts.append(shard.verdict)
        if shards.differ(shard.identity, whole.identity, name):
            verdicts.append(Verdict((str(shards.misplaced(store / name)),), (), (), 0, 0))
        lives.append(shard.live)
    every = _together(verdicts)
    if not every.catalog and not every.derived and not np.array_equal(np.sort(np.concatenate(lives)), whole.live):
        return _together([every, _derived(f"the shards of {store} hold other passages than its catalog")])
    return every


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was seen of one store, or of one shard."""

    verdict: Verdict
    description: Description | None = None
    live: Ids = field(default_factory=lambda: np.zeros(0, np.int64))
    identity: str | None = None


def _checked(store: Path, tell: Callable[[str], None], named: int | None = None) -> _Checked:
    try:
        rows = Rows(store / CATALOG, write=os.access(store, os.W_OK))
    except StoreDamaged as error:
        return _Checked(Verdict((str(error),), (), (), 0, 0))
    try:
        derived, description = _described(store, rows, named)
        generation = description.generation if description else int(rows.meta("published") or 0)
        tell("checking the catalog")
        problems = list(_structure(rows))
        count = 0
        for table, columns in TABLES.items():
            tell(f"checking {table}")
            n, bad = _sealed(rows, table, columns)
            count += n
            problems += [f"{rows.path}: {bad} of {n} rows of {table} do not match their checksum"] if bad else []
        live = np.zeros(0, np.int64)
        sharded = description is not None and bool(description.shards)
        if not problems:
            live = _live(rows, generation)
            problems += _references(rows, generation, vectors=not sharded)
        if description is not None and not derived and not problems and not sharded:
            tell("checking the indexes")
            derived = list(_indexes(store, description, live, rows))
        identity = None if problems else rows.meta(shards.IDENTITY)
        tell("checking the model")
        model = tuple(f"{store / KEPT / name} is not as it was written" for name in damaged_files(store / KEPT))
        files = len(description.files) if description else 0
        return _Checked(Verdict(tuple(problems), tuple(derived), model, count, files), description, live, identity)
    except StoreDamaged as error:
        return _Checked(Verdict((str(error),), (), (), 0, 0))
    finally:
        rows.close()


def _derived(problem: str) -> Verdict:
    return Verdict((), (problem,), (), 0, 0)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """What is wrong with any of several."""
    return Verdict(
        tuple(line for one in verdicts for line in one.catalog),
        tuple(line for one in verdicts for line in one.derived),
        tuple(line for one in verdicts for line in one.model),
        sum(one.rows for one in verdicts),
        sum(one.files for one in verdicts),
    )


def _described(store: Path, rows: Rows, named: int | None) -> tuple[list[str], Description | None]:
    """What is wrong with the published files, and how they are described; those of the generation that is `named`, if one is."""
    try:
        description = layout.read_current(store) if named is None else layout.read_generation(store, named)
    except StoreDamaged as error:
        return [str(error)], None
    if description is None:
        if named is not None:
            return [f"generation {named} of {store} is gone"], None
        return [f"{store / layout.CURRENT} is gone"] if rows.meta("published") not in (None, "0") else [], None
    broken = recovery.what_is_broken(store, description, read_up_to=layout.ALL)
    return [broken] if broken else [], description


def _structure(rows: Rows) -> Iterator[str]:
    """What SQLite finds wrong with its own file."""
    for (line,) in rows.query("PRAGMA integrity_check(5)"):
        if line != "ok":
            yield f"{rows.path}: {str(line).splitlines()[0]}"


def _sealed(rows: Rows, table: str, columns: str) -> tuple[int, int]:
    """How many rows a table has, and how many of them are not as they were written."""
    total = bad = 0
    for block in rows.stream(f"SELECT {columns}, seal FROM {table}", size=BLOCK_ROWS):
        total += len(block)
        bad += sum(seal(*row[:-1]) != row[-1] for row in block)
    return total, bad


def _live(rows: Rows, generation: int) -> Ids:
    """The ids of every passage that can be found, in order."""
    where = f"WHERE {seen_in(generation)} AND superseded = 0"
    parts = [np.zeros(0, np.int64)]
    for row in map(article_row, rows.checked("articles", ARTICLE, where)):
        parts.append(np.arange(row.first, row.first + row.passages))
    return np.sort(np.concatenate(parts))


def _references(rows: Rows, generation: int, *, vectors: bool) -> Iterator[str]:
    """Rows that name others which are not there; a catalog whose vectors lie in shards has none."""
    lost = {
        "articles without their text": (
            f"SELECT count(*) FROM articles a WHERE {seen_in(generation)} AND NOT EXISTS "
            "(SELECT 1 FROM texts t WHERE t.article = a.number)"
        ),
        "articles without all of their passages": (
            f"SELECT count(*) FROM articles a WHERE {seen_in(generation)} AND passages <> (SELECT count(*) FROM "
            "passages p WHERE p.id BETWEEN a.first AND a.first + a.passages - 1 AND p.article = a.number)"
        ),
        "passages without their vector": (
            "SELECT count(*) FROM articles a CROSS JOIN passages p ON p.id BETWEEN a.first AND a.first + a.passages - 1 "
            f"WHERE {seen_in(generation)} AND NOT EXISTS (SELECT 1 FROM encodings e WHERE e.number = p.encoding)"
        ),
    }
    if not vectors:
        del lost["passages without their vector"]
    for what, sql in lost.items():
        [(count,)] = rows.query(sql)
        if count:
            yield f"{rows.path}: {count} {what}"


def _indexes(store: Path, description: Description, live: Ids, rows: Rows) -> Iterator[str]:
    """Where an index holds other passages than the catalog."""
    lock = lock_for_reading(store, description.generation)
    if lock is None:
        return  # another generation took over while the catalog was read
    folder = layout.generation_folder(store, description.generation)
    try:
        if len(live) != description.passages:
            yield f"the catalog holds {len(live)} passages, the published generation {description.passages}"
        dense = Dense(folder / "dense", description.dense)
        lexical = Lexical(folder / "lexical")
        for name, ids in (("dense", dense.ids()), ("lexical", lexical.ids())):
            missing, extra = len(set(live.tolist()) - ids), len(ids - set(live.tolist()))
            if missing or extra:
                yield f"the {name} index lacks {missing} passages and has {extra} that are gone"
    finally:
        lock.close()
