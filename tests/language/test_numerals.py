"""Does every language find its own numbers, in digits and in words, and no other language's?"""

from __future__ import annotations

import pytest

from askcorpus.language.numerals import money_words, number_pattern, share_words, spelt
from askcorpus.language.tables import languages


def numbers(text: str, language: str | None) -> list[str]:
    return [m.group() for m in number_pattern(language).finditer(text)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It cost $38 million, 6.3% public; 400 came, twenty percent, 1,200 years.", ["$38 million", "6.3%", "400", "twenty percent", "1,200 years"]),
        ("en", "Two hundred of them, once; 12 tons, 5km, 3–5 days.", ["Two hundred", "once", "12 tons", "5km", "3–5"]),
        ("de", "Sie kostete 38 Millionen Euro, zwölf kamen, 6,3 Prozent.", ["38 Millionen", "zwölf", "6,3 Prozent"]),
        ("fr", "Elle compte 12 000 livres, trois salles, 6,3 pour cent.", ["12 000", "trois", "6,3 pour cent"]),
        ("es", "Costó 1,4 millones y murieron once.", ["1,4 millones", "once"]),
        ("it", "Sono morte sette persone, 38 milioni.", ["sette", "38 milioni"]),
        ("pt", "Morreram dezessete pessoas, 38 milhões.", ["dezessete", "38 milhões"]),
        ("nl", "Er stierven zeventien mensen, 38 miljoen.", ["zeventien", "38 miljoen"]),
        ("da", "Elleve mennesker, 38 millioner.", ["Elleve", "38 millioner"]),
        ("sv", "Elva människor, 38 miljoner.", ["Elva", "38 miljoner"]),
        ("fi", "Kolme ihmistä, 6,3 prosenttia.", ["Kolme", "6,3 prosenttia"]),
        ("hu", "Tizenegy ember, 38 millió.", ["Tizenegy", "38 millió"]),
        ("ro", "Unsprezece oameni, 6,3 la sută.", ["Unsprezece", "6,3 la sută"]),
        ("ru", "Трое погибли, 38 миллионов, 12млн.", ["Трое", "38 миллионов", "12млн"]),
        ("uk", "Одинадцять людей, 38 мільйонів.", ["Одинадцять", "38 мільйонів"]),
        ("pl", "Jedenastu ludzi, 38 milionów.", ["Jedenastu", "38 milionów"]),
        ("cs", "Jedenáct lidí, 38 milionů.", ["Jedenáct", "38 milionů"]),
        ("bg", "Единадесет души, 38 милиона.", ["Единадесет", "38 милиона"]),
        ("sr", "Једанаест људи, 38 miliona.", ["Једанаест", "38 miliona"]),
        ("tr", "On iki kişi öldü, 38 milyon.", ["On iki", "38 milyon"]),
        ("el", "Τρεις άνθρωποι, 38 εκατομμύρια, οκτώ τοις εκατό.", ["Τρεις", "38 εκατομμύρια", "οκτώ τοις εκατό"]),
        ("ar", "قتل 11 شخصا وأصيب ثلاثة، 38 مليون.", ["11", "ثلاثة", "38 مليون"]),
        ("fa", "سه نفر کشته شدند، ۳۸ میلیون.", ["سه", "۳۸ میلیون"]),
        ("he", "שלושה הרוגים, 38 מיליון.", ["שלושה", "38 מיליון"]),
        ("hi", "तीन लोग मारे गए, 38 करोड़, 6.3 प्रतिशत।", ["तीन", "38 करोड़", "6.3 प्रतिशत"]),
        ("id", "Dua belas orang, 38 juta.", ["Dua belas", "38 juta"]),
        ("vi", "Hai người, 38 triệu, năm 5.", ["Hai", "38 triệu", "5"]),
        ("sw", "Watu kumi na mbili, 38 milioni.", ["kumi na mbili", "38 milioni"]),
        ("zh", "有11人死亡，三人受伤，两百名学生，花费3.8亿元，统一。", ["11人", "三", "两百", "3.8亿"]),
        ("ja", "11人が死亡、三人がけが、費用は38億円、一方。", ["11人", "三", "38億"]),
        ("ko", "11명이 숨지고 두 명이 다쳤다. 38억 원, 네.", ["11명", "두", "38억"]),
        ("th", "เสียชีวิต 11 คน บาดเจ็บสามคน สามารถ", ["11 คน", "สาม"]),
    ],
)  # fmt: skip
def test_a_language_finds_its_numbers(language: str, text: str, expected: list[str]) -> None:
    assert numbers(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Sex, on an elf"),  # six in Swedish, ten in Turkish, eleven in German
        ("en", "Fire! To the cent, mil by mil."),  # four and two in Danish, a hundred in French, a thousand in Spanish
        ("es", "El tren trae a Six y a Ten"),
        ("fr", "Elle dort, dos à dos"),  # two in Spanish
        ("de", "Die Kinder once more"),
        ("tr", "Once more, ten pages"),
        ("pl", "Trio Tres Amigos"),
        ("sv", "To be or not to be"),
        ("fa", "نه، او نه گفت"),  # no, and nine
        ("vi", "năm nay"),  # year, and five
        ("ko", "네, 이 집 열쇠"),  # yes, and four; a key, and ten
        ("zh", "一些人统一意见"),
    ],
)
def test_no_language_pays_for_the_numbers_of_another(language: str, text: str) -> None:
    assert numbers(text, language) == []


def test_a_text_of_no_known_language_is_read_by_the_usual_ones() -> None:
    text = "zwölf, doce, douze, dodici, двенадцать, twelve, 5"
    assert (
        numbers(text, None) == numbers(text, "is") == ["zwölf", "doce", "douze", "dodici", "двенадцать", "twelve", "5"]
    )


@pytest.mark.parametrize(
    ("language", "word", "digits"),
    [
        *((None, "twelve", "12"), ("en", "ninety", "90"), ("de", "dreißig", "30"), ("es", "once", "11"), ("fr", "seize", "16")),
        *(("it", "venti", "20"), ("ru", "двадцать", "20"), ("pl", "jedenastu", "11"), ("tr", "yirmi", "20"), ("el", "πέντε", "5")),
        *(("fi", "kolmea", "3"), ("hi", "बारह", "12"), ("ar", "خمسة", "5"), ("nb", "tjue", "20"), ("ko", "스무", "20")),
    ],
)  # fmt: skip
def test_a_number_in_words_has_its_digits(language: str | None, word: str, digits: str) -> None:
    assert spelt(language)[word] == digits


def test_a_word_is_a_number_only_in_its_own_language() -> None:
    assert "once" not in spelt("en")
    assert "on" not in spelt("en")
    assert "elf" not in spelt("nb")
    assert spelt("is") == {}


def test_each_number_from_two_to_twenty_is_said_in_every_language_that_sets_spaces() -> None:
    missing = {
        language: {str(n) for n in range(2, 21)} - set(spelt(language).values())
        for language in languages("numerals")
        if language not in ("zh", "ja")  # these have characters of their own
    }
    several_words = {"tr", "id", "sw", "vi", "ar", "he", "fr"}  # "on iki"
    known = {"fa": {"9"}, "vi": {"5"}}
    assert {
        code: gap for code, gap in missing.items() if gap - known.get(code, set()) and code not in several_words
    } == {}


def test_shares_and_sums_are_told_by_the_language_s_own_words() -> None:
    assert "prozent" in share_words("de")
    assert "prozent" not in share_words("en")
    assert "%" in share_words("el")
    assert {"€", "million", "dollar"} <= set(money_words("en"))
    assert "тысяча" not in money_words("ru")
