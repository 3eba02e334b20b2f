"""How many, how fast, how often not found?  Counters and one histogram of the bot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping

from askcorpus.rendering.prometheus import Histogram, counter, gauges

OUTCOMES = ("answered", "not_found", "timed_out", "refused", "failed")
PREFIX = "askcorpus_bot_"


class Metrics:
    """What happened since the start; read and written in the event loop only."""

    def __init__(self) -> None:
        self.questions: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.sends: Counter[str] = Counter(sent=0, waited=0, unsure=0)
        self.polled = time.monotonic()
        self._took = Histogram()

    def asked(self, outcome: str, seconds: float) -> None:
        """A question had this outcome after so many seconds."""
        self.questions[outcome] += 1
        self._took.observe(seconds)

    def exposition(self, now: Mapping[str, float]) -> str:
        """Everything in Prometheus's text format, with what can be read off now beside it."""
        lines = counter(f"{PREFIX}questions_total", "Questions by outcome.", "outcome", self.questions)
        lines += counter(f"{PREFIX}sends_total", "Messages by what became of them.", "result", self.sends)
        lines += self._took.lines(f"{PREFIX}question_seconds", "From the question's arrival to its answer.")
        lines += gauges(PREFIX, now)
        return "\n".join(lines) + "\n"
