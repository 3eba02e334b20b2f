"""What does `askcorpus export` do?  Writes the store into one file, to serve it on another machine."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False))
@settings_options("store", "share_with_group")
@click.option("--force", is_flag=True, help="Overwrite FILE without asking where it is there.  [default: off]")
def command(file: str, settings: Settings, force: bool) -> None:
    """Write the store and its model into FILE, a tar with checksums. Indexing and asking may go on meanwhile."""
    import shlex
    import sys
    from pathlib import Path

    from askcorpus.cli import screen
    from askcorpus.errors import FolderError, UsageError, typed
    from askcorpus.store.archive import export_store

    if not Path(file).absolute().parent.is_dir():
        folder = shlex.quote(str(Path(file).parent))
        raise FolderError(f"there is no folder {Path(file).parent}. Make it: mkdir -p {folder}")
    if Path(file).is_file() and not force:
        if sys.stdin is None or not sys.stdin.isatty():
            raise UsageError(f"{file} is there already. Name another file, or overwrite it with --force.")
        click.confirm(f"{file} is there already. Overwrite it?", abort=True, err=True)
    size = export_store(settings.store, file, say=screen.say)
    screen.say(f"{file}: {size / 1e6:.1f} MB. There: {typed('import', Path(file).name)}")
