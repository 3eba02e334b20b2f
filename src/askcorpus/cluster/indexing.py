"""How are articles read and encoded on a cluster?  In blocks, so many at a time as it has processors; what is lost with a node is done again.

What comes back comes in the order in which it was given, so the store that is made is that of one machine.  Only so many blocks are
on their way as the processors need, so nothing piles up.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile
from askcorpus.articles.process.many import Read, read
from askcorpus.cluster import work
from askcorpus.cluster.connection import cpus, expect_head, head_answers, join, leave, lost, ray_here, translated
from askcorpus.types import EncodedPassage, Manifest, Skip

if TYPE_CHECKING:
    from askcorpus.encoder import Encoder

PASSAGES = 256
"""A block: three seconds of a core's work, half a megabyte of results."""
FILES, FILE_BYTES = 64, 4 << 20
"""A block of files ends with either."""
AHEAD = 2  # blocks a processor: one that it works on, one that waits for it
STUCK_S = 300.0
"""A cluster that gives nothing for so long is gone: a block takes seconds, a node that is lost is noticed in ten."""
LOOK_S = 5.0  # so often it is looked whether the head is there, while nothing comes
RETRIES = 10  # of a block, each for a node that was lost with it
Block = TypeVar("Block")


class Work:
    """The cluster as an indexing run uses it; a context."""

    def __init__(self, address: str, *, block: int = PASSAGES) -> None:
        self._address, self._block = address, block

    def __enter__(self) -> Work:
        join(self._address)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leave()

    def read_many(
        self, found_files: Iterable[FoundFile], *, limits: Limits | None = None
    ) -> Generator[Read, None, None]:
        """See `articles.process.many.read_many`; a file that a node does not see is read here."""
        limits = limits or Limits()
        for some in self._done(work.read_block, _blocks(found_files), lambda block: (block, limits)):
            for file, items in some:
                lacking = len(items) == 1 and isinstance(items[0], Skip) and file.path.is_file()
                yield file, read(file, limits=limits) if lacking else items

    def encoder(self, load: Callable[[], Encoder], *, on_nodes: Callable[[], Encoder] | None = None) -> ClusterEncoder:
        """An encoder whose passages are encoded on the nodes, by what `on_nodes` loads there; what counts tokens is loaded here."""
        return ClusterEncoder(load(), self._encoded, pickle.dumps(on_nodes or load))

    def _encoded(
        self, load: bytes, fingerprint: str, texts: Iterable[tuple[str, int]]
    ) -> Iterator[list[EncodedPassage]]:
        source = iter(texts)
        blocks = iter(lambda: list(islice(source, self._block)), list[tuple[str, int]]())
        yield from self._done(work.encode_block, blocks, lambda block: (load, fingerprint, block))

    def _done(
        self, task: Callable[..., Any], blocks: Iterable[Block], arguments: Callable[[Block], tuple[Any, ...]]
    ) -> Iterator[Any]:
        """What a task makes of each block, in their order; a block is asked for when a processor will soon need it."""
        ray = ray_here()
        remote = ray.remote(task).options(
            num_cpus=1, max_retries=RETRIES, retry_exceptions=False, scheduling_strategy="SPREAD"
        )
        under_way: deque[Any] = deque()

        def first() -> Any:
            with translated():
                for _ in range(round(STUCK_S / LOOK_S)):
                    try:
                        done = ray.get(under_way[0], timeout=LOOK_S)
                    except ray.exceptions.GetTimeoutError:
                        expect_head()
                    else:
                        under_way.popleft()
                        return done
            raise lost(f"nothing came for {STUCK_S:.0f} s")

        ahead = AHEAD * cpus()
        try:
            for block in blocks:
                with translated():
                    under_way.append(remote.remote(*arguments(block)))
                while len(under_way) > ahead:
                    yield first()
            while under_way:
                yield first()
        finally:
            for ref in under_way if under_way and head_answers() else ():
                ray.cancel(ref, force=False)


class ClusterEncoder:
    """An encoder of `askcorpus.encoder`'s kind; passages alone are encoded elsewhere."""

    def __init__(self, here: Encoder, encoded: Callable[..., Iterator[list[EncodedPassage]]], load: bytes) -> None:
        self._here, self._encoded, self._load = here, encoded, load

    @property
    def manifest(self) -> Manifest:
        """Of the model."""
        return self._here.manifest

    def encode_passages(self, texts: Iterable[tuple[str, int]]) -> Iterator[EncodedPassage]:
        """See `Encoder.encode_passages`."""
        return chain.from_iterable(self._encoded(self._load, self.manifest.fingerprint, texts))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `Encoder.count_tokens`."""
        return self._here.count_tokens(texts)

    def keep(self, store: Path) -> None:
        """See `Encoder.keep`."""
        self._here.keep(store)

    def close(self) -> None:
        """Free the model that is here."""
        self._here.close()


def _blocks(files: Iterable[FoundFile]) -> Iterator[list[FoundFile]]:
    """The files in groups of about the same work."""
    block: list[FoundFile] = []
    held = 0
    for file in files:
        block.append(file)
        held += file.size
        if len(block) == FILES or held >= FILE_BYTES:
            yield block
            block, held = [], 0
    if block:
        yield block
