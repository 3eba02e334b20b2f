"""How does a line reach the user?  Answers go to stdout, everything else to stderr."""

from __future__ import annotations

import json
from typing import Any

import click
from rich.console import Console
from rich.text import Text


def out() -> Console:
    """Where answers go; coloured only on a terminal."""
    return Console(soft_wrap=True, highlight=False, emoji=False)


def err() -> Console:
    """Where progress and remarks go."""
    return Console(stderr=True, soft_wrap=True, highlight=False, emoji=False)


def say(line: str) -> None:
    """A remark on stderr."""
    err().print(Text(line, style="dim"))


def print_json(value: Any) -> None:
    """One JSON object on one line of stdout, to the letter."""
    click.echo(json.dumps(value, ensure_ascii=False))
