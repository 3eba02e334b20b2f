"""A real Ray cluster of three nodes on this machine, for tests: each node is a process of Ray's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OBJECTS_BYTES = 80 << 20  # the least that Ray takes


@contextmanager
def three_nodes() -> Iterator[Any]:
    """The cluster; its head and two more that may be killed."""
    from askcorpus.cluster.connection import ray_here

    ray_here()
    from ray.cluster_utils import Cluster

    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)  # what a node's processes import
    cluster: Any = Cluster(initialize_head=True, head_node_args={**_small(), "include_dashboard": False})
    try:
        for _ in range(2):
            cluster.add_node(**_small())
        yield cluster
    finally:
        cluster.shutdown()
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _small() -> dict[str, Any]:
    return {"num_cpus": 1, "object_store_memory": OBJECTS_BYTES}
