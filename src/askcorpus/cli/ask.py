"""What does `askcorpus ask` do?  One question and its answer, or a prompt that answers one after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import click

from askcorpus.cli.narrowing import day, in_order, known_language, known_publisher, narrowing_options
from askcorpus.cli.options import settings_options
from askcorpus.errors import UsageError
from askcorpus.settings import Settings

FORMATS = ("text", "json", "jsonl", "csv", "md")


@click.command("ask")
@click.argument("question", required=False)
@settings_options(
    "store",
    "cluster",
    "cluster_replicas",
    "k",
    "threshold",
    "mode",
    "model",
    "device",
    "reranker",
    "interface_language",
    "write",
    "llm",
    "llm_model",
)
@narrowing_options
@click.option(
    "--asked",
    default=None,
    envvar="ASKCORPUS_ASKED",
    help="Answer as on this day (YYYY-MM-DD).  [env: ASKCORPUS_ASKED; default: today]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    envvar="ASKCORPUS_FORMAT",
    help="How to print: for people, as one JSON object, as a row a citation in JSON lines or CSV, as Markdown.  "
    "[env: ASKCORPUS_FORMAT; default: text]",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.  [default: off]")
@click.pass_context
def command(
    ctx: click.Context,
    question: str | None,
    settings: Settings,
    since: str | None,
    until: str | None,
    publisher: str | None,
    language: str | None,
    collection: str | None,
    asked: str | None,
    form: str,
    as_json: bool,
) -> None:
    """Answer QUESTION with cited quotes from the store; without QUESTION, open a prompt, or answer each line of a pipe.

    Exit status 3 says that the corpus does not answer it, or not all of them.
    """
    from askcorpus.cli import prompt, screen
    from askcorpus.rendering import wording
    from askcorpus.types import Filter

    on = day(asked, "--asked", last=True)
    days = day(since, "--since"), day(until, "--until", last=True)
    where = in_order(Filter(*days, publisher, language, collection))
    if question is not None and not question.strip():
        raise UsageError('the question is empty. Ask something: askcorpus ask "Who …?"')
    spoken = wording.chosen(settings.interface_language)
    from askcorpus.corpus import Corpus

    with Corpus(settings, say=screen.say) as corpus:
        if language is not None:
            where = replace(where, language=known_language(language, "--language", corpus.snapshot.languages))
        if publisher:
            known_publisher(publisher, corpus.publishers())
        talk = prompt.Conversation(
            corpus, where, date.fromisoformat(on) if on else None, spoken, "json" if as_json else form
        )
        ctx.exit(talk.lines() if question is None else talk.answer(question))
