"""What does `askcorpus show` do?  One whole article, as the citations' offsets count it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from askcorpus.types import Article


@click.command("show")
@click.argument("article_id")
@settings_options("store")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
def command(article_id: str, settings: Settings, as_json: bool) -> None:
    """Print the article ARTICLE_ID: its title, where it came from, its text."""
    from pathlib import Path

    from askcorpus.cli import screen
    from askcorpus.rendering.json import article_json
    from askcorpus.store.opening import open_store

    with open_store(Path(settings.store)) as snapshot:
        article = snapshot.article(article_id)
    if as_json:
        screen.print_json(article_json(article, text=True), quotes=True)
        return
    print_article(article)


def print_article(article: Article) -> None:
    """The article: its title, where it came from, its text."""
    from askcorpus.cli import screen
    from askcorpus.rendering.text import file_of

    source = article.source
    console = screen.out(quotes=True)
    console.print(article.title, style="bold", markup=False)
    origin = (source.publisher, source.published, source.language, file_of(source), source.url)
    console.print(" · ".join(part for part in origin if part), style="dim", markup=False)
    console.print()
    console.print(article.text, markup=False)
