"""What of a question does no word of an article mention?"""

from __future__ import annotations

import pytest

from askcorpus.question.reading import asked
from askcorpus.question.said import said
from askcorpus.retrieval.mentioned import AROUND, MENTIONED, mentioned
from askcorpus.types import Article, Passage, Source

AIRPORT = (
    "The airport of Tarnby opens again on 4 May, its director said.\n\nRunway 2 was mended by Malmverk for 40 million."
)


def lacking(
    question: str, text: str = AIRPORT, *, language: str = "en", spoken: str | None = None, title: str = "Tarnby"
) -> dict[str, float]:
    reading = asked(
        question,
        language,
        lambda words: [2.0] * len(words),
        spoken=spoken or language,
        said=said(question, spoken or language, ()),
    )
    first = text.partition("\n\n")[0]
    passage = Passage(Article("a", title, text, Source("a.txt", language=language)), 0, len(first))
    return dict(zip(MENTIONED.names, mentioned(reading, passage).tolist(), strict=True))


def test_an_article_lacks_nothing_that_stands_in_another_of_its_passages() -> None:
    assert lacking("When did Malmverk mend runway 2 of Tarnby airport?") == {
        "lacks_name": 0,
        "lacks_names": 0,
        "lacks_number": 0,
        "lacks_words": 0,
    }


@pytest.mark.parametrize(
    ("question", "feature", "share"),
    [
        ("When does the airport of Berlin open?", "lacks_name", 1),
        ("When does the airport of Berlin open?", "lacks_names", 1),
        ("Why did Malmverk leave Berlin?", "lacks_names", 0.5),
        ("Who mended runway 3?", "lacks_number", 1),
        ("When does the velvet airport open?", "lacks_words", 1 / 3),
    ],
)
def test_it_lacks_what_stands_nowhere_in_it(question: str, feature: str, share: float) -> None:
    assert lacking(question)[feature] == pytest.approx(share)


@pytest.mark.parametrize(
    ("question", "text", "language"),
    [
        ("What did the Hovdens do?", "The mayor of Hovden spoke.", "en"),
        ("Was geschah in Turussa?", "Turku.", "fi"),
        ("Кто живёт в Верхнелужске?", "Верхнелужск растёт.", "ru"),
        ("What does Ardun export?", "The Ardunian harbour exports wool.", "en"),
    ],
)
def test_a_form_of_a_name_is_the_name(question: str, text: str, language: str) -> None:
    assert lacking(question, text, language=language)["lacks_name"] == 0


def test_another_name_that_begins_alike_is_another() -> None:
    assert lacking("Who won in Nimvargard?", "The race was won by Ada in Nimvarskar.")["lacks_name"] == 1


def test_across_languages_a_name_is_there_where_it_is_heard() -> None:
    assert lacking("Who owns Malmverk?", "Мальмверк принадлежит Аде.", language="ru", spoken="en")["lacks_name"] < 0.3
    assert lacking("Who owns Toyota?", "Мальмверк принадлежит Аде.", language="ru", spoken="en")["lacks_name"] > 0.3


def test_the_time_that_a_question_names_is_nothing_that_the_text_need_repeat() -> None:
    assert lacking("When did Malmverk mend the runway of Tarnby in March 2026?")["lacks_number"] == 0


def test_where_every_noun_has_a_capital_none_is_taken_for_a_name() -> None:
    found = lacking("Wann öffnet der Flughafen in Berlin?", "Der Flughafen in Tarnby öffnet.", language="de")
    assert found["lacks_name"] == 0
    assert found["lacks_words"] == pytest.approx(1 / 3)


def test_of_a_book_only_what_stands_around_the_passage_is_looked_at() -> None:
    book = f"{AIRPORT}\n\n{'Rain fell. ' * (AROUND // 10)}\n\nBerlin is far."
    assert lacking("When does the airport of Berlin open?", book)["lacks_name"] == 1
