"""To which articles is a question narrowed?  The options and the commands of the prompt read their values alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import click

from askcorpus.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from askcorpus.types import Filter

Command = TypeVar("Command", bound=Callable[..., object])


def _publishers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The publishers of the store, for the shell's completion."""
    from click.shell_completion import CompletionItem

    from askcorpus import settings as choosing
    from askcorpus.store.opening import open_store

    with open_store(choosing.load({"store": s} if (s := ctx.params.get("store")) else {}).store) as snapshot:
        names = [name for name, _ in snapshot.publishers() if name]
    return [CompletionItem(name) for name in names if incomplete.lower() in name.lower()]


NARROWING = (
    ("--since", "Only articles published on this day or later (YYYY-MM-DD, YYYY-MM or YYYY).", None),
    ("--until", "Only articles published on this day or earlier (YYYY-MM-DD, YYYY-MM or YYYY).", None),
    ("--publisher", "Only articles of publishers with this in their name.", _publishers),
    ("--language", "Only articles in this language (ISO 639-1, e.g. fr).", None),
    ("--in", "Only articles of this collection: `askcorpus status` names them.", None),
)


def narrowing_options(command: Command) -> Command:
    """Add the options that narrow a question to some of the articles."""
    for flag, text, complete in reversed(NARROWING):
        variable = f"ASKCORPUS_{flag.strip('-').upper()}"
        name = "collection" if flag == "--in" else flag.strip("-")  # `in` is a word of Python
        command = click.option(
            flag, name, default=None, envvar=variable, shell_complete=complete, help=f"{text}  [env: {variable}; default: none]"
        )(command)  # fmt: skip
    return command


def day(value: str | None, flag: str, *, last: bool = False) -> str | None:
    """A day from YYYY-MM-DD, YYYY-MM or YYYY: the first day meant, or the last; raises UsageError."""
    import calendar

    if value is None:
        return None
    try:
        if not re.fullmatch("[0-9]{4}(-[0-9]{1,2}){0,2}", value):
            raise ValueError(value)
        said = [int(part) for part in value.split("-")]
        year = said[0]
        month = said[1] if len(said) > 1 else (12 if last else 1)
        number = said[2] if len(said) > 2 else (calendar.monthrange(year, month)[1] if last else 1)
        return date(year, month, number).isoformat()
    except (ValueError, calendar.IllegalMonthError) as error:
        raise UsageError(f"{flag} {value} is no day. Write it as 2026-05-31, 2026-05 or 2026.") from error


def in_order(where: Filter) -> Filter:
    """The filter; raises UsageError where its last day comes before its first, so that no article could answer."""
    if where.since and where.until and where.since > where.until:
        raise UsageError(f"since {where.since} is later than until {where.until}: no article is of both.")
    return where


def known_language(code: str, flag: str, languages: Sequence[tuple[str, int]]) -> str:
    """The code of a language, and a word to the user where no article is in it; raises UsageError for what is no code."""
    from askcorpus.cli import screen

    there = ", ".join(sorted(language for language, _ in languages))
    wanted = code.strip().lower()
    if not re.fullmatch("[a-z]{2,3}", wanted):
        raise UsageError(f"{flag} {code} is no language's code (ISO 639-1). The articles here are in: {there}")
    if wanted not in there.split(", "):
        screen.say(f"no article here is in {wanted}; they are in: {there}")
    return wanted


def known_publisher(part: str, publishers: Sequence[tuple[str | None, int]]) -> str:
    """A part of an outlet's name, and a word to the user where no outlet here has it in its name."""
    from askcorpus.cli import screen
    from askcorpus.rendering.text import no_publisher

    if told := no_publisher(part, publishers):
        screen.say(told)
    return part
