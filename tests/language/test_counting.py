"""Are the words of a number read together?  In each language as a newspaper writes them out."""

from __future__ import annotations

import pytest

from askcorpus.language.counting import counted
from askcorpus.language.words import words


@pytest.mark.parametrize(
    ("language", "text", "numbers"),
    [
        ("en", "two hundred and fifty-one of three thousand", [251, 3000]),
        ("en", "two and three, one of them; a hundred; 2.4 million", [2, 3, 2_400_000]),
        ("en", "one million and one", [1_000_001]),
        ("fr", "dix-huit, vingt et un, soixante-quinze, quatre-vingt-dix-sept", [18, 21, 75, 97]),
        ("fr", "deux cent mille, mille neuf cent douze, 40 pour cent", [200_000, 1912, 40]),
        ("de", "siebenundvierzig, einhundertfünfzig, zweitausendfünfhundert, vier von sieben", [47, 150, 2500, 4, 7]),
        ("de", "einer, hunderte, undicht", []),
        ("es", "ochocientos doce, treinta y dos, veintitrés, dos millones", [812, 32, 23, 2_000_000]),
        ("pt", "duzentos e cinquenta e um", [251]),
        ("it", "trecentosedici", [316]),
        ("nl", "vijfenzestig", [65]),
        ("ru", "триста шестнадцать, восемьдесят шесть миллионов", [316, 86_000_000]),
        ("tr", "yüz kırk milyon, yirmi altı, on dokuz", [140_000_000, 26, 19]),
        ("ar", "سبعمئة وخمسين مليون, أربعة عشر", [750_000_000, 14]),
    ],
)
def test_the_words_of_a_number_are_one_number(language: str, text: str, numbers: list[int]) -> None:
    every = list(words(text, language))
    parts = [
        one
        for one, following in zip(every, [*every[1:], None], strict=True)
        if following is None or not (one.start <= following.start and following.end <= one.end)
    ]
    assert [number.value for number in counted(text, parts, language)] == numbers
