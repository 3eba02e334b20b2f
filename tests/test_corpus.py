from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import newspapers
import pytest
from standin_encoder import StandIn

from askcorpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.errors import ArticleNotFound, ModelNotFound, StoreNotFound, UsageError
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings
from askcorpus.store.opening import set_aside
from askcorpus.types import Answer, Filter

OPENED = "What did the mayor of Tarnby open"
SURE = 0.0


def first(answer: Answer) -> str:
    return answer.citations[0].article.id


@pytest.mark.parametrize(
    ("question", "article", "where"),
    [
        (f"{OPENED} in June?", "mayor-june", Filter()),  # what happened then may be told later
        (f"{OPENED} in April?", "mayor-april", Filter()),
        (f"{OPENED} since May?", "mayor-june", Filter(since="2026-05-01")),
        (f"{OPENED} before May?", "mayor-april", Filter(until="2026-04-30")),
        (f"{OPENED}, according to Business Insider?", "mayor-june", Filter()),
        (f"{OPENED}, according to the Harbour Post?", "mayor-april", Filter()),
    ],
)
def test_plain_words_of_a_question_narrow_it(corpus: Corpus, question: str, article: str, where: Filter) -> None:
    answer = corpus.ask(question, threshold=SURE)
    assert first(answer) == article
    assert answer.filter == where
    assert answer.question == question


@pytest.mark.parametrize("question", [f"{OPENED} last week?", f"{OPENED} since July?"])
def test_a_narrowed_question_without_an_answer_is_asked_again_without_and_says_so(
    corpus: Corpus, question: str
) -> None:
    answer = corpus.ask(question, threshold=SURE)
    assert {a.id for a in answer.nearest} >= {"mayor-june", "mayor-april"}
    assert answer.filter == Filter()
    assert answer.dropped.since is not None


def test_a_narrowed_question_that_nothing_answers_names_the_nearest_of_that_time(corpus: Corpus) -> None:
    answer = corpus.ask("What is the boiling point of tungsten since May?", threshold=1.01)
    assert answer.filter == Filter(since="2026-05-01")
    assert {a.id for a in answer.nearest} <= {"fire-11", "fire-14", "ar", "weather", "mayor-june"}
    assert answer.nearest


def test_a_chosen_filter_wins_over_the_questions_words(corpus: Corpus) -> None:
    answer = corpus.ask(f"{OPENED} in June?", where=Filter(until="2026-04-30"), threshold=SURE)
    assert first(answer) == "mayor-april"
    assert answer.filter == Filter(until="2026-04-30")


def test_a_filter_that_nothing_passes_finds_nothing(corpus: Corpus) -> None:
    answer = corpus.ask(f"{OPENED}?", where=Filter(since="2030-01-01"), threshold=SURE)
    assert (answer.answered, answer.confidence, answer.nearest) == (False, 0.0, ())


def test_a_follow_up_is_understood_with_the_question_before(corpus: Corpus) -> None:
    before = "How much did the swimming pool in Tarnby cost?"
    followed = corpus.ask("And the library?", previous=before, threshold=SURE)
    assert first(followed) == "mayor-april"
    assert followed.question == "And the library?"


def test_a_follow_up_asks_for_what_it_says_itself(corpus: Corpus) -> None:
    """ "When" of the question before must not make "who" ask for a date."""
    citation = corpus.ask(
        "And who is the city engineer?", previous="When did the Old Sund Bridge reopen?", threshold=SURE
    ).citations[0]
    assert [citation.article.text[s:e] for s, e in citation.marks] in (["Ingrid Vale"], [])


@pytest.mark.parametrize("question", ["", "  \n"])
def test_an_empty_question_is_an_error_even_as_a_follow_up(corpus: Corpus, question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        corpus.ask(question)
    with pytest.raises(UsageError, match="empty"):
        corpus.ask(question, previous="Who?")


def test_k_below_one_is_an_error(corpus: Corpus) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        corpus.ask("Who?", k=0)


def test_an_article_is_found_by_its_id(corpus: Corpus) -> None:
    assert corpus.article("zh").text == newspapers.TEXTS["zh"]
    with pytest.raises(ArticleNotFound, match="nobody"):
        corpus.article("nobody")


def test_the_most_recent_articles_come_newest_first(corpus: Corpus) -> None:
    assert [a.id for a in corpus.recent(3)] == ["mayor-june", "ar", "fire-11"]
    assert len(corpus.recent(1000)) == len(newspapers.ROWS)
    assert corpus.recent(0) == ()


def test_publishers_are_counted_most_first(corpus: Corpus) -> None:
    assert corpus.publishers()[:3] == (("Harbour Post", 4), ("Coast Gazette", 3), (None, 2))
    assert sum(n for _, n in corpus.publishers()) == len(newspapers.ROWS)


def test_there_must_be_a_store(tmp_path: Path) -> None:
    with pytest.raises(StoreNotFound, match="askcorpus index"):
        Corpus.open(tmp_path / "nothing")


def test_a_store_whose_last_article_left_finds_nothing(make_corpus: Callable[..., Corpus], tmp_path: Path) -> None:
    corpus = make_corpus(newspapers.ROWS[0])
    assert first(corpus.ask("Who is the city engineer?", threshold=SURE)) == "bridge"
    (tmp_path / "articles0" / "news.jsonl").write_text("")
    corpus.refresh(tmp_path / "articles0")
    answer = corpus.ask("Who is the city engineer?", threshold=SURE)
    assert (answer.answered, answer.nearest, answer.confidence) == (False, (), 0.0)


def test_an_open_corpus_moves_to_what_was_indexed_since(make_corpus: Callable[..., Corpus], tmp_path: Path) -> None:
    corpus = make_corpus(newspapers.ROWS[0])
    newspapers.write(tmp_path / "articles0", newspapers.ROWS[4:5], name="more.jsonl")
    report = corpus.refresh(tmp_path / "articles0")
    assert (report.counts.added, report.counts.unchanged, report.counts.encoded) == (1, 1, 1)
    assert first(corpus.ask("Who opened the swimming pool?", threshold=SURE)) == "mayor-june"


def test_eight_threads_ask_while_generations_are_published_and_every_answer_is_whole(
    tmp_path: Path, real_encoder: Encoder
) -> None:
    """Each generation tells another number; an answer must be of one generation, quote and article alike."""
    folder, store = tmp_path / "articles", tmp_path / "store"

    def publish(number: int) -> None:
        rows = [
            {
                "id": "ferry",
                "title": "Ferry count",
                "text": f"The ferry to Sund carried {number} passengers on Monday. The sea was calm.",
            }
        ]
        newspapers.write(folder, (*rows, *newspapers.ROWS[:3]))
        refresh(folder, store, real_encoder)

    publish(1000)
    done = threading.Event()
    answers: list[Answer] = []
    failures: list[BaseException] = []

    def keep_asking(corpus: Corpus) -> None:
        try:
            while not done.is_set():
                answers.append(corpus.ask("How many passengers did the ferry to Sund carry?", threshold=SURE))
        except BaseException as error:  # noqa: BLE001  # reported below, in the test's own thread
            failures.append(error)

    def wait_for_answers(count: int) -> None:
        """Eight may have been under way; more than as many again are begun after what was published last."""
        deadline = time.monotonic() + 300
        while len(answers) < count and not failures and time.monotonic() < deadline:
            time.sleep(0.005)

    with Corpus(Settings(store=str(store))) as corpus:
        threads = [threading.Thread(target=keep_asking, args=(corpus,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for number in range(1001, 1006):
            wait_for_answers(len(answers) + 17)
            publish(number)
        wait_for_answers(len(answers) + 17)
        done.set()
        for thread in threads:
            thread.join(300)
        last = corpus.ask("How many passengers did the ferry to Sund carry?", threshold=SURE)
    assert failures == []
    assert "1005" in last.citations[0].quote
    told = [a.citations[0] for a in answers]
    assert {c.article.id for c in told} == {"ferry"}
    assert all(c.article.text[c.start : c.end] == c.quote for c in told)
    assert {c.article.text.split()[5] for c in told} <= {str(n) for n in range(1000, 1006)}
    assert len({c.article.text for c in told}) == 6


def test_a_corpus_may_be_closed_twice_and_leaves_the_store_free(news_store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(news_store, copy)
    corpus = Corpus.open(copy)
    corpus.ask("Who?", threshold=SURE)
    corpus.close()
    shutil.rmtree(copy)
    assert not copy.exists()


def test_today_decides_what_last_week_is(news_store: Path) -> None:
    def ask(today: date) -> Answer:
        with Corpus(Settings(store=str(news_store)), today=lambda: today) as corpus:
            return corpus.ask(f"{OPENED} last week?", threshold=SURE)

    assert first(ask(date(2026, 4, 20))) == "mayor-april"
    assert first(ask(date(2026, 6, 22))) == "mayor-june"


def test_the_threshold_may_be_set_for_a_question_or_for_all(news_store: Path) -> None:
    chosen: dict[str, Any] = {"store": str(news_store), "threshold": 1.01}
    with Corpus(Settings(**chosen)) as corpus:
        assert not corpus.ask("When did the Old Sund Bridge reopen?").answered
        assert corpus.ask("When did the Old Sund Bridge reopen?", threshold=SURE).answered


def test_a_store_rebuilt_with_another_model_is_asked_with_that_model(
    make_corpus: Callable[..., Corpus], tmp_path: Path
) -> None:
    """A model of which only the name is known here: the old model must not be asked in its place."""
    corpus = make_corpus(newspapers.ROWS[0])
    corpus.ask("Who is the city engineer?", threshold=SURE)
    set_aside(tmp_path / "store0")
    refresh(tmp_path / "articles0", tmp_path / "store0", StandIn(name="another-model"))  # type: ignore[arg-type]
    with pytest.raises(ModelNotFound, match="another-model"):
        corpus.ask("Who is the city engineer?", threshold=SURE)


# --- many at once


def test_many_questions_are_answered_in_their_order_as_one_would_be(corpus: Corpus) -> None:
    questions = (f"{OPENED} in June?", "What is the boiling point of tungsten?", "Who is the city engineer?")
    answers = corpus.ask_many(iter(questions), k=1)
    first_one = next(answers)
    assert (first_one.question, first(first_one), len(first_one.citations)) == (questions[0], "mayor-june", 1)
    assert [(answer.question, answer.answered) for answer in answers] == [(questions[1], False), (questions[2], True)]
    with pytest.raises(UsageError):
        list(corpus.ask_many(["Who is the city engineer?", " "]))


def test_search_finds_whether_or_not_anything_answers(corpus: Corpus) -> None:
    hits = corpus.search("What is the boiling point of tungsten?", k=4)
    assert len(hits) == 4
    found = corpus.search(f"{OPENED}?", k=2, where=Filter(until="2026-05-31"))
    assert found[0].passage.article.id == "mayor-april"
    assert all(
        hit.passage.text == newspapers.TEXTS[hit.passage.article.id][hit.passage.start : hit.passage.end]
        for hit in hits
    )
    with pytest.raises(UsageError):
        corpus.search("Who?", k=0)


def test_every_article_is_given_once_a_few_at_a_time(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askcorpus.store.snapshot.ARTICLES_AT_ONCE", 4)
    articles = list(corpus)
    assert [article.id for article in articles] == [row["id"] for row in newspapers.ROWS]
    assert all(article.text == newspapers.TEXTS[article.id] for article in articles)
    narrow = Filter(since="2026-06-01", publisher="insider")
    assert [article.id for article in corpus.articles(narrow)] == [
        a.id for a in articles if (a.source.published or "") >= "2026-06-01" and "Insider" in (a.source.publisher or "")
    ]


def test_articles_and_answers_are_tables_where_pandas_is(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    table = corpus.to_pandas()
    assert list(table["article"]) == [article.id for article in corpus]
    assert table.set_index("article").loc["bridge", "text"] == newspapers.TEXTS["bridge"]
    cited = corpus.to_pandas(corpus.ask_many(["Who is the city engineer?", "What is the boiling point of tungsten?"]))
    assert list(cited["answered"].unique()) == [True, False]
    assert cited.iloc[0]["quote"] == corpus.ask("Who is the city engineer?").citations[0].quote
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"askcorpus\[pandas\]"):
        corpus.to_pandas()
