"""How do new articles reach a running bot?  A thread follows the folder; administrators hear of trouble."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from telegram.error import TelegramError

from askcorpus.errors import AskcorpusError
from askcorpus.indexing.report import Report
from askcorpus.rendering.markup import escape, one_line
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.sending import MaybeSent
from askcorpus.telegram.texts import say

Follow: TypeAlias = Callable[[threading.Event, Callable[[Report], None], Callable[[AskcorpusError], None]], None]
"""Indexes what changes until the event is set; tells of each run, and of each error."""
SKIPS_SHOWN = 10  # a screen of a phone; `askcorpus status -v` names all

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
        lines = [f"• {escape(one_line(f'{skip.file}: {skip.reason}', 200))}" for skip in report.skips[:SKIPS_SHOWN]]
        if len(report.skips) > SKIPS_SHOWN:
            lines.append(say(None, "more_lines", n=len(report.skips) - SKIPS_SHOWN))
        self._tell_admins("\n".join([say(None, "index_skipped", n=len(report.skips)), *lines]))

    def _on_error(self, error: AskcorpusError) -> None:
        _log.error("the articles could not be indexed", exc_info=error)
        self._tell_admins(say(None, "index_failed", reason=one_line(str(error), 500)))

    def _tell_admins(self, text: str) -> None:
        """Tell them, from this thread, unless it is what they were told last."""
        if text != self._told:
            self._told = text
            self._loop.call_soon_threadsafe(self._run, self._send(text))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _send(self, text: str) -> None:
        for admin in self._desk.access.admins:
            try:
                await self._desk.sender.send(admin, text)
            except (
                MaybeSent,
                TelegramError,
            ) as error:  # one admin who blocked the bot must not keep it from the others
                _log.warning("administrator %s not told: %s", admin, type(error).__name__)
