"""What does a writer find when it opens a store, and what does it leave behind?

It finds the published generation, drops what a killed run left above it, and sees whether the derived files are whole.
It leaves no generation that nobody reads, and no rows that only such generations needed.
"""

from __future__ import annotations

import shutil
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from askcorpus.errors import StoreDamaged
from askcorpus.store import layout, site_furniture
from askcorpus.store.dense import DENSE_FORMAT
from askcorpus.store.layout import Description
from askcorpus.store.lexical import LEXICAL_FORMAT
from askcorpus.store.locks import lock_for_removal
from askcorpus.store.records import ARTICLE, FILE, FURNITURE, article_row, file_row, file_values
from askcorpus.store.rows import Rows

LEFTOVERS = "leftovers"


@dataclass(frozen=True, slots=True)
class State:
    """A store as its writer finds it."""

    generation: int
    current: Description | None
    broken: str | None
    """Why the derived files must be made again, in words; None when they are whole."""
    leftovers: bool
    """Whether a run ended before it used all that it had encoded."""


def recover(store: Path, rows: Rows) -> State:
    """The store's state, after dropping everything above the published generation."""
    current, broken = None, None
    try:
        current = layout.read_current(store)
    except StoreDamaged as error:
        broken = str(error)
    generation = current.generation if current is not None else int(rows.meta("published") or 0)
    if current is None and generation and broken is None:
        broken = f"{store / layout.CURRENT} is gone"
    if current is not None:
        broken = what_is_broken(store, current, read_up_to=layout.WRITER_READS)
    _drop_above(rows, generation)
    for number in layout.generations(store):
        if number > generation:
            shutil.rmtree(layout.generation_folder(store, number), ignore_errors=True)
    return State(generation, current, broken, rows.meta(LEFTOVERS) is not None)


def what_is_broken(store: Path, description: Description, *, read_up_to: int) -> str | None:
    """Why a generation's derived files cannot be used, in words; None when they can."""
    if (description.lexical_format, description.dense_format) != (LEXICAL_FORMAT, DENSE_FORMAT):
        return "the indexes have an older format"
    folder = layout.generation_folder(store, description.generation)
    return layout.broken_file(folder, description.files, read_up_to=read_up_to)


def confirm_files(rows: Rows, generation: int) -> None:
    """Let files whose articles are as published keep what was noted of them, without a new generation."""
    for row in map(file_row, rows.checked("files", FILE, "WHERE added_in > ? OR removed_in > ?", (generation,) * 2)):
        if row.removed_in is not None:
            rows.execute("DELETE FROM files WHERE number = ?", (row.number,))
        else:
            rows.insert("files", FILE, file_values(replace(row, added_in=generation)))


def purge(store: Path, rows: Rows, generation: int, *, leftovers: bool) -> None:
    """Remove generations that nobody reads, the rows that only they showed, and encodings that no run came to use."""
    for number in layout.generations(store):
        if number >= generation:
            continue
        lock = lock_for_removal(store, number)
        if lock is not None:
            shutil.rmtree(layout.generation_folder(store, number), ignore_errors=True)
            lock.close()
    oldest = min(layout.generations(store), default=generation)
    gone = [article_row(row) for row in rows.checked("articles", ARTICLE, "WHERE removed_in <= ?", (oldest,))]
    for article in gone:
        rows.delete_article(article, encodings=True)
    rows.execute("DELETE FROM files WHERE removed_in <= ?", (generation,))
    rows.execute("DELETE FROM furniture WHERE removed_in <= ?", (oldest,))
    if leftovers:
        unused = "NOT EXISTS (SELECT 1 FROM passages WHERE encoding = encodings.number)"
        rows.execute(f"DELETE FROM encodings WHERE {unused}")
    rows.execute("DELETE FROM meta WHERE key = ?", (LEFTOVERS,))
    rows.commit()
    if gone:
        rows.give_back()


def _drop_above(rows: Rows, generation: int) -> None:
    """Forget what an unfinished run wrote; the encodings it paid for stay."""
    unfinished = [article_row(row) for row in rows.checked("articles", ARTICLE, "WHERE added_in > ?", (generation,))]
    for article in unfinished:
        site_furniture.drop(rows, article, rows.text_of(article.number))
        rows.delete_article(article, encodings=False)
    for article in map(article_row, rows.checked("articles", ARTICLE, "WHERE removed_in > ?", (generation,))):
        rows.insert("articles", ARTICLE, astuple(replace(article, removed_in=None)))
        site_furniture.put(rows, article, rows.text_of(article.number))
    rows.execute("DELETE FROM furniture WHERE added_in > ?", (generation,))
    for *values, _, _ in rows.checked("furniture", FURNITURE, "WHERE removed_in > ?", (generation,)):
        rows.insert("furniture", FURNITURE, (*values, None))
    rows.execute("DELETE FROM files WHERE added_in > ?", (generation,))
    for file in map(file_row, rows.checked("files", FILE, "WHERE removed_in > ?", (generation,))):
        rows.insert("files", FILE, file_values(replace(file, removed_in=None)))
    rows.set_meta("published", str(generation))
    rows.commit()
