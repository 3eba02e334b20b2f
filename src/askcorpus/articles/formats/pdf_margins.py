"""What stands in the margins of a PDF's pages?  Running titles, page numbers, and what a browser prints around a page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from askcorpus.articles.formats.pdf_lines import Page, Row
from askcorpus.articles.metadata import canonical
from askcorpus.articles.page.headlines import is_prose
from askcorpus.articles.page.names import like_a_name
from askcorpus.language.characters import one_line
from askcorpus.language.dates import date_line

_EDGE = 2  # rows at the top and at the foot of a page among which a running title may stand
_LONGEST = 140  # characters of a running title
_SHORT = 60  # characters
_APART = 0.7  # of its height: the space around a running title
_NEAR = 4  # edges: a running title stands on the next page, or the one after it, too
_SAME_PLACE = 4.0  # points: how far a running title moves from page to page
_STAMP = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},?\s+(?:at\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?"
)
_ADDRESS = re.compile(r"(?:https?://\S+|file:///\S+|(?:www\.)\S+\.[a-z]{2,}\S*)", re.I)
_PAGE = re.compile(
    r"(?:[-–—|]\s*)?(?:[^\W\d_]{1,6}\.?\s)?(?P<number>\d{1,4})(?:\s?(?:/|[^\W\d_]{1,4})\s?(?P<of>\d{1,4}))?(?:\s*[-–—|])?"
)
_LONGEST_TITLE = 300  # characters of a running title that names headline and paper
_SITE = re.compile(r"(?P<title>.{8,}?)\s+[-–—|·]\s+(?P<site>[^|–—]{2,40})")


@dataclass(frozen=True, slots=True)
class Margins:
    """The pages without their margins, and what those said."""

    pages: list[Page]
    dropped: tuple[str, ...] = ()
    title: str | None = None
    url: str | None = None
    publisher: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class _Edge:
    page: int
    row: Row
    at_top: bool


def without_margins(pages: list[Page], named: str) -> Margins:
    """The pages without running titles; `named` is the title that the file gives itself."""
    edges = [edge for number, page in enumerate(pages) for edge in _edges(number, page)]
    running = {id(edge.row) for group in _alike(edges) for edge in _repeated(group)}
    running |= {id(edge.row) for edge in edges if _is_marginal(edge, len(pages), named)}
    gone = [edge.row for edge in edges if id(edge.row) in running]
    kept = [
        Page([rows for block in page.blocks if (rows := [r for r in block if id(r) not in running])]) for page in pages
    ]
    pieces = list(dict.fromkeys(one_line(span.text) for row in gone for span in row.spans))
    title, publisher = _title_of(pieces, kept)
    return Margins(
        pages=kept,
        dropped=tuple(dict.fromkeys(one_line(row.text) for row in gone)),
        title=title,
        url=next((url for piece in pieces if (url := canonical(piece))), None),
        publisher=publisher,
        published=next((day for row in gone if (day := _day_of(row))), None),
    )


def _day_of(row: Row) -> str | None:
    """The paper's day that a row names; beside an address or a time of day it is that of printing."""
    pieces = [one_line(span.text) for span in row.spans]
    days = [day for piece in pieces if (day := date_line(piece))]
    printed = any(_ADDRESS.fullmatch(piece) or _STAMP.match(piece) for piece in pieces)
    return None if printed or any("T" in day for day in days) else next(iter(days), None)


def _edges(number: int, page: Page) -> list[_Edge]:
    rows = sorted((row for block in page.blocks for row in block), key=lambda row: -row.top)
    top = [_Edge(number, row, at_top=True) for row in rows[:_EDGE] if _stands_apart(row, rows)]
    return top + [_Edge(number, row, at_top=False) for row in rows[_EDGE:][-_EDGE:] if _stands_apart(row, rows)]


def _stands_apart(row: Row, rows: list[Row]) -> bool:
    """Whether a row is short, or as far from its neighbours as no line of a paragraph is."""
    if len(row.text) <= _SHORT:
        return True
    gaps = [max(row.bottom - other.top, other.bottom - row.top) for other in rows if other is not row]
    return sum(gap < _APART * row.height for gap in gaps) == 0


def _alike(edges: Sequence[_Edge]) -> Iterable[list[_Edge]]:
    """The rows at one edge that are the same but for their numbers."""
    groups: dict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        if len(edge.row.text) <= _LONGEST:
            groups[edge.at_top, re.sub(r"\d+", "0", edge.row.text)].append(edge)
    return groups.values()


def _repeated(group: list[_Edge]) -> list[_Edge]:
    """Those that stand on another page at the same place, their numbers the same or counting the pages: rows of a table do neither."""
    kept = []
    for place, edge in enumerate(group):
        for other in group[max(0, place - _NEAR) : place + _NEAR + 1]:
            apart = other.page - edge.page
            if apart and abs(other.row.top - edge.row.top) <= _SAME_PLACE and _counts(edge.row, other.row, apart):
                kept.append(edge)
                break
    return kept


def _counts(row: Row, other: Row, apart: int) -> bool:
    mine, its = (list(map(int, re.findall(r"\d{1,9}", r.text))) for r in (row, other))
    changes = {b - a for a, b in zip(mine, its, strict=False) if a != b}
    return (
        changes <= {apart} and (row.text != other.text or not is_prose(row.text)) and any(c.isalnum() for c in row.text)
    )


def _is_marginal(edge: _Edge, pages: int, named: str) -> bool:
    """Whether the row shows by itself that it is none of the text: stamps, addresses and page numbers beside names or the title."""
    pieces = [one_line(span.text) for span in edge.row.spans]
    if len(edge.row.text) > 2 * _LONGEST:
        return False
    kinds = [_kind(piece, edge.page, pages) for piece in pieces]
    others = [piece for piece, kind in zip(pieces, kinds, strict=True) if not kind]
    if not others:
        return any(kinds) and (kinds != ["date"])
    if not all(any(c.isalpha() for c in piece) for piece in others) or len(others) > 1:
        return False
    if "stamp" in kinds or "address" in kinds:  # beside the headline, which may be a question, or cut
        return True
    if is_prose(others[0]):
        return False
    if "date" in kinds:
        return edge.at_top and edge.page == 0 and like_a_name(others[0])
    return "page" in kinds and (others[0] == named or like_a_name(others[0])) and pages > 1


def _kind(piece: str, page: int, pages: int) -> str:
    if _STAMP.fullmatch(piece):
        return "stamp"
    if _ADDRESS.fullmatch(piece):
        return "address"
    number = _PAGE.fullmatch(piece)
    if number and int(number["number"]) == page + 1 and (number["of"] is None or int(number["of"]) == pages):
        return "page"
    day = date_line(piece)
    return "stamp" if day and "T" in day else "date" if day else ""  # a paper's running title has no time of day


def _title_of(pieces: list[str], pages: list[Page]) -> tuple[str | None, str | None]:
    """The headline and the paper that the margins name: "Ferry crash - Harbour Gazette", where a headline of the text says which is which."""
    head = {one_line(row.text) for page in pages[:1] for block in page.blocks[:3] for row in block[:8]}
    for piece in pieces:
        parted = _SITE.fullmatch(piece) if len(piece) <= _LONGEST_TITLE else None
        if piece in head:
            return piece, None
        if parted and (
            parted["title"] in head or any(parted["title"].startswith(line) for line in head if len(line) > 15)
        ):
            return parted["title"], parted["site"] if like_a_name(parted["site"]) else None
    publisher = next(
        (p for p in pieces if like_a_name(p) and not _ADDRESS.fullmatch(p) and not _PAGE.fullmatch(p)), None
    )
    return None, publisher
