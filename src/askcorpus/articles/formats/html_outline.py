"""What stands on a web page, all of it, and in which part of the page?  Judges no text, only where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import iterwalk
from lxml.html import HtmlElement

SCRIPT, MENU, FORM = "script", "menu", "form"
COMMENT, RELATED, ASIDE, WIDGET = "comment", "related", "aside", "widget"
CAPTION, BOX, HIDDEN = "caption", "box", "hidden"

_BY_TAG = {
    "script": SCRIPT, "style": SCRIPT, "template": SCRIPT, "noscript": SCRIPT, "svg": SCRIPT, "head": SCRIPT, "iframe": SCRIPT,
    "object": SCRIPT, "nav": MENU, "footer": MENU, "form": FORM, "select": FORM, "button": FORM, "aside": ASIDE,
    "figcaption": CAPTION,
}  # fmt: skip
_BY_NAME = (  # of a class or an id, whole words of it; the first that fits counts
    (COMMENT, "comments? commentlist comment-?body disqus replies respond kommentare? commentaires?"),
    (BOX, "fact-?box factbox infobox info-?box key-?facts keypoints fakten faktabox infokasten encadre"),
    (CAPTION, "\\w{0,20}caption wp-caption-text bildunterschrift legende"),
    (RELATED, "related recommend\\w* teasers? promos? read-?more also-?read more-?(?:stories|news|articles|on) trending popular most-?read "
              "outbrain taboola mehr-?zum-?thema lesen-?sie-?auch"),
    (ASIDE, "sidebar ads? advert\\w* sponsor\\w* newsletter subscribe paywall signup login author-?(?:box|bio|info) bio disclaimer messenger"),
    (WIDGET, "widgets?"),  # beside an article in one system, each piece of it in another
    (MENU, "nav navigation navbar menu breadcrumbs? share sharing social cookies? consent footer tags tag-?list copyright pagination toolbar"),
)  # fmt: skip


def _words_of_names(words: str) -> re.Pattern[str]:
    """One of the words in a name, whole; what stands in front is part of the pattern, since a search jumps from one such character to the next."""
    return re.compile(rf"[\s_-](?:{'|'.join(words.split())})(?![^\s_-])")


_ZONES = tuple((zone, _words_of_names(words)) for zone, words in _BY_NAME)
_ANY_WORD = "|".join(" ".join(words for _, words in _BY_NAME).split())
_ANY_ZONE = re.compile(rf"[\s_-](?=({_ANY_WORD})(?![^\s_-]))")
_UNREAD = frozenset({"script", "style"})
_WHOLE = frozenset({SCRIPT, COMMENT, RELATED, MENU})  # nothing in these is of another zone
_COMMENTED = frozenset({"comment", "comment-body", "comment_body", "comment-content"})
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_INLINE = frozenset("a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q ruby s samp "
                    "small span strike strong sub sup time tt u var wbr rb rp rt".split())  # fmt: skip
_NO_LETTERS = bytes(code for code in range(128) if not (chr(code).isalnum() or chr(code) == "_"))
"""Of ASCII: taking these out of bytes takes a tenth of the time of a pattern."""
_RUNS = re.compile(r"\w+")  # putting these together takes less time than taking out what is between them
_REMEMBERED = 1000  # characters of a paragraph, so that what is remembered is some megabytes at most
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, heading or list item of a page, in the page's order."""

    text: str
    spelled: str
    """Its letters and digits alone, by which two spellings of one paragraph are known."""
    kind: str
    """"p", "head" or "item"."""
    zone: str
    """In which part of the page it stands; empty in its middle."""
    links: int
    """How many of its characters are links'."""
    parent: HtmlElement
    """The element that it is in, or that is it."""


def outline_of(tree: HtmlElement) -> list[Part]:
    """The paragraphs of a page, in its order, scripts left out."""
    return _parts(tree)


def is_time(part: Part) -> bool:
    """Whether the page marks all of the part as a time."""
    times = (part.parent, *part.parent.iter("time"))
    return any(t.tag == "time" and " ".join(t.text_content().split()) == part.text for t in times)


def holds_time(part: Part) -> bool:
    """Whether the page marks something in the part as a time: "Anna Lund, <time>12 March</time>"."""
    shown = (" ".join(time.text_content().split()) for time in part.parent.iter("time"))
    return any(text and text in part.text for text in shown)


def letters(text: str) -> str:
    """The text's letters and digits alone, by which two spellings of one paragraph are known; a page's are asked for again and again."""
    return _remembered(text) if len(text) <= _REMEMBERED else _letters(text)


def _letters(text: str) -> str:
    bare = text.encode("utf-8", "surrogatepass").translate(None, _NO_LETTERS).decode("utf-8", "surrogatepass")
    return bare if bare.isascii() or bare.isalnum() else "".join(_RUNS.findall(bare))


_remembered = lru_cache(maxsize=4096)(_letters)


def zone_of(element: HtmlElement) -> str:
    """Which part of a page the element makes; empty when it makes none."""
    tag = element.tag if isinstance(element.tag, str) else "script"
    if not element.attrib:
        return _BY_TAG.get(tag, "")
    name = "" if tag in _HEADINGS else element.get("id") or ""  # a heading's id is where links jump to
    zone = _zone_named(tag, element.get("class") or "", name)
    style = element.get("style") if zone is None else None
    hidden = zone is None and (element.get("hidden") is not None or (style and _UNSEEN.search(style)))
    return HIDDEN if hidden else zone or _BY_TAG.get(tag, "")


@lru_cache(maxsize=4096)
def _zone_named(tag: str, classes: str, identifier: str) -> str | None:
    """The zone that an element's class or id names; None where they name none."""
    if tag in ("body", "html", "main"):
        return ""
    named = f" {classes} {identifier}".lower()
    if tag == "article":  # its class says much of what it has ("has-comments"), and little of what it is
        return COMMENT if not _COMMENTED.isdisjoint(named.split()) else None
    first = min(map(_place_of, _ANY_ZONE.findall(named)), default=None)  # most names are of no zone
    return None if first is None else _ZONES[first][0]


@lru_cache(maxsize=1024)
def _place_of(word: str) -> int:
    """The place among the zones of the first that the word names; the same few words stand in most names."""
    return next(place for place, (_, pattern) in enumerate(_ZONES) if pattern.search(f" {word}"))


def _parts(tree: HtmlElement) -> list[Part]:
    parts: list[Part] = []
    texts: list[str] = []
    zones: list[tuple[HtmlElement, str]] = []
    kind, links, inside_link = "p", 0, 0
    holder = tree

    def flush() -> None:
        nonlocal links
        text = " ".join("".join(texts).split())
        zone = zones[-1][1] if zones else ""
        if text and zone != SCRIPT:
            parts.append(Part(text, _letters(text), kind, zone, min(links, len(text)), holder))
        texts.clear()
        links = 0

    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if tag.__class__ is not str:
            tag = "script"
        block = tag not in _INLINE
        if block and texts:
            flush()
        if event == "start":
            if tag in _UNREAD:  # before its text is taken, which may be most of the page
                kind, holder = "p", element
                walk.skip_subtree()
                continue
            text = element.text
            if block and tag != "br":
                kind = "head" if tag in _HEADINGS else "item" if tag == "li" else "p"
                holder = element
                whole = bool(zones) and zones[-1][1] in _WHOLE
                zone = "" if whole else zone_of(element)
                if zone:
                    zones.append((element, zone))
                if zone == SCRIPT:
                    walk.skip_subtree()
                    continue
            elif tag == "a":
                inside_link += 1
        else:
            text = element.tail
            if not block:
                inside_link -= tag == "a"
            elif tag != "br":
                kind = "p"
                parent = element.getparent()
                holder = parent if parent is not None else tree
                if zones and zones[-1][0] is element:
                    zones.pop()
        if text and (texts or not text.isspace()):
            texts.append(text)
            if inside_link and not text.isspace():  # white space around an image is none of a link's
                links += len(text)
    flush()
    return parts
