"""What does a web page say of itself?  Its meta tags, its JSON-LD, then what trafilatura makes of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from askcorpus.articles.metadata import Metadata, canonical
from askcorpus.language.characters import one_line
from askcorpus.language.dates import any_date
from askcorpus.language.identify import language_code

_DATED = ("article:published_time", "og:article:published_time", "datePublished", "parsely-pub-date", "date")
_PUBLISHED = "|".join(
    f'//meta[@{key}="{name}"]/@content' for name in _DATED for key in ("property", "itemprop", "name")
)
_MARKED_TIME = '//time[@itemprop="datePublished" or @pubdate]/@datetime'
_ARTICLE_TYPES = ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "Report")


def metadata_of(tree: HtmlElement) -> tuple[Metadata, str]:
    """What is known of the page's article; and the body that its JSON-LD tells, empty when it tells none."""
    told = next(_articles(tree), {})
    publisher = told.get("publisher")
    named = one_line(_site_name(tree) or _word(publisher.get("name") if isinstance(publisher, dict) else publisher))
    document = _document(tree, named=bool(named))
    url = canonical(document.url)
    return Metadata(
        title=one_line(_word(document.title) or _word(told.get("headline"))) or None,
        publisher=named or one_line(_known_as(_word(document.sitename), url)) or None,
        published=_published(tree, told) or _found_date(tree, document.url),
        url=url,
        language=language_code(tree.get("lang") or tree.get("xml:lang")),
    ), _word(told.get("articleBody"))


def _document(tree: HtmlElement, *, named: bool) -> Any:
    """Title, url and, where it is not yet `named`, site: by the parts of `trafilatura.extract_metadata`, in its order.

    As a whole it would look for author, tags and licence too, which takes a fifth of the time of reading a page.
    """
    from trafilatura import metadata

    document: Any = metadata.examine_meta(tree)
    if not (named and document.title):
        with suppress(Exception):  # it raises anything over odd JSON-LD; extract_metadata catches the same
            document = metadata.extract_meta_json(tree, document)
    document.title = document.title or metadata.extract_title(tree)
    document.url = document.url or metadata.extract_url(tree)
    document.sitename = document.sitename or metadata.extract_sitename(tree)
    document.clean_and_trim()
    return document


def _known_as(name: str, url: str | None) -> str:
    """The site's name as trafilatura found it, a handle or a lower-case name made presentable; else the url's host."""
    name = name.lstrip("@")
    if not name:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    return name if "." in name or name[0].isupper() else name.title()


def _found_date(tree: HtmlElement, url: str | None) -> str | None:
    """The day that htmldate finds on the page or in its url."""
    from htmldate import find_date

    day: str | None = find_date(tree, extensive_search=True, original_date=True, url=url)
    return day


def _site_name(tree: HtmlElement) -> str:
    return next(
        (
            str(name).strip().removeprefix("@")
            for name in tree.xpath('//meta[@property="og:site_name"]/@content')
            if name.strip()
        ),
        "",
    )


def _published(tree: HtmlElement, told: dict[str, Any]) -> str | None:
    """The date with its time and zone where the page gives them."""
    candidates = [*tree.xpath(_PUBLISHED), told.get("datePublished"), *tree.xpath(_MARKED_TIME)]
    dates = [any_date(str(c)) for c in candidates if c]
    return next((d for d in dates if d), None)


def _articles(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """The articles that the page describes in JSON-LD."""
    for script in tree.xpath('//script[@type="application/ld+json"]/text()'):
        try:
            value = json.loads(script, strict=False)
        except (ValueError, RecursionError):
            continue
        top = value if isinstance(value, list) else [value]
        for node in top:
            graph = node.get("@graph") if isinstance(node, dict) else None
            for candidate in graph if isinstance(graph, list) else [node]:
                kinds = candidate.get("@type") if isinstance(candidate, dict) else None
                if any(k in _ARTICLE_TYPES for k in (kinds if isinstance(kinds, list) else [kinds])):
                    yield candidate


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
