"""In which words does the program speak to its user?  A TOML file a language; English is the fallback.  Knows no front door.

A text is a string with {places} to fill in, or a table of them, one for each plural form of the language (language/plurals.toml);
`n`, which is then among the values, chooses the form.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from askcorpus.errors import UsageError
from askcorpus.language.plurals import OTHER, form

FALLBACK = "en"
SHELL = "askcorpus.rendering.texts"
"""The package whose files are what `askcorpus ask` says."""
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Which say the language of messages; the first that is set: pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html"""
_AFTER_LANGUAGE = re.compile("[-_.@]")

Say = Callable[..., str]
"""A text by its name, in one language, filled in."""


def languages(package: str = SHELL) -> tuple[str, ...]:
    """The codes of the languages that a package has texts in; a new file is a new language."""
    return tuple(sorted(_files(package)))


@cache
def texts(package: str, language: str) -> Mapping[str, str | Mapping[str, str]]:
    """Every text of one language by its name."""
    return tomllib.loads(_files(package)[language].read_text("utf-8"))


def speaker(language: str, package: str = SHELL) -> Say:
    """Says texts in this language."""

    def say(name: str, /, **values: object) -> str:
        return said(package, language, name, **values)

    return say


def said(package: str, language: str, name: str, /, **values: object) -> str:
    """One text of a package, filled in."""
    text = texts(package, language)[name]
    if not isinstance(text, str):
        n = values["n"]
        assert isinstance(n, int), f"{name} is counted"
        text = text.get(form(language, n)) or text[OTHER]
    return text.strip("\n").format(**values)


def spoken(code: str | None, package: str = SHELL) -> str:
    """The language of texts for a code such as `pt-BR` or `ru_RU.UTF-8`; English where there are none in it."""
    language = _AFTER_LANGUAGE.split(code or FALLBACK)[0].lower()
    return language if language in _files(package) else FALLBACK


def chosen(code: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """The language that the shell's user chose, else that of the environment; raises UsageError where there are no texts in it."""
    if not code:
        return spoken(next((environment[name] for name in VARIABLES if environment.get(name)), None))
    if _AFTER_LANGUAGE.split(code)[0].lower() not in _files(SHELL):
        raise UsageError(f"askcorpus does not speak {code!r}. It speaks: {', '.join(languages())}")
    return spoken(code)


@cache
def _files(package: str) -> dict[str, Traversable]:
    folder = files(package).iterdir()
    return {file.name.removesuffix(".toml"): file for file in folder if file.name.endswith(".toml")}
