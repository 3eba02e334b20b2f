"""How does what the bot says by itself stand in a chat once?  Its stage is written down before and after it is sent.

What may have been sent when the connection broke, or when the process was killed, is not sent again: a notice with a button
shows it, as with an answer.
"""

from __future__ import annotations

import abc
import asyncio
import contextlib
import enum
import logging
from collections.abc import Sequence

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from askcorpus.telegram.desk import Desk
from askcorpus.telegram.keyboards import show_button
from askcorpus.telegram.sending import MaybeSent
from askcorpus.telegram.texts import say

_GONE = (Forbidden, BadRequest, ChatMigrated)  # the bot is blocked, or the chat is not there any more

_log = logging.getLogger(__name__)


class Beside(abc.ABC):
    """Looks again and again for what is to be told, beside the bot from `start` to `stop`."""

    def __init__(self, desk: Desk, *, name: str, failed: str, waits: str) -> None:
        self._desk, self._stop = desk, asyncio.Event()
        self._name, self._failed, self._waits = name, failed, waits
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Stop looking; what is being sent is finished."""
        self._stop.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    @abc.abstractmethod
    async def _look(self) -> None:
        """Write down what is to be told."""

    @abc.abstractmethod
    async def _tell(self) -> None:
        """Send what was written down and is due."""

    @abc.abstractmethod
    def _pause_s(self) -> float:
        """How long until the next look."""

    async def _run(self) -> None:
        while not self._stop.is_set():
            try:
                await self._look()
                await self._tell()
            except TelegramError as error:
                _log.warning("%s: %s", self._waits, type(error).__name__)
            except Exception:  # noqa: BLE001  nobody would hear that nothing is told any more
                _log.exception(self._failed)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), self._pause_s())


class Outcome(enum.Enum):
    """What became of a message."""

    SENT, UNSURE, LOST = range(3)


async def send_once(
    desk: Desk,
    chat: int,
    text: str,
    answers: Sequence[str],
    *,
    thread: int | None,
    keyboard: InlineKeyboardMarkup | None,
) -> Outcome:
    """Send what these kept answers say in one message. Raises TelegramError where it never left: it is due again."""
    watches = desk.state.watches
    watches.stage(answers, "sending")
    try:
        message = await desk.sender.send(chat, text, thread=thread, keyboard=keyboard)
    except MaybeSent:
        watches.stage(answers, "unsure")
        return Outcome.UNSURE
    except _GONE as error:
        _log.warning("news to chat %s is lost: %s", chat, type(error).__name__)
        watches.stage(answers, "lost")
        return Outcome.LOST
    except TelegramError:
        watches.stage(answers, "due")
        raise
    watches.stage(answers, "sent")
    if len(answers) == 1:
        desk.state.sent(answers[0], message.message_id)
    return Outcome.SENT


async def own_up(desk: Desk, chat: int, about: str, answer: str, *, thread: int | None, language: str | None) -> None:
    """Say that what a kept answer says may not have arrived, with a button that shows it."""
    kept = desk.state.answer(answer)
    if kept is not None:
        text, button = f"{about}\n{say(language, 'maybe_alert')}", show_button(kept, language)
        try:
            await desk.sender.send(chat, text, thread=thread, keyboard=button, repeat=True)
        except _GONE as error:
            _log.warning("chat %s not told of lost news: %s", chat, type(error).__name__)
    desk.state.watches.stage([answer], "sent")
