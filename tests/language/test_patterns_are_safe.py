"""Does any pattern of the tables take longer than its text is longer?  One with nested or adjacent repeats would."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from askcorpus.answer import clip, marks
from askcorpus.indexing.passages import split
from askcorpus.language import ages, calendar, dates, frames, identify, numerals, tables
from askcorpus.language.characters import clean
from askcorpus.language.identify import detect
from askcorpus.language.sentences import sentences
from askcorpus.language.tables import languages, listed, spoken, table
from askcorpus.language.words import words
from askcorpus.question import filters, followup, kinds
from askcorpus.question import said as said_module
from askcorpus.question.filters import narrowed
from askcorpus.question.followup import goes_on
from askcorpus.question.kinds import Kind, asked_kind, asks_for, asks_money, asks_reason, named
from askcorpus.question.news import news
from askcorpus.question.purpose import purpose
from askcorpus.question.said import said
from askcorpus.retrieval import reprints
from askcorpus.store.site_lines import lines_of
from askcorpus.types import Article, Source

MODULES = (
    ages,
    clip,
    marks,
    calendar,
    dates,
    frames,
    identify,
    numerals,
    tables,
    filters,
    followup,
    kinds,
    said_module,
    reprints,
)
BITS = (
    "1",
    "1 ",
    "1.",
    "1,",
    "12 ",
    "2024 ",
    "a",
    "A ",
    "a-",
    " ",
    "'",
    "V e ",
    "may ",
    "five ",
    "5月",
    "三人",
    "월",
    "มี",
    "मई ",
)
SHORT, LONG = 2_000, 16_000
WORTH_TIMING_S = 0.06  # what is faster at LONG cannot be quadratic: 130 million steps take longer
MOST_TIMES_LONGER = 24  # for a text 8 times as long; a quadratic pattern takes 64 times as long
QUESTION, SLOWEST_QUESTION_S = 30_000, 0.5
SLOW_MACHINE = 4  # times as long, beside other work


def searched() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of the modules that the tables are for, and those that are built from tables to be searched for."""
    for module in MODULES:
        yield from (
            (f"{module.__name__}.{n}", value) for n, value in vars(module).items() if isinstance(value, re.Pattern)
        )
    yield "unspaced", tables._unspaced()
    for language in (None, *languages("calendar")):
        yield f"dates {language}", calendar.date_pattern(language)
        yield f"numbers {language}", numerals.number_pattern(language)
    for language in languages("calendar"):
        yield f"months {language}", filters._month_pattern(language)
        yield f"pronouns {language}", followup._pronouns(language)


def whole_lines() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns that a line is matched with as a whole."""
    yield from (("date", dates._date()), ("label", dates._label()))
    for language in languages("calendar"):
        yield from ((f"age {language} {i}", pattern) for i, pattern in enumerate(ages._patterns(language)))
        yield from ((f"year {language} {i}", pattern) for i, pattern in enumerate(filters._years(language)))


SEARCHED, WHOLE_LINES = dict(searched()), dict(whole_lines())


def bits(name: str) -> Iterator[str]:
    """What is repeated to make a long text; for a language's pattern a month and a number of its own too."""
    yield from BITS
    language = name.split()[-1]
    for own in (
        table("calendar", language).get("months", ())[4:5],
        table("numerals", language).get("two_to_twenty", ())[3:4],
    ):
        yield from (f"{listed(word)[0].rstrip('*')} " for word in own if word)


def text(bit: str, length: int) -> str:
    return (bit * (length // len(bit) + 1))[:length]


def seconds(run: Callable[[str], object], line: str) -> float:
    started = time.process_time()
    run(line)
    return time.process_time() - started


def grows_too_fast(run: Callable[[str], object], bit: str) -> bool:
    longer = seconds(run, text(bit, LONG))
    if longer <= WORTH_TIMING_S:
        return False
    most = MOST_TIMES_LONGER * min(seconds(run, text(bit, SHORT)) for _ in range(3))
    return (
        longer > most and min(seconds(run, text(bit, LONG)) for _ in range(3)) > most
    )  # once may be the machine's doing


@pytest.mark.parametrize("name", SEARCHED)
def test_searching_takes_as_much_longer_as_the_text_is_longer(name: str) -> None:
    found = [
        bit for bit in bits(name) if grows_too_fast(lambda line: sum(1 for _ in SEARCHED[name].finditer(line)), bit)
    ]
    assert found == []


@pytest.mark.parametrize("name", WHOLE_LINES)
def test_matching_a_line_takes_as_much_longer_as_the_line_is_longer(name: str) -> None:
    assert [bit for bit in BITS if grows_too_fast(WHOLE_LINES[name].fullmatch, bit)] == []


def is_read_in_no_time(read: Callable[[str], object], bit: str) -> bool:
    """Whether a long question takes a moment; on a slow machine some moments, but only as much longer as it is longer."""
    took = seconds(read, text(bit, QUESTION))
    if took < SLOWEST_QUESTION_S:
        return True
    shorter = seconds(read, text(bit, QUESTION // 8))  # another text: what was read is remembered
    return took < SLOW_MACHINE * SLOWEST_QUESTION_S and took <= MOST_TIMES_LONGER * shorter


def in_sentences(text: str) -> object:
    return sentences(text, None)


def in_words(text: str) -> object:
    return words(text, None)


def in_passages(text: str) -> object:
    article = Article("a", "T", text, Source("a.txt", 0, None, None, None, None))
    return split(article, max_tokens=200, count=lambda texts: [len(text) // 4 for text in texts])


@pytest.mark.parametrize("cut", [in_sentences, in_words, in_passages, detect, lines_of, clean])
def test_an_articles_text_takes_as_much_longer_as_it_is_longer(cut: Callable[[str], object]) -> None:
    """What looks ahead or back from each place of a text, which no pattern by itself shows."""
    marks = '.!?…؟۔।。！？；，、\n()"“”«»„—-[¿'
    parts = [f"{letter}{mark}{space}" for mark in marks for letter in ("A", "港", "") for space in ("", " ")]
    assert [part for part in (*parts, *BITS) if grows_too_fast(cut, part)] == []


def test_a_quadratic_pattern_would_be_noticed() -> None:
    slow = re.compile(r"\w*x")
    assert grows_too_fast(lambda line: sum(1 for _ in slow.finditer(line)), "a")
    assert not is_read_in_no_time(lambda line: sum(1 for _ in slow.finditer(line)), "a")


def ask_for_the_latest(question: str) -> object:
    return asks_for(question, "latest")


def narrow(question: str) -> object:
    return narrowed(question, today=date(2026, 7, 10))


def say(question: str) -> object:
    return said(question, None, PUBLISHERS)


PUBLISHERS = frozenset({"Harbour Gazette", "May", "What Is According"})


@pytest.mark.parametrize(
    "read", [spoken, asked_kind, asks_reason, asks_money, ask_for_the_latest, goes_on, purpose, news, narrow, say]
)
@pytest.mark.parametrize("bit", [*BITS, "in may ", "since ", "what ", "what is ", "according to ", "在5月", "กี่"])
def test_a_question_of_any_length_is_read_in_no_time(read: Callable[[str], object], bit: str) -> None:
    assert is_read_in_no_time(read, bit)


@pytest.mark.parametrize("kind", [Kind.DATE, Kind.NUMBER])
@pytest.mark.parametrize("language", [None, "en", "ru", "zh"])
def test_a_text_of_any_length_is_searched_in_no_time(kind: Kind, language: str | None) -> None:
    def search(line: str) -> object:
        return named(kind, line, (), besides=frozenset(), language=language)

    assert [bit for bit in BITS if not is_read_in_no_time(search, bit)] == []
