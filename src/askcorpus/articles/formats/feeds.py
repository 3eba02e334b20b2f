"""Which articles does an RSS or Atom file hold?  One an entry, as much of its text as the feed gives; an export of WordPress is one."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from askcorpus.articles.decoding import decode_page, utf16
from askcorpus.articles.draft import Draft, Dropped, Unreadable, sourced
from askcorpus.articles.formats.html_fragments import text_of
from askcorpus.articles.metadata import canonical
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.characters import clean, one_line
from askcorpus.language.dates import any_date
from askcorpus.language.identify import language_code

_TEXTS = ("encoded", "content", "description", "summary")  # the longest of them is the entry's text
_DATES = ("pubDate", "published", "date", "issued", "updated", "post_date_gmt", "post_date")
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_LINK_OF_SITE = re.compile(r"(?![a-z][a-z0-9+.-]{1,20}:)\S", re.I)  # one without a scheme
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_OF_XML = frozenset(("amp", "lt", "gt", "quot", "apos"))
_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|\w{1,30};)")
_DECLARED = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n")
_SHORTCODE = re.compile(r"\[(?:/[a-z][\w-]{1,40}|[a-z][\w-]{1,40}(?:\s[^\[\]<>]{0,60}=[^\[\]]{0,2000})/?|gallery|caption|embed|playlist|audio|video|more)\]")  # fmt: skip
_EMBED = re.compile(r"\[embed[^\]]{0,200}\][^\[\]]{0,2000}\[/embed\]")
_BESIDE = re.compile(
    r"\[/?(?:caption|vc_row|vc_column|gallery)(?:\s[^\[\]]{0,2000})?\]"
)  # what stands in them is a paragraph of its own
_FIRST_ON = re.compile(r"\s*(?:the post\s.{1,300}(?:appeared first on|first appeared on)\s.{1,100}|.{1,300}\sfirst appeared on\s.{1,100})", re.I)  # fmt: skip
_NO_ARTICLES = frozenset("attachment nav_menu_item revision custom_css customize_changeset oembed_cache user_request wp_block wp_global_styles wp_navigation wp_template wp_template_part".split())  # fmt: skip


def read_feed(data: bytes) -> Iterator[Draft | Unreadable]:
    """The entries of a feed; raises Unreadable when the XML is no feed."""
    root = _root(data)
    channel = next((e for e in root if _name(e) == "channel"), root)
    publisher = one_line(text_of(_text(channel, ("title",)))) or None
    site = root.get(_BASE) or _link(channel)
    language = language_code(_text(channel, ("language",)) or root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    entries = [e for e in root.iter() if isinstance(e.tag, str) and _name(e) in ("item", "entry")]
    for number, entry in enumerate(entries, start=1):
        if not _is_published(entry):
            continue
        text, dropped = _body(entry)
        title = one_line(text_of(_text(entry, ("title",))))
        if not text:
            yield Unreadable(f"entry {number}: no text")
            continue
        source = _source(entry)
        draft = Draft(
            title=title or title_from(text),
            text=text,
            url=canonical(_address(entry, site)),
            publisher=source or publisher,
            published=next((d for name in _DATES if (d := any_date(_text(entry, (name,))))), None),
            language=language,
            dropped=dropped,
        )
        of_feed = {} if source else {"publisher": "the feed"}
        yield sourced(draft, "the feed's entry", title="the feed's entry" if title else "first sentence", **of_feed)


def links_of(data: bytes) -> list[str]:
    """The addresses of a feed's entries, in its order; raises Unreadable when it is no feed."""
    root = _root(data)
    entries = (e for e in root.iter() if isinstance(e.tag, str) and _name(e) in ("item", "entry"))
    return [link for link in map(_link, entries) if link]


def _address(entry: Any, site: str) -> str:
    """The entry's address, whole: one that begins at the feed's site is completed by that."""
    link = _link(entry)
    with suppress(ValueError):
        return urljoin(urljoin(site, entry.get(_BASE) or ""), link) if _LINK_OF_SITE.match(link) else link
    return ""


def _root(data: bytes) -> Any:
    """The feed's root; decoded before it is parsed, since a parser stops at a wrong byte, a control character, an entity of HTML."""
    plain = data if utf16(data) else data.replace(b"\x00", b"")
    text = _escaped(_ENTITY.sub(_character, _NO_XML.sub("", decode_page(plain))))
    if "<" not in text:
        raise Unreadable("not XML")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False, encoding="utf-8")
    try:
        root = etree.fromstring(_DECLARED.sub("", text, count=1).encode("utf-8", errors="replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("not XML") from error
    if root is None:
        raise Unreadable("not XML")
    if _name(root) not in ("rss", "feed", "RDF"):
        raise Unreadable("XML, but neither RSS nor Atom")
    return root


def _character(match: re.Match[str]) -> str:
    """A named character of HTML, which XML does not know: `&nbsp;` must not join two words."""
    return match[0] if match[1] in _OF_XML else html.unescape(match[0])


def _is_published(entry: Any) -> bool:
    """Whether the entry of a WordPress export is a text that was published: no draft, no picture, no menu.  Other entries are."""
    status, kind = _text(entry, ("status",)), _text(entry, ("post_type",))
    return not kind or (status in ("publish", "") and kind not in _NO_ARTICLES)


def _escaped(text: str) -> str:
    """The XML with every "&" that begins no entity written as one; in a CDATA section it may stand."""
    first, *others = text.split("<![CDATA[")
    parts = [_AMPERSAND.sub("&amp;", first)]
    for other in others:
        inside, end, outside = other.partition("]]>")
        parts.append(f"{inside}{end}{_AMPERSAND.sub('&amp;', outside)}")
    return "<![CDATA[".join(parts)


def _body(entry: Any) -> tuple[str, tuple[Dropped, ...]]:
    """The entry's text, and a line at its end that only says where it stood first."""
    wordpress = bool(_text(entry, ("post_type",)))
    told = (_read(_text(entry, (name,)), wordpress=wordpress) for name in _TEXTS)
    text = clean(max(told, key=len))
    above, gap, last = text.rpartition("\n\n")
    if gap and len(last) <= 420 and _FIRST_ON.fullmatch(last):
        return above, (Dropped(last, "says where it stood first"),)
    return text, ()


def _read(text: str, *, wordpress: bool) -> str:
    """The paragraphs of a text with tags; WordPress keeps paragraphs as empty lines, and has marks of its own."""
    if not wordpress:
        return text_of(text)
    without = _SHORTCODE.sub("", _BESIDE.sub("\n\n", _EMBED.sub("\n\n", text)))
    return text_of(f"<p>{_PARAGRAPH.sub('<p>', without)}")


def _source(entry: Any) -> str | None:
    """The paper that an entry of a collected feed is of."""
    for element in entry:
        if _name(element) == "source":
            return one_line(_text(element, ("title",)) or element.text or "") or None
    return None


def _link(entry: Any) -> str:
    """Where the entry is found; of what only names it, a name like any other."""
    for element in entry:
        if _name(element) == "link":
            if element.get("href") and element.get("rel", "alternate") == "alternate":
                return str(element.get("href")).strip()
            if (element.text or "").strip():
                return str(element.text).strip()
    named = _text(entry, ("guid", "id")).strip()
    return named if ":" in named else ""


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
