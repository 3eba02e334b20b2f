"""What if the n-th write, fsync or rename fails?  One after the other: one clear line each, and a whole store."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from standin_encoder import StandIn, answers, write_articles

from askcorpus.errors import AskcorpusError
from askcorpus.indexing.run import refresh
from askcorpus.store.archive import export_store, import_store
from askcorpus.store.verifying import verify

QUESTIONS = ("Which ferry hit the pier?",)
STEP = 1 if int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "0")) else 3
"""Every third in the normal run."""


class Faults:
    """Counts what this process writes through Python, and fails the n-th; SQLite, FAISS and tantivy have files of their own."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, kind: int) -> None:
        self.left, self.kind = at, kind
        for name in ("fsync", "rename", "replace", "mkdir", "link", "ftruncate"):
            patch.setattr(os, name, self._failing(getattr(os, name)))
        patch.setattr(io, "open", self._opening(io.open))
        patch.setattr("pathlib.io.open", io.open)
        patch.setattr("builtins.open", io.open)

    @property
    def struck(self) -> bool:
        return self.left < 0

    def _failing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **more: Any) -> Any:
            self._count()
            return call(*arguments, **more)

        return wrapped

    def _opening(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(file: Any, mode: str = "r", *arguments: Any, **more: Any) -> Any:
            if set(mode) & set("wax+"):
                self._count()
            return call(file, mode, *arguments, **more)

        return wrapped

    def _count(self) -> None:
        self.left -= 1
        if self.left == -1:
            raise OSError(self.kind, os.strerror(self.kind))


def tried(run: Callable[[], object], kind: int) -> Iterator[str | None]:
    """What was said for each write that failed; None where nothing came of it.  Ends when there is none left to fail."""
    for at in range(0, 400, STEP):
        with pytest.MonkeyPatch.context() as patch:
            faults = Faults(patch, at, kind)
            said = None
            try:
                run()
            except AskcorpusError as error:
                said = str(error)
        yield said
        if not faults.struck:
            return
    raise AssertionError("there is no end of writes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(
        tmp_path / "articles" / "a.jsonl", {"id": "one", "title": "Ferry", "text": "The ferry hit the pier."}
    )
    return tmp_path / "articles"


@pytest.fixture
def store(folder: Path, tmp_path: Path) -> Path:
    refresh(folder, tmp_path / "store", StandIn())
    return tmp_path / "store"


def whole(store: Path, expected: object) -> None:
    assert answers(store, QUESTIONS) == expected
    verdict = verify(store)
    assert (verdict.catalog, verdict.derived) == ((), ())


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_an_index_run_that_cannot_write_leaves_a_whole_store(folder: Path, store: Path, kind: int) -> None:
    expected, edition = answers(store, QUESTIONS), 0

    def run() -> None:
        nonlocal edition
        edition += 1
        write_articles(folder / "b.jsonl", {"id": "two", "title": "Rain", "text": f"Rain fell, edition {edition}."})
        refresh(folder, store, StandIn())

    heard = 0
    for said in tried(run, kind):
        heard += said is not None
        assert said is None or "\n" not in said
        found = answers(store, QUESTIONS)
        assert [id for id, *_ in found[0][0][:1]] == [id for id, *_ in expected[0][0]] == ["one"]
        verdict = verify(store)
        assert (verdict.catalog, verdict.derived) == ((), ())
    assert heard > 1


@pytest.mark.parametrize("kind", [errno.ENOSPC, errno.EIO])
def test_an_export_or_import_that_cannot_write_leaves_nothing_behind(store: Path, tmp_path: Path, kind: int) -> None:
    expected, out = answers(store, QUESTIONS), tmp_path / "out"
    out.mkdir()
    export_store(store, tmp_path / "good.tar")
    heard = 0
    for said in tried(lambda: export_store(store, out / "x.tar"), kind):
        heard += said is not None
        assert said is None or "\n" not in said
        assert [path.name for path in out.iterdir()] in ([], ["x.tar"])
        (out / "x.tar").unlink(missing_ok=True)
    for n, said in enumerate(tried(lambda: import_store(tmp_path / "good.tar", out / "there"), kind)):
        heard += said is not None
        assert said is None or "\n" not in said
        if (out / "there" / "catalog.sqlite").exists():
            whole(out / "there", expected)
            (out / "there").rename(tmp_path / f"came-{n}")
        elif (out / "there").exists():
            assert list((out / "there").iterdir()) == []
    assert heard > 1
    whole(store, expected)


def test_what_a_killed_export_or_import_left_is_gone_after_the_next_run(store: Path, tmp_path: Path) -> None:
    from askcorpus.scratch import scratch, sweep

    left = tmp_path / "there" / ".import-killed"
    left.mkdir(parents=True)
    (left / "catalog.sqlite").touch()
    with scratch(tmp_path / "there", "import") as mine:
        assert not left.exists()
        sweep(tmp_path / "there", "import")
        assert mine.exists()  # its maker is at work
    assert not mine.exists()
