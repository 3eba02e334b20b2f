"""What does `askcorpus serve` do?  HTTP for programs, a page for people, MCP below /mcp."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("serve")
@settings_options(
    *("store", "cluster", "cluster_replicas", "k", "threshold", "device", "reranker"),
    *("llm", "llm_model"),
    *("server_listen", "server_token_file", "server_hosts", "server_per_minute"),
)
def command(settings: Settings) -> None:
    """Answer over HTTP, with a page for the browser, until SIGTERM or Ctrl-C.

    On this machine nothing is needed; an address that others can reach demands a token (--token-file, or ASKCORPUS_SERVER_TOKEN).
    Addresses and their use: docs/server.md.
    """
    from askcorpus.cli import screen
    from askcorpus.server.running import start_http

    start_http(settings, say=screen.say)
