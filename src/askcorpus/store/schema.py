"""What are the catalog's tables, and how does an older catalog become one of today's?  Plain SQL.

Whoever changes a table raises `layout.FORMAT` and adds the step that leads there; all steps are one transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from askcorpus.errors import FOLDER, StoreVersion, typed
from askcorpus.store import shards

PAGE_BYTES = 16384  # a passage's vector and codes take 2.3 kB: one to a page of 4096, seven to one of 16384
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
"""Every row ends with a checksum of its own, `seal`; `added_in` and `removed_in` are the generations between which it is seen."""
STEPS: dict[int, str] = {
    1: """
        CREATE INDEX files_by_file ON files (file) WHERE removed_in IS NULL;
        CREATE TABLE lines (
            site INTEGER NOT NULL, line INTEGER NOT NULL, story INTEGER NOT NULL, article INTEGER NOT NULL,
            seal INTEGER NOT NULL, PRIMARY KEY (site, line, story, article)) WITHOUT ROWID;
        CREATE TABLE furniture (
            site INTEGER NOT NULL, line INTEGER NOT NULL, stories INTEGER NOT NULL, added_in INTEGER NOT NULL,
            removed_in INTEGER, seal INTEGER NOT NULL, PRIMARY KEY (site, line, added_in)) WITHOUT ROWID
    """
}
"""From which format, and the statements that lead to the next one."""


def statements() -> frozenset[str]:
    """What a catalog of any format may say of itself, as `plain` makes it."""
    every = ";".join((SCHEMA, *STEPS.values())).split(";")
    return frozenset({plain(one) for one in every} | {plain("CREATE TABLE sqlite_sequence(name,seq)")})


def plain(sql: str) -> str:
    """A statement with every white space run one space."""
    return " ".join(sql.split())


def migrate(connection: sqlite3.Connection, old: int, new: int, path: Path) -> None:
    """Bring a catalog from one format to a later one; on any error it stays what it was."""
    steps = range(old, new)
    if any(step not in STEPS for step in steps):
        raise StoreVersion(
            f"{path} has format {old}, which this askcorpus no longer reads. "
            f"Build it again: {typed('index', FOLDER, '--store', shards.whole_of(path.parent), '--rebuild')}"
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps:
            for statement in STEPS[step].split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {new}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
