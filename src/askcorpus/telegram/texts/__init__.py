"""In which words does the bot speak?  One TOML file per language beside this module; English is the fallback."""

from __future__ import annotations

import html

from askcorpus.rendering import wording
from askcorpus.rendering.markup import escape, isolated_among
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
    words = wording.texts(PACKAGE, wording.spoken(language, PACKAGE))["not_found"]
    return plain(language, key, **{name: _escaped(name, value, str(words)) for name, value in values.items()})


def speaker(language: str | None) -> Say:
    """`say` in one language."""

    def in_this_language(key: str, /, **values: object) -> str:
        return say(language, key, **values)

    return in_this_language


def _escaped(name: str, value: object, words: str) -> object:
    """Numbers stay numbers: they choose the form of what is counted.  Links and commands are our own and shall lead somewhere.

    What stands among words of the other direction is isolated, unless somebody may copy it: a collection's name behind /in.
    """
    if name in ("link", "command"):
        return html.escape(str(value), quote=False)
    if isinstance(value, int):
        return value
    return escape(str(value)) if name == "name" else isolated_among(escape(str(value)), words)
