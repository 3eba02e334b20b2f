"""Which words the index holds of a text, and which of them a question asks for."""

from __future__ import annotations

from askcorpus.language.words import words
from askcorpus.store.analysis import passage_words, question_pairs, question_words, stop_words


def test_the_index_holds_the_very_words_of_the_answer() -> None:
    text = "The U.S. Mi-8 carried 20,000 co-operators' letters to Port Alder."
    kept, stops = passage_words(text, "en")
    assert kept == [w.stem for w in words(text, "en") if not w.stop]
    assert kept[:4] == ["us", "mi8", "mi", "8"]
    assert stops == ["the", "to"]


def test_a_word_of_a_question_stands_for_its_form_in_each_language() -> None:
    assert question_words("refineries", ("en", "ru")) == [("refineri", "refineries")]
    assert question_words("die refineries", ("en", "de")) == [("die",), ("refineri",)]


def test_the_codes_of_one_language_are_read_once() -> None:
    assert question_words("fjordene", ("no", "nb", "nn")) == question_words("fjordene", ("no",))


def test_a_language_nobody_told_is_read_as_a_passage_without_one_is() -> None:
    assert [stem for (stem,) in question_words("refineries", (None,))] == passage_words("refineries", None)[0]
    assert question_words("refineries", ()) == question_words("refineries", (None,))


def test_neighbours_are_pairs_with_the_stop_words_left_out() -> None:
    assert question_pairs("the mayor of Port Alder", ("en",)) == [["mayor", "port"], ["port", "alder"]]


def test_a_question_of_stop_words_alone_asks_for_them() -> None:
    assert stop_words("to be or not to be", ("en",)) == ["to", "be", "or", "not"]
    assert stop_words("to be a mayor", ("en",)) == []
    assert stop_words("", ("en",)) == []


def test_a_month_is_asked_for_though_the_verb_is_a_stop_word() -> None:
    assert question_words("May", ("en",), opens=False) == [("may",)]
    assert question_words("May", ("en",)) == []


def test_a_monstrous_word_is_left_out() -> None:
    assert passage_words("x" * 65 + " bridge", "en")[0] == ["bridg"]
