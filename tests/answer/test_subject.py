"""Does a follow-up take over the subject of the question before, and not its answer?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from askcorpus.answer.subject import _names_in
from askcorpus.corpus import OFF, Corpus
from askcorpus.settings import Settings

BEFORE = "How much did the swimming pool in Tarnby cost?"


def test_a_follow_up_is_not_answered_from_an_article_on_another_subject(corpus: Corpus) -> None:
    alone = corpus.ask("Who is the city engineer?", threshold=0.0)
    assert alone.citations[0].article.id in ("bridge", "bridge-again")
    followed = corpus.ask("And who is its city engineer?", previous=BEFORE, threshold=0.0)
    assert {c.article.id for c in followed.citations} <= {"mayor-june", "mayor-april"}


def test_a_follow_up_that_names_a_subject_of_its_own_leaves_the_one_before(corpus: Corpus) -> None:
    followed = corpus.ask("And what burned in Karlholm?", previous=BEFORE, threshold=0.0)
    assert followed.citations[0].article.id in ("fire-11", "fire-14")


def test_where_no_article_is_on_the_subject_the_nearest_are_named_all_the_same(corpus: Corpus) -> None:
    answer = corpus.ask("And how tall is he?", previous="Who is the mayor of Atlantis?")
    assert not answer.answered
    assert answer.nearest


def test_more_on_it_is_a_digest_of_what_the_question_before_names(corpus: Corpus) -> None:
    for question in ("Tell me more", "Tell me more about it", "Расскажи подробнее"):
        answer = corpus.ask(question, previous=BEFORE)
        assert [c.article.id for c in answer.citations] == ["mayor-june", "mayor-april"]
        assert answer.purpose == "digest"


def test_a_comparison_is_answered_for_both_sides(make_corpus: Callable[..., Corpus]) -> None:
    rows = [
        {"id": name, "title": f"Wheat in {name}", "text": f"{name} harvested {n} million tonnes of wheat this year, the ministry said.",
         "published": f"2026-0{n}-01", "language": "en"}
        for n, name in ((4, "Brenia"), (6, "Solvania"))
    ]  # fmt: skip
    answer = make_corpus(*rows).ask("Did Brenia or Solvania harvest more wheat?", threshold=0.0)
    assert {c.article.id for c in answer.citations} == {"Brenia", "Solvania"}
    assert [c.number for c in answer.citations] == [1, 2]
    assert len({c.story for c in answer.citations}) == 2


def test_who_did_not_is_answered_by_the_sentence_that_says_not(make_corpus: Callable[..., Corpus]) -> None:
    text = (
        "Fourteen states of the council signed the accord on deep-sea mining in Arvika on Friday. It bans drilling below 1,500 metres.\n\n"
        "The accord goes back to a paper of last year.\n\nFive members did not sign: Hovden, Tarnby, Sund, Valbonne and Karlholm."
    )
    corpus = make_corpus(
        {
            "id": "a",
            "title": "Accord on deep-sea mining signed",
            "text": text,
            "published": "2026-01-02",
            "language": "en",
        }
    )
    for question in (
        "Who has not signed the accord on deep-sea mining?",
        "Which states didn't sign the accord on deep-sea mining?",
    ):
        assert "Five members did not sign" in corpus.ask(question).citations[0].quote
    why = "Why did fourteen states sign the accord on deep-sea mining but not sign in Hovden?"
    with Corpus.open(corpus.settings.store, settings=replace(Settings(), reranker=OFF)) as unread:  # by the rule alone
        assert "Five members" not in unread.ask(why, threshold=0.0).citations[0].quote
    assert "Fourteen states" in corpus.ask("Who signed the accord on deep-sea mining?").citations[0].quote


def test_since_when_asks_for_figures_unless_it_goes_on_from_a_question(corpus: Corpus) -> None:
    assert corpus.ask("Since when?").purpose == "figures"
    assert corpus.ask("Since when?", previous="How many articles do you have?").purpose == "figures"
    assert corpus.ask("Since when?", previous="When did the Old Sund Bridge reopen?").purpose == "answer"


def test_a_namesake_is_not_what_is_asked_about_and_a_form_or_a_slip_of_the_name_is(
    make_corpus: Callable[..., Corpus],
) -> None:
    """The nearest are named all the same."""
    told = {
        "station": ("en", "The Nimvargard power station delivers 741 megawatts, said the mayor on Monday."),
        "rain": ("es", "Las lluvias en Cormedo dejaron 14 heridos el martes, dijo la alcaldesa."),
        "bridge": ("tr", "Sarıkova köprüsü 320 milyon liraya mal oldu, dedi bakan."),
        "court": ("ru", "В Заречинске за растрату осудили трёх чиновников, сообщил суд."),
    }
    corpus = make_corpus(
        *({"id": key, "title": "", "text": text, "language": code} for key, (code, text) in told.items())
    )
    for question in (
        "How many megawatts does the Nimvarskar power station deliver?",
        "¿Cuántos heridos dejaron las lluvias en Cormedilla?",
        "Sarıkaya köprüsü kaç liraya mal oldu?",
        "Сколько чиновников осудили за растрату в Зареченцах?",
    ):
        answer = corpus.ask(question)
        assert not answer.answered, question
        assert answer.nearest
    for question, of in (
        ("How many megawatts does Nimvargard's power station deliver?", "station"),
        ("How many megawatts does the Nimvargrad power station deliver?", "station"),  # two letters exchanged
        ("¿Cuántos heridos dejaron las lluvias en Cormedo?", "rain"),
        ("Sarıkova'daki köprü kaç liraya mal oldu?", "bridge"),
        ("Сколько чиновников осудили за растрату в Заречинске?", "court"),
        ("Сколько чиновников города Заречинск осудили за растрату?", "court"),
    ):
        assert [c.article.id for c in corpus.ask(question).citations][:1] == [of], question


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("the mayor of Nimvargard said no, and anti-Norlund groups agreed", "en", {"nimvargard", "norlund"}),
        ("the ministers of NATO met; so did those of MERCOSUR", "en", {"nato", "mercosur"}),
        ("сообщил суд Заречинска", "ru", {"заречинска"}),
        ("قالت بلدية نيمفارغارد", "ar", {"قالت", "بلدية", "نيمفارغارد"}),  # no capitals: any word may be one
        ("it opened in ქუთაისი today", "en", {"ქუთაისი"}),
    ],
)
def test_words_of_an_article_that_may_be_names(text: str, language: str, names: set[str]) -> None:
    found = _names_in(text, language)
    assert names <= found
    assert not found & {"mayor", "ministers", "groups", "opened", "today", "сообщил"}
