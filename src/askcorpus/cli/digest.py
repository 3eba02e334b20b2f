"""What does `askcorpus digest` do?  The newest stories, a verbatim sentence of each, of a day, a week or a month, on a subject."""

from __future__ import annotations

import click

from askcorpus.cli.options import settings_options
from askcorpus.settings import Settings

NOTHING_NEW = 3


@click.command("digest")
@click.argument("words", nargs=-1, metavar="[week] [SUBJECT]")
@settings_options("store", "device", "interface_language")
@click.option("-n", "most", type=int, default=10, show_default=True, help="How many stories at most.")
@click.option(
    "--in",
    "collection",
    default=None,
    envvar="ASKCORPUS_IN",
    help="Only articles of this collection: `askcorpus status` names them.  [env: ASKCORPUS_IN; default: none]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
@click.pass_context
def command(
    ctx: click.Context, words: tuple[str, ...], settings: Settings, most: int, collection: str | None, as_json: bool
) -> None:
    """Show the newest stories: of the last day, week or month where that is said, on SUBJECT where one is given.

    "week politics", "Mali since May", "yesterday": the words are read as in a question. Exit status 3: there is nothing new.
    """
    from dataclasses import replace
    from datetime import date

    from askcorpus.cli import screen
    from askcorpus.corpus import Corpus
    from askcorpus.question.news import said_of
    from askcorpus.rendering import wording
    from askcorpus.rendering.json import digest_json
    from askcorpus.rendering.text import digest_text

    spoken = wording.chosen(settings.interface_language)
    period, about = said_of(" ".join(words), today=date.today(), language=spoken)
    with Corpus(settings, say=screen.say) as corpus:
        made = corpus.digest(replace(period, collection=collection), about, most=most, language=spoken)
    if as_json:
        screen.print_json(digest_json(made), quotes=True)
    else:
        screen.out(quotes=True).print(digest_text(made, spoken), end="")
    ctx.exit(0 if made else NOTHING_NEW)
