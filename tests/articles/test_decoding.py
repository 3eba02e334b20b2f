"""Bytes as newsrooms have them: which characters do they spell?"""

from __future__ import annotations

import codecs

import pytest

from askcorpus.articles.decoding import as_utf8, decode, decode_page, page_in_utf8
from askcorpus.articles.draft import Unreadable
from askcorpus.language.characters import clean

FRENCH = (
    "Le quai de Valmorin a rouvert mardi après six semaines, a annoncé la préfète. Les ouvriers ont posé 212 dalles, "
    "pour 9 € pièce, et la mairie a précisé que l'été serait calme dès la fin du chantier."
)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("cost 12\x9615 million in 2023\x9624", "cost 12–15 million in 2023–24"),
        ("the \x93Post\x94 of \x80 9", "the “Post” of € 9"),
        ("he paused\x85 and didn\x92t go", "he paused… and didn’t go"),
        ("he paused\x85 and said no", "he paused… and said no"),
        ("one\x81two", "onetwo"),  # no character of Windows, either
        ("first line\x85second line", "first line\nsecond line"),  # Unicode's line end, where there is no other
    ],
)
def test_a_control_character_of_windows_is_what_it_stands_for(told: str, expected: str) -> None:
    assert clean(told) == expected


def test_a_page_s_references_to_control_characters_are_read_as_browsers_read_them() -> None:
    page = b"<html><body>12&#150;15 &#x80; 9 &#133; &#8211; &#1500; &#151</body></html>"
    assert decode_page(page) == "<html><body>12–15 € 9 … &#8211; &#1500; —</body></html>"


@pytest.mark.parametrize(
    "page",
    [
        FRENCH.encode(),
        FRENCH.encode("cp1252"),
        FRENCH.encode("utf-16"),
        FRENCH.encode("utf-16-le"),
        codecs.BOM_UTF8 + FRENCH.encode(),
        FRENCH.encode().decode("cp1252").encode(),  # UTF-8 read as Windows-1252 and written again
        "12\x9615 million".encode(),
        b"12&#150;15 and 12&#x96;15",
        "Die Größe der Ä&#8211;Mühle: ÂÜÖ".encode(),
        "トルスンの岸壁は金曜日に再開した。".encode("iso2022_jp"),
    ],
)
def test_a_page_in_utf_8_is_the_page_decoded(page: bytes) -> None:
    """Most are UTF-8 and sound, and are not decoded to see it; what is to be mended is."""
    page = b"<html><body>" + page if not page.startswith((b"\xff", b"L\x00", b"\xef")) else page
    assert page_in_utf8(page).decode() == decode_page(page)


def test_a_page_that_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable):
        page_in_utf8(b"\x01\x02" * 300)


def test_utf_8_with_a_few_bytes_of_windows_keeps_its_own_letters() -> None:
    data = FRENCH.encode() + b" \x93C'est fini\x94, a dit le maire \x96 en \xe9t\xe9."
    assert decode(data) == FRENCH + " “C'est fini”, a dit le maire – en été."
    cyrillic = "Мост через Светлую открыли в пятницу, сообщили в мэрии.".encode() + " Готово".encode("cp1251")
    assert decode(cyrillic).endswith("в мэрии. Готово")


@pytest.mark.parametrize(
    ("told", "windows"),
    [
        ("De brug bij Westerhaven blijft dicht, zegt Zoë Brandsma. ", "De reparatie kost € 4,6 miljoen – het dubbele."),
        ("The café on Quay Street shut in March. ", "“Nobody came,” said its owner – “nobody at all.”"),
        ("Un pont près de Valmorin. ", "Il a coûté 9 € – l’été dernier encore – et ce n’est pas fini."),
        ("Mehr als fünf Höfe brannten. ", "„Alles ist weg“, sagte der Bauer – die Versicherung zahlt…"),
    ],
)
def test_few_letters_of_utf_8_are_kept_beside_as_few_of_windows(told: str, windows: str) -> None:
    windows = windows.replace("é", "e").replace("û", "u")
    assert decode(told.encode() + windows.encode("cp1252")) == told + windows


@pytest.mark.parametrize(
    "told",
    [
        "„Das war kein Spaß“, sagte sie. Fünf Höfe brannten.",
        "“A IRMÃ” e o café da manhã",
        "«SEPPÄ» sanoi: tämä on hyvä päivä",
    ],
)
def test_capitals_before_a_quotation_mark_make_no_utf_8_of_windows_text(told: str) -> None:
    assert decode(told.encode("cp1252")) == told


def test_a_letter_of_utf_8_that_was_cut_off_is_no_two_others() -> None:
    assert decode(FRENCH.encode() + " 5 €".encode()[:-1]) == FRENCH + " 5 \ufffd"


def test_one_undefined_byte_does_not_change_the_encoding() -> None:
    told = FRENCH.replace("212", "212\x00").encode("cp1252").replace(b"\x00", b"\x9d")
    assert decode(told) == FRENCH
    assert decode(told.replace(b"\x9d", b"\x81")) == FRENCH  # a letter in the Arabic one
    page = b'<html><meta charset="windows-1252">' + told
    assert decode_page(page) == '<html><meta charset="windows-1252">' + FRENCH


@pytest.mark.parametrize("encoding", ["iso2022_jp", "iso2022_kr", "euc_jp", "shift_jis", "gb18030", "big5"])
def test_text_of_east_asia_is_read(encoding: str) -> None:
    told = {
        "iso2022_kr": "항구의 방파제가 십일 주 만에 다시 열렸다고 항만 사무소가 금요일에 밝혔다.",
        "gb18030": "港口办公室周五表示，经过十一周的修复，港口的防波堤重新开放，工程师更换了三百四十块石头。",
        "big5": "港口辦公室週五表示，經過十一週的修復，港口的防波堤重新開放，工程師更換了三百四十塊石頭。",
    }.get(encoding, "トルスンの岸壁は十一週間の修理を経て金曜日に再開したと港湾事務所が発表した。")
    assert decode(told.encode(encoding)) == told


@pytest.mark.parametrize(
    "charset", ["punycode", "IDNA", "unicode-escape", "raw_unicode_escape", "undefined", "hex", "rot13"]
)
def test_what_is_no_encoding_of_texts_is_not_decoded_by(charset: str) -> None:
    """Punycode of this length takes a quarter of an hour."""
    data = b"x" * 500_000 + b"-" + b"a" * 500_000
    assert as_utf8(data, charset) == data
    page = f'<html><meta charset="{charset}">{FRENCH}'
    assert decode_page(page.encode("cp1252")) == page


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("titre;contenu\nLe môle;Le môle a rouvert.", "cp1252"),
        ("Die Mühle von Lesna ist zu.", "cp1252"),
        ("Młyn w Leśnej stoi.", "cp1250"),
    ],
)
def test_a_few_accents_are_no_chinese(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text
