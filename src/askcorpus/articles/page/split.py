"""Which articles does a scraped plain-text page hold?  A few rules over its lines; text they are unsure of is kept.

1. A line is furniture when it is one as a whole (furniture.py). A heading such as "Related Articles" or "Comments"
   below an article's text opens a list: its headlines are dropped, its sentences kept.
2. A card, that is publisher, age, "- Publisher" and a headline in this order, begins a new article; so does a headline
   with its text below a "Related Articles", and one below a rule.
3. The first line of an article is its title if it looks like a headline; bylines, dates and publishers in its head
   become what is known of it. An article without a headline is called by its first sentence, which stays in its text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from askcorpus.articles.draft import Draft, Dropped
from askcorpus.articles.page.furniture import COMMENTS, NO_COMMENTS, RELATED
from askcorpus.articles.page.headlines import is_prose, like_a_headline, section_name
from askcorpus.articles.page.lines import Line, Mark, like_a_name, marked
from askcorpus.articles.page.piece import Piece

_RECURS = 3  # articles of one page that must end alike


def split_page(text: str, *, now: datetime) -> tuple[Draft, ...]:
    """The articles of a cleaned page, in the order of the page; ages count back from `now`.

    A page that holds nothing but furniture gives none.
    """
    lines = marked(text, now=now)
    starts = _starts(lines)
    drafts: list[Draft] = []
    left_over: list[Dropped] = []
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        draft, dropped = Piece(lines[start:end], card=start in starts).article()
        left_over += dropped
        if draft is not None:
            drafts.append(replace(draft, dropped=tuple(left_over)))
            left_over = []
    if drafts and left_over:
        drafts[-1] = replace(drafts[-1], dropped=(*drafts[-1].dropped, *left_over))
    return tuple(_without_recurring(drafts))


def _without_recurring(drafts: list[Draft]) -> list[Draft]:
    """The articles without a short last line, no sentence, that ends three or more of a page's articles."""
    ends = Counter(draft.text.rpartition("\n\n")[2] for draft in drafts)
    shorter: list[Draft] = []
    for draft in drafts:
        text, gap, last = draft.text.rpartition("\n\n")
        if gap and ends[last] >= _RECURS and len(last) <= 80 and not is_prose(last):
            recurring = Dropped(last, "line that ends several articles of the page")
            draft = replace(draft, text=text, dropped=(*draft.dropped, recurring))
        shorter.append(draft)
    return shorter


def _starts(lines: Sequence[Line]) -> list[int]:
    """Where the second and later articles begin; 0 is among them when the page opens with a card."""
    starts: list[int] = []
    prose = related = comments = False
    i = 0
    while i < len(lines):
        line = lines[i]
        if line.mark is Mark.HEADING:
            related = related or line.note == RELATED
            comments = line.note == COMMENTS and prose
        elif line.note == NO_COMMENTS:
            comments = False
        headline = None if comments else _headline(lines, i, prose=prose, related=related)
        if headline is not None:
            starts.append(_top(lines, i))
            prose = False
            i = headline
        elif line.mark is Mark.TEXT and is_prose(line.text):
            prose = True
        i += 1
    return starts


def _headline(lines: Sequence[Line], i: int, *, prose: bool, related: bool) -> int | None:
    """Where the headline of the article stands whose first sign is line i; None when no article begins there."""
    line = lines[i]
    if line.dated and (prose or related or i <= 1):
        return _headline_of_card(lines, i, sure=related)
    if not prose and not related:
        return None
    if related and line.mark is Mark.TEXT and line.fresh and like_a_headline(line.text):
        below = lines[i + 1] if i + 1 < len(lines) else None
        has_text = below is not None and below.mark is Mark.TEXT and not below.fresh
        return i if has_text and below and is_prose(below.text) and not like_a_headline(below.text) else None
    if line.mark is Mark.RULE and i + 2 < len(lines):
        title, below = lines[i + 1], lines[i + 2]
        described = below.dated or below.mark is Mark.BYLINE
        if title.mark is Mark.TEXT and like_a_headline(title.text):
            return i + 1 if described or (len(line.text) >= 10 and is_prose(below.text)) else None
    return None


def _headline_of_card(lines: Sequence[Line], i: int, *, sure: bool) -> int | None:
    """The headline below the age or date at i; without a "Related Articles" above, only where no doubt is left."""
    j, labels = i + 1, 0
    while j < len(lines) and j <= i + 5 and _below_age(lines[j]):
        labels += lines[j].text.startswith("- ")
        j += 1
    if j >= len(lines) or lines[j].mark is not Mark.TEXT:
        return None
    below = lines[j + 1] if j + 1 < len(lines) else None
    has_text = below is not None and below.mark is Mark.TEXT and len(below.text) > len(lines[j].text)
    if labels or (sure and (lines[i].mark is Mark.AGE or like_a_headline(lines[j].text))):
        return j
    if i <= 1:  # the page's first lines: its own date unless a publisher stands above it
        named = i == 1 and _is_publisher(lines, 1)
        return j if named and has_text and like_a_headline(lines[j].text) else None
    own_block = lines[i].fresh or (lines[i - 1].fresh and _is_publisher(lines, i))
    strict = like_a_headline(lines[j].text) and has_text and below is not None and is_prose(below.text)
    return j if own_block and strict else None


def _below_age(line: Line) -> bool:
    """Whether the line belongs to a card's head: "- Business Insider", a byline, a second date."""
    label = line.mark is Mark.TEXT and line.text.startswith("- ") and len(line.text) <= 50 and not is_prose(line.text)
    return label or line.dated or line.mark is Mark.BYLINE


def _top(lines: Sequence[Line], i: int) -> int:
    """The first line of the card whose age stands at i: the publisher above it, if there is one."""
    return i - 1 if i > 0 and lines[i].dated and _is_publisher(lines, i) else i


def _is_publisher(lines: Sequence[Line], i: int) -> bool:
    """Whether the line above the date at i names the publisher."""
    above = lines[i - 1]
    if above.mark is not Mark.TEXT or lines[i].fresh or len(above.text) > 40 or is_prose(above.text):
        return False
    repeated = any(below.text == f"- {above.text}" for below in lines[i + 1 : i + 5])
    return repeated or (like_a_name(above.text) and not section_name(above.text))
