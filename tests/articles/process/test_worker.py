"""What goes from a reading process to its parent, and when; what becomes of a batch in which a file kills it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
import sample_files as files

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.process import guard
from askcorpus.articles.process.guard import Worker
from askcorpus.articles.process.many import may_blow_up, read, read_many
from askcorpus.articles.process.worker import frames
from askcorpus.types import Article, Skip

MINUTES = files.slow_pdf(400_000)
WITHOUT_END = files.slow_pdf(200_000)  # a minute on an idle machine
A_QUARTER_SECOND = files.slow_pdf(1_000)


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def batch_of(folder: Path, contents: dict[str, bytes]) -> list[FoundFile]:
    files.write(folder, contents)
    return [found for found in walk(folder) if isinstance(found, FoundFile)]


def told(worker: Worker, batch: list[FoundFile], limits: Limits) -> list[tuple[int, str]]:
    """The title of each article, the reason of each skip."""
    items = worker.look(batch, limits, whole=False)
    return [(place, item.reason if isinstance(item, Skip) else item.title) for place, item in items]


def test_a_reading_process_says_what_it_has_before_its_parent_gives_it_up() -> None:
    now = iter(range(100))
    assert list(frames("abc", clock=lambda: next(now))) == [(["a"], False), (["b"], False), (["c"], False), ([], True)]
    assert list(frames("abc", clock=lambda: 0.0)) == [(["a", "b", "c"], True)]
    sent = [(len(items), last) for items, last in frames("a" * 600, clock=lambda: 0.0)]
    assert sent == [(256, False), (256, False), (88, True)]
    assert list(frames("", clock=lambda: 0.0)) == [([], True)]


@pytest.mark.parametrize(
    ("name", "most"), [("a.txt", 256), ("a.csv", 256), ("a.md", 32), ("a.markdown", 32), ("a.html", 128)]
)
def test_what_takes_its_parser_long_is_read_in_a_process_of_its_own(name: str, most: int, tmp_path: Path) -> None:
    sizes = [most * 1024, most * 1024 + 1]
    found = [FoundFile(path=tmp_path / name, file=name, size=size, mtime_ns=0) for size in sizes]
    assert [may_blow_up(file) for file in found] == [False, True]


def test_a_batch_is_told_in_its_order_also_where_a_file_is_named_twice(tmp_path: Path, worker: Worker) -> None:
    found = batch_of(tmp_path, files.every_kind() | {"nothing.txt": b""})
    batch = [*found, *found]
    by_place: list[list[object]] = [[] for _ in batch]
    places = []
    for place, item in worker.look(batch, Limits(), whole=False):
        by_place[place].append(item)
        places.append(place)
    assert places == sorted(places)
    assert by_place == [list(read(file)) for file in batch]


def test_files_that_take_too_long_are_given_up_and_those_after_them_read(tmp_path: Path, worker: Worker) -> None:
    plain = files.PLAIN.encode()
    slow = {"b.pdf": WITHOUT_END, "e.pdf": WITHOUT_END}
    batch = batch_of(tmp_path, {"a.txt": plain, "c.txt": plain, "d.txt": b""} | slow)
    limits = Limits(timeout_s=1.5)  # for two lines of text; that the process has to start again is not counted
    too_long = f"took longer than {limits.timeout_s:g} s to read"
    assert told(worker, batch, limits) == [
        (0, files.TITLE),
        (1, too_long),
        (2, files.TITLE),
        (3, "no article text in it"),
        (4, too_long),
    ]
    assert told(worker, batch[2:3], Limits()) == [(0, files.TITLE)]


def test_a_file_that_kills_the_process_is_a_skip_and_the_files_after_it_are_read(
    tmp_path: Path, worker: Worker
) -> None:
    plain = files.PLAIN.encode()
    batch = batch_of(tmp_path, {"a.txt": plain, "b.pdf": WITHOUT_END, "c.txt": plain, "d.txt": plain})
    told(
        worker, batch[:1], Limits()
    )  # the process has started, so the first file takes no half second and goes out whole
    items = worker.look(batch, Limits(), whole=False)
    place, first = next(items)
    assert (place, type(first)) == (0, Article)
    assert worker._process is not None
    worker._process.kill()  # as the system does when memory runs out
    assert [(place, item if isinstance(item, Skip) else type(item)) for place, item in items] == [
        (1, Skip("b.pdf", "the reader crashed on it")),
        (2, Article),
        (3, Article),
    ]


def test_the_time_is_that_of_a_file_not_that_of_the_batch_nor_of_the_process_s_start(
    tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Noting(SimpleQueue[object]):
        def get(self, block: bool = True, timeout: float | None = None) -> object:
            waits.append(timeout)
            return super().get(block, timeout)

    waits: list[float | None] = []
    monkeypatch.setattr(guard.queue, "SimpleQueue", Noting)
    batch = batch_of(tmp_path, {f"{n}.txt": files.PLAIN.encode() for n in range(6)})
    assert told(worker, batch, Limits(timeout_s=50.0)) == [(place, files.TITLE) for place in range(6)]
    start, *each = waits
    assert start == guard.STARTING_S
    assert set(each) == {50.0}
    assert len(each) >= 6  # a machine under load tells of a file in two frames: twice as many waits


def test_a_process_that_does_not_begin_is_a_skip_and_not_waited_for_again(
    tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(tmp_path, {"a.txt": files.PLAIN.encode()})
    monkeypatch.setattr(guard.sys, "executable", "/bin/true")
    assert told(worker, batch, Limits()) == [(0, "the reader crashed on it")]
    monkeypatch.undo()
    assert told(worker, batch, Limits()) == [(0, files.TITLE)]


def test_answers_that_nobody_took_are_not_those_of_the_next_batch(tmp_path: Path, worker: Worker) -> None:
    kinds = {f"{n:02}.txt": f"Headline number {n}\n\n{files.PLAIN}".encode() for n in range(40)}
    batch = batch_of(tmp_path, kinds)
    items = worker.look(batch, Limits(), whole=False)
    next(items)
    items.close()
    assert told(worker, batch[20:], Limits()) == [(place, f"Headline number {place + 20}") for place in range(20)]


def test_leaving_early_waits_for_no_file_that_is_being_read(tmp_path: Path) -> None:
    started = time.monotonic()
    pages = {f"{n:03}.html": files.PAGE.encode() for n in range(120)}
    batch = batch_of(tmp_path, pages | {f"{n:03}-slow.pdf": MINUTES for n in range(20, 24)})
    many = read_many(batch, workers=2, limits=Limits(timeout_s=1000))
    next(many)  # which is read here, while the processes start
    many.close()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("reading")] == []
    assert time.monotonic() - started < 60, "each of the slow ones takes longer"


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="only Linux shows another process's surroundings")
def test_the_process_that_reads_has_no_token_and_a_limit_of_memory(
    worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "ASKCORPUS_TELEGRAM_TOKEN",
        "HTTPS_PROXY",
        "all_proxy",
        "AWS_SECRET_ACCESS_KEY",
        "HF_TOKEN",
        "DATABASE_URL",
        "GITHUB_PAT",
        "SESSION",
    ):
        monkeypatch.setenv(name, "123456:secret")
    told(worker, batch_of(tmp_path, {"a.txt": files.PLAIN.encode()}), Limits())
    assert worker._process is not None
    surroundings = Path(f"/proc/{worker._process.pid}")
    assert b"secret" not in (surroundings / "environ").read_bytes()
    [limit] = [x for x in (surroundings / "limits").read_text().splitlines() if x.startswith("Max address space")]
    assert str(4 * 1024**3) in limit


MEASURED = """
import resource, sys, time
from pathlib import Path
from askcorpus.articles.draft import Limits
from askcorpus.articles.files import walk
from askcorpus.articles.reading import look_here
(found,) = walk(Path(sys.argv[1]))
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
items = len(list(look_here(found, Limits())))
print(items, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, time.process_time() - began)
"""


@pytest.mark.parametrize("megabytes", [8, 12])
def test_a_table_with_one_huge_cell_takes_seconds_and_no_gigabytes(tmp_path: Path, megabytes: int) -> None:
    table = tmp_path / "a.csv"
    table.write_text(f'title,text\nShort,"{files.PLAIN}"\nLong,"{"Rain fell on the town. " * (megabytes * 43_000)}"\n')
    found = subprocess.run([sys.executable, "-c", MEASURED, str(table)], capture_output=True, text=True, check=True)
    items, megabytes_more, seconds = found.stdout.split()
    assert int(items) == 2
    assert int(megabytes_more) < 600  # 90 MB of it a language model
    assert float(seconds) < 10
