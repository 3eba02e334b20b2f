"""Which lines of a PDF make a paragraph?  Looks at where they stand; joins words that were broken at a line's end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from askcorpus.articles.formats.pdf_lines import Page, Row
from askcorpus.articles.page.headlines import like_a_headline
from askcorpus.articles.page.names import like_a_name, names_paper
from askcorpus.language.characters import clean, one_line
from askcorpus.language.identify import detect
from askcorpus.language.stopwords import stop_words

_SIZE = 0.13  # of the height: lines that differ by more are set in another size
_APART = 1.35  # times the usual distance of lines: a wider one parts paragraphs
_INDENT = 0.6  # of the height
_LARGE = 1.12  # times the height of the text: a headline's
_SHORT_LINE = 0.25  # of the column: a line without a full stop that leaves so much is a label
_ENDED = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_ITEM = re.compile(r"(?:[•·▪‣◦●■*–—-]|\d{1,3}[.)]|[a-z]\))\s")
_PROSE = 100  # characters of a paragraph below a headline
_BREAK = "\x02"  # a hyphen at a line's end, in pdfium's words
_BROKEN = re.compile(r"((?<![\w’'])[\w’']+|)[-\u00ad\u2010\x02]\n(\w+)")


def paragraphs_of(pages: list[Page]) -> list[str]:
    """The paragraphs in reading order, those that go on in the next column or on the next page as one."""
    told: list[list[Row]] = []
    body = _usual_height(pages)
    open_end = False
    for page in pages:
        for block in page.blocks:
            for number, group in enumerate(_groups(block, body)):
                if told and not number and open_end and _continues(told[-1], group):
                    told[-1] += group
                else:
                    told.append(group)
            open_end = True
    texts = ["\n".join(_line(row) for row in group) for group in told]
    words = _Words("\n".join(texts))
    return [text for raw in texts if (text := one_line(clean(words.joined(raw))))]


@dataclass(frozen=True, slots=True)
class Head:
    """What is set larger than the text above it."""

    title: str | None = None
    paper: str | None = None


def head_of(pages: list[Page]) -> Head:
    """What is set larger than the text at the beginning and reads like a headline, of several above the text the largest; and the paper's name.

    A line that is drawn out of the text in large letters is none, nor is the paper's name where there is another.
    """
    found = _large_lines(pages)
    papers = [text for _, text in found if like_a_name(text) and names_paper(text)]
    titles = [pair for pair in found if pair[1] not in papers and _is_long_enough(pair[1])]
    titles = titles or [pair for pair in found if _is_long_enough(pair[1])]
    title = max(titles, key=lambda pair: pair[0])[1] if titles else None
    return Head(title, next((paper for paper in papers if title and paper != title), None))


def _large_lines(pages: list[Page]) -> list[tuple[float, str]]:
    """The lines of the first page that are set larger and read like headlines, with their height, up to the text below one of them."""
    rows = [row for page in pages for block in page.blocks for row in block]
    if not pages or len(rows) < 2:
        return []
    body = _usual_height(pages)
    words = _Words("")
    found: list[tuple[float, str]] = []
    titled = False
    for block in pages[0].blocks:
        for group in _groups(block, body):
            text = one_line(words.joined("\n".join(_line(row) for row in group)))
            if group[0].height > _LARGE * body and like_a_headline(text):
                found.append((round(group[0].height), text))
                titled = titled or (_is_long_enough(text) and not names_paper(text))
            elif titled and len(text) >= _PROSE:
                return found
    return found


def _is_long_enough(text: str) -> bool:
    """Whether it is more than a paper's name."""
    return len(text.split()) >= 3 or sum(c > "\u2e80" for c in text) >= 5


@dataclass(frozen=True, slots=True)
class _Setting:
    """How headlines, or all other lines, are set in a column."""

    left: float
    right: float
    """Where lines end, a few longer ones aside."""
    pitch: float
    """Their usual distance; 0 where there is one line."""

    @classmethod
    def of(cls, rows: list[Row]) -> _Setting:
        """The setting of these rows."""
        ends = sorted(row.right for row in rows)
        pitches = [above.bottom - below.bottom for above, below in pairwise(rows)]
        return cls(min(row.left for row in rows), ends[-1 - len(ends) // 10], median(pitches) if pitches else 0.0)


def _groups(block: list[Row], body: float) -> Iterator[list[Row]]:
    """The rows of a column, or of a part of one, by paragraphs."""
    set_alike: dict[bool, list[Row]] = defaultdict(list)
    for row in block:
        set_alike[row.height > _LARGE * body].append(row)
    settings = {large: _Setting.of(rows) for large, rows in set_alike.items()}
    group: list[Row] = []
    for row in block:
        large = row.height > _LARGE * body
        if group and _parts(group[-1], row, settings[large], first=len(group) == 1, large=large):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _parts(above: Row, row: Row, setting: _Setting, *, first: bool, large: bool) -> bool:
    """Whether a paragraph begins with the row below another."""
    if not _same_size(above, row):
        return True
    apart = above.bottom - row.bottom
    if setting.pitch and apart > _APART * setting.pitch and apart > 1.2 * row.height:
        return True
    if _is_cells(above) or _is_cells(row) or _ITEM.match(row.text):
        return True
    indent = _INDENT * row.height
    if row.left - setting.left > indent > above.left - setting.left and not row.text[:1].islower():
        return not first or bool(_ENDED.search(above.text))
    if large:  # a headline's lines are broken where they look well
        return bool(_ENDED.search(above.text))
    if row.text[:1].islower() or above.text[-1:] in "-\u00ad\u2010" + _BREAK:
        return False
    ended = bool(_ENDED.search(above.text)) or setting.right - above.right > _SHORT_LINE * (
        setting.right - setting.left
    )
    return ended and _first_word_fits(above, row, setting.right)


def _first_word_fits(above: Row, row: Row, right: float) -> bool:
    """Whether the line above was ended though the next word had room: on purpose."""
    letter = (above.right - above.left) / max(1, len(above.text))
    word = row.text.split(" ", 1)[0]
    return above.right + (len(word) + 3) * letter < right


def _continues(last: list[Row], group: list[Row]) -> bool:
    """Whether a paragraph goes on behind the end of a column or a page."""
    above, row = last[-1], group[0]
    if not _same_size(above, row) or _is_cells(above) or _is_cells(row):
        return False
    ended = _ENDED.search(above.text) or len(last) == 1
    return row.text[:1].islower() or above.text[-1:] in "-\u00ad" + _BREAK or not (ended or _ITEM.match(row.text))


def _is_cells(row: Row) -> bool:
    """Whether the row is one of a table: pieces far from each other."""
    return any(b.left - a.right > 1.5 * row.height for a, b in pairwise(row.spans))


def _same_size(one: Row, other: Row) -> bool:
    return abs(one.height - other.height) <= _SIZE * max(one.height, other.height)


def _usual_height(pages: list[Page]) -> float:
    """The height of most characters."""
    rows = [row for page in pages for block in page.blocks for row in block]
    heights = sorted((row.height, len(row.text)) for row in rows)
    half, count = sum(length for _, length in heights) / 2, 0
    for height, length in heights:
        count += length
        if count >= half:
            return height
    return 0.0


def _line(row: Row) -> str:
    return row.text.strip()


class _Words:
    """The words of a document, which say how one that was broken at a line's end is written."""

    def __init__(self, text: str) -> None:
        self._whole = {
            word.casefold() for word in re.findall(r"[\w’']+(?:[-\u2010][\w’']+)*", text.replace(_BREAK, "-"))
        }
        language = detect(text[:2000].replace("\n", " ")) if text else None
        self._small = stop_words(language).words if language else frozenset()

    def joined(self, text: str) -> str:
        """The lines of a paragraph as one, hyphens at their ends gone where they only broke a word."""
        return _BROKEN.sub(self._word, text).replace(_BREAK, "-").replace("\n", " ")

    def _word(self, match: re.Match[str]) -> str:
        before, after = match[1], match[2]
        if match[0][len(before)] == "\u00ad":
            return before + after
        whole, parted = (before + after).casefold(), f"{before}-{after}".casefold()
        keeps = not after[:1].islower() or before[-1:].isdigit() or parted in self._whole
        keeps = keeps or (after.casefold() in self._small and whole not in self._whole | self._small)
        return f"{before}-{after}" if keeps else before + after
