"""Does a short question go on from the last one?  Pure functions; the words are those of language/question_words.toml."""

from __future__ import annotations

import functools
import re

from askcorpus.language.identify import asked_in
from askcorpus.language.question_words import phrases, words
from askcorpus.language.tables import CLAUSE_ENDS, pattern, spoken, table, unspaced
from askcorpus.language.words import words as words_of
from askcorpus.question.kinds import CAPITAL_NOUNS, NO_CAPITALS

MOST_WORDS = 8  # a longer question names what it is about
UNDERSTOOD_CHARACTERS = 500  # of both questions together: about 120 tokens, half of what the default model reads
MOST_WORDS_BACK = (
    6  # "how long did that take him then"; a longer one with "that" or "there" in it says itself what it means
)
JOINED_WORDS = 2  # "والتكلفة؟", "وفي 2025؟"
_USUAL = ("en", "fr", "ru", "de", "es", "pt", "tr", "uk", "ar")
"""By whose words a question is read whose language is not known."""
_CHARACTERS_A_WORD = 2  # of Chinese, Japanese and Thai, which set no spaces: half of a word or more
_ELLIPSIS = re.compile(r"^(…|\.\.\.)|(…|\.\.\.)\s?\??$")
_SECOND_WORDS = re.compile(r"(?<=[\w,;:)»”\"'’] )\w\w")
_SUBJECTLESS = ("when", "where", "how", "how_many", "why")
_ARTICLE = "ال"
SHORT_WORD = 2  # letters, of which the first may be its own
_QUESTION_WORDS = ("why", "when", "where", "who", "how", "how_many", "bare", "news_more")


def goes_on(question: str) -> bool:
    """Whether a question cannot be understood without the one before it.

    Short, and: it begins with a joining word, is a bare question word or an ellipsis, or a pronoun comes before any
    name that it could stand for ("When did Mali close its airspace?" stands alone), or it has "that" or "then" and no name at all,
    or no subject where a language needs none.
    """
    question = question.strip()
    if not 0 < _length(question) <= MOST_WORDS:
        return False
    text = spoken(question)
    return bool(_ELLIPSIS.search(question)) or any(
        phrases(language, "goes_on").begin(text)
        or _bare(text, language)
        or _points_back(question, language)
        or _names_nothing(question, text, language)
        for language in asked_in(question, _USUAL)
    )


def subject(question: str, language: str | None) -> str:
    """The names in a question, which are what it is about; empty where it has none, or where capitals tell no names."""
    if language in NO_CAPITALS or language in CAPITAL_NOUNS:
        return ""
    names: list[str] = []
    read = -1  # a compound comes before its parts
    for word in words_of(question, language)[1:]:
        if word.start >= read and not word.stop and (word.capital or word.text[0].isdigit()):
            names.append(question[word.start : word.end])
            read = word.end
    return " ".join(names)


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


def _names_nothing(question: str, text: str, language: str) -> bool:
    """Whether a short question without a name stands on a word such as "that", or on a verb without a subject."""
    said = text.strip(f" !{CLAUSE_ENDS}").split()
    joined = table("question_words", language).get("joined", "")
    if joined and said and len(said) <= JOINED_WORDS and said[0].startswith(joined) and len(said[0]) > SHORT_WORD:
        return True
    if len(said) > MOST_WORDS_BACK or (language not in NO_CAPITALS and _capital(question)):
        return False
    if phrases(language, "points_back").stand_in(text) or phrases(language, "points_back_last").end_clause(text):
        return True
    return bool(table("question_words", language).get("drops_subject")) and _subjectless(said, language)


def _subjectless(said: list[str], language: str) -> bool:
    """Whether a verb follows a question word, and nothing else; a noun with its article written onto it is no verb."""
    asking = {tuple(spoken(phrase).split()) for phrase in words((language,), *_SUBJECTLESS)}
    return tuple(said[:-1]) in asking and not said[-1].startswith(_ARTICLE)


def _capital(question: str) -> bool:
    """Whether a word but the first begins with a capital or a digit."""
    return any(not match.group()[0].islower() for match in _SECOND_WORDS.finditer(question))


@functools.cache
def _pronouns(language: str) -> re.Pattern[str]:
    return re.compile(pattern(tuple(words((language,), "pronouns"))), re.IGNORECASE)
