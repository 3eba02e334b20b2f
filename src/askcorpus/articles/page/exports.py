"""Which articles does the export of a news database hold?  By the lines that such exports have (exports.toml).

An export is known by the lines between its articles ("3 of 20 DOCUMENTS", "End of Document") or by blocks of fields
("Title: …", "Source: …") that recur. What a field says becomes what is known of the article; the rest of the fields,
lengths, codes and load dates are nobody's text.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from askcorpus.articles.draft import Draft, Dropped, sourced
from askcorpus.articles.page.furniture import furniture
from askcorpus.articles.page.headlines import is_prose, like_a_headline, title_from
from askcorpus.articles.page.imprint import day_in, describes, imprint, starts_by_imprints
from askcorpus.articles.page.labels import FIELDS, RULE, is_coded, labelled, starts_by_fields
from askcorpus.articles.page.lines import Mark, address_in, marked
from askcorpus.articles.page.names import like_a_byline, like_a_name
from askcorpus.language.dates import any_date, date_line

with Path(__file__).with_name("exports.toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)

_BEGINS, _ENDS, _LENGTH = (
    re.compile("|".join(f"(?:{pattern})" for pattern in _TABLE[name]), re.I) for name in ("begins", "ends", "length")
)
_LANGUAGES = frozenset(_TABLE["languages"].split())
_BARE = frozenset(_TABLE["bare"].split())
_CODE = re.compile(r"[A-Z][A-Z0-9]{2,9}|[A-Z]?\d{1,4}[A-Z]?|\d{1,2}:\d{2}(?: ?[AP]M)?(?: [A-Z]{2,4})?")
_LONGEST_HEAD = 14  # lines
_LONGEST_MARK = 100  # characters of a line that separates articles, or is one of an article's head
_FEWEST_FIELDS = 2  # beside a single mark, before a text is taken for an export of one article
_NARROWEST, _WIDEST = 50, 120  # characters a line, of a text that was wrapped
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)\s?(?:©\s?)?(?:\w{3,9} \d{1,2}, )?(?:19|20)\d\d\b.{0,400}$|copyright\b.{0,60}\b(?:19|20)\d\d$",
    re.I,
)
_NOTICES = "©(Cc"
_STOPS = tuple('.!?…"”»')
_IN_BRACKETS = re.compile(r"\s?\([^()]{1,40}\)$")
_SURELY_PROSE = 150  # characters
_NUMBERED = re.compile(r"[\[(]?(\d{1,5})[\])]?[.:)]?\s+(?=\w)")
_IN_HEAD = 3  # lines above the length: section, headline, author
_EXPORTED = "field of the export"
_COVER = "cover of the export"


@dataclass(slots=True)
class _Article:
    """The lines of one article, as they are read."""

    known: dict[str, str] = field(default_factory=dict)
    head: list[tuple[str, bool]] = field(default_factory=list)
    """Lines above the text that no label explains, in their order, and whether an empty line is above each."""
    text: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def exported(text: str, *, now: datetime, by_fields: bool = True) -> tuple[Draft, ...]:
    """The articles of an export, in its order; none when the text is no export.

    Without `by_fields` only lines between the articles make it one, not the fields above each.
    """
    lines = _rejoined(text.split("\n"))
    parts = _parts(lines, by_fields=by_fields)
    if not parts and by_fields and (one := _alone(lines)):
        return (_draft(one, now),)
    drafts: list[Draft] = []
    over: list[Dropped] = []
    for part in parts:
        article = _read(part)
        if not article.text:
            over += [*article.dropped, *(Dropped(line, _COVER) for line, _ in article.head)]
            continue
        draft = _draft(article, now)
        drafts.append(draft if not over else _with(draft, over))
        over = []
    if drafts and over:
        drafts[-1] = _with(drafts[-1], over)
    return tuple(_unnumbered(drafts))


def _alone(lines: Sequence[str]) -> _Article | None:
    """The article of an export of one, which has no line between articles: by the notice of copyright between its head and
    its text, where a line of the head is whose right that is, or the number of words; None where there is none."""
    top = [line for line in lines[: 2 * _LONGEST_HEAD] if line][:_LONGEST_HEAD]
    notice = next((i for i, line in enumerate(top) if line[0] in _NOTICES and _COPYRIGHT.match(line)), None)
    if notice is None or any(is_prose(line) and not like_a_byline(line) for line in top[1:notice]):
        return None
    head = top[:notice]
    owner = next((line for line in reversed(head[1:]) if like_a_name(line) and line in top[notice]), None)
    if not any(map(_day, head)) or not (owner or any(map(_LENGTH.fullmatch, head))):
        return None
    article = _read(lines)
    if not article.text:
        return None
    if owner and "publisher" not in article.known:
        article.known["publisher"] = owner
        article.head = [(line, fresh) for line, fresh in article.head if line != owner]
        article.dropped.append(Dropped(owner, "publisher"))
    return article


def _unnumbered(drafts: list[Draft]) -> list[Draft]:
    """The articles with "[1]", "2." left out of their titles where those count them."""
    numbers = [_NUMBERED.match(draft.title) for draft in drafts]
    if len(drafts) < 2 or [int(m[1]) for m in numbers if m] != list(range(1, len(drafts) + 1)):
        return drafts
    return [replace(draft, title=draft.title[m.end() :]) for draft, m in zip(drafts, numbers, strict=True) if m]


def _with(draft: Draft, dropped: Sequence[Dropped]) -> Draft:
    return replace(draft, dropped=(*dropped, *draft.dropped))


def _with_values(lines: Sequence[str]) -> list[str]:
    """The lines, a label that stands alone, in a cell of its own, joined to its value below."""
    coded = is_coded(lines)
    joined: list[str] = []
    waiting = False  # for the value of the last line
    for line in lines:
        if waiting and not line:
            continue
        if waiting and labelled(line, coded=coded) is None and (coded or not is_prose(line)):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        label = labelled(joined[-1], coded=coded) if joined[-1] else None
        waiting = label is not None and not label[1] and label[0] not in ("text", "tail")
    return joined


def exported_article(lines: Sequence[str], *, now: datetime) -> Draft | None:
    """The one article in these paragraphs, where they begin as those of an export do; else None."""
    spread = [line for paragraph in lines for line in (paragraph, "")]
    top = [line for line in lines[:_LONGEST_HEAD] if _LENGTH.fullmatch(line) or labelled(line)]
    dated = any(_day(line) for line in lines[:_LONGEST_HEAD])
    top += [line for line in lines[:_LONGEST_HEAD] if describes(line)]
    if not (dated and top) and len(top) < _FEWEST_FIELDS:
        return None
    article = _read(spread)
    return _draft(article, now) if article.text else None


def _day(line: str) -> str | None:
    """The day of a line that is a date, or that describes the article."""
    found = imprint(line)
    return date_line(line) or (
        found.published
        if found and (found.sure or found.publisher or found.paged)
        else day_in(line)
        if describes(line)
        else None
    )


def _parts(lines: list[str], *, by_fields: bool = True) -> list[list[str]]:
    """The lines of each article; empty when this is no export."""
    begins = [i for i, line in enumerate(lines) if 0 < len(line) <= _LONGEST_MARK and _BEGINS.fullmatch(line)]
    ends = [i for i, line in enumerate(lines) if 0 < len(line) <= _LONGEST_MARK and _ENDS.fullmatch(line)]
    marks = begins if len(begins) >= len(ends) else [i + 1 for i in ends]
    if len(marks) < 2 and not (marks and _fields_in(lines) >= _FEWEST_FIELDS):
        marks = (starts_by_fields(lines) or starts_by_imprints(lines)) if by_fields else []
    if not marks:
        return []
    cuts = [0, *marks, len(lines)]
    return [lines[start:end] for start, end in itertools.pairwise(cuts) if any(lines[start:end])]


def _rejoined(lines: list[str]) -> list[str]:
    """The lines, those that were broken at a fixed width joined again."""
    width = max(map(len, lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return lines
    broken = [above for above, line in itertools.pairwise(lines) if line and _is_full(above, line, width)]
    if sum(above.endswith(_STOPS) for above in broken) > 0.5 * len(broken):
        return lines  # paragraphs of about one length, a line each
    joined: list[str] = []
    last = ""  # the line above, as it stands in the file
    for line in lines:
        ruled = RULE.fullmatch(line) or RULE.fullmatch(last)
        if line and _is_full(last, line, width) and not ruled and labelled(line) is None:
            joined[-1] += f" {line}"
        else:
            joined.append(line)
        last = line
    return joined


def _is_full(above: str, line: str, width: int) -> bool:
    """Whether the first word of the line would not have fitted above."""
    return bool(above) and len(above) + 1 + len(line.split(" ", 1)[0]) > width - 3


def _fields_in(lines: Sequence[str]) -> int:
    return sum(1 for line in lines if line and (labelled(line) is not None or _LENGTH.fullmatch(line)))


def _read(lines: Sequence[str]) -> _Article:
    """The lines of one article, each where it belongs."""
    article = _Article()
    lines = _with_values(lines)
    coded = is_coded(lines)
    start = _start_of_text(lines, coded=coded)
    inside = ""
    below = False
    for i, line in enumerate(lines):
        if not line:
            inside = inside if inside == "tail" else ""
            if i >= start and article.text and article.text[-1]:
                article.text.append("")
            continue
        found = labelled(line, coded=coded)
        bare = FIELDS.get(line.lower().rstrip(":")) if len(line) <= 40 else None
        if (found is None or not found[1]) and bare in ("text", "tail"):
            inside = bare
            article.dropped.append(Dropped(line, _EXPORTED))
        elif line.lower() in _BARE and i > start:  # what stands below it, in its block, is the field's
            inside = "other"
            article.dropped.append(Dropped(line, _EXPORTED))
        elif inside == "tail" or (found is not None and found[0] == "tail"):
            article.dropped.append(Dropped(line, _EXPORTED))
        elif found is not None and (i <= start or below or coded or _is_surely_a_field(line, found[0])):
            below = below or (i > start and found[0] == "other")
            inside = _take_field(article, line, *found)
        elif inside == "other":  # a field that goes on below
            article.dropped.append(Dropped(line, _EXPORTED))
        elif inside == "text" or i >= start:
            article.text.append(line)
        elif RULE.fullmatch(line) or _BEGINS.fullmatch(line):
            article.dropped.append(Dropped(line, "line between articles"))
        elif address := address_in(line):
            article.known.setdefault("url", address)
            article.dropped.append(Dropped(line, _EXPORTED))
        else:
            article.head.append((line, i == 0 or not lines[i - 1]))
    _take_last_fields(article)
    return article


def _take_last_fields(article: _Article) -> None:
    """Note the fields that end the text: below the last of its sentences none is the paper's own."""
    ended = bool(article.text and _ENDS.fullmatch(article.text[-1]))
    while article.text:
        line = article.text[-1]
        found = labelled(line) if line else None
        if line and not (_says_nothing(line, ended=ended) if found is None else found[0] != "text"):
            return
        article.text.pop()
        if found is not None:
            _take_field(article, line, *found)
        elif line:
            article.dropped.append(Dropped(line, _EXPORTED))


def _says_nothing(line: str, *, ended: bool) -> bool:
    """Whether a line at the end of an article is none of its text; where the export says that it ends, the publishing house stands last."""
    if RULE.fullmatch(line) or _ENDS.fullmatch(line) or _COPYRIGHT.match(line) or furniture(line):
        return True
    return (
        ended
        and len(line) <= _LONGEST_MARK
        and (_day(_IN_BRACKETS.sub("", line)) is not None or like_a_name(line) or line.startswith("(END)"))
    )


def _is_surely_a_field(line: str, name: str) -> bool:
    """Whether a line in the middle of the text is a field: "Date: Friday" may be the paper's own."""
    label = line.partition(":")[0].strip()
    return name == "other" or label.isupper() or " " in label


def _take_field(article: _Article, line: str, name: str, value: str) -> str:
    """Note what a field says; which field goes on below its line."""
    if name == "text":
        article.text.append(value) if value else article.dropped.append(Dropped(line, _EXPORTED))
        return "text"
    told = imprint(line) if name == "publisher" else None
    if told is not None and told.publisher:  # "Source: Harbour Gazette, 12 March 2025"
        article.known.setdefault("publisher", told.publisher)
        article.known.setdefault("published", told.published or "")
    elif name in ("title", "publisher", "published", "url") and value:
        article.known.setdefault(name, value)
    article.dropped.append(Dropped(line, "byline" if name == "byline" else _EXPORTED))
    return name


def _start_of_text(lines: Sequence[str], *, coded: bool) -> int:
    """The first line of the text where no field says where it begins: the first prose below the head's lines."""
    for i, line in enumerate(lines):
        found = labelled(line, coded=coded) if line else None
        if (found is not None and found[0] == "text") or (line and FIELDS.get(line.lower()) == "text"):
            return i
    last: int | None = None
    for i, line in enumerate(lines):
        if not line:
            continue
        found = labelled(line, coded=coded)
        signs = found is not None or _of_head(line)
        told = last is not None or not like_a_headline(line)
        if not signs and (len(line) >= _SURELY_PROSE or (told and is_prose(line) and not like_a_byline(line))):
            return i
        if signs or last is None:
            last = i
    return len(lines)


def _of_head(line: str) -> bool:
    return bool(
        _LENGTH.fullmatch(line)
        or _CODE.fullmatch(line)
        or line.lower() in _LANGUAGES
        or _BEGINS.fullmatch(line)
        or RULE.fullmatch(line)
        or _day(line)
        or furniture(line)
    )


def _draft(article: _Article, now: datetime) -> Draft:
    head = _without_signs(article)
    title, publisher, published = _from_head(article, head)
    dropped = [*article.dropped]
    kept: list[str] = []
    body = "\n".join(article.text).strip()
    for line in marked(body, now=now):
        if line.mark in (Mark.FURNITURE, Mark.RULE) or _ENDS.fullmatch(line.text) or _CODE.fullmatch(line.text):
            dropped.append(Dropped(line.text, line.note or _EXPORTED))
        else:
            kept.append(line.text)
    text = "\n\n".join(kept) or title
    url = article.known.get("url", "")
    draft = Draft(
        title=title or title_from(text),
        text=text,
        url=url if url.startswith("http") else None,
        publisher=publisher or None,
        published=published,
        dropped=tuple(dropped),
    )
    fields = {name: _EXPORTED for name, value in article.known.items() if value}
    return sourced(
        draft, "head of the article in the export", **({} if title else {"title": "first sentence"}), **fields
    )


def _without_signs(article: _Article) -> list[str]:
    """The lines of the head with those that only describe taken out, but the date and the length, which tell the rest.

    Lines of one block below the date are one headline.
    """
    left: list[str] = []
    dated = False
    for line, fresh in article.head:
        why = furniture(line)
        if why or _CODE.fullmatch(line) or line.lower() in _LANGUAGES:
            article.dropped.append(Dropped(line, why or _EXPORTED))
        elif dated and not fresh and left and not _of_head(left[-1]) and not _of_head(line):
            if _names_author(line, headline=left[-1]):
                article.dropped.append(Dropped(line, "byline"))
            else:
                left[-1] += f" {line}"
        else:
            left.append(line)
            dated = dated or _day(line) is not None
    return left


def _names_author(line: str, *, headline: str) -> bool:
    """Whether the line in a headline's block is whose article it is: a name, below a headline that is not all capitals itself."""
    return like_a_byline(line) or (like_a_name(line) and not like_a_name(headline) and 2 <= len(line.split()) <= 4)


def _from_head(article: _Article, head: Sequence[str]) -> tuple[str, str, str | None]:
    """Title, publisher and date: as fields say, else by where the date stands among the lines of the head."""
    known = article.known
    days = [i for i, line in enumerate(head) if _day(line)]
    day = days[-1] if days else None
    lengths = [i for i, line in enumerate(head) if _LENGTH.fullmatch(line)]
    told = imprint(head[day]) if day is not None else None
    published = any_date(known.get("published")) or (_day(head[day]) if day is not None else None)
    above: Sequence[str]
    if lengths and day is not None and day > lengths[0]:  # headline, author, length, date, publisher
        above = head[max(0, lengths[0] - _IN_HEAD) : lengths[0]]
        title, publisher = max(above, key=len, default=""), next(iter(head[day + 1 :]), "")
    elif day is not None:  # publisher, date, headline; or headline, publisher, date
        above, below = head[:day], [line for line in head[day + 1 :] if not _LENGTH.fullmatch(line)]
        publisher = above[-1] if above else ""
        title = above[-2] if len(above) > 1 else max(below, key=len, default="")
        if told is not None and told.publisher:  # paper, day and page on one line: the headline is above it or below
            title, publisher = max(below or above, key=len, default=""), told.publisher
        elif not below and len(above) == 1 and not known.get("title"):
            title, publisher = publisher, ""
    else:
        title, publisher = (max(head, key=len) if head else ""), ""
    title, publisher = known.get("title") or title, known.get("publisher", "").partition(";")[0].strip() or publisher
    for line in head:
        if line not in (title, publisher):
            article.dropped.append(Dropped(line, "date" if _day(line) else _EXPORTED))
    return title, publisher, published
