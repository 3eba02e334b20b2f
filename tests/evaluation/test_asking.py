"""What becomes of a question with known answers?"""

from __future__ import annotations

from dataclasses import replace

from askcorpus.corpus import Corpus
from askcorpus.evaluation.asking import ask_all
from askcorpus.evaluation.question_set import Question


def test_a_dropped_article_is_not_asked_for(corpus: Corpus) -> None:
    question = Question("q", "Who?", ("x",), ("bridge",), True)
    (told,) = ask_all(corpus, [question], drop=frozenset({"bridge"}))
    assert (told.answerable, told.article_ids) == (False, ())


def test_an_answer_counts_where_it_stands(corpus: Corpus) -> None:
    question = Question("q", "Who is the city engineer?", ("Ingrid Vale",), ("bridge", "bridge-again"), True)
    (told,) = ask_all(corpus, [question])
    assert (told.passage_hit, told.quote_hit) == (1, True)
    assert told.articles[0] in ("bridge", "bridge-again")
    assert told.mark_hit
    (told,) = ask_all(corpus, [replace(question, answers=("Karin Holz",))])
    assert not told.quote_hit
    assert told.mark_hit is None
    assert told.passage_hit != 1
