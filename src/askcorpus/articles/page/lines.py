"""What is each line of a plain-text page: text, furniture, a date, a byline?  Looks at one line at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import pairwise

from askcorpus.articles.page.furniture import furniture, heading
from askcorpus.articles.page.labels import FIELDS
from askcorpus.articles.page.names import like_a_byline, like_a_name, paper_among
from askcorpus.language.ages import age_line
from askcorpus.language.dates import any_date, date_line, of_two_days


class Mark(Enum):
    """What a line is by itself."""

    TEXT = auto()
    FURNITURE = auto()
    HEADING = auto()
    """Of related articles, comments or hashtags; the note says which."""
    AGE = auto()
    DATE = auto()
    BYLINE = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty."""

    text: str
    mark: Mark
    note: str = ""
    """Why it is furniture, which heading it is, or the date in ISO 8601, empty where its figures have two meanings."""
    publisher: str | None = None
    """Named beside the date on the same line."""
    fresh: bool = False
    """An empty line, or the page's beginning, is right above it."""

    @property
    def dated(self) -> bool:
        """Whether it is a date or an age."""
        return self.mark in (Mark.AGE, Mark.DATE)


_LONGEST_LABEL = 220  # characters of a line that may be anything but text
_LONGEST_META = 140  # characters of a line that names publisher, author and date together
_NARROWEST = 34  # characters of a line: mails and old news services wrap at forty
_FULL_LINE = 0.6  # of the width: a line so long may go on in the next
_RULE = re.compile(r"(?:[-=_*~#•·—–─━═] ?){3,}")
_ADDRESS = re.compile(r"(?:(?P<label>[^\W\d_]{2,20}\s?):\s*)?<?(?P<address>https?://[^\s<>]{4,2000})>?")
_OF_ADDRESS = ("url", "publisher")  # fields of an export that hold one
_TWO_DAYS = re.compile(
    r"\d{1,2}([/-])\d{1,2}\1\d{4}(?:[\s,|–-]{1,3}\d{1,2}[:.h]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?)?", re.I
)  # 3/4/2025
_OF_PROGRAMS = re.compile(
    r"(?:19|20)\d{6}|\d{4}-\d{1,2}-\d{1,2}[T ]?[\d:. ]{0,15}\S{0,12}|[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{2}:\d{2}:\d{2} \S{1,6} \d{4}"
)  # 20250312, 2025-3-12, Wed Mar 12 08:15:00 +0000 2025
_BULLET = re.compile(r"(?:[•·▪‣◦●■*]|-(?=\s))\s+")
_BETWEEN_META = re.compile(r"\s+[|•·–—-]\s+|\s*[|•·]\s*")
_NAME_THEN_DATE = re.compile(r"(?P<name>[^,]{2,40}),\s+(?P<date>.*\d.*)")


def marked(text: str, *, now: datetime) -> list[Line]:
    """The lines of a cleaned page that are not empty, with what each of them is."""
    lines: list[Line] = []
    fresh = True
    for raw in _unwrapped(text.split("\n")):
        if not raw:
            fresh = True
            continue
        lines.append(_marked_line(raw, now, fresh))
        fresh = False
    return lines


def address_in(text: str) -> str | None:
    """The address that is all of the line, perhaps behind "URL:" or "Link:"; else None."""
    match = _ADDRESS.fullmatch(text)
    known = match is not None and (match["label"] is None or FIELDS.get(match["label"].strip().lower()) in _OF_ADDRESS)
    return match["address"] if match and known else None


def without_bullet(text: str) -> str:
    """The text without the bullet in front of it."""
    return _BULLET.sub("", text, count=1) if _BULLET.match(text) else text


def _marked_line(text: str, now: datetime, fresh: bool) -> Line:
    if len(text) > _LONGEST_LABEL:  # prose: nothing below could fit it
        return Line(text, Mark.TEXT, fresh=fresh)
    if _RULE.fullmatch(text):
        return Line(text, Mark.RULE, "rule", fresh=fresh)
    kind = heading(text)
    if kind:
        return Line(text, Mark.HEADING, kind, fresh=fresh)
    why = furniture(text)
    if why:
        return Line(text, Mark.FURNITURE, why, fresh=fresh)
    dated = _dated(text, now, fresh)
    if dated:
        return dated
    if like_a_byline(text):
        return Line(text, Mark.BYLINE, "byline", fresh=fresh)
    return Line(text, Mark.TEXT, fresh=fresh)


def _dated(text: str, now: datetime, fresh: bool) -> Line | None:
    """The line as a date or an age, alone or beside names: "Harbour Gazette | 12 March 2025"."""
    if len(text) > _LONGEST_META:
        return None
    plain = _when(text.strip("-–—|•· "), now)
    if plain:
        return Line(text, plain[0], plain[1], fresh=fresh)
    parts = [p.strip() for p in _BETWEEN_META.split(text) if p.strip()]
    if len(parts) == 1:
        pair = _NAME_THEN_DATE.fullmatch(text)
        parts = [pair["name"], pair["date"]] if pair else []
    whens = [(part, _when(part, now)) for part in parts]
    dates = [when for _, when in whens if when]
    others = [part for part, when in whens if not when]
    if not dates or not all(like_a_name(o) or like_a_byline(o) or furniture(o) for o in others):
        return None
    names = [o for o in others if like_a_name(o) and not like_a_byline(o) and not furniture(o)]
    return Line(text, dates[0][0], dates[0][1], publisher=paper_among(names), fresh=fresh)


def _when(text: str, now: datetime) -> tuple[Mark, str] | None:
    day = date_line(text) or (any_date(text) if _OF_PROGRAMS.fullmatch(text) else None)
    if day:
        return Mark.DATE, day
    age = age_line(text, now=now)
    return (Mark.AGE, age) if age else (Mark.DATE, "") if _TWO_DAYS.fullmatch(text) or of_two_days(text) else None


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines, those of a page that was wrapped at a fixed width joined to paragraphs again."""
    if not _is_wrapped(lines):
        return lines
    joined: list[str] = []
    width = max(map(len, lines))
    last = 0  # how long the line before is in the file
    for line in lines:
        glue = bool(joined and joined[-1] and line and not _BULLET.match(line)) and last >= _FULL_LINE * width
        if glue and not (
            heading(line) or furniture(joined[-1]) or _RULE.fullmatch(line) or _RULE.fullmatch(joined[-1])
        ):
            joined[-1] += " " + line
        else:
            joined.append(line)
        last = len(line)
    return joined


def _is_wrapped(lines: list[str]) -> bool:
    """Whether the lines were broken at a width: the next line's first word would not have fitted."""
    width = max(map(len, lines), default=0)
    inner = [(a, b) for a, b in pairwise(lines) if a and b and not _RULE.fullmatch(a) and not _RULE.fullmatch(b)]
    if len(inner) < 3 or not _NARROWEST <= width <= 120:
        return False
    full = sum(1 for a, b in inner if len(a) + 1 + len(b.split(" ", 1)[0]) > width - 3)
    open_ended = sum(1 for a, _ in inner if a[-1] not in ".!?:\"'”’»)")
    return full >= 0.8 * len(inner) and open_ended >= 0.5 * len(inner)
