"""How is a store asked whose shards are open on a cluster?  Each question goes to one replica of every shard; where one is lost, to the next.

A shard none of whose replicas answers makes an error that says how many did: never an answer from less than the whole.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from askcorpus.cluster.connection import expect_head, failed, head_answers, join, leave, nodes, ray_here, translated
from askcorpus.cluster.shard_actor import ShardActor
from askcorpus.errors import ClusterError, StoreError
from askcorpus.store.locks import Lock, lock_for_reading
from askcorpus.store.part import Gone
from askcorpus.store.parts import Parts

PATIENCE_S = 5.0
"""A replica that says nothing for so long is passed over; one that lives answers in some hundredths."""
DOUBTED_S = 30.0
"""So long the other replicas of its shard are asked first."""
OPEN_S = (
    60.0  # a process starts in 2 s here, in 20 on a machine that does much else; checking 1 GB of indexes takes 0.2
)
RESTARTED_S, PAUSE_S = 20.0, 0.5
"""So long a process that was lost with its node is asked again, while it is started on another; and so often."""
ROUNDS = 2  # over all replicas: one that is started anew on another node answers the second time
THREADS = 8  # questions that a replica answers at once


class Asking:
    """The shards of one store as they are open on a cluster; usable from several threads."""

    def __init__(self, address: str, *, replicas: int) -> None:
        join(address)
        self._replicas = replicas
        self._actors: dict[str, list[Any]] = {}
        self._turns = itertools.count()
        self._silent: dict[Any, float] = {}
        """When a replica said nothing the last time."""
        self._lock = threading.Lock()

    def open(self, store: Path, shards: tuple[tuple[str, int], ...]) -> Parts:
        """The shards of a generation; see `store.opening.OpenShards`.  Raises Gone, StoreDamaged, ClusterError."""
        locks: list[Lock] = []
        try:
            for name, generation in shards:
                lock = lock_for_reading(store / name, generation)  # that it stays, wherever it is opened
                if lock is None:
                    raise Gone(f"generation {generation} of {store / name}")
                locks.append(lock)
            replicas = [self._replicas_of(store, name, n) for n, (name, _) in enumerate(shards)]
            self._opened(replicas, [generation for _, generation in shards])
        except BaseException:
            _close(locks)
            raise
        scatter = partial(self._scatter, replicas, [generation for _, generation in shards])
        return Parts(scatter, len(shards), partial(_close, locks))

    def close(self) -> None:
        """End the processes on the cluster."""
        ray = ray_here()
        with self._lock:
            actors, self._actors = self._actors, {}
        for actor in itertools.chain(*actors.values()) if head_answers() else ():
            ray.kill(actor)
        leave()

    def _replicas_of(self, store: Path, name: str, number: int) -> list[Any]:
        """The processes that hold a shard, on different nodes where there are several."""
        ray = ray_here()
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        key = str(store.resolve() / name)
        with self._lock, translated():
            if key not in self._actors:
                there = nodes()
                start = ray.remote(ShardActor)
                self._actors[key] = [
                    start.options(
                        num_cpus=0,  # it waits most of the time
                        max_restarts=-1,
                        max_concurrency=THREADS,
                        scheduling_strategy=NodeAffinitySchedulingStrategy(there[(number + n) % len(there)], soft=True),
                    ).remote(str(store.resolve()), name)
                    for n in range(min(self._replicas, len(there)))
                ]
            return self._actors[key]

    def _opened(self, replicas: Sequence[Sequence[Any]], generations: Sequence[int]) -> None:
        """Have every replica open its shard; raises ClusterError where a shard has none that can, nor one that is started anew."""
        until = time.monotonic() + RESTARTED_S
        while True:
            asked = [
                [one.open.remote(generation) for one in some]
                for some, generation in zip(replicas, generations, strict=True)
            ]
            answered = sum(any(_told(ref, OPEN_S) is not None for ref in refs) for refs in asked)
            if answered == len(replicas):
                return
            if time.monotonic() > until:
                raise too_few(answered, len(replicas))
            time.sleep(PAUSE_S)

    def _scatter(
        self, replicas: Sequence[Sequence[Any]], generations: Sequence[int], method: str,
        arguments: Sequence[tuple[Any, ...] | None],
    ) -> list[Any]:  # fmt: skip
        """See `parts.Scatter`."""
        ray, turn = ray_here(), next(self._turns)

        def in_turn(number: int) -> list[Any]:
            """The replicas as they are to be asked, each time another one first; those that said nothing lately come last."""
            some, since = replicas[number], time.monotonic() - DOUBTED_S
            turned = [some[(turn + n) % len(some)] for n in range(len(some))]
            return sorted(turned, key=lambda actor: self._silent.get(actor, 0.0) > since)

        def ask_one(actor: Any, number: int) -> Any:
            return actor.ask.remote(generations[number], method, arguments[number])

        asked = [number for number, given in enumerate(arguments) if given is not None]
        order = {number: in_turn(number) for number in asked}
        refs = {number: ask_one(order[number][0], number) for number in asked}
        told: dict[int, Any] = {}
        try:
            told = dict(zip(asked, ray.get(list(refs.values()), timeout=PATIENCE_S), strict=True))
        except (ray.exceptions.RayError, ConnectionError):  # one of them, and which is found out below
            for number in asked:
                for attempt, actor in enumerate(order[number] * ROUNDS):
                    ref = refs[number] if not attempt else ask_one(actor, number)
                    said = _told(ref, PATIENCE_S)
                    if said is not None:
                        told[number] = said
                        break
                    self._silent[actor] = time.monotonic()
        if len(told) < len(asked):
            expect_head()
            raise too_few(len(told) + len(arguments) - len(asked), len(arguments))
        return [told.get(number) for number in range(len(arguments))]


def too_few(answered: int, count: int) -> ClusterError:
    """The error for shards of which no replica answers."""
    return ClusterError(
        f"{answered} of {count} shards answered, so there is no answer: what the others hold would be missing from it. "
        "Look after the nodes (`ray status`), then ask again; `askcorpus` without --cluster asks them on this machine."
    )


def _told(ref: Any, timeout_s: float) -> Any:
    """What a replica says; None where it is lost.  Raises what our own code raised there."""
    ray = ray_here()
    try:
        return ray.get(ref, timeout=timeout_s)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, Gone):
            raise StoreError("the store moved on twice while it was asked. Ask again.") from None
        raise failed(error) from error
    except (ray.exceptions.RayError, ConnectionError):
        return None


def _close(locks: Sequence[Lock]) -> None:
    for lock in locks:
        lock.close()
