"""How do new articles reach a running bot?  A thread follows the folder; administrators hear of trouble."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeAlias

from telegram.error import TelegramError

from askcorpus.errors import AskcorpusError
from askcorpus.indexing.report import Report
from askcorpus.rendering.markup import escape, one_line
from askcorpus.telegram import reasons
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.sending import MaybeSent
from askcorpus.telegram.texts import plain, say
from askcorpus.types import Skip

Follow: TypeAlias = Callable[[threading.Event, Callable[[Report], None], Callable[[AskcorpusError], None]], None]
"""Indexes what changes until the event is set; tells of each run, and of each error."""
SKIPS_SHOWN = 10  # a screen of a phone; `askcorpus status -v` names all
LINE_UNITS = 200

_log = logging.getLogger(__name__)


class Watcher:
    """Has the folder of articles followed from `start` to `stop`."""

    def __init__(self, desk: Desk, follow: Follow) -> None:
        self._desk, self._follow, self._stop, self._told = desk, follow, threading.Event(), ""
        self._loop = asyncio.get_running_loop()
        self._telling: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._watch, name="watch-articles", daemon=True)

    def start(self) -> None:
        """Begin watching."""
        self._thread.start()

    async def stop(self) -> None:
        """Stop watching; waits for a running commit to end."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join)
        await asyncio.gather(*self._telling, return_exceptions=True)

    def _watch(self) -> None:
        try:
            self._follow(self._stop, self._on_report, self._on_error)
        except AskcorpusError as gone:  # no folder at the start: the bot answers from the store it has
            self._on_error(gone)

    def _on_report(self, report: Report) -> None:
        counts = report.counts
        _log.info("articles: %s added, %s changed, %s removed", counts.added, counts.changed, counts.removed)
        if not report.skips:
            self._told = ""
            return
        self._tell_admins(lambda language: _skipped(report.skips, language))

    def _on_error(self, error: AskcorpusError) -> None:
        _log.error("the articles could not be indexed", exc_info=error)
        self._tell_admins(lambda language: say(language, "index_failed", reason=one_line(str(error), 500)))

    def _tell_admins(self, text: Callable[[str | None], str]) -> None:
        """Tell them, each in their language, from this thread, unless it is what they were told last."""
        if text(None) != self._told:
            self._told = text(None)
            self._loop.call_soon_threadsafe(self._run, self._send(text))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _send(self, text: Callable[[str | None], str]) -> None:
        state = self._desk.state
        for admin in self._desk.access.admins:
            try:
                await self._desk.sender.send(admin, text(state.spoken(admin, state.written_in(admin))))
            except (
                MaybeSent,
                TelegramError,
            ) as error:  # one admin who blocked the bot must not keep it from the others
                _log.warning("administrator %s not told: %s", admin, type(error).__name__)


def _skipped(skips: Sequence[Skip], language: str | None) -> str:
    """Which files were not read, and why."""
    words = partial(plain, language)
    named = [one_line(f"{skip.file}: {reasons.said(skip.reason, words)}", LINE_UNITS) for skip in skips[:SKIPS_SHOWN]]
    more = [say(language, "more_lines", n=len(skips) - SKIPS_SHOWN)] if len(skips) > SKIPS_SHOWN else []
    return "\n".join([say(language, "index_skipped", n=len(skips)), *(f"• {escape(line)}" for line in named), *more])
