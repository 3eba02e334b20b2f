"""Where on a web page is the article's body?  The only module that knows trafilatura's extraction."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

from lxml.etree import LxmlError, XPath, iterwalk
from lxml.html import HtmlElement, HTMLParser, document_fromstring, fromstring

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.formats.html_fragments import plainly
from askcorpus.articles.formats.html_outline import letters
from askcorpus.articles.formats.raised import show_plainly
from askcorpus.articles.page.block import Block

_DEEP = plainly(HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True))
_NAMES = XPath("//@itemprop", smart_strings=False)
_BLOCKS = frozenset({"p", "head", "quote", "item", "row", "lb", "list", "table", "ab", "code", "div"})
_CONTROLS = bytes(code for code in range(0x20) if chr(code) not in "\t\n\r")
_NO_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
_BEGINNING = 50  # characters in which a page says that it is HTML, as trafilatura has it
_FEWEST = 2  # elements of a page that does not say so
_FIRST_LINES = 4096  # bytes, to the end of their last line; trafilatura mends the first line, and the first four of so many characters
_LITTLE = 1000  # characters; benchmarks/extraction: comparing every page gains nothing and takes a quarter of the time
_BODY_LEAST = 250  # characters that a marked body must hold to be trusted
_NOT_BODY = re.compile(r"comment|related|teaser|promo|repl(?:y|ies)|card|sidebar|newsletter|footer|author|bio", re.I)
_PROSE_LEAST = 80  # characters of a paragraph that says what its container is


def parsed(page: bytes, *, max_depth: int) -> HtmlElement:
    """The tree of a page in UTF-8; raises Unreadable when there is none, or one nested too deep.

    As trafilatura's `load_html` makes it, which takes twice the time: it looks at each character for those that XML forbids,
    and its parser at each again to find out what encoding Python keeps them in.
    """
    parser = _parser()
    try:
        tree = fromstring(_markup(page), parser=parser)
        problem = parser.error_log.last_error
        if problem is not None and problem.type_name == "ERR_RESOURCE_LIMIT":  # it stops reading at depth 256
            tree = document_fromstring(page, parser=_DEEP)
            if _depth(tree) > max_depth:
                raise Unreadable(f"elements nested more than {max_depth} deep")
    except (ValueError, AssertionError, LxmlError) as error:
        raise Unreadable("not a web page") from error
    if len(tree) < _FEWEST and b"html" not in page[:_BEGINNING].lower():
        raise Unreadable("not a web page")
    show_plainly(tree)
    return tree


def _markup(page: bytes) -> bytes:
    """The page without characters that XML forbids, its first lines as trafilatura repairs them."""
    from trafilatura.utils import repair_faulty_html

    page = page.translate(None, _CONTROLS)
    if b"\xef" in page:  # few have a character that begins so
        page = _NO_CHARACTERS.sub(b"", page)
    end = page.find(b"\n", _FIRST_LINES) + 1 or len(page)
    head = page[:end].decode("utf-8")
    repaired: str = repair_faulty_html(head, head[:_BEGINNING].lower())
    return repaired.encode("utf-8") + page[end:]


@functools.cache
def _parser() -> HTMLParser:
    """Trafilatura's own parser, made ready once: the logger forgets what it knows whenever its level is set."""
    from trafilatura.utils import HTML_PARSER

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it discards is a Skip that we name
    return plainly(HTML_PARSER)


def body_of(tree: HtmlElement) -> list[Block]:
    """The blocks of the article's body, in the page's order.

    Where the page marks its body as such, only that is looked at. Where the text is cut into several containers of one
    make and only some were taken, the others are joined to them.
    """
    marked = _marked_body(tree)
    blocks = _extracted(marked) if marked is not None else []
    if _size(blocks) < _BODY_LEAST:
        blocks = _extracted(tree)
        joined = _joined_containers(tree, blocks)
        more = _extracted(joined) if joined is not None else []
        blocks = more if _size(more) > _size(blocks) else blocks
    links = _links_among(blocks, tree)
    return [replace(block, is_link=True) if letters(block.text) in links else block for block in blocks]


def _links_among(blocks: list[Block], tree: HtmlElement) -> set[str]:
    """The letters of the page's links, those left out that are shorter or longer than any of the blocks: most of a menu's."""
    sizes = [len(letters(block.text)) for block in blocks]
    shown = (a.text_content() if len(a) else a.text or "" for a in tree.iter("a")) if blocks else ()
    return {own for text in shown if len(text) >= min(sizes) and len(own := letters(text)) <= max(sizes)}


def _extracted(tree: HtmlElement) -> list[Block]:
    """What trafilatura finds; it compares itself with other extractors only where it finds little by itself."""
    blocks = _extracted_by(tree, fast=True)
    if _size(blocks) < _LITTLE:
        more = _extracted_by(tree, fast=False)
        blocks = more if _size(more) > _size(blocks) else blocks
    return blocks


def _extracted_by(tree: HtmlElement, *, fast: bool) -> list[Block]:
    from trafilatura import bare_extraction

    document: Any = bare_extraction(tree, options=_options(fast=fast))
    return list(_blocks(document.body)) if document is not None and document.body is not None else []


@functools.cache
def _options(*, fast: bool) -> Any:
    """What is asked of the extractor: made once, and no Python of it, which would have the body spelled out as well."""
    from trafilatura.settings import Extractor

    return Extractor(output_format="txt", comments=False, fast=fast)


def _marked_body(tree: HtmlElement) -> HtmlElement | None:
    """The page with nothing but the element that it marks as the article's body; None when it marks none or several."""
    if not any("articleBody" in name for name in _NAMES(tree)):
        return None
    bodies = [e for e in tree.iter() if "articleBody" in (e.get("itemprop") or "").split()]
    if len(bodies) != 1 or len(bodies[0].text_content()) < _BODY_LEAST:
        return None
    page = fromstring("<html><body><article></article></body></html>")
    page[0][0].append(deepcopy(bodies[0]))
    return page


def _joined_containers(tree: HtmlElement, blocks: list[Block]) -> HtmlElement | None:
    """The page with the text of like containers joined in the first of them; None when nothing is missing."""
    taken = {letters(block.text)[:60] for block in blocks}
    alike: dict[tuple[Any, ...], list[HtmlElement]] = {}
    for container in dict.fromkeys(parent for p in tree.iter("p") if (parent := p.getparent()) is not None):
        make = (container.tag, container.get("class"), _story_of(container))
        if make[2] is not None:
            alike.setdefault(make, []).append(container)
    for make, containers in alike.items():
        if len(containers) < 2 or _NOT_BODY.search(make[1] or ""):
            continue
        counts = [_prose_of(container, taken) for container in containers]
        whole = any(there >= 2 and not missing for there, missing in counts)
        if whole and any(missing >= 2 for _, missing in counts):
            return _joined(tree, [c for c, count in zip(containers, counts, strict=True) if any(count)])
    return None


def _prose_of(container: HtmlElement, taken: set[str]) -> tuple[int, int]:
    """How many paragraphs of running text the element has that are among those taken, and how many that are not."""
    there = missing = 0
    for paragraph in container.iterchildren("p"):
        text = paragraph.text_content().strip()
        if len(text) >= _PROSE_LEAST and _link_share(paragraph, text) < 0.3:
            was_taken = letters(text)[:60] in taken
            there, missing = there + was_taken, missing + (not was_taken)
    return there, missing


def _joined(tree: HtmlElement, containers: list[HtmlElement]) -> HtmlElement:
    order = {element: number for number, element in enumerate(tree.iter())}
    paths = [tree.getroottree().getpath(c) for c in sorted(containers, key=order.__getitem__)]
    copy: HtmlElement = deepcopy(tree)
    copies = [copy.getroottree().xpath(path)[0] for path in paths]
    for other in copies[1:]:
        for child in list(other):
            copies[0].append(child)
    return copy


def _story_of(element: HtmlElement) -> HtmlElement | None:
    """The article or main element around it."""
    return next((a for a in element.iterancestors("article", "main")), None)


def _link_share(element: HtmlElement, text: str) -> float:
    return sum(len(a.text_content()) for a in element.iter("a")) / max(1, len(text))


def _size(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _blocks(body: Any) -> Iterator[Block]:
    """The blocks of trafilatura's tree as the page spells them: nothing is put between words but white space."""
    parts: list[str] = []
    kind = "p"
    for event, element in _events(body):
        tag = element.tag
        if event == "start":
            if tag in _BLOCKS:
                yield from _flushed(parts, kind)
                kind = kind if tag == "lb" else tag
            parts.append(element.text or "")
        else:
            if tag == "cell":
                parts.append(" ")
            elif tag in _BLOCKS:
                yield from _flushed(parts, kind)
                kind = kind if tag == "lb" else "p"
            parts.append(element.tail or "")
    yield from _flushed(parts, kind)


def _flushed(parts: list[str], kind: str) -> Iterator[Block]:
    text = "".join(parts).strip()
    parts.clear()
    if text:
        yield Block(text, kind)


def _events(body: Any) -> Iterator[tuple[str, Any]]:
    return iter(iterwalk(body, events=("start", "end")))


def _depth(tree: HtmlElement) -> int:
    """How deep the elements are nested, counted without recursion."""
    depth = deepest = 0
    element = tree
    while True:
        child = element[0] if len(element) else None
        if child is not None:
            element, depth = child, depth + 1
            deepest = max(deepest, depth)
            continue
        while element is not tree and element.getnext() is None:
            element, depth = element.getparent(), depth - 1
        if element is tree:
            return deepest
        element = element.getnext()
