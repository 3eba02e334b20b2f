"""What does `askcorpus index` do?  Brings the store up to date with a folder of articles."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.errors import typed
from askcorpus.settings import Settings
from askcorpus.store.shards import MOST


@click.command("index")
@click.argument("folders", nargs=-1, metavar="[FOLDER]...")
@settings_options(
    *("store", "share_with_group", "model", "device", "precision", "max_file_mb", "read_timeout_s", "cluster"),
    find_store=False,
)
@click.option("--reread", is_flag=True, help="Read unchanged files again, too; encodes only new text.  [default: off]")
@click.option("--rebuild", is_flag=True, help="Put the store aside and build it anew.  [default: off]")
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Go on where more than half of the files or articles are gone, or the folder is another one than last time.  [default: off]",
)
@click.option("--drop", multiple=True, metavar="NAME", help="Take this collection out of the store.  [default: none]")
@click.option(
    "--shards",
    type=click.IntRange(1, MOST),
    metavar="N",
    help="Spread the store over N parts from now on, as for more articles than one machine takes.  [default: as it is]",
)
@click.option("--follow-links", is_flag=True, help="Also read what links lead to outside of FOLDER.  [default: off]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(
    folders: tuple[str, ...], settings: Settings, reread: bool, rebuild: bool, allow_removals: bool, drop: tuple[str, ...],
    shards: int | None, follow_links: bool, as_json: bool,
) -> None:  # fmt: skip
    """Index the articles in FOLDER, or in the folders of the settings; only what changed is encoded.

    Several folders are several collections of one store, each with the folder's name, or that of NAME=FOLDER. One that is not
    named stays as it is. With --shards nothing is encoded again.
    """
    from pathlib import Path

    from askcorpus.cli import runs, screen
    from askcorpus.indexing.run import refresh
    from askcorpus.store.opening import set_aside, shards_in

    if rebuild:
        shards = shards or shards_in(settings.store)
        aside = set_aside(Path(settings.store))
        if aside is not None:
            screen.say(f"the store so far is now {aside}; remove it when the new one is good")
    with runs.progress_bar() as progress, runs.work_of(settings) as work:
        report = refresh(
            folders or (() if drop else runs.own_folders(settings)),
            settings.store,
            runs.loader(settings, work),
            progress=progress,
            say=screen.say,
            limits=runs.limits(settings),
            reread=reread,
            model=settings.model if runs.model_is_chosen(settings) else None,
            allow_removals=allow_removals,
            follow_links=follow_links,
            drop=drop,
            shards=shards or (runs.shards_of_new(settings) if work else None),
            **({"read": work.read_many} if work else {}),
        )
    if as_json:
        screen.print_json(runs.report_json(report))
    else:
        runs.print_report(report, settings.store)
        if report.left:
            drop_it = typed("index", "--drop", "NAME", "--store", settings.store)
            screen.say(f"not named, so left as it was: {', '.join(report.left)}. To take one out: {drop_it}")
