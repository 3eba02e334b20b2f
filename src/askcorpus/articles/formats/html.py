"""Which articles does a saved web page hold?  Mostly one: its title, body, date, publisher and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from lxml.html import HtmlElement

from askcorpus.articles.decoding import page_in_utf8
from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.formats.html_body import body_of, parsed
from askcorpus.articles.formats.html_dates import day_of_line, kinds_of, same_headline
from askcorpus.articles.formats.html_live import is_live
from askcorpus.articles.formats.html_metadata import Told, metadata_of
from askcorpus.articles.formats.html_outline import BOX, CAPTION, Part, holds_time, outline_of
from askcorpus.articles.formats.html_rest import as_block, captions, completed_body, left_out, without_break
from askcorpus.articles.formats.html_stories import Story, signs_below, stories_in
from askcorpus.articles.metadata import canonical
from askcorpus.articles.page.block import Block
from askcorpus.articles.page.blocks import Body, own_body
from askcorpus.articles.page.exports import exported, exported_article
from askcorpus.articles.page.headlines import is_prose, like_a_headline, title_from
from askcorpus.articles.page.imprint import Imprint, day_in, imprint
from askcorpus.articles.page.walls import wall
from askcorpus.language.dates import any_date, believable
from askcorpus.language.identify import language_of_text

_SHORT = 250  # characters; a page that gives less is looked at again, with less doubt
_IN_HEAD = 6  # paragraphs of an article among which its headline, byline and date stand


def read_page(data: bytes, *, limits: Limits) -> tuple[Draft, ...]:
    """The articles of an HTML page, in its order; raises Unreadable when there is none."""
    tree = parsed(page_in_utf8(data), max_depth=limits.max_depth)
    outline = outline_of(tree)
    told = metadata_of(tree)
    _check(tree, outline, told)
    now = datetime.now(UTC)  # an export has no ages
    drafts = exported("\n\n".join(part.text for part in outline), now=now, by_fields=False)
    if drafts:
        return drafts
    kinds = [kind for node in told.others for kind in kinds_of(node)]
    if is_live(outline, kinds, tree):
        return (_live(outline, told),)
    stories = stories_in(outline)
    if stories:
        return _several(stories, outline, told, now)
    return (_single(tree, outline, told),)


def _check(tree: HtmlElement, outline: Sequence[Part], told: Told) -> None:
    """Raises Unreadable for a page that is no article."""
    heads = tuple(part.text for part in outline if part.kind == "head")[:2]
    named = " ".join((tree.findtext(".//title") or "").split())
    texts = [part.text for part in outline]
    if not any(
        map(is_prose, texts)
    ):  # what a page says to who cannot run its scripts counts where nothing else is there
        texts += [" ".join(e.text_content().split()) for e in tree.iter("noscript")]
    reason = wall((told.metadata.title or "", named, *heads), texts)
    if reason:
        raise Unreadable(reason)


def _single(tree: HtmlElement, outline: Sequence[Part], told: Told) -> Draft:
    """The article of a page that holds one."""
    metadata = told.metadata
    title = metadata.title or ""
    body = own_body(completed_body(body_of(tree), outline, title=title), title=title)
    whole = without_break(told.body, body.paragraphs)
    if whole or (_size(body) < _SHORT and len(told.body) > 2 * _size(body)) or _in_one(body, told.body):
        body = own_body(whole or _paragraphs(told.body), title=title)
    if not body.paragraphs:  # too little for an extractor that looks for articles: what there is
        body = own_body([as_block(part) for part in outline if part.zone not in ("menu", "form")], title=title)
    if not body.paragraphs:
        raise Unreadable("no article text in it")
    return _draft(body, outline, told)


def _draft(body: Body, outline: Sequence[Part], told: Told) -> Draft:
    """The draft of the page's own article."""
    metadata = told.metadata
    text = "\n\n".join(body.paragraphs)
    text = "\n\n".join((text, *captions(outline, text, title=metadata.title or "")))
    origins = told.origins
    if not metadata.published and body.published:
        origins = (*origins, ("published", "line above the text"))
    if not metadata.publisher and body.publisher:
        origins = (*origins, ("publisher", "line above the text"))
    title = metadata.title or title_from(text)
    return Draft(
        title=title,
        text=text,
        url=metadata.url,
        publisher=metadata.publisher or body.publisher,
        published=metadata.published or believable(body.published),
        language=language_of_text(text, metadata.language),
        dropped=(*body.dropped, *left_out(outline, text, body.dropped, title=title)),
        origins=origins,
    )


def _live(outline: Sequence[Part], told: Told) -> Draft:
    """A live blog as one article: every update with its time."""
    shown = [as_block(part) for part in outline if part.zone in ("", BOX)]
    body = own_body(shown, title=told.metadata.title)
    updates = [u for node in told.others for u in node.get("liveBlogUpdate") or () if isinstance(u, dict)]
    told_too = [Block(line) for update in updates for line in _lines_of(update)]
    if sum(len(b.text) for b in told_too) > 2 * _size(body):
        body = own_body(told_too, title=told.metadata.title)
    if not body.paragraphs:
        raise Unreadable("no article text in it")
    return _draft(body, outline, told)


def _lines_of(update: dict[str, Any]) -> list[str]:
    texts = (update.get("headline"), *str(update.get("articleBody") or "").split("\n"))
    return [text.strip() for text in texts if isinstance(text, str) and text.strip()]


def _several(stories: Sequence[Story], outline: Sequence[Part], told: Told, now: datetime) -> tuple[Draft, ...]:
    """An article for each of the page's containers; what stands outside of them is named with the first."""
    drafts = [draft for story in stories if (draft := _story(story, told, now)) is not None]
    if not drafts:
        raise Unreadable("no article text in it")
    whole = " ".join(f"{d.title} {d.text}" for d in drafts)
    named = tuple(dropped for draft in drafts for dropped in draft.dropped)
    rest = left_out(outline, whole, named, title="")
    return (replace(drafts[0], dropped=(*drafts[0].dropped, *rest)), *drafts[1:])


def _story(story: Story, told: Told, now: datetime) -> Draft | None:
    """The article of one container."""
    lines = [part.text for part in story.parts if part.zone in ("", CAPTION, BOX)]
    draft = exported_article(lines, now=now)
    if draft is not None:
        return draft
    parts = [part for part in story.parts if part.zone == ""]
    title, rest, day = _head_of(parts, told.tag)
    told_by, rest = _imprint_of(rest)
    day = (told_by and told_by.published) or day
    if rest and signs_below(rest[-1]):
        day = day or day_in(rest.pop().text)
    rest = [p for i, p in enumerate(rest) if not (i < _IN_HEAD and _is_date(p))]
    body = own_body([as_block(part) for part in rest], title=title)
    if not body.paragraphs:
        return None
    text = "\n\n".join(body.paragraphs)
    text = "\n\n".join((text, *captions(story.parts, text, title=title)))
    title = title or title_from(text)
    published, origin = _published(story, told, title)
    published = published or believable(day or body.published)
    own = same_headline(title, told.metadata.title or "")
    url = told.metadata.url if own else _address(story.element, title)
    known = (
        ("title", "headline"),
        ("publisher", "the page"),
        ("published", origin or "line above the text"),
        ("url", "link of the headline"),
    )
    publisher = (told_by and told_by.publisher) or told.metadata.publisher
    draft = Draft(title, text, url, publisher, published, told.metadata.language, dropped=body.dropped)
    return replace(draft, origins=tuple((field, where) for field, where in known if getattr(draft, field)))


def _head_of(parts: list[Part], tag: str) -> tuple[str, list[Part], str | None]:
    """The headline of a story, the parts below it, and the day that stands in its head."""
    heads = [i for i, part in enumerate(parts[:_IN_HEAD]) if part.kind == "head" and not is_prose(part.text)]
    at = heads[0] if heads else None
    days = [day_of_line(part.text, tag) or day_in(part.text) for part in parts[:_IN_HEAD] if not is_prose(part.text)]
    if at is None:
        at = next(
            (i for i, part in enumerate(parts[:_IN_HEAD]) if like_a_headline(part.text) and not day_in(part.text)), None
        )
    day = next((day for day in days if day), None)
    if at is None:
        return "", parts, day
    rest = [p for i, p in enumerate(parts) if i != at]
    return parts[at].text, rest, day


def _imprint_of(parts: list[Part]) -> tuple[Imprint | None, list[Part]]:
    """What the short parts above the text say of paper and day, in one line or each by itself, and the parts below them."""
    head = [part.text for part in takewhile(lambda part: not is_prose(part.text), parts[:_IN_HEAD])]
    for end in range(len(head), 0, -1):
        for start in range(end):
            found = imprint(" · ".join(head[start:end]))
            if found is not None and found.sure:
                return found, [*parts[:start], *parts[end:]]
    return None, parts


def _is_date(part: Part) -> bool:
    """Whether a part of a story's head is its date: as its words say, or as the page marks it."""
    if is_prose(part.text):
        return False
    return holds_time(part) or day_in(part.text) is not None


def _published(story: Story, told: Told, title: str) -> tuple[str | None, str]:
    """When a story of several was published: as its own JSON-LD, its own `time` or, for the page's own, the page says."""
    for node in told.others:
        if same_headline(str(node.get("headline") or ""), title):
            found = any_date(str(node.get("datePublished") or ""))
            if found:
                return found, "JSON-LD"
    if same_headline(title, told.metadata.title or "") and told.metadata.published:
        return told.metadata.published, dict(told.origins).get("published", "the page")
    for time in story.element.iter("time"):
        found = any_date(time.get("datetime"))
        if found:
            return found, "time of the article"
    return None, ""


def _address(element: HtmlElement, title: str) -> str | None:
    """The address of a story of several, where its headline links to it or its container names it."""
    for link in element.iter("a"):
        if " ".join(link.text_content().split()) == title or "bookmark" in (link.get("rel") or ""):
            return canonical(link.get("href"))
    return canonical(element.get("data-url") or element.get("data-href"))


def _in_one(body: Body, told: str) -> bool:
    return body.paragraphs == (" ".join(told.split()),)


def _paragraphs(text: str) -> list[Block]:
    return [Block(p.strip()) for p in text.split("\n") if p.strip()]


def _size(body: Body) -> int:
    return sum(map(len, body.paragraphs))
