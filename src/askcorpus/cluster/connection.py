"""How does this process come to a cluster?  It joins one that runs, or starts one of this machine alone; Ray's errors become ours."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from askcorpus.errors import AskcorpusError, ClusterError

AUTO = "auto"
OWN_OBJECTS_BYTES = 256 << 20
"""Of the cluster that is started for this machine alone: ten times what is on its way between its processes."""
REACH_S = 5.0
NAMESPACE = "askcorpus"
NOTE = "ray_current_cluster"  # the file in which Ray says where the cluster of a machine is
_lock = threading.Lock()
_users = 0
_joined = False
_asked = ""
"""The address by which this process was connected."""
_head = ""


def ray_here() -> ModuleType:
    """Ray; raises ClusterError where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would tell its makers of each cluster that it starts
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # as it will be, without a warning until then
    # It would end this process when the head is gone for a minute: a bot goes on, and says so to who asks.
    os.environ.setdefault("RAY_gcs_rpc_server_reconnect_timeout_s", "86400")
    try:
        import ray
    except ImportError as error:
        raise ClusterError("this needs the extra [cluster]: pip install 'askcorpus[cluster]'") from error
    return ray


def join(address: str) -> None:
    """Connect this process, unless it is connected; each `join` has its `leave`.  Raises ClusterError, also where it is to another one."""
    global _users, _joined, _asked, _head
    ray = ray_here()
    with _lock:
        if not ray.is_initialized():
            _connect(ray, address)
            _joined, _asked = True, address
        _head = str(ray.get_runtime_context().gcs_address)
        if address not in (AUTO, _asked, _head):
            _reach(address)
            raise ClusterError(
                f"this process is connected to the cluster at {_head}; that at {address} needs a process of its own."
            )
        _users += 1


def leave() -> None:
    """Disconnect this process when nobody in it needs the cluster any more, and it was connected by `join`."""
    global _users, _joined
    ray = ray_here()
    with _lock:
        _users -= 1
        if not _users and _joined:
            _joined = False
            if head_answers():  # else it would wait for the head for a day
                ray.shutdown()


def head_answers() -> bool:
    """Whether anybody listens where the head was when this process was connected."""
    try:
        _reach(_head)
    except ClusterError:
        return False
    return True


def expect_head() -> None:
    """Raise ClusterError where the head is gone: what is asked of it would be waited for."""
    if not head_answers():
        raise lost(f"nobody listens at {_head}")


def nodes() -> list[str]:
    """The ids of the nodes that live, in an order that stays."""
    ray = ray_here()
    expect_head()
    with translated():
        return sorted(str(node["NodeID"]) for node in ray.nodes() if node["Alive"])


def cpus() -> int:
    """How many processors the cluster says it has."""
    ray = ray_here()
    expect_head()
    with translated():
        return max(1, int(ray.cluster_resources().get("CPU", 1)))


@contextmanager
def translated() -> Iterator[None]:
    """Ray's errors as ours; those that our own code raised on another machine as they were raised there."""
    ray = ray_here()
    try:
        yield
    except ray.exceptions.RayTaskError as error:
        raise failed(error) from error
    except (ray.exceptions.RayError, ConnectionError) as error:
        raise lost(error) from error


def failed(error: Any) -> AskcorpusError:
    """What our own code raised in another process, else the error for what Ray says of that process."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, AskcorpusError):
        return cause
    return ClusterError(f"a process of the cluster failed: {str(error).strip().splitlines()[-1]}")


def lost(error: object) -> ClusterError:
    """The error for a cluster that is not there any more."""
    first = str(error).strip().partition("\n")[0][:200] or type(error).__name__
    return ClusterError(
        f"the cluster does not answer ({first}). The store is as it was, what was encoded is kept. "
        "Is its head running (`ray status`)? Then run it again."
    )


def _connect(ray: Any, address: str) -> None:
    quiet = {"namespace": NAMESPACE, "log_to_driver": False, "logging_level": logging.ERROR}
    running = _running() if address == AUTO else address
    if running is None:
        ray.init(address="local", include_dashboard=False, object_store_memory=OWN_OBJECTS_BYTES, **quiet)
        return
    _reach(running)  # Ray itself tries a place where nobody is for minutes
    try:
        ray.init(address=running, **quiet)
    except (ray.exceptions.RayError, ConnectionError, ValueError, RuntimeError) as error:
        raise _nobody(running, error) from error


def _running() -> str | None:
    """The cluster that RAY_ADDRESS names, else the one that Ray noted on this machine; one that was killed leaves its note behind."""
    named = os.environ.get("RAY_ADDRESS")
    if named:
        return named
    with suppress(OSError, ClusterError):
        noted = (Path(_temporary()) / "ray" / NOTE).read_text("utf-8").strip()
        _reach(noted)
        return noted
    return None


def _temporary() -> str:
    """Where Ray puts what it notes."""
    own = os.environ.get("RAY_TMPDIR") or (os.environ.get("TMPDIR") if sys.platform == "linux" else None)
    return own or "/tmp"  # noqa: S108  # nosec B108  only read, and what it names is tried first


def _reach(address: str) -> None:
    """Raise ClusterError where nobody listens at an address, or it is none."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_S).close()
    except (OSError, ValueError, OverflowError) as error:
        raise _nobody(address, error) from error


def _nobody(address: str, error: object) -> ClusterError:
    why = str(error).partition("\n")[0][:200]
    return ClusterError(
        f"no cluster answers at {address} ({why}). Name its head as HOST:PORT, or start one: ray start --head"
    )
