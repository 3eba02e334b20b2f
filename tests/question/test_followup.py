"""Which questions cannot be understood without the one before?"""

from __future__ import annotations

import pytest

from askcorpus.question.followup import goes_on, subject, what_goes_before


@pytest.mark.parametrize(
    "question",
    [
        *(
            "And its second phase?",
            "When?",
            "why",
            "How many exactly?",
            "What about the cost?",
            "Who owns it?",
            "… and the price?",
        ),
        *("When did they leave?", "Is he still minister?", "And Mali?", "How much did it cost?", "the price …?"),
        *("Et son coût ?", "Combien ?", "Depuis quand est-il là ?", "Mais pourquoi ?"),
        *("А его стоимость?", "Когда?", "Кто ею владеет и сколько их?", "И почему?"),
        *("Und wann?", "Wie viele genau?", "Aber warum?", "Wann ist er gestorben?"),
        *("¿Y cuándo?", "¿Cuántos?", "E quando?", "Perché?", "E por quê?", "En hoeveel?", "Wanneer is hij overleden?"),
        *(
            "Og hvornår?",
            "Hvorfor ikke?",
            "Och varför?",
            "Entä hinta?",
            "És mikor?",
            "Și când?",
            "A kiedy?",
            "Ile dokładnie?",
        ),
        *("A proč?", "Kdy zemřel on?", "А коли?", "А кога?", "Ve ne zaman?", "Neden?", "Και πότε;", "Γιατί;"),
        *("متى؟", "لكن لماذا؟", "متى هو؟", "او کجا به دنیا آمد؟", "מתי?", "מתי הוא התפטר?", "वह कब आया?", "क्यों?"),
        *(
            "Dan kapan?",
            "Và khi nào?",
            "Na lini?",
            "为什么？",
            "他什么时候辞职？",
            "彼はいつ辞任しましたか？",
            "なぜ？",
            "왜?",
            "그는 언제 사임했나요?",
        ),
        *("ทำไม", "เขาลาออกเมื่อไร", "Millal?", "Kodėl?", "Kāpēc?", "I quan?"),
    ],
)
def test_a_question_that_leans_on_the_one_before_goes_on(question: str) -> None:
    assert goes_on(question)


@pytest.mark.parametrize(
    "question",
    [
        *("When was that?", "What happened next?", "Who else?", "By whom?", "Is that true?", "Tell me more", "Tell me more about it"),
        *("Then what about Norlund?", "Wann war das?", "Wer noch?", "Stimmt das?", "Wie viele davon starben?", "Von wem?", "Erzähl mir mehr"),
        *("C'était quand ?", "Qui d'autre ?", "Combien ça coûte ?", "Par qui ?", "Combien en sont morts ?", "Où est-ce ?"),
        *("¿Dónde nació?", "¿Cuándo fue eso?", "¿Quién más?", "¿Qué pasó después?", "¿Qué edad tiene?", "Cuéntame más"),
        *("Quando foi isso?", "O que mais?", "Onde nasceu?", "Que idade tem?", "Por quem?", "Conte-me mais"),
        *("Когда это было?", "Кто ещё?", "Сколько это стоит?", "Что было потом?", "Какие?", "Расскажи подробнее"),
        *("Коли це було?", "Хто ще?", "Скільки це коштує?", "Чому так?", "Які?", "Розкажи більше"),
        *("Nerede doğdu?", "Bu ne zaman oldu?", "Başka kim?", "Peki Norlund?", "Peki maliyeti?", "Sonra ne oldu?", "O ne dedi?"),
        *("أين ولد؟", "متى كان ذلك؟", "ماذا أيضا؟", "والتكلفة؟", "وكم عمره؟", "وفي 2025؟", "كم منهم ماتوا؟", "ماذا حدث بعد ذلك؟"),
    ],
)  # fmt: skip
def test_what_names_nothing_of_its_own_goes_on_in_every_language_of_the_interface(question: str) -> None:
    assert goes_on(question)


@pytest.mark.parametrize(
    "question",
    [
        *("Who said that Mali left?", "How many people live there in Mali?", "¿Quién ganó?", "¿Dónde está Mali?", "Kim kazandı?"),
        *("ما هي عاصمة مالي؟", "من هو رئيس مالي؟", "متى الانتخابات؟", "Wann ist das Spiel in Ostrel?", "Где это Зандоу?"),
        *("When did the ferry that sank leave the port?", "Tell me more about Norlund", "What happened yesterday?"),
    ],
)  # fmt: skip
def test_what_names_its_subject_stands_alone_in_every_language(question: str) -> None:
    assert not goes_on(question)


@pytest.mark.parametrize(
    ("question", "language", "about"),
    [
        ("Who won the election in Skarvik?", "en", "Skarvik"),
        ("How far is flight KV-418 from Port Zelin?", "en", "KV-418 Port Zelin"),
        ("Сколько стоит завод Камполимер?", "ru", "Камполимер"),
        ("Wer führt die Fugenflicker an?", "de", ""),  # any noun has a capital
        ("Who won?", "en", ""),
    ],
)
def test_what_a_question_is_about_are_its_names(question: str, language: str, about: str) -> None:
    assert subject(question, language) == about


@pytest.mark.parametrize(
    "question",
    [
        *(
            "When did Mali close its airspace?",
            "What is the capacity of the refinery?",
            "Who won?",
            "Where is Andorra?",
            "Wann hat Mali seinen Luftraum geschlossen?",
            "Wie viele Tote gab es in Mali?",
            "Wat zijn de gevolgen van de brand?",  # zijn: are, and his
            "Kiedy Mali zamknęło swoją przestrzeń?",
            "马里什么时候关闭它的领空？",  # no capitals: only a pronoun that comes first stands for nothing here
            "マリはいつ彼の領空を閉鎖しましたか？",
            "متى أغلقت مالي مجالها وهو محظور؟",
            "Mali hava sahasını ne zaman kapattı?",
            "",
        ),
        *(
            "Did the minister say that the plant will open before the end of its second year?",
            "Who said that Mali left?",
        ),
        *(
            "Quelle est la capacité de la raffinerie ?",
            "Quand le Mali a-t-il fermé son espace aérien ?",
            "Где добывают золото?",
        ),
        *("Какова мощность завода?", "Why was the mine closed?", "Is Amazon buying its rival?"),
    ],
)
def test_a_question_that_stands_alone_does_not(question: str) -> None:
    assert not goes_on(question)


def test_the_earlier_question_gives_way_where_both_are_too_long() -> None:
    assert what_goes_before("What is A?", "And B?") == "What is A?"
    earlier = what_goes_before("word " * 200, "b" * 300)
    assert 190 < len(earlier) <= 199
    assert set(earlier.split()) == {"word"}
    assert what_goes_before("word " * 200, "b" * 500) == ""
