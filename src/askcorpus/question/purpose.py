"""Is it the articles that are asked, or is this a greeting, or a question about the corpus itself?"""

from __future__ import annotations

import functools
from enum import StrEnum

from askcorpus.language.question_words import words
from askcorpus.language.tables import CLAUSE_ENDS, languages, spoken


class Purpose(StrEnum):
    """What a message is for."""

    ANSWER = "answer"
    TALK = "talk"
    """A greeting, thanks, a yes, an emoji: nothing to look up."""
    FIGURES = "figures"
    """How many articles, which outlets: the corpus's own figures."""


def purpose(message: str) -> Purpose:
    """What this message is for; only one that is nothing but talk, or nothing but such a question, is not for an answer."""
    parts = [part for part in _clauses(message) if part]
    if not parts:
        return Purpose.TALK if not any(c.isalnum() for c in message) else Purpose.ANSWER
    talk, figures = _whole("talk"), _whole("figures")
    if all(part in talk for part in parts):
        return Purpose.TALK
    asked = [part for part in parts if part not in talk]
    return Purpose.FIGURES if all(part in figures for part in asked) else Purpose.ANSWER


def _clauses(message: str) -> list[str]:
    """The message by its marks of punctuation."""
    text = spoken(message)
    for mark in f"{CLAUSE_ENDS}:()":
        text = text.replace(mark, "\n")
    return [" ".join(part.split()) for part in text.split("\n")]


@functools.cache
def _whole(row: str) -> frozenset[str]:
    """The phrases of a row in every language, as `spoken` writes them: who greets may do so in any."""
    return frozenset(" ".join(spoken(p).replace("?", " ").split()) for p in words(languages("question_words"), row))
