"""Is a name heard in another script, and another name not?"""

from __future__ import annotations

import pytest

from askcorpus.language.sounds import heard, sound


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Ющенко", "Juschtschenko"), ("Минниханов", "Minnikhanov"), ("Гойта", "Goïta"), ("Казань", "Kazan"), ("Kasan", "Kazan")),
        *(("زيلينسكي", "Zelensky"), ("القاهرة", "Cairo"), ("الزيتونة", "Zaytuna"), ("נתניהו", "Netanyahu"), ("मोदी", "Modi")),
        *(("Гамбург", "Hamburg"), ("Уилсон", "Wilson"), ("Стамбул", "Istanbul"), ("Halep", "Aleppo")),
        *(("Αθήνα", "Athen"), ("ベルリン", "Berlin"), ("თბილისი", "Tbilisi"), ("Երևան", "Yerevan"), ("Трамп", "Trump"), ("กรุงเทพ", "Krungthep")),
    ],
)  # fmt: skip
def test_a_name_is_heard_in_another_script(one: str, other: str) -> None:
    assert heard(one, [sound(other)]) is not None
    assert heard(other, [sound(one)]) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Мадрид", "Berlin"),
        ("Minnikhanov", "Rakhimov"),
        ("Guterres", "Королёв"),
        ("Нил", "Amazon"),
        ("Tarvane", "Orvane"),
        ("الوادي", "Oduya"),
    ],
)
def test_another_name_is_not_heard(one: str, other: str) -> None:
    assert heard(one, [sound(other)]) is None


@pytest.mark.parametrize("word", ["2026", "a", "O", "", "Io", "?"])
def test_what_has_hardly_a_consonant_sounds_like_nothing(word: str) -> None:
    assert sound(word) == ""
    assert heard(word, ["brln"]) is None
    assert heard(word, []) is None


def test_the_nearest_of_several_is_heard() -> None:
    assert heard("Минниханов", [sound("Minkhan"), sound("Minnikhanov")]) == (sound("Minnikhanov"), 1.0)
