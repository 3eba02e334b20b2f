"""What does `askcorpus ask` do?  One question and its answer, or a prompt that answers one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import click

from askcorpus.cli.options import settings_options
from askcorpus.errors import AskcorpusError, UsageError
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from askcorpus.corpus import Corpus
    from askcorpus.types import Answer, Filter

Command = TypeVar("Command", bound=Callable[..., object])
NOT_FOUND = 3  # the exit status: 1 and 2 are those of every command
HISTORY = 1000  # questions; readline reads them all when the prompt opens
_NARROWING = (
    ("--since", "Only articles published on this day or later (YYYY-MM-DD, YYYY-MM or YYYY)."),
    ("--until", "Only articles published on this day or earlier (YYYY-MM-DD, YYYY-MM or YYYY)."),
    ("--publisher", "Only articles of publishers with this in their name."),
    ("--language", "Only articles in this language (ISO 639-1, e.g. fr)."),
)


def _narrowing_options(command: Command) -> Command:
    for flag, text in reversed(_NARROWING):
        variable = f"ASKCORPUS_{flag.strip('-').upper()}"
        command = click.option(flag, default=None, envvar=variable, help=f"{text}  [env: {variable}; default: none]")(
            command
        )
    return command


@click.command("ask")
@click.argument("question", required=False)
@settings_options("store", "k", "threshold", "mode", "model", "device", "reranker", "interface_language")
@_narrowing_options
@click.option(
    "--asked",
    default=None,
    envvar="ASKCORPUS_ASKED",
    help="Answer as on this day (YYYY-MM-DD).  [env: ASKCORPUS_ASKED; default: today]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.  [default: off]")
@click.pass_context
def command(
    ctx: click.Context,
    question: str | None,
    settings: Settings,
    since: str | None,
    until: str | None,
    publisher: str | None,
    language: str | None,
    asked: str | None,
    as_json: bool,
) -> None:
    """Answer QUESTION with cited quotes from the store; without QUESTION, open a prompt.

    Exit status 3 says that the corpus does not answer it.
    """
    from askcorpus.cli import screen
    from askcorpus.rendering import wording
    from askcorpus.types import Filter

    on = _day(asked, "--asked", last=True)
    ask = _Asking(
        Filter(_day(since, "--since"), _day(until, "--until", last=True), publisher, language),
        date.fromisoformat(on) if on else None,
        wording.chosen(settings.interface_language),
        as_json,
    )
    if question is not None and not question.strip():
        raise UsageError('the question is empty. Ask something: askcorpus ask "Who …?"')
    if settings.k < 1:
        raise UsageError(f"-k is {settings.k}; it must be at least 1.")
    from askcorpus.corpus import Corpus

    with Corpus(settings, say=screen.say) as corpus:
        if question is not None:
            answer = corpus.ask(question, where=ask.where, asked=ask.asked)
            _show(answer, ask)
            # A greeting or a question about the corpus looked for nothing in vain.
            ctx.exit(0 if answer.answered or answer.purpose in ("talk", "figures") else NOT_FOUND)
        _prompt(corpus, ask)


@dataclass(frozen=True, slots=True)
class _Asking:
    """What the flags say of every question."""

    where: Filter
    asked: date | None
    spoken: str
    """The language of what the program says itself."""
    as_json: bool


def _show(answer: Answer, ask: _Asking) -> None:
    from askcorpus.cli import screen
    from askcorpus.rendering.json import answer_json
    from askcorpus.rendering.text import answer_text

    if ask.as_json:
        screen.print_json(answer_json(answer))
    else:
        screen.out().print(answer_text(answer, ask.spoken), end="")


def _answer(corpus: Corpus, question: str, topic: str | None, ask: _Asking) -> str | None:
    """Show the answer; what the conversation is about then: the question that began it."""
    from askcorpus.cli import screen
    from askcorpus.question.followup import goes_on, what_goes_before
    from askcorpus.rendering import wording

    previous = what_goes_before(topic, question) if topic and goes_on(question) else None
    answer = corpus.ask(question, where=ask.where, asked=ask.asked, previous=previous)
    if previous and answer.purpose in ("answer", "digest"):
        screen.say(wording.said(wording.SHELL, ask.spoken, "understood", previous=previous))
    _show(answer, ask)
    return topic if previous or answer.purpose == "talk" else question


def _prompt(corpus: Corpus, ask: _Asking) -> None:
    """One answer after the other until Ctrl-D, a short question going on from the last one; arrow keys edit and recall."""
    from askcorpus.cli import screen
    from askcorpus.rendering import wording

    interactive = sys.stdin.isatty()
    history = _History() if interactive else None
    if interactive:
        screen.say(wording.said(wording.SHELL, ask.spoken, "prompt", n=corpus.snapshot.articles))
        corpus.encoder()  # so that the first answer is as quick as the next
    topic: str | None = None
    while True:
        try:
            question = input("? " if interactive else "")
            if question.strip():
                topic = _answer(corpus, question, topic, ask)
        except EOFError:
            break
        except KeyboardInterrupt:  # forgets the line, or gives up on the answer
            if not interactive:
                raise
            screen.say("")
        except AskcorpusError as error:  # one bad question does not end the conversation
            screen.complain(error)
    if history is not None:
        history.save()
        screen.say("")


class _History:
    """The questions asked before, in the user's state folder."""

    def __init__(self) -> None:
        import readline

        import platformdirs

        self._readline = readline
        self._path = platformdirs.user_state_path("askcorpus", appauthor=False) / "history"
        if self._path.exists():
            readline.read_history_file(self._path)
        readline.set_history_length(HISTORY)

    def save(self) -> None:
        """Keep this session's questions, readable by their owner only."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._readline.write_history_file(self._path)
        self._path.chmod(0o600)


def _day(value: str | None, flag: str, *, last: bool = False) -> str | None:
    """A day from YYYY-MM-DD, YYYY-MM or YYYY: the first day meant, or the last."""
    import calendar

    if value is None:
        return None
    parts = value.split("-")
    try:
        year = int(parts[0])
        month = int(parts[1]) if len(parts) > 1 else (12 if last else 1)
        day = int(parts[2]) if len(parts) > 2 else (calendar.monthrange(year, month)[1] if last else 1)
        if len(parts) > 3:
            raise ValueError(value)
        return date(year, month, day).isoformat()
    except (ValueError, calendar.IllegalMonthError) as error:
        raise UsageError(f"{flag} {value} is no day. Write it as 2026-05-31, 2026-05 or 2026.") from error
