"""A real Ray cluster of three nodes on this machine, for tests: each node is a process of Ray's own.  Nothing of it stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OBJECTS_BYTES = 80 << 20  # the least that Ray takes
ATTEMPTS = 3
"""Ray gives a node 30 s to start, which it does not always do on a machine at work."""
PATIENCE_S = 120.0  # in which processes end, on the busiest machine


@contextlib.contextmanager
def three_nodes() -> Iterator[Any]:
    """The cluster; its head and two more that may be killed.  Ends with none of its processes, files and threads left."""
    from askcorpus.cluster.connection import ray_here

    ray_here()
    threads, on_sigterm = set(threading.enumerate()), signal.getsignal(signal.SIGTERM)
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")  # a socket's path holds 107 characters, a test's is longer
    chosen = {
        "RAY_TMPDIR": folder,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "RAY_worker_niceness": "0",  # 15 is Ray's: on a busy machine its processes would wait for all others
    }
    with _environment(chosen):
        try:
            cluster = _started(folder)
            try:
                yield cluster
            finally:
                cluster.shutdown()
                _until_none(lambda: processes_of(folder))
                _until_none(lambda: [one for one in threading.enumerate() if one not in threads])
        finally:
            signal.signal(signal.SIGTERM, on_sigterm)  # Ray's own would end this process's nodes, and then it
            _end(folder)
            shutil.rmtree(folder, ignore_errors=True)


def add_node(cluster: Any, **more: Any) -> Any:
    """One more node."""
    return cluster.add_node(num_cpus=1, object_store_memory=OBJECTS_BYTES, **more)


def processes_of(folder: str) -> dict[int, str]:
    """What still runs of a cluster whose files are in this folder, by what its processes were given; nothing where that cannot be seen."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"RAY_TMPDIR={folder}\0".encode() in (process / "environ").read_bytes():
                found[int(process.name)] = (process / "comm").read_text().strip()
    found.pop(os.getpid(), None)  # as headless.py may be
    return found


def _started(folder: str) -> Any:
    """Three nodes that run; begun anew where one of them did not come up."""
    from ray.cluster_utils import Cluster

    for attempt in range(ATTEMPTS):
        cluster: Any = Cluster()
        try:
            add_node(cluster, include_dashboard=False)
            for _ in range(2):
                add_node(cluster)
            return cluster
        except Exception:
            _end(folder)
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _end(folder: str) -> None:
    """End what a node that did not come up, or a test that failed, has left."""
    for process in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    _until_none(lambda: processes_of(folder))


def _until_none(some: Any) -> None:
    """Wait until nothing is left; AssertionError says what is."""
    end = time.monotonic() + PATIENCE_S
    while left := some():
        if time.monotonic() > end:
            raise AssertionError(f"left behind: {left}")
        time.sleep(0.05)


@contextlib.contextmanager
def _environment(chosen: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in chosen}
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
