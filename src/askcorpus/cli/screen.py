"""How does a line reach the user?  Answers go to stdout, everything else to stderr; nobody else's text commands the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from askcorpus.language.characters import COMMANDS, harmless

_LEAD = re.compile(r"[ ]{0,40}(?:\[\d{1,4}\] |- )?(?=\S)")
"""What stands before the words of a line."""
_TOKEN = re.compile(r"(?<!\d)\d{6,20}(?::|%3A)[\w-]{30,64}", re.ASCII | re.I)
"""A bot's token, wherever it was pasted by mistake, also in an address."""


class _Screen(Console):
    """A console on which every control character but our own colours and links is shown as a mark.

    On a terminal lines end between words; what is longer than a line, such as an address, is left whole. A pipe gets whole lines.
    A token is taken out of all but what articles say, which is shown as it stands there.
    """

    def __init__(self, *, quotes: bool = False, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, soft_wrap=True, highlight=False, emoji=False)
        self._quotes = quotes

    def print(self, *objects: Any, **options: Any) -> None:
        """See Console; what is printed as a string is text, without markup."""
        if self.is_terminal:
            objects = tuple(_wrapped(one, self.width) if isinstance(one, str | Text) else one for one in objects)
        super().print(*objects, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """See Console; what is ours are the segments that rich calls control."""
        for segment in super().render(renderable, options):
            text = segment.text if self._quotes else without_token(segment.text)
            yield segment if segment.control else Segment(harmless(text), segment.style)


def _wrapped(text: str | Text, width: int) -> Text:
    """The text in lines that end between words; rich breaks what is longer than a line, or leaves every line whole."""
    whole = text if isinstance(text, Text) else Text(harmless(text))
    lines = []
    for line in whole.split("\n", allow_blank=True):
        indent = _indent(line.plain, width)
        first, *more = line.divide(_breaks(line.plain, width, indent))
        lines += [first, *(Text(" " * indent).append_text(part) for part in more)]
    for line in lines[:-1]:
        line.rstrip()
    return Text("\n").join(lines)


def _indent(line: str, width: int) -> int:
    """How far in a line goes on below: where its words begin, behind its number or its dash."""
    lead = _LEAD.match(line)
    return lead.end() if lead and lead.end() * 4 <= width else 0


def _breaks(line: str, width: int, indent: int = 0) -> list[int]:
    """Before which characters a line goes on below, so far in."""
    breaks, used = [], 0
    for word in re.finditer(r"\s*\S+|\s+\Z", line):
        cells = cell_len(word[0])
        if used and used + cells > width:
            start = word.end() - len(word[0].lstrip())
            breaks.append(start)
            used, cells = indent, cell_len(line[start : word.end()])
        used += cells
    return breaks


def without_token(text: str) -> str:
    """The text with a bot's token taken out."""
    return _TOKEN.sub("<token>", text)


def out(*, quotes: bool = False) -> Console:
    """Where answers go, and with `quotes` what articles say; coloured only on a terminal."""
    return _Screen(quotes=quotes)


def err() -> Console:
    """Where progress and remarks go."""
    return _Screen(stderr=True)


def say(line: str) -> None:
    """A remark on stderr."""
    err().print(Text(line, style="dim"))


def complain(error: object) -> None:
    """An error, on one line of stderr."""
    err().print(Text(f"askcorpus: {harmless(str(error))}"))


def write(text: str) -> None:
    """Text for a file or another program: no line of it is broken, nothing in it is a command."""
    click.echo(harmless(text), nl=False)


def print_json(value: Any, *, quotes: bool = False) -> None:
    """One JSON object on one line of stdout; what a terminal would obey is written as an escape, which means the same.

    With `quotes` it is what articles say, which is left as it stands there; else no token is in it.
    """
    line = json.dumps(value, ensure_ascii=False)
    line = line if quotes else without_token(line)
    click.echo(COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", line))
