"""What kind of thing does a question ask for, and where does a sentence name one?  The words are those of language/'s tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum

from askcorpus.language.calendar import common_words, date_pattern, date_words
from askcorpus.language.counting import apart, counted, has_compounds
from askcorpus.language.identify import asked_in
from askcorpus.language.numerals import number_pattern
from askcorpus.language.question_words import asks_which, name_joiners, phrases, which_heads
from askcorpus.language.question_words import words as words_of
from askcorpus.language.tables import spoken, table, unspaced
from askcorpus.language.words import Word

Span = tuple[int, int]


class Kind(Enum):
    """What an answer has to be."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


_USUAL = ("en", "de", "fr", "es", "it", "pt", "ru", "nl")
"""By whose words a question is read whose language is not known."""
_ASKING = ("when", "how_many", "who", "where", "which", "why", "how", "be")
NO_CAPITALS = frozenset("ar fa he hi th zh ja ko ur bn ta te mr ne ka am km lo my".split())
"""Languages whose letters do not tell a name from a noun: a sentence without a name cannot be told from one with it."""
CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages whose capitals tell no name from a noun."""
_WORD_AND_SPACE = re.compile(r"(?<!\w)(\w{1,20})\s")
_ACRONYM_OR_NAME = re.compile(r"[^\W\d_]")
_SPACED_DASH = re.compile(r"\s[-–]|[-–]\s")  # parts two names: "SUND - Ada Vale"
MAX_NAME_WORDS = 7  # "University of the West of England" has six; a longer run is a headline in capitals


def asked_kind(question: str, answered_in: str | None = None) -> Kind | None:
    """What the question wants to hear; None where its words do not say, or where no rule could find it in `answered_in`."""
    text, languages = spoken(question), asked_in(question, _USUAL)
    # "How many were hurt when the ferry hit the quay?" asks for a number.
    if begins_with_how_many(question):
        return Kind.NUMBER
    begins_with_who = any(phrases(language, "who").begin(text) for language in languages)
    if not begins_with_who and any(_asks_when(text, language) for language in languages):
        return Kind.DATE
    if any(_asks(text, language, ("how_many",), ("how_many_nouns",), be=True) for language in languages):
        return Kind.NUMBER
    if any(_asks_cost(text, language) for language in languages):
        return Kind.NUMBER
    if _keywords(question, text, languages):
        for kind, noun in ((Kind.NUMBER, "how_many_nouns"), (Kind.DATE, "when_nouns")):
            if any(phrases(language, noun).stand_in(text) for language in languages):
                return kind
    if answered_in in NO_CAPITALS:
        return None
    hows = [language for language in languages if phrases(language, "how").begin(text)]
    for language in languages:
        # "Wie" is German for how and Dutch for who: it cannot be Dutch where it may be German.
        asks_how = any(other != language and phrases(language, "who").begin(text) for other in hows)
        who = ("called", "where") if asks_how else ("who", "called", "where")
        if _asks(text, language, who, ("name_nouns", "place_nouns")):
            return Kind.NAME
    return None


def _keywords(question: str, text: str, languages: Sequence[str]) -> bool:
    """Whether it is typed into a search; "number of people hurt when the ferry sank" is, too."""
    if question.rstrip().endswith(("?", "？", "؟")):
        return False
    by_noun = any(phrases(language, "how_many_nouns", "when_nouns").begin(text) for language in languages)
    asking = [row for row in _ASKING if row != "when"] if by_noun else _ASKING
    return not any(phrases(language, *asking).stand_in(text) for language in languages)


def is_keywords(question: str) -> bool:
    """Whether it is no sentence but what one types into a search: "crowd size march Sund"."""
    return _keywords(question, spoken(question), asked_in(question, _USUAL))


def asks_reason(question: str) -> bool:
    """Whether it asks why or how."""
    text = spoken(question)
    return any(
        phrases(language, "why").stand_in(text)
        or (phrases(language, "how").begin(text) and not phrases(language, "how_many").begin(text))
        for language in asked_in(question, _USUAL)
    )


def asks_for(question: str, row: str) -> bool:
    """Whether it has a word of this row of question_words.toml: share, year, adjective, who, latest; for money see `asks_money`."""
    text = spoken(question)
    return any(phrases(language, row).stand_in(text) for language in asked_in(question, _USUAL))


def asks_money(question: str) -> bool:
    """Whether it asks for a sum of money: "How much did …", "What does a ticket cost?"."""
    text = spoken(question)
    return asks_for(question, "money") or any(_asks_cost(text, language) for language in asked_in(question, _USUAL))


def asks_place(question: str) -> bool:
    """Whether it asks where, or in which country or town."""
    text = spoken(question)
    after_first_word = text[text.find(" ", 1) :]  # "from where", "in welcher"
    return any(
        phrases(language, "where").begin(text)
        or phrases(language, "where").begin(after_first_word)
        or (table("question_words", language).get("anywhere") and phrases(language, "where").stand_in(text))
        or asks_which(text, language, "place_nouns")
        for language in asked_in(question, _USUAL)
    )


def begins_with_how_many(question: str) -> bool:
    """Whether its first words ask for a number: what it counts stands behind them."""
    text = spoken(question)
    return any(phrases(language, "how_many").begin(text) for language in asked_in(question, _USUAL))


def after_which(question: str) -> int | None:
    """Where in the question the noun may begin that its "which" or "what" belongs to."""
    heads = which_heads(asked_in(question, _USUAL))
    return next((m.end() for m in _WORD_AND_SPACE.finditer(question) if m[1].lower() in heads), None)


def named(
    kind: Kind, text: str, words: Sequence[Word], *, besides: frozenset[str], language: str | None = None
) -> tuple[Span, ...]:
    """Where `text` in `language` names something of this kind that is not made of the stems in `besides` alone."""
    if kind is Kind.NAME:
        spans = _names(text, words, name_joiners(language))
    else:
        spans = [m.span() for m in _found(kind, text, (0, len(text)), language)]
        if kind is Kind.NUMBER and not unspaced(text):
            spans = _with_words(spans, text, words, language)
    return tuple(span for span in spans if _new(span, words, besides))


def _with_words(spans: Sequence[Span], text: str, every: Sequence[Word], language: str | None) -> list[Span]:
    """The spans of numbers, each as far as its words go, and of those in words that no pattern finds: ventuno, vinte e um."""
    said = [(n.start, n.end) for n in counted(text, tuple(apart(every)), language) if not text[n.start].isnumeric()]
    joined = [
        (
            min([start, *(a for a, b in spans if a < end and start < b)]),
            max([end, *(b for a, b in spans if a < end and start < b)]),
        )
        for start, end in said
    ]
    return sorted([*joined, *(one for one in spans if not any(a < one[1] and one[0] < b for a, b in joined))])


def names_one(
    kind: Kind, text: str, words: Sequence[Word], span: Span, *, besides: frozenset[str], language: str | None = None
) -> bool:
    """Whether the part of `text` in `span`, whose words these are, names something of this kind."""
    if kind is Kind.NAME:
        return any(_new(found, words, besides) for found in _names(text, words, name_joiners(language)))
    if any(_new(found.span(), words, besides) for found in _found(kind, text, span, language)):
        return True
    return (
        kind is Kind.NUMBER
        and has_compounds(language)
        and any(
            _new(one, words, besides) for one in _with_words((), text, words, language) if span[0] <= one[0] < span[1]
        )
    )


def is_date_word(word: str, language: str | None = None) -> bool:
    """Whether a word, in lower case, is part of a date: a month, a weekday, a century, a number."""
    return word in date_words(language) or word[0].isdigit()


def _asks(text: str, language: str, keys: tuple[str, ...], nouns: tuple[str, ...], *, be: bool = False) -> bool:
    return phrases(language, *keys).stand_in(text) or asks_which(text, language, *nouns, be=be)


def _asks_cost(text: str, language: str) -> bool:
    """Whether it asks what something costs; of "the cost", "to cost" and what "that cost" brought others are asked for."""
    if phrases(language, "costs").stand_in(text):
        return True
    asked = phrases(language, "costs_asks")
    before = [text[: text.rfind(verb)] for verb in phrases(language, "costs_last").inside if verb in text]
    nouns = words_of((language,), "articles", "joiners", "changes_to", "points_back_last")
    return any(asked.stand_in(f"{one} ") and one.split()[-1] not in nouns for one in before)


def _asks_when(text: str, language: str) -> bool:
    """Whether it asks for a time; behind another question word, or a verb that asks, "when" only joins: "what did he say when he left?"."""
    if asks_which(text, language, "when_nouns"):
        return True
    when = phrases(language, "when")
    other = phrases(language, *(row for row in (*_ASKING, "how_many_nouns") if row != "when"))
    return when.stand_in(text) and (when.begin(text) or not other.begin(text))


def _found(kind: Kind, text: str, span: Span, language: str | None) -> Iterator[re.Match[str]]:
    """Dates or numbers; a month that is a verb or a planet in small letters is none."""
    if kind is Kind.NUMBER:
        return number_pattern(language).finditer(text, *span)
    verbs = common_words(language)
    return (found for found in date_pattern(language).finditer(text, *span) if found.group() not in verbs)


def _new(span: Span, words: Sequence[Word], besides: frozenset[str]) -> bool:
    inside = [w for w in words if w.start < span[1] and w.end > span[0]]
    return not inside or any(w.stem not in besides and (not w.stop or _is_the_month(w)) for w in inside)


def _is_the_month(word: Word) -> bool:
    """Whether a word that looks like the verb "may" is the month."""
    return word.text == "may" and word.capital


def _names(text: str, words: Sequence[Word], joiners: frozenset[str]) -> list[Span]:
    """Runs of capitalised words; the first word of a sentence counts only when another capital follows or it is no plain word."""
    spans: list[Span] = []
    run: list[Word] = []

    def close() -> None:
        while run and not run[-1].capital:
            run.pop()
        if len(run) > 1 and run[0].stop and opens(text, run[0]):  # "The" of "The Russian mill"
            run.pop(0)
        if run and not (
            len(run) == 1 and (run[0].stop or (opens(text, run[0]) and not _looks_like_name(text, run[0])))
        ):
            spans.append((run[0].start, run[-1].end))
        run.clear()

    for word in words:
        gap = text[run[-1].end : word.start] if run else ""
        if run and (
            gap.strip(" -–'’.&")
            or _SPACED_DASH.search(gap)
            or len(run) >= MAX_NAME_WORDS
            or (gap.strip().startswith(".") and len(run[-1].text) > 2)
        ):
            close()
        if (word.capital and _ACRONYM_OR_NAME.match(word.text)) or (run and word.text in joiners):
            run.append(word)
        else:
            close()
    close()
    return spans


def opens(text: str, word: Word) -> bool:
    """Whether a sentence, or what is said in one, begins with the word."""
    before = text[: word.start].rstrip(" \"'“‘«„(–—-")
    return not before or before[-1] in ".!?:\n"


def _looks_like_name(text: str, word: Word) -> bool:
    """An acronym, or a word with a possessive."""
    surface = text[word.start : word.end]
    return (len(surface) > 1 and surface.isupper()) or text[word.end : word.end + 2] in ("'s", "’s")
