"""What does a web page say of itself?  Its meta tags, its JSON-LD, then what trafilatura makes of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from askcorpus.articles.characters import one_line
from askcorpus.articles.dates import any_date
from askcorpus.articles.language import language_code
from askcorpus.articles.metadata import Known, canonical

_DATED = ("article:published_time", "og:article:published_time", "datePublished", "parsely-pub-date", "date")
_PUBLISHED = "|".join(
    f'//meta[@{key}="{name}"]/@content' for name in _DATED for key in ("property", "itemprop", "name")
)
_MARKED_TIME = '//time[@itemprop="datePublished" or @pubdate]/@datetime'
_ARTICLE_TYPES = ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "AnalysisNewsArticle", "Report")


def known_of(tree: HtmlElement) -> tuple[Known, str]:
    """What is known of the page's article; and the body that its JSON-LD tells, empty when it tells none."""
    from trafilatura.metadata import extract_metadata

    told = next(_articles(tree), {})
    document: Any = extract_metadata(tree)
    publisher = told.get("publisher")
    named = publisher.get("name") if isinstance(publisher, dict) else publisher
    return Known(
        title=one_line(document.title or _word(told.get("headline")) or "") or None,
        publisher=one_line(_site_name(tree) or _word(named) or document.sitename or "") or None,
        published=_published(tree, told) or document.date,
        url=canonical(document.url),
        language=language_code(tree.get("lang") or tree.get("xml:lang")),
    ), _word(told.get("articleBody"))


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
