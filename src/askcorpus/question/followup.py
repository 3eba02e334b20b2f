"""Does a short question go on from the last one?  Pure functions; the words are those of language/question_words.toml."""

from __future__ import annotations

import functools
import re

from askcorpus.language.identify import asked_in
from askcorpus.language.question_words import phrases, words
from askcorpus.language.tables import CLAUSE_ENDS, pattern, spoken, unspaced
from askcorpus.question.kinds import NO_CAPITALS

MOST_WORDS = 8  # a longer question names what it is about
UNDERSTOOD_CHARACTERS = 500  # of both questions together: about 120 tokens, half of what the default model reads
_USUAL = ("en", "fr", "ru")
"""By whose words a question is read whose language is not known."""
_CHARACTERS_A_WORD = 2  # of Chinese, Japanese and Thai, which set no spaces: half of a word or more
_ELLIPSIS = re.compile(r"^(…|\.\.\.)|(…|\.\.\.)\s?\??$")
_SECOND_WORDS = re.compile(r"(?<=[\w,;:)»”\"'’] )\w\w")
_QUESTION_WORDS = ("why", "when", "where", "who", "how", "how_many", "bare")


def goes_on(question: str) -> bool:
    """Whether a question cannot be understood without the one before it.

    Short, and: it begins with a joining word, is a bare question word or an ellipsis, or a pronoun comes before any
    name that it could stand for ("When did Mali close its airspace?" stands alone).
    """
    question = question.strip()
    if not 0 < _length(question) <= MOST_WORDS:
        return False
    text = spoken(question)
    return bool(_ELLIPSIS.search(question)) or any(
        phrases(language, "goes_on").begin(text) or _bare(text, language) or _points_back(question, language)
        for language in asked_in(question, _USUAL)
    )


def what_goes_before(topic: str, question: str) -> str:
    """The earlier question; its end gives way where both are too long together."""
    room = UNDERSTOOD_CHARACTERS - len(question) - 1
    return topic if len(topic) <= room else topic[: max(room, 0)].rpartition(" ")[0]


def _length(question: str) -> int:
    """How many words it has, about."""
    return len(question) // _CHARACTERS_A_WORD if unspaced(question) else len(question.split())


def _bare(text: str, language: str) -> bool:
    """Whether it is nothing but a question word, or one with "exactly"."""
    core = text.strip(f" !{CLAUSE_ENDS}")
    alone, just = _alone(language)
    return core in alone or any(core.endswith(f" {word}") and core[: -len(word) - 1] in alone for word in just)


@functools.cache
def _alone(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The question words that may stand alone, and what may follow them."""
    alone = frozenset(spoken(phrase.strip("^*")).strip() for phrase in words((language,), *_QUESTION_WORDS))
    return alone, frozenset(spoken(word).strip() for word in words((language,), "just"))


def _points_back(question: str, language: str) -> bool:
    """Whether a pronoun comes before any name; where capitals tell no names, whether it comes first or second."""
    pronoun = _pronouns(language).search(question)
    if pronoun is None:
        return False
    if language in NO_CAPITALS:
        before = question[: pronoun.start()]
        return not before if unspaced(question) else len(before.split()) <= 1
    name = next((m for m in _SECOND_WORDS.finditer(question) if m.group()[0].isupper()), None)
    return name is None or name.start() > pronoun.start()


@functools.cache
def _pronouns(language: str) -> re.Pattern[str]:
    return re.compile(pattern(tuple(words((language,), "pronouns"))), re.IGNORECASE)
