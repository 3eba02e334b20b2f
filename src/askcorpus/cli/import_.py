"""What does `askcorpus import` do?  Makes a store of an exported file, after checking every byte."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False))
@settings_options("store", "share_with_group", find_store=False)
@click.option(
    "--trust-model",
    is_flag=True,
    help="Also take the model in FILE, which will run here: only from somebody you trust.  [default: off]",
)
def command(file: str, settings: Settings, trust_model: bool) -> None:
    """Make a store of FILE, which `askcorpus export` wrote. Nothing is encoded; the model is this machine's own."""
    from pathlib import Path

    from askcorpus.cli import screen
    from askcorpus.encoder import is_here
    from askcorpus.errors import FOLDER, typed
    from askcorpus.store.archive import import_store
    from askcorpus.store.opening import manifest_in

    passages = import_store(file, settings.store, trust_model=trust_model, say=screen.say)
    screen.say(f"{settings.store}: {passages} passages, every checksum holds")
    manifest = manifest_in(Path(settings.store))
    if manifest is not None and not is_here(manifest, Path(settings.store)):
        name_it = typed("index", FOLDER, "--store", settings.store, "--model", manifest.model)
        screen.say(
            f"its model, {manifest.model}, is not on this machine. Install it, or name it: {name_it}. The one in {file} is taken with --trust-model, which you may want if you trust who made it."
        )
