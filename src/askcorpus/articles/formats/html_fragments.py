"""Which paragraphs does a piece of HTML spell?  All of them, in order, without judging what they are."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import ElementDefaultClassLookup, ParserError, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from askcorpus.articles.formats.raised import show_plainly
from askcorpus.articles.page.block import Block

_SILENT = frozenset("script style template noscript svg head iframe object select button form nav footer".split())
_INLINE = frozenset("a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby s samp "
                    "small span strike strong sub sup time tt u var wbr rb rp rt".split())  # fmt: skip
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())


def plainly(parser: HTMLParser) -> HTMLParser:
    """The parser, each element of whose trees is plainly an element.

    Else lxml asks Python for the class of each as often as somebody looks at it, a tenth of the time a page takes.
    """
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return parser


def blocks_of(html: str | HtmlElement) -> list[Block]:
    """The paragraphs of a piece of HTML; nothing of scripts, forms and navigation."""
    tree = tree_of(html) if isinstance(html, str) else html
    return [] if tree is None else list(_blocks(tree))


def tree_of(html: str) -> HtmlElement | None:
    """The elements of a piece of HTML, whatever encoding its XML declaration names: it has been decoded by now."""
    parser = plainly(HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8"))
    try:
        tree = document_fromstring(html.encode("utf-8", errors="replace"), parser=parser)
    except (ParserError, ValueError):
        return None
    show_plainly(tree)
    return tree


def text_of(html: str) -> str:
    """The paragraphs of a piece of HTML, an empty line between them; text without tags is left as it is."""
    if "<" not in html and "&" not in html:
        return html
    return "\n\n".join(block.text for block in blocks_of(html))


def _blocks(tree: HtmlElement) -> Iterator[Block]:
    parts: list[str] = []
    kind, silent = "p", 0
    for event, element in iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "script"
        if event == "start":
            silent += tag in _SILENT
            if tag not in _INLINE:
                yield from _flushed(parts, kind)
                kind = "head" if tag in _HEADINGS else "item" if tag == "li" else kind if tag == "br" else "p"
            parts.append("" if silent else element.text or "")
        else:
            silent -= tag in _SILENT
            if tag not in _INLINE:
                yield from _flushed(parts, kind)
                kind = kind if tag == "br" else "p"
            parts.append("" if silent else element.tail or "")
    yield from _flushed(parts, kind)


def _flushed(parts: list[str], kind: str) -> Iterator[Block]:
    text = " ".join("".join(parts).split())
    parts.clear()
    if text:
        yield Block(text, kind)
