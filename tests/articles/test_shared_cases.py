"""The files of ../shared/cases/reading, read as a careful person would write them down; skipped where they are absent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import OtherFile, walk
from askcorpus.articles.reading import look_here
from askcorpus.types import Article, Skip

URL = "https://tolsundpost.example/a/1"
URL2 = "https://tolsundpost.example/a/2"
STORM = "Harbour wall reopens after storm"
WALL = "Harbour wall reopens"
PAPER = "Tolsund Post"
DAY = "2025-03-12"
AT = "2025-03-12T08:15:00"
Z = f"{AT}+00:00"
MILL = "Mill to close in June"
BLOCKS, JOBS, CREWS = "Engineers replaced 340 stone blocks", "85 jobs would move", "sank two pilot boats"


SHORT, BEGINNING = 60, 24  # characters


class Expected(NamedTuple):
    title: str
    published: str | None = None
    publisher: str | None = None
    there: tuple[str, ...] = (BLOCKS,)
    absent: tuple[str, ...] = ()
    language: str = "en"
    url: str | None = None


TWO_STORIES = (
    Expected(STORM, "2025-03-12", "Tolsund Post", (BLOCKS,), ("words", "LOAD-DATE", "Document", "Mill", "Ada Lund\n")),
    Expected(
        MILL, "2025-03-13", "Brekke Times", (JOBS,), ("words", "LOAD-DATE", "Document", "Search Summary", "Source:")
    ),
)
MANY = tuple(Expected(f"Story {n} of the day", "2025-03-12", there=("came to see how it was done",)) for n in range(12))
BY_ARTICLE: dict[str, tuple[Expected, ...]] = {
    "factiva.txt": TWO_STORIES,
    "nexis.txt": TWO_STORIES,
    "two_eq.txt": TWO_STORIES,
    "two_norule.txt": (Expected(STORM, "2025-03-12", there=(BLOCKS, CREWS), absent=("Mill",)), Expected(MILL, "2025-03-13", there=(JOBS, "2 April"))),
    "infinite.html": (
        Expected(STORM, "2025-03-12T08:15:00+00:00", "tolsundpost.example", (BLOCKS, CREWS), (JOBS,), url="https://tolsundpost.example/a/1"),
        Expected(MILL, "2025-03-10T07:00:00+00:00", "tolsundpost.example", (JOBS, "112 people"), (BLOCKS,)),
    ),
    "arts_2_1.html": (Expected("Story 0 of the day", there=("Berg Aure",)), Expected("Story 1 of the day", there=("Holm Brekke painted",))),
    "many_article.html": MANY,
    "many_div_article.html": MANY,
    "liveblog.html": (
        Expected("Storm live: harbour wall", "2025-03-12T13:00:00+00:00", "Tolsund Post", (BLOCKS, JOBS, CREWS, "tug Herkules", "Schools in Tolsund", "18:05", "14:05")),
    ),
    "lead.html": (
        Expected(STORM, "2025-03-12T08:15:00", there=(BLOCKS, JOBS, CREWS, "nineteen million crowns", "410 metres", "Wall open since Friday"), absent=("By Ada Lund", "Ports")),
    ),
    "cap_figcaption.html": (Expected(STORM, there=(BLOCKS, JOBS, CREWS, "watches the crane Goliat")),),
    "correction.html": (Expected(STORM, there=(BLOCKS, "Correction, 14 March 2025")),),
    "hd_copyright.html": (Expected(STORM, absent=("Copyright",)),),
    "hd_dmY.html": (Expected(STORM, absent=("04/03/2025",)),),
    "hd_related.html": (Expected(STORM, absent=("cod",)),),
    "hd_th.html": (Expected("กำแพงท่าเรือเปิดอีกครั้ง", "2025-03-12T08:15:00+07:00", there=("340",), language="th"),),
    "hd_year_in_text.html": (Expected(STORM, there=(BLOCKS, "built in 1887")),),
    "ld_related_first.html": (Expected(STORM, "2025-03-12T08:15:00+01:00", "Tolsund Post", absent=("cod",)),),
    "md_future.html": (Expected(STORM),),
    "md_zero.html": (Expected(STORM),),
    "paywall_real.html": (Expected(STORM, "2025-03-12T08:15:00+01:00", there=(BLOCKS, JOBS, "part 19 of the talk"), absent=("outer m…", "subscription")),),
    "html_in.txt": (Expected("Harbour wall reopens", there=(BLOCKS, JOBS), absent=("<p>",)),),
    "page.html@p=12": (Expected("Harbour"),),
    "mail.eml": (Expected("Harbour wall reopens", "2025-03-12T08:15:00+01:00", "News"),),
    "note.rtf": (Expected("The harbour wall at Tols…"),),
    "story.srt": (
        Expected(
            "Good evening from Tolsun…",
            there=("Mayor Ada Lund: We replaced 340 stone blocks.",), absent=("-->", "<i>"),
        ),
    ),
    "newsml.xml": (Expected("Harbour wall reopens"),),
    "lang_row.jsonl": (Expected("Hafenmauer offen", there=("340 Steinblöcke",), language="de"),),
    "arch_wacz.zip": (Expected(STORM, url="https://tolsundpost.example/a/1"),),
    "dated.zip": (Expected(STORM, "2025-03-12"), Expected("Mill to close", there=(JOBS,))),
    "html_assets.zip": (Expected(STORM, absent=("shoes",)),),
    "macos.zip": (Expected(STORM),),
    "nested.zip": (Expected(STORM),),
    "gzin.zip": (Expected(STORM),),
    "captcha.html": (),
    "error404.html": (),
    "opml.xml": (),
}  # fmt: skip
MEMBERS = {
    "dated.zip": ["2025-03-12-a.html", "2025-03-13-b.txt"], "nested.zip": ["inner.zip › story.html"], "gzin.zip": ["a.html.gz"],
    "macos.zip": ["story.html"], "html_assets.zip": ["story.html"], "arch_wacz.zip": ["archive/data.warc.gz"],
}  # fmt: skip
AGO = ("dated.zip", "Mill to close")  # says "3 hours ago" and not of when: the day in its name, or the one before
REASONS = {
    "captcha.html": "robots",
    "error404.html": "error page",
    "macos.zip": "__MACOSX",
    "html_assets.zip": "story_files",
    "opml.xml": "neither RSS",
}

# title, publisher, published, url of each article; then what its text holds and what it must not hold.
Known = tuple[str, str | None, str | None, str | None]
BY_FILE: dict[str, tuple[tuple[Known, ...], tuple[str, ...], tuple[str, ...]]] = {
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
    "dropcap.pdf": ((("The harbour wall at Tols…", None, None, None),), ("The harbour wall",), ("T he",)),
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
    "latin1.jsonl": ((("Le môle de Tolsund rouvre", None, None, None),), ("après onze semaines",), ()),
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
    "txt_mixed_utf8_cp1252.txt": ((("Le môle de Tolsund a rou…", None, None, None),), ("“C’est fini”, a dit le maire – et il n’a rien ajouté.", "12 € pièce"), ("\ufffd", "Ã")),
    "iso2022.txt": ((("岸壁が再開", None, None, None),), ("港湾事務所が発表した。",), ("\x1b",)),
    "hugo_toml.md": (((STORM, None, Z, None),), ("340 stone blocks",), ("+++",)),
    "obsidian_nodate.md": (((STORM, None, None, URL),), ("340 stone blocks",), ("clippings",)),
    "omnivore.md": (((STORM, None, f"{DAY}T00:00:00", URL),), ("340 stone blocks",), ("Omnivore", "Read Original")),
    "md_marks.md": (((WALL, PAPER, DAY, URL),), ("reopened on Friday after", "(see map)", "340 stone-blocks", "555_123_456 and file_name_here stay. 3 * 4 * 5 = 60."), ("[[", "==", "~~", "[^1]", "crane.png", "[1]:", "Share on")),
    "wrap40.txt": (((STORM, None, None, None),), ("reopened on Friday after", "run.\n\nThe town council of Brekke voted nine to two on"), ()),
    "plain_lig_yes.txt": ((("Harbour news of the day", None, None, None),), ("The harbour oﬃce",), ()),
    "plain_lig_no.txt": ((("Harbour news of the day", None, None, None),), ("The harbour office",), ()),
    "ruby.html": ((("岸壁が再開", None, None, None),), ("トルスンの岸壁は十一週間の修理を経て",), ("がんぺき", "しゅうり")),
    "m_savedfrom.html": (((STORM, None, None, URL),), ("340 stone blocks",), ()),
    "smash.html": (((STORM, None, None, None),), ("First line", "site. Next block", "Cost:", "Rate² rose to 10⁶ H₂O"), ("siteNext", "blockAnother")),
    "blink_adfirst.mhtml": (((STORM, None, None, URL),), ("340 stone blocks",), ("shoes",)),
}  # fmt: skip
LANGUAGES = {"german.docx": "de", "lang_row.jsonl": "de", "rss_1251.xml": "ru", "latin1.jsonl": "fr", "ar_plain.txt": "ar", "ar_presform.txt": "ar", "iso2022.txt": "ja"}  # fmt: skip
DATES = {
    0: Z, 1: Z, 2: Z, 3: DAY, 4: DAY, 5: DAY, 6: AT, 7: Z, 8: f"{AT}+05:30", 9: Z, 10: Z, 11: AT, 12: DAY, 13: DAY, 17: DAY,
    18: f"{DAY}T10:30:00+00:00", **dict.fromkeys(range(19, 34), DAY), **dict.fromkeys((34, 35, 36, 37, 39), f"{DAY}T10:30:00"),
    **dict.fromkeys((38, 40, 41, 42, 43, 44), DAY), 46: "2025-03-13T10:30:00", 49: Z, 50: Z, 51: AT, 53: f"{DAY}T00:00:00",
}  # fmt: skip


@pytest.fixture(scope="module")
def cases(shared: Path) -> Path:
    folder = shared / "cases" / "reading"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    return folder


def read(path: Path) -> list[Article | Skip]:
    (found,) = walk(path)
    if isinstance(found, Skip | OtherFile):
        return [Skip(path.name, "passed over")]
    return [item if isinstance(item, Skip) else item.article for item in look_here(found, Limits())]


def articles_of(path: Path) -> list[Article]:
    return [item for item in read(path) if isinstance(item, Article)]


@pytest.mark.parametrize("name", BY_ARTICLE)
def test_each_article_is_read_as_a_careful_person_would_write_it_down(cases: Path, name: str) -> None:
    articles = articles_of(cases / name)
    expected = BY_ARTICLE[name]
    assert [short(a.title) for a in articles] == [e.title for e in expected]
    for article, wanted in zip(articles, expected, strict=True):
        source = article.source
        if (name, wanted.title) != AGO:
            assert source.published == wanted.published
        assert (source.publisher, source.language) == (wanted.publisher, wanted.language)
        assert source.url == wanted.url
        assert [piece for piece in wanted.there if piece not in article.text] == []
        assert [piece for piece in wanted.absent if piece in article.text] == []


def short(title: str) -> str:
    """A title that is a whole sentence by its beginning: the files' texts stand beside the project, not in it."""
    return title if len(title) <= SHORT else f"{title[:BEGINNING]}…"


@pytest.mark.parametrize("name", MEMBERS)
def test_an_article_of_an_archive_names_its_member(cases: Path, name: str) -> None:
    assert [a.source.file for a in articles_of(cases / name)] == [f"{name} › {member}" for member in MEMBERS[name]]


@pytest.mark.parametrize("name", REASONS)
def test_what_is_not_read_says_why(cases: Path, name: str) -> None:
    assert any(REASONS[name] in item.reason for item in read(cases / name) if isinstance(item, Skip))


@pytest.mark.parametrize("name", BY_FILE)
def test_a_file_is_read_as_a_careful_person_reads_it(cases: Path, name: str) -> None:
    known, inside, outside = BY_FILE[name]
    articles = articles_of(cases / name)
    told = [(short(a.title), a.source.publisher, a.source.published, a.source.url) for a in articles]
    assert told == list(known)
    text = "\n\n\n".join(article.text for article in articles)
    assert [part for part in inside if part not in text] == []
    assert [part for part in outside if part in text] == []


@pytest.mark.parametrize(("name", "language"), LANGUAGES.items())
def test_the_language_is_the_text_s(cases: Path, name: str, language: str) -> None:
    (article,) = articles_of(cases / name)
    assert article.source.language == language


def test_a_missing_chapter_is_named(cases: Path) -> None:
    first, skip, third = read(cases / "missing2.epub")
    assert isinstance(first, Article)
    assert isinstance(third, Article)
    assert skip == Skip("missing2.epub", "OEBPS/c1.xhtml: missing from the book")


def test_xml_that_is_no_feed_says_so(cases: Path) -> None:
    assert read(cases / "opml.xml") == [Skip("opml.xml", "XML, but neither RSS nor Atom")]


def test_dates_with_one_meaning_are_read_and_others_are_none(cases: Path) -> None:
    published = [article.source.published for article in articles_of(cases / "dates.jsonl")]
    assert published == [DATES.get(n) for n in range(54)]
