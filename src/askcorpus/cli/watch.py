"""What does `askcorpus watch` do?  Brings the store up to date whenever the folder changes, until Ctrl-C."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings


@click.command("watch")
@click.argument("folders", nargs=-1, metavar="[FOLDER]...")
@settings_options(*("store", "share_with_group", "model", "device", "max_file_mb", "read_timeout_s"), find_store=False)
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Go on where more than half of the files or articles are gone, or the folder is another one than last time.  [default: off]",
)
@click.option("--follow-links", is_flag=True, help="Also read what links lead to outside of FOLDER.  [default: off]")
def command(folders: tuple[str, ...], settings: Settings, allow_removals: bool, follow_links: bool) -> None:
    """Follow FOLDER, or several: each burst of changes is indexed at once. A running bot answers from it without a restart."""
    import threading

    from askcorpus.cli import runs, screen
    from askcorpus.indexing.watch import watch

    stop = threading.Event()
    watched = folders or runs.own_folders(settings)
    screen.say(f"watching {', '.join(watched)}; Ctrl-C ends it")
    try:
        watch(
            watched,
            settings.store,
            runs.loader(settings),
            stop=stop,
            on_report=lambda report: runs.print_report(report, settings.store),
            on_error=lambda error: screen.say(f"askcorpus: {error}"),
            say=screen.say,
            limits=runs.limits(settings),
            allow_removals=allow_removals,
            follow_links=follow_links,
        )
    except KeyboardInterrupt:
        screen.say("stopped")
