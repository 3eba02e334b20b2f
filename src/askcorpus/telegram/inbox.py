"""How is each update answered once, whatever restarts in between?

An update is written down before it enters the queue, that is before the next getUpdates (or the webhook's 200) tells
Telegram that it came.  Seen before: dropped here.  Taken and never finished, or given up by a stop: found at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from askcorpus.errors import StoreError
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.sending import was_cut_off
from askcorpus.telegram.state import Arrived, State

EACH = 8  # of one person; a minute's questions, and /forget while one is asked
WAITING = 100_000  # updates that may wait for their turn; Telegram itself hands out a hundred at once
AT_ONCE = 64  # updates; benchmarks/soak.py: 50 people ask side by side

_log = logging.getLogger(__name__)


class Inbox(asyncio.Queue[object]):
    """python-telegram-bot's update queue, with a memory."""

    def __init__(self, state: State, is_question: Callable[[Update], bool]) -> None:
        super().__init__()
        self._state, self._is_question = state, is_question

    async def put(self, item: object) -> None:
        """Queue the update unless it was seen before."""
        if not isinstance(item, Update) or self._is_new(item):
            await super().put(item)

    def _is_new(self, update: Update) -> bool:
        try:
            return self._state.arrive(self._arrived(update))
        except StoreError:  # a full disk must not end the polling: the handlers will fail aloud
            _log.exception("update %s is not written down", update.update_id)
            return True

    def _arrived(self, update: Update) -> Arrived:
        message, user, chat = update.effective_message, update.effective_user, update.effective_chat
        return Arrived(
            update_id=update.update_id,
            chat=chat.id if chat else None,
            user=user.id if user else None,
            thread=thread_of(message) if message and update.message else None,
            message=message.message_id if message else None,
            asked=self._is_question(update),
            language=user.language_code if user else None,
        )


class Turns:
    """Whose update is next: people in turn, each with a few at once, so that nobody waits for what one person sent."""

    def __init__(self, at_once: int, each: int) -> None:
        self._free, self._each = at_once, each
        self._running: Counter[int | None] = Counter()
        self._waiting: OrderedDict[int | None, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, person: int | None) -> None:
        """Wait for a turn."""
        if self._free > 0 and self._running[person] < self._each and person not in self._waiting:
            self._free -= 1
            self._running[person] += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(person)
            raise

    def give(self, person: int | None) -> None:
        """End a turn; the next one begins."""
        self._free += 1
        self._running[person] -= 1
        if not self._running[person]:
            del self._running[person]
        for other in list(self._waiting):
            if self._free <= 0:
                return
            if self._running[other] < self._each:
                self._begin(other)

    def _begin(self, person: int | None) -> None:
        waiting = self._waiting.pop(person)
        while waiting:
            turn = waiting.popleft()
            if not turn.done():  # else who waited was cancelled
                self._free -= 1
                self._running[person] += 1
                turn.set_result(None)
                break
        if waiting:
            self._waiting[person] = waiting  # behind everybody else


class Processor(BaseUpdateProcessor):
    """Runs updates side by side, people in turn, and writes down when each is finished."""

    def __init__(self, state: State) -> None:
        super().__init__(WAITING)
        self._state, self._turns = state, Turns(AT_ONCE, EACH)

    async def do_process_update(self, update: object, coroutine: Awaitable[object]) -> None:
        """Finished also when it failed: the error handler has told the user then."""
        person = update.effective_user.id if isinstance(update, Update) and update.effective_user else None
        await self._turns.take(person)
        try:
            await coroutine
        finally:
            self._turns.give(person)
        if isinstance(update, Update) and not was_cut_off():
            try:
                self._state.stage(update.update_id, "done")
            except StoreError:  # at worst the next start says that this question was interrupted
                _log.exception("update %s is not marked as done", update.update_id)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""
