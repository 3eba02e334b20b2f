"""How does an indexing run look on the screen?  Shared by `index` and `watch`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askcorpus.cli import screen
from askcorpus.errors import typed
from askcorpus.settings import DEFAULT_MODEL, Settings

if TYPE_CHECKING:
    from askcorpus.articles.draft import Limits
    from askcorpus.cluster.indexing import Work
    from askcorpus.indexing.report import Progress, Report
    from askcorpus.indexing.run import Load, PassageEncoder
    from askcorpus.types import Manifest

NEW_SHARDS = 4  # of 250,000 passages each a million: an edited article is put into one of them in .3 s
UNREAD_SHOWN = 12  # kinds of files, on one line
BAR_CELLS = 20  # with "12,345 of 123,456 passages 98/s, 1:02:33 left" it fits into 80
SLOW = 10  # a second: fewer are told with a decimal
SKIPS_SHOWN = 10  # half a screen; `askcorpus status -v` names all


def loader(settings: Settings, work: Work | None = None) -> Load:
    """Loads the chosen model, or the store's own where none was chosen, when something must be encoded; on a cluster where there is one."""

    def load() -> PassageEncoder:
        from askcorpus.encoder import load as load_encoder

        own = None if model_is_chosen(settings) else own_manifest(settings)
        on_nodes = partial(
            load_encoder,
            own.model if own is not None else settings.model,
            device=settings.device, store=Path(settings.store), precision=settings.precision, named_by=own,
        )  # fmt: skip
        here = partial(on_nodes, say=screen.say)
        return here() if work is None else work.encoder(here, on_nodes=on_nodes)

    return load


@contextmanager
def work_of(settings: Settings) -> Iterator[Work | None]:
    """The cluster that reads and encodes; None where none is named."""
    if settings.cluster is None:
        yield None
        return
    from askcorpus.cluster.indexing import Work

    with Work(settings.cluster) as work:
        yield work


def shards_of_new(settings: Settings) -> int | None:
    """Over how many shards a store is spread that a cluster makes; None for one that is there."""
    return None if own_manifest(settings) else NEW_SHARDS


def model_is_chosen(settings: Settings) -> bool:
    """Whether a model other than the default was asked for, by a flag, a variable or the settings file."""
    context = click.get_current_context(silent=True)
    return settings.model != DEFAULT_MODEL or (context is not None and context.params.get("model") is not None)


def own_manifest(settings: Settings) -> Manifest | None:
    """The model a store was built with; None for a new store."""
    from askcorpus.store.opening import manifest_in

    return manifest_in(Path(settings.store))


def own_folders(settings: Settings) -> tuple[str, ...]:
    """The folders of the settings; those that are in the store where none was chosen, and none is at the usual place."""
    if settings.folders or Path(settings.folder).exists() or own_manifest(settings) is None:
        return settings.all_folders
    from askcorpus.store.opening import open_store

    with open_store(settings.store, say=screen.say) as snapshot:
        known = snapshot.collections
    folders = tuple(f"{one.name}={one.folder}" for one in known if one.folder)
    if not folders or len(folders) < len(known):
        return settings.all_folders
    screen.say(f"the folders of {settings.store}: {', '.join(one.folder for one in known)}")
    return folders


def limits(settings: Settings) -> Limits:
    """Where reading stops."""
    from askcorpus.articles.draft import Limits

    return Limits(max_file_mb=settings.max_file_mb, timeout_s=settings.read_timeout_s)


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None] | None]:
    """Shows how far a run is on stderr; nothing where that is not a terminal."""
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    console = screen.err()
    if not console.is_terminal:
        yield None
        return
    texts = (TextColumn("{task.fields[count]}"), TextColumn("{task.fields[speed]}"))
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=BAR_CELLS), *texts)
    with Bar(*columns, console=console, transient=True) as bar:
        files = bar.add_task("looking", total=None, count="", speed="")
        passages = bar.add_task("", total=None, count="", speed="", visible=False)

        def show(progress: Progress) -> None:
            bar.update(files, **_of_files(progress))
            bar.update(passages, **_of_passages(progress))

        yield show


def _of_files(progress: Progress) -> dict[str, Any]:
    """How the line about files looks."""
    if progress.step == "looking":
        return {"count": _files(progress.seen)}
    left = progress.seconds_left if progress.step == "reading" else None
    return {
        "description": "reading",
        "completed": progress.files,
        "total": progress.files_total,
        "count": f"{progress.files:,} of {_files(progress.files_total)}",
        "speed": _speed(progress.files_per_s, left) or "starting",
    }


def _of_passages(progress: Progress) -> dict[str, Any]:
    """How the line about what follows looks; there is none before."""
    encoding = progress.step == "encoding"
    doing, what = {"loading": ("loading", "the model"), "publishing": ("making", "the indexes")}.get(
        progress.step, ("encoding", f"{progress.encoded:,} of {progress.encoded_total:,} passages")
    )
    return {
        "visible": progress.step not in ("looking", "reading"),
        "description": doing,
        "completed": progress.encoded,
        "total": progress.encoded_total if encoding else None,
        "count": what,
        "speed": (_speed(progress.passages_per_s, progress.seconds_left) or "starting") if encoding else "",
    }


def _files(n: int) -> str:
    return f"{n:,} file{'s' * (n != 1)}"


def _speed(per_s: float, seconds: float | None) -> str:
    """How fast it goes, and how long it still takes, as far as that can be said."""
    if not per_s:
        return ""
    rate = f"{per_s:.0f}/s" if per_s >= SLOW else f"{per_s:.1f}/s"
    if seconds is None:
        return rate
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{rate}, {hours}:{minutes:02}:{rest:02} left" if hours else f"{rate}, {minutes}:{rest:02} left"


def print_report(report: Report, store: str = Settings().store) -> None:
    """What a run did, in two lines on stderr, and what it skipped."""
    counts = report.counts
    for name in report.new:
        screen.say(f"{name} is a new collection in the store")
    screen.say(
        f"articles: {counts.added} added, {counts.changed} changed, {counts.removed} removed, "
        f"{counts.unchanged} unchanged, {counts.skipped} skipped"
    )
    screen.say(f"passages: {counts.passages} in the store, {counts.encoded} encoded, {counts.seconds:.1f} s")
    for skip in report.skips[:SKIPS_SHOWN]:
        screen.say(f"skipped {skip.file}: {skip.reason}")
    if len(report.skips) > SKIPS_SHOWN:
        screen.say(f"… and {len(report.skips) - SKIPS_SHOWN} more: {typed('status', '-v', '--store', store)}")
    if report.unread:
        screen.say(unread_line(report.unread))


def unread_line(unread: Sequence[tuple[str, int]]) -> str:
    """What is said of the files of kinds that are not read: "3 files of kinds that are not read: 2 .png, 1 without suffix"."""
    total = sum(number for _, number in unread)
    files = "1 file of a kind that is not read" if total == 1 else f"{total} files of kinds that are not read"
    shown = sorted(unread, key=lambda item: (not item[0], -item[1], item[0]))[:UNREAD_SHOWN]
    parts = [f"{number} {kind or 'without suffix'}" for kind, number in shown]
    more = total - sum(number for _, number in shown)
    return f"{files}: {', '.join(parts)}" + (f", {more} others" if more else "")


def report_json(report: Report) -> dict[str, Any]:
    """A report as one JSON object."""
    skips = [asdict(skip) for skip in report.skips]
    made = {"new": list(report.new), "left": list(report.left)} if report.new or report.left else {}
    return {
        **asdict(report.counts),
        "skips": skips,
        "unread": dict(report.unread),
        "generation": report.generation,
        **made,
    }
