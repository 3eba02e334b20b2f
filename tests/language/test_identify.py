"""By which languages' rules is a question read?"""

from __future__ import annotations

import pytest

from askcorpus.language import identifier
from askcorpus.language.identify import asked_in, language_of_text

USUAL = ("en", "de", "fr", "es", "it", "pt", "ru", "nl")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        *(("Who is on the board?", "en"), ("Wer ist im Vorstand?", "de"), ("Qui est au conseil ?", "fr"), ("¿Quién está en la junta?", "es")),
        *(("Wie is de burgemeester?", "nl"), ("Wie alt ist die Brücke?", "de"), ("Kiedy otwarto most?", "pl"), ("Kdy byl otevřen most?", "cs")),
        *(("Belediye başkanı kim?", "tr"), ("Cine este primarul?", "ro"), ("Kuka on pormestari?", "fi"), ("Ki a polgármester?", "hu")),
        *(("Кто мэр?", "ru"), ("Хто мер?", "uk"), ("Кой е кметът?", "bg"), ("Ко је градоначелник?", "sr"), ("Tko je gradonačelnik?", "hr")),
        *(("من هو العمدة؟", "ar"), ("چه کسی شهردار است؟", "fa"), ("מי ראש העיר?", "he"), ("महापौर कौन है?", "hi"), ("Siapa wali kota itu?", "id")),
        *(("Ai là thị trưởng?", "vi"), ("Nani ni meya wa mji?", "sw"), ("谁是市长？", "zh"), ("市長は誰ですか？", "ja"), ("시장은 누구인가요?", "ko")),
        *(("ใครเป็นนายกเทศมนตรี", "th"), ("Kes on linnapea?", "et"), ("Kas yra meras?", "lt"), ("Kas ir mērs?", "lv"), ("Qui és l'alcalde?", "ca")),
        *(("Who is Erdoğan?", "en"), ("What does 习近平 say?", "en"), ("iPhone 15はいつ発売？", "ja"), ("Wie hoch wird die Mauer von Çakıldere?", "de")),
    ],
)  # fmt: skip
def test_a_question_s_own_words_say_in_which_language_it_is(question: str, language: str) -> None:
    assert asked_in(question, USUAL) == (language,)
    assert asked_in(question, ("en",)) == (language,)


@pytest.mark.parametrize(
    "question", ["", "Mars", "Ferrolit Marsk price", "herring quota 2031", "licence price per year", "?", "2026-02-03"]
)
def test_a_question_that_does_not_say_is_read_by_the_usual_languages(question: str) -> None:
    assert asked_in(question, USUAL) == USUAL
    assert asked_in(question, ("en", "fr")) == ("en", "fr")


def test_neighbours_that_ask_alike_are_both_read() -> None:
    assert set(asked_in("Hvem er borgmester?", USUAL)) == {"da", "no"}
    assert "en" not in asked_in("Hvem er borgmester?", USUAL)


def test_a_question_that_may_be_in_a_usual_language_is_read_by_all_of_those() -> None:
    assert asked_in("Wie?", USUAL) == USUAL  # how in German, who in Dutch


ENGLISH = "The harbour will be closed for the first time in four years, the port said, and none of the ships that are in it can go out."
GERMAN = "Der Hafen wird zum ersten Mal seit vier Jahren geschlossen, sagte die Behörde, und keines der Schiffe in ihm kann noch hinaus auf die See."


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (GERMAN, "de")])
def test_a_declared_language_that_the_words_bear_out_is_taken_at_its_word(
    text: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = language_of_text(text, None)
    monkeypatch.setattr(identifier, "classified", None)  # it is not asked
    assert language_of_text(text, language) == found == language


@pytest.mark.parametrize(
    ("text", "declared"),
    [(ENGLISH, "de"), (GERMAN, "en"), ("Le port sera fermé pour la première fois en quatre ans, a dit le conseil, et aucun des bateaux ne peut sortir.", "en")],
)  # fmt: skip
def test_a_declared_language_that_the_words_do_not_bear_out_is_not(text: str, declared: str) -> None:
    assert language_of_text(text, declared) == language_of_text(text, None) != declared
