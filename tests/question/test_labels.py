from __future__ import annotations

import pytest

from askcorpus.question.labels import labels, speaks_of_another


def another(question: str, text: str, *, untimed: str | None = None, crossed: bool = False) -> bool:
    return speaks_of_another(text, labels(question, untimed or question, "en"), "en", crossed=crossed)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the GT-20F cost?", "The GT-20E costs 300 crowns."),
        ("Who signed contract KR-4712?", "Contract KR-4711 was signed by Ada Berg."),
        ("What can EHEC O181 harm?", "EHEC O118 can harm the kidneys."),
        ("What is the score of CVE-2026-41397?", "CVE-2026-41392 has a score of 5.3."),
        ("Who flew Flight 371?", "Flight 370 was flown by Ada Berg."),
        ("What did Resolution 82 ask for?", "Resolution 81 asked for a register."),
        ("What do A321s cost?", "The A320 costs 100 million."),
        ("What does the GT-20F cost?", "The GT-20 costs 300 crowns."),
        ("Who flew the Sokol-7?", "The Sokol-9 was flown by Ada Berg."),
    ],
)
def test_a_label_that_differs_by_a_character_is_another_thing(question: str, text: str) -> None:
    assert another(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What does the GT-20E cost?", "The GT 20E costs 300 crowns, the GT-20F 400."),
        ("What does the GT20E cost?", "GT-20E: 300 crowns"),
        ("Who flew the A320?", "Two A320s took off, A 320 crews say."),
        ("Who flew Flight 370?", "Ada Berg flew the aircraft. Flight 12 was late; 370 is the number."),
        ("How many A320s are there?", "The airline flies twelve of the A320."),
        ("Do F-16s fly?", "An F-16 fell into the sea."),
        ("Сколько А-380х купили?", "Компания купила самолёт А-380."),
        ("How did Covid-19 spread?", "Covid spread in winter."),
        ("What did the G20 say?", "The Group of 20 said so."),
        ("What did the G20 say?", "The group of twenty said so."),
        ("How were Q3 profits?", "Profits in the third quarter, after Q2, were low."),
        ("Who sang in the mid-1990s?", "She sang in the mid-1980s."),
        ("How many of the 300 people left?", "Of the 301 people 20 left."),
        ("Who won 12 medals?", "She won 13 medals."),
        ("Who won?", "The GT-20E won."),
    ],
)
def test_what_is_only_written_otherwise_or_is_no_label_contradicts_nothing(question: str, text: str) -> None:
    assert not another(question, text)


def test_a_year_behind_a_word_is_a_time_and_no_label() -> None:
    assert not another(
        "Who won the Ardun Marathon 2026?",
        "The Ardun Marathon 2025 was won by Ada.",
        untimed="Who won the Ardun Marathon     ?",
    )


def test_across_languages_only_long_numbers_have_to_be_the_same() -> None:
    assert another("Who flew the MH370?", "Самолёт МХ371 пропал.", crossed=True)
    assert not another("Who flew the MH370?", "Самолёт МХ370 пропал.", crossed=True)
    assert not another("When did Line 3 open?", "地铁三号线开通。", crossed=True)


def test_digits_of_every_script_are_the_same() -> None:
    assert not another("Who flew Flight 370?", "Flight ٣٧٠ was flown by Ada.")
    assert another("Who flew Flight ٣٧١?", "Flight 370 was flown by Ada.")
