"""Which articles does a plain-text file hold?  Reads what stands in front of the text, then splits the page."""

from __future__ import annotations

import re
from datetime import datetime

from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.formats.front import front_of
from askcorpus.articles.metadata import told
from askcorpus.articles.page.exports import exported
from askcorpus.articles.page.split import split_page
from askcorpus.language.characters import clean

_LONGEST_LINE = 2_000_000  # characters; a longer line is no article but data
_STARTS = ("\n  ", "\n\t", "\n\u3000")
_INDENTED = re.compile(r"(?<=\S)\n(?=(?:[ ]{2,8}|\t|\u3000{1,2})[^\s*•–—-])")


def read_text(text: str, *, now: datetime) -> tuple[Draft, ...]:
    """The articles of a plain-text page, or of the export of a news database."""
    whole = _lines(text)
    metadata, body = front_of(whole)
    if len(body) < len(whole) and (drafts := exported(clean(whole), now=now)):
        return drafts  # every article of it has such header lines
    body = clean(_with_paragraphs(body))
    check_lines(body)
    return told(metadata, split_page(body, now=now), origin="front of the file")


def check_lines(text: str) -> None:
    """Raises Unreadable for a text with a line that nobody wrote."""
    if len(text) > _LONGEST_LINE and max(map(len, text.split("\n"))) > _LONGEST_LINE:
        raise Unreadable("a line without end")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _with_paragraphs(text: str) -> str:
    """The text with an empty line before each indented one, where those begin paragraphs: some are indented, most are not."""
    if not any(start in text for start in _STARTS):
        return text
    indented = len(_INDENTED.findall(text))
    lines = sum(1 for line in text.split("\n") if line.strip()) if indented else 0
    return _INDENTED.sub("\n\n", text) if 0 < indented < 0.5 * lines else text
