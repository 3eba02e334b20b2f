"""How are sealed rows written?  One connection that writes, its transactions, and the counters behind the tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from askcorpus.errors import StoreFull
from askcorpus.store import catalog
from askcorpus.store.catalog import check, seal, translated
from askcorpus.store.records import TEXT, ArticleRow, Row

COMMIT_EVERY_S = 0.25  # no more than that of what was encoded is lost by a kill
EMPTY_PAGES_GIVEN_BACK = 512  # 8 MiB a commit, so that none is slow because much was removed


class Rows:
    """The catalog as its one writer sees it, or with `write=False` who reads all of it; usable from the writer's and the encoder's thread."""

    def __init__(self, path: Path, *, write: bool = True) -> None:
        self.path = path
        self._connection = catalog.connect(path, write=write)
        self._guard = threading.RLock()
        self._committed = time.monotonic()
        self._counters: dict[str, int] = {}

    def query(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row of a query."""
        with self._guard, translated(self.path):
            return self._connection.execute(sql, values).fetchall()

    def checked(self, table: str, columns: str, where: str = "", values: Sequence[object] = ()) -> list[Row]:
        """Rows with their seal as the last column; raises StoreDamaged for one that does not hold."""
        rows = self.query(f"SELECT {columns}, seal FROM {table} {where}", values)
        for row in rows:
            check(row, table, self.path)
        return rows

    def text_of(self, article: int) -> str:
        """The text of an article; raises StoreDamaged where it is lost."""
        for row in self.checked("texts", TEXT, "WHERE article = ?", (article,)):
            return str(row[1])
        raise catalog.damaged(self.path, f"the text of article {article} is missing")

    def stream(self, sql: str, values: Sequence[object] = (), *, size: int) -> Iterator[list[Row]]:
        """The rows of a query in blocks; nothing may be written meanwhile."""
        with self._guard, translated(self.path):
            cursor = self._connection.execute(sql, values)
            while block := cursor.fetchmany(size):
                yield block

    def execute(self, sql: str, values: Sequence[object] = ()) -> int:
        """Write, inside a transaction that `commit` ends; how many rows it was."""
        with self._guard, translated(self.path):
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            return self._connection.execute(sql, values).rowcount

    def insert(self, table: str, columns: str, values: Sequence[object]) -> None:
        """Write a row with its seal, in the place of one with the same key."""
        marks = ",".join("?" * (len(values) + 1))
        self.execute(f"INSERT OR REPLACE INTO {table} ({columns}, seal) VALUES ({marks})", (*values, seal(*values)))

    def insert_all(self, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
        """Write many rows as `insert` does one."""
        marks = ",".join("?" * (columns.count(",") + 2))
        with self._guard, translated(self.path):
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            sql = f"INSERT OR REPLACE INTO {table} ({columns}, seal) VALUES ({marks})"
            self._connection.executemany(sql, ((*values, seal(*values)) for values in rows))

    def number(self, table: str) -> int:
        """A number no row of this table ever had."""
        with self._guard:
            if table not in self._counters:
                last = self.query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
                self._counters[table] = int(last[0][0]) if last else 0
            self._counters[table] += 1
            return self._counters[table]

    def delete_article(self, article: ArticleRow, *, encodings: bool) -> None:
        """Delete an article with its text and its passages; with `encodings`, also those that no passage needs any more."""
        span = (article.first, article.first + article.passages - 1)
        used = self.query("SELECT DISTINCT encoding FROM passages WHERE id BETWEEN ? AND ?", span) if encodings else []
        self.execute("DELETE FROM passages WHERE id BETWEEN ? AND ?", span)
        for (number,) in used:
            self.execute(
                "DELETE FROM encodings WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM passages WHERE encoding = ?1)",
                (number,),
            )
        self.execute("DELETE FROM texts WHERE article = ?", (article.number,))
        self.execute("DELETE FROM articles WHERE number = ?", (article.number,))

    def meta(self, key: str) -> str | None:
        """A value kept under a key, or None."""
        for row in self.checked("meta", "key, value", "WHERE key = ?", (key,)):
            return str(row[1])
        return None

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value under a key."""
        self.insert("meta", "key, value", (key, value))

    def commit(self) -> None:
        """Make what was written outlive this process."""
        with self._guard, translated(self.path):
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")
            self._committed = time.monotonic()

    def commit_sometimes(self) -> None:
        """Commit when the last time is COMMIT_EVERY_S ago."""
        if time.monotonic() - self._committed > COMMIT_EVERY_S:
            self.commit()

    def roll_back(self) -> None:
        """Forget what was written since the last commit."""
        with self._guard, translated(self.path):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def checkpoint(self) -> None:
        """Move the write-ahead log into the database file, so that the file alone is whole."""
        with self._guard, translated(self.path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def give_back(self) -> None:
        """Return some of the pages that removed rows left empty to the disk."""
        with self._guard, translated(self.path):
            self._connection.execute(f"PRAGMA incremental_vacuum({EMPTY_PAGES_GIVEN_BACK})").fetchall()

    def close(self) -> None:
        """Commit, where the disk has room for it, and close the connection."""
        with self._guard:
            try:
                self.commit()
            except StoreFull:
                self.roll_back()
            finally:
                self._connection.close()
