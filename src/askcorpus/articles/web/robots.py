"""May this page be asked for?  What a host's robots.txt says to askcorpus, as RFC 9309 reads it."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

AGENT = "askcorpus"
"""The name that robots.txt knows this program by."""
_WAY_OUT = "(--ignore-robots does not ask)"
_READ_BYTES = 500 * 1024  # RFC 9309, 2.5: at least so much is to be read; no honest file is longer
_MAX_PAUSE_S = 10.0  # of Crawl-delay, which the RFC does not know: a file that says a day must not stop the program


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host, or why they could not be had."""

    rules: Protego
    unknown: str = ""
    """Why nobody knows the rules; then nothing may be asked for."""

    def objection(self, url: str) -> str:
        """Why the page must not be asked for; empty when it may."""
        if self.unknown:
            return f"{self.unknown}, asking for robots.txt {_WAY_OUT}"
        return "" if self.rules.can_fetch(url, AGENT) else f"robots.txt does not allow it {_WAY_OUT}"

    @property
    def pause_s(self) -> float:
        """How long the host wants to be left alone between two requests, in seconds, ten at most."""
        return min(self.rules.crawl_delay(AGENT) or 0.0, _MAX_PAUSE_S)


def rules_in(data: bytes) -> Robots:
    """The rules of a robots.txt; an empty one allows everything."""
    if len(data) > _READ_BYTES:
        data = data[: data.rfind(b"\n", 0, _READ_BYTES) + 1]  # half a line could forbid more than the whole
    return Robots(Protego.parse(data.decode("utf-8-sig", errors="replace")))


def unknown_rules(reason: str) -> Robots:
    """What holds where robots.txt cannot be had."""
    return Robots(Protego.parse(""), reason)
