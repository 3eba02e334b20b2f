"""What tells that a quote bears out a sentence, and what that comes to together: weights that were fitted, by name, in signs.toml.

What cannot be got round (a number, a day, a name that does not stand there) is no sign: check.py strikes for it alone.
"""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum


class Why(StrEnum):
    """Why a sentence is struck."""

    UNCITED = "it cites nothing"
    NO_SUCH_QUOTE = "it cites a quote that there is not"
    NUMBER = "a number of it does not stand in what it cites"
    DAY = "a day of it does not stand in what it cites"
    NAME = "a name of it does not stand in what it cites"
    DENIAL = "it denies what is said there, or says what is denied there"
    OPPOSITE = "it says the opposite"
    ORDER = "it puts numbers or names in one another's place"
    WORDS = "words of it do not stand in what it cites"
    MEANING = "it is about something else"


DOUBT = 6.0
"""Log-odds beyond which it makes no difference how sure somebody who read them is."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Of one sentence beside its quotes: each the more, the less they bear it out."""

    far_word: float = 0.0
    """How far the farthest of its content words is that stand nowhere in the quotes, by its tokens' cosines."""
    far_crossed: float = 0.0
    """How far the farthest of all its words is, where it is in another language."""
    unheard: float = 0.0
    """How far the farthest of its names that they have not is, where it is in another language."""
    far_text: float = 0.0
    """How far the whole is from the nearest sentence of the quotes."""
    denial: float = 0.0
    """Whether it denies what is said there, or says what is denied there."""
    opposite: float = 0.0
    """Whether it has a word whose opposite they have beside the same."""
    other_thing: float = 0.0
    """Whether it names one thing of a kind and they another."""
    order: float = 0.0
    """Whether numbers or names stand in one another's place, as far as words and endings tell."""
    cause: float = 0.0
    """Whether it says what something comes of, where they do not or in words that they have not."""
    unsaid: float = 0.0
    """Whether it has a word that has an opposite, and they have neither."""
    split_word: float = 0.0
    """Into how many pieces the encoder cuts the longest word that stands nowhere there: the rarer, the more."""
    denies_apart: float = 0.0
    """Whether it denies something, in another language, and the nearest sentence there does not, or the other way round."""
    elsewhere: float = 0.0
    """Whether what it says of a number or a name stands beside another one there."""
    name_gap: float = 0.0
    """How much more of the rest stands where one of its names does not than where that does; 0 where a word of it is new."""
    clause_gap: float = 0.0
    """The same of any of its words, by clauses."""
    of_another: float = 0.0
    """How surely they, asked who it was, name another."""
    doubted: float | None = None
    """How surely they do not bear it out, read together with it: log-odds from 0, that is -DOUBT, to 1, DOUBT; None where nobody read them."""

    def doubt(self, weights: Mapping[str, float]) -> float:
        """Log-odds that the quotes do not bear it out."""
        told = (
            weights[one.name] * float(getattr(self, one.name) or 0.0) for one in fields(self) if one.name in weights
        )
        return weights["bias"] + sum(told)

    def why(self, weights: Mapping[str, float]) -> Why:
        """What tells most that they do not."""
        most = max(fields(self), key=lambda one: weights.get(one.name, 0.0) * (getattr(self, one.name) or 0.0))
        return _OF.get(most.name, Why.MEANING)


_OF = {
    "denial": Why.DENIAL, "opposite": Why.OPPOSITE, "other_thing": Why.OPPOSITE, "order": Why.ORDER, "cause": Why.WORDS, "unsaid": Why.WORDS,
    "split_word": Why.WORDS, "denies_apart": Why.DENIAL, "elsewhere": Why.ORDER,
    "of_another": Why.ORDER, "far_word": Why.WORDS, "far_crossed": Why.WORDS, "unheard": Why.NAME, "name_gap": Why.ORDER, "clause_gap": Why.ORDER,
}  # fmt: skip


@functools.cache
def weights(*, read: bool) -> Mapping[str, float]:
    """The fitted weights, and `bias`: of sentences that were read together with their quotes, or of all signs but that."""
    text = importlib.resources.files("askcorpus.writing").joinpath("signs.toml").read_text("utf-8")
    return {name: float(value) for name, value in tomllib.loads(text)["read" if read else "alone"].items()}
