"""The files beside the checkout that newsrooms' bug reports are about: what a careful person writes down of each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import walk
from askcorpus.articles.reading import look_here
from askcorpus.types import Article, Skip

NAMED = os.environ.get("ASKCORPUS_SHARED")
CASES = (Path(NAMED) if NAMED else Path(__file__).parents[3] / "shared") / "cases" / "reading"
pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="the files stand beside the checkout, or where ASKCORPUS_SHARED says"
)

URL = "https://tolsundpost.example/a/1"
URL2 = "https://tolsundpost.example/a/2"
STORM = "Harbour wall reopens after storm"
WALL = "Harbour wall reopens"
PAPER = "Tolsund Post"
DAY = "2025-03-12"
AT = "2025-03-12T08:15:00"
Z = f"{AT}+00:00"

# title, publisher, published, url of each article; then what its text holds and what it must not hold.
Known = tuple[str, str | None, str | None, str | None]
MILL = "Mill to close in June"
CASES_KNOWN: dict[str, tuple[tuple[Known, ...], tuple[str, ...], tuple[str, ...]]] = {
    "c1_controls.jsonl": ((("Wall’s cost", None, None, None),), ("12–15 million crowns in 2023–24, the “Tolsund Post” said—", "didn’t"), ("1215",)),
    "tracked.docx": (((STORM, None, None, None),), ("The damage came to nineteen million crowns", "Goliat will be sold in May."), ("two million", "twonineteen")),
    "sdt.docx": (((STORM, None, None, None),), ("Vigdis arrives on 4 April.", "The harbour master is Ingrid Solheim since January."), ()),
    "textbox.docx": (((STORM, None, None, None),), ("Herkules burned 900 litres a day.",), ()),
    "tables.docx": (((STORM, None, None, None),), ("crowns were:\n\nRepairs by year\n\n2023 101 1.2\n\n2024 201 2.4\n\nAfter the table", "Nested cell: the lighthouse keeper is Olav Rue."), ("Repairs by year Repairs",)),
    "layout_table.docx": (((STORM, None, None, None),), ("morning run.\n\nThe town council",), (STORM,)),
    "softbreaks.docx": (((STORM, None, None, None),), ("morning run.\n\nThe town council",), (STORM,)),
    "strict.docx": (((STORM, None, None, None),), ("340 stone blocks",), ()),
    "dated.docx": (((STORM, PAPER, DAY, None),), ("340 stone blocks",), ("12 March", "Ada Lund\n")),
    "german.docx": ((("Hafenmauer wieder offen", None, None, None),), ("340 Steinblöcke",), ()),
    "epub_decl_enc.epub": (((WALL, PAPER, DAY, None), (MILL, PAPER, DAY, None)), ("340 stone blocks",), ()),
    "frag.epub": (((WALL, PAPER, DAY, None), (MILL, PAPER, DAY, None)), ("85 jobs",), ()),
    "pct2.epub": (((WALL, PAPER, DAY, None), (MILL, PAPER, DAY, None)), ("85 jobs",), ()),
    "utf16.epub": (((WALL, PAPER, DAY, None), (MILL, PAPER, DAY, None)), ("340 stone blocks",), ("\x00",)),
    "calibre2.epub": (((WALL, PAPER, AT, URL), (MILL, PAPER, DAY, URL2)), ("85 jobs",), ("Main Menu", "calibre", "By Ada")),
    "chrome.pdf": (((STORM, PAPER, None, URL),), ("eleven weeks of repairs", "not unheard-of, and praised the Franco-German team", "for Lund-Hansen, the contractor.", "well-known plot"), ("12/03/2025", "1/2", "https")),
    "hf2.pdf": (((STORM, PAPER, DAY, None),), ("mainland, where", "its chief Olav Rue said on Monday."), ("Page 1", "www.", "Wednesday")),
    "dated.pdf": (((STORM, "TOLSUND POST", DAY, None),), ("eleven weeks of repairs",), ("By Ada", "12 March")),
    "table_pages.pdf": ((("Results by district", None, None, None),), tuple(f"\n\nDistrict {n} {100 + n} blocks {2000 + n} crowns" for n in range(1, 81)), ()),
    "softhyph.pdf": (((STORM, None, None, None),), ("of repairs", "mainland", "insurer", "executive", "had decided"), ("\u00ad", "re pairs")),
    "hyphplain.pdf": (((STORM, None, None, None),), ("stone blocks and the ferry Alkmene", "had decided to close"), ("\n\n",)),
    "twocol_rows.pdf": ((("Two stories of the day", None, None, None),), ("its morning run.\n\nThe town council of Brekke voted nine to two on Tuesday to close",), ()),
    "dropcap.pdf": ((("The harbour wall at Tolsund reopened on Friday after eleven weeks of repairs, the port office said.", None, None, None),), ("The harbour wall",), ("T he",)),
    "lig.pdf": ((("Harbour office confirms the fish traffic flow", None, None, None),), ("council stood – at last – for the repairs",), ()),
    "array_named.jsonl": (((WALL, None, None, None), ("Mill", None, None, None)), ("85 jobs",), ()),
    "jsonl_named.json": (((WALL, None, None, None), ("Mill", None, None, None)), ("85 jobs",), ()),
    "ps_utf16.jsonl": (((WALL, None, None, None), ("Mill", None, None, None)), ("85 jobs",), ()),
    "excel_utf16.csv": (((WALL, None, DAY, URL), ("Mill", None, "2025-03-13", URL2)), ("85 jobs",), ()),
    "semi.csv": (((WALL, None, DAY, URL), ("Mill", None, "2025-03-13", URL2)), ("85 jobs",), ()),
    "sep.csv": (((WALL, None, DAY, URL), ("Mill", None, "2025-03-13", URL2)), ("85 jobs",), ()),
    "preamble.csv": (((WALL, None, DAY, URL), ("Mill", None, "2025-03-13", URL2)), ("85 jobs",), ()),
    "html_content.csv": ((("Harbour & wall", None, DAY, None),), ("site. It’s done.", "run.\n\nThe town"), ("<p>", "var a")),
    "jsonfeed.json": (((WALL, PAPER, Z, URL), ("Mill", PAPER, "2025-03-13T08:15:00+00:00", None)), ("85 jobs",), ("short summary", "<p>")),
    "lang_row.jsonl": ((("Hafenmauer offen", None, None, None),), ("340 Steinblöcke",), ()),
    "latin1.jsonl": ((("Le môle de Tolsund rouvre", None, None, None),), ("après onze semaines de travaux, a annoncé",), ()),
    "np_newsplease.json": (((STORM, "tolsundpost.example", AT, URL),), ("85 jobs",), ()),
    "fundus.json": (((WALL, PAPER, Z, None),), ("run.\n\nThe town",), ()),
    "guardianapi.json": (((WALL, None, Z, URL),), ("340 stone blocks",), ()),
    "paras_content.jsonl": (((WALL, None, DAY, None),), ("run.\n\nThe town",), ("summary",)),
    "trafilatura.json": (((STORM, PAPER, DAY, URL),), ("340 stone blocks",), ()),
    "wallabag.json": (((WALL, "tolsundpost.example", Z, URL),), ("run.\n\nThe town", "See the plan."), ("<a",)),
    "wp_rest.json": ((("Harbour wall ’reopens’ after storm", None, AT, URL),), ("run.\n\nThe town",), ("<p>",)),
    "rss_1251.xml": ((("Стена порта открыта", PAPER, None, None),), ("после одиннадцати недель",), ()),
    "rss_wrongenc.xml": ((("Стена порта открыта", PAPER, None, None),), ("после одиннадцати недель",), ("\ufffd",)),
    "rss_ctrl.xml": (((WALL, PAPER, f"{AT}-05:00", URL),), ("Engineers replaced 340", "85 jobs"), ("appeared first",)),
    "wxr.xml": (((WALL, PAPER, Z, URL),), ("run.\n\nSecond paragraph without tags", "The crane Goliat"), ("[caption", "[gallery", "Draft text")),
    "enc_fr_cp1252_onebad.html": ((("Le môle rouvre", None, None, None),), ("après onze semaines", "340 blocs", "12 € pièce"), ("\ufffd",)),
    "txt_mixed_utf8_cp1252.txt": ((("Le môle de Tolsund a rouvert vendredi après onze semaines de travaux, a annoncé la capitainerie du port.", None, None, None),), ("“C’est fini”, a dit le maire – et il n’a rien ajouté.", "12 € pièce"), ("\ufffd", "Ã")),
    "iso2022.txt": ((("岸壁が再開", None, None, None),), ("港湾事務所が発表した。",), ("\x1b",)),
    "hugo_toml.md": (((STORM, None, Z, None),), ("340 stone blocks",), ("+++",)),
    "obsidian_nodate.md": (((STORM, None, None, URL),), ("340 stone blocks",), ("clippings",)),
    "omnivore.md": (((STORM, None, f"{DAY}T00:00:00", URL),), ("340 stone blocks",), ("Omnivore", "Read Original")),
    "md_marks.md": (((WALL, PAPER, DAY, URL),), ("The harbour wall at Tolsund reopened on Friday after eleven weeks of repairs, the port", "(see map)", "340 stone-blocks", "555_123_456 and file_name_here stay. 3 * 4 * 5 = 60."), ("[[", "==", "~~", "[^1]", "crane.png", "[1]:", "Share on")),
    "wrap40.txt": (((STORM, None, None, None),), ("reopened on Friday after eleven weeks of repairs, the port", "run.\n\nThe town council of Brekke voted nine to two on"), ()),
    "plain_lig_yes.txt": ((("Harbour news of the day", None, None, None),), ("The harbour oﬃce",), ()),
    "plain_lig_no.txt": ((("Harbour news of the day", None, None, None),), ("The harbour office",), ()),
    "ruby.html": ((("岸壁が再開", None, None, None),), ("トルスンの岸壁は十一週間の修理を経て",), ("がんぺき", "しゅうり")),
    "m_savedfrom.html": (((STORM, None, None, URL),), ("340 stone blocks",), ()),
    "blink_adfirst.mhtml": (((STORM, None, None, URL),), ("340 stone blocks",), ("shoes",)),
}  # fmt: skip
LANGUAGES = {"german.docx": "de", "lang_row.jsonl": "de", "rss_1251.xml": "ru", "latin1.jsonl": "fr", "ar_plain.txt": "ar", "ar_presform.txt": "ar", "iso2022.txt": "ja"}  # fmt: skip


def read(name: str) -> list[Article | Skip]:
    (found,) = walk(CASES / name)
    assert not isinstance(found, Skip)
    return [item if isinstance(item, Skip) else item.article for item in look_here(found, Limits())]


@pytest.mark.parametrize("name", CASES_KNOWN)
def test_a_file_is_read_as_a_careful_person_reads_it(name: str) -> None:
    known, inside, outside = CASES_KNOWN[name]
    articles = [item for item in read(name) if isinstance(item, Article)]
    assert [(a.title, a.source.publisher, a.source.published, a.source.url) for a in articles] == list(known)
    text = "\n\n\n".join(article.text for article in articles)
    assert [part for part in inside if part not in text] == []
    assert [part for part in outside if part in text] == []


@pytest.mark.parametrize(("name", "language"), LANGUAGES.items())
def test_the_language_is_the_text_s(name: str, language: str) -> None:
    (article,) = read(name)
    assert isinstance(article, Article)
    assert article.source.language == language


def test_a_missing_chapter_is_named() -> None:
    first, skip, third = read("missing2.epub")
    assert isinstance(first, Article)
    assert isinstance(third, Article)
    assert skip == Skip("missing2.epub", "OEBPS/c1.xhtml: missing from the book")


def test_xml_that_is_no_feed_says_so() -> None:
    assert read("opml.xml") == [Skip("opml.xml", "XML, but neither RSS nor Atom")]


DATES = {
    0: Z, 1: Z, 2: Z, 3: DAY, 4: DAY, 5: DAY, 6: AT, 7: Z, 8: f"{AT}+05:30", 9: Z, 10: Z, 11: AT, 12: DAY, 13: DAY, 17: DAY,
    18: f"{DAY}T10:30:00+00:00", **dict.fromkeys(range(19, 34), DAY), **dict.fromkeys((34, 35, 36, 37, 39), f"{DAY}T10:30:00"),
    **dict.fromkeys((38, 40, 41, 42, 43, 44), DAY), 46: "2025-03-13T10:30:00", 49: Z, 50: Z, 51: AT, 53: f"{DAY}T00:00:00",
}  # fmt: skip


def test_dates_with_one_meaning_are_read_and_others_are_none() -> None:
    articles = [item for item in read("dates.jsonl") if isinstance(item, Article)]
    assert {n: article.source.published for n, article in enumerate(articles)} == {n: DATES.get(n) for n in range(54)}
