"""Which article does one row hold?  A row of a table or an object of JSON, whoever made it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from askcorpus.articles.draft import Draft, Unreadable, sourced
from askcorpus.articles.fields import flat, is_html, named, names
from askcorpus.articles.formats.html_fragments import text_of
from askcorpus.articles.metadata import metadata_from
from askcorpus.articles.page.headlines import is_prose, title_from
from askcorpus.language.characters import clean, one_line

_ID = re.compile(r"[A-Za-z0-9._:~-]{1,64}")
_LONGER = 1.2  # times: another field must be so much longer to be the text instead of one that is named before it
_PARTS = (
    "summary",
    "headline",
    "headlines",
    "rendered",
    "text",
    "html",
    "value",
    "content",
    "paragraphs",
    "sections",
    "body",
    "children",
)
"""What the fields of an object are called that is a part of a text."""
_PROSE = 100  # characters of a field that may be an article whatever it is called
_WORDS = 12
_UNPUBLISHED = frozenset("draft pending private trash auto-draft future inherit".split())
_CUT_OFF = re.compile(r"\s?\[\+\d{1,7} chars\]\s*$")  # NewsAPI's
_DEPTH = 8  # of parts inside parts
_EMPTY_LINE = re.compile(r"\n[ \t\r]*\n")


def article_of(row: object) -> Draft:
    """The article of a row; raises Unreadable where it has no text."""
    if not isinstance(row, Mapping):
        raise Unreadable("not an article")
    fields = flat(row)
    status = str(fields.get("status") or fields.get("poststatus") or "").lower()
    if status in _UNPUBLISHED:
        raise Unreadable(f"not published: {status}")
    text = _text(fields)
    if not text:
        raise Unreadable("an article without text")
    metadata = metadata_from(fields)
    own_id = fields.get("id")
    id_ = one_line(str(own_id)) if isinstance(own_id, str | int) and not isinstance(own_id, bool) else ""
    draft = Draft(
        title=metadata.title or title_from(text),
        text=text,
        url=metadata.url,
        publisher=metadata.publisher,
        published=metadata.published,
        language=metadata.language,
        own_id=id_ if _ID.fullmatch(id_) else None,
    )
    return sourced(draft, "field of the row", title="field of the row" if metadata.title else "first sentence")


def text_of_value(value: object) -> str:
    """The paragraphs of a field: a string with or without tags, a list of them, or an object that holds parts."""
    return clean("\n\n".join(part for piece in _pieces(value, _DEPTH) if (part := _read(piece))))


def has_text(row: Mapping[object, object]) -> bool:
    """Whether one of the object's own fields is called as a text is."""
    return not set(flat(row)).isdisjoint((*names("text"), *names("teaser")))


def _text(fields: Mapping[str, object]) -> str:
    """The longest of the fields that are called as texts are; a teaser only where there is none."""
    best = ""
    for value in named(fields, "text"):
        text = text_of_value(value)
        if len(text) > _LONGER * len(best):
            best = text
    return best or max(map(text_of_value, named(fields, "teaser")), key=len, default="") or _longest(fields)


def _longest(fields: Mapping[str, object]) -> str:
    """The longest prose among the fields, where none is called as a text or a teaser is; empty where there is none."""
    told = [value for value in fields.values() if isinstance(value, str) and len(value) >= _PROSE]
    prose = [text for text in map(text_of_value, told) if text.count(" ") >= _WORDS and is_prose(text)]
    return max(prose, key=len, default="")


def _pieces(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth:
        for part in value:
            yield from _pieces(part, depth - 1)
    elif isinstance(value, Mapping) and depth:
        for name, part in value.items():
            if str(name).lower() in _PARTS:
                yield from _pieces(part, depth - 1)


def _read(text: str) -> str:
    text = _CUT_OFF.sub("", text)
    if is_html(text):
        return text_of(text if "<p" in text.lower() else _EMPTY_LINE.sub("\n<p>", text))
    return html.unescape(text) if "&" in text else text
