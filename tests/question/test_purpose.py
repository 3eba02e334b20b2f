"""Is a greeting told from a question, and a question about the corpus from one to its articles?"""

from __future__ import annotations

import pytest

from askcorpus.question.purpose import Purpose, Talk, purpose, talk


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
