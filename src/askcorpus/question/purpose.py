"""Is it the articles that are asked, or is this a greeting, or a question about the corpus itself?"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from enum import StrEnum

from askcorpus.language.identify import language_of
from askcorpus.language.question_words import words as words_of
from askcorpus.language.sentences import asks, sentences
from askcorpus.language.tables import CLAUSE_ENDS, Phrases, languages, spoken, unspaced
from askcorpus.language.words import words
from askcorpus.question.kinds import CAPITAL_NOUNS

THANKFUL = frozenset("👍👌👏🙏🙌🤝💯❤💖😊")
"""Emoji that are sent for thanks, where nothing is said beside them."""
LONGEST_PHRASE = 6  # words of a greeting: "what can you do for me"


class Purpose(StrEnum):
    """What a message is for."""

    ANSWER = "answer"
    TALK = "talk"
    """A greeting, thanks, a yes, an emoji: nothing to look up."""
    DIGEST = "digest"
    """News of any kind or on a subject: see question/news.py."""
    FIGURES = "figures"
    """How many articles, which outlets: the corpus's own figures."""


class Talk(StrEnum):
    """Which line of talk fits a message that asks the articles nothing."""

    GREETING = "talk"
    THANKS = "thanks"
    HELP = "help"
    """It asks what can be asked."""


def purpose(message: str) -> Purpose:
    """What this message is for; only one that is nothing but talk, or nothing but such a question, is not for an answer."""
    parts = [part for part in clauses(message) if part]
    if not parts:
        return Purpose.TALK if message.strip() and not any(c.isalnum() for c in message) else Purpose.ANSWER
    asked = [part for part in parts if not is_talk(part)]
    if not asked:
        return Purpose.TALK
    return Purpose.FIGURES if all(part in _whole("figures") for part in asked) else Purpose.ANSWER


def talk(message: str) -> Talk:
    """How to answer a message that is nothing but talk: who asks for help gets it, however politely."""
    said = {phrase for part in clauses(message) for phrase in _phrases(part) or ()}
    if said & _whole("help"):
        return Talk.HELP
    thanks = said & _whole("thanks") if said else THANKFUL.intersection(message)
    return Talk.THANKS if thanks else Talk.GREETING


def without_courtesies(message: str) -> str:
    """What a message asks, without the sentences beside it that greet, thank or say who asks; as it is where none asks.

    A sentence that names something stays: "I am writing about the Kestrel.  How many were hurt?"
    """
    told = [message[start:end] for start, end in sentences(message)]
    if not any(asks(one) for one in told):
        return message
    kept = [one for one in told if asks(one) or not _is_courtesy(one)]
    return " ".join(kept) if len(kept) < len(told) else message


def _is_courtesy(sentence: str) -> bool:
    said = [part for part in clauses(sentence) if part]
    beside_talk = [part for part in said if not is_talk(part)]
    language = language_of(sentence)
    if beside_talk and language not in CAPITAL_NOUNS:
        inside = words(sentence, language)
        if any(word.text[0].isdigit() or (word.capital and word.start and len(word.text) > 1) for word in inside):
            return False
    return all(_courtesies().begin(part if unspaced(part) else f" {part} ") for part in beside_talk)


@functools.cache
def _courtesies() -> Phrases:
    return Phrases([*_whole("thanks"), *_whole("asker")])


def clauses(message: str) -> list[str]:
    """The message by its marks of punctuation, each part as `spoken` writes it."""
    text = spoken(message)
    for mark in f"{CLAUSE_ENDS}:()":
        text = text.replace(mark, "\n")
    return [" ".join(part.split()) for part in text.split("\n")]


def is_talk(part: str) -> bool:
    """Whether a clause is nothing but phrases of talk, one after the other: "hello good morning"."""
    return _phrases(part) is not None


def _phrases(part: str) -> list[str] | None:
    """The phrases of talk that a clause is made of, the longest first; None where something else is in it."""
    known, left, found = _whole("talk", "thanks", "help"), part.split(), []
    while left:
        phrase = next((begin for begin in _beginnings(left) if begin in known), None)
        if phrase is None:
            return None
        found.append(phrase)
        left = left[len(phrase.split()) :]
    return found


def _beginnings(words_left: list[str]) -> Iterator[str]:
    for count in range(min(LONGEST_PHRASE, len(words_left)), 0, -1):
        yield " ".join(words_left[:count])


@functools.cache
def _whole(*rows: str) -> frozenset[str]:
    """The phrases of these rows in every language, as `spoken` writes them: who greets may do so in any."""
    return frozenset(
        " ".join(spoken(p).replace("?", " ").split()) for p in words_of(languages("question_words"), *rows)
    )
