from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import newspapers
import pytest

from askcorpus.corpus import Corpus
from askcorpus.errors import UsageError
from askcorpus.retrieval.found import Found
from askcorpus.retrieval.search import search
from askcorpus.types import Filter

POOL = "How many bathers does the swimming pool in Tarnby hold?"


def ids(found: Found) -> list[str]:
    return [hit.passage.article.id for hit in found.hits]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        (POOL, "mayor-june"),
        ("How many books does the library in Tarnby hold?", "mayor-april"),
        ("Who repaired the Old Sund Bridge?", "bridge"),
        ("Which company went bankrupt in 1987?", "mine"),
        ("Сколько экспонатов в музее янтаря?", "ru"),
        ("Was kostete die Sanierung der Talsperre Grünbach?", "de"),
        ("Combien de livres compte la médiathèque de Valbonne ?", "fr"),
        ("地铁三号线有多少个车站？", "zh"),
        ("كم تنتج محطة تحلية المياه؟", "ar"),
    ],
)
def test_the_article_that_answers_comes_first_in_any_language(corpus: Corpus, question: str, article: str) -> None:
    assert ids(corpus.find(question, k=5))[0] == article


def test_the_order_is_best_score_first_and_the_same_each_time(corpus: Corpus) -> None:
    """The test that goes red when the ranking is scrambled."""
    found = corpus.find("What did the mayor of Tarnby open?", k=5)
    assert set(ids(found)[:2]) == {"mayor-april", "mayor-june"}
    assert [h.score for h in found.hits] == sorted((h.score for h in found.hits), reverse=True)
    assert [r.score for r in found.ranked] == sorted((r.score for r in found.ranked), reverse=True)
    assert ids(corpus.find("What did the mayor of Tarnby open?", k=5)) == ids(found)


def test_equal_scores_are_ordered_by_article_id(make_corpus: Callable[..., Corpus]) -> None:
    rows = [
        {"id": i, "title": "Ferry", "text": f"The ferry leaves pier {n} at noon."}
        for i, n in (("b", 3), ("a", 3), ("c", 3))
    ]
    found = make_corpus(*rows).find("When does the ferry leave?", k=3)
    assert ids(found) == ["a"]
    assert [p.article.id for p in found.hits[0].reprints] == ["b", "c"]


def test_the_best_passage_wins_over_one_that_repeats_the_questions_words(corpus: Corpus) -> None:
    found = corpus.find("How many workers did the fire in Karlholm injure?", k=2)
    assert set(ids(found)) == {"fire-11", "fire-14"}


def test_k_larger_than_the_corpus_gives_every_story_once(corpus: Corpus) -> None:
    found = corpus.find("bridge", k=500)
    places = [(h.passage.article.id, h.passage.start) for h in found.hits]
    assert len(places) == len(set(places))


def test_k_bounds_the_stories(corpus: Corpus) -> None:
    for k in (1, 2, 3):
        assert len(corpus.find("the mayor of Tarnby", k=k).hits) == k


def test_hits_of_one_article_do_not_overlap(make_corpus: Callable[..., Corpus]) -> None:
    paragraphs = [
        f"The copper mine at Hovden sank shaft {shaft}. " + "Ore was shipped. " * 150 for shaft in range(1, 9)
    ]
    found = make_corpus({"id": "mine", "title": "Mine", "text": "\n\n".join(paragraphs)}).find(
        "copper mine at Hovden", k=9
    )
    spans = sorted((h.passage.start, h.passage.end) for h in found.hits)
    assert len(spans) > 1
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(since="2026-06-01"), {"mayor-june"}),
        (Filter(until="2026-04-30", since="2026-04-01"), {"mayor-april", "zh"}),
        (Filter(publisher="business"), {"mayor-june"}),
        (Filter(publisher="harbour post", since="2026-04-01"), {"mayor-april", "fire-11"}),
        (Filter(language="fr"), {"fr"}),
        (Filter(language="xx"), set()),
        (Filter(since="2030-01-01"), set()),
    ],
)
def test_a_filter_lets_only_its_articles_through(corpus: Corpus, where: Filter, expected: set[str]) -> None:
    found = set(
        ids(corpus.find("What did the mayor of Tarnby open in La médiathèque 地铁 warehouse?", k=20, where=where))
    )
    assert found <= expected
    assert ("mayor-june" in found) == ("mayor-june" in expected)
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("mode", ["lexical", "dense"])
def test_a_single_index_keeps_its_own_order(corpus: Corpus, mode: str) -> None:
    """For comparison: the hits of `--mode lexical` are the lexical index's own, in its order."""
    question = "How many people did the copper mine at Hovden employ in 1967?"
    snapshot = corpus.snapshot
    encoded = corpus.encoder().encode_question(question)
    own = snapshot.matching(question, k=20) if mode == "lexical" else snapshot.nearest(encoded.vector, k=20)
    expected: list[tuple[str, int, int]] = []
    for p in snapshot.passages(own.ids):
        if not any(p.article.id == a and p.start < e and s < p.end for a, s, e in expected):
            expected.append((p.article.id, p.start, p.end))
    hits = corpus.find(question, k=4, mode=mode).hits
    assert [(h.passage.article.id, h.passage.start, h.passage.end) for h in hits] == expected[:4]


def test_dense_search_alone_finds_what_shares_no_word(corpus: Corpus) -> None:
    assert ids(corpus.find("Where can people go to bathe?", k=1, mode="dense")) == ["mayor-june"]


def test_an_index_that_finds_nothing_does_not_spoil_the_other(corpus: Corpus) -> None:
    assert ids(corpus.find("bathing natatorium", k=1)) == ["mayor-june"]


@pytest.mark.parametrize("question", ["", " ", "\n\t\u00a0"])
def test_an_empty_question_is_an_error(corpus: Corpus, question: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        corpus.find(question, k=3)


@pytest.mark.parametrize(
    ("more", "says"),
    [({"k": 0}, "at least 1"), ({"k": -2}, "at least 1"), ({"k": 1, "mode": "fuzzy"}, "hybrid, dense, lexical")],
)
def test_nonsense_is_an_error_that_says_what_to_do(corpus: Corpus, more: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        corpus.find("Who?", **more)


@pytest.mark.parametrize(
    "question",
    ["?", "...", "the of", "🚲", "\u0301", "\u200b", "x" * 5000, "who " * 2000, '"AND" OR (NOT *:* ~^\\', "a\x00b"],
)
def test_a_question_without_sense_is_searched_without_a_crash(corpus: Corpus, question: str) -> None:
    corpus.find(question, k=3)


class Backwards:
    """A re-ranker for which the passage with the fewest letters is the best."""

    def score(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        return [-float(len(text)) for text in texts]


def test_a_reranker_has_the_last_word_on_the_order(corpus: Corpus) -> None:
    found = search("the mayor of Tarnby", corpus.snapshot, corpus.encoder(), k=20, reranker=Backwards())
    lengths = [len(r.candidate.passage.text) for r in found.ranked]
    assert lengths == sorted(lengths)
    assert found.hits[0].passage.text in newspapers.TEXTS[found.ranked[0].candidate.passage.article.id]


def test_an_answer_in_another_language_is_found_among_many_articles_in_the_questions_own(
    make_corpus: Callable[..., Corpus],
) -> None:
    """A model finds what is in the question's language nearer than what answers in another: those are looked for by themselves, too."""
    near = [
        {"id": f"fr{n}", "title": f"L'hôpital de Vallon {n} reporte", "language": "fr",
         "text": f"Combien d'opérations l'hôpital de Vallon {n} a dû reporter ce mois-ci, le directeur {n} ne le dit pas."}
        for n in range(90)
    ]  # fmt: skip
    tells = {"id": "en", "title": "Leak shuts hospital ward", "language": "en",
             "text": "Twelve operations had to be put off after the leak, the hospital said on Monday."}  # fmt: skip
    corpus = make_corpus(*near, tells)
    question = "Combien d'opérations l'hôpital a-t-il dû reporter ?"
    assert "en" in [r.candidate.passage.article.id for r in corpus.find(question, k=3).ranked]
    with Corpus.open(corpus.settings.store) as opened:  # what the index finds nearest does not hold it
        nearest = opened.find(question, k=40, mode="dense").ranked
    assert {r.candidate.passage.article.source.language for r in nearest} == {"fr"}


def test_what_is_found_in_other_languages_keeps_to_the_filter(corpus: Corpus) -> None:
    found = corpus.find("Welche Firma ging 1987 bankrott?", k=5, where=Filter(language="de"))
    assert {r.candidate.passage.article.source.language for r in found.ranked} == {"de"}
