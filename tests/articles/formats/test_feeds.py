"""Feeds with the faults that feeds have, and exports of WordPress: nothing lost, nothing garbled, nothing that was not published."""

from __future__ import annotations

import pytest
from drafts import draft_of, drafts_of, reasons_of

FIRST = "The reservoir above Lesna is full for the first time in four years, the water board said on Monday."
SECOND = "Its chair, Vera Holm, spoke of 48 million cubic metres and of a summer without bans for the farms."
RUSSIAN = "Водохранилище над Лесной впервые за четыре года заполнено, сообщил в понедельник водный совет района."


def feed(items: str, *, declared: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return f'{declared}<rss xmlns:content="c" xmlns:wp="w"><channel><title>Lesna Courier</title><language>en</language>{items}</channel></rss>'


def item(text: str, *, more: str = "", title: str = "Lesna") -> str:
    return f"<item><title>{title}</title><content:encoded><![CDATA[{text}]]></content:encoded>{more}</item>"


@pytest.mark.parametrize("control", ["\x0b", "\x00", "\x1f", "\x08", "\ufffe"])
def test_a_control_character_loses_nothing(control: str) -> None:
    told = feed(
        item(f"<p>{FIRST.replace('reser', 'reser' + control)}</p><p>{SECOND}</p>")
        + item(f"<p>{SECOND}</p>", title="Holm")
    )
    assert [draft.text for draft in drafts_of(".xml", told.encode())] == [f"{FIRST}\n\n{SECOND}", SECOND]


@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "", "iso-8859-5"])
def test_the_encoding_is_the_one_the_bytes_have(declared: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    encoding = declared if declared == "iso-8859-5" else "cp1251"
    draft = draft_of(".rss", feed(item(RUSSIAN), declared=head).encode(encoding))
    assert (draft.text, draft.publisher) == (RUSSIAN, "Lesna Courier")


def test_entities_of_html_and_control_references_join_no_words() -> None:
    told = (
        "<item><description>It holds 12&nbsp;million, or 12&#150;15 &amp;nbsp; &eacute;t&eacute;</description></item>"
    )
    assert draft_of(".xml", feed(told).encode()).text == "It holds 12 million, or 12–15 été"


def test_the_line_that_only_says_where_it_stood_is_dropped_and_named() -> None:
    for last in (
        "The post <a>Lesna</a> appeared first on <a>Lesna Courier</a>.",
        "Lesna first appeared on Lesna Courier.",
    ):
        draft = draft_of(".xml", feed(item(f"<p>{FIRST}</p><p>{last}</p>")).encode())
        assert draft.text == FIRST
        assert len(draft.dropped) == 1


def post(status: str = "publish", kind: str = "post") -> str:
    return f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><wp:post_date>2025-03-12 08:15:00</wp:post_date>"


def test_of_a_wordpress_export_only_what_was_published_is_read() -> None:
    kinds = [
        ("publish", "post"),
        ("draft", "post"),
        ("private", "post"),
        ("trash", "post"),
        ("inherit", "attachment"),
        ("publish", "nav_menu_item"),
        ("publish", "page"),
    ]
    told = feed("".join(item(FIRST, more=post(*kind), title="/".join(kind)) for kind in kinds)).encode()
    assert [(d.title, d.published) for d in drafts_of(".xml", told)] == [
        ("publish/post", "2025-03-12T08:15:00"),
        ("publish/page", "2025-03-12T08:15:00"),
    ]
    assert reasons_of(".xml", told) == []


def test_wordpress_text_has_its_paragraphs_and_no_shortcodes() -> None:
    told = (
        f"<!-- wp:paragraph --><p>{FIRST}</p><!-- /wp:paragraph -->\n\n{SECOND}\n\nHe said it [sic] twice.\n\n"
        '[caption id="a" width="9"]<img src="x" /> The dam in May[/caption]\n\n[gallery ids="1,2"][gallery]\n\n[embed]https://x.example[/embed]'
    )
    draft = draft_of(".xml", feed(item(told, more=post())).encode())
    assert draft.text.split("\n\n") == [FIRST, SECOND, "He said it [sic] twice.", "The dam in May"]


def test_a_collected_feed_names_each_entry_s_own_paper() -> None:
    atom = f"<feed><title>All papers</title><entry><title>Lesna</title><source><id>x</id><title>Lesna Courier</title></source><content>{FIRST}</content></entry></feed>"
    assert draft_of(".atom", atom.encode()).publisher == "Lesna Courier"


def test_an_ampersand_that_begins_no_entity_is_itself() -> None:
    text = "The owners A&B and P & C, with M&amp;N, <![CDATA[Q&R]]> agreed."
    told = f"<item><title>Gas & water</title><description>{text}</description></item>"
    draft = draft_of(".xml", feed(told).encode())
    assert (draft.title, draft.text) == ("Gas & water", "The owners A&B and P & C, with M&N, Q&R agreed.")


def test_what_a_shortcode_frames_is_a_paragraph_of_its_own_and_an_embedded_address_is_none() -> None:
    told = "First line.\n[caption id='x']The pier[/caption]\nSecond line.\n[embed]https://video.example/1[/embed]"
    body = f"<wp:post_type>post</wp:post_type><wp:status>publish</wp:status><content:encoded><![CDATA[{told}]]></content:encoded>"
    draft = draft_of(".xml", feed(f"<item><title>Lesna</title>{body}</item>").encode())
    assert draft.text == "First line.\n\nThe pier\n\nSecond line."


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("<link>/dam?utm_medium=rss</link>", "https://courier.example/dam"),
        ("<link>dam/2</link>", "https://courier.example/news/dam/2"),
        ("<link>//m.courier.example/dam</link>", "https://m.courier.example/dam"),
        ("<link>https://other.example/dam</link>", "https://other.example/dam"),
        ('<guid isPermaLink="false">4711</guid>', None),
        ("<link>http://[x</link>", None),
    ],
)
def test_an_address_that_begins_at_the_feed_s_site_is_whole(link: str, address: str | None) -> None:
    draft = draft_of(
        ".xml", feed(f"<link>https://courier.example/news/</link>{item(f'<p>{FIRST}</p>', more=link)}").encode()
    )
    assert draft.url == address


def test_an_atom_feed_names_its_base_and_its_paper_with_marks() -> None:
    entry = f'<entry><link rel="edit" href="e/1"/><link href="dam"/><content type="html">{FIRST}</content></entry>'
    title = '<title type="html">Lesna &lt;b&gt;Courier&lt;/b&gt;</title>'
    draft = draft_of(".atom", f'<feed xml:base="https://courier.example/news/">{title}{entry}</feed>'.encode())
    assert (draft.url, draft.publisher) == ("https://courier.example/news/dam", "Lesna Courier")
