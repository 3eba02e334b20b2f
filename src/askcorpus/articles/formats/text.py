"""Which articles does a text or Markdown file hold?  Reads what stands in front of the text, then splits the page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.metadata import Metadata, metadata_from, told
from askcorpus.articles.page.split import split_page
from askcorpus.language.characters import clean

_LONGEST_LINE = 2_000_000  # characters; a longer line is no article but data

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<inside>(?:.*\n){0,60}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_FIELD = re.compile(r"(?P<key>[A-Za-z][\w -]{1,20}?)\s*:\s+(?P<value>\S.*)")
_HEADER_KEYS = frozenset(
    [
        "title",
        "headline",
        "date",
        "published",
        "publisher",
        "source",
        "url",
        "link",
        "author",
        "language",
        "lang",
        "site",
    ]
)

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$", re.M)
_IMAGE = re.compile(r"!\[[^\]\[\n]{0,300}\]\([^)(\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\[\n]{1,500})\]\([^)(\s]{1,2000}(?:\s+\"[^\"\n]{0,300}\")?\)")
_STRESS = re.compile(r"(?<![\w*_])(\*\*\*|\*\*|__|\*|_)(?=\S)(.{1,500}?)(?<=\S)\1(?![\w*_])")
_CODE = re.compile(r"`([^`\n]{1,500})`")
_QUOTED = re.compile(r"^>\s?", re.M)


def read_text(text: str, *, now: datetime) -> tuple[Draft, ...]:
    """The articles of a plain-text page."""
    metadata, body = _front(clean(text))
    _check_lines(body)
    return told(metadata, split_page(body, now=now))


def read_markdown(text: str, *, now: datetime) -> tuple[Draft, ...]:
    """The one article of a Markdown file, as it reads without its marks."""
    metadata, body = _front(clean(text))
    _check_lines(body)
    body = _QUOTED.sub("", body)
    first = _HEADING.search(body)
    if first and not body[: first.start()].strip():
        metadata = replace(metadata, title=metadata.title or _unmarked(first[2]))
        body = body[first.end() :]
    paragraphs = [_unmarked(" ".join(p.split("\n")) if _flows(p) else p) for p in re.split(r"\n{2,}", body)]
    # a page's own title must not be looked for in its text: it is known
    drafts = split_page("\n\n".join(p for p in [metadata.title or "", *paragraphs] if p.strip()), now=now)
    return told(metadata, drafts)


def _front(text: str) -> tuple[Metadata, str]:
    """What front matter, or header lines such as "Source: Harbour Gazette", say, and the text below them."""
    match = _FRONT_MATTER.match(text)
    if match:
        return metadata_from(_fields(match["inside"])), text[match.end() :]
    head, empty, body = text.partition("\n\n")
    fields = _fields(head)
    lines = [line for line in head.split("\n") if line.strip()]
    if empty and len(fields) >= 2 and len(fields) == len(lines) and set(fields) & _HEADER_KEYS:
        return metadata_from(fields), body
    return Metadata(), text


def _fields(text: str) -> dict[str, object]:
    fields: dict[str, object] = {}
    for line in text.split("\n"):
        match = _FIELD.fullmatch(line.strip())
        if match:
            fields[match["key"].lower()] = match["value"].strip().strip("\"'")
    return fields


def _check_lines(text: str) -> None:
    if len(text) > _LONGEST_LINE and max(map(len, text.split("\n"))) > _LONGEST_LINE:
        raise Unreadable("a line without end")


def _flows(paragraph: str) -> bool:
    """Whether the line ends of a Markdown paragraph mean nothing: no list, no heading, no table."""
    return not re.search(r"^(?:[-*+#|]|\d+\.)\s", paragraph, re.M)


def _unmarked(text: str) -> str:
    """The text as it reads without Markdown's marks."""
    text = _IMAGE.sub("", text)
    text = _CODE.sub(r"\1", _LINK.sub(r"\1", text))
    text = _STRESS.sub(r"\2", _STRESS.sub(r"\2", text))
    return _HEADING.sub(r"\2", text).strip()
