"""What does `askcorpus export` do?  Writes the store into one file, to serve it on another machine."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False))
@settings_options("store", "share_with_group")
def command(file: str, settings: Settings) -> None:
    """Write the store and its model into FILE, a tar with checksums. Indexing and asking may go on meanwhile."""
    from askcorpus.cli import screen
    from askcorpus.store.archive import export_store

    size = export_store(settings.store, file, say=screen.say)
    screen.say(f"{file}: {size / 1e6:.1f} MB. There: askcorpus import {file}")
