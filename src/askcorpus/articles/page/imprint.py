"""Which paper, day and page does one line beside a headline name?  "Harbour Gazette · 12 Mar 2025 · Page 4 · Anna Lund", in whatever order.

Every part of such a line has to be one of those: with one part that is none the line is somebody's text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from askcorpus.articles.page.furniture import furniture
from askcorpus.articles.page.headlines import is_prose, section_name
from askcorpus.articles.page.labels import labelled
from askcorpus.articles.page.names import like_a_byline, like_a_name, names_paper
from askcorpus.language.dates import date_line

with Path(__file__).with_name("exports.toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)

_LONGEST = 160  # characters
_SECTIONS = frozenset(_TABLE["languages"].split()) | frozenset(_TABLE["sections"].split())
_LENGTH = re.compile("|".join(f"(?:{pattern})" for pattern in _TABLE["length"]), re.I)
_LENGTH_BEHIND = re.compile(rf"\s(?:{'|'.join(_TABLE['length'])})$", re.I)
_PAGE = re.compile("|".join(f"(?:{pattern})" for pattern in _TABLE["page"]), re.I)
_CLOCK = re.compile(
    r"\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:[AP]\.?M\.?|Uhr)?\s?(?:[A-Z]{2,4})?\s?(?:[+-]\d{1,2}:?\d{2})?", re.I
)
_WEB_EDITION = re.compile(r"\s?\((?:[\w ,.-]{2,40})\)$")
_GLUED = re.compile(r"(?<=[^\W\d_])(?=\d{1,2}\.? [^\W\d_]{3,10}\.? \d{4})|(?<=[^\W\d_] \d{4})(?=[^\W\d_])")
_BETWEEN = re.compile(
    r"\s{1,9}[|•·/—–-]{1,3}\s{1,9}|\s{0,9}[|•·;]\s{0,9}|,\s{1,9}"
    rf"|\s{{1,9}}(?:{'|'.join(_TABLE['from'].split())})\s{{1,9}}(?=\d)"
)
_FIGURES = re.compile(r"\d{1,2}[/-]\d{1,2}[/-]\d{4}")
_SEPARATED = re.compile(r"[,;|·•]\s|\s[-–]\s")
_WORDS_BEHIND = re.compile(r"\s\d{1,3}(?:[ .,]?\d{3})?\s\w{3,10}$")
_LENGTH_INSIDE = re.compile("|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in _TABLE["length"]), re.I)
_LONGEST_NAME = 40  # characters
_LABEL = re.compile(rf"(?:{'|'.join(map(re.escape, _TABLE['fields']['publisher']))})\s?:\s+", re.I)
_YEAR = re.compile(r"\d{4}")
_HEAD = 3  # lines above: the paper or the headline, a section, an author
_PARTS = 9
_DAY_PARTS = 3  # "Wednesday, March 12, 2025"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What the line says."""

    publisher: str
    """Empty where it names none."""
    published: str | None
    """The day, ISO 8601; None where its figures have two meanings."""
    sure: bool
    """Whether more than a name stands beside the day, so that nothing but a database or a paper's page writes such a line."""
    paged: bool = False
    """Whether it names a page."""


def imprint(line: str) -> Imprint | None:
    """What a line of such parts says; None where it is none, or has no day."""
    if len(line) > _LONGEST or not _YEAR.search(line):
        return None
    labelled = _LABEL.match(line)
    line = line[labelled.end() :] if labelled else line
    parts = [part for part in map(str.strip, _BETWEEN.split(_GLUED.sub(" | ", line))) if part]
    if not 1 < len(parts) <= _PARTS:
        return None
    found = _day_in(parts)
    if found is None:
        return None
    day, start, end = found
    lengths = sum(1 for part in parts if _LENGTH_BEHIND.search(f" {part}"))
    others = [bare for part in (*parts[:start], *parts[end:]) if (bare := _LENGTH_BEHIND.sub("", f" {part}").strip())]
    pages = [part for part in others if _PAGE.fullmatch(part)]
    bylines = [part for part in others if like_a_byline(part)]
    names = [part for part in others if part not in pages and part not in bylines and _is_name(part)]
    if not all(p in pages or p in bylines or p in names or _says_little(p) for p in others):
        return None
    names = [name for name in names if not _is_section(name)]
    papers = [name for name in names if names_paper(name)]
    named = next(iter(papers or names), "")
    sure = bool(lengths or (labelled and named) or (named and (pages or bylines or (papers and len(names) > 1))))
    return Imprint(named, day, sure, paged=bool(pages))


def day_in(line: str) -> str | None:
    """The day that a line of an article's head names among other things: "Politics, Monday 12 March 2025, 450 words, p. 8"."""
    if len(line) > _LONGEST:
        return None
    parts = [part.strip() for part in _SEPARATED.split(line) if part.strip()]
    parts = [_WORDS_BEHIND.sub("", part).rstrip() for part in parts]
    spans = (", ".join(parts[i:j]) for i in range(len(parts)) for j in (i + 1, i + 2) if j <= len(parts))
    return next((day for span in spans if (day := date_line(span))), None)


def describes(line: str) -> bool:
    """Whether a line of a head says day and length at once: "Politics, Monday 12 March 2025, 450 words, p. 8"."""
    return len(line) <= _LONGEST and _LENGTH_INSIDE.search(line) is not None and day_in(line) is not None


def starts_by_imprints(lines: Sequence[str]) -> list[int]:
    """Where articles begin that have such a line above or below each headline; empty where it is not so."""
    at = [
        i
        for i, line in enumerate(lines)
        if line and len(line) <= _LONGEST and _YEAR.search(line) and _is_sure(lines, i)
    ]
    above = [line for line in lines[: at[0]] if line] if at else []
    if not at or any(map(is_prose, above)) or (len(at) == 1 and len(above) > _HEAD):
        return []
    starts = [_top(lines, i, above=_is_prose_below(lines, i)) for i in at]
    texts = (lines[start:end] for start, end in zip(starts, [*starts[1:], len(lines)], strict=True))
    return starts if all(any(is_prose(line) for line in text) for text in texts) else []


def _is_sure(lines: Sequence[str], i: int) -> bool:
    """Whether the line at i is an imprint: by itself, with fields of a database below it, or with a page, below the paper's name alone."""
    found = imprint(lines[i])
    if found is None or found.sure:
        return found is not None
    below = labelled(lines[i + 1]) if i + 1 < len(lines) else None
    return _names_above(lines, i) or bool(found.publisher and below and below[0] in ("byline", "other"))


def _names_above(lines: Sequence[str], i: int) -> bool:
    """Whether the paper's name stands alone above the line at i, which names day and page: as Europresse writes it."""
    found = imprint(lines[i])
    alone = i > 0 and _is_name(lines[i - 1]) and (i == 1 or not lines[i - 2])
    return alone and found is not None and found.paged and not found.publisher


def _is_prose_below(lines: Sequence[str], i: int) -> bool:
    """Whether the text begins right below the line, so that the headline stands above it."""
    below = next((line for line in lines[i + 1 :] if line and labelled(line) is None), "")
    return is_prose(below) and not like_a_byline(below)


def _top(lines: Sequence[str], i: int, *, above: bool) -> int:
    """The first line of the head in which the line stands: that of its block; of the block above where the headline is there."""
    start = _block_top(lines, i)
    if above and (start == i or (start == i - 1 and _names_above(lines, i))):
        end = next((j for j in range(start - 1, -1, -1) if lines[j]), None)
        if end is not None and not is_prose(lines[end]):
            start = _block_top(lines, end)
    return start


def _block_top(lines: Sequence[str], i: int) -> int:
    start = i
    while start and i - start < _HEAD and lines[start - 1] and not is_prose(lines[start - 1]):
        start -= 1
    return start


def _day_in(parts: Sequence[str]) -> tuple[str | None, int, int] | None:
    """The day among the parts, and between which of them; that of the most parts, since a weekday belongs to it."""
    spans = [(i, j) for n in range(_DAY_PARTS, 0, -1) for i in range(len(parts) - n + 1) for j in (i + n,)]
    for start, end in spans:
        day = date_line(_LENGTH_BEHIND.sub("", ", ".join(parts[start:end])))
        if day:
            return day, start, end
    return next(((None, i, i + 1) for i, part in enumerate(parts) if _FIGURES.fullmatch(part)), None)


def _is_name(text: str) -> bool:
    if not text:
        return False
    bare = _WEB_EDITION.sub("", text)
    return like_a_name(bare) or (len(bare) <= _LONGEST_NAME and names_paper(bare) and not bare[0].islower())


def _is_section(text: str) -> bool:
    return section_name(text) or text.lower() in _SECTIONS


def _says_little(text: str) -> bool:
    return bool(_CLOCK.fullmatch(text)) or _is_section(text) or furniture(text) is not None
