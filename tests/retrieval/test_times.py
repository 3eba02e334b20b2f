"""Does a sentence speak of the month and the year that are asked for, or of others?"""

from __future__ import annotations

import pytest

from askcorpus.language.words import words
from askcorpus.question.said import times
from askcorpus.retrieval.times import NO_TIMES, times_in


@pytest.mark.parametrize(
    ("question", "sentence", "language", "fit"),
    [
        *(("What was inflation in October?", "In October prices rose by 4 percent.", "en", 1), ("What was inflation in October?", "In September prices rose.", "en", -1)),
        *(("Who won in 2026?", "She won in 2025.", "en", -1), ("Who won in 2026?", "She won.", "en", 0), ("Who won in May 2026?", "She won in May 2025.", "en", -1)),
        *(("Who won in May?", "It may rain.", "en", 0), ("Что открыли в мае?", "В мае открыли мост.", "ru", 1), ("Wer siegte im März 2024?", "Im März siegte er.", "de", 1)),
        *(("Who won?", "In May she won.", "en", 0), ("Who won in 2026?", "It cost 2025 crowns and 12 cents.", "en", -1)),
    ],
)  # fmt: skip
def test_a_sentence_fits_the_time_asked_for_or_another(question: str, sentence: str, language: str, fit: int) -> None:
    assert times_in(words(sentence, language), language).fit([*times(question, language)]) == fit


def test_what_names_no_time_fits_any() -> None:
    assert NO_TIMES.fit([*times("Who won in 2026?", "en")]) == 0
    assert times_in(words("1400 people, 12 boats and 99999 nets", "en"), "en") == NO_TIMES
