"""How many requests, how fast, how often not found?  Counters of the HTTP server; read and written in the event loop only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from askcorpus.rendering.prometheus import Histogram, counter, gauges
from askcorpus.types import Answer

OUTCOMES = ("answered", "not_found", "timed_out", "failed")
PREFIX = "askcorpus_http_"


class Metrics:
    """What happened since the start."""

    def __init__(self) -> None:
        self.questions: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
        self.responses: Counter[str] = Counter()
        self._took = Histogram()

    def answered(self, answer: Answer) -> None:
        """A question was answered, or not found."""
        said = answer.answered or answer.purpose in ("talk", "figures")
        self.asked("answered" if said else "not_found", answer.took_ms / 1000)

    def asked(self, outcome: str, seconds: float) -> None:
        """A question had this outcome after so many seconds."""
        self.questions[outcome] += 1
        self._took.observe(seconds)

    def exposition(self, now: Mapping[str, float]) -> str:
        """Everything in Prometheus's text format, with what can be read off now beside it."""
        lines = counter(f"{PREFIX}questions_total", "Questions by outcome.", "outcome", self.questions)
        lines += counter(f"{PREFIX}responses_total", "Responses by status.", "status", self.responses)
        lines += self._took.lines(f"{PREFIX}question_seconds", "How long a question took.")
        lines += gauges(PREFIX, now)
        return "\n".join(lines) + "\n"
