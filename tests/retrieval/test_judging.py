"""What was read together with the question: which passages, and what it does to their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from askcorpus.corpus import OFF, Corpus
from askcorpus.encoder.cross_encoder import Judged, Told
from askcorpus.retrieval import ranking, search
from askcorpus.retrieval.found import ANSWERS_NOT, Ranked, WeightSet
from askcorpus.retrieval.judging import OTHERS, READ, UNNAMED, joined, judged, more_judged, others_judged
from askcorpus.retrieval.ranking import Weights, weights_of
from askcorpus.retrieval.support import same_thing
from askcorpus.settings import Settings

QUESTION = "What did the mayor of Tarnby open?"
DAY = date(2026, 3, 11)
EVERYTHING = float("inf")


class Likes:
    """Likes passages that hold a word, and their sentences that do."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[Told] = []
        self.asked: list[str] = []

    def judge(self, question: str, asked: str, passages: Sequence[Told]) -> list[Judged]:
        self.read += passages
        self.asked.append(asked)
        return [
            Judged(
                3.0 if self.word in one.text else -3.0,
                np.array([3.0 if self.word in one.text[s:e] else -3.0 for s, e in one.sentences], np.float32),
            )
            for one in passages
        ]


class Missing:
    """Cannot be had."""

    def judge(self, question: str, asked: str, passages: Sequence[Told]) -> None:
        return None


def _ranked(corpus: Corpus) -> tuple[Ranked, ...]:
    """By the linear scores alone."""
    return _asked(corpus, QUESTION)


def _asked(corpus: Corpus, question: str) -> tuple[Ranked, ...]:
    with Corpus.open(corpus.settings.store, settings=replace(Settings(), reranker=OFF)) as plain:
        return plain.find(question, k=5).ranked


def _others_named(ranked: Sequence[Ranked]) -> int:
    """How many articles beside the first may tell of the same thing."""
    return len(same_thing(ranked) - {ranked[0].candidate.passage.article.id})


def _undated(ranked: Ranked) -> Ranked:
    passage = ranked.candidate.passage
    article = replace(passage.article, source=replace(passage.article.source, published=None))
    return replace(ranked, candidate=replace(ranked.candidate, passage=replace(passage, article=article)))


def _weights(*, passage: float = 0.0, sentence: float = 0.0) -> Weights:
    return replace(weights_of(WeightSet.OWN), judged_passage=passage, judged_sentence=sentence)


def test_the_best_passages_are_read_with_what_is_known_of_their_articles(corpus: Corpus) -> None:
    ranked, judge = _ranked(corpus), Likes("library")
    read = judged(QUESTION, DAY, ranked, judge, ahead=EVERYTHING)
    assert [r.judged is not None for r in read] == [i < READ for i in range(len(ranked))]
    for told, one in zip(judge.read, ranked, strict=False):
        article = one.candidate.passage.article
        assert (told.title, told.text) == (article.title, one.candidate.passage.text)
        assert told.published == (article.source.published or "")[:10]
        assert len(told.sentences) == len(one.sentences)
    assert [r.candidate for r in read] == [r.candidate for r in ranked]


def test_the_day_of_asking_is_read_only_beside_articles_that_have_one(corpus: Corpus) -> None:
    ranked, judge = _ranked(corpus), Likes("library")
    judged(QUESTION, DAY, ranked, judge)
    judged(QUESTION, DAY, [_undated(r) for r in ranked], judge)
    assert judge.asked == ["2026-03-11", ""]


def test_a_first_passage_that_is_far_ahead_is_read_alone(corpus: Corpus) -> None:
    ranked, judge = _ranked(corpus), Likes("library")
    ahead = ranked[0].score - ranked[1].score
    judged(QUESTION, DAY, ranked, judge, ahead=ahead / 2)
    assert len(judge.read) == 1
    judged(QUESTION, DAY, ranked, judge, ahead=ahead * 2)
    assert len(judge.read) > 2


def test_judgements_are_added_by_their_weights(corpus: Corpus) -> None:
    ranked = _ranked(corpus)
    read = judged(QUESTION, DAY, ranked, Likes("library"), ahead=EVERYTHING)
    weights = [_weights(passage=2.0, sentence=0.5)] * len(read)
    for before, after in zip(ranked[:READ], joined(read, weights), strict=False):
        liked = "library" in before.candidate.passage.text
        assert np.isclose(after.score - before.score, 6.0 if liked else -6.0)
        changed = [b - a for (_, a), (_, b) in zip(before.sentences, after.sentences, strict=True)]
        assert set(np.round(changed, 3)) <= {1.5, -1.5}


def test_in_which_of_two_sentences_an_answer_hardly_stands_says_little_and_where_it_stands_much(corpus: Corpus) -> None:
    ranked = next(r for r in _ranked(corpus) if len(r.sentences) > 1)

    def added(*likely: float) -> list[float]:
        where = np.log(np.array(likely + (1e-4,) * (len(ranked.sentences) - 2), np.float32))
        read = replace(ranked, judged=Judged(0.0, np.zeros_like(where), where=where))
        weights = replace(_weights(), judged_where=0.0, judged_stands=2.0)
        return [
            new - old
            for (_, new), (_, old) in zip(joined([read], [weights])[0].sentences, ranked.sentences, strict=True)
        ]

    assert added(0.9, 0.1)[:2] == pytest.approx([1.8, 0.2], abs=1e-3)
    assert added(1e-4, 1e-2)[:2] == pytest.approx([0.0, 0.02], abs=1e-3)


def test_what_was_not_read_counts_as_the_worst_that_was(corpus: Corpus) -> None:
    ranked = _ranked(corpus)
    assert len(ranked) > READ
    read = judged(QUESTION, DAY, ranked, Likes("library"), ahead=EVERYTHING)
    assert any(r.judged is not None and r.judged.passage < 0 for r in read)
    after = joined(read, [_weights(passage=2.0)] * len(read))
    assert np.isclose(after[-1].score, ranked[-1].score - 6.0)


def test_what_comes_first_without_having_been_read_is_read_too(corpus: Corpus) -> None:
    ranked, judge = _ranked(corpus), Likes("library")
    read = judged(QUESTION, DAY, ranked, judge, ahead=0.0)
    assert [r.judged is not None for r in read[:3]] == [True, False, False]
    more = more_judged(QUESTION, DAY, read, [read[1], read[0], *read[2:]], judge)
    assert [r.candidate for r in more] == [r.candidate for r in ranked]
    assert [r.judged is not None for r in more[:3]] == [True, True, False]
    assert more[0].judged is read[0].judged
    assert judge.asked == ["2026-03-11"] * 2
    assert more_judged(QUESTION, DAY, read, read[1:], Missing()) == read


def test_news_is_scored_anew_once_it_was_read_and_never_led_by_what_was_not(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights under which the last come first: those that were not read, unless they are read then."""
    fitted = ranking.weights_of

    def upside_down(which: WeightSet) -> Weights:
        weights = fitted(which)
        if which is not WeightSet.OWN_NEWS:
            return weights
        return replace(weights, passage=-weights.passage, best_sentence=-weights.best_sentence)

    before = corpus.find(QUESTION, k=3).ranked
    monkeypatch.setattr(ranking, "weights_of", upside_down)
    monkeypatch.setattr(search, "others_judged", lambda question, day, ranked, judge: ranked)
    after = corpus.find(QUESTION, k=3).ranked
    assert after[0].candidate.id != before[0].candidate.id
    assert after[0].judged is not None


def test_where_nothing_can_be_read_all_is_as_it_was(corpus: Corpus) -> None:
    ranked = _ranked(corpus)
    read = judged(QUESTION, DAY, ranked, Missing())
    assert read == ranked
    assert joined(read, [_weights(passage=2.0)] * len(read)) == ranked


def test_a_store_of_the_default_model_is_read_unless_that_is_off(corpus: Corpus) -> None:
    assert corpus.find(QUESTION, k=3).ranked[0].judged is not None
    assert all(r.judged is None for r in _ranked(corpus))


@pytest.mark.parametrize(
    ("question", "most"),
    [
        ("Who opened the library of Tarnby?", OTHERS),
        ("How many people came when it was opened?", OTHERS),
        ("Which of the two did Tarnby choose?", OTHERS),
        ("What was opened on that day?", UNNAMED),
        ("Why did the mayor of Tarnby open the library?", 0),
        ("How did the mayor of Tarnby open the library?", 0),
    ],
)
def test_others_are_read_where_what_they_say_can_be_compared(corpus: Corpus, question: str, most: int) -> None:
    ranked, judge = _asked(corpus, question), Likes("library")
    alone = replace(ranked[0], judged=Judged(ANSWERS_NOT, np.zeros(len(ranked[0].sentences), np.float32)))
    others_judged(question, DAY, [alone, *ranked[1:]], judge)
    assert len(judge.read) == min(most, _others_named(ranked))
    assert most <= UNNAMED or judge.read


def test_no_other_is_read_beside_a_first_that_does_not_answer(corpus: Corpus) -> None:
    question = "Who opened the library of Tarnby?"
    ranked, judge = _asked(corpus, question), Likes("library")
    told = Judged(ANSWERS_NOT - 0.1, np.zeros(len(ranked[0].sentences), np.float32))
    others_judged(question, DAY, [replace(ranked[0], judged=told), *ranked[1:]], judge)
    assert not judge.read
