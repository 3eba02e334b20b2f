from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.language.words import words
from askcorpus.question.kinds import Kind, asked_kind, named, names_one


def told(question: str, text: str, language: str = "en") -> list[str]:
    kind = asked_kind(question)
    assert kind is not None
    asked = frozenset(w.stem for w in words(question, language) if not w.stop)
    return [text[start:end] for start, end in named(kind, text, words(text, language), besides=asked)]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was the bridge opened?", Kind.DATE),
        ("In which year did it open?", Kind.DATE),
        ("What time does it open?", Kind.DATE),
        ("How many passengers were there?", Kind.NUMBER),
        ("How long will it be closed?", Kind.NUMBER),
        ("What share of GDP is it?", Kind.NUMBER),
        ("Who is the mayor?", Kind.NAME),
        ("Where was she born?", Kind.NAME),
        ("Which airline flew?", Kind.NAME),
        ("Wann wurde er gebaut?", Kind.DATE),
        ("Wie viele Menschen kamen?", Kind.NUMBER),
        ("Wer ist die Bürgermeisterin?", Kind.NAME),
        ("Quand a-t-elle ouvert ?", Kind.DATE),
        ("Combien de livres ?", Kind.NUMBER),
        ("Qui est la maire ?", Kind.NAME),
        ("Когда открыли мост?", Kind.DATE),
        ("Сколько стоил мост?", Kind.NUMBER),
        ("Кто глава города?", Kind.NAME),
        ("Why did it fall?", None),
        ("What caused the fire?", None),
        ("", None),
    ],
)
def test_the_question_words_say_what_is_asked_for(question: str, kind: Kind | None) -> None:
    assert asked_kind(question) is kind


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("When did it open?", "It opened on 14 March 2026, said Mr. Vale.", ["14 March 2026"]),
        ("When did it open?", "It opened in May.", ["May"]),
        ("When may it open?", "It may open in May, and may close again.", ["May"]),
        ("How many came?", "Over 400 came on the first day.", ["400"]),
        ("How much did it cost?", "It cost $38 million, of it 6.3% public.", ["$38 million", "6.3%"]),
        ("Who is the mayor?", "The mayor is Ingrid Vale.", ["Ingrid Vale"]),
        ("Where was he born?", "He was born in Oslo.", ["Oslo"]),
        ("Who led the Sund delegation?", "The Sund delegation was led by Ada Berg.", ["Ada Berg"]),
    ],
)
def test_a_sentence_names_what_was_asked_for(question: str, text: str, expected: list[str]) -> None:
    assert told(question, text) == expected


@pytest.mark.parametrize(
    ("question", "text", "language", "expected"),
    [
        ("Wann kam er?", "Er kam am 3. Mai 2025.", "de", ["3. Mai 2025"]),
        ("Combien de livres ?", "Elle compte 12 000 livres.", "fr", ["12 000"]),
        ("Когда открыли мост?", "Мост открыли 14 ноября 2024 года.", "ru", ["14 ноября 2024"]),
        ("Кто глава города?", "Глава города Ольга Самарина открыла мост.", "ru", ["Ольга Самарина"]),
    ],
)
def test_other_languages_name_it_too(question: str, text: str, language: str, expected: list[str]) -> None:
    assert told(question, text, language) == expected


def test_what_the_question_says_itself_is_no_answer_to_it() -> None:
    assert told("Who won the Lesna marathon in 2024?", "The Lesna marathon was won by Ada Berg.") == ["Ada Berg"]
    assert told("When in 2024 was it?", "It was in 2024.") == []


@given(st.text(max_size=200), st.sampled_from(list(Kind)), st.sampled_from(["en", "de", "ru", "zh"]))
def test_any_text_can_be_searched_and_every_span_lies_inside_it(text: str, kind: Kind, language: str) -> None:
    inside = words(text, language)
    spans = named(kind, text, inside, besides=frozenset())
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert names_one(kind, text, inside, (0, len(text)), besides=frozenset()) == bool(spans)
