"""How many, how fast, how often not found?  Counters and one histogram in Prometheus's text format.

The format is a few lines of text, so prometheus_client would be a dependency for four figures; it is not needed.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # around "p95 under 2 s" and the time limit of 30 s
OUTCOMES = ("answered", "not_found", "timed_out", "refused", "failed")


class Metrics:
    """What happened since the start; read and written in the event loop only."""

    def __init__(self) -> None:
        self.questions: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.sends: Counter[str] = Counter(sent=0, waited=0, unsure=0)
        self.polled = time.monotonic()
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._sum = 0.0

    def asked(self, outcome: str, seconds: float) -> None:
        """A question had this outcome after so many seconds."""
        self.questions[outcome] += 1
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._sum += seconds

    def exposition(self, gauges: Mapping[str, float]) -> str:
        """Everything in Prometheus's text format 0.0.4, with the given gauges beside it."""
        lines = _family("questions_total", "counter", "Questions by outcome.")
        lines += [f'askcorpus_bot_questions_total{{outcome="{k}"}} {n}' for k, n in sorted(self.questions.items())]
        lines += _family("sends_total", "counter", "Messages by what became of them.")
        lines += [f'askcorpus_bot_sends_total{{result="{k}"}} {n}' for k, n in sorted(self.sends.items())]
        lines += _family("question_seconds", "histogram", "From the question's arrival to its answer.")
        counts = list(accumulate(self._buckets))
        edges = [*(str(b) for b in BOUNDS), "+Inf"]
        lines += [
            f'askcorpus_bot_question_seconds_bucket{{le="{edge}"}} {n}' for edge, n in zip(edges, counts, strict=True)
        ]
        lines += [
            f"askcorpus_bot_question_seconds_sum {self._sum:.6f}",
            f"askcorpus_bot_question_seconds_count {counts[-1]}",
        ]
        for name, value in gauges.items():
            lines += [
                *_family(name, "gauge", name.replace("_", " ").capitalize() + "."),
                f"askcorpus_bot_{name} {value:g}",
            ]
        return "\n".join(lines) + "\n"


def _family(name: str, kind: str, help: str) -> list[str]:
    return [f"# HELP askcorpus_bot_{name} {help}", f"# TYPE askcorpus_bot_{name} {kind}"]
