"""What is one shard asked, and what does it say?  It is open at the generation that the whole names, here or in another process."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from askcorpus.errors import StoreDamaged
from askcorpus.settings import usable_cores
from askcorpus.store import layout, recovery
from askcorpus.store.bm25 import Occurrences, Sizes, Term
from askcorpus.store.lexical import Lexical, Within
from askcorpus.store.locks import lock_for_reading
from askcorpus.store.parts import Parts, Phrase
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Filter, PassageIds, Ranking, Vector


class Gone(Exception):
    """The generation was removed: the whole has moved on."""


class Part:
    """One shard of one generation; usable from several threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        assert isinstance(snapshot.lexical, Lexical), "a shard is not in shards itself"
        self._snapshot, self._lexical = snapshot, snapshot.lexical

    def says_of_itself(self) -> tuple[str | None, int]:
        """Where it belongs, as it noted it, and how many passages it holds."""
        return self._snapshot.identity, self._snapshot.passages_count

    def near(self, vector: Vector, wanted: int, where: Filter | None) -> Ranking:
        """See `Snapshot.near`."""
        return self._snapshot.near(vector, wanted, where)

    def cosines(self, ids: PassageIds, vector: Vector) -> Any:
        """Those of these passages, float32."""
        return self._snapshot.cosines(ids, vector)

    def encodings(self, ids: Sequence[int]) -> list[tuple[bytes, bytes]]:
        """Vector and token codes of each of these passages, as they are kept."""
        return self._snapshot.packed(ids)

    def sizes(self) -> Sizes:
        """How much the lexical index holds."""
        return self._lexical.sizes

    def frequencies(self, terms: Sequence[Term]) -> list[int]:
        """See `Lexical.frequencies`."""
        return self._lexical.frequencies(terms)

    def proposed(self, terms: Sequence[Term], weights: Sequence[float], within: Within, k: int, wanted: int) -> Ranking:
        """See `Lexical.proposed`."""
        return self._lexical.proposed(terms, weights, within, k=k, wanted=wanted)

    def occurrences(self, ids: Sequence[int], phrases: Sequence[Phrase]) -> list[Occurrences]:
        """See `Lexical.occurrences`."""
        return self._lexical.occurrences(ids, phrases)

    def close(self) -> None:
        """Let go of the shard."""
        self._snapshot.close()


def open_part(store: Path, generation: int) -> Part:
    """A shard at one of its generations; raises Gone, StoreDamaged."""
    lock = lock_for_reading(store, generation)
    if lock is None:
        raise Gone(f"generation {generation} of {store}")
    try:
        description = layout.read_generation(store, generation)
        broken = (
            f"generation {generation} of {store} does not describe itself"
            if description is None
            else recovery.what_is_broken(store, description, read_up_to=layout.READER_READS)
        )
        if description is None or broken is not None:
            raise StoreDamaged(broken)
        return Part(Snapshot(store, description, lock, None, _never))
    except BaseException:
        lock.close()
        raise


def open_here(store: Path, shards: Sequence[tuple[str, int]]) -> Parts:
    """The shards of a generation, open in this process; raises Gone, StoreDamaged."""
    parts: list[Part] = []
    try:
        for name, generation in shards:
            parts.append(open_part(store / name, generation))
    except BaseException:
        for part in parts:
            part.close()
        raise
    here = _Here(parts)
    return Parts(here.scatter, len(parts), here.close)


class _Here:
    """Asks shards of this process, as many at a time as there are cores."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        workers = min(len(parts), usable_cores())
        self._pool = ThreadPoolExecutor(workers, "shard") if workers > 1 else None

    def scatter(self, method: str, arguments: Sequence[tuple[Any, ...] | None]) -> list[Any]:
        """See `parts.Scatter`."""

        def ask(part: Part, given: tuple[Any, ...] | None) -> Any:
            return None if given is None else getattr(part, method)(*given)

        asked = sum(given is not None for given in arguments)
        through = map if self._pool is None or asked < 2 else self._pool.map
        return list(through(ask, self._parts, arguments))

    def close(self) -> None:
        """Let go of the shards."""
        if self._pool is not None:
            self._pool.shutdown()
        for part in self._parts:
            part.close()


def _never() -> Snapshot:
    raise AssertionError("the whole moves on, not its shards")
