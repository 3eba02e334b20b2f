"""What does a web page say of itself?  Its meta tags, its JSON-LD, then what trafilatura makes of the rest."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from askcorpus.articles.fields import is_html
from askcorpus.articles.formats.html_dates import articles_in, own_article, published_of, same_headline
from askcorpus.articles.formats.html_fragments import text_of
from askcorpus.articles.metadata import Metadata, canonical
from askcorpus.articles.page.headlines import section_name, words_in
from askcorpus.articles.page.names import like_a_name, names_paper
from askcorpus.language.characters import one_line
from askcorpus.language.identify import language_code

_LOCALES = XPath('//meta[@property="og:locale"]/@content', smart_strings=False)
_SITE_NAMES = XPath('//meta[@property="og:site_name"]/@content', smart_strings=False)
_UNSPACED = (
    "\u2e80"  # scripts from here on set no spaces between words, nor around what stands between headline and paper
)
_BEHIND_HEADLINE = re.compile(r"^\s?(?:[-–—|·:«»•~/<>]{1,3}\s|[-–—|·:_｜：－‐・]\s?(?=[\u2e80-\uffff]))")
_PARTED = re.compile(r"\s[-–—|·:«»•~/<>]{1,3}\s")
_HEADINGS = ("h1", "h2", "h3")
_WORDS_OF_HEADLINE = 3
_SHARE_OF_TITLE = 0.4
_BETWEEN_UNSPACED = re.compile(r"\s?[-–—|·:_｜：－‐・]\s?")
_LONGEST_UNSPACED = 16  # characters of a paper's name in a script that sets no spaces


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of its article."""

    metadata: Metadata
    body: str
    """The text that its JSON-LD tells; empty when it tells none."""
    others: tuple[dict[str, Any], ...]
    """The JSON-LD of every article that it describes."""
    tag: str
    """Its language with the country, lower case: "en-gb"."""
    origins: tuple[tuple[str, str], ...]
    """Where each piece came from."""


def metadata_of(tree: HtmlElement) -> Told:
    """What is known of the page's article."""
    nodes = list(articles_in(tree))
    named = one_line(_site_name(tree))
    document = _document(tree)
    url = canonical(document.url)
    named_as = one_line(_word(document.title))
    headline = _told_alone(tree, named_as)
    told = own_article(nodes, title=headline, url=url)
    publisher = told.get("publisher")
    publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
    word = one_line(_word(publisher.get("name") if isinstance(publisher, dict) else publisher))
    tag = (tree.get("lang") or tree.get("xml:lang") or "").strip().replace("_", "-").lower()
    published, said_by = published_of(tree, told, url=url, language=_with_country(tree, tag))
    site = "" if named or word else one_line(_site_of(tree, document))
    site = (
        "" if same_headline(site, named_as) else site
    )  # a headline with a point in it: "up 6.5 per cent - Lesna Courier"
    found = "" if named or word else _known_as(site or _paper_behind(tree, headline), url)
    title = headline or one_line(_word(told.get("headline")))
    origins = (
        ("title", "title of the page" if headline else "JSON-LD"),
        ("publisher", "meta tag" if named else "JSON-LD" if word else "name of the site or its host"),
        ("published", said_by),
        ("url", "canonical link or meta tag"),
    )
    metadata = Metadata(
        title=title or None,
        publisher=named or word or found or None,
        published=published,
        url=url,
        language=language_code(tag),
    )
    known = tuple((field, origin) for field, origin in origins if getattr(metadata, field))
    body = _word(told.get("articleBody"))
    body = text_of(body) if is_html(body) else html.unescape(body)
    return Told(metadata, body, tuple(nodes), tag, known)


def _with_country(tree: HtmlElement, tag: str) -> str:
    """The language's tag, with the country that the page names elsewhere where it has none itself."""
    if "-" in tag:
        return tag
    locale = next(iter(_LOCALES(tree)), "").replace("_", "-").lower()
    return locale if locale.startswith(f"{tag}-") else tag


def _site_of(tree: HtmlElement, document: Any) -> str:
    """The site's name where no tag names it: as JSON-LD of whatever story or page does, or the page's title."""
    from trafilatura import metadata

    if not document.sitename:
        with suppress(Exception):  # it raises anything over odd JSON-LD; extract_metadata catches the same
            document.sitename = metadata.extract_meta_json(tree, metadata.Document()).sitename
    return _word(document.sitename or metadata.extract_sitename(tree))


def _told_alone(tree: HtmlElement, title: str) -> str:
    """The title without what stands behind it, where a heading of the page says it alone: "Strike ends :: Lesna Courier"."""
    if not _PARTED.search(title):
        return title
    heads = [one_line(head.text_content()) for head in tree.iter(*_HEADINGS)]
    alone = [
        head for head in heads if title.startswith(head) and _PARTED.match(title, len(head)) and _is_whole(head, title)
    ]
    return title if title in heads else max(alone, key=len, default=title)


def _is_whole(head: str, title: str) -> bool:
    """Whether a heading says the headline rather than the section that a title may begin with."""
    return words_in(head) >= _WORDS_OF_HEADLINE and len(head) >= _SHARE_OF_TITLE * len(title) and not section_name(head)


def _paper_behind(tree: HtmlElement, headline: str) -> str:
    """The paper that the page's title names behind the headline: "Strike ends - Lesna Courier"; empty where it names none."""
    whole = one_line(tree.findtext(".//title") or "")
    rest = whole[len(headline) :] if headline and whole.startswith(headline) else ""
    name = _BEHIND_HEADLINE.sub("", rest, count=1)
    unspaced = name[:1] >= _UNSPACED
    name, told = (_BETWEEN_UNSPACED.split(name)[-1] if unspaced else name), name != rest
    unspaced = unspaced and len(name) <= _LONGEST_UNSPACED
    paper = told and names_paper(name) and not section_name(name)
    return name if paper and (unspaced or (" " in name and like_a_name(name))) else ""


def _document(tree: HtmlElement) -> Any:
    """Title, url and perhaps site: by the parts of `trafilatura.extract_metadata`.

    Without its JSON-LD, which may be that of another story. As a whole it would look for author, tags and licence too, which takes a fifth of the time of reading a page.
    """
    from trafilatura import metadata

    document: Any = metadata.examine_meta(tree)
    document.title = document.title or metadata.extract_title(tree)
    document.url = document.url or metadata.extract_url(tree)
    document.clean_and_trim()
    return document


def _known_as(name: str, url: str | None) -> str:
    """The site's name as trafilatura found it, a handle or a lower-case name made presentable; else the url's host."""
    name = name.lstrip("@")
    if not name:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    return name if "." in name or name[0].isupper() else name.title()


def _site_name(tree: HtmlElement) -> str:
    return next((name.strip().removeprefix("@") for name in _SITE_NAMES(tree) if name.strip()), "")


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
