"""What do `askcorpus mcp` and `askcorpus serve` start?  The one module here that knows a real corpus."""

from __future__ import annotations

import functools
import importlib.util
import logging
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from askcorpus.corpus import Corpus
from askcorpus.errors import AskcorpusError
from askcorpus.indexing.folders import Folders
from askcorpus.language.characters import harmless
from askcorpus.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

CONNECTIONS = 100  # at once; beyond them 503 at once is better than an answer after a minute
GRACE_S = 5  # a stream of an index's progress would hold the end up for as long as that takes
NEEDED = ("mcp", "starlette", "uvicorn")
"""What the extra brings."""


def start_mcp(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Speak MCP over stdin and stdout until the client goes.  Raises AskcorpusError where it cannot begin."""
    check_extra()
    from askcorpus.server.tools import server_of

    _log_harmlessly()
    with Corpus(settings, say=say) as corpus:
        warm(corpus)
        server_of(corpus).run("stdio")


def start_http(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Serve HTTP until SIGTERM or Ctrl-C.  Raises AskcorpusError where it cannot begin."""
    check_extra()
    from askcorpus.server.access import access_of
    from askcorpus.server.app import application

    access = access_of(settings)
    _log_harmlessly()
    with Corpus(settings, say=say) as corpus, _listening(access.host, access.port) as listening:
        warm(corpus)
        served = application(
            corpus, access, folders=functools.partial(store_folders, corpus), per_minute=settings.server_per_minute
        )
        host, port = listening.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        say(f"{address} has the page, {address}/mcp is for MCP clients. Stop with Ctrl-C.")
        for stop in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them once more when it is done
            signal.signal(stop, lambda *_: None)
        http_server(served).run(sockets=[listening])


def http_server(served: Starlette) -> uvicorn.Server:
    """What serves it, until a signal; what is under way is finished."""
    import uvicorn

    config = uvicorn.Config(
        served, log_level="warning", log_config=None, access_log=False, server_header=False, proxy_headers=False, ws="none",
        limit_concurrency=CONNECTIONS, timeout_graceful_shutdown=GRACE_S,
    )  # fmt: skip
    return uvicorn.Server(config)


class Lines(logging.Formatter):
    """Lines of a log in which nothing is a command: tracebacks name files, and quote what was asked."""

    def format(self, record: logging.LogRecord) -> str:
        """See Formatter."""
        return harmless(super().format(record))


def _log_harmlessly() -> None:
    """What goes wrong is logged on stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def store_folders(corpus: Corpus) -> Folders:
    """The folders the store was made from: any other would replace every article of one."""
    made = tuple(Path(one.folder) for one in corpus.snapshot.collections if one.folder)
    return made or corpus.settings.all_folders


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise AskcorpusError(
            f"{host}:{port} cannot be listened on: {error.strerror or error}. Another port: --listen {host}:{port + 1}"
        ) from error


def check_extra() -> None:
    """Raises AskcorpusError where the extra is not installed."""
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise AskcorpusError("this needs the extra [server]. Install it: pip install 'askcorpus[server]'")


def warm(corpus: Corpus) -> None:
    """Load the model meanwhile, so that the first question is as quick as the next; where that fails, the question says why."""

    def load() -> None:
        try:
            corpus.encoder()
        except AskcorpusError:
            return

    threading.Thread(target=load, name="load-model", daemon=True).start()
