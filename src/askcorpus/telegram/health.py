"""Is the bot alive, and how busy?  /health and Prometheus's /metrics on a local port; tornado is the webhook's too."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from askcorpus.telegram.desk import Desk
from askcorpus.telegram.listening import LONG_POLL_S

POLL_MAY_TAKE_S = 4.0 * LONG_POLL_S  # several long polls may fail in a row before it is called ill


def serve_health(desk: Desk, *, port: int, waiting: Callable[[], int], polling: bool) -> HTTPServer:
    """A server on 127.0.0.1 that runs until it is stopped; port 0 takes a free one."""
    given = {"desk": desk, "waiting": waiting, "polling": polling}
    pages: list[Any] = [("/health", _Health, given), ("/metrics", _Metrics, given)]
    server = HTTPServer(Application(pages, log_function=lambda handler: None))
    server.listen(port, address="127.0.0.1")
    return server


class _Page(RequestHandler):
    def initialize(self, desk: Desk, waiting: Callable[[], int], polling: bool) -> None:
        """What tornado hands to every request."""
        self.desk, self.waiting, self.polling = desk, waiting, polling

    async def gauges(self) -> dict[str, float]:
        """What can be read off at any moment."""
        snapshot = await asyncio.to_thread(lambda: self.desk.corpus.snapshot)
        return {
            "questions_running": len(self.desk.running),
            "queue": self.waiting(),
            "tasks": len(asyncio.all_tasks()),
            "articles": snapshot.articles,
            "store_generation": snapshot.generation,
            "seconds_since_poll": round(time.monotonic() - self.desk.metrics.polled, 1) if self.polling else 0,
        }

    def data_received(self, chunk: bytes) -> None:
        """Requests have no body."""


class _Health(_Page):
    async def get(self) -> None:
        """200 while Telegram is reached, 503 once it has not been for too long."""
        gauges = await self.gauges()
        well = gauges["seconds_since_poll"] < POLL_MAY_TAKE_S
        self.set_status(200 if well else 503)
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps({"ok": well, **gauges}) + "\n")


class _Metrics(_Page):
    async def get(self) -> None:
        """Counters, a histogram and the gauges."""
        self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.write(self.desk.metrics.exposition(await self.gauges()))
