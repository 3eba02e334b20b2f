"""Can a stranger add a language?  What every table must keep to, and how its phrases are found."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import askcorpus.language
from askcorpus.language.identify import _signs
from askcorpus.language.stopwords import stop_words
from askcorpus.language.tables import Phrases, chosen, folded, languages, listed, pattern, spoken, table

HERE = Path(askcorpus.language.__path__[0])
TABLES = ("calendar", "numerals", "question_words")
EACH = [(name, language) for name in TABLES for language in languages(name)]
LENGTHS = {
    **dict.fromkeys(("months", "short", "oblique", "locative", "solar"), 12),
    **dict.fromkeys(("weekdays", "weekdays_short"), 7),
    "two_to_twenty": 19,
    "tens": 7,
}
SLOTS = {"ago": "COUNT", "according_to": "WHO"} | dict.fromkeys(
    ("in", "on", "since", "after", "before", "until"), "WHEN"
)
NOT_ROWS_OF_WORDS = {"anywhere", "verb_last", "which_after", "era", "day_dot", "digits", "dates"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_read_by_itself_is_the_table_of_the_whole_file(name: str) -> None:
    whole = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    assert {language: table(name, language) for language in languages(name)} == whole


def test_the_three_tables_have_the_same_languages() -> None:
    assert len({languages(name) for name in TABLES}) == 1
    assert len(languages("calendar")) == len(set(languages("calendar"))) >= 38


@pytest.mark.parametrize(("name", "language"), EACH)
def test_every_row_is_explained_at_the_head_of_its_file(name: str, language: str) -> None:
    head = (HERE / f"{name}.toml").read_text("utf-8").partition("\n[")[0]
    explained = set(re.findall(r"\w+", head))
    assert {"power" if row.startswith("power_") else row for row in table(name, language)} <= explained | {"power"}


@pytest.mark.parametrize(("name", "language"), EACH)
def test_lists_that_stand_for_numbers_have_their_length_and_words_are_in_lower_case(name: str, language: str) -> None:
    for row, words in table(name, language).items():
        if isinstance(words, bool):
            continue
        if row in LENGTHS:
            assert len(words) == LENGTHS[row], row
        if (name, row) == ("calendar", "units"):
            assert len(words) == 7
        if row in NOT_ROWS_OF_WORDS:
            continue
        for phrase in listed(",".join(words) if isinstance(words, list) else words):
            plain = re.sub("WHEN|WHO|WHAT|OUTLET|COUNT|YEAR", "", phrase)
            assert plain == plain.lower(), (row, phrase)
            assert not re.search(r"\*\w", plain.lstrip("*")), (row, phrase)


@pytest.mark.parametrize("language", languages("calendar"))
def test_a_frame_holds_its_word_once(language: str) -> None:
    for row, slot in SLOTS.items():
        for frame in listed(table("calendar", language).get(row, "")):
            assert frame.count(slot) == 1, (row, frame)


def test_no_word_that_tells_a_language_stands_twice() -> None:
    assert {
        language: own & stop_words(language).words for language, own, _ in _signs() if own & stop_words(language).words
    } == {}


def test_a_language_with_another_code_has_its_table_and_one_without_a_table_the_usual_ones() -> None:
    assert table("calendar", "nb") == table("calendar", "no")
    assert chosen("calendar", "nb", ("en",)) == ("nb",)
    assert chosen("calendar", "is", ("en", "de")) == chosen("calendar", None, ("en", "de")) == ("en", "de")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What's NEW, Ada?", " what s new , ada ? "),
        ("Aujourd’hui : où est-il ?", " aujourd hui : où est il ? "),
        ("İSTANBUL'DA NE OLDU؟", " istanbul da ne oldu ? "),
        ("पुल कब खोला गया।", " पुल कब खोला गया . "),
        ("", "  "),
    ],
)
def test_a_question_is_compared_in_small_letters_word_by_word(text: str, expected: str) -> None:
    assert spoken(text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("who", "Who won?", True),
        ("who", "Whoever won?", False),
        ("how many", "Just how  many?", True),
        ("how many", "How, many?", False),
        ("jahr*", "In welchem Jahrhundert?", True),
        ("*anteil*", "Welcher Stimmenanteil?", True),
        ("*anteil", "Welche Anteile?", False),
        ("^ki", "Ki nyitotta meg?", True),
        ("^ki", "Mikor nyitották ki?", False),
        ("什么时候", "桥什么时候开通？", True),
        ("कब", "कबूतर कहाँ है?", False),  # a vowel sign is part of the word
        ("qu'en est-il", "Qu’en est-il ?", True),
    ],
)
def test_a_phrase_stands_in_a_question_as_its_table_writes_it(phrase: str, text: str, there: bool) -> None:
    assert Phrases([phrase]).stand_in(spoken(text)) is there


@pytest.mark.parametrize(
    ("question", "there"),
    [("What happened today?", True), ("Today, what happened?", True), ("What did Today FM say?", False), ("", False)],
)
def test_a_phrase_ends_a_clause_before_its_mark_or_at_the_end(question: str, there: bool) -> None:
    assert Phrases(["today"]).end_clause(spoken(question)) is there


@pytest.mark.parametrize(
    ("phrases", "text", "expected"),
    [
        (("may", "maya"), "In May, Maya and mayhem", ["May", "Maya"]),
        (("on iki", "on"), "on iki, on", ["on iki", "on"]),
        (("миллион*",), "два миллиона", ["миллиона"]),
        (("5月",), "2024年5月と15月", ["5月"]),
        (("5월*",), "5월에는", ["5월"]),  # the particle belongs to the sentence, not to the date
        (("कब",), "कबूतर, कब", ["कब"]),
        (("d'abril",), "3 d’abril", ["d’abril"]),
        ((), "nothing", []),
    ],
)
def test_a_pattern_finds_whole_words_where_words_have_bounds(
    phrases: tuple[str, ...], text: str, expected: list[str]
) -> None:
    assert [m.group() for m in re.finditer(pattern(phrases), text, re.IGNORECASE)] == expected


def test_a_headline_in_capitals_and_a_line_without_accents_are_one_line() -> None:
    assert folded("12 ΜΑΪΟΥ") == folded("12 Μαΐου")
    assert folded("AĞUSTOS, ARALIK") == folded("Ağustos, Aralık")
    assert folded("Février") == "fevrier"
    assert folded("월요일") == "월요일"
