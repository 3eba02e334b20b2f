"""How does a message reach a chat once, over a network that fails?  Knows nothing of questions.

A refused message (429, no connection) is sent again.  One that may have gone through (a time-out, a connection that
broke, a 5xx) never is: `MaybeSent` is raised, and the caller offers a button instead.  Edits may be repeated freely.
Once the bot is being stopped nothing is waited for long: what was not done then is told after the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, TypeVar

import httpx
from telegram import (
    Bot,
    CallbackQuery,
    ChatMember,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultsButton,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter

from askcorpus.telegram.metrics import Metrics

T = TypeVar("T")
PATIENCE_S = 600.0  # nobody waits longer for an answer
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0  # a line that blinks is back at once; one that is down is not to be hammered
TYPING_EVERY_S = 4.5  # Telegram shows "typing…" for five seconds
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
NO_TOPIC = ("thread not found", "topic_deleted", "topic_closed")
"""How Telegram names a topic that is gone, or that its administrators closed: core.telegram.org/api/forum."""

_CUT: ContextVar[bool] = ContextVar("cut", default=False)
_log = logging.getLogger(__name__)


class Stopped(NetworkError):
    """The bot was stopped before Telegram could be reached."""


def was_cut_off() -> bool:
    """Whether a call of the update that is worked on here was given up because the bot is being stopped."""
    return _CUT.get()


class MaybeSent(Exception):
    """The message may or may not have reached the chat; sending it again could show it twice."""


class Limiter(AIORateLimiter):
    """Telegram's limits, kept from our side; "typing…" is no message and does not count against a group's twenty."""

    def __init__(self) -> None:
        super().__init__(max_retries=2)  # its default is 0: the first 429 would lose a message

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """One request, when its turn has come."""
        if endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        return await super().process_request(callback, args, kwargs, endpoint, data, rate_limit_args)


class Sender:
    """Sends, edits and answers callbacks for one bot."""

    def __init__(
        self, bot: Bot, metrics: Metrics, *, moved: Callable[[int, int], None], patience_s: float = PATIENCE_S
    ):
        self._bot, self._metrics, self._moved, self._patience_s = bot, metrics, moved, patience_s
        self._last: float | None = None
        self._limits: set[asyncio.Timeout] = set()
        self._showing: set[asyncio.Task[None]] = set()

    def end(self, within_s: float) -> None:
        """From now on whatever is called or waited for, at Telegram or for it, is given up after so many seconds."""
        self._last = asyncio.get_running_loop().time() + within_s
        for limit in self._limits:
            limit.reschedule(self._last)

    async def send(
        self,
        chat: int,
        text: str,
        *,
        thread: int | None = None,
        reply_to: int | None = None,
        keyboard: InlineKeyboardMarkup | None = None,
        repeat: bool = False,
    ) -> Message:
        """The message as it stands in the chat. Raises MaybeSent, unless `repeat`: showing it twice does no harm."""
        reply = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

        async def call(to: int) -> Message:
            return await self._bot.send_message(
                to,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                message_thread_id=thread,
                reply_parameters=reply,
                reply_markup=keyboard,
            )

        try:
            message = await self._until_done(lambda: call(chat), repeat=repeat)
        except BadRequest as error:
            if thread is None or not any(named in error.message.lower() for named in NO_TOPIC):
                raise
            thread = None  # better in the chat than nowhere
            message = await self._until_done(lambda: call(chat), repeat=repeat)
        except ChatMigrated as error:
            self._moved(chat, error.new_chat_id)
            new = error.new_chat_id
            message = await self._until_done(lambda: call(new), repeat=repeat)
        self._metrics.sends["sent"] += 1
        return message

    async def edit(self, chat: int, message: int, text: str, *, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Make an earlier message say this."""

        async def call() -> object:
            return await self._bot.edit_message_text(
                text,
                chat_id=chat,
                message_id=message,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard,
            )

        await self._edited(call)

    async def edit_keyboard(self, chat: int, message: int, keyboard: InlineKeyboardMarkup) -> None:
        """Change only the buttons of an earlier message."""
        await self._edited(
            lambda: self._bot.edit_message_reply_markup(chat_id=chat, message_id=message, reply_markup=keyboard)
        )

    async def member(self, chat: int, user: int) -> ChatMember:
        """What this person is in a group; asking twice does no harm."""
        return await self._until_done(lambda: self._bot.get_chat_member(chat, user), repeat=True)

    async def name(self, chat: int) -> str:
        """What a person's first name is, or a group's title; nothing where Telegram does not say."""
        try:
            about = await self._bot.get_chat(chat)
        except TelegramError:  # decoration, as "typing…" is
            return ""
        return about.title or about.first_name or ""

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file that somebody sent. Raises BadRequest where Telegram does not hand it out."""

        async def call() -> bytes:
            return bytes(await (await self._bot.get_file(file_id)).download_as_bytearray())

        return await self._until_done(call, repeat=True)

    async def answer_callback(self, query: CallbackQuery, alert: str | None = None, *, toast: bool = False) -> None:
        """Stop the button's waiting, with an alert where there is something to say; once, whatever happens."""
        try:
            await self._until_done(lambda: query.answer(alert, show_alert=bool(alert) and not toast), repeat=False)
        except (MaybeSent, BadRequest) as error:  # it went through, or it is too old to matter
            _log.info("callback not answered: %s", type(error).__name__)

    async def answer_inline(
        self,
        query: InlineQuery,
        cards: Sequence[InlineQueryResult],
        *,
        button: InlineQueryResultsButton | None = None,
        fresh_s: int = 0,
    ) -> None:
        """Offer these cards to whoever typed the query, and to nobody else; once, whatever happens: soon nobody waits for them."""
        try:
            await self._until_done(
                lambda: query.answer(cards, cache_time=fresh_s, is_personal=True, button=button), repeat=False
            )
        except (MaybeSent, BadRequest) as error:  # it went through, or it is too old to matter
            _log.info("inline query not answered: %s", type(error).__name__)

    @contextlib.asynccontextmanager
    async def typing(self, chat: int, *, thread: int | None) -> AsyncIterator[None]:
        """Shows "typing…" in the chat as long as the block runs.

        What is on its way then is not cancelled, and not waited for: where asyncio cancels a request at the wrong moment, httpcore's pool
        counts its connection as in use for ever: 38 of 64 in 1,500 questions. https://github.com/encode/httpcore/issues/1093
        """
        done = asyncio.Event()
        task = asyncio.create_task(self._keep_typing(chat, thread, done), name=f"typing:{chat}")
        self._showing.add(task)
        task.add_done_callback(self._showing.discard)
        try:
            yield
        finally:
            done.set()

    async def close(self) -> None:
        """Once nobody writes any more: wait for what is on its way that nobody waits for."""
        await asyncio.gather(*self._showing, return_exceptions=True)

    async def _keep_typing(self, chat: int, thread: int | None, done: asyncio.Event) -> None:
        while not done.is_set():
            show = self._bot.send_chat_action(chat, ChatAction.TYPING, message_thread_id=thread)
            try:
                await self._before_the_end(show, otherwise=Stopped)
            except TelegramError as error:  # decoration: the answer must not wait for it
                _log.debug("typing not shown: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), TYPING_EVERY_S)

    async def _edited(self, call: Callable[[], Awaitable[object]]) -> None:
        try:
            await self._until_done(call, repeat=True)
        except BadRequest as error:
            if "message is not modified" not in error.message.lower():
                raise

    async def _until_done(self, call: Callable[[], Awaitable[T]], *, repeat: bool) -> T:
        give_up, pause = time.monotonic() + self._patience_s, FIRST_PAUSE_S
        while True:
            try:
                return await self._before_the_end(call(), otherwise=Stopped if repeat else MaybeSent)
            except (BadRequest, ChatMigrated, Stopped):
                raise
            except RetryAfter as error:
                self._metrics.sends["waited"] += 1
                failed: TelegramError = error
                wait = _seconds(error.retry_after) + 0.1  # Telegram counts whole seconds
            except NetworkError as error:
                if not (repeat or _never_left(error)):
                    self._metrics.sends["unsure"] += 1
                    raise MaybeSent(type(error.__cause__ or error).__name__) from error
                failed, wait, pause = error, pause, min(2 * pause, LONGEST_PAUSE_S)
            if time.monotonic() + wait > give_up:
                raise failed
            await self._before_the_end(asyncio.sleep(wait), otherwise=Stopped)

    async def _before_the_end(self, work: Awaitable[T], *, otherwise: type[Exception]) -> T:
        """What it gives; raises what is to be raised `otherwise`, once the bot is to have stopped."""
        try:
            async with asyncio.timeout_at(self._last) as limit:
                self._limits.add(limit)
                try:
                    return await work
                finally:
                    self._limits.discard(limit)
        except TimeoutError as error:
            if not limit.expired():
                raise
            _CUT.set(True)
            raise otherwise("the bot was stopped") from error


def _never_left(error: NetworkError) -> bool:
    """Whether the request failed before Telegram could have seen it."""
    return isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError)


def _seconds(retry_after: int | timedelta) -> float:
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)
