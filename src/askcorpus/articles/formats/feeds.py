"""Which articles does an RSS or Atom file hold?  One an entry, as much of its text as the feed gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.formats.html_fragments import text_of
from askcorpus.articles.metadata import canonical
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.characters import clean, one_line
from askcorpus.language.dates import any_date
from askcorpus.language.identify import language_code

_TEXTS = ("encoded", "content", "description", "summary")  # the longest of them is the entry's text
_DATES = ("pubDate", "published", "date", "issued", "updated")


def read_feed(data: bytes) -> Iterator[Draft | Unreadable]:
    """The entries of a feed; raises Unreadable when the XML is no feed."""
    root = _root(data)
    channel = next((e for e in root if _name(e) == "channel"), root)
    publisher = one_line(_text(channel, ("title",))) or None
    language = language_code(_text(channel, ("language",)) or root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    entries = [e for e in root.iter() if isinstance(e.tag, str) and _name(e) in ("item", "entry")]
    for number, entry in enumerate(entries, start=1):
        text = clean(max((text_of(_text(entry, (name,))) for name in _TEXTS), key=len))
        title = one_line(text_of(_text(entry, ("title",))))
        if not text:
            yield Unreadable(f"entry {number}: no text")
            continue
        yield Draft(
            title=title or title_from(text),
            text=text,
            url=canonical(_link(entry)),
            publisher=one_line(_text(entry, ("source",))) or publisher,
            published=next((d for name in _DATES if (d := any_date(_text(entry, (name,))))), None),
            language=language,
        )


def links_of(data: bytes) -> list[str]:
    """The addresses of a feed's entries, in its order; raises Unreadable when it is no feed."""
    root = _root(data)
    entries = (e for e in root.iter() if isinstance(e.tag, str) and _name(e) in ("item", "entry"))
    return [link for link in map(_link, entries) if link]


def _root(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("not XML") from error
    if root is None:
        raise Unreadable("not XML")
    if _name(root) not in ("rss", "feed", "RDF"):
        raise Unreadable("XML, but neither RSS nor Atom")
    return root


def _link(entry: Any) -> str:
    for element in entry:
        if _name(element) == "link":
            if element.get("href") and element.get("rel", "alternate") == "alternate":
                return str(element.get("href")).strip()
            if (element.text or "").strip():
                return str(element.text).strip()
    return _text(entry, ("guid", "id"))


def _text(parent: Any, names: tuple[str, ...]) -> str:
    """The text of the first child of one of these names, tags and all where they are not escaped."""
    for element in parent:
        if isinstance(element.tag, str) and _name(element) in names:
            if len(element):
                inner = "".join(etree.tostring(child, encoding="unicode") for child in element)
                return (element.text or "") + inner
            return element.text or ""
    return ""


def _name(element: Any) -> str:
    """The tag without its namespace, or the prefix of one that is not declared."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
