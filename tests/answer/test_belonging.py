"""Do the features tell a value of the thing asked about from another's?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from askcorpus.answer.belonging import NAMES, belonging
from askcorpus.corpus import Corpus

MERGER = (
    "The machine maker Veltrix buys its rival Norlund for 1.2 billion euros, both said on Tuesday. "
    "Norlund has 5,400 workers in Sund."
)
Measured = dict[str, float]


@pytest.fixture
def measure(make_corpus: Callable[..., Corpus]) -> Callable[[str, str], Measured]:
    corpus = make_corpus({"id": "a", "title": "Merger", "text": MERGER, "language": "en"})

    def measured(question: str, sentence: str) -> Measured:
        best = corpus.find(question, k=1).ranked[0]
        start = best.candidate.passage.article.text.index(sentence)
        return dict(zip(NAMES, belonging(best, (start, start + len(sentence))).tolist(), strict=True))

    return measured


BUYS, WORKERS = MERGER.split(". ")[0] + ".", MERGER.split(". ")[1]


def test_a_value_that_stands_by_another_name_is_of_another(measure: Callable[[str, str], Measured]) -> None:
    sentence = MERGER
    assert measure("How many workers does Veltrix have?", sentence)["value_of_another"] == 1
    assert measure("How many workers does Norlund have?", sentence)["value_of_another"] == 0


def test_a_name_that_stands_nowhere_in_the_article_is_outside(measure: Callable[[str, str], Measured]) -> None:
    assert measure("How many workers does Vindora have?", WORKERS)["names_outside"] == pytest.approx(1)
    assert measure("How many workers does Veltrix have?", WORKERS)["names_outside"] == 0


def test_exchanged_roles_are_seen(measure: Callable[[str, str], Measured]) -> None:
    assert measure("How much does Norlund pay for Veltrix?", BUYS)["names_reversed"] == 1
    assert measure("How much does Veltrix pay for Norlund?", BUYS)["names_reversed"] == 0


def test_a_sentence_without_what_was_asked_for_misses_the_value(measure: Callable[[str, str], Measured]) -> None:
    there, missing = (measure("When did Veltrix buy Norlund?", s) for s in (BUYS, WORKERS))
    assert (there["value_missing"], missing["value_missing"]) == (0, 1)
    assert there["value_near"] > missing["value_near"] == 0
