"""By which languages' rules is a question read?"""

from __future__ import annotations

import pytest

from askcorpus.language.identify import asked_in

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
