"""Which articles do the rows of a JSON, JSON lines or CSV file hold?"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.metadata import metadata_from
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.characters import clean, one_line

_TEXT_NAMES = ("text", "body", "content", "article", "articlebody", "description", "summary")
_LIST_NAMES = ("articles", "items", "results", "data", "rows", "docs", "entries")
_ID = re.compile(r"[A-Za-z0-9._:~-]{1,64}")


def read_json_lines(lines: Iterable[bytes], *, max_line_bytes: int) -> Iterator[Draft | Unreadable]:
    """One article a line; a line that holds none is an Unreadable that names it."""
    for number, line in enumerate(lines, start=1):
        if len(line) >= max_line_bytes:
            raise Unreadable(f"line {number} is longer than {round(max_line_bytes / 1024 / 1024, 1):g} MiB")
        if not line.strip(b" \t\r\n\xef\xbb\xbf"):
            continue
        try:
            yield _article(json.loads(line.decode("utf-8-sig")))
        except Unreadable as error:
            yield Unreadable(f"line {number}: {error}")
        except (ValueError, RecursionError):
            yield Unreadable(f"line {number}: not JSON")


def read_json(text: str) -> Iterator[Draft | Unreadable]:
    """The articles of a JSON file: one object, a list of them, or an object that holds such a list."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("not JSON") from error
    for number, row in enumerate(_rows(value), start=1):
        try:
            yield _article(row)
        except Unreadable as error:
            yield Unreadable(f"article {number}: {error}")


def read_csv(text: str, *, delimiter: str) -> Iterator[Draft | Unreadable]:
    """The articles of a table with a heading row, one a row."""
    csv.field_size_limit(2**31 - 1)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        if not {(name or "").strip().lower() for name in rows.fieldnames or ()} & set(_TEXT_NAMES):
            raise Unreadable("a table without a column named text")
        for number, row in enumerate(rows, start=2):
            try:
                yield _article({k: v for k, v in row.items() if k and isinstance(v, str)})
            except Unreadable as error:
                yield Unreadable(f"row {number}: {error}")
    except csv.Error as error:
        raise Unreadable(f"not a table: {error}") from error


def _rows(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        for name in _LIST_NAMES:
            if isinstance(value.get(name), list):
                return list(value[name])
        return [value]
    raise Unreadable("no article in it")


def _article(row: object) -> Draft:
    """The article of a row; its text is kept as it is, only cleaned."""
    if not isinstance(row, Mapping):
        raise Unreadable("not an article")
    fields = {str(k).strip().lower(): v for k, v in row.items()}
    text = next((fields[n] for n in _TEXT_NAMES if isinstance(fields.get(n), str) and fields[n].strip()), None)
    cleaned = clean(text) if text is not None else ""
    if not cleaned:
        raise Unreadable("an article without text")
    metadata = metadata_from(fields)
    own_id = fields.get("id")
    named = one_line(str(own_id)) if isinstance(own_id, str | int) and not isinstance(own_id, bool) else ""
    return Draft(
        title=metadata.title or title_from(cleaned),
        text=cleaned,
        url=metadata.url,
        publisher=metadata.publisher,
        published=metadata.published,
        language=metadata.language,
        own_id=named if _ID.fullmatch(named) else None,
    )
