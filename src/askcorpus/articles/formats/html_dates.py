"""When was a web page's article published?  By what says so of this very article; else it is not known.

A copyright line, a year in the text, the date of another story or of a correction say nothing of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from askcorpus.articles.draft import Draft
from askcorpus.articles.formats.html_outline import zone_of
from askcorpus.articles.page.headlines import is_prose
from askcorpus.articles.page.imprint import imprint
from askcorpus.language.dates import any_date, believable, date_line, is_of_change

_JSON_LD = XPath('//script[@type="application/ld+json"]/text()', smart_strings=False)
_MARKED = XPath('//*[@itemprop="datePublished" or @property="datePublished" or @pubdate]')
_META = (
    frozenset(
        "article:published_time og:article:published_time og:published_time article:published datepublished og:datepublished "
        "parsely-pub-date dc.date.issued dcterms.issued cxenseparse:recs:publishtime pubdate publishdate publish-date publish_date "
        "publication_date published_time published-date article.published rnews:datepublished bt:pubdate citation_publication_date "
        "citation_online_date vr:published_time article_date_original originalpublicationdate og:pubdate published published_at "
        "shareaholic:article_published_time".split()
    ),
    frozenset(
        "date dc.date dc.date.created dcterms.date dcterms.created dc.created sailthru.date date.release creationdate article.created "
        "last-published".split()
    ),
)
"""Names that say publication, then those that some sites also give to the last change."""
_ARTICLE_TYPES = re.compile(r"(?:\w*Article|\w*Posting|Report|Review|CreativeWork|WebPage)")
_SURE_TYPES = re.compile(r"(?:\w*Article|\w*Posting|Report|Review)")
_IN_PATH = re.compile(r"(?:^|[^0-9])((?:19|20)\d\d)([/_.-]?)([01]?\d)\2([0-3]?\d)(?![0-9])")
_NAMED_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/_-]([^\W\d_]{3,12})[/_-](\d{1,2})(?![0-9])")
_DATED = re.compile(
    r"(?:^|[\s_-])(?:\w{0,20}date\w{0,20}|\w{0,20}time\w{0,20}|publi\w{0,20}|posted\w{0,20}|datum|fecha|meta|byline|created|veroeffentlicht)(?:$|[\s_-])",
    re.I,
)
_UPDATED = re.compile(r"updat|modif|aktualis|maj\b", re.I)
_PROSE = 100  # characters of a paragraph below which the head of an article ends
_HEAD_ELEMENTS = 60  # elements around a headline among which a date may stand
_WRAPPED = re.compile(
    r"/\*\s{0,9}(?:<!\[CDATA\[|\]\]>)\s{0,9}\*/|//\s{0,9}(?:<!\[CDATA\[|\]\]>)|^\s*(?:<!--|<!\[CDATA\[)|(?:-->|\]\]>)\s{0,99}$"
)
_LAST_COMMA = re.compile(r",\s{0,99}([}\]])")
_DEEPEST = 3  # objects inside objects
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ZONE = re.compile(r"\s?\((?:GMT|UTC)?([+-]\d{1,2}(?::?\d{2})?)\)$")
_MONTH_FIRST = frozenset({"en-us", "en-ph", "fil", "en-pr"})
_EITHER = frozenset({"en", ""})  # languages of countries that write the one or the other first


def published_of(tree: HtmlElement, told: dict[str, Any], *, url: str | None, language: str) -> tuple[str | None, str]:
    """The date, with its time and zone where the page gives them, and what says so; `told` is the article's JSON-LD."""
    candidates = (
        ("meta tag", _meta_dates(tree)),
        ("JSON-LD", [str(told.get("datePublished") or "")]),
        ("marked time", _marked_times(tree)),
        ("line above the text", _head_dates(tree, language)),
        ("JSON-LD", [str(told.get("dateCreated") or "")]),
        ("address", [date_in_address(url) or ""]),
    )
    for origin, texts in candidates:
        for text in texts:
            found = any_date(text) or believable(day_of_line(text, language))
            if found:
                return found, origin
    return None, ""


def articles_in(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The articles, and pages, that the page describes in JSON-LD."""
    for script in _JSON_LD(tree):
        for node in _nodes(_json(script), _DEEPEST):
            if any(_ARTICLE_TYPES.fullmatch(kind) for kind in kinds_of(node)):
                yield node


def _json(script: str) -> object:
    """What a script holds; where it is no JSON, without the comments in which some pages wrap it and commas behind a last member."""
    for text in (script, _LAST_COMMA.sub(r"\1", _WRAPPED.sub("", script))):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: object, depth: int) -> Iterator[dict[str, Any]]:
    """The objects that stand at the top of the JSON, in a list or a graph, or as what a page is about."""
    for node in value if isinstance(value, list) else [value]:
        if not isinstance(node, dict):
            continue
        yield node
        for name in ("@graph", "mainEntity"):
            if depth and isinstance(node.get(name), list | dict):
                yield from _nodes(node[name], depth - 1)


def own_article(nodes: Sequence[dict[str, Any]], *, title: str, url: str | None) -> dict[str, Any]:
    """The JSON-LD of the page's own article; empty where none is surely its own."""
    articles = [node for node in nodes if any(_SURE_TYPES.fullmatch(kind) for kind in kinds_of(node))]
    for node in articles:
        if same_headline(_word(node.get("headline") or node.get("name")), title) or _same_address(node, url):
            return node
    unnamed = [node for node in articles if not _word(node.get("headline") or node.get("name"))]
    if len(articles) == 1 and (unnamed or not title):
        return articles[0]
    pages = [node for node in nodes if "WebPage" in kinds_of(node)]
    if not articles and len(pages) == 1 and _same_address(pages[0], url):
        return pages[0]
    return {}


def same_headline(one: str, other: str) -> bool:
    """Whether two lines say the same headline, perhaps with the site's name."""
    a, b = (frozenset(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b)) and len(a & b) >= 0.3 * max(len(a), len(b))


def date_in_address(url: str | None) -> str | None:
    """The day that the path of an address names whole: /2025/03/12/, /2025/mar/12/."""
    try:
        path = urlsplit(url or "").path
    except ValueError:
        return None
    for match in _IN_PATH.finditer(path):
        if not match[2] and len(match[0].lstrip("/_.-")) < 8:
            continue
        try:
            return date(int(match[1]), int(match[3]), int(match[4])).isoformat()
        except ValueError:
            continue
    named = _NAMED_IN_PATH.search(path)
    return any_date(f"{named[3]} {named[2]} {named[1]}") if named else None


def with_address(draft: Draft, address: str | None) -> Draft:
    """The draft with the address that whoever saved the page tells, and the day in it, where the page tells neither itself."""
    url = draft.url or address
    day = None if draft.published or draft.url else date_in_address(url)
    origins = (*draft.origins, ("published", "address")) if day else draft.origins
    return replace(draft, url=url, published=draft.published or day, origins=origins)


def day_of_line(text: str, language: str) -> str | None:
    """The day of a line that is a date; day and month in figures as the language's country writes them, where that is known."""
    found = date_line(text)
    match = None if found else _SLASHED.search(text)
    if match is None or language in _EITHER:
        return found
    day, month = (match[2], match[1]) if language in _MONTH_FIRST else (match[1], match[2])
    told = f"{text[: match.start()]}{match[3]}-{month:0>2}-{day:0>2}{text[match.end() :]}".strip()
    return any_date(told) or any_date(_ZONE.sub(r" \1", told))


def _meta_dates(tree: HtmlElement) -> Iterator[str]:
    named = [
        ((e.get("property") or e.get("name") or e.get("itemprop") or "").strip().lower(), e) for e in tree.iter("meta")
    ]
    for names in _META:
        for name, element in named:
            if name in names:
                yield (element.get("content") or "").strip()


def _marked_times(tree: HtmlElement) -> Iterator[str]:
    """What the page marks as the date of publication."""
    for element in _MARKED(tree):
        if not _elsewhere(element):
            yield element.get("datetime") or element.get("content") or element.get("title") or element.text_content()
    entry = [
        e
        for e in tree.iter("time")
        if re.search(r"\bpublished\b|\bdt-published\b", e.get("class") or "") and not _elsewhere(e)
    ]
    if len({e.get("datetime") for e in entry}) == 1:  # several differ: those of several stories
        yield entry[0].get("datetime") or entry[0].text_content()


def _head_dates(tree: HtmlElement, language: str) -> Iterator[str]:
    """The dates between the headline and the text: of `time` elements, and of short lines that are nothing else."""
    changed: list[str] = []
    for element in _head(tree):
        if _UPDATED.search(f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}"):
            continue
        if element.tag == "time" and element.get("datetime"):
            if not _in_a_sentence(element):
                yield str(element.get("datetime"))
            continue
        named = _DATED.search(f"{element.get('class') or ''} {element.get('id') or ''}")
        if named and element.get("title"):
            yield str(element.get("title"))
        if element.tag in (
            "time",
            "abbr",
            "span",
            "p",
            "div",
            "small",
            "li",
            "em",
            "i",
            "b",
            "strong",
            "a",
            "td",
            "dd",
        ):
            text = " ".join(element.text_content().split()) if len(element) < 6 else ""
            if 6 <= len(text) <= 80:
                line = imprint(text)
                day = (
                    day_of_line(text, language)
                    or (line and line.published)
                    or (day_of_line(_after_label(text), language) if named else None)
                )
                if day and is_of_change(text):
                    changed.append(day)
                elif day:
                    yield day
    yield from changed


def _in_a_sentence(time: HtmlElement) -> bool:
    """Whether a time is one that a sentence names: "The concert is on 24 December"."""
    paragraph = next((a for a in time.iterancestors("p", "li", "h2", "h3", "blockquote")), None)
    return paragraph is not None and is_prose(" ".join(paragraph.text_content().split()))


def _after_label(text: str) -> str:
    """What stands behind "Published by A on …": the last part of a line that names a date among others."""
    parts = [part.strip() for part in re.split(r"\s[|•·–—-]\s|\s{2,}|,\s(?=\d{1,2}\.?\s)", text)]
    return next((part for part in reversed(parts) if date_line(part)), "")


def _head(tree: HtmlElement) -> Iterator[HtmlElement]:
    """The elements around the page's headline, up to the first paragraph of its text."""
    headline = next((h for h in tree.iter("h1") if h.text_content().strip() and not _elsewhere(h)), None)
    if headline is None:
        headline = next((h for h in tree.iter("h2") if h.text_content().strip() and not _elsewhere(h)), None)
    if headline is None:
        return
    before = list(_siblings_above(headline))
    yield from before[-_HEAD_ELEMENTS // 3 :]
    seen = 0
    root = headline.getroottree().getroot()
    started = False
    for element in root.iter():
        if element is headline:
            started = True
            continue
        if not started or not isinstance(element.tag, str):
            continue
        if element.tag in ("p", "div") and _own_text(element) >= _PROSE:
            return
        if element.tag in ("h1", "aside", "nav", "footer") or seen > _HEAD_ELEMENTS:
            return
        seen += 1
        if not _elsewhere(element):
            yield element


def _siblings_above(headline: HtmlElement) -> list[HtmlElement]:
    """The elements that stand before the headline in the parts of the page that hold it closest."""
    found: list[HtmlElement] = []
    element = headline
    for _ in range(3):
        for sibling in element.itersiblings(preceding=True):
            if isinstance(sibling.tag, str) and not zone_of(sibling) and len(sibling.text_content()) < 300:
                found = [e for e in sibling.iter() if isinstance(e.tag, str)] + found
        element = element.getparent()
        if element is None or element.tag in ("article", "main", "body"):
            break
    return found


def _own_text(element: HtmlElement) -> int:
    """How many characters of running text an element has itself, those of its inline elements included for a paragraph."""
    if element.tag == "p":
        return len(" ".join(element.text_content().split()))
    return len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)


def _elsewhere(element: HtmlElement) -> bool:
    """Whether the element stands in a part of the page that is not its article's."""
    while element is not None:
        zone = zone_of(element)
        if zone and not (zone == "menu" and element.tag not in ("nav", "footer")):
            return True
        element = element.getparent()
    return False


def _same_address(node: dict[str, Any], url: str | None) -> bool:
    about = node.get("mainEntityOfPage")
    places = [node.get("url"), node.get("@id"), about.get("@id") if isinstance(about, dict) else about]
    mine = _bare(url)
    return bool(mine) and any(_bare(str(place)) == mine for place in places if place)


def _bare(url: str | None) -> str:
    return (url or "").partition("#")[0].partition("?")[0].rstrip("/").partition("//")[2].lower()


def kinds_of(node: object) -> list[str]:
    """The types that a node of JSON-LD names."""
    kinds = node.get("@type") if isinstance(node, dict) else None
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
