"""Which lines of a page are its date, in every language?"""

from __future__ import annotations

import pytest

from askcorpus.language.dates import any_date, date_line, is_of_change


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published: 12 March 2025, 14:30 GMT", "2025-03-12T14:30:00+00:00"),
        ("10:30 AM EST, March 5, 2025", "2025-03-05"),
        ("March 5, 2025 3:45 p.m. EDT", "2025-03-05T15:45:00-04:00"),
        ("Mis à jour le 12 mars 2025 à 14h30", "2025-03-12T14:30:00"),
        ("Stand: 12.03.2025, 14:30 Uhr", "2025-03-12T14:30:00"),
        ("Mittwoch, 12. März 2025", "2025-03-12"),
        ("12 de marzo de 2025", "2025-03-12"),
        ("Pubblicato il 12 marzo 2025 alle 14:30", "2025-03-12T14:30:00"),
        ("12 março 2025 às 14h30", "2025-03-12T14:30:00"),
        ("Gepubliceerd op 12 maart 2025 om 14:30 uur", "2025-03-12T14:30:00"),
        ("Offentliggjort 12. marts 2025 kl. 14.30", "2025-03-12T14:30:00"),
        ("Publicerad 12 mars 2025 kl. 14.30", "2025-03-12T14:30:00"),
        ("Julkaistu 12.3.2025 klo 14.30", "2025-03-12T14:30:00"),
        ("keskiviikkona 12. maaliskuuta 2025", "2025-03-12"),
        ("2025. március 12., szerda", "2025-03-12"),
        ("Publicat la 12 martie 2025, ora 14:30", "2025-03-12T14:30:00"),
        ("Среда, 12 марта 2025, 14:30 МСК", "2025-03-12T14:30:00+03:00"),
        ("12 марта 2025 г., 14:30", "2025-03-12T14:30:00"),
        ("12 березня 2025 року о 14:30", "2025-03-12T14:30:00"),
        ("Opublikowano: 12 listopada 2025, 14:30", "2025-11-12T14:30:00"),
        ("środa, 12 marca 2025 r.", "2025-03-12"),
        ("Publikováno 12. listopadu 2025 14:30", "2025-11-12T14:30:00"),
        ("12. marca 2025", "2025-03-12"),
        ("Публикувано на 12 март 2025 г. в 14:30 ч.", "2025-03-12T14:30:00"),
        ("12. март 2025. године", "2025-03-12"),
        ("12 Mart 2025 Çarşamba 14:30", "2025-03-12T14:30:00"),
        ("AĞUSTOS 5, 2024", "2024-08-05"),
        ("วันพุธที่ 12 มีนาคม พ.ศ. 2568", "2025-03-12"),
        ("۲۲ اسفند ماه ۱۴۰۳", "2025-03-12"),
        ("الأربعاء، 12 مارس/آذار 2025، 10:30 صباحًا", "2025-03-12T10:30:00"),
        ("12 मार्च 2025, सुबह 10:30 बजे", "2025-03-12T10:30:00"),
        ("2025年03月12日 08:15", "2025-03-12T08:15:00"),
        ("令和7年3月12日", "2025-03-12"),
        ("令和元年5月1日", "2019-05-01"),
        ("民國114年3月12日", "2025-03-12"),
        ("12. ožujka 2025. u 10:30", "2025-03-12T10:30:00"),
        ("12/Mar/2025 08:15", "2025-03-12T08:15:00"),
        ("12 ΜΑΪΟΥ 2025", "2025-05-12"),
        ("نشر في 12 مارس 2025", "2025-03-12"),
        ("12 كانون الثاني 2025", "2025-01-12"),
        ("۱۲ مارس ۲۰۲۵", "2025-03-12"),
        ("פורסם בתאריך 12 במרץ 2025 בשעה 14:30", "2025-03-12T14:30:00"),
        ("प्रकाशित: १२ मार्च २०२५", "2025-03-12"),
        ("Rabu, 12 Maret 2025 14:30 WIB", "2025-03-12T14:30:00+07:00"),
        ("Thứ tư, 12 tháng 3 năm 2025", "2025-03-12"),
        ("12 Machi 2025", "2025-03-12"),
        ("发布时间：2025年3月12日 14时30分", "2025-03-12T14:30:00"),
        ("2025年3月12日(水) 午後2時30分", "2025-03-12T14:30:00"),
        ("2025년 3월 12일 오후 2시 30분", "2025-03-12T14:30:00"),
        ("입력 2025.03.12. 14:30", "2025-03-12T14:30:00"),
        ("12 มีนาคม 2568 14:30 น.", "2025-03-12T14:30:00"),
        ("12. märts 2025", "2025-03-12"),
        ("2025 m. kovo 12 d.", "2025-03-12"),
        ("2025. gada 12. marts", "2025-03-12"),
        ("3 d'abril de 2025", "2025-04-03"),
        ("2025/04/13", "2025-04-13"),
        ("2024-05-06T10:20:30+02:00", "2024-05-06T10:20:30+02:00"),
    ],
)
def test_a_line_that_is_a_date_is_read(line: str, expected: str) -> None:
    assert date_line(line) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1403-12-22", "2025-03-12"),
        ("۱۴۰۳/۱۲/۲۲", "2025-03-12"),
        ("۲۲ اسفند ۱۴۰۳", "2025-03-12"),
        ("چهارشنبه ۲۲ اسفند ۱۴۰۳ ساعت ۱۰:۳۰", "2025-03-12T10:30:00"),
        ("1 فروردین 1400", "2021-03-21"),
        ("30 اسفند 1399", "2021-03-20"),
        ("30 اسفند 1400", None),  # no leap year
        ("1357-11-22", "1979-02-11"),
        ("1445-01-01", None),  # of the years to come
        ("2568-03-12", "2025-03-12"),
        ("2568-03-12T08:15:00+07:00", "2025-03-12T08:15:00+07:00"),
        ("12/03/2568", "2025-03-12"),
        ("12 มี.ค. 2568", "2025-03-12"),
    ],
)
def test_the_years_of_persia_and_thailand_are_counted_as_ours(text: str, expected: str | None) -> None:
    assert any_date(text) == expected


def test_the_day_s_dot_tells_the_months_of_neighbours_apart() -> None:
    assert date_line("12 listopada 2024") == "2024-11-12"  # Warsaw
    assert date_line("12. listopada 2024.") == "2024-10-12"  # Zagreb
    assert date_line("12. listopadu 2024") == "2024-11-12"  # Prague


@pytest.mark.parametrize(
    "line",
    [
        "3/4/2025",  # April in London, March in New York
        "12. srp 2024",  # August in Prague, July in Zagreb
        "31 February 2025",
        "5 people 2024",
        "Sie kamen 2024",
        "Updated 2024",
        "The bridge opened on 12 March 2025",
        "12 March 2025 and 13 March 2025",
        "",
        "2024",
        "1 " * 39 + "2024",
    ],
)
def test_a_line_that_is_none_or_could_be_two_is_not(line: str) -> None:
    assert date_line(line) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-12", "2025-03-12"),
        ("2025-03-12T14:30:00Z", "2025-03-12T14:30:00+00:00"),
        ("Wed, 12 Mar 2025 14:30:00 +0100", "2025-03-12T14:30:00+01:00"),
        ("12 mars 2025", "2025-03-12"),
        ("soon", None),
        ("1741767300", "2025-03-12T08:15:00+00:00"),
        ("1741767300000", "2025-03-12T08:15:00+00:00"),
        ("/Date(1741767300000)/", "2025-03-12T08:15:00+00:00"),
        ("20250312", "2025-03-12"),
        ("20250312T081500Z", "2025-03-12T08:15:00+00:00"),
        ("2025-03-12 08:15:00 UTC", "2025-03-12T08:15:00+00:00"),
        ("2025-03-12T08:15:00.123+0530", "2025-03-12T08:15:00+05:30"),
        ("2025-03-12T08:15:00Z[UTC]", "2025-03-12T08:15:00+00:00"),
        ("Wed Mar 12 08:15:00 +0000 2025", "2025-03-12T08:15:00+00:00"),
        ("Wed, 12 Mar 2025 08:15:00 EST", "2025-03-12T08:15:00-05:00"),
        ("March 12, 2025 at 8:15 a.m. ET", "2025-03-12T08:15:00"),  # summer or winter is not said
        ("12 March 2025 08:15 IST", "2025-03-12T08:15:00"),  # Mumbai, Jerusalem or Dublin
        ("12-Mar-2025", "2025-03-12"),
        ("Mar 12 2025 12:00AM", "2025-03-12T00:00:00"),
        ("12 tháng 3, 2025", "2025-03-12"),
        ("22-03-2025", "2025-03-22"),
        ("12-03-2025", None),  # March in Delft, December in Denver
        ("12/3/25", None),
        ("2025-03", None),
        ("2025", None),
        ("3 hours ago", None),
        ("0001-01-01", None),
        ("1970-01-01T00:00:00Z", None),
        ("1970-01-01", None),
        ("0", None),
        ("2199-01-01", None),
        ("Mon, 30 Nov -0001 00:00:00 +0000", None),
        ("1969-07-21", "1969-07-21"),
        (None, None),
        ("Wed Mar 12 2025 08:15:00 GMT+0100 (Central European Standard Time)", "2025-03-12T08:15:00+01:00"),
        ("Wednesday, 12-Mar-25 08:15:00 GMT", "2025-03-12T08:15:00+00:00"),
        ("12-MAR-98", "1998-03-12"),
        ("12 مارس/أبريل 2025", None),
    ],
)
def test_a_page_s_own_date_is_read_in_whatever_form_it_came(text: str | None, expected: str | None) -> None:
    assert any_date(text) == expected


@pytest.mark.parametrize(
    "line",
    ["Updated: 14 March 2025", "Aktualisiert am 14.03.2025", "最終更新 2025年3月14日", "(Обновлено 14 марта 2025)"],
)
def test_a_line_that_dates_the_last_change_says_so(line: str) -> None:
    assert is_of_change(line)
    assert not is_of_change(line.replace("Updated", "Published").replace("Aktualisiert", "Erschienen").replace("最終更新", "公開日").replace("Обновлено", "Опубликовано"))  # fmt: skip
