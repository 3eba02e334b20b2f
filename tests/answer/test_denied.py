"""Which of two numbers does a sentence say that it is not?"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from askcorpus.answer.changes import denied, was_before
from askcorpus.corpus import Corpus


@pytest.mark.parametrize(
    ("language", "text", "wrong"),
    [
        ("en", "Nine people were hurt and not eleven, the harbour office said.", ["eleven"]),
        ("en", "It was not 11 but 9 people.", ["11"]),
        ("en", "Nine of the eleven people on board were not hurt.", []),
        ("en", "Not one of the eleven people was hurt.", []),
        ("en", "There were no fewer than 11 people on 2 ferries.", []),
        ("en", "It is not 11.", []),
        ("fr", "Le bilan est de neuf blessés, et non onze.", ["onze"]),
        ("de", "Neun Menschen wurden verletzt, nicht elf.", ["elf"]),
        ("es", "Hubo nueve heridos y no once.", ["once"]),
        ("it", "I feriti sono nove e non undici.", ["undici"]),
        ("pt", "Foram nove feridos e não onze.", ["onze"]),
        ("ru", "Пострадали девять человек, а не одиннадцать.", ["одиннадцать"]),
        ("uk", "Постраждало дев'ять людей, а не одинадцять.", ["одинадцять"]),
        ("pl", "Rannych jest dziewięć osób, a nie jedenaście.", ["jedenaście"]),
        ("tr", "Yaralı sayısı 11 değil 9.", ["11"]),
        ("ar", "أصيب 9 أشخاص وليس 11.", ["11"]),
        ("zh", "受伤的是9人，而不是11人。", ["11"]),
        ("ja", "けが人は11人ではなく9人だった。", ["11"]),
        ("fi", "Loukkaantuneita on 9 eikä 11.", ["11"]),
        ("en", "It was not, the office says, 11 but 9.", []),
        ("en", "The toll was not, as reported, 11 people but 9.", []),
        ("en", "The toll did not reach 11 as we wrote but 9.", ["11"]),
        ("en", "Nobody who was there saw 11 boats, but 9 came back.", []),
        ("es", "En marzo no fue del 11 %, sino del 9 %.", ["11"]),
        ("fr", "Le bilan n'est pas de 11 blessés mais de 9.", ["11"]),
        ("it", "I feriti non erano 11 ma 9.", ["11"]),
        ("pt", "Não foram 11 os feridos, mas 9.", ["11"]),
        ("de", "Verletzt wurden nicht wie gemeldet 11 Menschen, sondern 9.", ["11"]),
        ("nl", "Het waren er niet zoals gemeld 11, maar 9.", ["11"]),
        ("ru", "Пострадали не менее 11 человек, 9 уехали.", []),
        ("pl", "Rannych nie było 11 osób, lecz 9.", ["11"]),
        (None, "Nine and not eleven", []),
    ],
)
def test_a_number_is_denied(language: str | None, text: str, wrong: list[str]) -> None:
    said = r"\d+|nine|eleven|one\b|neuf|onze|neun|elf|nueve|once|nove|undici|девять|одиннадцать|дев'ять|одинадцять|dziewięć|jedenaście"
    numbers = [found.span() for found in re.finditer(rf"\b(?:{said})", text, re.IGNORECASE)] if language not in ("zh", "ja") else [
        found.span() for found in re.finditer(r"\d+", text)
    ]  # fmt: skip
    found = denied(text, numbers, language)
    assert [text[slice(*one)] for one in sorted(found)] == wrong
    assert found <= was_before(text, numbers, language)


def test_what_denies_what_was_said_corrects_it_and_leads_in_whatever_language(
    make_corpus: Callable[..., Corpus],
) -> None:
    corpus = make_corpus(
        {"id": "first", "title": "Ferry rams quay in Tamberg", "publisher": "Herald", "published": "2026-03-11", "language": "en",
         "text": "A ferry rammed the quay in Tamberg on Tuesday morning. Eleven people were hurt, the harbour office said."},
        {"id": "later", "title": "Accident de Tamberg", "publisher": "Gazette", "published": "2026-03-13", "language": "fr",
         "text": "La capitainerie de Tamberg a revu jeudi son bilan : neuf personnes ont été blessées dans l'accident du ferry, et non onze."},
    )  # fmt: skip
    answer = corpus.ask("How many people were hurt when the ferry rammed the quay in Tamberg?")
    assert answer.agreement == "differ"
    assert answer.citations[0].article.id == "later"
    assert answer.citations[0].value == "neuf"


def test_what_is_said_instead_leads_where_a_verb_stands_before_what_is_denied(
    make_corpus: Callable[..., Corpus],
) -> None:
    corpus = make_corpus(
        {"id": "first", "title": "Un ferry choca en Tamberg", "publisher": "Heraldo", "published": "2026-03-11", "language": "es",
         "text": "Un ferry chocó el martes contra el muelle de Tamberg. Hubo once heridos, dijo la capitanía."},
        {"id": "later", "title": "Choque del ferry de Tamberg", "publisher": "Gaceta", "published": "2026-03-13", "language": "es",
         "text": "La capitanía de Tamberg revisó el jueves su balance. Los heridos en el choque del ferry no fueron once, sino nueve."},
    )  # fmt: skip
    answer = corpus.ask("¿Cuántos heridos hubo en el choque del ferry de Tamberg?")
    assert answer.agreement == "differ"
    assert answer.why == "correction"
    assert (answer.citations[0].article.id, answer.citations[0].value) == ("later", "nueve")
