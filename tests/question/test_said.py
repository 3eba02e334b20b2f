"""What does a question say of the articles that may answer, and which articles meet it?"""

from __future__ import annotations

from datetime import date

import pytest

from askcorpus.language.identify import language_of
from askcorpus.question.said import Time, said, without
from askcorpus.types import Source

PUBLISHERS = frozenset(
    {"North Coast Herald", "Harbour Gazette", "Le Matin", "Hoy", "Вести Зареченска", "新华日报", "Today"}
)


def times(question: str, language: str | None) -> list[tuple[int | None, int | None, int | None]]:
    return [(time.year, time.month, time.day) for time in said(question, language, PUBLISHERS).times]


def outlets(question: str, language: str | None) -> list[set[str]]:
    return [set(outlet.publishers) for outlet in said(question, language, PUBLISHERS).outlets]


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        *(("Who won the marathon in 2026?", "en", [(2026, None, None)]), ("How many were hurt in March 2025?", "en", [(2025, 3, None)])),
        *(("Qui a gagné le 12 mars ?", "fr", [(None, 3, 12)]), ("Wer gewann am 3. Mai 2026?", "de", [(2026, 5, 3)])),
        *(("Сколько пострадало в мае 2026 года?", "ru", [(2026, 5, None)]), ("2026年3月发生了什么？", "zh", [(2026, 3, None)])),
        *(("Who sat on 2026-03-05?", "en", [(2026, 3, 5)]), ("Was geschah am 05.03.2026?", "de", [(2026, 3, 5)])),
        *(("What may change?", "en", []), ("Who spoke on Monday?", "en", []), ("What is the news today?", "en", [])),
        *(("Who won in 1998 and in May?", "en", [(1998, None, None), (None, 5, None)]), ("How many are 21?", "en", [])),
    ],
)  # fmt: skip
def test_years_months_and_days_are_read(
    question: str, language: str, expected: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert times(question, language) == expected


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [
        *(("According to the Herald, how many were hurt?", "en", [{"North Coast Herald"}]), ("What did Le Matin say?", "en", [{"Le Matin"}])),
        *(("What did the North Coast Herald say?", "en", [{"North Coast Herald"}]), ("Selon Le Matin, qui a gagné ?", "fr", [{"Le Matin"}])),
        *(("¿Qué pasa hoy según Hoy?", "es", [{"Hoy"}]), ("¿Qué pasa hoy?", "es", []), ("What happens today?", "en", [])),
        *(("Сколько их, по данным Вестей Зареченска?", "ru", [{"Вести Зареченска"}]), ("据新华日报，发生了什么？", "zh", [{"新华日报"}])),
        *(("Who opened the harbour?", "en", []), ("Which gazette has an office in Sund?", "en", []), ("Who leads, according to the mayor?", "en", [])),
    ],
)  # fmt: skip
def test_outlets_are_read_where_they_are_named_in_full_or_given_as_a_source(
    question: str, language: str, expected: list[set[str]]
) -> None:
    assert outlets(question, language) == expected


@pytest.mark.parametrize(
    ("time", "published", "met"),
    [
        *(((2026, None, None), "2026-07-01", True), ((2026, None, None), "2027-01-05", True), ((2026, None, None), "2027-03-01", False)),
        *(((2026, None, None), "2025-12-31", False), ((2025, 10, None), "2025-11-04", True), ((2025, 10, None), "2025-12-20", False)),
        *(((None, 10, None), "2025-10-20", True), ((None, 12, None), "2026-01-03", True), ((None, 12, None), "2026-03-03", False)),
        *(((2026, 3, 5), "2026-03-06", True), ((2026, 3, 5), "2026-03-04", True), ((2026, 3, 5), "2026-03-12", False)),
        *(((None, 2, 29), "2025-02-28", False), ((2024, 2, 29), "2024-03-01", True)),
    ],
)  # fmt: skip
def test_an_article_of_then_or_soon_after_meets_a_time(
    time: tuple[int | None, int | None, int | None], published: str, met: bool
) -> None:
    assert Time((0, 1), *time).met_by(date.fromisoformat(published)) is met


def test_what_the_source_meets_is_taken_out_and_the_rest_stays_in_its_place() -> None:
    question = "Who won the marathon in 2026, according to the Herald?"
    told = said(question, "en", PUBLISHERS)
    met = told.met_by(Source("a.txt", publisher="North Coast Herald", published="2026-05-02T10:00:00+02:00"))
    left = without(question, met)
    assert met == told.spans
    assert left.split() == ["Who", "won", "the", "marathon", "in", ",", "?"]
    assert len(left) == len(question)
    assert left.index("marathon") == question.index("marathon")


def test_a_source_without_a_date_or_of_another_name_meets_nothing() -> None:
    told = said("Who won in 2026, according to the Herald?", "en", PUBLISHERS)
    assert told.met_by(Source("a.txt")) == ()
    assert told.met_by(Source("a.txt", publisher="Harbour Gazette", published="2025-01-01")) == ()
    assert told.met_by(Source("a.txt", published="no date")) == ()


def test_a_question_of_nothing_else_stays_as_it_is() -> None:
    assert without("2026?", ((0, 4),)) == "2026?"


@pytest.mark.parametrize(
    ("question", "year", "month"),
    [
        ("What opened in June?", None, 6),
        ("What opened in September?", None, 9),
        ("What opened in July?", None, 7),
        ("What opened in February 2024?", 2024, 2),
        ("Was geschah im Juni?", None, 6),
        ("Que s'est-il passé en juin ?", None, 6),
        ("Что открыли в июне?", None, 6),
        ("Cosa è successo nel maggio 2024?", 2024, 5),
        ("O que aconteceu em junho?", None, 6),
        ("Wat gebeurde er in juni 2024?", 2024, 6),
        ("Mitä tapahtui toukokuussa 2024?", 2024, 5),
        ("Mi történt 2024 májusában?", 2024, 5),
        ("Mi történt májusban?", None, 5),
        ("Ce s-a întâmplat în iunie?", None, 6),
        ("Что произошло в мае 2024 года?", 2024, 5),
        ("Що сталося у травні 2024 року?", 2024, 5),
        ("Co się stało w listopadzie 2024 roku?", 2024, 11),
        ("Co se stalo v listopadu 2024?", 2024, 11),
        ("Какво се случи през юни 2024 г.?", 2024, 6),
        ("Шта се догодило у јуну 2024. године?", 2024, 6),
        ("Mayıs ayında ne oldu?", None, 5),
        ("Τι συνέβη τον Ιούνιο του 2024;", 2024, 6),
        ("ماذا حدث في يونيو 2024؟", 2024, 6),
        ("در ژوئن چه اتفاقی افتاد؟", None, 6),
        ("מה קרה ביוני 2024?", 2024, 6),
        ("जून 2024 में क्या हुआ?", 2024, 6),
        ("Apa yang terjadi pada Juni 2024?", 2024, 6),
        ("Chuyện gì xảy ra vào tháng 6 năm 2024?", 2024, 6),
        ("Nini kilitokea mwezi Juni 2024?", 2024, 6),
        ("2024年6月に何が起きましたか？", 2024, 6),
        ("2024년 6월에 무슨 일이 있었나요?", 2024, 6),
        ("Mis juhtus mais 2024?", 2024, 5),
        ("Mis juhtus juunis?", None, 6),
        ("Kas įvyko gegužę?", None, 5),
        ("Kas įvyko 2024 m. birželį?", 2024, 6),
        ("Kas notika 2024. gada jūnijā?", 2024, 6),
        ("Què va passar al juny de 2024?", 2024, 6),
    ],
)
def test_other_languages_name_months_in_their_own_words(question: str, year: int | None, month: int) -> None:
    assert times(question, language_of(question)) == [(year, month, None)]


@pytest.mark.parametrize(
    ("question", "publisher"),
    [
        ("How large is the army, according to Business Insider?", "Business Insider"),
        ("According to the Harbour Post, who won?", "The Harbour Post"),
        ("according to reuters how many came?", "Reuters"),
        ("Wie viele Menschen starben laut Spiegel?", "Der Spiegel"),
        ("Combien de morts, selon Le Monde ?", "Le Monde"),
        ("Сколько погибших, по данным Вестника?", "Вестник"),
        ("Reuters'a göre kaç kişi öldü?", "Reuters"),
        ("据路透社报道，有多少人死亡？", "路透社"),
        ("ロイターによると何人死亡しましたか？", "ロイター"),
        ("로이터에 따르면 몇 명이 숨졌나요?", "로이터"),
        ("Ile osób zginęło, według Reuters?", "Reuters"),
        ("Hányan haltak meg a Reuters szerint?", "Reuters"),
        ("Berapa orang tewas menurut Reuters?", "Reuters"),
        ("रॉयटर्स के अनुसार कितने लोग मारे गए?", "रॉयटर्स"),
    ],
)
def test_other_languages_give_a_source_in_their_own_words(question: str, publisher: str) -> None:
    several = frozenset({publisher, "Harbour Gazette", "Северная звезда", "星島"})
    (outlet,) = said(question, language_of(question), several).outlets
    assert outlet.publishers == {publisher}
