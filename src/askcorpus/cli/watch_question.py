"""What does `askcorpus watch-question` do?  Keeps questions, and tells at each call what new articles say to them."""

from __future__ import annotations

import json
import os
from dataclasses import astuple, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from askcorpus.cli.options import settings_options
from askcorpus.errors import StoreError, UsageError, typed
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from askcorpus.corpus import Corpus
    from askcorpus.types import Saved

FILE = ".saved-questions.json"
"""Of the saved questions, in the store's folder: its passages are what they were compared with.  Indexing passes over what is hidden."""
NO_NEWS = 3  # the exit status, as where `ask` finds no answer
_Kept: TypeAlias = "dict[str, Saved]"


@click.command("watch-question")
@click.argument("question", required=False)
@settings_options("store", "threshold", "model", "device", "interface_language")
@click.option("--end", is_flag=True, help="End QUESTION, or without one all of them.  [default: off]")
@click.option("--list", "listed", is_flag=True, help="List the saved questions and do nothing else.  [default: off]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line and nothing else.  [default: off]")
@click.pass_context
def command(
    ctx: click.Context, question: str | None, settings: Settings, end: bool, listed: bool, as_json: bool
) -> None:
    """Save QUESTION; called again, tell what articles indexed since then say to it. Without QUESTION, to every saved one.

    Exit status 0 says that there is news, or that QUESTION was saved now; 3 that there is none. For cron, after `askcorpus index`.
    """
    from askcorpus.cli import screen
    from askcorpus.corpus import Corpus

    path = Path(settings.store) / FILE
    if question is not None and not question.strip():
        raise UsageError('the question is empty. Save one: askcorpus watch-question "When …?"')
    with Corpus(settings, say=screen.say) as corpus:  # first: where there is no store there is nothing to save
        kept = _read(path)
        if listed:
            for one in kept:
                _print_line(one, as_json)
        elif end:
            _end(path, kept, question)
        elif question is not None and question not in kept:
            _write(path, {**kept, question: corpus.saved(question)})
            again = typed("watch-question", question, "--store", settings.store)
            screen.say(f"saved; what articles say to it from now on: {again}")
        elif not _tell(corpus, path, kept, (question,) if question else tuple(kept), settings, as_json=as_json):
            ctx.exit(NO_NEWS)


def _tell(
    corpus: Corpus, path: Path, kept: _Kept, questions: tuple[str, ...], settings: Settings, *, as_json: bool
) -> bool:
    """Print the news on these questions, and keep that it was told; whether there was any."""
    from askcorpus.cli import screen
    from askcorpus.rendering import wording
    from askcorpus.rendering.json import answer_json
    from askcorpus.rendering.text import answer_text

    told = False
    for question in questions:
        saved = kept[question]
        generation, news = corpus.news((saved,))
        if generation < saved.since:  # the store was built anew: all that is there is known
            saved = corpus.saved(question)
        for one in news:
            told, saved = True, replace(saved, rivals=one.rivals, heard=one.heard)
            if as_json:
                screen.print_json(answer_json(one.answer), quotes=True)
            else:
                spoken = wording.chosen(settings.interface_language)
                screen.out().print(f"{question}\n", markup=False, style="bold", end="")
                screen.out(quotes=True).print(answer_text(one.answer, spoken))
        kept = {**kept, question: replace(saved, since=generation)}
        _write(path, kept)
    return told


def _print_line(question: str, as_json: bool) -> None:
    from askcorpus.cli import screen

    if as_json:
        screen.print_json({"question": question})
    else:
        screen.out().print(question, markup=False)


def _end(path: Path, kept: _Kept, question: str | None) -> None:
    if question is not None and question not in kept:
        those = typed("watch-question", "--list", "--store", path.parent)
        raise UsageError(f"this question is not saved. Those that are: {those}")
    _write(path, {one: told for one, told in kept.items() if question is not None and one != question})


def _read(path: Path) -> _Kept:
    """The saved questions, each with what it knows; raises StoreError."""
    try:
        table = json.loads(path.read_text("utf-8"))
        return {str(question): _saved(str(question), row) for question, row in table.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StoreError(f"{path}: the saved questions cannot be read: {error}. Move it away to begin anew") from error


def _saved(question: str, row: dict[str, Any]) -> Saved:
    from askcorpus.types import Heard, Saved

    rivals = tuple(text for text in row["rivals"] if isinstance(text, str))  # once they were numbers of rows
    return Saved(question, rivals, None, int(row["since"]), tuple(Heard(*one) for one in row.get("heard", ())))


def _write(path: Path, kept: _Kept) -> None:
    """Whole or not at all."""
    table = {
        one.question: {"since": one.since, "rivals": one.rivals, "heard": [astuple(heard) for heard in one.heard]}
        for one in kept.values()
    }
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(json.dumps(table, ensure_ascii=False, indent=1), "utf-8")
        os.replace(aside, path)  # noqa: PTH105
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from error
