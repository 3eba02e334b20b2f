"""What does `askcorpus completion` do?  Prints the lines by which a shell completes commands, options and values."""

from __future__ import annotations

import os
from pathlib import Path

import click

SHELLS = ("bash", "fish", "zsh")


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS), required=False)
def command(shell: str | None) -> None:
    """Print the completion for SHELL, or for the one that is running.

    \b
    bash: askcorpus completion bash >> ~/.bashrc
    zsh:  askcorpus completion zsh >> ~/.zshrc
    fish: askcorpus completion fish > ~/.config/fish/completions/askcorpus.fish
    """
    from click.shell_completion import get_completion_class

    from askcorpus.cli import commands
    from askcorpus.errors import UsageError

    own = Path(os.environ.get("SHELL", "")).name
    if shell is None and own not in SHELLS:
        raise UsageError(f"name the shell: askcorpus completion {'|'.join(SHELLS)}")
    kind = get_completion_class(shell or own)
    assert kind is not None, "click knows all of SHELLS"
    click.echo(kind(commands, {}, "askcorpus", "_ASKCORPUS_COMPLETE").source())
