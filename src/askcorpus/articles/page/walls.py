"""Is this page no article at all: an error, a check for robots, a login, a question about cookies?  By the patterns of walls.toml.

Only a page with next to no text of its own can be one: an article that quotes an error message stays.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LITTLE = 700  # characters; the longest such page of the usual servers and guards has 500
_CONSENT = 2500  # characters; questions about cookies are long-winded
_PROSE = 80  # characters of a paragraph that is running text
_OWN = 200  # characters of running text about something else: the page is an article with a banner over it
_ENOUGH = {"consent": 2}  # texts that fit, where no title does; else one is enough


@dataclass(frozen=True, slots=True)
class _Wall:
    name: str
    reason: str
    titles: re.Pattern[str]
    texts: tuple[re.Pattern[str], ...]
    about: re.Pattern[str]
    """What its other paragraphs speak of."""


def _walls() -> tuple[_Wall, ...]:
    with Path(__file__).with_name("walls.toml").open("rb") as file:
        table = tomllib.load(file)
    return tuple(
        _Wall(
            name,
            row["reason"],
            re.compile("|".join(f"(?:{pattern})" for pattern in row["titles"]), re.I),
            tuple(re.compile(pattern, re.I | re.S) for pattern in row["texts"]),
            re.compile(row["about"], re.I),
        )
        for name, row in table.items()
    )


_WALLS = _walls()


def wall(titles: tuple[str, ...], paragraphs: Sequence[str]) -> str | None:
    """Why a page with these titles and paragraphs is no article; None when it may be one."""
    text = "\n".join(paragraphs)
    if len(text) > _CONSENT:
        return None
    for one in _WALLS:
        own = (
            p
            for p in paragraphs
            if len(p) >= _PROSE and not one.about.search(p) and not any(t.search(p) for t in one.texts)
        )
        if sum(map(len, own)) > _OWN or len(text) > (_CONSENT if one.name == "consent" else _LITTLE):
            continue
        titled = any(one.titles.fullmatch(title.strip()) for title in titles if len(title) < 120)
        told = sum(bool(pattern.search(text)) for pattern in one.texts)
        short = len(text) <= _LITTLE / 2 or told
        if (titled and short) or told >= _ENOUGH.get(one.name, 1):
            return one.reason
    return None
