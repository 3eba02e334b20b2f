"""Figures in Prometheus's text format 0.0.4; pure but for a histogram's counts.

The format is a few lines of text, so prometheus_client would be a dependency for a handful of figures; it is not needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import accumulate

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # around "p95 under 2 s" and the time limit of 30 s


class Histogram:
    """How long something took, each time."""

    def __init__(self) -> None:
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """It took so long once more."""
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def lines(self, name: str, help: str) -> list[str]:
        """Its family."""
        counts = list(accumulate(self._buckets))
        edges = [*(str(b) for b in BOUNDS), "+Inf"]
        buckets = [f'{name}_bucket{{le="{edge}"}} {n}' for edge, n in zip(edges, counts, strict=True)]
        return [*family(name, "histogram", help), *buckets, f"{name}_sum {self._sum:.6f}", f"{name}_count {counts[-1]}"]


def counter(name: str, help: str, label: str, counts: Mapping[str, int]) -> list[str]:
    """A counter's family, one line for each value of its label."""
    return [
        *family(name, "counter", help),
        *(f'{name}{{{label}="{value}"}} {n}' for value, n in sorted(counts.items())),
    ]


def gauge(name: str, value: float, help: str) -> list[str]:
    """What can be read off at any moment."""
    return [*family(name, "gauge", help), f"{name} {value:g}"]


def gauges(prefix: str, values: Mapping[str, float]) -> list[str]:
    """Several of these; each is described by its name."""
    return [
        line
        for name, value in values.items()
        for line in gauge(prefix + name, value, f"{name.replace('_', ' ').capitalize()}.")
    ]


def family(name: str, kind: str, help: str) -> list[str]:
    """What stands above the lines of one name."""
    return [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]
