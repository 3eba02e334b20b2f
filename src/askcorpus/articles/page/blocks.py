"""Which paragraphs of a web page's body are the article's own?  The same furniture rules as for plain-text pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from askcorpus.articles.draft import Dropped
from askcorpus.articles.page.block import Block as Block
from askcorpus.articles.page.furniture import COMMENTS, RELATED, furniture, heading
from askcorpus.articles.page.headlines import is_prose, like_a_headline
from askcorpus.articles.page.imprint import imprint
from askcorpus.articles.page.names import like_a_byline
from askcorpus.language.ages import age_line
from askcorpus.language.characters import one_line
from askcorpus.language.dates import date_line, of_two_days

_IN_FIGURES = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
_BEHIND_NAME = re.compile(r",\s|\s[|·•–—-]\s")
_HEAD = 4  # blocks at the top among which a byline or a date may stand
_ARTICLE = 200  # characters of text that must stand above a heading before it ends the article
_FEWEST_REMARKS = 2
_LONGEST_SIGN = 80  # characters
_ANY_DAY = datetime(2025, 1, 1, tzinfo=UTC)  # that an age is one does not depend on it
_LINK = "link to another article"


@dataclass(frozen=True, slots=True)
class Body:
    """What is an article's own of a page's body, and what is not."""

    paragraphs: tuple[str, ...]
    dropped: tuple[Dropped, ...]
    published: str | None
    """A date that stands above the text."""
    publisher: str | None = None
    """A paper that is named beside it."""


def own_body(blocks: Sequence[Block], *, title: str | None) -> Body:
    """The article's paragraphs in their order; a title told again, furniture and lists of links are left out."""
    lines = [Block(text, b.kind, b.is_link) for b in blocks if (text := one_line(b.text))]
    end = _end_of_text(lines)
    remarks = _remarks(lines)
    headline = _headline(lines, title or "")
    paragraphs: list[str] = []
    dropped: list[Dropped] = []
    published: str | None = None
    publisher: str | None = None
    zone = ""
    for number, block in enumerate(lines):
        opened = heading(block.text) or (COMMENTS if number == remarks else None)
        if opened:
            zone = opened if sum(map(len, paragraphs)) >= _ARTICLE else ""
        elif zone and _resumes(block, zone):
            zone = ""
        why = "section" if number < headline else "title, told again" if number == headline else opened
        why = why or (zone and (_LINK if zone == RELATED else zone)) or furniture(block.text)
        told = imprint(block.text) if not why and number < _HEAD else None
        why = why or ("paper and day" if told and told.sure else None)
        why = why or _not_text(block, above_text=not paragraphs, near_top=number < _HEAD, title=title or "")
        why = why or (_LINK if number >= end else None)
        if why == "paper and day" and told:
            published, publisher = published or told.published, publisher or told.publisher
        elif why == "date":
            published = published or date_line(block.text)
        elif why == "byline":
            published = published or date_line(_BEHIND_NAME.split(block.text, maxsplit=1)[-1])
        if why:
            dropped.append(Dropped(block.text, why))
        else:
            paragraphs.append(block.text)
    return Body(tuple(paragraphs), tuple(dropped), published, publisher)


def _remarks(lines: Sequence[Block]) -> int | None:
    """Where a heading stands below which readers say something, one after the other, to the page's end: each below a name and a day."""
    head = next((i for i in range(len(lines) - 1, 0, -1) if lines[i].kind == "head"), 0)
    below = lines[head + 1 :]
    signs = [i for i, block in enumerate(below) if _is_sign(block.text)]
    alternate = signs[:1] == [0] and all(b - a > 1 for a, b in pairwise((*signs, len(below))))
    return head if head and alternate and len(signs) >= _FEWEST_REMARKS else None


def _is_sign(text: str) -> bool:
    """Whether the line is a name with the day, or the age, of what somebody said: "Swimmer12 · 13/03/2025 08:12"."""
    who, *day = _BEHIND_NAME.split(text, maxsplit=1)
    if len(text) > _LONGEST_SIGN or not day or not any(c.isalpha() for c in who) or date_line(who):
        return False
    when = day[0].strip()
    return date_line(when) is not None or of_two_days(when) or age_line(when, now=_ANY_DAY) is not None


def _headline(lines: Sequence[Block], title: str) -> int:
    """Where the title is told again, below nothing but labels; -1 where it is not."""
    for number, block in enumerate(lines[:_HEAD]):
        if like_a_headline(block.text) and _same_words(block.text, title):
            return number
        if is_prose(block.text):
            break
    return -1


def _not_text(block: Block, *, above_text: bool, near_top: bool, title: str) -> str | None:
    """Why the block is no text of the article by what it is and where it stands; None when it is text."""
    text = block.text
    if not any(c.isalnum() for c in text):
        return "rule"
    if above_text and like_a_headline(text) and _same_words(text, title):
        return "title, told again"
    if above_text and block.kind == "head" and not is_prose(text):
        return "section"
    if near_top and date_line(text):
        return "date"
    if near_top and (_IN_FIGURES.fullmatch(text) or of_two_days(text)):
        return "date that may be two days"
    if near_top and _signed(text):
        return "byline"
    headline = block.kind == "p" and block.is_link and like_a_headline(text) and len(text.split()) >= 4
    return _LINK if headline else None


def _signed(text: str) -> bool:
    """Whether the block says who wrote the article, perhaps when: "By Anna Lund, 12 March 2025"."""
    who, *day = _BEHIND_NAME.split(text, maxsplit=1)
    return like_a_byline(text) or (len(day) == 1 and like_a_byline(who) and date_line(day[0]) is not None)


def _end_of_text(lines: Sequence[Block]) -> int:
    """Where a list of links at the page's end begins."""
    end = len(lines)
    while end and lines[end - 1].is_link and like_a_headline(lines[end - 1].text):
        end -= 1
    return end


def _same_words(text: str, title: str) -> bool:
    """Whether a line above the text says what the title says, perhaps with the site's or the section's name."""
    mine, its = (set(re.findall(r"\w+", t.casefold())) for t in (text, title))
    return len(mine & its) >= 0.75 * min(len(mine), len(its)) and 0.4 <= len(mine) / max(1, len(its)) <= 2.5


def _resumes(block: Block, zone: str) -> bool:
    """Whether the article goes on with this block below a heading of related articles, comments or tags."""
    if zone == COMMENTS or block.kind == "item" or block.is_link:
        return False
    return is_prose(block.text) and not like_a_headline(block.text)
