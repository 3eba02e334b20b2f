"""Which articles does a scraped plain-text page hold?  A few rules over its lines; text they are unsure of is kept.

1. A line is furniture when it is one as a whole (furniture.py). A heading such as "Related Articles" or "Comments"
   below an article's text opens a list: its headlines are dropped, its sentences kept.
2. A card, that is publisher, age, "- Publisher" and a headline in this order, begins a new article; so does a headline
   with its text below a "Related Articles", one below a rule, one with a byline below it, and one that is underlined
   as the page's first headline is.
3. The first line of an article is its title if it looks like a headline; bylines, dates and publishers in its head
   become what is known of it. An article without a headline is called by its first sentence, which stays in its text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from askcorpus.articles.draft import Draft, Dropped
from askcorpus.articles.page.exports import exported
from askcorpus.articles.page.furniture import COMMENTS, NO_COMMENTS, RELATED
from askcorpus.articles.page.headlines import is_prose, like_a_headline, section_name, words_in
from askcorpus.articles.page.lines import Line, Mark, address_in, marked
from askcorpus.articles.page.names import like_a_name, like_a_persons_name, like_a_signature
from askcorpus.articles.page.piece import Piece

_WORDS = 3  # of a headline with a date but no byline below it: "Phase one, 12 March" is one of a timeline's
_HEAD = 3  # lines in which a page says what it is, above the first of its articles
_RECURS = 3  # articles of one page that must end alike


def split_page(text: str, *, now: datetime) -> tuple[Draft, ...]:
    """The articles of a cleaned page, in the order of the page; ages count back from `now`.

    A page that holds nothing but furniture gives none; an export of a news database is read as what it is.
    """
    if drafts := exported(text, now=now):
        return drafts
    lines = marked(text, now=now)
    cards = _starts(lines)
    cover, under = _underlined(lines) or _ruled(lines)
    starts = sorted({*cards, *_signed(lines), *_addressed(lines), *under} - set(range(cover + 1)))
    found: list[Draft] = []
    left_over = [Dropped(line.text, "line above the page's articles") for line in lines[:cover]]
    for start, end in zip([cover, *starts], [*starts, len(lines)], strict=True):
        draft, left_over = Piece(lines[start:end], card=start in cards, above=left_over).article()
        if draft is not None:
            found.append(draft)
    if found and left_over:
        found[-1] = replace(found[-1], dropped=(*found[-1].dropped, *left_over))
    return tuple(_without_recurring(found))


def _without_recurring(drafts: list[Draft]) -> list[Draft]:
    """The articles without a short last line, no sentence, that ends three or more of a page's articles."""
    if len(drafts) < _RECURS:
        return drafts
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


def _signed(lines: Sequence[Line]) -> list[int]:
    """Where the second and later articles begin that say who wrote them when, as the page's first one does."""
    first = next((i for i, line in enumerate(lines[:3]) if _is_signed(lines, i)), None)
    if first is None:
        return []
    shape = _head_of(lines, first)
    starts = []
    prose = False
    for i in range(first + 1, len(lines)):
        if lines[i].mark is Mark.HEADING and lines[i].note in (RELATED, COMMENTS):
            break  # what follows has rules of its own
        if prose and _is_signed(lines, i) and _head_of(lines, i) == shape:
            starts.append(i if lines[i].fresh else i - 1)
            prose = False
        prose = prose or (lines[i].mark is Mark.TEXT and is_prose(lines[i].text))
    return starts


def _addressed(lines: Sequence[Line]) -> list[int]:
    """Where the second and later articles begin that have their address above the headline, as the page's first one has."""
    if not lines or not address_in(lines[0].text):
        return []
    at = [i for i, line in enumerate(lines) if i and line.fresh and address_in(line.text)]
    return [i for i in at if _is_headline_of_text(lines, i + 1) and _has_prose(lines[:i])]


def _underlined(lines: Sequence[Line]) -> tuple[int, list[int]] | None:
    """Where the first article begins, and the others, whose headlines are all underlined in one way; None where it is not so.

    What is underlined below text of a page without such a headline is a part of its article.
    """
    at = [i for i in range(len(lines) - 2) if lines[i + 1].mark is Mark.RULE and _is_underlined(lines, i)]
    if not at or _has_prose(lines[: at[0]]):
        return None
    least = _WORDS if at[0] <= 1 else _WORDS + 1  # below another line they may be the parts of what that one names
    alike = [i for i in at if lines[i + 1].text[0] == lines[at[0] + 1].text[0]]
    if len(alike) < 2 or any(words_in(lines[i].text) < least for i in alike):
        return None
    tops = [i - 1 if i and lines[i - 1].mark is Mark.RULE and not lines[i].fresh else i for i in alike]
    return tops[0], tops[1:]


def _is_underlined(lines: Sequence[Line], i: int) -> bool:
    """Whether a headline stands at i, right above the rule below it, and then text."""
    line, rule = lines[i], lines[i + 1]
    alone = line.fresh or lines[i - 1].mark is Mark.RULE
    if rule.fresh or not alone:
        return False
    if line.mark is not Mark.TEXT or not like_a_headline(line.text):
        return False
    below = next((n for n in lines[i + 2 : i + 5] if not n.dated and n.mark is not Mark.BYLINE), None)
    return below is not None and below.mark is Mark.TEXT and is_prose(below.text)


def _ruled(lines: Sequence[Line]) -> tuple[int, list[int]]:
    """Where the first article begins, and the others, of a page whose own name stands above the first of the rules between them."""
    first = next((i for i, line in enumerate(lines[: _HEAD + 1]) if line.mark is Mark.RULE), 0)
    if not first or _has_prose(lines[:first]):
        return 0, []
    alike = [i for i, line in enumerate(lines) if line.mark is Mark.RULE and line.text == lines[first].text]
    tops = [i + 1 for i in alike if _is_headline_of_text(lines, i + 1) and words_in(lines[i + 1].text) > _WORDS]
    return (first + 1, tops[1:]) if tops[:1] == [first + 1] and len(tops) > 1 else (0, [])


def _is_headline_of_text(lines: Sequence[Line], i: int) -> bool:
    """Whether a headline stands at i that has text below it."""
    if i >= len(lines) or lines[i].mark is not Mark.TEXT or not like_a_headline(lines[i].text):
        return False
    below = next((line for line in lines[i + 1 :] if line.mark is Mark.TEXT), None)
    return below is not None and is_prose(below.text)


def _has_prose(lines: Sequence[Line]) -> bool:
    """Whether one of the lines is somebody's text."""
    return any(line.mark is Mark.TEXT and is_prose(line.text) for line in lines)


def _is_signed(lines: Sequence[Line], i: int) -> bool:
    """Whether a headline stands at i, below an empty line, with a byline or a date below it and then text."""
    line = lines[i]
    fresh = line.fresh or (i > 0 and lines[i - 1].mark is Mark.DATE and lines[i - 1].fresh)
    if line.mark is not Mark.TEXT or not fresh or is_prose(line.text) or not like_a_headline(line.text):
        return False
    head = _head_of(lines, i)
    below = i + 1 + len(head)
    if not head or below >= len(lines) or lines[below].mark is not Mark.TEXT:
        return False
    known = Mark.BYLINE in head or words_in(line.text) >= _WORDS
    return known and is_prose(lines[below].text)


def _head_of(lines: Sequence[Line], i: int) -> tuple[Mark, ...]:
    """What stands below the headline at i, of byline and date, in its order."""
    head: list[Mark] = []
    for at, line in enumerate(lines[i + 1 : i + 4], start=i + 1):
        mark = Mark.BYLINE if line.mark is Mark.TEXT and _names_author(lines, at) else line.mark
        if mark not in (Mark.BYLINE, Mark.DATE) or mark in head:
            break
        head.append(mark)
    return tuple(head)


def _names_author(lines: Sequence[Line], i: int) -> bool:
    """Whether a line below a headline is who wrote its article: a name with a place, or with the date right below it."""
    text = lines[i].text
    alone = i + 1 < len(lines) and lines[i + 1].dated and not lines[i + 1].fresh and like_a_persons_name(text)
    return alone or like_a_signature(text)


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
        described = bool(_head_of(lines, i + 1))
        if title.mark is Mark.TEXT and like_a_headline(title.text):
            sure = len(line.text) >= 10 or line.text[0] in "=═"  # "***" and "---" stand between parts of one, too
            told = is_prose(below.text) or (sure and like_a_headline(below.text) and _has_prose(lines[i + 3 : i + 4]))
            told = told and (sure or words_in(title.text) > _WORDS)
            return i + 1 if described or told else None
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
