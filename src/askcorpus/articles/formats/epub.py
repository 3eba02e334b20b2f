"""Which articles does an EPUB hold?  One a chapter, in reading order; covers, lists of contents and bars of links are passed over."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree
from lxml.html import HtmlElement

from askcorpus.articles.decoding import decode_page
from askcorpus.articles.document import Document
from askcorpus.articles.draft import Limits, Unreadable
from askcorpus.articles.formats.epub_contents import MARK, Entry, contents_of, mark_beginnings
from askcorpus.articles.formats.html_fragments import blocks_of, tree_of
from askcorpus.articles.formats.packages import check_packed, unpacking
from askcorpus.articles.metadata import Metadata, canonical
from askcorpus.articles.page.block import Block
from askcorpus.articles.page.headlines import is_prose
from askcorpus.language.characters import one_line
from askcorpus.language.dates import date_line
from askcorpus.language.identify import language_code

_CHAPTER = 200  # characters that a chapter must hold to be an article, unless a paragraph of it is of some length
_BRIEF = 80  # characters of sentences below a headline: a piece of news in brief; a dedication is shorter
_PARAGRAPH = 100  # the same length as in headlines.is_prose
_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "")
_BAR = 300  # characters; a paragraph that is nothing but links and is longer is somebody's list
_TOOLS = ("calibre", "sigil", "pandoc")  # programs that name themselves as the publisher
_SAVED_FROM = re.compile(
    rf"(?:downloaded by|saved from|source:|read (?:the )?original|\b(?:{'|'.join(_TOOLS)})\b)[^\n]{{0,100}}?(https?://\S+)\s*$",
    re.I,
)
_ISSUE = re.compile(r"\s*(?:\[(?P<in>[^\]]{6,40})\]|[,:–—-]\s*(?P<after>[^,–—]*\d.{4,40}))\s*$")
_LONGEST_TITLE = 300  # characters of a book's title that may end in an issue's day
_BAR_OF_WORDS = re.compile(r"\|(?: ?[^|\n]{1,30}\|){1,6}")
_LAST = 3  # paragraphs among which a program says where it got the article
_LEADS = 2  # other chapters
_SHARE = 0.25  # of the paragraphs of a list: headline, time, teaser and author of each


@dataclass(frozen=True, slots=True)
class _Book:
    """What the package says of the whole book."""

    chapters: tuple[str, ...]
    """Names of members, in reading order; those that are named but not there as well."""
    known: Metadata
    contents: dict[str, tuple[Entry, ...]]
    """What its table of contents calls each of them."""


def read_epub(data: bytes, *, limits: Limits) -> Iterator[Document | Unreadable]:
    """The chapters of an EPUB; one that is missing or damaged is an Unreadable."""
    check_packed(data, limits)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        try:
            with unpacking("EPUB"):
                book = _book(packed)
        except (AttributeError, TypeError, etree.LxmlError) as error:  # what the package names is not there
            raise Unreadable("damaged EPUB") from error
        for name in book.chapters:
            yield from _chapter(packed, name, book)


def _book(packed: zipfile.ZipFile) -> _Book:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    package_name = etree.fromstring(packed.read(_CONTAINER), parser).find(".//{*}rootfile").get("full-path")
    package = etree.fromstring(packed.read(package_name), parser)
    folder = posixpath.dirname(package_name)
    hrefs = {
        item.get("id"): item.get("href") or ""
        for item in package.iterfind(".//{*}manifest/{*}item")
        if (item.get("media-type") or "") in _PAGES
    }
    parts = (part.get("idref") for part in package.iterfind(".//{*}spine/{*}itemref"))
    members = {name.casefold(): name for name in packed.namelist()}
    chapters = dict.fromkeys(_member(folder, hrefs[part], members) for part in parts if part in hrefs)
    contents = contents_of(packed, package, member=lambda beside, href: _member(beside, href, members), folder=folder)
    return _Book(tuple(chapters), _known(package), contents)


def _member(folder: str, href: str, members: dict[str, str]) -> str:
    """The member that an address in the package means; it may be percent-encoded, lead upwards and end in a fragment."""
    plain = href.partition("#")[0]
    paths = [posixpath.normpath(posixpath.join(folder, path)).lstrip("/") for path in (href, plain, unquote(plain))]
    return next((members[path.casefold()] for path in paths if path.casefold() in members), paths[-1])


def _known(package: Any) -> Metadata:
    """Language, paper and day of the issue: "Tolsund Post [Wed, 12 Mar 2025]" is the paper's of that day.

    The package's own date is not looked at: mostly it says when the book was made.
    """
    title = one_line(package.findtext(".//{*}metadata/{*}title") or package.findtext(".//{*}title") or "")
    issue = _ISSUE.search(title) if len(title) <= _LONGEST_TITLE else None
    day = date_line(issue["in"] or issue["after"]) if issue else None
    publisher = one_line(package.findtext(".//{*}publisher") or "")
    if publisher.split(" ")[0].casefold() in _TOOLS:
        publisher = ""
    return Metadata(
        publisher=publisher or (title[: issue.start()] if issue and day else title) or None,
        published=day,
        language=language_code(package.findtext(".//{*}language")),
    )


def _chapter(packed: zipfile.ZipFile, name: str, book: _Book) -> Iterator[Document | Unreadable]:
    try:
        member = packed.getinfo(name)
    except KeyError:
        yield Unreadable(f"{name}: missing from the book")
        return
    try:
        with unpacking("chapter"):
            tree = tree_of(decode_page(packed.read(member)))
    except Unreadable as error:
        yield Unreadable(f"{name}: {error}")
        return
    if tree is None:
        return
    _drop_bars(tree)
    if _is_list(tree, name, book):
        return
    entries = book.contents.get(name, ())
    mark_beginnings(tree, entries if len(entries) > 1 else ())
    pieces = _pieces([block for block in blocks_of(tree) if not _BAR_OF_WORDS.fullmatch(block.text)])
    for blocks, label in zip(pieces, _labels(pieces, entries), strict=True):
        document = _document(blocks, label, book.known)
        if document is not None:
            yield document


def _pieces(blocks: list[Block]) -> list[list[Block]]:
    """The blocks of each chapter of a file; of one, where a piece of it would be no article by itself."""
    pieces: list[list[Block]] = [[]]
    for block in blocks:
        if block.text == MARK:
            pieces.append([])
        else:
            pieces[-1].append(block)
    pieces = [piece for piece in pieces if piece]
    if all(_is_article([b.text for b in piece if b.kind != "head"]) for piece in pieces):
        return pieces
    return [[block for block in blocks if block.text != MARK]]


def _labels(pieces: Sequence[object], entries: tuple[Entry, ...]) -> list[str]:
    """What the table of contents calls each piece of a file; nothing where it has other pieces."""
    return [entry.label for entry in entries] if len(pieces) == len(entries) else [""] * len(pieces)


def _document(blocks: list[Block], label: str, known: Metadata) -> Document | None:
    title = next((b.text for b in blocks if b.kind == "head"), None)
    paragraphs = [b.text for b in blocks if b.text != title]
    url = None
    for place in range(len(paragraphs) - 1, max(-1, len(paragraphs) - 1 - _LAST), -1):
        if saved := _SAVED_FROM.search(paragraphs[place]):
            url = canonical(saved[1])
            del paragraphs[place]
            break
    brief = title is not None and sum(len(p) for p in paragraphs if is_prose(p)) >= _BRIEF
    if not _is_article(paragraphs) and not brief:
        return None  # a cover, a part's name
    return Document(tuple(paragraphs), known=Metadata(title=title, url=url), otherwise=known, named=label)


def _is_article(paragraphs: Sequence[str]) -> bool:
    return sum(map(len, paragraphs)) >= _CHAPTER or max(map(len, paragraphs), default=0) >= _PARAGRAPH


def _is_list(tree: HtmlElement, name: str, book: _Book) -> bool:
    """Whether a chapter does nothing but lead to others: it has a link to another for every few of its paragraphs."""
    folder = posixpath.dirname(name)
    addresses = {link.get("href").partition("#")[0] for link in tree.iter("a") if link.get("href")}
    paths = {posixpath.normpath(posixpath.join(folder, unquote(address))) for address in addresses if address}
    led_to = paths & set(book.chapters) - {name}
    return len(led_to) >= _LEADS and len(led_to) >= _SHARE * len(blocks_of(tree))


def _drop_bars(tree: HtmlElement) -> None:
    """Take out paragraphs that are nothing but links to other places of the book: "| Next | Main Menu | Previous |"."""
    for element in list(tree.iter("p", "div", "nav", "td", "li", "span")):
        links = element.findall(".//a[@href]")
        if len(links) < 2 or element.getparent() is None:
            continue
        text = "".join(element.itertext())
        linked = "".join("".join(link.itertext()) for link in links)
        if len(text) <= _BAR and not any(c.isalnum() for c in _without(text, linked)):
            element.drop_tree()


def _without(text: str, linked: str) -> str:
    """The text's letters and digits that are more than those of its links."""
    inside = sum(c.isalnum() for c in linked)
    rest = [c for c in text if c.isalnum()]
    return "".join(rest[inside:])
