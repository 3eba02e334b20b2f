from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.answer.marks import dateline, mark, stands_in
from askcorpus.question.reading import Asked, asked


def read(question: str, language: str) -> Asked:
    return asked(question, language, lambda words: [2.0] * len(words))


def marked(question: str, quote: str, language: str = "en") -> str | None:
    span = mark(quote, read(question, language), (0, len(quote)))
    return quote[span[0] : span[1]] if span else None


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("Which company bought the Lund shipyard?", "The Lund shipyard, a Norwegian landmark, was bought by Malmverk.", "Malmverk"),
        ("Which company owns the mill?", "The Russian mill is owned by Nordtre.", "Nordtre"),
        ("Which bank lent the money?", "In Oslo the money was lent to Ravn Ltd by Sund Bank.", "Sund Bank"),
        ("Where was the treaty signed?", "The treaty, which Ada Berg had drafted, was signed in Hovden.", "Hovden"),
        ("Who signed the treaty?", "The treaty was signed in Hovden by Ada Berg.", "Ada Berg"),
        ("Who opened the bridge?", "In October the bridge was opened by Ingrid Vale.", "Ingrid Vale"),
        ("What percentage of the voters came?", "Of 21,000 voters 63% came.", "63%"),
        ("How much did the bridge cost?", "The bridge, planned in 1998, cost $38 million.", "$38 million"),
        ("How many ships sank?", "In 1917 the storm sank 14 ships.", "14"),
        ("In which year was it closed?", "It was closed in March after 1987 had brought losses.", "1987"),
    ],
)  # fmt: skip
def test_the_thing_that_fits_the_question_is_marked_not_the_nearest_one(
    question: str, quote: str, expected: str
) -> None:
    assert marked(question, quote) == expected


@pytest.mark.parametrize(
    ("question", "quote", "language", "expected"),
    [
        ("Wer hat den Vertrag unterschrieben?", "Der Vertrag wurde von Ada Berg im Rathaus unterschrieben.", "de", "Ada Berg"),
        ("¿Quién firmó el tratado?", "El tratado fue firmado en Hovden por Ada Berg.", "es", "Ada Berg"),
        ("¿Dónde se firmó el tratado?", "El tratado de Ada Berg se firmó en Hovden.", "es", "Hovden"),
        ("Где подписали договор?", "Договор, который составила Ада Берг, подписали в Ховдене.", "ru", "Ховдене"),
        ("Wer leitet die Untersuchung?", "Die Untersuchung der Feuerwehr leitet Karin Holz.", "de", "Karin Holz"),
        ("Qui a signé le traité ?", "Le traité a été signé à Hovden par Ada Berg.", "fr", "Ada Berg"),
        ("Quem assinou o tratado?", "O tratado foi assinado em Hovden por Ada Berg.", "pt", "Ada Berg"),
        ("Wie ondertekende het verdrag?", "Het verdrag werd in Hovden door Ada Berg ondertekend.", "nl", "Ada Berg"),
        ("Kto podpisał traktat?", "Traktat został podpisany w Hovden przez Adę Berg.", "pl", "Adę Berg"),
        ("Gdzie podpisano traktat?", "Traktat, który napisała Ada Berg, podpisano w Hovden.", "pl", "Hovden"),
        ("Vem undertecknade fördraget?", "Fördraget undertecknades i Hovden av Ada Berg.", "sv", "Ada Berg"),
        ("Πόσο κόστισε η γέφυρα;", "Η γέφυρα, του 1998, κόστισε 38 εκατομμύρια ευρώ.", "el", "38 εκατομμύρια"),
        ("Kaç kişi öldü?", "2024 yangınında on iki kişi öldü.", "tr", "on iki"),
        ("大桥什么时候开通？", "大桥于2024年5月12日开通。", "zh", "2024年5月12日"),
        ("पुल कब खोला गया?", "पुल 12 मई 2024 को खोला गया।", "hi", "12 मई 2024"),
    ],
)  # fmt: skip
def test_the_rules_hold_in_other_languages(question: str, quote: str, language: str, expected: str) -> None:
    assert marked(question, quote, language) == expected


def test_an_adjective_is_marked_where_nothing_else_is_named() -> None:
    assert marked("Who won the match?", "The Norwegian won the match.") == "Norwegian"


def test_nothing_is_marked_where_nothing_of_the_kind_is_named() -> None:
    assert marked("When was it closed?", "It was closed by Malmverk.") is None
    assert marked("Why was it closed?", "It was closed by Malmverk in 1987.") is None


@given(st.text(max_size=120), st.text(max_size=120), st.sampled_from(["en", "de", "es", "ru", "zh"]))
def test_any_mark_lies_in_its_quote(question: str, quote: str, language: str) -> None:
    span = mark(quote, read(question, language), (0, len(quote)))
    assert span is None or 0 <= span[0] < span[1] <= len(quote)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("SUND - The ferry left.", "The ferry"),
        ("SUND (PSW) - A boy was saved.", "A boy"),
        ("OLD SUND, Monday - Seventeen drowned.", "Seventeen"),
        ("СУНД - Паром ушёл.", "Паром"),
        ("مرسى النخيل - توج النادي", "توج"),
        ("قال رئيس البلدية محمد علي - وهو طبيب", "قال"),
        ("Sund - a town of ten thousand.", "Sund"),
        ("The ferry left Sund - at noon.", "The ferry"),
        ("", ""),
    ],
)
def test_a_dateline_is_no_part_of_what_is_said(text: str, begins: str) -> None:
    assert text[dateline(text) :].startswith(begins)
    assert dateline("A" * 100_000 + " - ") == 0


@pytest.mark.parametrize(
    ("sentence", "name", "there"),
    [
        ("They met in the narrow gorge of Suhodol.", "Suhodol", True),
        ("Es geschah bei Sund.", "Sund", False),  # read as English
        ("Its ties with Moscow grow.", "Moscow", False),
        ("Sund lies there.", "Sund", False),
    ],
)
def test_a_place_stands_behind_a_word_that_says_so(sentence: str, name: str, there: bool) -> None:
    start = sentence.index(name)
    assert stands_in(sentence, (start, start + len(name)), "en") is there
