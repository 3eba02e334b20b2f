"""Does README.md tell the truth?  Its commands, its map and its sample output are held against the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from askcorpus.cli import commands
from askcorpus.corpus import Corpus
from askcorpus.rendering.text import answer_text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^askcorpus (.+?)(?:\s+#.*)?$", README, re.MULTILINE)


def block_after(marker: str) -> str:
    """The shell block that follows a marker."""
    found = re.search(re.escape(marker) + r"\n```sh\n(.*?)\n```", README, re.DOTALL)
    assert found, marker
    return found.group(1)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_readme_is_understood(line: str) -> None:
    name, *arguments = shlex.split(line)
    command = commands.get_command(click.Context(commands), name)
    assert command is not None, name
    command.make_context(name, list(arguments))


def test_the_readme_shows_every_command() -> None:
    shown = {line.split()[0] for line in COMMANDS}
    assert shown == set(commands.list_commands(click.Context(commands)))


def test_the_map_names_every_module_once() -> None:
    block = README[README.index("## How it works") : README.index("## How good")]
    named = re.findall(r"(?:^|\s)([a-z_]+(?:\.py|/))", block)
    there = [p.name + ("/" if p.is_dir() else "") for p in (ROOT / "src" / "askcorpus").iterdir()]
    wanted = sorted(n for n in there if n.endswith(("/", ".py")) and not n.startswith("__"))
    assert sorted(n for n in named if n != "docs/") == wanted


def test_both_commands_are_one_line_and_install_the_tested_versions() -> None:
    for marker in ("<!-- first command -->", "<!-- test command -->"):
        command = block_after(marker)
        assert "\n" not in command
        assert "-c constraints.txt" in command


@pytest.mark.parametrize("marker", ["<!-- first command -->", "<!-- across languages -->"])
def test_a_command_prints_the_answer_that_the_readme_shows(sample_store: Path, marker: str) -> None:
    question = shlex.split(block_after(marker))[-1]
    with Corpus.open(sample_store) as corpus:
        lines = answer_text(corpus.ask(question)).plain.strip().splitlines()
    shown = re.sub(r"\s+", " ", README)
    for line in lines[:-1]:  # the last one has the time it took
        assert re.sub(r"\s+", " ", line).strip() in shown, line
