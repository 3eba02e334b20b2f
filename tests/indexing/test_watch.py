"""Does the store follow the folder by itself?"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from standin_encoder import StandIn, told, write_articles

from askcorpus.errors import AskcorpusError, FolderError
from askcorpus.indexing import watch
from askcorpus.indexing.report import Report
from askcorpus.store.opening import open_store
from askcorpus.store.writer import open_writer

PATIENCE_S = 120  # what is waited for comes within it on the busiest machine


class Watched:
    """A folder that is being watched in a thread, and what was heard of it."""

    def __init__(self, root: Path) -> None:
        self.folder, self.store = root / "articles", root / "embeddings"
        self.reports: list[Report] = []
        self.errors: list[AskcorpusError] = []
        self.loads = 0
        self.stop = threading.Event()
        write_articles(self.folder / "a.jsonl", {"id": "a", "title": "", "text": "The first story."})
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        watch.watch(
            self.folder, self.store, self._load, stop=self.stop,
            on_report=self.reports.append, on_error=self.errors.append,
            allow_removals=True,  # a folder of one file, which comes and goes
        )  # fmt: skip

    def _load(self) -> StandIn:
        self.loads += 1
        return StandIn()

    def wait_for(self, what: Callable[[], object]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not what():
            assert time.monotonic() < until, (self.reports, self.errors)
            time.sleep(0.02)

    def found(self, question: str) -> list[str]:
        with open_store(self.store) as snapshot:
            return [id for id, _, _, _ in told(snapshot, snapshot.matching(question, k=9))]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(watch, "RETRY_S", 0.1)
    made = Watched(tmp_path)
    made.thread.start()
    try:
        made.wait_for(lambda: made.reports)
        yield made
    finally:
        made.stop.set()
        made.thread.join(PATIENCE_S)
    assert not made.thread.is_alive()


def test_new_edited_and_deleted_files_are_followed_with_one_encoder(watched: Watched) -> None:
    file = write_articles(watched.folder / "sub" / "b.jsonl", {"id": "b", "title": "", "text": "A ferry sank."})
    watched.wait_for(lambda: watched.found("ferry") == ["b"])
    write_articles(file, {"id": "b", "title": "", "text": "A balloon rose."})
    watched.wait_for(lambda: watched.found("balloon") == ["b"] and watched.found("ferry") == [])
    shutil.rmtree(watched.folder / "sub")
    watched.wait_for(lambda: watched.found("balloon") == [])
    assert watched.found("story") == ["a"]
    assert watched.loads == 1
    assert watched.errors == []


def test_a_burst_of_files_is_few_runs(watched: Watched) -> None:
    before = len(watched.reports)
    for n in range(200):
        write_articles(watched.folder / f"n{n}.jsonl", {"id": f"n{n}", "title": "", "text": f"Story of number {n}."})
    watched.wait_for(lambda: watched.reports[-1].counts.passages == 201)
    runs = len(watched.reports) - before
    assert runs < 50  # 2 on an idle machine; more where a file takes a tenth of a second to write


def test_an_error_is_told_and_the_next_change_is_followed(watched: Watched) -> None:
    (watched.folder / "a.jsonl").unlink()
    watched.wait_for(lambda: watched.found("story") == [])
    shutil.rmtree(watched.folder)
    watched.folder.mkdir()
    write_articles(watched.folder / "c.jsonl", {"id": "c", "title": "", "text": "The folder is back."})
    watched.wait_for(lambda: watched.found("folder") == ["c"])


def test_another_writer_is_waited_for(watched: Watched) -> None:
    with open_writer(watched.store):
        write_articles(watched.folder / "d.jsonl", {"id": "d", "title": "", "text": "A late story."})
        time.sleep(0.5)
        assert watched.found("late") == []
    watched.wait_for(lambda: watched.found("late") == ["d"])
    assert watched.errors == []


def test_a_folder_that_was_never_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="askcorpus watch FOLDER"):
        watch.watch(tmp_path / "nowhere", tmp_path / "embeddings", StandIn, stop=threading.Event())
