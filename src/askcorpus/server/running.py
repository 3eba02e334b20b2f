"""What do `askcorpus mcp` and `askcorpus serve` start?  The one module here that knows a real corpus."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Callable

from askcorpus.corpus import Corpus
from askcorpus.errors import AskcorpusError
from askcorpus.settings import Settings

NEEDED = ("mcp",)
"""What the extra brings."""


def start_mcp(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Speak MCP over stdin and stdout until the client goes.  Raises AskcorpusError where it cannot begin."""
    check_extra()
    from askcorpus.server.tools import server_of

    with Corpus(settings, say=say) as corpus:
        warm(corpus)
        server_of(corpus).run("stdio")


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
