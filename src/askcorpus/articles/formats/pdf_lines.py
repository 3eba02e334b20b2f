"""In which order are the pieces of a PDF's page read?  Columns one after the other, rows of a table across."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from askcorpus.language.identify import detect
from askcorpus.language.stopwords import stop_words

_SAME_LINE = 0.4  # of the height: spans that overlap by so much stand on one line
_BIN = 3  # points: lines of a column begin no further apart
_IN_COLUMN = 3  # lines that must stand on both sides of a gutter
_CROSSING = 0.34  # of the lines: so many may run across it, headlines over all columns
_PROSE = 15  # characters of the middle line of a column; cells of a table hold fewer
_WORDS = 2.5  # and words
_WORD = re.compile(r"\w+")
_SPACE = 0.15  # of the height: the least width of a space between words
_DROP_CAP = 1.6  # times the height of the lines beside it


@dataclass(slots=True)
class Span:
    """A piece of a line; y grows upwards, in points."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        """How high the line is."""
        return self.top - self.bottom


@dataclass(slots=True)
class Row:
    """What stands on one line of one column."""

    spans: list[Span]

    @property
    def text(self) -> str:
        """The text across."""
        return " ".join(span.text.strip() for span in self.spans)

    @property
    def left(self) -> float:
        """Where it begins."""
        return min(span.left for span in self.spans)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(span.right for span in self.spans)

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return min(span.bottom for span in self.spans)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return max(span.top for span in self.spans)

    @property
    def height(self) -> float:
        """The height of most of it."""
        return max(self.spans, key=lambda span: len(span.text)).height


@dataclass(slots=True)
class Page:
    """A page's columns, or parts of columns, in reading order."""

    blocks: list[list[Row]] = field(default_factory=list)


def page_of(spans: Sequence[Span]) -> Page:
    """The page, its spans put in order."""
    told = [span for span in spans if span.text.strip()]
    return Page([rows for part in _parts(_with_drop_caps(told)) if (rows := rows_of(part))])


def is_capital(text: str) -> bool:
    """Whether a piece is one large letter and no more, a quotation mark before it aside: it may be an initial over several lines."""
    bare = text.strip()
    return len(bare) <= 2 and bare[-1:].isalpha() and bare[-1:].isupper()


def rows_of(spans: Sequence[Span]) -> list[Row]:
    """The lines from top to bottom, the spans of each in the order they are read."""
    rows: list[Row] = []
    for span in sorted(spans, key=lambda s: (-(s.top + s.bottom), s.left)):
        if rows and _overlap(rows[-1].spans[-1], span) > _SAME_LINE:
            rows[-1].spans.append(span)
        else:
            rows.append(Row([span]))
    for row in rows:
        row.spans.sort(key=lambda s: s.left, reverse=_from_right(row))
    return rows


def _from_right(row: Row) -> bool:
    """Whether the line is read from right to left."""
    letters = [c for span in row.spans for c in span.text if c.isalpha()]
    return 2 * sum("\u0590" <= c <= "\u08ff" or "\ufb1d" <= c <= "\ufefc" for c in letters) > len(letters)


def _parts(spans: list[Span]) -> Iterator[list[Span]]:
    """The spans cut into columns, from left to right, between what runs across all of them."""
    gutter = _gutter(spans)
    if gutter is None:
        yield spans
        return
    across = [s for s in spans if s.left < gutter < s.right]
    across += [s for s in spans if s not in across and _ends_paragraph(s, across, spans)]
    across.sort(key=lambda s: -s.top)
    rest = [s for s in spans if s not in across]
    together: list[Span] = []
    for span in [*across, None]:
        above = [s for s in rest if span is None or s.bottom > span.bottom]
        rest = [s for s in rest if not (span is None or s.bottom > span.bottom)]
        if together and (above or span is None):
            yield together
            together = []
        for column in ([s for s in above if s.right <= gutter], [s for s in above if s.left >= gutter]):
            if column:
                yield from _parts(column)
        if span is not None:
            together.append(span)


def _ends_paragraph(span: Span, across: list[Span], spans: list[Span]) -> bool:
    """Whether the span is the short last line of a paragraph that runs across the columns."""
    below = any(
        abs(span.left - a.left) < 2 and abs(span.height - a.height) < 1 and -1 < a.bottom - span.top < 0.6 * a.height
        for a in across
    )
    return below and not any(s.left > span.right and _overlap(s, span) > _SAME_LINE for s in spans)


def _gutter(spans: list[Span]) -> float | None:
    """Where two columns of running text are parted; None where there is one column, or a table."""
    best: tuple[int, float] | None = None
    for at in _beginnings(spans):
        left = [s for s in spans if s.right <= at]
        right = [s for s in spans if s.left >= at]
        crossing = len(spans) - len(left) - len(right)
        if crossing > _CROSSING * len(spans) or not (_is_column(left) and _is_column(right)):
            continue
        if not _side_by_side(left, right):
            continue
        if best is None or crossing < best[0]:
            best = crossing, at
    return best[1] if best else None


def _beginnings(spans: list[Span]) -> list[float]:
    """Where several lines begin below each other, from left to right: only there may a column begin."""
    lefts: dict[int, list[float]] = defaultdict(list)
    for span in spans:
        lefts[round(span.left / _BIN)].append(span.left)
    return sorted(min(at) - 0.5 for at in lefts.values() if len(at) >= _IN_COLUMN)


def _is_column(spans: list[Span]) -> bool:
    """Whether the lines are those of a column of text."""
    rows = rows_of(spans)
    if len(rows) < _IN_COLUMN:
        return False
    texts = [row.text for row in rows]
    words = sum(len(text.split()) for text in texts) / len(texts)
    letters = sum(c.isalpha() for text in texts for c in text) / max(1, sum(map(len, texts)))
    dense = median(map(len, texts)) >= _PROSE and words >= _WORDS
    unspaced = sum(c > "\u2e80" for text in texts for c in text) > 5 * len(texts)
    return letters > 0.6 and (dense or unspaced)


def _side_by_side(left: list[Span], right: list[Span]) -> bool:
    """Whether the columns stand beside each other for most of the shorter one's height."""
    tops, bottoms = (
        [max(s.top for s in side) for side in (left, right)],
        [min(s.bottom for s in side) for side in (left, right)],
    )
    shared = min(tops) - max(bottoms)
    return shared > 0.5 * min(tops[0] - bottoms[0], tops[1] - bottoms[1])


def _with_drop_caps(spans: list[Span]) -> list[Span]:
    """The spans, a large first letter put before the line that goes on with its word."""
    kept = list(spans)
    usual = median(span.height for span in spans) if spans else 0.0
    for cap in spans:
        text = cap.text.strip()
        if cap.height < _DROP_CAP * usual or not is_capital(text):
            continue
        beside = [
            s
            for s in kept
            if s is not cap and s.left >= cap.right - 1 and s.left - cap.right < cap.height and s.top > cap.bottom
        ]
        first = max((s for s in beside if s.bottom < cap.top), key=lambda s: s.top, default=None)
        if first is None or cap.height < _DROP_CAP * first.height:
            continue
        inside = first.text.lstrip()
        below = [s.left for s in beside if s.top < first.bottom + _SAME_LINE * first.height and s.bottom < cap.top]
        spaced = bool(below) and first.left - min(below) > _SPACE * first.height  # the space behind "A" was drawn
        first.text = text + (" " if spaced or _is_word(text, inside, spans) else "") + inside
        first.left = cap.left
        kept = [s for s in kept if s is not cap]
    return kept


def _is_word(capital: str, inside: str, spans: Sequence[Span]) -> bool:
    """Whether a large first letter is a word by itself, as "A" and "I" are, by what the page says elsewhere."""
    if not inside[:1].islower():
        return not inside[:2].isupper()
    told = " ".join(span.text for span in spans)
    small = stop_words(detect(told[:2000])).words
    words = Counter(_WORD.findall(told.casefold()))
    rest = next(iter(_WORD.findall(inside.casefold())), "")
    whole = capital[-1:].casefold() + rest
    if capital[-1:].casefold() not in small or whole in small or whole in words:
        return False
    return rest in small or words[rest] > 1  # once is where it was looked for


def _overlap(one: Span, other: Span) -> float:
    """How much of the lower of two spans' height both share, 0 to 1."""
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared / max(0.1, min(one.height, other.height))
