"""In which words does the bot speak?  One TOML file per language beside this module; English is the fallback."""

from __future__ import annotations

import html

from askcorpus.rendering import wording
from askcorpus.rendering.markup import escape
from askcorpus.rendering.wording import Say

FALLBACK = wording.FALLBACK
PACKAGE = __name__
"""Where the files of its texts are."""


def languages() -> tuple[str, ...]:
    """The code of every language that the bot speaks."""
    return wording.languages(PACKAGE)


def plain(language: str | None, key: str, /, **values: object) -> str:
    """A text for a button or an alert, where Telegram reads no HTML."""
    return wording.said(PACKAGE, wording.spoken(language, PACKAGE), key, **values)


def say(language: str | None, key: str, /, **values: object) -> str:
    """A text as HTML; what is filled in is escaped."""
    return plain(language, key, **{name: _escaped(name, value) for name, value in values.items()})


def speaker(language: str | None) -> Say:
    """`say` in one language."""

    def in_this_language(key: str, /, **values: object) -> str:
        return say(language, key, **values)

    return in_this_language


def _escaped(name: str, value: object) -> object:
    """Numbers stay numbers: they choose the form of what is counted.  Links and commands are our own and shall lead somewhere."""
    if name in ("link", "command"):
        return html.escape(str(value), quote=False)
    return value if isinstance(value, int) else escape(str(value))
