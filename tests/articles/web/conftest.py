"""Servers to fetch from, and fetchers that may: the loopback addresses are let through by name, with `allow_private`."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import pytest
import web_server
from web_server import PATIENCE_S, Said, Scripted, Server

from askcorpus.articles.web.fetch import Fetcher


@pytest.fixture
def server() -> Iterator[Server]:
    server, thread = web_server.started()
    yield server
    web_server.stop(server, thread)


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_private=True, pause_s=0.0, timeout_s=PATIENCE_S, max_bytes=100_000)


@pytest.fixture
def blunt() -> Fetcher:
    """A fetcher that asks for nothing but the page."""
    return Fetcher(allow_private=True, ignore_robots=True, pause_s=0.0, timeout_s=PATIENCE_S, max_bytes=100_000)


@pytest.fixture
def scripted() -> Iterator[Callable[..., Scripted]]:
    """`scripted(bytes and pauses)` is a server that says just that."""
    running: list[Scripted] = []

    def start(said: Said, *, tls: ssl.SSLContext | None = None, says_goodbye: bool = True) -> Scripted:
        running.append(Scripted(said, tls=tls, says_goodbye=says_goodbye))
        return running[-1]

    yield start
    for one in running:
        one.close()
