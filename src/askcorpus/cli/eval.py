"""What does `askcorpus eval` do?  Asks a set of questions with known answers and prints how good the answers were."""

from __future__ import annotations

import json
import time
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from askcorpus.cli.options import settings_options
from askcorpus.errors import FOLDER, StoreError, typed
from askcorpus.settings import Settings


@click.command("eval")
@click.argument("folder", type=click.Path(path_type=Path))
@settings_options("model", "device", "precision", "mode", "threshold", "reranker")
@click.option("--in-store", type=click.Path(path_type=Path), default=None, envvar="ASKCORPUS_IN_STORE",
              help="Index into this store and keep it, or ask the one that is there.  [env: ASKCORPUS_IN_STORE; default: a temporary one]")  # fmt: skip
@click.option("--drop-articles", type=click.FloatRange(0, 1, max_open=True), default=0.0, show_default=True, envvar="ASKCORPUS_DROP_ARTICLES", show_envvar=True,
              help="Leave out this share of the articles and expect 'not found' for questions on them; unanswerable questions are then not asked.")  # fmt: skip
@click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    envvar="ASKCORPUS_SEED",
    show_envvar=True,
    help="Decides which articles are left out.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=None,
    envvar="ASKCORPUS_LIMIT",
    show_envvar=True,
    help="Ask only so many questions, evenly spread.  [default: all]",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    default=None,
    envvar="ASKCORPUS_SAVE",
    show_envvar=True,
    help="Write every question's outcome to this file, as JSON lines.  [default: none]",
)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Fit the confidence and the threshold to these questions and keep them in the store --store.  [default: off]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
@click.option(
    "--store",
    "-s",
    "own_store",
    default=None,
    envvar="ASKCORPUS_STORE",
    help="The store that --calibrate sets.  [env: ASKCORPUS_STORE; default: embeddings]",
)
def command(
    folder: Path,
    settings: Settings,
    in_store: Path | None,
    drop_articles: float,
    seed: int,
    limit: int | None,
    save: Path | None,
    calibrate: bool,
    as_json: bool,
    own_store: str | None,
) -> None:
    """Measure the answers to FOLDER/questions.jsonl over FOLDER/articles.jsonl.

    articles.jsonl: id, title, text. questions.jsonl: id, question, answers (any of them counts), article_ids, answerable.
    """
    from askcorpus.cli import screen
    from askcorpus.corpus import Corpus
    from askcorpus.encoder import load
    from askcorpus.evaluation import asking, measures, question_set

    own = Path(own_store or settings.store)
    if calibrate and not (own / "current.json").exists():
        make = typed("index", FOLDER, "--store", own)
        raise StoreError(f"{own} holds no store to calibrate. Make one: {make}")
    questions = question_set.read_questions(folder)
    if drop_articles:
        questions = question_set.without_unanswerable(questions)
    if limit is not None:
        questions = questions[:: max(1, len(questions) // limit)][:limit]
    drop = question_set.dropped(folder, drop_articles, seed) if drop_articles else frozenset()
    with nullcontext(in_store) if in_store is not None else asking.temporary_store() as store:
        assert store is not None
        asking.build(
            folder,
            store,
            settings,
            load=lambda: load(settings.model, device=settings.device, precision=settings.precision, say=screen.say),
            drop=drop,
        )
        started = time.perf_counter()
        with Corpus(replace(settings, store=str(store)), say=screen.say) as corpus:
            asked = asking.ask_all(corpus, questions, drop=drop, mode=settings.mode, threshold=settings.threshold)
            outcomes = list(_with_progress(asked, len(questions)))
        measured = measures.measure(outcomes, time.perf_counter() - started)
    if save is not None:
        save.write_text("".join(json.dumps(asdict(o), ensure_ascii=False) + "\n" for o in outcomes), "utf-8")
    if calibrate:
        _calibrate(own, measures.fit_calibration(outcomes), screen.say)
    if as_json:
        screen.print_json(measured.as_json())
    else:
        _print_table(folder, measured.as_json())


def _with_progress(outcomes: Any, total: int) -> Any:
    from rich.progress import track

    from askcorpus.cli import screen

    return track(outcomes, "asking", total=total, console=screen.err(), transient=True)


def _calibrate(store: Path, fitted: dict[str, float], say: Any) -> None:
    from askcorpus.corpus import CALIBRATION
    from askcorpus.store.writer import open_writer

    with open_writer(store) as writer:
        writer.set_note(CALIBRATION, json.dumps(fitted))
    say(
        f"{store}: threshold {fitted['threshold']:.3f}, slope {fitted['slope']:.2f}, intercept {fitted['intercept']:.2f}"
    )


def _print_table(folder: Path, measures: dict[str, Any]) -> None:
    from rich.table import Table

    from askcorpus.cli import screen

    table = Table(title=str(folder), title_justify="left")
    table.add_column("measure")
    table.add_column("value", justify="right")
    for name, value in measures.items():
        shown = "-" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)
        table.add_row(name, shown)
    screen.out().print(table)
