"""Does every language find its own dates, and no other language's?"""

from __future__ import annotations

from datetime import date

import pytest
from babel import Locale

from askcorpus.language.calendar import common_words, date_pattern, date_words
from askcorpus.language.tables import languages, listed, table

LOCALES = {"no": "nb"}


def dates(text: str, language: str | None) -> list[str]:
    return [m.group() for m in date_pattern(language).finditer(text)]


def names(language: str, *rows: str) -> list[set[str]]:
    """The words of several rows together, by their place."""
    lists = [table("calendar", language).get(row, ()) for row in rows]
    length = max(map(len, lists))
    return [{word.rstrip("*") for words in lists if words for word in listed(words[i])} for i in range(length)]


def plain(name: str) -> str:
    return name.lower().replace("ʼ", "'").removeprefix("de ").removeprefix("d’").removesuffix("ٔ")


@pytest.mark.parametrize("language", languages("calendar"))
def test_the_months_are_those_of_cldr(language: str) -> None:
    of_cldr = Locale.parse(LOCALES.get(language, language)).months["format"]["wide"]
    for number, known in enumerate(names(language, "months", "short"), 1):
        assert any(plain(of_cldr[number]).startswith(name) for name in known), of_cldr[number]


@pytest.mark.parametrize("language", languages("calendar"))
def test_the_weekdays_are_those_of_cldr(language: str) -> None:
    of_cldr = Locale.parse(LOCALES.get(language, language)).days["format"]["wide"]
    for number, known in enumerate(names(language, "weekdays")):
        assert any(plain(of_cldr[number]).startswith(name) for name in known), of_cldr[number]


@pytest.mark.parametrize("language", languages("calendar"))
def test_no_word_is_two_months_of_one_language(language: str) -> None:
    months = names(language, "months", "oblique", "locative", "short")
    assert sum(map(len, months)) == len(set().union(*months))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It opened on 14 March 2026, on Monday, in the 1990s and the 12th century.", ["14 March 2026", "Monday", "1990s", "12th century"]),
        ("en", "On May 5, 2024, in Sept. 2023, on the 3rd of June and in 44 BC.", ["May 5, 2024", "Sept. 2023", "3rd of June", "44 BC"]),
        ("de", "Am 3. Mai 2025, im 19. Jahrhundert, Mittwoch.", ["3. Mai 2025", "19. Jahrhundert", "Mittwoch"]),
        ("fr", "Le 1er mars 2024, en mars, au XIXe siècle.", ["1er mars 2024", "mars", "XIXe siècle"]),
        ("es", "El 3 de mayo de 2024, en el siglo XIX.", ["3 de mayo de 2024", "siglo XIX"]),
        ("it", "Il 3 maggio 2024, a giugno.", ["3 maggio 2024", "giugno"]),
        ("pt", "Em 3 de maio de 2024 e em junho.", ["3 de maio de 2024", "junho"]),
        ("nl", "Op 3 mei 2024, in juni.", ["3 mei 2024", "juni"]),
        ("da", "Den 3. maj 2024 og i juni.", ["3. maj 2024", "juni"]),
        ("sv", "Den 3 maj 2024 och på tisdag.", ["3 maj 2024", "tisdag"]),
        ("fi", "12. toukokuuta 2024 ja kesäkuussa.", ["12. toukokuuta 2024", "kesäkuussa"]),
        ("hu", "2024. május 12., júniusban.", ["2024. május 12.", "júniusban"]),
        ("ro", "Pe 3 mai 2024, nu mai târziu.", ["3 mai 2024"]),
        ("ru", "14 ноября 2024 года, в XIX веке.", ["14 ноября 2024", "XIX веке"]),
        ("uk", "14 листопада 2024 року, у травні.", ["14 листопада 2024", "травні"]),
        ("pl", "12 listopada 2024 r., w maju.", ["12 listopada 2024", "maju"]),
        ("cs", "12. listopadu 2024, v květnu.", ["12. listopadu 2024", "květnu"]),
        ("bg", "На 12 май 2024 г., през юни.", ["12 май 2024", "юни"]),
        ("sr", "12. маја 2024. и u junu.", ["12. маја 2024", "junu"]),
        ("hr", "12. svibnja 2024., u lipnju.", ["12. svibnja 2024", "lipnju"]),
        ("tr", "12 Mayıs 2024, Haziran'da.", ["12 Mayıs 2024", "Haziran"]),
        ("el", "Στις 12 Μαΐου 2024, τον Ιούνιο.", ["12 Μαΐου 2024", "Ιούνιο"]),
        ("ar", "في 12 مايو 2024 وفي آذار.", ["12 مايو 2024", "آذار"]),
        ("fa", "۱۲ مارس ۲۰۲۴، او می‌گوید.", ["۱۲ مارس ۲۰۲۴"]),
        ("he", "ב-12 במאי 2024, ביוני.", ["12 במאי 2024", "ביוני"]),
        ("hi", "12 मई 2024 को, जून में, 19वीं शताब्दी.", ["12 मई 2024", "जून", "19वीं शताब्दी"]),
        ("id", "Pada 12 Mei 2024 dan Juni.", ["12 Mei 2024", "Juni"]),
        ("vi", "Ngày 12 tháng 3 năm 2024, tháng 5.", ["Ngày 12 tháng 3 năm 2024", "tháng 5"]),
        ("sw", "Tarehe 12 Mei 2024, mwezi Juni.", ["12 Mei 2024", "Juni"]),
        ("zh", "他于2024年5月12日星期三去世，19世纪。", ["2024年5月12日", "星期三", "19世纪"]),
        ("ja", "2024年5月12日(日)、6月に。", ["2024年5月12日", "(日)", "6月"]),
        ("ko", "2024년 5월 12일 월요일에, 6월에는.", ["2024년 5월 12일", "월요일", "6월"]),
        ("th", "วันที่ 12 มีนาคม 2567 และ 12 มี.ค. 2567", ["12 มีนาคม 2567", "12 มี.ค. 2567"]),
        ("lt", "2024 m. gegužės 12 d., birželį.", ["2024 m. gegužės 12 d.", "birželį"]),
        ("lv", "2024. gada 12. maijā, jūnijā.", ["2024. gada 12. maijā", "jūnijā"]),
        ("ca", "El 3 d’abril de 2024.", ["3 d’abril de 2024"]),
    ],
)  # fmt: skip
def test_a_language_finds_its_dates(language: str, text: str, expected: list[str]) -> None:
    assert [found for found in dates(text, language) if found not in common_words(language)] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mars has no moon called Mai; Jan Berg and Ara Mart met Set."),
        ("en", "They may march on."),
        ("es", "El mar, la mar."),
        ("pt", "Dez pessoas, fora do set, de mar a mar."),
        ("it", "Sabato mio, no: sabati; mar Nero."),
        ("nl", "Do it again, za."),
        ("hu", "A nap süt."),  # Sun, and day
        ("fa", "او می رود و مه غلیظ است."),  # a verb's prefix, and fog
        ("th", "จันทร์โอชา"),  # a name that begins like Monday
        ("zh", "一月球的日"),
    ],
)  # fmt: skip
def test_no_language_pays_for_the_months_of_another(language: str, text: str) -> None:
    found = [found for found in dates(text, language) if found not in common_words(language)]
    assert found == ([] if language not in ("it", "zh") else found[:1])


def test_a_text_of_no_known_language_is_read_by_the_usual_ones() -> None:
    text = "12 March, 3. Mai, 1er mars, 3 de mayo, 14 ноября"
    assert dates(text, None) == dates(text, "is") == ["12 March", "3. Mai", "1er mars", "3 de mayo", "14 ноября"]
    assert {"mars", "mai", "may"} <= common_words(None)
    assert "mars" not in common_words("fr")


def test_the_words_of_dates_are_those_of_the_language() -> None:
    assert "mittwoch" in date_words("de")
    assert "mittwoch" not in date_words("en")
    assert {"may", "mai", "mayo", "мая"} <= date_words(None)


def test_every_language_finds_each_day_of_a_year_as_it_writes_it() -> None:
    for language in languages("calendar"):
        months = table("calendar", language)["months"]
        for number, known in enumerate(months, 1):
            for name in listed(known):
                day = date(2025, number, 12)
                written = f"{day.day} {name.rstrip('*')}"
                assert written in [found.rstrip(".") for found in dates(written, language)], (language, written)
