"""Does a word stand in a frame such as "bis zum WHEN", "WHEN* lähtien", "自WHEN以来"?  Rows of the tables say what the frames are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from askcorpus.language.tables import CLAUSE_ENDS, WORD, listed, spoken, unspaced

_ENDING = re.compile(rf"{WORD}{{0,5}}(?: {WORD}{{1,4}})?")  # "toukokuuhun"; an apostrophe is a space: "mayıs tan"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a word, as `spoken` writes it."""

    before: str
    ending: str
    """What touches the word from behind."""
    any_ending: bool
    after: str

    @property
    def closed(self) -> bool:
        """Whether it has a last word of its own: then the clause may go on, and the word in it still stands alone."""
        return bool(self.ending or self.after) or unspaced(self.before)

    def end(self, text: str, start: int, end: int, year: re.Pattern[str] | None = None) -> tuple[int, str] | None:
        """Where the frame ends around text[start:end], and the year that stands in it, if any; None where it does not fit."""
        if not text.startswith(self.before, start - len(self.before)) or start < len(self.before):
            return None
        for place, said in self._after_ending(text, end, year):
            close = place + len(self.after)
            if text.startswith(self.after, place) and (self._bounded(text, close)):
                return close, said
        return None

    def _after_ending(self, text: str, place: int, year: re.Pattern[str] | None) -> Iterator[tuple[int, str]]:
        """Places behind the word's ending and the year, which comes before or after the ending; the longest first."""
        for first, said in _over_year(text, place, year):
            for ended in self._endings(text, first):
                yield from ((end, said or later) for end, later in _over_year(text, ended, None if said else year))

    def _endings(self, text: str, place: int) -> Iterator[int]:
        if not self.any_ending:
            if text.startswith(self.ending, place):
                yield place + len(self.ending)
            return
        longest = _ENDING.match(text, place)
        yield from range(longest.end() if longest else place, place - 1, -1)

    def _bounded(self, text: str, place: int) -> bool:
        """Whether no letter follows that belongs to the frame's last word."""
        return unspaced(text[max(0, place - 1) : place]) or text.startswith(" ", place)


def frames(row: str, slot: str) -> tuple[Frame, ...]:
    """The frames of a row, those with the most words first: "from before" is told from "from"."""
    made = [_frame(*template.split(slot)) for template in listed(row) if template.count(slot) == 1]
    return tuple(sorted(made, key=lambda f: -len(f.before + f.ending + f.after)))


def ends_clause(text: str, place: int) -> bool:
    """Whether a `spoken` text goes on at this place with its end or a mark of punctuation."""
    return text[place:].lstrip(" ")[:1] in CLAUSE_ENDS  # the empty string is in every string


def _frame(left: str, right: str) -> Frame:
    touching, _, after = right.lstrip("*").partition(" ")
    before = spoken(left).rstrip() + ("" if left and not left[-1].isspace() else " ")
    return Frame(
        before="" if not left and unspaced(right) else before.lstrip() if unspaced(left) else before,
        ending=spoken(f"x{touching}")[2:-1],
        any_ending=right.startswith("*"),
        after=f" {spoken(after).strip()}" if after else "",
    )


def _over_year(text: str, place: int, year: re.Pattern[str] | None) -> Iterator[tuple[int, str]]:
    found = year.match(text, place) if year else None
    if found:
        yield found.end(), found.group()
    yield place, ""
