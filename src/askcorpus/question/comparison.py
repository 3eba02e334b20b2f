"""Which two things does a question compare, and what does it ask of each?  "Did Brenia or Solvania harvest more wheat?" """

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from askcorpus.language.identify import asked_in
from askcorpus.language.question_words import name_joiners, phrases
from askcorpus.language.stopwords import stop_words
from askcorpus.language.tables import rows, spoken, tokens
from askcorpus.question.kinds import NO_CAPITALS

_USUAL = ("en", "de", "fr", "es", "it", "pt", "ru")
"""By whose words a question is read whose language is not known."""
LONGEST = 300  # characters; what is longer is a text
MOST_BETWEEN = 2  # small words between "or" and what follows it: "or in the north"
LONGEST_NAME = 5  # words

Token = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things, and the question with nothing but it."""

    name: str
    question: str


def sides(question: str) -> tuple[Side, ...]:
    """The two things that a question compares; empty where it compares none that have names."""
    if len(question) > LONGEST:
        return ()
    inside = tokens(question)
    for language in asked_in(question, _USUAL):
        for first, last in _joints(question, inside, language):
            left = _without_opening(_name(question, inside[:first][::-1], language), inside, language)
            between = 0
            while between <= MOST_BETWEEN:
                right = _name(question, inside[last + between :], language)
                if left and right:
                    return _two(question, left[::-1], right)
                between += 1
    return ()


def _joints(question: str, inside: Sequence[Token], language: str) -> list[tuple[int, int]]:
    """Places of the words that stand between two things."""
    joining = [tuple(spoken(phrase).split()) for phrase in rows("question_words", (language,), "either")]
    if phrases(language, "compares").stand_in(spoken(question)):
        joining += [tuple(spoken(phrase).split()) for phrase in rows("question_words", (language,), "beside")]
    said = [word for word, _, _ in inside]
    found = [
        (place, place + len(words))
        for place in range(len(said))
        for words in joining
        if tuple(said[place : place + len(words)]) == words
    ]
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _name(question: str, following: Sequence[Token], language: str) -> list[Token]:
    """The words of the name that these begin with; in a script without capitals it is one word."""
    if language in NO_CAPITALS:
        return [*following[:1]] if following and following[0][0].isalnum() else []
    taken: list[Token] = []
    for token in following[:LONGEST_NAME]:
        letter = question[token[1]]
        if not (letter.isupper() or letter.isdigit() or (taken and token[0] in name_joiners(language))):
            break
        taken.append(token)
    while taken and question[taken[-1][1]].islower():
        taken.pop()
    return taken


def _without_opening(name: list[Token], inside: Sequence[Token], language: str) -> list[Token]:
    """The name without the word that opens the question, where that is no part of it: "Did Brenia"."""
    opens = bool(name) and name[-1] == inside[0]
    known = stop_words(language).words
    return (
        name[:-1]
        if opens and (inside[0][0] in known or phrases(language, "compares").begin(f" {inside[0][0]} "))
        else name
    )


def _two(question: str, left: Sequence[Token], right: Sequence[Token]) -> tuple[Side, ...]:
    first, second = (left[0][1], left[-1][2]), (right[0][1], right[-1][2])
    return (
        Side(question[slice(*first)], question[: first[1]] + question[second[1] :]),
        Side(question[slice(*second)], question[: first[0]] + question[second[0] :]),
    )
