"""Electronic books as programs make them: every chapter there, and named where it is not."""

from __future__ import annotations

import pytest
import sample_files as files
from drafts import draft_of, drafts_of, reasons_of

HEAD = "Reservoir of Lesna is full again"
TEXT = (
    "The reservoir above Lesna is full for the first time in four years, the water board said on Monday. Its chair, Vera "
    "Holm, spoke of 48 million cubic metres and of a summer without bans for the farms of the valley below the dam."
)


def chapter(title: str = HEAD, text: str = TEXT, *, before: str = "", after: str = "", declared: str = "utf-8") -> str:
    head = f'<?xml version="1.0" encoding="{declared}"?>\n' if declared else ""
    return f"{head}<html><head><title>{title}</title></head><body>{before}<h1>{title}</h1><p>{text}</p>{after}</body></html>"


def book(
    *chapters: tuple[str, str, bytes | None], folder: str = "OPS/", title: str = "Lesna Courier", publisher: str = ""
) -> bytes:
    """A book of chapters: the address in the package, the member's name, its bytes."""
    container = f'<container><rootfiles><rootfile full-path="{folder}book.opf"/></rootfiles></container>'
    items = "".join(
        f'<item id="c{n}" href="{href}" media-type="application/xhtml+xml"/>' for n, (href, _, _) in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        f'<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>{title}</dc:title><dc:date>2031-01-01</dc:date>'
        f"<dc:language>en</dc:language><dc:publisher>{publisher}</dc:publisher></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    members = {"META-INF/container.xml": container.encode(), f"{folder}book.opf": package.encode()}
    return files.zipped(members | {name: data for _, name, data in chapters if data is not None})


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "iso-8859-1", "utf-16", "windows-1252"])
def test_a_chapter_is_read_in_the_encoding_it_names(encoding: str) -> None:
    told = chapter(text=TEXT.replace("Holm", "Hölm"), declared=encoding)
    draft = draft_of(".epub", book(("a.xhtml", "OPS/a.xhtml", told.encode(encoding))))
    assert (draft.title, draft.text) == (HEAD, TEXT.replace("Holm", "Hölm"))


@pytest.mark.parametrize(
    ("href", "member"),
    [
        ("chapter%201.xhtml", "OPS/chapter 1.xhtml"),
        ("a.xhtml#start", "OPS/a.xhtml"),
        ("../Text/a.xhtml", "Text/a.xhtml"),
        ("text/./caf%C3%A9.xhtml#x", "OPS/text/café.xhtml"),
        ("50%.xhtml", "OPS/50%.xhtml"),
        ("A.xhtml", "OPS/a.xhtml"),
    ],
)
def test_a_chapter_is_found_however_it_is_addressed(href: str, member: str) -> None:
    assert draft_of(".epub", book((href, member, chapter().encode()))).text == TEXT


def test_a_missing_chapter_is_named_and_the_others_are_read() -> None:
    data = book(
        ("a.xhtml", "OPS/a.xhtml", chapter().encode()), ("b.xhtml", "", None), ("c.xhtml", "OPS/c.xhtml", b"\x00" * 900)
    )
    assert reasons_of(".epub", data) == ["OPS/b.xhtml: missing from the book", "OPS/c.xhtml: binary data, not text"]


def test_parts_of_one_member_are_one_chapter() -> None:
    told = chapter().encode()
    assert (
        len(drafts_of(".epub", book(("a.xhtml#one", "OPS/a.xhtml", told), ("a.xhtml#two", "OPS/a.xhtml", told)))) == 1
    )


@pytest.mark.parametrize(
    "said",
    [
        "This article was downloaded by <b>calibre</b> from",
        "Questo articolo è stato scaricato da <b>calibre</b> da",
        "Dieser Artikel wurde von <b>calibre</b> heruntergeladen:",
        "Статья загружена программой calibre с",
    ],
)
def test_bars_of_links_and_the_program_s_own_line_are_no_text_but_give_the_address(said: str) -> None:
    bar = '<div class="nav"><p>| <a href="x">Next</a> | <a href="y">Main Menu</a> |</p></div>'
    saved = f"<p>{said} https://courier.example/lesna?utm_source=x</p>"
    told = chapter(before=bar, after=f"<p>By Vera Holm</p>{bar}{saved}")
    draft = draft_of(".epub", book(("a.xhtml", "OPS/a.xhtml", told.encode()), publisher="calibre"))
    assert (draft.text, draft.url, draft.publisher) == (TEXT, "https://courier.example/lesna", "Lesna Courier")


def test_the_day_is_the_chapter_s_else_the_issue_s_but_not_when_the_book_was_made() -> None:
    dated = chapter(text=f"Mar 11, 2025 08:15 AM</p><p>{TEXT}")
    chapters = (("a.xhtml", "OPS/a.xhtml", dated.encode()), ("b.xhtml", "OPS/b.xhtml", chapter().encode()))
    issue = drafts_of(".epub", book(*chapters, title="Lesna Courier [Wed, 12 Mar 2025]"))
    assert [(d.publisher, d.published) for d in issue] == [
        ("Lesna Courier", "2025-03-11T08:15:00"),
        ("Lesna Courier", "2025-03-12"),
    ]
    other = drafts_of(".epub", book(*chapters, title="The best of 2024: dams"))
    assert [d.published for d in other] == ["2025-03-11T08:15:00", None]


def test_covers_and_lists_of_contents_are_no_articles() -> None:
    cover = chapter(title="Lesna Courier", text="Wednesday, 12 March 2025").encode()
    contents = "".join(f'<li><a href="{n}">Story number {n} of the day</a></li>' for n in range(30))
    listed = chapter(title="Contents", text="", after=f"<nav><ol>{contents}</ol></nav>").encode()
    data = book(
        ("o.xhtml", "OPS/o.xhtml", cover),
        ("n.xhtml", "OPS/n.xhtml", listed),
        ("a.xhtml", "OPS/a.xhtml", chapter().encode()),
    )
    assert [draft.title for draft in drafts_of(".epub", data)] == [HEAD]


def test_a_short_report_is_an_article_too() -> None:
    told = chapter(
        text="The road over the dam of Lesna is closed from Monday to Friday, as the police told the newspaper by phone."
    )
    assert draft_of(".epub", book(("a.xhtml", "OPS/a.xhtml", told.encode()))).title == HEAD


def test_news_in_brief_is_an_article_and_a_dedication_is_none() -> None:
    brief = "A ferry ran aground off Tolsund on Sunday. It was pulled free at noon by two tugs from Brekke."
    dedication = chapter("Dedication", "To my mother, who taught me to read.")
    chapters = (("a.xhtml", "OPS/a.xhtml", chapter("Ferry aground", brief).encode()), ("b.xhtml", "OPS/b.xhtml", dedication.encode()))  # fmt: skip
    assert [draft.text for draft in drafts_of(".epub", book(*chapters))] == [brief]


def contents(*entries: tuple[str, str]) -> bytes:
    """A table of contents as EPUB 2 has it."""
    points = "".join(
        f'<navPoint><navLabel><text>{label}</text></navLabel><content src="{address}"/></navPoint>'
        for label, address in entries
    )
    return f"<ncx><navMap>{points}</navMap></ncx>".encode()


def with_contents(data: bytes, ncx: bytes) -> bytes:
    members = files.unzipped(data) | {"OPS/toc.ncx": ncx}
    item = b'<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
    return files.zipped(members | {"OPS/book.opf": members["OPS/book.opf"].replace(b"</manifest>", item)})


def test_a_chapter_without_a_heading_is_called_as_the_contents_call_it() -> None:
    plain = f"<html><body><p>{TEXT}</p></body></html>".encode()
    data = with_contents(book(("a.xhtml", "OPS/a.xhtml", plain)), contents((HEAD, "a.xhtml")))
    assert draft_of(".epub", data).title == HEAD


def test_articles_that_share_a_file_are_parted_where_the_contents_lead() -> None:
    second = "Dam of Skarholm gets a new gate"
    body = f'<div id="s1"><h2>{HEAD}</h2><p>{TEXT}</p></div><div><h2><a id="s2"/>{second}</h2><p>{TEXT[:150]}</p></div>'
    told = f"<html><body>{body}</body></html>".encode()
    one = book(("a.xhtml", "OPS/a.xhtml", told))
    data = with_contents(one, contents((HEAD, "a.xhtml#s1"), (second, "a.xhtml#s2")))
    assert [(d.title, d.text) for d in drafts_of(".epub", data)] == [(HEAD, TEXT), (second, TEXT[:150])]
    assert len(drafts_of(".epub", one)) == 1


def test_a_section_s_list_of_its_articles_is_no_article() -> None:
    teasers = "".join(f'<li><a href="{n}.xhtml">{HEAD}, part {n}</a><div>{TEXT[:120]}</div></li>' for n in "ab")
    listed = f"<html><body><h1>News</h1><ul>{teasers}</ul></body></html>".encode()
    chapters = [(f"{n}.xhtml", f"OPS/{n}.xhtml", chapter(f"{HEAD}, part {n}").encode()) for n in "ab"]
    data = book(("i.xhtml", "OPS/i.xhtml", listed), *chapters)
    assert [d.title for d in drafts_of(".epub", data)] == [f"{HEAD}, part a", f"{HEAD}, part b"]


def test_the_program_s_line_gives_the_address_also_above_a_bar_of_words() -> None:
    foot = '<div><p>This article was downloaded by calibre from <a href="https://courier.example/l">https://courier.example/l</a></p>| <a href="#">Section menu</a> | <a href="#">Main menu</a> |</div>'
    draft = draft_of(".epub", book(("a.xhtml", "OPS/a.xhtml", chapter(after=foot).encode())))
    assert (draft.text, draft.url) == (TEXT, "https://courier.example/l")
