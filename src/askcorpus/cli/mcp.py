"""What does `askcorpus mcp` do?  Lets a language model's program ask, over its stdin and stdout."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("mcp")
@settings_options("store", "cluster", "cluster_replicas", "threshold", "device", "reranker")
def command(settings: Settings) -> None:
    """Answer a language model's program (Claude Desktop, an editor) over the Model Context Protocol, until it goes.

    It is started by that program, not by hand: docs/mcp.md has the lines to copy. Over HTTP: askcorpus serve.
    """
    from askcorpus.cli import screen
    from askcorpus.server.running import start_mcp

    start_mcp(settings, say=screen.say)
