"""Which sixty words of an over-long sentence are quoted?  Whole clauses that hold what was asked for, still one verbatim slice."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from askcorpus.language.words import words
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked, content_weights

QUOTE_WORDS = 80  # three usual sentences; docs/retrieval.md says what quotes of one to three hold
LONGEST_CLAUSE = 20  # words; a longer one may be cut anywhere: a third of a quote must not hang on one comma
_PIECE = re.compile(r"\S+")
_ENDS_CLAUSE = re.compile(r"[,;:)\]—–.!?…、，；。：！？،؛؟।॥·]['\"”’»]?$|^[—–]$")
_LOOSE_ENDS = " ,;:—–-([、，；：،؛·"


def clipped(text: str, span: Span, asked: Asked, keep: Span | None) -> Span:
    """The span, or of one longer than QUOTE_WORDS the run of whole clauses that holds `keep` and most of what was asked.

    Of equally good runs the sentence's beginning, else the one with as much before what was asked for as after it; each as
    long as may be.
    """
    pieces = [(m.start() + span[0], m.end() + span[0]) for m in _PIECE.finditer(text[span[0] : span[1]])]
    if len(pieces) <= QUOTE_WORDS:
        return span
    weight = content_weights(asked)
    inside = words(text[span[0] : span[1]], asked.language)
    met = [(span[0] + w.start, w.stem) for w in inside if weight.get(w.stem, 0) > 0]
    starts = _clause_starts(text, pieces)
    ends = [*starts[1:], len(pieces)]
    runs = []
    for first in starts:
        after = ends[bisect_right(ends, first + QUOTE_WORDS) - 1]  # a clause is no longer than a quote
        runs.append((pieces[first][0], pieces[after - 1][1]))
    asked_at = [keep[0]] if keep else [at for at, _ in met] or [span[0]]
    middle = sum(asked_at) / len(asked_at)

    def worth(run: Span) -> tuple[bool, float, bool, float]:
        held = {stem for at, stem in met if run[0] <= at < run[1]}
        holds = keep is not None and run[0] <= keep[0] and keep[1] <= run[1]
        off_centre = abs(run[0] + run[1] - 2 * middle)
        # Rounded, so that the order in which the stems are added up decides nothing.
        return holds, round(sum(weight[stem] for stem in held), 6), run[0] == span[0], -off_centre

    start, end = max(runs, key=worth)
    return _trimmed(text, start, end, whole=span)


def _clause_starts(text: str, pieces: Sequence[Span]) -> list[int]:
    """Which of `pieces` a run may begin with: one after a clause's end, and within a long clause any."""
    starts = [0]
    for following, (start, end) in enumerate(pieces[:-1], 1):
        if _ENDS_CLAUSE.search(text[start:end]):
            starts.append(following)
    filled: list[int] = []
    for first, after in zip(starts, [*starts[1:], len(pieces)], strict=True):
        filled.extend(range(first, after) if after - first > LONGEST_CLAUSE else [first])
    return filled


def _trimmed(text: str, start: int, end: int, *, whole: Span) -> Span:
    """Without the comma or dash that the cut left at an end."""
    while start > whole[0] and start < end and text[start] in _LOOSE_ENDS:
        start += 1
    while end < whole[1] and end > start and text[end - 1] in _LOOSE_ENDS:
        end -= 1
    return start, end
