"""Which articles do the wire's own formats hold?  NITF, NewsML-G2 and NewsML 1.2, one article an item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from askcorpus.articles.draft import Draft, Dropped, Unreadable, sourced
from askcorpus.articles.formats.html_fragments import blocks_of, text_of
from askcorpus.articles.metadata import canonical
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.characters import clean, one_line
from askcorpus.language.dates import any_date
from askcorpus.language.identify import language_code

_ROOT = re.compile(rb"<(?:\w+:)?(?:nitf|newsml|newsmessage|newsitem|packageitem)[\s>]", re.I)
_LOOKED_AT = 4096  # bytes
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?")


def is_wire(data: bytes) -> bool:
    """Whether the XML is in one of these formats."""
    return bool(_ROOT.search(data[:_LOOKED_AT]))


def read_wire(data: bytes) -> Iterator[Draft | Unreadable]:
    """The articles of the items in their order; raises Unreadable when it is no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("not XML") from error
    if root is None:
        raise Unreadable("not XML")
    for number, item in enumerate(_items(root), start=1):
        draft = _draft(item)
        yield draft if draft is not None else Unreadable(f"item {number}: no text")


def _items(root: Any) -> list[Any]:
    """The elements that are an article each: an item of NewsML with what is in it, else a whole NITF."""
    named = [e for e in root.iter() if _name(e) in ("newsItem", "NewsItem")]
    inner = [e for e in named if not any(_name(below) == "NewsItem" for below in e.iterdescendants())]
    return inner or [e for e in root.iter() if _name(e) == "nitf"][:1] or [root]


def _draft(item: Any) -> Draft | None:
    body, dropped = _body(item)
    text = clean(body)
    title = one_line(_first(item, "hl1", "headline", "HeadLine", "title"))
    if not text:
        return None
    published, origin = _published(item)
    publisher = one_line(_publisher(item)) or None
    draft = Draft(
        title=title or title_from(text),
        text=text,
        url=canonical(_first(item, "canonical") or None),
        publisher=publisher,
        published=published,
        language=_language(item),
        dropped=tuple(dropped),
        origins=(("published", origin),) if published else (),
    )
    return sourced(draft, "head of the item", title="head of the item" if title else "first sentence")


def _body(item: Any) -> tuple[str, list[Dropped]]:
    """The running text, and the byline and dateline above it."""
    dropped = [
        Dropped(one_line(_text(e)), "byline" if _name(e).lower() in ("byline", "by") else "dateline")
        for e in item.iter()
        if _name(e) in ("byline", "dateline", "ByLine", "DateLine", "by") and one_line(_text(e))
    ]
    for name in ("body.content", "body", "inlineXML", "inlineData", "DataContent"):
        for element in item.iter():
            if _name(element) != name:
                continue
            paragraphs = [block.text for block in blocks_of(_as_html(element))] if len(element) else []
            text = "\n\n".join(paragraphs) or text_of(element.text or "")
            if text.strip():
                lead = [one_line(_text(e)) for e in item.iter() if _name(e) in ("hl2", "SubHeadLine")]
                title = one_line(_first(item, "hl1", "headline", "HeadLine"))
                kept = [p for p in (*lead, *text.split("\n\n")) if p.strip() and p != title]
                return "\n\n".join(kept), [d for d in dropped if d.text not in kept]
    return "", dropped


def _as_html(element: Any) -> str:
    """The element's inside with the names of HTML, whatever namespace it is in; without what is no text of it."""
    parts = [_escaped(element.text)]
    for child in element:
        name = _name(child)
        if name and name not in (
            "media",
            "body.end",
            "byline",
            "dateline",
            "hedline",
            "head",
            "title",
            "style",
            "script",
        ):
            tag = {"block": "div", "hl2": "h3", "body.content": "div", "body": "div", "html": "div", "nitf": "div"}.get(
                name, name
            )
            parts.append(f"<{tag}>{_as_html(child)}</{tag}>")
        parts.append(_escaped(child.tail))
    return "".join(parts)


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;")


def _published(item: Any) -> tuple[str | None, str]:
    """When the text was made, and which element says so; a version's own time only where nothing says when the first was."""
    places = (
        ("date.issue", "norm"), ("date.release", "norm"), ("contentCreated", ""), ("FirstCreated", ""),
        ("firstCreated", ""), ("pubdata", "date.publication"), ("versionCreated", ""), ("ThisRevisionCreated", ""), ("DateId", ""),
    )  # fmt: skip
    for name, attribute in places:
        for element in item.iter():
            if _name(element) == name:
                text = (element.get(attribute) if attribute else _text(element)) or ""
                basic = _BASIC.fullmatch(text.strip())
                day = any_date(_extended(basic) if basic else text.strip())
                if day:
                    return day, name
    return None, ""


def _extended(match: re.Match[str]) -> str:
    day = f"{match[1]}-{match[2]}-{match[3]}"
    zone = match[7] or ""
    zone = f"{zone[:3]}:{zone[-2:]}" if len(zone) == 5 else zone
    return f"{day}T{match[4]}:{match[5]}:{match[6] or '00'}{zone}" if match[4] else day


def _publisher(item: Any) -> str:
    papers = (str(e.get("name")) for e in item.iter() if _name(e) == "pubdata" and e.get("name"))
    if paper := next(papers, ""):
        return paper
    for element in item.iter():
        name = _name(element)
        if name == "provider":
            return (
                _first(element, "name") or str(element.get("literal") or element.get("qcode") or "").rpartition(":")[2]
            )
        if name == "doc.copyright" and element.get("holder"):
            return str(element.get("holder"))
        if name == "Provider":
            party = next((e for e in element.iter() if _name(e) == "Party"), None)
            return str(party.get("FormalName") or "") if party is not None else ""
    root = item.getroottree().getroot()
    parties = [e for e in root.iter() if _name(e) == "SentFrom" for e in e.iter() if _name(e) == "Party"]
    return str(parties[0].get("FormalName") or "") if parties else _first(item, "ProviderId")


def _language(item: Any) -> str | None:
    tags = [e.get("tag") or e.get("FormalName") for e in item.iter() if _name(e) in ("language", "Language")]
    tags += [e.get(_LANG) for e in (item, item.getroottree().getroot()) if e.get(_LANG)]
    return next((code for tag in tags if (code := language_code(tag))), None)


def _first(item: Any, *names: str) -> str:
    for name in names:
        for element in item.iter():
            if _name(element) == name and _text(element).strip():
                return _text(element)
    return ""


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
