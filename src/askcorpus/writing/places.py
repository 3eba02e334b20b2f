"""Do the words of a sentence stand beside one another in its quotes?  Else it may say of one what they say of another.

Of two texts of one language; what follows is weighed with other signs.
"""

from __future__ import annotations

from collections.abc import Sequence

from askcorpus.language.sentences import sentences
from askcorpus.writing.facts import Facts, clauses

Span = tuple[int, int]


def gap(sentence: Facts, source: Facts, named: frozenset[str] | None = None, *, by_clause: bool = False) -> float:
    """How much more of the rest of it stands where one of its words does not than where that word does, from 0 to 1.

    The word may also stand in the sentence (the clause) before: "The bank" there is the Calder Bank here. `named`: only of these stems.
    """
    whole = sentences(source.text, source.language)
    units = clauses(source.text, source.language) if by_clause else whole
    parts = [_stems(source, unit) for unit in units]
    before = [_stems(source, (_begins(place, units, whole), unit[1])) for place, unit in enumerate(units)]
    worst = 0.0
    for start, end in clauses(sentence.text, sentence.language):
        said = _stems(sentence, (start, end)) & source.stems
        for stem in said if named is None else said & named:
            rest = said - {stem}
            if rest:
                best = max(len(rest & part) for part in parts)
                beside = max(
                    (len(rest & part) for part, till in zip(parts, before, strict=True) if stem in till), default=0
                )
                worst = max(worst, (best - beside) / len(rest))
    return worst


def _begins(place: int, units: Sequence[Span], whole: Sequence[Span]) -> int:
    """Where the unit before this one begins, or the sentence that it stands in: "the driver, a man of 44, said"."""
    inside = next((start for start, end in whole if start <= units[place][0] < end), units[place][0])
    return min(inside, units[max(0, place - 1)][0])


def _stems(where: Facts, span: Span) -> frozenset[str]:
    return frozenset(word.stem for word in where.words if span[0] <= word.start < span[1])
