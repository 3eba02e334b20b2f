"""What does `askcorpus verify` do?  Checks every byte of the store, and mends what can be made again."""

from __future__ import annotations

import click

from askcorpus.cli.options import known_folder, settings_options
from askcorpus.settings import Settings


@click.command("verify")
@settings_options("store")
@click.option("--check", is_flag=True, help="Only look, mend nothing.  [default: off]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(settings: Settings, check: bool, as_json: bool) -> int:
    """Check the catalog and both indexes against their checksums and each other; damaged indexes are made again."""
    from dataclasses import asdict

    from askcorpus.cli import screen
    from askcorpus.errors import typed
    from askcorpus.store.verifying import verify
    from askcorpus.store.writer import open_writer

    verdict = verify(settings.store, say=None if as_json else screen.say)
    mended = False
    if verdict.derived and not verdict.catalog and not check:
        with open_writer(settings.store, say=screen.say) as writer:
            writer.rebuild()
            writer.publish()
        mended = True
    healed = False
    if verdict.model and not verdict.catalog and not check:
        from pathlib import Path

        from askcorpus.encoder import heal
        from askcorpus.encoder.converted import KEPT, damaged
        from askcorpus.store.opening import manifest_in

        manifest = manifest_in(settings.store)
        if manifest is not None:
            heal(Path(settings.store), manifest, say=screen.say)
            healed = not damaged(Path(settings.store) / KEPT)
    whole = not verdict.catalog and (mended or not verdict.derived) and (healed or not verdict.model)
    if as_json:
        screen.print_json({**asdict(verdict), "mended": mended or healed, "whole": whole})
        return 0 if whole else 1
    console = screen.out()
    for problem in (*verdict.catalog, *verdict.derived, *verdict.model):
        console.print(problem, markup=False)
    if mended:
        console.print("the indexes were made again from the catalog; nothing was encoded")
    if healed:
        console.print("the model is whole again, also in other stores that share its files")
    if whole and not mended and not healed:
        console.print(f"whole: {verdict.rows} rows and {verdict.files} files match their checksums")
    if not whole:
        store = ("--store", settings.store)
        what = (
            typed("index", known_folder(settings), *store, "--rebuild") if verdict.catalog else typed("verify", *store)
        )
        console.print(f"not whole. To mend it: {what}")
    return 0 if whole else 1
