"""How far is an indexing run that was asked for over HTTP?  One at a time, of the folders that the store was made from."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

from askcorpus.errors import AskcorpusError
from askcorpus.indexing.folders import Folders
from askcorpus.indexing.report import Progress, Report, Step
from askcorpus.server.desk import AnyCorpus

SILENCE_S = 15.0  # a proxy closes a stream on which nothing comes for a minute

_log = logging.getLogger(__name__)


class Indexing:
    """Runs, and tells whoever listens; used in the event loop only."""

    def __init__(self, corpus: AnyCorpus, folders: Callable[[], Folders]) -> None:
        self._corpus, self._folders = corpus, folders
        self._state: tuple[str, dict[str, Any]] = ("idle", {})
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def runs(self) -> bool:
        """Whether one is at work."""
        return self._state[0] == "progress"

    def start(self) -> bool:
        """Begin a run, unless one is at work; whether it was begun."""
        if self.runs:
            return False
        self._tell("progress", _progress_json(Progress(0, 0, 0, 0, 0.0, None, step=Step.LOOKING)))
        self._task = asyncio.get_running_loop().create_task(self._run(), name="index")
        return True

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events, the state at once and each that follows, until the run is over: `progress`, then `done` or `failed`.

        `idle`, and nothing more, where none was asked for.
        """
        while True:
            changed, (name, data) = self._changed, self._state
            yield _event(name, data)
            if name != "progress":
                return
            while not changed.is_set():
                try:
                    async with asyncio.timeout(SILENCE_S):
                        await changed.wait()
                except TimeoutError:
                    yield ": still at it\n\n"

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()

        def progress(so_far: Progress) -> None:
            loop.call_soon_threadsafe(self._tell, "progress", _progress_json(so_far))

        try:
            report = await asyncio.to_thread(lambda: self._corpus.refresh(self._folders(), progress=progress))
        except AskcorpusError as error:
            self._tell("failed", {"error": str(error)})
        except Exception:  # the stream must end, and the next run begin
            _log.exception("the articles could not be indexed")
            self._tell("failed", {"error": "the articles could not be indexed; the server's log says why."})
            raise
        else:
            self._tell("done", _report_json(report))

    def _tell(self, name: str, data: dict[str, Any]) -> None:
        self._state = (name, data)
        self._changed.set()
        self._changed = asyncio.Event()


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _progress_json(progress: Progress) -> dict[str, Any]:
    return asdict(progress)


def _report_json(report: Report) -> dict[str, Any]:
    return {
        **asdict(report.counts),
        "skips": [asdict(skip) for skip in report.skips],
        "unread": dict(report.unread),
        "generation": report.generation,
    }
