"""Which field of a row says what?  Rows of newsrooms, crawlers, reading apps and interfaces; the names are in field_names.toml."""

from __future__ import annotations

import functools
import html
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from importlib import resources

from askcorpus.language.characters import one_line

_MARKS = re.compile(r"[\s_.:/-]+")
_TAG = re.compile(r"</?(?:p|div|br|a|b|i|em|strong|span|h[1-6]|ul|ol|li|img|figure|blockquote|table|tr|td|script|html|body|article|section)\b[^<>]{0,2000}>|<!--", re.I)  # fmt: skip
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_ADDRESS = re.compile(r"\s*(?:https?:)?//|\s*www\.", re.I)
_WRAPPERS = (
    "_source",
    "fields",
    "article",
    "data",
    "attributes",
    "properties",
    "params",
    "extra",
)  # fields that hold the real ones


def flat(row: Mapping[object, object]) -> dict[str, object]:
    """The fields by their plain names; those of an object inside that only holds the others are among them, behind the row's own."""
    fields = {
        plain(str(name)): value
        for name, value in row.items()
        if not (name in _WRAPPERS and isinstance(value, Mapping))  # "_source" is not what "source" names
    }
    for wrapper in _WRAPPERS:
        inside = row.get(wrapper)
        if isinstance(inside, Mapping):
            for name, value in flat(inside).items():
                fields.setdefault(name, value)
    return fields


@functools.lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A field's name without case, accents, spaces and marks."""
    bare = unicodedata.normalize("NFKD", name.strip().lower().lstrip("\ufeff"))
    return _MARKS.sub("", "".join(c for c in bare if not unicodedata.combining(c)))


@functools.cache
def names(field: str) -> tuple[str, ...]:
    """What this field may be called."""
    text = resources.files("askcorpus.articles").joinpath("field_names.toml").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(map(plain, tomllib.loads(text)[field].split())))


def named(fields: Mapping[str, object], field: str) -> list[object]:
    """What the row has under any of the field's names, in the order of those."""
    ranks = _ranks(field)
    return [fields[name] for name in sorted(ranks.keys() & fields.keys(), key=ranks.__getitem__)]


@functools.cache
def _ranks(field: str) -> dict[str, int]:
    return {name: rank for rank, name in reversed(tuple(enumerate(names(field))))}


def words(fields: Mapping[str, object], field: str) -> Iterator[str]:
    """What the field says under each of its names, on one line, without marks of HTML."""
    for value in named(fields, field):
        if isinstance(value, Mapping):
            value = next(
                (
                    value[key]
                    for key in ("name", "title", "rendered", "main", "basic", "text", "uri", "url", "@id")
                    if value.get(key)
                ),
                None,
            )
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            text = one_line(without_marks(str(value)))
            if text:
                yield text


def without_marks(text: str) -> str:
    """A short text without tags and entities."""
    text = _TAG.sub("", text) if is_html(text) else text
    return html.unescape(text) if "&" in text and _ENTITY.search(text) else text


def is_html(text: str) -> bool:
    """Whether the text has tags: it is a piece of a page."""
    return "<" in text and bool(_TAG.search(text))


def is_address(text: str) -> bool:
    """Whether the text is the address of a page rather than a name."""
    return bool(_ADDRESS.match(text))
