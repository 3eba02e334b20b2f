"""Does a digest tell each story once, newest first, in words that stand in its article?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from askcorpus.answer.digest import About, digest
from askcorpus.corpus import Corpus
from askcorpus.errors import UsageError
from askcorpus.types import Article, Digest, Filter, Source


def ids(made: Digest) -> list[list[str]]:
    return [[citation.article.id for citation in story] for story in made.stories]


def lines(*articles: Article) -> list[str]:
    return [c.quote for c in digest([About(a) for a in articles], where=Filter()).citations]


def test_the_newest_story_comes_first_and_a_reprint_beside_its_story(corpus: Corpus) -> None:
    made = corpus.digest(most=7)
    assert ids(made)[:6] == [["mayor-june"], ["mayor-april"], ["ar"], ["fire-11"], ["fire-14"], ["weather"]]
    march = corpus.digest(Filter(since="2026-03-01", until="2026-03-31"))
    assert ids(march) == [["bridge-again", "bridge"], ["fr"]]
    assert [citation.number for citation in march.citations] == [1, 2, 3]


def test_what_is_about_the_same_stands_together_under_words_of_a_title(corpus: Corpus) -> None:
    made = corpus.digest(most=7)
    assert made.headings[:6] == ("Tarnby", "Tarnby", "", "Karlholm", "Karlholm", "")
    for story, heading in zip(made.stories, made.headings, strict=True):
        assert not heading or any(heading in citation.article.title for one in made.stories for citation in one)
        assert story
    assert corpus.digest(about="Tarnby").headings == ()  # both are about it: that is no difference between them


def test_what_is_known_is_left_out_with_its_reprints_and_the_next_moves_up(corpus: Corpus) -> None:
    assert ids(corpus.digest(most=2, known=("mayor-june", "fire-14"))) == [["ar"], ["fire-11"]]
    assert ["bridge-again", "bridge"] not in ids(corpus.digest(most=100, known=("bridge",)))


def test_every_line_is_verbatim_and_in_its_passage(corpus: Corpus) -> None:
    made = corpus.digest(most=100)
    assert len(made.citations) == 15
    for citation in made.citations:
        assert citation.article.text[citation.start : citation.end] == citation.quote
        assert citation.quote in citation.passage


def test_a_subject_is_told_of_by_the_articles_that_name_it_in_any_language(corpus: Corpus) -> None:
    assert ids(corpus.digest(about="the mayor of Tarnby")) == [["mayor-june"], ["mayor-april"]]
    assert ids(corpus.digest(Filter(until="2026-05-01"), "Karlholm")) == []
    assert ids(corpus.digest(about="Светлом", language="uk")) == [["ru"]]
    assert ids(corpus.digest(about="Valbonne", language="en")) == [["fr"]]
    assert not corpus.digest(about="Atlantis")


def test_a_story_that_names_the_subject_later_is_told_by_that_sentence(make_corpus: Callable[..., Corpus]) -> None:
    text = "The council met in the town hall on Monday. It spoke of many things.\n\nRepairs of the Grimsel tunnel will begin in May."
    corpus = make_corpus(
        {"id": "a", "title": "Council meets", "text": text, "published": "2026-01-02", "language": "en"}
    )
    assert [c.quote for c in corpus.digest(about="Grimsel").citations] == [
        "Repairs of the Grimsel tunnel will begin in May."
    ]
    assert [c.quote for c in corpus.digest(about="council").citations] == [
        "The council met in the town hall on Monday."
    ]


def test_a_line_is_a_sentence_that_says_something() -> None:
    source = Source("a.txt", published="2026-01-01", language="en")
    said = "The harbour froze over on Tuesday for the first time in a century."
    assert lines(
        Article(
            "a", "t", f"By our reporter\n\nFrozen solid\n\nWho saw it coming? {said} Ferries stayed in port.", source
        )
    ) == [said]
    assert lines(Article("b", "t", "no mark at all", source)) == ["no mark at all"]
    assert lines(Article("c", "t", " \n", source)) == []
    long = "word " * 200 + "end."
    assert lines(Article("d", "t", long, source)) == [" ".join(["word"] * 80)]


def test_no_stories_are_no_digest(corpus: Corpus) -> None:
    assert not corpus.digest(Filter(since="2030-01-01"))
    with pytest.raises(UsageError, match="at least 1"):
        corpus.digest(most=0)


def test_of_a_subject_with_many_stories_the_newest_are_told(make_corpus: Callable[..., Corpus]) -> None:
    topics = "school bridge harbour market church tower stadium library prison hotel museum garden station bakery mill lake".split()
    rows = [
        {"id": f"{place:02}", "title": f"The {topic} of Arvika", "text": f"Arvika gets a new {topic}, the council of Arvika said. " * 1,
         "published": f"2026-0{1 + place // 9}-{10 + place % 9}", "language": "en"}
        for place, topic in enumerate(topics)
    ]  # fmt: skip
    assert ids(make_corpus(*rows).digest(about="Arvika", most=3)) == [["15"], ["14"], ["13"]]


def test_a_question_for_news_is_answered_with_a_digest(corpus: Corpus) -> None:
    answer = corpus.ask("What happened in March?")
    assert (answer.purpose, answer.answered, answer.filter) == (
        "digest",
        True,
        Filter(since="2026-03-01", until="2026-03-31"),
    )
    assert answer.digest is not None
    assert answer.citations == answer.digest.citations
    assert ids(answer.digest) == [["bridge-again", "bridge"], ["fr"]]
    about = corpus.ask("news about Tarnby")
    assert [c.article.id for c in about.citations] == ["mayor-june", "mayor-april"]


def test_what_an_outlet_wrote_is_a_digest_of_its_articles_where_there_is_such_an_outlet(corpus: Corpus) -> None:
    of_the_post = corpus.ask("What did the Harbour Post write about Karlholm?")
    assert (of_the_post.purpose, of_the_post.filter.publisher) == ("digest", "Harbour Post")
    assert [c.article.id for c in of_the_post.citations] == ["fire-11"]
    of_the_gazette = corpus.ask("Was schrieb die Coast Gazette über Karlholm?")
    assert [c.article.id for c in of_the_gazette.citations] == ["fire-14"]
    assert corpus.ask("What did the mayor say about Karlholm?").purpose == "answer"


def test_what_happened_somewhere_is_a_digest_where_no_sentence_answers(make_corpus: Callable[..., Corpus]) -> None:
    said = ("The dam was finished in 1987.", "The mill burned down on Sunday night.", "Nobody was hurt.")
    rows = [
        {
            "id": str(place),
            "title": "Oudan",
            "text": f"OUDAN - {one}",
            "published": f"2026-05-0{place}",
            "language": "en",
        }
        for place, one in enumerate(said, 1)
    ]
    corpus = make_corpus(*rows)
    digest = corpus.ask("What happened to Oudan?", threshold=1.0)
    assert (digest.purpose, [c.article.id for c in digest.citations]) == ("digest", ["3", "2", "1"])
    answered = corpus.ask("What happened in Oudan?", threshold=0.0)
    assert (answered.purpose, answered.digest, answered.answered) == ("answer", None, True)
    assert corpus.ask("What happened in Atlantis?", threshold=1.0).purpose == "answer"


def test_where_nothing_is_new_the_newest_are_named(corpus: Corpus) -> None:
    answer = corpus.ask("What happened yesterday?")
    assert (answer.purpose, answer.answered) == ("digest", False)
    assert [article.id for article in answer.nearest] == ["mayor-june", "ar", "fire-11"]
    assert answer.filter == Filter(since="2026-07-09", until="2026-07-09")


def test_a_subject_without_news_of_these_days_is_told_of_others_and_that_is_said(corpus: Corpus) -> None:
    answer = corpus.ask("What happened yesterday in Tarnby?")
    assert [c.article.id for c in answer.citations] == ["mayor-june", "mayor-april"]
    assert answer.dropped == Filter(since="2026-07-09", until="2026-07-09")
    assert answer.filter == Filter()


def test_a_subject_of_which_nothing_is_told_is_not_found(corpus: Corpus) -> None:
    answer = corpus.ask("Tell me more about Atlantis")
    assert (answer.purpose, answer.answered) == ("answer", False)
    assert answer.nearest


def test_articles_of_days_after_the_day_of_asking_are_no_news(corpus: Corpus) -> None:
    assert ids(corpus.digest(most=2, asked=date(2026, 5, 1))) == [["weather"], ["zh"]]
