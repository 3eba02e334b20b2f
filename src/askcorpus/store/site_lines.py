"""Which lines of an article would be its site's furniture, if other articles of the site had them too?

A page's furniture stands on page after page of a site, word for word, below stories that have nothing else in common.
Here is what is counted and how often is enough; the counting itself is the store's, since only it knows every article.
"""

from __future__ import annotations

from collections.abc import Set
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import urlsplit

from askcorpus.types import Source

LINES = 1
"""Of the rules in this module; a store that counted by others counts again."""
LONGEST = 600  # characters; a longer line is prose whoever repeats it
LABEL_WORDS = 12  # more words state something
LEAST = 5  # stories; on fewer pages a sentence may recur by chance
LABELS_SHARE, OTHERS_SHARE = 10, 2  # a tenth of a site's stories, or half of them
STORIES_OF_SITE = 0
"""Stands in the place of a line where a site's stories themselves are counted."""
_ENDS = ".!?…。！？;"


class Line(NamedTuple):
    """One line of an article as it is counted."""

    start: int
    end: int
    says: int
    """A hash of its words, 64 bits with sign; odd for a label."""
    story: int
    """A hash of the longest other line: reprints and updates of one story have it in common, and count once."""


def lines_of(text: str) -> tuple[tuple[Line, ...], int]:
    """The lines of an article that are short enough to be furniture; and a hash of its longest line, which is its story."""
    told = [(start, end, _hash(text[start:end], 8)) for start, end in _spans(text)]
    first, second = _two_longest(told)
    lines = tuple(
        Line(start, end, (says & ~1) | is_label(text[start:end]), second if _short(says) == first else first)
        for start, end, says in told
        if end - start <= LONGEST
    )
    return lines, first


def site_of(source: Source) -> int:
    """A hash of the host of the article's address; else of the publisher; articles with neither are of one site."""
    host = (urlsplit(source.url).hostname or "").removeprefix("www.") if source.url else ""
    return _hash(host or source.publisher or "", 4)


def is_label(line: str) -> bool:
    """Whether a line is a few words that state nothing: no sentence, no number, no "Type: storm"."""
    return (
        len(line.split()) <= LABEL_WORDS
        and not any(c.isdigit() for c in line)
        and ": " not in line
        and line.rstrip("\"'”’»)]")[-1:] not in _ENDS
    )


def rounded(stories: int) -> int:
    """A site's stories with all but their four leading bits dropped, so that what is enough seldom changes."""
    places = max(0, stories.bit_length() - 4)
    return stories >> places << places


def enough(says: int, stories: int) -> int:
    """In how many of a site's stories, `rounded`, a line must stand to be furniture.

    A tenth for a label, which no question asks for; half for a sentence, a number or a field, since wire stories repeat
    their background and lists their values, and what is left out cannot be found any more.
    """
    return max(LEAST, -(-stories // (LABELS_SHARE if says & 1 else OTHERS_SHARE)))


def furniture_in(text: str, furniture: Set[int]) -> tuple[tuple[int, int], ...]:
    """Where the lines stand whose hash is in `furniture`."""
    return tuple((line.start, line.end) for line in lines_of(text)[0] if line.says in furniture) if furniture else ()


def _spans(text: str) -> list[tuple[int, int]]:
    spans, position = [], 0
    for line in text.split("\n"):
        bare = line.strip()
        if bare:
            start = position + line.index(bare)
            spans.append((start, start + len(bare)))
        position += len(line) + 1
    return spans


def _two_longest(told: list[tuple[int, int, int]]) -> tuple[int, int]:
    """What the two longest lines say that do not say the same; 0 where there are no two."""
    order = [_short(says) for start, end, says in sorted(told, key=lambda line: (line[0] - line[1], line[0]))]
    first = order[0] if order else 0
    return first, next((story for story in order if story != first), 0)


def _short(says: int) -> int:
    """Half of a hash, which is enough to tell the stories of one line apart."""
    return says >> 32 & 0xFFFFFFFF


def _hash(text: str, size: int) -> int:
    """Of the words of a text; with sign only where it takes all 64 bits of SQLite's integers."""
    digest = blake2b(" ".join(text.casefold().split()).encode(errors="surrogatepass"), digest_size=size).digest()
    return int.from_bytes(digest, "little", signed=size == 8)
