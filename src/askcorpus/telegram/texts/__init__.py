"""In which words does the bot speak?  One TOML file per language beside this module; English is the fallback."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from askcorpus.rendering.markup import escape
from askcorpus.rendering.telegram import Say

FALLBACK = "en"


@cache
def languages() -> dict[str, dict[str, str]]:
    """Every language's texts by its code; a new file is a new language."""
    tables = (f for f in files(__package__).iterdir() if f.name.endswith(".toml"))
    return {f.name.removesuffix(".toml"): tomllib.loads(f.read_text("utf-8")) for f in tables}


def plain(language: str | None, key: str, **values: object) -> str:
    """A text for a button or an alert, where Telegram reads no HTML."""
    texts = languages().get((language or FALLBACK)[:2].lower(), languages()[FALLBACK])
    return texts[key].strip("\n").format(**values)


def say(language: str | None, key: str, **values: object) -> str:
    """A text as HTML; what is filled in is escaped."""
    return plain(language, key, **{name: escape(str(value)) for name, value in values.items()})


def speaker(language: str | None) -> Say:
    """`say` in one language."""

    def in_this_language(key: str, **values: object) -> str:
        return say(language, key, **values)

    return in_this_language
