"""What does `askcorpus import` do?  Makes a store of an exported file, after checking every byte."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@settings_options("store")
def command(file: str, settings: Settings) -> None:
    """Make a store of FILE, which `askcorpus export` wrote. Nothing is encoded, no model is needed."""
    from askcorpus.cli import screen
    from askcorpus.store.archive import import_store

    passages = import_store(file, settings.store)
    screen.say(f"{settings.store}: {passages} passages, every checksum holds")
