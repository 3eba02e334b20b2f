"""A server over a corpus, in a thread of this process, reached over real HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from askcorpus.server.access import Access
from askcorpus.server.app import application
from askcorpus.server.running import http_server

PATIENCE_S = 120.0
"""What is waited for comes within it on the busiest machine; httpx's own five seconds do not reach."""
TOKEN = "a-token-of-the-tests-0123456789"


@contextmanager
def served(
    corpus: Any, *, token: str | None = None, folders: Any = "", per_minute: int = 10_000, clock: Any = time.monotonic
) -> Iterator[str]:
    """Its address; port and all that belongs to it are its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        access = Access("127.0.0.1", port, token, frozenset({"localhost", "news.example"}))
        made = application(corpus, access, folders=lambda: folders, per_minute=per_minute, clock=clock)
        server = http_server(made)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(60)


def reaching(address: str) -> httpx.Client:
    """A client that waits."""
    return httpx.Client(base_url=address, timeout=PATIENCE_S)
