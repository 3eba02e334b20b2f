"""Does a follow-up take over the subject of the question before, and not its answer?"""

from __future__ import annotations

from askcorpus.corpus import Corpus

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


def test_since_when_asks_for_figures_unless_it_goes_on_from_a_question(corpus: Corpus) -> None:
    assert corpus.ask("Since when?").purpose == "figures"
    assert corpus.ask("Since when?", previous="How many articles do you have?").purpose == "figures"
    assert corpus.ask("Since when?", previous="When did the Old Sund Bridge reopen?").purpose == "answer"
