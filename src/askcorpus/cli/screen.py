"""How does a line reach the user?  Answers go to stdout, everything else to stderr; nobody else's text commands the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

_COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys or turns around: C0 but for the line's end and the tab, DEL, C1, marks of direction; lone surrogates."""
_TOKEN = re.compile(r"(?<!\d)\d{6,20}:[\w-]{30,64}")
"""A bot's token, wherever it was pasted by mistake."""


class _Screen(Console):
    """A console on which every control character but our own colours is shown as a mark."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """See Console; what is ours are the segments that rich calls control."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(harmless(segment.text), segment.style)


def harmless(text: str) -> str:
    """The text with a mark in place of each character that a terminal would obey; as long as it was."""
    return _COMMANDS.sub("\ufffd", text)


def without_token(text: str) -> str:
    """The text with a bot's token taken out."""
    return _TOKEN.sub("<token>", text)


def out() -> Console:
    """Where answers go; coloured only on a terminal."""
    return _Screen(soft_wrap=True, highlight=False, emoji=False)


def err() -> Console:
    """Where progress and remarks go."""
    return _Screen(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def say(line: str) -> None:
    """A remark on stderr."""
    err().print(Text(without_token(line), style="dim"))


def complain(error: object) -> None:
    """An error, on one line of stderr."""
    click.echo(f"askcorpus: {harmless(without_token(str(error)))}", err=True)


def print_json(value: Any) -> None:
    """One JSON object on one line of stdout; what a terminal would obey is written as an escape, which means the same."""
    line = json.dumps(value, ensure_ascii=False)
    click.echo(_COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", line))
