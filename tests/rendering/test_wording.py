"""Which language does the program speak to its user, and does it say everything in it?"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from askcorpus.errors import UsageError
from askcorpus.language.plurals import form, forms
from askcorpus.rendering.wording import FALLBACK, SHELL, chosen, languages, said, speaker, spoken, texts
from askcorpus.server.words import PAGE
from askcorpus.telegram.texts import PACKAGE as BOT

SPOKEN = ("ar", "de", "en", "es", "fa", "fr", "id", "pt", "ru", "sw", "tr", "tt", "uk", "zh")
PLACE = re.compile(r"\{(\w+)\}")
EVERY = [(package, language) for package in (SHELL, BOT, PAGE) for language in SPOKEN]


def forms_of(text: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"other": text} if isinstance(text, str) else text


def test_shell_bot_and_page_speak_the_same_languages() -> None:
    assert languages(SHELL) == languages(BOT) == languages(PAGE) == SPOKEN


@pytest.mark.parametrize(("package", "language"), EVERY)
def test_no_language_lacks_a_text_or_has_one_too_many(package: str, language: str) -> None:
    assert list(texts(package, language)) == list(texts(package, FALLBACK))


@pytest.mark.parametrize(("package", "language"), EVERY)
def test_no_text_lacks_a_place_to_fill_or_has_another(package: str, language: str) -> None:
    """A form that only one number takes may say the number in words."""
    wrong = []
    for name, english in texts(package, FALLBACK).items():
        places = set(PLACE.findall(forms_of(english)["other"]))
        for which, text in forms_of(texts(package, language)[name]).items():
            may_lack = {"n"} if sum(form(language, n) == which for n in range(200)) == 1 else set()
            if not places - may_lack <= set(PLACE.findall(text)) <= places:
                wrong.append((name, which))
    assert wrong == []


@pytest.mark.parametrize(("package", "language"), EVERY)
def test_what_is_counted_has_every_form_of_the_language(package: str, language: str) -> None:
    counted = {name: text for name, text in texts(package, language).items() if not isinstance(text, str)}
    assert {name: set(text) for name, text in counted.items()} == {name: set(forms(language)) for name in counted}


@pytest.mark.parametrize(("package", "language"), EVERY)
def test_no_text_is_left_in_english(package: str, language: str) -> None:
    alike = {"took", "comma", "day", "original_button", "articles"}  # some are the same in German
    same = [
        name
        for name, english in texts(package, FALLBACK).items()
        if language != FALLBACK and name not in alike and texts(package, language)[name] == english
    ]
    assert same == []


@pytest.mark.parametrize(
    ("language", "one", "two", "five", "twenty_one"),
    [
        ("en", "1 independent source", "2 independent sources", "5 independent sources", "21 independent sources"),
        ("fr", "1 source indépendante", "2 sources indépendantes", "5 sources indépendantes", "21 sources indépendantes"),
        ("de", "1 unabhängige Quelle", "2 unabhängige Quellen", "5 unabhängige Quellen", "21 unabhängige Quellen"),
        ("tr", "1 bağımsız kaynak", "2 bağımsız kaynak", "5 bağımsız kaynak", "21 bağımsız kaynak"),
        ("ru", "1 независимый источник", "2 независимых источника", "5 независимых источников", "21 независимый источник"),
        ("uk", "1 незалежне джерело", "2 незалежні джерела", "5 незалежних джерел", "21 незалежне джерело"),
        ("ar", "مصدر مستقل واحد", "مصدران مستقلان", "5 مصادر مستقلة", "21 مصدرًا مستقلًا"),
    ],
)  # fmt: skip
def test_sources_are_counted_as_the_language_counts(
    language: str, one: str, two: str, five: str, twenty_one: str
) -> None:
    say = speaker(language)
    assert [say("sources", n=n) for n in (1, 2, 5, 21)] == [one, two, five, twenty_one]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("fr", "fr"), ("pt-BR", "pt"), ("pt_BR.UTF-8", "pt"), ("de@euro", "de"), ("RU", "ru"),
        ("C", "en"), ("C.UTF-8", "en"), ("POSIX", "en"), ("", "en"), (None, "en"),
        ("ja_JP.UTF-8", "en"),  # not spoken
        ("fil", "en"), ("arn", "en"), ("ast_ES", "en"),  # languages of their own, though they begin like others
    ],
)  # fmt: skip
def test_a_code_means_the_language_before_its_country(code: str | None, language: str) -> None:
    assert spoken(code) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "es_MX.UTF-8", "LANG": "fr_FR.UTF-8"}, "es"),
        ({"LC_ALL": "uk_UA.UTF-8", "LC_MESSAGES": "es_MX.UTF-8", "LANG": "fr_FR.UTF-8"}, "uk"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "tr_TR.UTF-8"}, "tr"),  # empty counts as not set
        ({"LC_CTYPE": "de_DE.UTF-8"}, "en"),  # letters, not messages
    ],
)
def test_the_environment_says_the_language_as_posix_orders_it(environment: dict[str, str], language: str) -> None:
    assert chosen(None, environment) == language


def test_what_the_user_chose_goes_before_the_environment() -> None:
    assert chosen("ru", {"LC_ALL": "fr_FR.UTF-8"}) == "ru"
    assert chosen("en", {"LC_ALL": "fr_FR.UTF-8"}) == "en"
    assert chosen("pt-BR", {}) == "pt"


def test_a_chosen_language_without_texts_is_an_error_that_names_those_with_texts() -> None:
    with pytest.raises(UsageError, match=r"'tlh'.*ar, de, en, es, fa, fr, id, pt, ru, sw, tr, tt, uk, zh"):
        chosen("tlh", {})


def test_a_text_may_have_any_value() -> None:
    assert said(SHELL, "en", "publisher", publisher="{n} & <Co>") == "by {n} & <Co>"
