"""Is a greeting told from a question, and a question about the corpus from one to its articles?"""

from __future__ import annotations

import pytest

from askcorpus.question.purpose import Purpose, Talk, purpose, talk, without_courtesies


@pytest.mark.parametrize(
    "message",
    [
        *("Hello", "Thanks!", "Привет", "?", "yes", "Who are you?", "Merci beaucoup !", "👍", "谢谢！", "No", "Qui es-tu ?", "s'il vous plaît"),
        *("Hi! Thank you.", "مرحبا", "Danke schön", "Hola, buenos días", "🔥🔥", "…", "Guten Morgen!", "Дякую", "teşekkürler"),
    ],
)  # fmt: skip
def test_what_asks_nothing_is_talk(message: str) -> None:
    assert purpose(message) is Purpose.TALK


@pytest.mark.parametrize(
    ("message", "line"),
    [
        *(("Hello good morning", Talk.GREETING), ("Привет, спасибо!", Talk.THANKS), ("teşekkürler 👍", Talk.THANKS)),
        *(("👍", Talk.THANKS), ("🙏🙏", Talk.THANKS), ("❤️", Talk.THANKS), ("😡", Talk.GREETING), ("👍 hello", Talk.GREETING)),
        *(("Thanks, help me please", Talk.HELP), ("Hi! What can you do?", Talk.HELP), ("مساعدة", Talk.HELP)),
        *(("Hilfe bitte", Talk.HELP), ("Que puis-je demander ?", Talk.HELP), ("Як це працює?", Talk.HELP), ("ayuda", Talk.HELP)),
    ],
)  # fmt: skip
def test_thanks_and_a_call_for_help_have_lines_of_their_own(message: str, line: Talk) -> None:
    assert talk(message) is line


@pytest.mark.parametrize(
    "message",
    [
        *("How many articles do you have?", "List your sources", "Hi! How many articles do you have?", "Welche Quellen hast du?"),
        *("Combien d'articles as-tu ?", "Сколько у вас статей?", "¿Qué fuentes tienes?", "你有多少文章？"),
    ],
)  # fmt: skip
def test_what_asks_about_the_corpus_is_for_its_figures(message: str) -> None:
    assert purpose(message) is Purpose.FIGURES


@pytest.mark.parametrize(
    "message",
    [
        *("Hello, who won?", "🔥🔥 what burned down? 🔥", "May", "yes or no", "Who is the mayor?", "Nice", "rain", "How many articles did Vale write?"),
        *("Who says thank you?", "Which sources does the report name?", "2026", "谢谢市长的人是谁？"),
        *("Thank you note", "Good morning Mali", "help desk", "Danke Berlin", "Merci Jacques", "no fly zone", ""),
    ],
)  # fmt: skip
def test_everything_else_asks_the_articles(message: str) -> None:
    assert purpose(message) is Purpose.ANSWER


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Hello, I am a journalist at a small paper. We are preparing a piece on trams. Who runs Norlund? Thank you very much in advance!", "Who runs Norlund?"),
        ("Guten Tag! Ich bin Studentin. Wer leitet die Wasserbehörde? Vielen Dank im Voraus!", "Wer leitet die Wasserbehörde?"),
        ("Bonjour, je suis étudiante. Qui dirige Vautram ? Merci d'avance !", "Qui dirige Vautram ?"),
        ("Здравствуйте! Я журналист из маленькой газеты. Кто возглавляет Банк Сунда? Заранее спасибо!", "Кто возглавляет Банк Сунда?"),
        ("Hola, soy periodista. ¿Quién dirige Norlund? Muchas gracias.", "¿Quién dirige Norlund?"),
        ("你好，我是记者。大坝村车位有多少个？谢谢！", "大坝村车位有多少个？"),
        ("I am writing about the Kestrel. How many were hurt?", None),
        ("The ferry sank in May. How many died?", None),
        ("Ich schreibe über die Fähre Lomar. Wie viele starben?", None),
        ("We need 40 buses, said the mayor. Who pays?", None),
        ("Thanks. Tell me about Norlund", None),
        ("Who runs Norlund? Since when?", None),
    ],
)  # fmt: skip
def test_what_a_message_asks_is_left_of_it_where_the_rest_names_nothing(message: str, asked: str | None) -> None:
    assert without_courtesies(message) == (asked or message)
