"""What does a chat keep of an Answer?  All that it shows of it, small enough for the bot's memory; knows no Answer, no markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Origin:
    """What a chat shows of an article."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Cited:
    """What a chat keeps of one Citation; offsets are in the passage."""

    number: int
    story: int
    passage: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    origin: Origin
    value: str | None = None
    """What it gives for what was asked, as it stands in the quote; None where nothing was compared."""
    agrees: bool | None = None
    """Whether that is what the first citation gives; None where it cannot be compared."""

    @property
    def quote(self) -> str:
        """The verbatim quote."""
        return self.passage[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a chat shows of an Answer; small enough to be kept, so that buttons work after a restart."""

    question: str
    understood: str | None
    cited: tuple[Cited, ...]
    nearest: tuple[Origin, ...]
    narrowed: str
    independent: int
    dropped: str = ""
    agreement: str = "unknown"
    values: tuple[tuple[str, str], ...] = ()
    """What each story says for what was asked, and who says so, where it was compared."""
    purpose: str = "answer"
    talk: str = ""
    why: str | None = None
    """Why the first of those that differ leads."""
    read_as: str = ""
    """What stands in place of slips."""
    about: str = ""
    """The subject of a digest; empty where anything counts."""
    headings: tuple[str, ...] = ()
    """Of each of its stories the words under which it stands, where they are grouped."""
    figures: tuple[int, str, str, str] | None = None
    """Articles, the first day and the last, the outlets."""

    def as_json(self) -> dict[str, Any]:
        """The plain values that `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> Shown:
        """What `as_json` gave."""
        cited = tuple(
            Cited(**{**c, "marks": tuple((a, b) for a, b in c["marks"]), "origin": Origin(**c["origin"])})
            for c in table["cited"]
        )
        values = tuple((value, who) for value, who in table.get("values", ()))
        figures = tuple(table["figures"]) if table.get("figures") else None
        nearest = tuple(Origin(**o) for o in table["nearest"])
        headings = tuple(table.get("headings", ()))
        read = {"cited": cited, "nearest": nearest, "values": values, "figures": figures, "headings": headings}
        return cls(**{**table, **read})


def by_story(cited: Iterable[Cited]) -> list[list[Cited]]:
    """Citations by story, in the order in which each story first appears."""
    groups: dict[int, list[Cited]] = {}
    for c in cited:
        groups.setdefault(c.story, []).append(c)
    return list(groups.values())
