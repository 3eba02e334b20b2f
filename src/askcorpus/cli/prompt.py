"""How does a conversation go?  One question or command a line, from a person at a terminal or down a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from askcorpus.errors import AskcorpusError, UsageError, WriterError

if TYPE_CHECKING:
    from askcorpus.corpus import Corpus
    from askcorpus.types import Answer, Article, Filter, Written

NOT_FOUND = 3  # the exit status: 1 and 2 are those of every command
ERROR, USAGE = 1, 2
HISTORY = 1000  # questions; readline reads them all when the prompt opens
LEAVE = ("exit", "quit", "/exit", "/quit")
HELP = """\
/sources            who wrote the articles
/show 2             the whole article of citation [2], or of an id
/open 2             the page or the file it came from, in your browser
/since 2026-05      only articles published since then; /since alone ends that
/until 2026-05      … until then
/publisher NAME     … of publishers with this in their name; Tab completes it
/language fr        … in this language
/in NAME            … of this collection, where the store has several
/all                of all articles again
/quit               leaves, as do exit, quit and Ctrl-D"""
NARROWING = ("since", "until", "publisher", "language", "in")
COMMANDS = ("help", "sources", "show", "open", *NARROWING, "all", "quit")
SHORTEST_NAME = 2  # characters of an outlet's name before Tab offers it inside a question


class Conversation:
    """What was asked, shown and chosen so far."""

    def __init__(self, corpus: Corpus, where: Filter, asked: date | None, spoken: str, form: str) -> None:
        self._corpus = corpus
        self._where = where
        self._asked = asked
        self._spoken = spoken
        """The language of what the program says itself."""
        self._form = form
        self._topic: str | None = None
        """The question that began what is talked about."""
        self._shown: tuple[Article, ...] = ()
        """The articles of the last answer, by their numbers."""
        self._head = True
        """Whether a table still needs its line of names."""

    def answer(self, question: str, previous: str | None = None) -> int:
        """Show the answer; the exit status that it would have."""
        answer = self._corpus.ask(question, where=self._where, asked=self._asked, previous=previous)
        if previous and answer.purpose in ("answer", "digest"):
            self._remark("understood", previous=previous)
        self._show(answer, self._written(answer))
        if answer.purpose != "talk":
            self._topic = self._topic if previous else question
            self._shown = tuple(citation.article for citation in answer.citations) or answer.nearest
        # A greeting or a question about the corpus looked for nothing in vain.
        return 0 if answer.answered or answer.purpose in ("talk", "figures") else NOT_FOUND

    def lines(self) -> int:
        """Answer line after line until the end; the exit status: of a pipe's worst line, of a person's conversation 0."""
        from askcorpus.cli import screen

        interactive = sys.stdin is not None and sys.stdin.isatty()
        line_editor = self._welcome() if interactive else None
        statuses: list[int] = []
        while True:
            try:
                line = _next("? " if interactive else "")
                if line is None or line.lower() in LEAVE:
                    break
                if line:
                    statuses.append(self._do(line))
            except KeyboardInterrupt:  # forgets the line, or gives up on the answer
                if not interactive:
                    raise
                screen.say("")
            except AskcorpusError as error:  # one bad question does not end the conversation
                screen.complain(error)
                statuses.append(USAGE if isinstance(error, UsageError) else ERROR)
        if line_editor is not None:
            line_editor.save()
            screen.say("")
            return 0
        if not statuses:
            raise UsageError('the question is empty. Ask something: askcorpus ask "Who …?"')
        return next((status for status in (ERROR, USAGE, NOT_FOUND) if status in statuses), 0)

    def _welcome(self) -> LineEditor:
        from askcorpus.cli import screen

        editor = LineEditor(lambda: [name for name, _ in self._corpus.publishers() if name])
        self._remark("prompt", n=self._corpus.snapshot.articles)
        screen.say("/help")
        self._corpus.encoder()  # so that the first answer is as quick as the next
        return editor

    def _do(self, line: str) -> int:
        from askcorpus.question.followup import goes_on, what_goes_before

        if not line.startswith("/"):
            goes = self._topic is not None and goes_on(line)
            return self.answer(line, what_goes_before(self._topic, line) if goes and self._topic else None)
        name, _, value = line[1:].partition(" ")
        value = value.strip()
        if name in NARROWING:
            self._narrow(name, value)
        elif name == "show":
            self._print_article(self._article(value))
        elif name == "open":
            self._open(self._article(value))
        elif name in self._simple:
            self._simple[name](self)
        else:
            raise UsageError(f"there is no /{name}. There are: {' '.join('/' + one for one in COMMANDS)}")
        return 0

    def _narrow(self, name: str, value: str) -> None:
        from askcorpus.cli import screen
        from askcorpus.cli.narrowing import day, in_order, known_language, known_publisher
        from askcorpus.rendering.text import filter_words
        from askcorpus.rendering.wording import speaker

        flag = f"/{name}"
        if value and name in ("since", "until"):
            value = day(value, flag, last=name == "until") or ""
        elif value and name == "language":
            value = known_language(value, flag, self._corpus.snapshot.languages)
        elif value and name == "publisher":
            value = known_publisher(value, self._corpus.publishers())
        elif value and name == "in" and value.casefold() not in (there := self._collections()):
            raise UsageError(f"there is no collection {value}. There is: {', '.join(there.values())}")
        field = "collection" if name == "in" else name
        self._where = in_order(replace(self._where, **{field: value or None}))
        screen.say(filter_words(self._where, speaker(self._spoken)))

    def _collections(self) -> dict[str, str]:
        """The collections as they are called, by their names in lower case."""
        return {name.casefold(): name for name, _ in self._corpus.collections()}

    def _all(self) -> None:
        from askcorpus.types import Filter

        self._where = Filter()

    def _help(self) -> None:
        from askcorpus.cli import screen

        screen.out().print(HELP, markup=False)

    def _sources(self) -> None:
        from askcorpus.cli import screen

        collections = self._corpus.collections()
        for name, articles in collections if len(collections) > 1 else ():
            screen.out().print(f"{articles:>6}  in {name}", markup=False)
        for publisher, articles in self._corpus.publishers():
            screen.out().print(f"{articles:>6}  {publisher or '?'}", markup=False)

    _simple = {"help": _help, "sources": _sources, "all": _all}  # noqa: RUF012  # a table of what stands above

    def _article(self, named: str) -> Article:
        """The article of a citation's number, or of an id."""
        number = int(named) if named.isascii() and named.isdigit() and len(named) < 4 else 0
        if 0 < number <= len(self._shown):
            return self._shown[number - 1]
        if not named or number:
            most = len(self._shown)
            there = "none yet, ask something" if not most else "1" if most == 1 else f"1 to {most}"
            raise UsageError(f"name one of the last answer's articles by its number: {there}")
        return self._corpus.article(named)

    def _print_article(self, article: Article) -> None:
        from askcorpus.cli.show import print_article

        print_article(article)

    def _open(self, article: Article) -> None:
        import webbrowser

        from askcorpus.cli import screen
        from askcorpus.rendering.addresses import web

        address = web(article.source.url) or self._file(article)
        if address is None:
            raise AskcorpusError(f"{article.source.file} is not there any more, and has no address")
        if not webbrowser.open(address):
            screen.say("no browser could be started; the address is:")
        screen.say(address)

    def _written(self, answer: Answer) -> Written | None:
        """What the language model makes of the quotes, where that is wanted; where it fails they stand alone, and it is said."""
        from askcorpus.cli import screen

        if not self._corpus.settings.write or not answer.answered:
            return None
        try:
            return self._corpus.write(answer)
        except WriterError as error:
            screen.complain(error)
            return None

    def _show(self, answer: Answer, written: Written | None) -> None:
        from askcorpus.cli import screen

        if self._form == "json":
            from askcorpus.rendering.json import answer_json, written_json

            made = {"written": written_json(written)} if written is not None else {}
            screen.print_json(answer_json(answer) | made, quotes=True)
        elif self._form == "jsonl":
            from askcorpus.rendering.table import answer_rows

            for row in answer_rows(answer):
                screen.print_json(row, quotes=True)
        elif self._form == "csv":
            from askcorpus.rendering.table import csv_text

            screen.write(csv_text(answer, head=self._head))
            self._head = False
        elif self._form == "md":
            from askcorpus.rendering.markdown import answer_markdown

            screen.write(("" if self._head else "\n") + answer_markdown(answer, self._spoken))
            self._head = False
        else:
            from askcorpus.rendering.text import answer_text

            console = screen.out(quotes=True)
            links = {"links": self._file} if console.is_terminal else {}  # each is a look at the disk
            console.print(answer_text(answer, self._spoken, written=written, **links), end="")

    def _file(self, article: Article) -> str | None:
        path = self._corpus.file_of(article)
        return path.resolve().as_uri() if path is not None else None

    def _remark(self, name: str, **values: object) -> None:
        from askcorpus.cli import screen
        from askcorpus.rendering import wording

        screen.say(wording.said(wording.SHELL, self._spoken, name, **values))


def _next(prompt: str) -> str | None:
    """The next line; None where there is none any more."""
    if sys.stdin is None:  # closed, as a service has it
        return None
    try:
        return input(prompt).strip()
    except EOFError:
        return None


def completions(line: str, outlets: Sequence[str]) -> list[str]:
    """How a line could go on: commands, and the names of outlets, also at the end of a question."""
    if line.startswith("/"):
        name, space, value = line[1:].partition(" ")
        if not space:
            return [f"/{command}" for command in COMMANDS if command.startswith(name)]
        if name != "publisher":
            return []
        return [f"/{name} {outlet}" for outlet in outlets if outlet.lower().startswith(value.lower())]
    words = line.split(" ")
    for first in range(len(words)):  # the longest end of the line that begins a name
        before, begun = " ".join(words[:first]), " ".join(words[first:])
        if len(begun) >= SHORTEST_NAME:
            found = [outlet for outlet in outlets if outlet.lower().startswith(begun.lower())]
            if found:
                return [f"{before} {outlet}".lstrip() for outlet in found]
    return []


class LineEditor:
    """Arrow keys edit and recall, Tab completes; the questions asked before are kept in the user's state folder."""

    def __init__(self, outlets: Callable[[], Sequence[str]]) -> None:
        import readline

        import platformdirs

        self._readline = readline
        self._path: Path = platformdirs.user_state_path("askcorpus", appauthor=False) / "history"
        with suppress(OSError):  # none yet, or not to be read: then there is nothing to recall
            readline.read_history_file(self._path)
        readline.set_history_length(HISTORY)
        self._outlets = outlets
        self._offered: list[str] = []
        readline.set_completer(self._completed)
        readline.set_completer_delims("")  # the whole line is completed: names have spaces
        libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")

    def save(self) -> None:
        """Keep this session's questions, readable by their owner only; where that cannot be, say so and go on."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._readline.write_history_file(self._path)
            self._path.chmod(0o600)
        except OSError as error:
            from askcorpus.cli import screen

            screen.say(f"{self._path}: the questions could not be kept: {error.strerror}")

    def _completed(self, line: str, n: int) -> str | None:
        if n == 0:
            self._offered = completions(line, self._outlets())
        return self._offered[n] if n < len(self._offered) else None
