from __future__ import annotations

import asyncio
import contextlib
import functools
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import people
import pytest
from newsroom import Newsroom
from people import ADMIN, GROUP, OTHER, USER
from standin import PATIENCE_S, Telegram

from askcorpus.settings import Settings
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.running import serve
from askcorpus.telegram.state import FILE, State


@dataclass
class Running:
    """A bot that runs, with what a test may look into."""

    application: Any
    desk: Desk
    said: list[str]
    stop: asyncio.Event
    task: asyncio.Task[None] = field(repr=False)


@pytest.fixture(autouse=True, scope="session")
def certificates_once() -> Iterator[None]:
    """Every httpx client reads all certificate authorities, 40 ms; here it is plain HTTP, so once is enough."""
    import httpx

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", functools.cache(httpx.create_ssl_context))
        yield


@pytest.fixture
def free_port() -> int:
    """A port that nobody is given by chance before the test takes it: the system hands out those from 32768 on."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram() as server:
        server.private(ADMIN)
        yield server
        assert server.violations == []


@pytest.fixture
def bot(telegram: Telegram, tmp_path: Path) -> Callable[..., Any]:
    """`async with bot(corpus, setting=…)` runs the real application against the stand-in."""

    @contextlib.asynccontextmanager
    async def run(corpus: Any = None, **chosen: Any) -> AsyncIterator[Running]:
        settings = Settings(
            **{
                "store": str(tmp_path),
                "telegram_base_url": telegram.url,
                "telegram_admins": (ADMIN,),
                "telegram_allowed": (USER, OTHER, GROUP),
                "telegram_watch": False,
                "telegram_per_minute": 1000,
                **chosen,
            }
        )
        said: list[str] = []
        asked: Any = corpus or Newsroom()
        stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
        with State(tmp_path / FILE) as state:
            serving = serve(
                people.TOKEN,
                asked,
                state,
                settings,
                stop=stop,
                tell=said.append,
                ready=lambda application, desk: ready.set_result((application, desk)),
            )
            task = asyncio.create_task(serving)
            await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                await task
            application, desk = await ready
            try:
                yield Running(application, desk, said, stop, task)
            finally:
                stop.set()
                await asyncio.wait_for(task, PATIENCE_S)

    return run
