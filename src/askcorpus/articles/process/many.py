"""How are files read, one or thousands?  What may hang or crash by a process of its own, many by a few at once, in order."""

from __future__ import annotations

import atexit
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from functools import lru_cache
from itertools import chain
from queue import SimpleQueue
from threading import Event
from typing import cast

from askcorpus.articles.draft import Limits, Look
from askcorpus.articles.files import FoundFile
from askcorpus.articles.process.guard import Worker
from askcorpus.articles.reading import look_here
from askcorpus.language.identifier import tables
from askcorpus.settings import usable_cores
from askcorpus.types import Article, Skip

Read = tuple[FoundFile, Iterable[Article | Skip]]

_FOREIGN = frozenset(
    {".pdf", ".docx", ".epub", ".odt", ".rtf", ".zip", ".wacz", ".warc"}
)  # parsers of others over formats that can blow up
_PAGES = frozenset({".html", ".htm", ".xhtml", ".mhtml", ".mht", ".xml", ".rss", ".atom", ".eml", ".mbox"})
_TEXT_FILE_BYTES = 256 * 1024  # ten times a long article; what a bot reads in its own process holds its event loop up
_MARKED_BYTES = (
    32 * 1024
)  # Markdown may be nothing but marks: of 255 kB its reader made so much that 0.1 s went into freeing it
_PAGE_BYTES = 128 * 1024  # a web page beyond this can take quadratic time: 400 kB of open elements take minutes
_MARKED = frozenset({".md", ".markdown"})
_FAST = frozenset({".txt", ".text", ".md", ".markdown", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".srt", ".vtt"})
_TEXT_SECONDS = 0.0004  # benchmarks/reading: a plain-text file of 2 kB
_TEXT_BYTES_PER_SECOND = 6e6  # such a file again: what 2 kB take, at the same pace
_PAGE_SECONDS = 0.02  # benchmarks/reading: a web page
_WORTH_IT = 2.0  # seconds of work below which starting processes costs more than it saves
_HERE_SECONDS = 0.5  # about what a process takes to start: so much is read here meanwhile, and told at once
_BATCH_SECONDS = 0.1  # a hundred times what telling a process costs, and soon told again
_BATCHES_AHEAD = 3  # per process
_AGAIN_S = 0.05  # whoever left early waits no longer than for a process that was just starting
_HELD_BYTES = 4 * 1024 * 1024  # what a larger file holds is handed on as it is read


def read(found_file: FoundFile, *, limits: Limits | None = None) -> Iterator[Article | Skip]:
    """The articles of a file in its order, with ids and language; what cannot be read is a Skip, never an exception."""
    for item in look(found_file, limits=limits):
        yield item.article if isinstance(item, Look) else item


def look(found_file: FoundFile, *, limits: Limits | None = None) -> Iterator[Look | Skip]:
    """What `read` gives, each article with what was left out of it."""
    limits = limits or Limits()
    if may_blow_up(found_file):
        with closing(_own_worker().look((found_file,), limits, whole=True)) as items:
            for _, item in items:
                yield cast(Look | Skip, item)
    else:
        yield from look_here(found_file, limits)


def may_blow_up(found_file: FoundFile) -> bool:
    """Whether reading the file may take long or all the memory, by its kind and size."""
    kind = found_file.kind
    packed_page = kind in _PAGES and found_file.path.name.lower().endswith(".gz")
    if kind in _FAST and found_file.size > (_MARKED_BYTES if kind in _MARKED else _TEXT_FILE_BYTES):
        return True
    return kind in _FOREIGN or (kind in _PAGES and found_file.size * (10 if packed_page else 1) > _PAGE_BYTES)


def read_many(
    found_files: Iterable[FoundFile], *, workers: int | None = None, limits: Limits | None = None
) -> Generator[Read, None, None]:
    """Each file with what it holds, in the order given; to be used up before the next.

    Processes are started only when there is much to read; `workers` says how many, by default one a core, 4 at most. Until they are
    up the first files are read here.
    """
    limits = limits or Limits()
    files = iter(found_files)
    workers = workers or min(4, usable_cores())
    head, work = [], 0.0
    for file in files:
        head.append(file)
        work += _seconds(file)
        if work > _WORTH_IT:
            break
    if workers < 2 or work <= _WORTH_IT:
        for file in chain(head, files):
            yield file, read(file, limits=limits)
        return
    here = _first_ones(head)
    yield from _read_by_processes(here, chain(head[len(here) :], files), workers, limits)


def _first_ones(files: Sequence[FoundFile]) -> list[FoundFile]:
    """The files to be read before there is a process for them; none that wants one of its own."""
    first, work = list[FoundFile](), 0.0
    for file in files:
        work += _seconds(file)
        if work > _HERE_SECONDS or may_blow_up(file):
            break
        first.append(file)
    return first


def _read_by_processes(
    here: list[FoundFile], files: Iterator[FoundFile], workers: int, limits: Limits
) -> Generator[Read, None, None]:
    tables()  # where they are not unpacked yet, each process would do it for itself
    idle: SimpleQueue[Worker] = SimpleQueue()
    stopping = Event()
    team = [Worker() for _ in range(workers)]
    for worker in team:
        idle.put(worker)

    def read_batch(batch: Sequence[FoundFile]) -> list[Read]:
        looked: list[tuple[FoundFile, list[Article | Skip]]] = [(file, []) for file in batch]
        worker = idle.get()
        try:
            if not stopping.is_set():
                with closing(worker.look(batch, limits, whole=False)) as items:
                    for place, item in items:
                        looked[place][1].append(cast(Article | Skip, item))
                        if stopping.is_set():
                            break
        finally:
            idle.put(worker)
        return [] if stopping.is_set() else list(looked)  # a file that was not looked at is not an empty one

    def results(batch: Future[list[Read]] | list[FoundFile]) -> Iterable[Read]:
        return ((one, read(one, limits=limits)) for one in batch) if isinstance(batch, list) else batch.result()

    under_way: deque[Future[list[Read]] | list[FoundFile]] = deque([here])
    threads = ThreadPoolExecutor(workers, thread_name_prefix="reading")
    try:
        for batch in _batches(files):
            large = batch[0].size > _HELD_BYTES
            under_way.append(batch if large else threads.submit(read_batch, batch))
            if len(under_way) > _BATCHES_AHEAD * workers:
                yield from results(under_way[0])  # which stays there until it is used up: who leaves waits for it below
                under_way.popleft()
        while under_way:
            yield from results(under_way[0])
            under_way.popleft()
    finally:
        stopping.set()
        threads.shutdown(wait=False, cancel_futures=True)
        for worker in team:
            worker.close()  # a thread that waits for it hears that it is gone
        while left := [one for one in under_way if isinstance(one, Future) and not one.done()]:
            wait(left, timeout=_AGAIN_S)
            for worker in team:
                worker.close()  # a thread may have started it only then
        threads.shutdown()
        for worker in team:
            worker.close()


def _batches(files: Iterator[FoundFile]) -> Iterator[list[FoundFile]]:
    """The files in groups that take about the same time; a large one is a group of its own."""
    batch: list[FoundFile] = []
    work = 0.0
    for file in files:
        if file.size > _HELD_BYTES:
            if batch:
                yield batch
            yield [file]
            batch, work = [], 0.0
            continue
        batch.append(file)
        work += _seconds(file)
        if work > _BATCH_SECONDS:
            yield batch
            batch, work = [], 0.0
    if batch:
        yield batch


def _seconds(file: FoundFile) -> float:
    """How long reading the file takes, roughly."""
    if file.kind in _FAST:
        return _TEXT_SECONDS + file.size / _TEXT_BYTES_PER_SECOND
    return _PAGE_SECONDS + file.size / _TEXT_BYTES_PER_SECOND


@lru_cache(maxsize=1)
def _own_worker() -> Worker:
    worker = Worker()
    atexit.register(worker.close)
    return worker
