"""Does a web page hold several articles?  By its containers of one make, each with a headline and text of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile

from lxml.html import HtmlElement

from askcorpus.articles.formats.html_outline import CAPTION, Part, holds_time, is_time
from askcorpus.articles.page.dateline import has_dateline
from askcorpus.articles.page.headlines import is_prose, like_a_headline, section_name, words_in
from askcorpus.articles.page.imprint import day_in
from askcorpus.articles.page.names import like_a_byline, like_a_name

_WORDS = re.compile(
    r"(?:article|post|story|entry|hentry|h-entry|news-?item|blog-?post|enarticle|\w{2}article|article-?(?:container|item|wrapper|full)|"
    r"post-?(?:container|item|full)|docfull|document)",
    re.I,
)
_CONTAINERS = frozenset({"div", "section", "li"})
_ITEM = re.compile(
    r"(?:[a-z\d]+[-_]{1,2})*(?:item|article|story|post|entry|news|infinite|j?scroll)(?:[-_]{1,2}[a-z\d]+)?", re.I
)
"""A class or an id of one of several things of a kind, whatever stands in front of the word and behind it."""
_HOLDERS = _CONTAINERS | {"td", "article"}
_ADDRESSES = ("data-url", "data-href", "data-permalink", "data-article-url")
_NUMBERED = re.compile(r"\d{1,3}\s?[.):]\s")
_TITLED = re.compile(r"(?:^|[\s_-])(?:headline|title|heading)(?:$|\s)", re.I)
_PROSE = 80  # characters of a paragraph
_STORY = 200  # characters of running text that make a container an article
_TEASER = 450  # characters; less, in one paragraph below a linked headline, advertises an article elsewhere
_SHARE = 0.6  # of the running text in the page's middle that the containers must hold
_MAIN = 0.75  # of their text: one that has so much is the page's article, if the others are short
_SHORT = 600  # characters
_BRIEF = 120  # characters below a headline of a series
_WORDS_OF_HEADLINE = 4  # "What it will cost" is a part's; in a container that says what it holds, one less
_LEVELS = ("h1", "h2", "h3")
_SIGNS = 4  # parts below a heading: paper, date, byline, a caption


@dataclass(frozen=True, slots=True)
class Story:
    """A container and what stands in it, in the page's order."""

    element: HtmlElement
    parts: tuple[Part, ...]


def stories_in(outline: Sequence[Part]) -> list[Story]:
    """The articles of a page that holds several, in its order; none when it holds one."""
    makes: dict[tuple[str, str], dict[HtmlElement, list[Part]]] = {}
    containers_of: dict[HtmlElement, tuple[HtmlElement, tuple[str, str]] | None] = {}
    whole = 0
    for part in outline:
        whole += len(part.text) if _is_prose(part) else 0
        parent = part.parent
        found = containers_of[parent] if parent in containers_of else _container(parent, containers_of)
        if found is not None:
            makes.setdefault(found[1], {}).setdefault(found[0], []).append(part)
    best: list[Story] = []
    for containers in makes.values():
        if len(containers) > 1:
            stories = [Story(element, tuple(parts)) for element, parts in containers.items() if _is_brief(parts)]
            if sum(_is_story(story.parts) for story in stories) > 1:
                best = max(best, stories, key=len)
    best = best if len(best) > 1 else _headed(outline) or _ruled(outline) or _series(outline)
    sizes = sorted((_size(story.parts) for story in best), reverse=True)
    if len(best) < 2 or sum(sizes) < _SHARE * whole:
        return []
    if sizes[0] > _MAIN * sum(sizes) and sizes[1] < _SHORT:
        return []
    return best


def _headed(outline: Sequence[Part]) -> list[Story]:
    """The articles below headings of one level that are signed each: no article's parts are. Below a lead only a line of its own signs."""
    heads_at = [(i, part.parent.tag) for i, part in enumerate(outline) if part.kind == "head" and part.zone == ""]
    for level in _LEVELS:
        at = [i for i, tag in heads_at if tag == level]
        if len(at) < 2:
            continue
        pieces = [tuple(outline[start:end]) for start, end in pairwise((*at, len(outline)))]
        lead = any(map(_is_prose, outline[: at[0]])) if at else False
        stories = [p for p in pieces if _is_story(p) and (_is_dated(p) or (not lead and _is_signed(p)))]
        if len(stories) > 1:
            heads = {piece[0].parent for piece in pieces}
            return [Story(_own_element(piece[0].parent, heads, level), piece) for piece in stories]
    return []


def _ruled(outline: Sequence[Part]) -> list[Story]:
    """The articles that rules stand between, each signed below a headline of whatever make; what else a rule parts is of one article."""
    middle = [part for part in outline if part.zone == ""]
    if not middle or next(middle[0].parent.getroottree().getroot().iter("hr"), None) is None:
        return []
    below: dict[HtmlElement, int] = {}  # each rule's first part
    for i, part in enumerate(middle):
        rule = _rule_above(part)
        if rule is not None and i:
            below.setdefault(rule, i)
    rules = list(below.values())
    if not rules:
        return []
    first = next((i for i in range(rules[0]) if _opens_story(middle[i : rules[0]])), None)
    if first is None or any(map(_is_prose, middle[:first])):
        return []
    ends = [*rules, len(middle)]
    others = [
        i
        for i, end in zip(rules, ends[1:], strict=True)
        if _opens_story(middle[i:end]) and not _is_remark(middle[i:end], below=middle[first])
    ]
    pieces = [tuple(middle[start:end]) for start, end in pairwise((first, *others, len(middle)))]
    heads = {piece[0].parent for piece in pieces}
    return [Story(_own_element(piece[0].parent, heads), piece) for piece in pieces] if others else []


def _opens_story(parts: Sequence[Part]) -> bool:
    """Whether a headline stands first, right above the signature of its article."""
    head = parts[0].text
    named = words_in(head) >= _WORDS_OF_HEADLINE and like_a_headline(head) and not is_prose(head)
    return named and _is_story(parts) and _is_signed(parts)


def _is_remark(parts: Sequence[Part], *, below: Part) -> bool:
    """Whether what opens as a story is what somebody says of the article: it stands outside of that one's element, or
    below a smaller heading and with no more than a name and a day, as readers' comments do."""
    article = next(below.parent.iterancestors("article"), None)
    outside = article is not None and next(parts[0].parent.iterancestors("article"), None) is None
    first = next(filter(_is_prose, parts[1:]), None)
    credited = any(like_a_byline(p.text) for p in _signs(parts)) or (first is not None and has_dateline(first.text))
    return outside or (_level(parts[0]) > _level(below) and not credited)


def _level(part: Part) -> str:
    """The level of a heading; those of no level are below the others."""
    return part.parent.tag if part.kind == "head" else "p"


def _rule_above(part: Part) -> HtmlElement | None:
    """The horizontal rule right above the part; None where something else stands there."""
    element = part.parent
    while element.getprevious() is None:
        above = element.getparent()
        if above is None or (above.text or "").strip():
            return None
        element = above
    rule = element.getprevious()
    return rule if rule.tag == "hr" and not (rule.tail or "").strip() else None


def _series(outline: Sequence[Part]) -> list[Story]:
    """The articles of a page whose headlines of one level each have an element with text of their own, though no date.

    Headings below the lead of an article, or inside one `article`, are those of its parts.
    """
    for level in (*_LEVELS, ""):
        at = [i for i, part in enumerate(outline) if part.zone == "" and _is_headline(part, level)]
        if len(at) < 2:
            continue
        if any(map(_is_prose, outline[: at[0]])):
            return []
        pieces = [tuple(outline[start:end]) for start, end in pairwise((*at, len(outline)))]
        told = [piece for piece in pieces if _size(piece) > 0]
        if len(told) < 2 or not all(map(_tells_a_story, told)) or all(p[0].text.endswith("?") for p in told):
            continue
        heads = {piece[0].parent for piece in pieces}
        elements = [_own_element(piece[0].parent, heads, level) for piece in told]
        if any(a.tag == "article" for element in elements for a in element.iterancestors()):
            return []
        sure = _say_what_they_hold([piece[0].parent for piece in told], elements)
        least = min(words_in(piece[0].text) for piece in told)
        if (sure and least >= _WORDS_OF_HEADLINE - 1) or (level == "h1" and least >= _WORDS_OF_HEADLINE):
            return [Story(element, piece) for element, piece in zip(elements, told, strict=True)]
    return []


def _is_headline(part: Part, level: str) -> bool:
    """Whether the part is a heading of the level, or, where there is none, one by its class."""
    if level:
        return part.kind == "head" and part.parent.tag == level
    named = part.kind == "p" and len(part.text) < _PROSE and part.parent.get("class")
    return bool(named and _TITLED.search(named))


def _tells_a_story(parts: Sequence[Part]) -> bool:
    """Whether what stands below a headline is a story's text rather than what leads to one."""
    headline = parts[0]
    below = [part for part in parts[1:] if part.zone == "" and part.links < 0.5 * len(part.text)]
    leads = headline.links >= 0.8 * len(headline.text) and sum(is_prose(part.text) for part in below) < 2
    told = sum(len(part.text) for part in below) >= _BRIEF
    return told and not leads and like_a_headline(headline.text) and not _NUMBERED.match(headline.text)


def _say_what_they_hold(heads: Sequence[HtmlElement], elements: Sequence[HtmlElement]) -> bool:
    """Whether the element around each headline is named as one of several of a kind, or has an address of its own."""
    around = [
        [e for e in _between(head, element) if e.tag in _HOLDERS] for head, element in zip(heads, elements, strict=True)
    ]
    addresses = [next((a for e in es for name in _ADDRESSES if (a := e.get(name))), "") for es in around]
    if all(addresses) and len(set(addresses)) == len(addresses):
        return True
    names = [[f"{e.get('class') or ''} {e.get('id') or ''}" for e in es] for es in around]
    return all(any(_ITEM.fullmatch(word) for name in told for word in name.split()) for told in names)


def _between(head: HtmlElement, element: HtmlElement) -> list[HtmlElement]:
    """The elements from the one around a heading up to another."""
    chain = [head]
    while chain[-1] is not element:
        chain.append(chain[-1].getparent())
    return chain[1:]


def signs_below(part: Part) -> bool:
    """Whether the last part of an article says who wrote it, or who wrote it when: "Anna Lund, 12 March 2025"."""
    name = part.text.partition(",")[0]
    named = like_a_name(name) and ":" not in name and not section_name(name)  # "Map: Per Dahl" signs a map
    return not _is_prose(part) and (like_a_byline(part.text) or (named and day_in(part.text) is not None))


def _is_dated(parts: Sequence[Part]) -> bool:
    """Whether a date or a byline stands between the heading and the first prose, on a line of its own."""
    return any(is_time(p) or like_a_byline(p.text) or day_in(p.text) for p in _signs(parts))


def _is_signed(parts: Sequence[Part]) -> bool:
    """Whether the article says who wrote it or when: above its text, at the beginning of that, or below it."""
    first = next(filter(_is_prose, parts[1:]), None)
    above = _is_dated(parts) or any(map(holds_time, _signs(parts)))
    return above or (first is not None and has_dateline(first.text)) or signs_below(parts[-1])


def _signs(parts: Sequence[Part]) -> list[Part]:
    """What stands between a heading and the first prose below it."""
    return list(takewhile(lambda part: not _is_prose(part), parts[1:]))[:_SIGNS]


def _own_element(head: HtmlElement, heads: Set[HtmlElement], tag: str | None = None) -> HtmlElement:
    """The largest element around a heading that holds none of the others, which have the tag if one is named."""
    one = head
    while (above := one.getparent()) is not None and not any(
        e in heads and e is not head for e in (above.iter(tag) if tag else above.iter())
    ):
        one = above
    return one


@lru_cache(maxsize=4096)
def _word_in(classes: str) -> str:
    """The word among an element's classes that makes it a container; empty where none does."""
    return next((word.lower() for word in classes.split() if _WORDS.fullmatch(word)), "")


def _container(
    element: HtmlElement, known: dict[HtmlElement, tuple[HtmlElement, tuple[str, str]] | None]
) -> tuple[HtmlElement, tuple[str, str]] | None:
    """The innermost container around the element, and its make; `known` are those of elements looked at before."""
    below: list[HtmlElement] = []
    found = None
    one = element
    while one is not None:
        if one in known:
            found = known[one]
            break
        below.append(one)
        word = "article" if one.tag == "article" else _word_in(one.get("class") or "") if one.tag in _CONTAINERS else ""
        if word:
            found = (one, (one.tag, "" if one.tag == "article" else word))
            break
        one = one.getparent()
    known.update(dict.fromkeys(below, found))
    return found


def _is_story(parts: Sequence[Part]) -> bool:
    return _size(parts) >= _STORY and _is_brief(parts)


def _is_brief(parts: Sequence[Part]) -> bool:
    """Whether a container holds a story, perhaps one of a single short paragraph beside longer ones, and no link to one."""
    prose = [part for part in parts if _is_prose(part)]
    if _size(parts) < _PROSE or not any(len(part.text) < 250 for part in parts[:4]):
        return False
    headline = next((part for part in parts if part.kind == "head"), parts[0])
    linked = headline.links >= 0.8 * len(headline.text)
    cut = prose[-1].text.rstrip().endswith(("…", "...", "[…]", "[...]"))
    return not (linked and len(prose) == 1 and (len(prose[0].text) < _TEASER or cut))


def _is_prose(part: Part) -> bool:
    return part.zone == "" and len(part.text) >= _PROSE and part.links < 0.5 * len(part.text)


def _size(parts: Sequence[Part]) -> int:
    return sum(len(part.text) for part in parts if _is_prose(part) and part.zone != CAPTION)
