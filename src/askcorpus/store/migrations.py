"""How does an older store become one of today's format?  One SQL script per step, all steps in one transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from askcorpus.errors import StoreVersion
from askcorpus.store import layout

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


def migrate(connection: sqlite3.Connection, found: int, path: Path) -> None:
    """Bring a catalog of format `found` up to date; on any error it stays what it was."""
    missing = [step for step in range(found, layout.FORMAT) if step not in STEPS]
    if missing:
        raise StoreVersion(
            f"{path} has format {found}, which this askcorpus no longer reads. Build it again: askcorpus index --rebuild"
        )
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in range(found, layout.FORMAT):
            for statement in STEPS[step].split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {layout.FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
