"""Who holds an office is told by the last report; who did a thing is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from askcorpus.corpus import Corpus

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


def test_who_did_a_thing_is_not_told_by_who_came_after(corpus: Callable[[str], Corpus]) -> None:
    answer = corpus("en").ask("Who built the mole of Tamberg in 2019?", threshold=0.0)
    assert answer.citations[0].article.id == "before"
