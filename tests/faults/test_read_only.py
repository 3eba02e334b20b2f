"""Can a store be asked where nothing can be written: on a read-only mount, and in a folder of somebody else's?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from standin_encoder import StandIn, answers, write_articles

from askcorpus.errors import StoreError
from askcorpus.indexing.run import refresh
from askcorpus.store import catalog, opening
from askcorpus.store.opening import open_store
from askcorpus.store.verifying import verify

QUESTIONS = ("Which ferry hit the pier?",)
ASKED = """
import sys
from pathlib import Path
from standin_encoder import answers
from askcorpus.store.opening import open_store
from askcorpus.store.verifying import verify
store = Path(sys.argv[1])
found = answers(store, ("Which ferry hit the pier?",))
with open_store(store) as snapshot:
    shown = snapshot.article("one").text
verdict = verify(store)
print(found, shown, verdict.catalog + verdict.derived, verdict.files > 0)
"""
REFUSED = """
import sys
from standin_encoder import StandIn
from askcorpus.errors import AskcorpusError
from askcorpus.indexing.run import refresh
try:
    refresh(sys.argv[2], sys.argv[1], StandIn())
except AskcorpusError as error:
    print(error)
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    row = {"id": "one", "title": "Ferry", "text": "The ferry hit the pier."}
    write_articles(tmp_path / "articles" / "a.jsonl", row)
    refresh(tmp_path / "articles", tmp_path / "store", StandIn())
    return tmp_path / "store"


def expected(store: Path) -> str:
    return f"{answers(store, QUESTIONS)} The ferry hit the pier. () True\n"


def mounted(store: Path, code: str, *more: str) -> str:
    """What a program prints for which the store's folder is a read-only mount."""
    mount = f'mount --bind "{store}" "{store}" && mount -o remount,ro,bind "{store}" && exec "$@"'
    program = ["sh", "-c", mount, "sh", sys.executable, "-c", code, str(store), *more]
    path = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])
    ran = subprocess.run(
        ["unshare", "-rm", *program], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount --bind /tmp /tmp && mount -o remount,ro,bind /tmp"]
    return subprocess.run(tried, capture_output=True).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="this user may mount nothing")
def test_a_store_in_shards_on_a_read_only_mount_is_asked_shown_and_verified(store: Path) -> None:
    refresh(store.parent / "articles", store, StandIn(), shards=2)
    assert mounted(store, ASKED) == expected(store)


@pytest.mark.skipif(not can_mount(), reason="this user may mount nothing")
def test_to_index_into_a_read_only_mount_is_one_clear_line(store: Path) -> None:
    write_articles(store.parent / "articles" / "b.jsonl", {"id": "two", "title": "Rain", "text": "Rain fell."})
    said = mounted(store, REFUSED, str(store.parent / "articles"))
    assert "cannot be used: Read-only file system" in said
    assert said.count("\n") == 1


def no_permission(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in which this user may make no file; for root, who may everywhere, SQLite's own refusal is played."""
    for folder in (store, *(path for path in store.rglob("*") if path.is_dir())):
        folder.chmod(0o555)
    if os.access(store, os.W_OK):
        monkeypatch.setattr(os, "access", lambda path, mode, **more: mode != os.W_OK)
        real = sqlite3.connect

        def connect(database: str, **more: Any) -> sqlite3.Connection:
            if "immutable" in database:
                return real(database, **more)
            error = sqlite3.OperationalError("unable to open database file")
            error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
            raise error

        monkeypatch.setattr(catalog.sqlite3, "connect", connect)


@pytest.fixture
def closed_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    before = answers(store, QUESTIONS)
    no_permission(store, monkeypatch)
    assert answers(store, QUESTIONS) == before
    return store


def test_a_store_in_a_folder_that_cannot_be_written_is_asked_and_verified(closed_store: Path) -> None:
    verdict = verify(closed_store)
    assert (verdict.catalog, verdict.derived) == ((), ())


def test_what_its_owner_changes_meanwhile_is_seen(closed_store: Path) -> None:
    with open_store(closed_store) as snapshot:
        assert snapshot.article("one").text == "The ferry hit the pier."
        path = closed_store / "catalog.sqlite"
        os.utime(path, ns=(1, 1))
        assert snapshot.article("one").text == "The ferry hit the pier."
        assert snapshot._catalog._unchanged == (1, path.stat().st_size)


def test_changes_that_lie_beside_the_catalog_are_not_passed_over(closed_store: Path) -> None:
    closed_store.chmod(0o755)
    (closed_store / "catalog.sqlite-wal").write_bytes(b"x" * 4096)
    closed_store.chmod(0o555)
    with pytest.raises(StoreError, match="holds changes that cannot be read"):
        answers(closed_store, QUESTIONS)


def test_a_store_that_this_user_may_not_read_is_one_clear_line(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(opening, "lock_for_reading", refused)
    with pytest.raises(StoreError, match=r"store cannot be used: Permission denied$"):
        open_store(store)
