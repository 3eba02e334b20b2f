"""What are the tables of the bot's memory, and how does an older file become one of today's?

Whoever changes a table raises FORMAT and adds the step that leads there.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from askcorpus.errors import StoreError, said_by

FORMAT = 4
"""Of the tables; a file of a format that no step leads from is refused."""
BUSY_MS = 5000  # the file is the bot's alone; another program, say a backup, may hold it for a moment
PAUSE_S = 0.01
_PRIMARY = 0xFF  # of an extended result code: what SQLite calls the primary one

_FIRST = """
CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, chat INTEGER, user INTEGER, thread INTEGER, message INTEGER,
                    asked INTEGER NOT NULL, stage TEXT NOT NULL, language TEXT, at REAL NOT NULL);
CREATE TABLE member (id INTEGER PRIMARY KEY, role TEXT NOT NULL, added_by INTEGER, at REAL NOT NULL);
CREATE TABLE invite (code TEXT PRIMARY KEY, made_by INTEGER NOT NULL, expires REAL NOT NULL, used_by INTEGER);
CREATE TABLE answer (id TEXT PRIMARY KEY, chat INTEGER NOT NULL, user INTEGER NOT NULL, thread INTEGER, message INTEGER,
                     topic TEXT NOT NULL, found INTEGER NOT NULL, seconds REAL NOT NULL, vote INTEGER,
                     shown TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX answer_of_user ON answer (user, at);
CREATE INDEX answer_of_message ON answer (chat, message);
CREATE TABLE usage (user INTEGER NOT NULL, day INTEGER NOT NULL, asked INTEGER NOT NULL, PRIMARY KEY (user, day));
"""
STEPS = {
    0: _FIRST,
    1: """
CREATE TABLE person (id INTEGER PRIMARY KEY, language TEXT, quiet_since INTEGER, quiet_until INTEGER, daily INTEGER,
                     minutes_ahead INTEGER);
CREATE TABLE watch (id TEXT PRIMARY KEY, chat INTEGER NOT NULL, user INTEGER NOT NULL, thread INTEGER,
                    language TEXT, question TEXT NOT NULL, told TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX watch_of_chat ON watch (chat, user);
CREATE TABLE told (watch TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (watch, article));
CREATE TABLE alert (answer TEXT PRIMARY KEY, watch TEXT NOT NULL, stage TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL);
""",
    2: """
CREATE TABLE digest (id TEXT PRIMARY KEY, chat INTEGER NOT NULL, user INTEGER NOT NULL, thread INTEGER, language TEXT,
                     about TEXT NOT NULL, days INTEGER NOT NULL, hour INTEGER NOT NULL, minutes_ahead INTEGER,
                     due REAL NOT NULL, since REAL NOT NULL, told TEXT NOT NULL);
CREATE INDEX digest_of_chat ON digest (chat, thread);
CREATE TABLE place (chat INTEGER PRIMARY KEY, collection TEXT NOT NULL);
""",
    3: """
ALTER TABLE watch ADD COLUMN since INTEGER;
UPDATE watch SET told = '{"rivals": [], "heard": []}';
DROP TABLE told;
""",
}
"""From which format, and the statements that lead to the next one."""


def connected(path: Path) -> sqlite3.Connection:
    """The memory at this place, made or brought up to date; raises StoreError, and then it is as it was."""
    try:
        path.touch(mode=0o600)
        db = sqlite3.connect(path, isolation_level=None)
    except (sqlite3.Error, OSError) as error:
        raise _unopened(path, error) from error
    try:
        db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        _log_ahead(db)
        for pragma in ("synchronous=NORMAL", "secure_delete=ON"):
            db.execute(f"PRAGMA {pragma}")
        if _version(db) != FORMAT:
            _bring_up_to_date(db, path)
    except sqlite3.Error as error:
        db.close()
        raise _unopened(path, error) from error
    except StoreError:
        db.close()
        raise
    return db


def _log_ahead(db: sqlite3.Connection) -> None:
    """Write-ahead logging: where two begin a file at once, SQLite gives one of them no time to wait, so that it tries again."""
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            db.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def _version(db: sqlite3.Connection) -> int:
    version: int = db.execute("PRAGMA user_version").fetchone()[0]
    return version


def _bring_up_to_date(db: sqlite3.Connection, path: Path) -> None:
    """Take the steps to today's format, all or none; another process may have taken them since the version was looked at."""
    db.execute("BEGIN IMMEDIATE")
    try:
        version = _version(db)
        if version != FORMAT and version not in STEPS:
            raise StoreError(
                f"{path} was written by another version of the bot ({version}, not {FORMAT}). Move it away"
            )
        for step in range(version, FORMAT):
            for statement in STEPS[step].split(";"):
                db.execute(statement)
        db.execute(f"PRAGMA user_version={FORMAT}")
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _unopened(path: Path, error: Exception) -> StoreError:
    return StoreError(f"{path}: the bot's memory cannot be opened: {said_by(error)}. Move it away to begin anew")
