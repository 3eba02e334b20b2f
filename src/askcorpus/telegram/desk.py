"""What does every handler need at hand?  The corpus, the bot's memory, its voice and its counters, gathered once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from telegram import User

from askcorpus.rendering.telegram import Say
from askcorpus.settings import Settings
from askcorpus.telegram.access import Access
from askcorpus.telegram.metrics import Metrics
from askcorpus.telegram.sending import Sender
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import speaker

if TYPE_CHECKING:
    from askcorpus.corpus import Corpus

T = TypeVar("T")
ASKING_AT_ONCE = 16  # threads; more questions would wait for the same cores, only less in turn


@dataclass(slots=True)
class Desk:
    """One running bot's things; the corpus blocks, so it is asked in threads of its own."""

    corpus: Corpus
    settings: Settings
    state: State
    sender: Sender
    metrics: Metrics
    access: Access
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(ASKING_AT_ONCE, thread_name_prefix="ask")
    )
    running: set[int] = field(default_factory=set)
    """Users whose question is being worked on."""

    async def in_thread(self, work: Callable[[], T]) -> T:
        """The work's result; it runs off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)

    def voice(self, user: User | None) -> Say:
        """The bot's words in this person's language."""
        return speaker(user.language_code if user else None)
