"""Is this line the page's furniture?  Whole-line patterns, by what they are, in several languages (furniture.toml).

A pattern must fit the whole line, and the line must be short: a sentence that merely speaks of cookies stays.
"""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path

_LONGEST = 220  # characters; a longer line is prose

RELATED = "heading of related articles"
COMMENTS = "comment form"
NO_COMMENTS = "no comments"
"""Says that the list of comments is empty: what follows is nobody's comment."""
HASHTAGS = "hashtags"


def _compiled(table: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a table of furniture.toml, one for each reason."""
    with _TABLES.open("rb") as file:
        reasons: dict[str, dict[str, list[str]]] = tomllib.load(file)[table]
    return {
        reason: re.compile("|".join(f"(?:{pattern})" for pattern in entry["patterns"]), re.IGNORECASE)
        for reason, entry in reasons.items()
    }


_TABLES = Path(__file__).with_name("furniture.toml")
_HEADINGS = _compiled("headings")
_LINES = _compiled("lines")
_ANY_LINE = re.compile("|".join(pattern.pattern for pattern in _LINES.values()), re.IGNORECASE)
"""Most lines are the article's own, which one pattern says sooner than a dozen."""


def heading(line: str) -> str | None:
    """RELATED, COMMENTS or HASHTAGS when the line is such a heading; else None."""
    if len(line) > 60:
        return None
    bare = line.strip(" #*=–—-:.…»>")
    return next((kind for kind, pattern in _HEADINGS.items() if pattern.fullmatch(bare)), None)


@functools.lru_cache(maxsize=4096)  # furniture recurs on every page of a site, which is what makes it furniture
def furniture(line: str) -> str | None:
    """What kind of furniture the line is; None when it may be the article's own."""
    if len(line) > _LONGEST:
        return None
    bare = line.strip(" -*|»>·•–—")
    if not _ANY_LINE.fullmatch(bare):
        return None
    return next((reason for reason, pattern in _LINES.items() if pattern.fullmatch(bare)), None)
