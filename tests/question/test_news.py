"""Is a wish for news told from a question, in every language that the program speaks?"""

from __future__ import annotations

from datetime import date

import pytest

from askcorpus.question.news import news, period, said_of

TODAY = date(2026, 11, 26)  # a Thursday
YESTERDAY, LAST_WEEK = ("2026-11-25", "2026-11-25"), ("2026-11-12", "2026-11-26")


@pytest.mark.parametrize(
    "message",
    [
        *("What's new?", "news", "Hi! Any news, please?", "What is going on?", "Was gibt's Neues?", "Schlagzeilen", "Quoi de neuf ?"),
        *("¿Qué hay de nuevo?", "Últimas noticias", "O que há de novo?", "Что нового?", "Какие новости?", "Що нового?", "Останні новини"),
        *("What is new in my articles?", "Any news from the papers?", "Was gibt es Neues in meinen Artikeln?", "Что нового в моих статьях?"),
        *("ما الجديد في مقالاتي؟", "¿Qué hay de nuevo en mis artículos?", "Що нового у моїх статтях?"),
        *("Ne haber var?", "Son haberler", "ما الجديد؟", "آخر الأخبار", "Cosa c'è di nuovo?", "Wat is er nieuw?", "有什么新闻？"),
    ],
)  # fmt: skip
def test_who_asks_what_is_new_asks_for_anything_of_any_day(message: str) -> None:
    found = news(message)
    assert found is not None
    assert (found.about, bool(period(found, message, today=TODAY))) == ("", False)


@pytest.mark.parametrize(
    ("message", "days"),
    [
        *(("What happened yesterday?", YESTERDAY), ("Was ist gestern passiert?", YESTERDAY), ("Que s'est-il passé hier ?", YESTERDAY)),
        *(("¿Qué pasó ayer?", YESTERDAY), ("O que aconteceu ontem?", YESTERDAY), ("Что случилось вчера?", YESTERDAY)),
        *(("Що сталося вчора?", YESTERDAY), ("Dün ne oldu?", YESTERDAY), ("ماذا حدث أمس؟", YESTERDAY)),
        *(("What happened last week?", LAST_WEEK), ("Was ist letzte Woche passiert?", LAST_WEEK), ("Geçen hafta ne oldu?", LAST_WEEK)),
        *(("Что произошло на прошлой неделе?", LAST_WEEK), ("ماذا حدث الأسبوع الماضي؟", LAST_WEEK)),
        *(("news since 2026-11-22", ("2026-11-22", None)), ("What happened on Monday?", ("2026-11-23", "2026-11-24"))),
        *(("What happened on 16 November 2026?", ("2026-11-16", "2026-11-17")), ("What happened in May?", ("2026-05-01", "2026-05-31"))),
        *(("What happened in December?", ("2025-12-01", "2025-12-31")), ("what happened in 2024", ("2024-01-01", "2024-12-31"))),
    ],
)  # fmt: skip
def test_words_of_time_say_of_which_days(message: str, days: tuple[str, str | None]) -> None:
    found = news(message)
    assert found is not None
    where = period(found, message, today=TODAY)
    assert (found.about, where.since, where.until) == ("", *days)


@pytest.mark.parametrize(
    ("message", "about"),
    [
        *(("news about Zandou", "Zandou"), ("Tell me more about Norlund", "Norlund"), ("What do you have on Mali?", "Mali")),
        *(("Mali news", "Mali"), ("What's the latest on KV-418?", "KV-418"), ("Tell me about the Old Sund Bridge.", "the Old Sund Bridge")),
        *(("Nachrichten über Mali", "Mali"), ("Was hast du zu Norlund?", "Norlund"), ("nouvelles du Mali", "Mali"), ("Parlez-moi de Norlund", "Norlund")),
        *(("noticias sobre Mali", "Mali"), ("¿Qué sabes de Norlund?", "Norlund"), ("notícias do Mali", "Mali"), ("Fale mais sobre Norlund", "Norlund")),
        *(("новости о Зандоу", "Зандоу"), ("Что у тебя есть про Мали?", "Мали"), ("новини про Малі", "Малі"), ("Що у вас є про Малі?", "Малі")),
        *(("Mali hakkında ne var?", "Mali"), ("Mali'de neler oluyor?", "Mali"), ("أخبار مالي", "مالي"), ("ماذا لديك عن مالي؟", "مالي")),
        *(("What happened last week in Ostrel?", "Ostrel"), ("Was ist am Montag in Mali passiert?", "Mali"), ("новости Мали с октября", "Мали")),
        *(("news since 2026-11-22 about Zandou", "Zandou"), ("Что произошло вчера в Брнова-Локе?", "Брнова-Локе")),
    ],
)  # fmt: skip
def test_a_subject_is_what_stands_beside_the_wish_without_words_of_time(message: str, about: str) -> None:
    found = news(message)
    assert found is not None
    assert found.about == about


@pytest.mark.parametrize(
    "message", ["Tell me more about it", "What do you know about him?", "Расскажи подробнее о нём"]
)
def test_a_pronoun_is_no_subject_of_its_own(message: str) -> None:
    found = news(message)
    assert found is not None
    assert found.points_back


@pytest.mark.parametrize(
    "message",
    [
        *("Who is new?", "Who broke the news?", "Did Mali get the news?", "Is there news when it rains?"),
        *("What is new about the bridge that the king opened with two of his ministers?", "Tell me who won", "Tell me about what he said"),
        *("What did the Herald write?", "How many articles are about Mali?", "good news", "", "Mali", "Was ist Neues Deutschland?"),
        *("Что случилось с рейсом?", "Que s'est-il passé quand il est parti ?", "What is the news agency called?", "yesterday"),
    ],
)  # fmt: skip
def test_a_question_of_one_thing_is_no_wish_for_news(message: str) -> None:
    assert news(message) is None


@pytest.mark.parametrize(
    ("message", "about"),
    [
        *(("What happened to flight KV-418?", "flight KV-418"), ("What happened in Ostrel?", "Ostrel"), ("Was ist in Ostrel passiert?", "Ostrel")),
        *(("Que s'est-il passé à Zandiga ?", "Zandiga"), ("Что случилось в Мали?", "Мали"), ("¿Qué pasó en Ostrel?", "Ostrel")),
    ],
)  # fmt: skip
def test_what_happened_somewhere_may_be_one_thing_unless_it_is_asked_of_some_days(message: str, about: str) -> None:
    found = news(message)
    assert found is not None
    assert (found.about, found.one_thing) == (about, True)
    days = news(f"What happened in {about} yesterday?")
    assert days is not None
    assert not days.one_thing


@pytest.mark.parametrize(
    ("message", "outlet", "about"),
    [
        *(("What did the Herald write about Mali?", "the Herald", "Mali"), ("What has Coast Gazette reported on the strike in Sund?", "Coast Gazette", "the strike in Sund")),
        *(("Was hat der Kurier über den Streik berichtet?", "der Kurier", "den Streik"), ("Qu'a écrit Le Matin sur Bamako ?", "Le Matin", "Bamako")),
        *(("¿Qué dijo El Faro sobre la sequía?", "El Faro", "la sequía"), ("Что писала «Звезда» о Мали?", "Звезда", "Мали"), ("ماذا كتبت الصباح عن الجسر؟", "الصباح", "الجسر")),
    ],
)  # fmt: skip
def test_what_an_outlet_writes_about_something_is_asked_of_its_articles(message: str, outlet: str, about: str) -> None:
    found = news(message)
    assert found is not None
    assert (found.outlet, found.about, found.one_thing) == (outlet, about, False)


@pytest.mark.parametrize(
    ("words", "language", "since", "about"),
    [
        *(("", "en", None, ""), ("politics", "en", None, "politics"), ("week politics", "en", "2026-11-19", "politics")),
        *(("week politics", "ru", "2026-11-19", "politics"), ("неделя политика", "ru", "2026-11-19", "политика")),
        *(("周 政治", "zh", "2026-11-19", "政治"), ("أسبوع سياسة", "ar", "2026-11-19", "سياسة"), ("month", "tt", "2026-10-27", "")),
        *(("fashion week", "en", None, "fashion week"), ("Mali since May", "en", "2026-05-01", "Mali"), ("d", "en", None, "d")),
        *(("news about the Old Sund Bridge", "en", None, "the Old Sund Bridge"), ("W. B. Yeats, poet", "en", None, "W. B. Yeats, poet")),
    ],
)  # fmt: skip
def test_the_words_behind_a_command_say_of_which_days_and_what(
    words: str, language: str, since: str | None, about: str
) -> None:
    where, subject = said_of(words, today=TODAY, language=language)
    assert (where.since, subject) == (since, about)
