"""Which articles do the rows of a JSON, JSON lines or CSV file hold?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice

from askcorpus.articles.decoding import decode, repaired
from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.fields import names, plain
from askcorpus.articles.formats.row import article_of, has_text

_LISTS = (
    "articles",
    "items",
    "results",
    "data",
    "rows",
    "docs",
    "documents",
    "entries",
    "posts",
    "stories",
    "news",
    "hits",
    "records",
)
_AROUND = ("response", "data", "result", "results", "feed", "hits", "channel", "rss", "payload")
"""Objects that stand around such a list."""
_LAST_COMMA = re.compile(r",\s{0,99}([}\]])(?=\s{0,99}(?:[}\],]|\Z))")
_BLANKS = re.compile(r"[\s,\ufeff]*")
_DEPTH = 4
_NAMED = 20  # skips of one file that are named one by one
_DELIMITERS = (",", ";", "\t", "|")
_PREAMBLE = 30  # lines among which the heading row stands
_HEADING, _PROSE = 40, 100  # characters of a heading at most, of an article in a cell at least
_HEAD = 64 * 1024  # characters in which it is looked for
LONGEST_FIELD = 8 << 20  # characters; as much as one line of JSON lines may have, and more than a book


def read_json_lines(lines: Iterable[bytes], *, max_line_bytes: int) -> Iterator[Draft | Unreadable]:
    """One article a line; a line that holds none is an Unreadable that names it.  A file that is one array is read as such."""
    lines = iter(lines)
    head = list(islice(lines, 50))
    first = next((line for line in head if line.strip(b" \t\r\n\xef\xbb\xbf")), b"")
    if first.lstrip(b" \t\xef\xbb\xbf")[:1] in (b"[", b"{") and len(first) < max_line_bytes and not _is_row(first):
        whole = b"".join(chain(head, lines))
        if _is_json(whole):
            yield from read_json(decode(whole))
            return
        head, lines = whole.splitlines(keepends=True), iter(())
    yield from _told(_articles_of_lines(chain(head, lines), max_line_bytes), "line")


def read_json(text: str) -> Iterator[Draft | Unreadable]:
    """The articles of a JSON file: one object, a list of them, or an object that holds such a list; or one object a line."""
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise Unreadable("not JSON") from error
    except ValueError as error:
        lines = text.encode("utf-8", errors="replace").splitlines()
        if len(lines) > 1 and _is_json(lines[0]):
            yield from _told(_articles_of_lines(lines, len(text) * 4 + 1), "line")
            return
        value = _values(text)
        if not value:
            raise Unreadable("not JSON") from error
    paper = _paper(value)

    def articles() -> Iterator[tuple[int, Draft | Unreadable]]:
        for number, row in enumerate(_rows(value), start=1):
            try:
                draft = article_of(row)
                yield number, replace(draft, publisher=draft.publisher or paper)
            except Unreadable as error:
                yield number, error

    yield from _told(articles(), "article")


def read_csv(text: str) -> Iterator[Draft | Unreadable]:
    """The articles of a table, one a row; raises Unreadable where no row heads a column of text."""
    text = text.lstrip("\ufeff")
    csv.field_size_limit(
        max(LONGEST_FIELD, len(text))
    )  # beyond it Python's reader loses its place; rows are held to less
    delimiter, skipped = _shape(text)

    def articles() -> Iterator[tuple[int, Draft | Unreadable]]:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        heading: Sequence[str] = next(islice(rows, skipped, None))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if max(map(len, row)) > LONGEST_FIELD:
                yield rows.line_num, Unreadable(f"a cell of it is longer than {LONGEST_FIELD >> 20} million characters")
                continue
            try:
                yield rows.line_num, article_of({k: v for k, v in zip(heading, row, strict=False) if k})
            except Unreadable as error:
                yield rows.line_num, error

    try:
        yield from _told(articles(), "row")
    except csv.Error as error:
        raise Unreadable(f"not a table: {error}") from error


def _told(articles: Iterable[tuple[int, Draft | Unreadable]], unit: str) -> Iterator[Draft | Unreadable]:
    """The articles, and what is no article by its number; where nothing is one, or many are none, one skip says so."""
    waiting: list[tuple[int, Unreadable]] = []
    count = good = 0
    more: Counter[str] = Counter()
    for number, item in articles:
        count += 1
        if isinstance(item, Draft):
            good += 1
            yield from (Unreadable(f"{unit} {n}: {why}") for n, why in waiting)
            waiting.clear()
            yield item
        elif count - good > _NAMED:
            more[str(item)] += 1
        elif good:
            yield Unreadable(f"{unit} {number}: {item}")
        else:
            waiting.append((number, item))
    if waiting and count > 1:
        number, why = waiting[0]
        yield Unreadable(f"none of its {count} {unit}s is an article; {unit} {number}: {why}")
        return
    yield from (Unreadable(f"{unit} {n}: {why}") for n, why in waiting)
    yield from (Unreadable(f"{times} more {unit}s: {why}") for why, times in more.items())


def _articles_of_lines(lines: Iterable[bytes], max_line_bytes: int) -> Iterator[tuple[int, Draft | Unreadable]]:
    for number, line in enumerate(lines, start=1):
        if len(line) >= max_line_bytes:
            raise Unreadable(f"line {number} is longer than {round(max_line_bytes / 1024 / 1024, 1):g} MiB")
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        try:
            yield number, article_of(json.loads(_line(line)))
        except Unreadable as error:
            yield number, error
        except (ValueError, RecursionError):
            yield number, Unreadable("not JSON")


def _line(line: bytes) -> str:
    try:
        text = line.decode("utf-8-sig")
        return text if line.isascii() else repaired(text)
    except UnicodeDecodeError:
        return decode(line)


def _values(text: str) -> list[object]:
    """The objects of a text in which they stand one behind the other, or that has a comma behind a last member; empty where it is none."""
    text = _LAST_COMMA.sub(r"\1", text)
    decoder = json.JSONDecoder()
    values: list[object] = []
    place = _BLANKS.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
    while place < len(text):
        try:
            value, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return []
        values.append(value)
        place = _BLANKS.match(text, place).end()  # type: ignore[union-attr]
    return values[0] if len(values) == 1 and isinstance(values[0], list) else values


def _is_row(line: bytes) -> bool:
    """Whether the line is an object by itself, not the beginning of a longer value, and no array."""
    return line.lstrip(b" \t\xef\xbb\xbf")[:1] == b"{" and _is_json(line)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(_line(line))
    except (ValueError, RecursionError, Unreadable):
        return False
    return True


def _paper(value: object) -> str | None:
    """The title of a JSON feed: its entries do not name it."""
    if (
        isinstance(value, Mapping)
        and "jsonfeed" in str(value.get("version", ""))
        and isinstance(value.get("title"), str)
    ):
        return str(value["title"]).strip() or None
    return None


def _rows(value: object, depth: int = _DEPTH) -> list[object]:
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping):
        raise Unreadable("no article in it")
    for name in _LISTS:
        inside = value.get(name)
        if isinstance(inside, list) and any(isinstance(row, Mapping) for row in inside):
            return inside
    if depth and not has_text({name: inside for name, inside in value.items() if name not in _LISTS}):
        for name in (*_AROUND, *_LISTS):
            if isinstance(value.get(name), Mapping):
                return _rows(value[name], depth - 1)
        rows = [row for row in value.values() if isinstance(row, Mapping)]
        if len(rows) == len(value) and any(map(has_text, rows)):
            return list(rows)  # by their numbers
    return [value]


def _shape(text: str) -> tuple[str, int]:
    """What parts the cells of a table, and how many rows stand above its heading; raises Unreadable where none is found."""
    head = text[:_HEAD]
    said = [head[4]] if head[:4].lower() == "sep=" and len(head) > 4 else []
    found: list[tuple[int, int, str]] = []
    for delimiter in (*said, *_DELIMITERS):
        try:
            rows = list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), _PREAMBLE))
        except csv.Error:
            continue
        known = ({plain(cell) for cell in row} for row in rows)
        for number, cells in enumerate(known):
            if not cells.isdisjoint((*names("text"), *names("teaser"))):
                found.append((number, -len(cells), delimiter))
                break
    if not found:
        return _shape_by_content(head)
    number, _, delimiter = min(found)
    return delimiter, number


def _shape_by_content(head: str) -> tuple[str, int]:
    """As `_shape`, for a table whose heading is known by nothing but the prose below it; raises Unreadable where there is none."""
    for delimiter in _DELIMITERS:
        try:
            rows = list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), _PREAMBLE))
        except csv.Error:
            continue
        for number, row in enumerate(rows[:-1]):
            below = rows[number + 1]
            heads = len(row) > 1 and all(0 < len(cell.strip()) <= _HEADING for cell in row)
            if heads and len(below) == len(row) and any(len(cell) >= _PROSE for cell in below):
                return delimiter, number
    raise Unreadable("a table without a column named text")
