"""What does a book's own table of contents call its chapters, and which of them share a file?  That of EPUB 2 (NCX) and EPUB 3 (nav)."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.formats.packages import unpacking
from askcorpus.language.characters import one_line

_INLINE = frozenset("a b big br em font i img s small span strong sub sup u".split())
MARK = "\ue000"
"""Of private use; alone in a paragraph it says that the next article begins."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table of contents."""

    fragment: str
    """Of the element in the file where the chapter begins; empty for the file's beginning."""
    label: str


def contents_of(
    packed: zipfile.ZipFile, package: Any, *, member: Callable[[str, str], str], folder: str
) -> dict[str, tuple[Entry, ...]]:
    """The entries of each file, in the order of the table; nothing where there is none or it is damaged.

    `member` finds the file that an address means, beside a folder. Entries below others are parts of a chapter, not chapters.
    """
    found: dict[str, list[tuple[int, Entry]]] = {}
    for item in package.iterfind(".//{*}manifest/{*}item"):
        is_nav = "nav" in (item.get("properties") or "").split()
        if not is_nav and item.get("media-type") != "application/x-dtbncx+xml":
            continue
        name = member(folder, item.get("href") or "")
        tree = None
        with suppress(Unreadable, etree.LxmlError), unpacking("table of contents"):
            tree = etree.fromstring(
                packed.read(name), etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
            )
        if tree is None or found:
            continue
        for depth, label, address in _lines(tree):
            plain, _, fragment = address.partition("#")
            file = member(posixpath.dirname(name), plain)
            found.setdefault(file, []).append((depth, Entry(fragment, label)))
    return {file: _of_one_depth(entries) for file, entries in found.items()}


def _lines(tree: Any) -> Iterator[tuple[int, str, str]]:
    """How deep each line of the table is, what it says and where it leads."""
    for point in tree.iter("{*}navPoint"):
        label, content = point.find("{*}navLabel"), point.find("{*}content")
        if label is not None and content is not None:
            depth = sum(1 for _ in point.iterancestors("{*}navPoint"))
            yield depth, one_line("".join(label.itertext())), content.get("src") or ""
    for nav in tree.iter("{*}nav"):
        kind = next((value for name, value in nav.attrib.items() if name.rpartition("}")[2] == "type"), "toc")
        for link in nav.iter("{*}a") if "toc" in kind.split() else ():
            depth = sum(1 for _ in link.iterancestors("{*}ol"))
            yield depth, one_line("".join(link.itertext())), link.get("href") or ""


def _of_one_depth(entries: list[tuple[int, Entry]]) -> tuple[Entry, ...]:
    highest = min(depth for depth, _ in entries)
    return tuple(entry for depth, entry in entries if depth == highest)


def mark_beginnings(tree: HtmlElement, entries: tuple[Entry, ...]) -> None:
    """Put a paragraph with nothing but the mark before the elements at which several chapters of one file begin."""
    wanted = {entry.fragment for entry in entries if entry.fragment}
    for element in [e for e in tree.iter() if isinstance(e.tag, str) and {e.get("id"), e.get("name")} & wanted]:
        block = element
        while block.tag in _INLINE and block.getparent() is not None:
            block = block.getparent()
        if block.getparent() is not None and block.tag != "body":
            mark = block.makeelement("p")
            mark.text = MARK
            block.addprevious(mark)
