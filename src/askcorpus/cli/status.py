"""What does `askcorpus status` do?  The store at a glance, and whether the folder has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from askcorpus.cli.options import settings_options
from askcorpus.errors import FOLDER, typed
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from askcorpus.indexing.status import CollectionStatus, Status

LANGUAGES_SHOWN = 8  # they fit a line


@click.command("status")
@click.argument("folder", required=False)
@settings_options("store")
@click.option("-v", "--verbose", is_flag=True, help="Name everything that was skipped.  [default: off]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(folder: str | None, settings: Settings, verbose: bool, as_json: bool) -> None:
    """Show counts, model, size, the last run, and whether FOLDER (or the one last indexed) has changed since."""
    from dataclasses import asdict

    from askcorpus.cli import screen
    from askcorpus.indexing.status import status

    store_status = status(settings.store, folder)
    if as_json:
        screen.print_json({**asdict(store_status), "current": store_status.current})
        return
    console = screen.out()
    last = store_status.last_run
    for name, value in _lines(store_status, folder or (last.folder if last else None)):
        console.print(f"{name:<12}{value}", markup=False)
    runs = [one.last_run for one in store_status.collections if verbose and one.last_run is not None]
    for skip in (skip for run in runs for skip in run.skips):
        console.print(f"  skipped {skip.file}: {skip.reason}", markup=False)


def _lines(status: Status, folder: str | None) -> list[tuple[str, str]]:
    languages = ", ".join(f"{language} {n}" for language, n in status.languages[:LANGUAGES_SHOWN])
    lines = [
        ("store", f"{status.store}, generation {status.generation}, {status.bytes / 1e6:.1f} MB"),
        ("articles", f"{status.articles}"),
        ("passages", f"{status.passages}" + (f" ({languages})" if languages else "")),
        ("model", f"{status.model}, {status.dim} dimensions"),
    ]
    if status.shards:
        lines.append(("shards", f"{status.shards}"))
    last = status.last_run
    if last is not None:
        lines.append(("last run", f"{last.at}, {last.folder}, {last.counts.seconds:.1f} s"))
        skipped = sum(one.last_run.counts.skipped for one in status.collections if one.last_run)
        if skipped:
            lines.append(("skipped", f"{skipped} ({typed('status', '-v', '--store', status.store)})"))
    if len(status.collections) > 1:
        return [*lines, *(("collection", _collection(one, status.store)) for one in status.collections)]
    if status.current is None:
        lines.append(("folder", "not there, so not compared"))
    elif status.current:
        lines.append(("folder", "unchanged since"))
    else:
        lines.append(
            (
                "folder",
                f"changed since: {status.to_read} files to read, {status.to_remove} gone. "
                f"Run: {typed('index', folder or FOLDER, '--store', status.store)}",
            )
        )
    return lines


def _collection(one: CollectionStatus, store: str) -> str:
    """A folder of several: how many articles, and whether it has changed since."""
    told = f"{one.name}: {one.articles} articles, {one.folder or 'its folder is not known'}"
    if one.to_read is None:
        return f"{told}; not there, so not compared"
    if not one.to_read and not one.to_remove:
        return f"{told}; unchanged since"
    again = typed("index", f"{one.name}={one.folder}", "--store", store)
    return f"{told}; {one.to_read} files to read, {one.to_remove} gone. Run: {again}"
