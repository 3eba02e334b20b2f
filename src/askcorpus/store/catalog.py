"""What does SQL look like here?  Connections to the catalog, rows that are checked, and what SQLite's errors mean.

Every row carries a checksum of its own, `seal`, that is compared on each read: a flipped bit becomes StoreDamaged, not
an answer.  Rows of articles say from which generation (`added_in`) to which (`removed_in`) they are seen, so a reader
needs no open transaction to stay with its snapshot.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from askcorpus.errors import FOLDER, StoreDamaged, StoreError, StoreVersion, said_by, typed
from askcorpus.store import layout, schema, shards
from askcorpus.store.layout import CATALOG
from askcorpus.store.records import Row

BUSY_S = 30.0  # our writers wait for writer.lock: only a foreign program holds the file, and it gets time to end
KEYS_A_QUERY = 10_000  # SQLite takes 32,766 values at most
LOG_BYTES = 4 << 20  # of the write-ahead log; a short one leaves little to go through after a crash
LARGEST_VALUE = 256 << 20  # bytes; four times the text of the largest file that is read by default
NO_ROOM = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE, sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
)  # fmt: skip
_SPOILT = (sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS)
"""What is wrong with the file rather than with the moment."""
_UNOPENED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


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
        self._unchanged: tuple[int, int] | None = None
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._closed = False

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Every row of a query."""
        with self._borrowed() as connection, translated(self.path):
            return connection.execute(sql, values).fetchall()

    def checked(self, table: str, columns: str, where: str, values: Sequence[object] = ()) -> list[Row]:
        """Rows whose last column is their seal; raises StoreDamaged for one that does not hold."""
        rows = self.rows(f"SELECT {columns}, seal FROM {table} {where}", values)
        for row in rows:
            check(row, table, self.path)
        return rows

    def by_key(self, table: str, columns: str, key: str, values: Sequence[int]) -> dict[int, Row]:
        """Sealed rows by their first column, which is `key`; in as many queries as SQLite needs."""
        rows: dict[int, Row] = {}
        for first in range(0, len(values), KEYS_A_QUERY):
            part = list(values[first : first + KEYS_A_QUERY])
            marks = ",".join("?" * len(part))
            for row in self.checked(table, columns, f"WHERE {key} IN ({marks})", part):
                rows[row[0]] = row
        return rows

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
        self._leave_what_changed()
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connected()
        try:
            yield connection
        finally:
            with self._guard:
                closed = self._closed
                if not closed:
                    self._idle.append(connection)
            if closed:
                connection.close()

    def _leave_what_changed(self) -> None:
        """Where SQLite was told that nothing changes the file, see that nothing did; else open it anew."""
        if self._unchanged is None:
            return
        try:
            status = self.path.stat()
        except OSError:  # `_connected` says it
            status = None
        with self._guard:
            if status is not None and (status.st_mtime_ns, status.st_size) == self._unchanged:
                return
            self._unchanged, idle, self._idle = None, self._idle, []
        for connection in idle:
            connection.close()

    def _connected(self) -> sqlite3.Connection:
        """Another connection to the very file that the first one opened: its ids mean nothing in any other."""
        try:
            status = self.path.stat()
        except OSError as error:
            again = typed("index", FOLDER, "--store", shards.whole_of(self.path.parent))
            raise StoreDamaged(f"{self.path} is gone. Make the store again: {again}") from error
        identity = (status.st_dev, status.st_ino)
        with self._guard:
            self._identity = self._identity or identity
            if self._identity != identity:
                raise StoreError(f"{self.path} was replaced by another store. Open it again.")
            if not os.access(self.path.parent, os.W_OK):
                self._unchanged = (status.st_mtime_ns, status.st_size)
        return connect(self.path)


def connect(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """A connection to a catalog that exists, of today's format; one that writes migrates it first.

    Where the folder cannot be written, SQLite cannot keep its notes beside the file, so it is told that nothing changes it.
    Raises StoreVersion, StoreDamaged.
    """
    with translated(path):
        try:
            return _connected(path, "mode=rw" if write else "mode=ro", write=write)
        except sqlite3.OperationalError as error:
            if write or _primary(error) not in _UNOPENED or os.access(path.parent, os.W_OK):
                raise
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"{log} holds changes that cannot be read in a folder that cannot be written. "
                "Open the store once where it can be, or copy it."
            )
        return _connected(path, "mode=ro&immutable=1", write=False)


def _connected(path: Path, how: str, *, write: bool) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?{how}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        _distrust(connection, path)
        its_format = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if its_format < 1:
            raise damaged(path, "it is empty" if its_format == 0 else "its format is none that there ever was")
        if its_format > layout.FORMAT:
            raise layout.newer(path.parent, its_format)
        if write:
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_BYTES // schema.PAGE_BYTES}")
            connection.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
        if its_format < layout.FORMAT:
            if not write:
                raise OlderFormat(
                    f"{path} has format {its_format}. To bring it up to date, run as its owner: "
                    f"{typed('verify', '--store', shards.whole_of(path.parent))}"
                )
            schema.migrate(connection, its_format, layout.FORMAT, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _distrust(connection: sqlite3.Connection, path: Path) -> None:
    """Have SQLite run nothing that a file brings along; raises StoreDamaged for a table, view or trigger that is not ours."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
    if sys.version_info >= (3, 12):  # before it Python cannot say so
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_VIEW, False)
    ours = schema.statements()
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_schema").fetchall():
        own = str(name).startswith("sqlite_autoindex_") and sql is None
        if not own and schema.plain(str(sql)) not in ours:
            raise damaged(path, f"it holds {str(name)[:40]!r}, which is not of this program")


def create(path: Path) -> None:
    """A new, empty catalog, complete or not there at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with translated(path):
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute(f"PRAGMA page_size = {schema.PAGE_BYTES}")
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {schema.SCHEMA} PRAGMA user_version = {layout.FORMAT}; COMMIT;")
        finally:
            connection.close()
    draft.replace(path)


def seen_in(generation: int) -> str:
    """The condition that a row of articles, files or furniture is part of a generation."""
    return f"added_in <= {generation} AND (removed_in IS NULL OR removed_in > {generation})"


def check(row: Row, table: str, path: Path) -> None:
    """Raise StoreDamaged unless a row's last column is the seal of the others."""
    if seal(*row[:-1]) != row[-1]:
        raise damaged(path, f"a row of {table} does not match its checksum")


def damaged(path: Path, what: str) -> StoreDamaged:
    """The error for a catalog that cannot be trusted."""
    again = typed("index", FOLDER, "--store", shards.whole_of(path.parent), "--rebuild")
    return StoreDamaged(f"{path}: {what}. Build it again: {again}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as the store's own."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0)
        if code in NO_ROOM:
            raise layout.no_room(path) from error
        if _primary(error) == sqlite3.SQLITE_IOERR and code not in _SPOILT:
            name = getattr(error, "sqlite_errorname", "")
            raise StoreError(
                f"{path} cannot be used: {said_by(error)} ({name}). Look after its disk, then try again."
            ) from error
        if _primary(error) == sqlite3.SQLITE_BUSY:
            raise StoreError(f"{path} was locked by another program for {BUSY_S:.0f} s. Try again.") from error
        if isinstance(error, sqlite3.OperationalError) and _primary(error) in _UNOPENED:
            raise StoreError(f"{path} cannot be opened: {said_by(error)}") from error
        name = getattr(error, "sqlite_errorname", None) or type(error).__name__
        raise damaged(path, f"{said_by(error)} ({name})") from error


def _primary(error: sqlite3.Error) -> int:
    """SQLite's error code without what it adds to it."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
