"""Which words carry no meaning of their own?  The lists are stopwords.toml's, the same for the index, the encoder and the answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from askcorpus.language import tables


@dataclass(frozen=True, slots=True)
class StopWords:
    """The function and question words of one language, as it writes them."""

    words: frozenset[str] = frozenset()
    unless_capital: frozenset[str] = frozenset()
    """Those of them that mean something when a capital begins them inside a sentence: May, São."""


@cache
def stop_words(language: str) -> StopWords:
    """A language's stop words; none for a code that stopwords.toml does not know."""
    table = tables.table("stopwords", language)
    return StopWords(
        frozenset(f"{table.get('words', '')} {table.get('questions', '')}".split()),
        frozenset(table.get("unless_capital", "").split()),
    )


def languages() -> tuple[str, ...]:
    """The codes of the languages that have stop words."""
    return tables.languages("stopwords")
