from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.question.filters import narrowed
from askcorpus.types import Filter

TODAY = date(2026, 7, 10)


def read(question: str, today: date = TODAY) -> Filter:
    return narrowed(question, today=today)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Who has resigned since May?", "2026-05-01", None),
        ("Who resigned before March 2025?", None, "2025-02-28"),
        ("Who had resigned until March 2025?", None, "2025-03-31"),
        ("What happened last week?", "2026-06-26", "2026-07-10"),
        ("What happened this week?", "2026-07-03", "2026-07-10"),
        ("What happened today?", "2026-07-10", "2026-07-10"),
        ("What happened yesterday?", "2026-07-09", "2026-07-09"),
        ("What happened last month?", "2026-06-01", "2026-06-30"),
        ("What was said since 2026-02-03?", "2026-02-03", None),
    ],
)
def test_a_question_that_says_when_is_narrowed_to_it(question: str, since: str | None, until: str | None) -> None:
    assert read(question) == Filter(since=since, until=until)


@pytest.mark.parametrize(
    "question",
    [
        "Who may open the bridge?",
        "What did the June report say?",
        "What did Theresa May announce?",
        "When was the bridge opened?",
        "According to the report, who won?",
        "According to Reutersville, who won?",
        "What was said on 2026-02-31?",
        "What was said after 9999-12-31?",
        "",
        "   ",
    ],
)
def test_a_doubtful_word_stays_a_word(question: str) -> None:
    assert read(question) == Filter()


@pytest.mark.parametrize(
    ("today", "since", "until"),
    [(date(2026, 1, 5), "2025-12-01", "2025-12-31"), (date(2024, 3, 31), "2024-02-01", "2024-02-29")],
)
def test_last_month_is_right_over_a_years_end_and_in_a_leap_year(today: date, since: str, until: str) -> None:
    assert read("What happened last month?", today) == Filter(since=since, until=until)


def test_before_and_after_a_day_leave_that_day_out_as_they_do_for_a_month() -> None:
    assert read("Who resigned before 2026-02-01?").until == "2026-01-31"
    assert read("Who resigned after 2026-02-01?").since == "2026-02-02"
    assert read("Who resigned after January 2026?").since == "2026-02-01"


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Wer ist seit Mai zurückgetreten?", "2026-05-01", None),
        ("Was geschah bis zum Juni 2024?", None, "2024-06-30"),
        ("Qui a démissionné depuis mai ?", "2026-05-01", None),
        ("Que s'est-il passé jusqu'en juin 2024 ?", None, '2024-06-30'),
        ("¿Quién dimitió desde mayo de 2024?", "2024-05-01", None),
        ("¿Qué pasó la semana pasada?", "2026-06-26", "2026-07-10"),
        ("Chi si è dimesso da maggio?", "2026-05-01", None),
        ("Quem renunciou desde maio de 2024?", "2024-05-01", None),
        ("Wie is sinds mei afgetreden?", "2026-05-01", None),
        ("Hvem er gået af siden maj?", "2026-05-01", None),
        ("Hvem har gått av siden mai 2024?", "2024-05-01", None),
        ("Vem har avgått sedan maj?", "2026-05-01", None),
        ("Vad hände förra veckan?", "2026-06-26", "2026-07-10"),
        ("Kuka on eronnut toukokuusta lähtien?", "2026-05-01", None),
        ("Mitä tapahtui ennen toukokuuta?", None, "2026-04-30"),
        ("Ki mondott le május óta?", "2026-05-01", None),
        ("Mi történt tegnap?", "2026-07-09", "2026-07-09"),
        ("Cine a demisionat începând cu mai 2024?", "2024-05-01", None),
        ("Кто ушёл в отставку с мая?", "2026-05-01", None),
        ("Хто пішов у відставку з травня?", "2026-05-01", None),
        ("Kto zrezygnował od maja?", "2026-05-01", None),
        ("Co się stało w zeszłym tygodniu?", "2026-06-26", "2026-07-10"),
        ("Kdo odstoupil od května?", "2026-05-01", None),
        ("Kto odstúpil od mája 2024?", "2024-05-01", None),
        ("Кой подаде оставка след май?", "2026-06-01", None),
        ("Ko je podneo ostavku od maja?", "2026-05-01", None),
        ("Tko je dao ostavku nakon listopada 2024?", "2024-11-01", None),
        ("Mayıs'tan beri kim istifa etti?", '2026-05-01', None),
        ("Dün ne oldu?", "2026-07-09", "2026-07-09"),
        ("Ποιος παραιτήθηκε από τον Μάιο;", "2026-05-01", None),
        ("Τι συνέβη χθες;", "2026-07-09", "2026-07-09"),
        ("من استقال منذ مايو؟", "2026-05-01", None),
        ("از مارس ۲۰۲۴ چه کسی استعفا داد؟", "2026-03-01", None),
        ("מי התפטר מאז מאי?", "2026-05-01", None),
        ("מה קרה אתמול?", "2026-07-09", "2026-07-09"),
        ("मई से किसने इस्तीफा दिया?", "2026-05-01", None),
        ("मई से पहले क्या हुआ?", None, "2026-04-30"),
        ("Siapa yang mengundurkan diri sejak Mei?", "2026-05-01", None),
        ("Ai đã từ chức kể từ tháng 5?", "2026-05-01", None),
        ("Nani alijiuzulu tangu Mei?", "2026-05-01", None),
        ("5月以来谁辞职了？", "2026-05-01", None),
        ("2024年6月后发生了什么？", "2024-07-01", None),
        ("昨天发生了什么？", "2026-07-09", "2026-07-09"),
        ("5月以降、誰が辞任しましたか？", "2026-05-01", None),
        ("5월부터 누가 사임했나요?", "2026-05-01", None),
        ("ใครลาออกตั้งแต่เดือนพฤษภาคม 2567", "2024-05-01", None),
        ("เกิดอะไรขึ้นเมื่อวาน", "2026-07-09", "2026-07-09"),
        ("Kes on alates maist tagasi astunud?", "2026-05-01", None),
        ("Kas atsistatydino nuo gegužės?", "2026-05-01", None),
        ("Kas atkāpās kopš maija?", "2026-05-01", None),
        ("Qui ha dimitit des del maig?", "2026-05-01", None),
    ],
)  # fmt: skip
def test_other_languages_say_when_in_their_own_words(question: str, since: str | None, until: str | None) -> None:
    assert read(question) == Filter(since=since, until=until)


@pytest.mark.parametrize(
    "question",
    [
        "Qui a vu la planète Mars ?",  # March only after "en" or the like
        "Wer war der Mai?",
        "Hvem er Mai?",
        "Kto to jest Maja?",
        "Kim Mayıs?",
        "Ko je ta maja?",
        "Mars projesi nedir?",
        "5月の報告書は何ですか？",  # the report of May
        "Chi ha detto marzo?",
        "Ce a spus raportul din mai?",
        "कल क्या हुआ?",  # yesterday and tomorrow
        "Wer war seit Maier im Amt?",
        "Who said in Maya?",
    ],
)
def test_a_month_that_no_word_puts_into_time_stays_a_word(question: str) -> None:
    assert read(question) == Filter()


def test_the_longest_words_decide_which_side_is_meant() -> None:
    assert read("मई से क्या हुआ?") == Filter(since="2026-05-01")
    assert read("मई से पहले क्या हुआ?") == Filter(until="2026-04-30")
    assert read("Was geschah bis zum Mai?") == Filter(until="2026-05-31")


def test_this_week_is_one_week_in_every_language() -> None:
    for question in ("What happened this week?", "Que s'est-il passé cette semaine ?", "Что произошло на этой неделе?"):
        assert read(question) == Filter(since="2026-07-03", until="2026-07-10")


def test_a_year_of_another_era_is_counted_as_ours() -> None:
    assert read("ใครลาออกตั้งแต่เดือนพฤษภาคม 2567") == read("Who has resigned since May 2024?")


def test_a_day_is_read_with_each_language_s_words() -> None:
    assert read("Wer trat seit 2026-02-03 zurück?") == Filter(since="2026-02-03")
    assert read("Кто ушёл в отставку после 2026-02-03?") == Filter(since="2026-02-04")
    assert read("2026-02-03から何が起きましたか？") == Filter(since="2026-02-03")


@given(st.text(max_size=80), st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_any_question_can_be_read_and_its_period_is_in_order(question: str, today: date) -> None:
    found = narrowed(question, today=today)
    assert found.since is None or found.until is None or found.since <= found.until
