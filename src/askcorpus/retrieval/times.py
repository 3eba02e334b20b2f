"""Does a sentence speak of the time that is asked for, or of another?  Months and years, by the words of its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from askcorpus.language.calendar import common_words, month_numbers
from askcorpus.language.words import Word
from askcorpus.question.said import Time


@dataclass(frozen=True, slots=True)
class Times:
    """The months and years that a sentence names."""

    months: frozenset[int]
    years: frozenset[int]

    def fit(self, asked: Sequence[Time]) -> int:
        """1 where they are those asked for, -1 where they are others, 0 where nothing is said of it."""
        verdicts = [
            1 if wanted & named else -1
            for wanted, named in (
                (frozenset(time.month for time in asked if time.month), self.months),
                (frozenset(time.year for time in asked if time.year), self.years),
            )
            if wanted and named
        ]
        return min(verdicts, default=0)


NO_TIMES = Times(frozenset(), frozenset())


def times_in(inside: Sequence[Word], language: str | None) -> Times:
    """What the words of a sentence name."""
    known = month_numbers(language or "en", "months", "oblique", "locative")
    doubtful = common_words(language)
    months = {known[word.text] for word in inside if word.text in known and (word.capital or word.text not in doubtful)}
    years = {int(word.text) for word in inside if len(word.text) == 4 and word.text.isdecimal()}
    return Times(frozenset(months), frozenset(year for year in years if 1800 <= year < 2100))
