"""What does `askcorpus inspect` do?  Shows what the program makes of one file, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from askcorpus.articles.draft import Dropped, Look
    from askcorpus.articles.files import FoundFile
    from askcorpus.types import Skip

Spans = Sequence[tuple[int, int]]
RECURRING = "recurs on this site's pages"
NO_LIMIT = 1_000_000
"""Tokens of a passage where no store says which model is to read it: paragraphs alone divide an article."""


@click.command("inspect")
@click.argument("file", type=click.Path(path_type=Path))
@settings_options("store", "max_file_mb", "read_timeout_s")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(file: Path, settings: Settings, as_json: bool) -> None:
    """Show the articles in FILE: titles, dates, publishers, passages, and beside them what was thrown away.

    Where there is a store, it knows the lines that recur on the other pages of a site.
    """
    from askcorpus.articles.draft import Limits
    from askcorpus.articles.process.many import look
    from askcorpus.cli import screen
    from askcorpus.types import Skip

    limits = Limits(max_file_mb=settings.max_file_mb, timeout_s=settings.read_timeout_s)
    found_file = _found_file(file)
    items = [found_file] if isinstance(found_file, Skip) else list(look(found_file, limits=limits))
    seen, room = _from_store([item for item in items if not isinstance(item, Skip)], Path(settings.store))
    if as_json:
        read = [_as_json(item, seen, room) for item in items if not isinstance(item, Skip)]
        skipped = [item.reason for item in items if isinstance(item, Skip)]
        screen.print_json({"file": str(file), "articles": read, "skipped": skipped}, quotes=True)
        return
    for item in items:
        _show(item, seen, room)
    articles = sum(not isinstance(item, Skip) for item in items)
    screen.say(f"{articles} article{'s' * (articles != 1)}, {len(items) - articles} skipped")


def _found_file(file: Path) -> FoundFile | Skip:
    """The file as indexing would find it; raises UsageError for one that it would pass over."""
    from askcorpus.articles.files import OtherFile, readable, walk
    from askcorpus.errors import UsageError, typed

    if file.is_dir():
        raise UsageError(f"{file} is a folder. Name one file of it, or index it: {typed('index', file)}")
    if not file.exists() and not file.is_symlink():
        raise UsageError(f"{file}: there is no such file")
    found = next(walk(file))
    if isinstance(found, OtherFile):
        raise UsageError(f"{file}: not a kind of file that can be read. These are: {' '.join(sorted(readable))}")
    return found


def _from_store(looks: Sequence[Look], store: Path) -> tuple[dict[str, Spans], int]:
    """What the store knows: where each article, by its id, holds lines that recur on other pages of its site, and how
    many tokens its model reads."""
    from askcorpus.errors import StoreNotFound
    from askcorpus.store.opening import open_store

    try:
        with open_store(store) as snapshot:
            return {look.article.id: snapshot.furniture_in(look.article) for look in looks}, snapshot.manifest.room
    except StoreNotFound:
        return {look.article.id: () for look in looks}, NO_LIMIT


def _show(item: Look | Skip, furniture: dict[str, Spans], room: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from askcorpus.cli import screen
    from askcorpus.types import Skip

    console = screen.out(quotes=True)
    if isinstance(item, Skip):
        console.print(Text(f"skipped: {item.reason}", style="yellow"))
        return
    article, source = item.article, item.article.source
    origin = (article.id, source.publisher, source.published, source.language, source.url)
    kept = Text(" · ".join(part for part in origin if part) + "\n")
    for field, where in item.draft.origins:
        kept.append(f"{field}: {where}\n", style="dim")
    for number, (start, end) in enumerate(_passages(item, furniture[article.id], room), start=1):
        kept.append(f"\npassage {number}, characters {start} to {end}\n", style="bold")
        kept.append(article.text[start:end] + "\n")
    thrown = Text()
    for line in (*item.draft.dropped, *_recurring(item, furniture[article.id])):
        thrown.append(f"{line.text}\n").append(f"  {line.reason}\n", style="italic dim")
    table = Table(title=Text(article.title, style="bold"), title_justify="left", expand=True)
    table.add_column("kept", ratio=2)
    table.add_column("thrown away", ratio=1)
    table.add_row(kept, thrown or Text("nothing"))
    console.print(table, soft_wrap=False)


def _recurring(item: Look, furniture: Spans) -> tuple[Dropped, ...]:
    from askcorpus.articles.draft import Dropped

    return tuple(Dropped(item.article.text[start:end], RECURRING) for start, end in furniture)


def _passages(item: Look, furniture: Spans, room: int) -> Spans:
    """Where the passages lie; their tokens are counted roughly, so that no model is needed."""
    from askcorpus.indexing.passages import split

    passages = split(
        item.article,
        max_tokens=room,
        count=lambda texts: [len(t.split()) * 4 // 3 for t in texts],
        without=furniture,
    )
    return [(passage.start, passage.end) for passage in passages]


def _as_json(item: Look, furniture: dict[str, Spans], room: int) -> dict[str, Any]:
    from askcorpus.rendering.json import article_json

    seen = furniture[item.article.id]
    return article_json(item.article, text=True) | {
        "origins": dict(item.draft.origins),
        "times": [list(time) for time in item.draft.times],
        "passages": [list(span) for span in _passages(item, seen, room)],
        "thrown_away": [{"text": d.text, "reason": d.reason} for d in (*item.draft.dropped, *_recurring(item, seen))],
    }
