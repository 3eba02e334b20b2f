"""How is each update answered once, whatever restarts in between?

An update is written down before it enters the queue, that is before the next getUpdates (or the webhook's 200) tells
Telegram that it came.  Seen before: dropped here.  Taken and never finished: found at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from askcorpus.errors import StoreError
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.state import Arrived, State

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


class Processor(BaseUpdateProcessor):
    """Runs updates side by side and writes down when each is finished."""

    def __init__(self, state: State) -> None:
        super().__init__(AT_ONCE)
        self._state = state

    async def do_process_update(self, update: object, coroutine: Awaitable[object]) -> None:
        """Finished also when it failed: the error handler has told the user then."""
        await coroutine
        if isinstance(update, Update):
            try:
                self._state.stage(update.update_id, "done")
            except StoreError:  # at worst the next start says that this question was interrupted
                _log.exception("update %s is not marked as done", update.update_id)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""
