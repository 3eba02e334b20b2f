from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from askcorpus.corpus import Corpus
from askcorpus.retrieval.slips import Written, as_written


class NotAsked:
    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        raise AssertionError(f"the model was asked for {texts}")


def written(corpus: Corpus, question: str) -> Written:
    return as_written(question, corpus.snapshot, corpus.encoder())


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("How many workers did the fire in Karlhlom injure?", "Karlholm"),
        ("How many workers did the fire in Karlhom injure?", "Karlholm"),
        ("How many workers did the fire in Karllholm injure?", "Karlholm"),
        ("How many workers did the fire in Karlhulm injure?", "Karlholm"),
        ("Who owned the wraehouse?", "warehouse"),
        ("Was kostete die Sanierung der Taslperre?", "Talsperre"),
        ("Combien de livres compte la médiathèque de Vablonne ?", "Valbonne"),
        ("Кто директор музея янатря?", "янтаря"),
    ],
)
def test_one_wrong_letter_is_read_as_the_articles_write_it(corpus: Corpus, question: str, meant: str) -> None:
    assert written(corpus, question).read_as == (meant,)


def test_a_slip_is_answered_like_the_word_that_was_meant_and_the_answer_says_so(corpus: Corpus) -> None:
    right, slip = (
        corpus.ask(f"How many bathers does the swimming pool in {name} hold?") for name in ("Tarnby", "Tanrby")
    )
    assert slip.read_as == ("Tarnby",)
    assert [c.quote for c in slip.citations] == [c.quote for c in right.citations]
    assert slip.confidence == pytest.approx(right.confidence)
    assert slip.question == "How many bathers does the swimming pool in Tanrby hold?"


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the county of Sund?",  # a word of its own, though "country" stands in the articles
        "Who signed contract KR-4712?",
        "What happened to bus 4718a?",
        "What did the WMR say?",
        "Who was the first gewrgth of Sund?",  # two edits and more from anything
        "什么时候开通",
    ],
)
def test_what_is_no_slip_of_one_letter_stays(make_corpus: Callable[..., Corpus], question: str) -> None:
    text = "The country of Sund signed contract KR-4711 with bus 4718b, said the WRA. It grew and grows."
    with make_corpus({"id": "a", "title": "", "text": text, "language": "en"}) as corpus:
        assert written(corpus, question) == Written(question)


def test_where_all_words_are_known_nothing_is_looked_up(corpus: Corpus) -> None:
    question = "How many bathers does the swimming pool in Tarnby hold?"
    assert as_written(question, corpus.snapshot, NotAsked()) == Written(question)


@pytest.mark.parametrize(
    "question",
    [
        "How many bathers does the swimming pool in Tarnby hold?",
        "Which company went bankrupt in 1987?",
        "Who is the city engineer of Sund?",
        "Сколько экспонатов в музее янтаря?",
    ],
)
def test_a_shouted_question_is_answered_like_a_quiet_one(corpus: Corpus, question: str) -> None:
    quiet, shouted = corpus.ask(question), corpus.ask(question.upper())
    assert [c.quote for c in shouted.citations] == [c.quote for c in quiet.citations]
    assert shouted.read_as == ()


def test_names_in_a_shouted_question_have_their_capitals_again(corpus: Corpus) -> None:
    assert written(corpus, "WHO IS THE MAYOR OF TARNBY?").text == "Who is the mayor of Tarnby?"
    assert written(corpus, "WHO IS THE MAYOR OF TRANBY?") == Written("Who is the mayor of Tarnby?", ("Tarnby",))
