"""How does each language ask?  The lists of question_words.toml, ready to be looked for in a question."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from askcorpus.language.tables import CLAUSE_ENDS, Phrases, chosen, rows, spoken, table, unspaced

_NAMED_EVERYWHERE = (
    "en",
    "de",
    "fr",
    "es",
    "it",
    "nl",
    "ar",
)  # "de la", "von der", "al": people carry them into every language
_READ_ALSO = ("en", "de", "fr", "es", "it", "ru")
"""By whose words a text is read whose language is not known."""
_BETWEEN, _BETWEEN_BE = 1, 5  # words: "which old bank"; "what was the total yearly number"
_BETWEEN_UNSPACED = 2  # characters
_QUESTION_WORDS = ("when", "how_many", "who", "where", "which", "why", "how")


@functools.cache
def phrases(language: str, *keys: str) -> Phrases:
    """The words and phrases of these rows."""
    return Phrases([phrase for key in keys for phrase in rows("question_words", (language,), key)])


@functools.cache
def words(languages: tuple[str, ...], *keys: str) -> frozenset[str]:
    """The words of these rows in all of these languages."""
    return frozenset(word for key in keys for word in rows("question_words", languages, key))


@functools.cache
def name_joiners(language: str | None) -> frozenset[str]:
    """Words that may stand inside a name in a text of this language."""
    return words((*_NAMED_EVERYWHERE, *([language] if language else [])), "joiners")


def corrects(sentence: str, language: str | None) -> bool:
    """Whether a sentence of an article says that what was written before was wrong: what is right follows."""
    text = spoken(sentence)
    return any(phrases(code, "corrects").stand_in(text) for code in chosen("question_words", language, _READ_ALSO))


def asks_as(sentence: str, language: str | None, question: str, spoken_in: str | None) -> bool:
    """Whether a sentence begins with the question's own question word, in its language: "Who paid was unclear", asked who paid."""
    text, asked = spoken(sentence), spoken(question)
    return any(
        phrases(language, row).begin(text) and phrases(spoken_in, row).begin(asked)
        for row in _QUESTION_WORDS
        if language and spoken_in
    )


@functools.cache
def which_heads(languages: tuple[str, ...]) -> frozenset[str]:
    """The words before the noun that "which" asks for: the last ones of "in which"."""
    return frozenset(phrase.split()[-1] for phrase in rows("question_words", languages, "which"))


def asks_which(text: str, language: str, *nouns: str, be: bool = False) -> bool:
    """Whether "which" stands beside a noun of these rows in a `spoken` question; with `be` also "what is the … number"."""
    wanted = phrases(language, *nouns)
    if not wanted.stand_in(text):
        return False
    if table("question_words", language).get("which_after"):
        return any(wanted.stand_in(left) for left in _left_of_which(text, language))
    return any(wanted.begin(rest) for rest in _right_of_which(text, language, be))


def _right_of_which(text: str, language: str, be: bool) -> Iterator[str]:
    """What comes after each "which", and after each word that may stand between it and its noun."""
    for end, needle in _places(text, language):
        if unspaced(needle):
            yield from (text[end + between :] for between in range(_BETWEEN_UNSPACED + 1))
            continue
        rest = text[end - 1 :]
        yield from _from_words_on(rest, _BETWEEN)
        if be and (phrases(language, "be").begin(rest) or _begins_with_joined(rest, language)):
            yield from _from_words_on(rest, 1 + _BETWEEN_BE)


def _begins_with_joined(rest: str, language: str) -> bool:
    """Whether "is" is written onto what stands before, and a noun follows: "what's the"."""
    joined = phrases(language, "be_joined").begin(rest)
    return joined and phrases(language, "articles").begin(rest[rest.find(" ", 1) :])


def _left_of_which(text: str, language: str) -> Iterator[str]:
    """The words right before each "which"."""
    for end, needle in _places(text, language):
        words = text[: end - len(needle) + 1].split()[-_BETWEEN - 2 :]
        yield f" {' '.join(words)} "


def _places(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Where each "which" ends."""
    for needle in phrases(language, "which").inside:
        place = text.find(needle)
        while place >= 0:
            yield place + len(needle), needle
            place = text.find(needle, place + 1)


def _from_words_on(rest: str, between: int) -> Iterator[str]:
    """The text from its first word on, from its second, …, each with the space before it; no further than a clause goes."""
    for _ in range(between + 1):
        yield rest
        place = rest.find(" ", 1)
        if place < 0 or rest[1:2] in CLAUSE_ENDS:
            return
        rest = rest[place:]
