"""What does SQL look like here?  The tables of the catalog, connections to it, and what their errors mean.

Every row carries a checksum of its own, `seal`, that is compared on each read: a flipped bit becomes StoreDamaged, not
an answer.  Rows of articles say from which generation (`added_in`) to which (`removed_in`) they are seen, so a reader
needs no open transaction to stay with its snapshot.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from askcorpus.errors import StoreDamaged, StoreError, StoreFull, StoreVersion
from askcorpus.store import layout, migrations
from askcorpus.store.layout import CATALOG

Row: TypeAlias = tuple[Any, ...]

PAGE_BYTES = 16384  # a passage's vector and codes take 2.3 kB: one to a page of 4096, seven to one of 16384
BUSY_S = 30.0
NO_ROOM = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)  # fmt: skip
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    number INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    checked_ns INTEGER NOT NULL, hash BLOB NOT NULL, reader TEXT NOT NULL, skips TEXT NOT NULL,
    added_in INTEGER NOT NULL, removed_in INTEGER, seal INTEGER NOT NULL);
CREATE INDEX files_by_file ON files (file) WHERE removed_in IS NULL;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, own_id TEXT NOT NULL, file TEXT NOT NULL,
    place INTEGER NOT NULL, title TEXT NOT NULL, url TEXT, publisher TEXT, published TEXT, language TEXT,
    content BLOB NOT NULL, day INTEGER NOT NULL, first INTEGER NOT NULL, passages INTEGER NOT NULL,
    superseded INTEGER NOT NULL, added_in INTEGER NOT NULL, removed_in INTEGER, seal INTEGER NOT NULL);
CREATE INDEX articles_by_id ON articles (id);
CREATE INDEX articles_by_own_id ON articles (own_id) WHERE removed_in IS NULL;
CREATE INDEX articles_by_file ON articles (file) WHERE removed_in IS NULL;
CREATE INDEX articles_by_url ON articles (url) WHERE removed_in IS NULL AND url IS NOT NULL;
CREATE INDEX articles_by_day ON articles (day);
CREATE INDEX articles_by_publisher ON articles (publisher, passages) WHERE removed_in IS NULL;
CREATE INDEX articles_counted ON articles (superseded, language, passages) WHERE removed_in IS NULL;
CREATE INDEX articles_added ON articles (added_in);
CREATE INDEX articles_removed ON articles (removed_in) WHERE removed_in IS NOT NULL;
CREATE TABLE texts (article INTEGER PRIMARY KEY, text TEXT NOT NULL, seal INTEGER NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    encoding INTEGER NOT NULL, seal INTEGER NOT NULL);
CREATE INDEX passages_by_encoding ON passages (encoding);
CREATE TABLE encodings (
    number INTEGER PRIMARY KEY AUTOINCREMENT, hash BLOB NOT NULL UNIQUE, vector BLOB NOT NULL, codes BLOB NOT NULL,
    seal INTEGER NOT NULL);
CREATE TABLE lines (
    site INTEGER NOT NULL, line INTEGER NOT NULL, story INTEGER NOT NULL, article INTEGER NOT NULL,
    seal INTEGER NOT NULL, PRIMARY KEY (site, line, story, article)) WITHOUT ROWID;
CREATE TABLE furniture (
    site INTEGER NOT NULL, line INTEGER NOT NULL, stories INTEGER NOT NULL, added_in INTEGER NOT NULL,
    removed_in INTEGER, seal INTEGER NOT NULL, PRIMARY KEY (site, line, added_in)) WITHOUT ROWID;
"""


class OlderFormat(StoreVersion):
    """A catalog that a writer would migrate."""


def seal(*values: object) -> int:
    """The checksum of a row: CRC-32 over its values, each behind its length and its kind."""
    parts: list[bytes] = []
    for value in values:
        kind = type(value)
        if kind is str:
            data = b"s" + value.encode()  # type: ignore[attr-defined]  # type() does not narrow, isinstance is slower
        elif kind is bytes:
            data = b"b" + value  # type: ignore[operator]  # as above
        else:
            data = b"\x00" if value is None else b"i%d" % value  # type: ignore[str-format]  # as above
        parts.append(len(data).to_bytes(4, "little"))
        parts.append(data)
    return zlib.crc32(b"".join(parts))


class Catalog:
    """A pool of connections to one catalog; usable from several threads."""

    def __init__(self, store: Path) -> None:
        self.path = store / CATALOG
        self._identity: tuple[int, int] | None = None
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row of a query."""
        with self._borrowed() as connection, translated(self.path):
            return connection.execute(sql, values).fetchall()

    def checked(self, table: str, columns: str, where: str, values: Sequence[object] = ()) -> list[Row]:
        """Rows whose last column is their seal; raises StoreDamaged for one that does not hold."""
        found = self.rows(f"SELECT {columns}, seal FROM {table} {where}", values)
        for row in found:
            check(row, table, self.path)
        return found

    def by_key(self, table: str, columns: str, key: str, values: Sequence[int]) -> dict[int, Row]:
        """Sealed rows by their first column, which is `key`; in as many queries as SQLite needs."""
        found: dict[int, Row] = {}
        for first in range(0, len(values), 10_000):
            part = list(values[first : first + 10_000])
            marks = ",".join("?" * len(part))
            for row in self.checked(table, columns, f"WHERE {key} IN ({marks})", part):
                found[row[0]] = row
        return found

    def meta(self, key: str) -> str | None:
        """A value kept under a key, or None."""
        for row in self.checked("meta", "key, value", "WHERE key = ?", (key,)):
            return str(row[1])
        return None

    def close(self) -> None:
        """Close every idle connection; one that is in use closes when its query ends."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connected()
        try:
            yield connection
        finally:
            with self._guard:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()

    def _connected(self) -> sqlite3.Connection:
        """Another connection to the very file that the first one opened: its ids mean nothing in any other."""
        try:
            found = self.path.stat()
        except OSError as error:
            raise StoreDamaged(f"{self.path} is gone. Make the store again: askcorpus index") from error
        with self._guard:
            self._identity = self._identity or (found.st_dev, found.st_ino)
            if self._identity != (found.st_dev, found.st_ino):
                raise StoreError(f"{self.path} was replaced by another store. Open it again.")
        return connect(self.path)


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """A connection to a catalog that exists, of today's format; one that writes migrates it first.

    Raises StoreVersion, StoreDamaged.
    """
    uri = path.resolve().as_uri() + ("?mode=rw" if write else "?mode=ro")
    with translated(path):
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            found = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if found == 0:
                raise damaged(path, "it is empty")
            if found > layout.FORMAT:
                raise layout.newer(path.parent, found)
            if write:
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA wal_autocheckpoint = 256")
                connection.execute("PRAGMA journal_size_limit = 4194304")
            if found < layout.FORMAT:
                if not write:
                    raise OlderFormat(
                        f"{path} has format {found}. Run `askcorpus verify` as its owner to bring it up to date."
                    )
                migrations.migrate(connection, found, path)
        except BaseException:
            connection.close()
            raise
    return connection


def create(path: Path) -> None:
    """A new, empty catalog, complete or not there at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with translated(path):
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {layout.FORMAT}; COMMIT;")
        finally:
            connection.close()
    draft.replace(path)


def check(row: Row, table: str, path: Path) -> None:
    """Raise StoreDamaged unless a row's last column is the seal of the others."""
    if seal(*row[:-1]) != row[-1]:
        raise damaged(path, f"a row of {table} does not match its checksum")


def damaged(path: Path, what: str) -> StoreDamaged:
    """The error for a catalog that cannot be trusted."""
    return StoreDamaged(f"{path}: {what}. Build it again: askcorpus index --rebuild")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as the store's own."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) or 0
        if code in NO_ROOM:
            raise StoreFull(
                f"{path}: no room left on the disk; the store is as it was. Make room and run it again."
            ) from error
        if code & 0xFF == sqlite3.SQLITE_BUSY:
            raise StoreError(f"{path} was locked by another program for {BUSY_S:.0f} s. Try again.") from error
        if isinstance(error, sqlite3.OperationalError) and code & 0xFF in (
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_READONLY,
        ):
            raise StoreError(f"{path} cannot be opened: {error}") from error
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        raise damaged(path, f"{error} ({name})") from error
