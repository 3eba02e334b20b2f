"""Which words are forms of one name, and which are names that look alike?"""

from __future__ import annotations

import pytest

from askcorpus.language.endings import look_alike, one_form

FORMS = (
    ("en", "nimvarskar", "nimvarskars nimvarskarian"), ("en", "odrava", "odravan"), ("en", "tellmar", "telmar tellmars"),
    ("de", "nimvarskar", "nimvarskarer"), ("ru", "нимваргард", "нимваргарде нимваргардом нимваргардского"),
    ("ru", "караваев", "караваева караваевым"), ("tr", "nimvargard", "nimvargardda nimvargardın"),
    ("fi", "turku", "turun turussa"), ("fi", "nimvarlahti", "nimvarlahden nimvarlahdessa"),
    ("ar", "نيمفارسكار", "بنيمفارسكار ونيمفارسكار"), ("ar", "المياه", "مياه للمياه وبالمياه بمياهها"), ("ar", "مياه", "المياه والمياه لمياه"),
    ("ar", "النهر", "نهر بنهر والنهر"), ("ar", "للوزارة", "وزارة الوزارة بوزارته"), ("ar", "وهران", "بوهران لوهران"),
    ("he", "ירושלים", "בירושלים מירושלים"), ("he", "מירושלים", "לירושלים"), ("he", "הנהר", "נהר בנהר מהנהר"), ("ru", "nimvargard", "нимваргарде"),
)  # fmt: skip
NAMESAKES = (
    ("en", "nimvarskar", "nimvargard nimvarholt"), ("en", "ykaleskar", "ykalebury"), ("en", "tellmar", "tellmark"),
    ("en", "lahtela", "lahtinen"), ("en", "lahn", "kahn"), ("en", "nimvarholm", "nimvarholt"), ("de", "nimvarskar", "nimvargarder"),
    ("ru", "нимваргард", "нимварскаре"), ("ru", "караваев", "каравелов"), ("tr", "nimvargard", "nimvarskarda"),
    ("ar", "نيمفارسكار", "نيمفارغارد"), ("ar", "الزاوية", "الزاهية بالزاهية"), ("he", "נימברסקר", "בנימברגרד נימברגרד"), ("ru", "nimvargard", "нимварскаре"),
)  # fmt: skip


@pytest.mark.parametrize(("language", "name", "words"), FORMS)
def test_a_name_is_known_in_every_form(language: str, name: str, words: str) -> None:
    assert [one_form(name, word, language) for word in words.split()] == [True] * len(words.split())


@pytest.mark.parametrize(("language", "name", "words"), NAMESAKES)
def test_a_name_that_looks_alike_is_none_of_its_forms(language: str, name: str, words: str) -> None:
    for word in words.split():
        assert look_alike(name, word)
        assert not one_form(name, word, language)
