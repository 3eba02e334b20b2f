"""Who holds an office is told by the last report; who did a thing is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from askcorpus.corpus import Corpus
from askcorpus.retrieval.support import same_office

TOLD = {
    "en": (
        ("Harbour master of Tamberg goes", "Ida Moen is the harbour master of Tamberg no longer: she resigned on Thursday, two days after the ferry rammed the quay. She built the mole in 2019."),
        ("A captain for Tamberg's harbour", "The council of Tamberg has chosen Jonas Vik as harbour master. The captain, 52, succeeds Ida Moen, who resigned in March."),
        "Who is the harbour master of Tamberg?",
    ),
    "de": (
        ("Hafenmeisterin von Tamberg geht", "Hafenmeisterin von Tamberg ist Ida Moen nicht mehr: Sie trat am Donnerstag zurück, zwei Tage nachdem die Fähre den Kai gerammt hatte."),
        ("Ein Kapitän für Tambergs Hafen", "Der Rat von Tamberg hat Jonas Vik zum Hafenmeister gewählt. Der Kapitän, 52, folgt auf Ida Moen, die im März zurücktrat."),
        "Wer ist der Hafenmeister von Tamberg?",
    ),
    "fr": (
        ("La directrice du port de Tamberg s'en va", "La directrice du port de Tamberg, Ida Moen, a démissionné jeudi, deux jours après que le ferry a percuté le quai."),
        ("Un capitaine pour le port de Tamberg", "Le conseil de Tamberg a choisi Jonas Vik comme directeur du port. Le capitaine, 52 ans, succède à Ida Moen, partie en mars."),
        "Qui est le directeur du port de Tamberg ?",
    ),
}  # fmt: skip


@pytest.fixture
def corpus(make_corpus: Callable[..., Corpus]) -> Callable[[str], Corpus]:
    def made(language: str) -> Corpus:
        (before, was), (since, now), _ = TOLD[language]
        return make_corpus(
            {"id": "before", "title": before, "text": was, "published": "2026-03-12", "language": language},
            {"id": "since", "title": since, "text": now, "published": "2026-04-23", "language": language},
        )

    return made


@pytest.mark.parametrize("language", TOLD)
def test_who_holds_an_office_is_told_by_the_last_report(corpus: Callable[[str], Corpus], language: str) -> None:
    answer = corpus(language).ask(TOLD[language][2])
    assert answer.citations[0].article.id == "since"
    assert "Jonas Vik" in (answer.citations[0].value or "")


NOT_NAMED = {
    "es": (
        ("Destituida la directora", "ALMERA - Julia Cárdenas, que dirige el museo de Almera, fue destituida el miércoles."),
        ("Nuevo director del museo", "Ramón Ibarra dirige el museo desde el jueves. Sustituye a Julia Cárdenas y firmó hasta 2028."),
        "¿Quién dirige el museo de Almera?",
    ),
    "ru": (
        ("Директор уходит", "ЗАРЕЧЬЕ - Ольга Самарина, которая возглавляет театр в Заречье, объявила в понедельник об уходе с поста."),
        ("Новый директор театра", "Театр возглавляет с четверга режиссёр Павел Дронов. Он сменил Ольгу Самарину, которая ушла в начале месяца."),
        "Кто возглавляет театр в Заречье?",
    ),
}  # fmt: skip
"""A report, a later one that says who follows whom and not of which place, and a question."""
HARBOUR = "The harbour master of Tamberg, Ida Moen, opened a new mole on Thursday."


@pytest.fixture
def not_named(make_corpus: Callable[..., Corpus]) -> Callable[[str], Corpus]:
    def made(language: str) -> Corpus:
        (before, was), (since, now), _ = NOT_NAMED[language]
        return make_corpus(
            {"id": "before", "title": before, "text": was, "published": "2026-03-12", "publisher": "Herald", "language": language},
            {"id": "since", "title": since, "text": now, "published": "2026-04-23", "publisher": "Gazette", "language": language},
        )  # fmt: skip

    return made


@pytest.mark.parametrize("language", NOT_NAMED)
def test_a_report_that_names_who_came_before_need_not_say_of_which_place(
    not_named: Callable[[str], Corpus], language: str
) -> None:
    answer = not_named(language).ask(NOT_NAMED[language][2])
    assert (answer.agreement, answer.why) == ("differ", "later report")
    assert answer.citations[0].article.id == "since"


def test_so_where_it_is_asked_who_does_now(not_named: Callable[[str], Corpus]) -> None:
    answer = not_named("es").ask("¿Quién dirige ahora el museo de Almera?")
    assert answer.citations[0].article.id == "since"


@pytest.mark.parametrize(
    "other",
    [
        "SUND - The harbour master of Sund, Per Lund, criticised Ida Moen on Thursday over the ferry. He said that the timetable was a scandal.",
        "The captain Per Lund wrote a letter to the harbour master Ida Moen on Thursday. He asked for a lamp.",
        "SUND - The captain Per Lund praised a harbour master on Thursday. He said that the mole was long.",
    ],
)  # fmt: skip
def test_who_only_names_the_one_in_office_does_not_follow(make_corpus: Callable[..., Corpus], other: str) -> None:
    answer = make_corpus(
        {"id": "before", "title": "", "text": HARBOUR, "published": "2026-03-12", "language": "en"},
        {"id": "since", "title": "", "text": other, "published": "2026-04-23", "language": "en"},
    ).ask("Who is the harbour master of Tamberg?")
    assert answer.citations[0].article.id == "before"
    assert answer.agreement != "differ"


def test_of_the_same_office_is_what_names_the_same_person_and_not_the_same_day(
    make_corpus: Callable[..., Corpus],
) -> None:
    corpus = make_corpus(
        {"id": "before", "title": "", "text": HARBOUR, "published": "2026-03-12", "language": "en"},
        {"id": "since", "title": "", "text": "The council has chosen Jonas Vik as harbour master. He succeeds Ida Moen.", "published": "2026-04-23", "language": "en"},
        {"id": "other", "title": "", "text": "SUND - The captain Per Lund praised a harbour master on Thursday.", "published": "2026-04-24", "language": "en"},
    )  # fmt: skip
    found = corpus.find("Who is the harbour master of Tamberg?", k=10)
    assert same_office(found.ranked) == {"before", "since"}
    assert same_office(corpus.find("Who built the mole of Tamberg?", k=10).ranked) == frozenset()


def test_in_german_no_office_is_told_by_names(make_corpus: Callable[..., Corpus]) -> None:
    corpus = make_corpus(
        {"id": "before", "title": "", "text": "Ida Moen leitet das Museum von Tamberg seit Donnerstag.", "published": "2026-03-12", "language": "de"},
        {"id": "other", "title": "", "text": "Seit Donnerstag leitet Per Lund einen Chor.", "published": "2026-04-24", "language": "de"},
    )  # fmt: skip
    assert same_office(corpus.find("Wer leitet das Museum von Tamberg?", k=10).ranked) == frozenset()


def test_who_did_a_thing_is_not_told_by_who_came_after(corpus: Callable[[str], Corpus]) -> None:
    answer = corpus("en").ask("Who built the mole of Tamberg in 2019?", threshold=0.0)
    assert answer.citations[0].article.id == "before"
