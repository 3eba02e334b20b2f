"""Are a question's names, numbers and dates met in another language, and are its other words left alone?"""

from __future__ import annotations

from askcorpus.language.words import words
from askcorpus.question.reading import asked
from askcorpus.retrieval.crossed import Ear


def met(question: str, spoken: str, text: str, language: str) -> dict[str, float]:
    read = asked(question, language, lambda words: [2.0] * len(words), spoken=spoken)
    assert read.crossed
    return {
        word.text: near for word, near in zip(read.words, Ear(read).met(words(text, language)), strict=True) if near
    }


def test_a_name_is_met_by_its_sound() -> None:
    found = met("What did Minnikhanov open in Kazan?", "en", "Минниханов открыл мост в Казани.", "ru")
    assert found["minnikhanov"] == 1
    assert found["kazan"] >= 0.75
    assert "open" not in found


def test_numbers_months_and_days_are_met_by_what_they_mean() -> None:
    found = met(
        "Who left on Monday 12 May with seven of 1,400 men?",
        "en",
        "В понедельник 12 мая ушли семеро, семь из 1400.",
        "ru",
    )
    assert found == {"monday": 1, "12": 1, "may": 1, "seven": 1, "1400": 1} | {k: v for k, v in found.items() if v < 1}


def test_a_stop_word_of_either_language_is_never_met() -> None:
    assert met("Die Stadt war alt", "de", "The war will die", "en") == {}


def test_what_is_met_is_known_by_its_stem_so_that_it_is_no_answer() -> None:
    read = asked("Who is the mayor of Kazan?", "ru", lambda words: [2.0] * len(words), spoken="en")
    assert Ear(read).stems(words("Мэр Казани Рахимов", "ru")) == {words("Казани", "ru")[0].stem}
