from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from askcorpus.rendering.addresses import web
from askcorpus.rendering.markdown import answer_markdown, escaped
from askcorpus.types import Answer, Article, Citation, Source

NASTY = (
    "*Nine* people_were_hurt, `code` [link](http://evil.example) <script>alert(1)</script> | ~~no~~ & &amp; # $x$",
    "1. May was the day",
    "1234567890. is no number of a list",
    "- said the minister",
    "= and + and : at the start",
    "C:\\path\\*",
    "<http://evil.example>",
    "![picture](x)",
)


def shown(markdown: str) -> str:
    """The text that a reader sees."""
    tokens = MarkdownIt().parse(markdown)
    children = (child for token in tokens for child in token.children or ())
    return "".join("\n" if child.type in ("softbreak", "hardbreak") else child.content for child in children)


@pytest.mark.parametrize("text", NASTY)
def test_somebodys_text_is_shown_as_it_is(text: str) -> None:
    markdown = escaped(text)
    (token, *_), inline = MarkdownIt().parse(markdown), MarkdownIt().parseInline(markdown)[0]
    assert token.type == "paragraph_open"
    assert {child.type for child in inline.children or ()} <= {"text", "text_special"}
    assert shown(markdown) == text


def answer_about(url: str | None) -> Answer:
    text = "Nine [9] were hurt.\nThe ferry *sank*."
    article = Article(
        "a1", "A *title* ]( of one", text, Source("a.txt", url=url, publisher="The_Post_", published="2025-03-11")
    )
    other = Article("a2", "Another", text, Source("b.txt"))
    return Answer(
        "q", (Citation(1, text, 0, len(text), article, 0.5), Citation(2, text, 0, len(text), other, 0.4, story=1)), 0.9,
        independent_sources=1, took_ms=3,
    )  # fmt: skip


def test_an_answer_is_a_quote_and_a_list_whose_numbers_are_the_citations() -> None:
    assert answer_markdown(answer_about("https://post.example/a?b=c_d")) == (
        "> Nine \\[9\\] were hurt. The ferry \\*sank\\*. \\[1\\]\n\n"
        "1. [A \\*title\\* \\]( of one](<https://post.example/a?b=c_d>) · The\\_Post\\_ · 2025-03-11 · a.txt\n"
        "2. the same words in Another · b.txt\n\n"
        "*1 independent source, 2 articles, sure, 3 ms*\n"
    )


def test_not_found_names_the_nearest() -> None:
    article = Article("a1", "A title", "Text.", Source("a.txt"))
    told = answer_markdown(Answer("q", (), 0.1, nearest=(article,)))
    assert told == "**Not found in this corpus.**\n\nNearest articles:\n\n- A title · a.txt\n"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a b>c", "https://example.org/a%20b%3Ec"),
        ("https://example.org/ü\x1b]8;;\x07", "https://example.org/%C3%BC%1B]8;;%07"),
        ("HTTP://example.org/%20x", "HTTP://example.org/%20x"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_link_leads_into_the_web_or_nowhere(url: str | None, address: str | None) -> None:
    assert web(url) == address
    tokens = MarkdownIt().parse(answer_markdown(answer_about(url)))
    links = [child for token in tokens for child in token.children or () if child.type == "link_open"]
    assert len(links) == (address is not None)
