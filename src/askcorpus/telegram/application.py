"""How is python-telegram-bot's Application made?  Connections, limits, and a queue that remembers; no handlers yet."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import httpx
from telegram import Update, User
from telegram.error import Forbidden, TelegramError
from telegram.ext import Application, ContextTypes
from telegram.request import HTTPXRequest

from askcorpus.errors import SettingsError
from askcorpus.rendering.markup import one_line
from askcorpus.settings import Settings
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.inbox import AT_ONCE, Inbox, Processor
from askcorpus.telegram.metrics import Metrics
from askcorpus.telegram.sending import Limiter, MaybeSent, Sender, Stopped
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import say

Bot = Application[Any, Any, Any, Any, Any, Any]
CONNECTIONS = AT_ONCE  # each update that is worked on may be sending
KEPT_CONNECTIONS = 8
"""Of those that are free, so many stay open for the next message.  httpx keeps all of them, and closes what is old only when something
is sent: of 64 people who asked at once as many connections stayed until somebody asked again.  One more is made in two round trips."""
SLOW_NETWORK_S = 20.0  # python-telegram-bot's default of 5 s loses answers on a slow line
POOL_WAIT_S = 60.0  # in a burst a message waits for a connection rather than fail
TOLD_AT_LENGTH = ("telegram.request.BaseRequest", "telegram.ext.AIORateLimiter")
"""Loggers of the library that write a traceback, and whole pages, of what a proxy or Telegram answered; the bot tries again."""
TOLD_UNITS = 200

_log = logging.getLogger(__name__)


def build(
    token: str,
    state: State,
    settings: Settings,
    metrics: Metrics,
    *,
    is_question: Callable[[Update, User, State], bool],
) -> Bot:
    """The application, its updates written down as they come."""
    for name in TOLD_AT_LENGTH:
        logging.getLogger(name).addFilter(_briefly)
    inbox = Inbox(state, lambda update: is_question(update, application.bot.bot, state))
    builder = (
        Application.builder()
        .token(token)
        .request(_request(HTTPXRequest, settings.telegram_proxy))
        .get_updates_request(_request(lambda **options: _Polling(metrics, **options), settings.telegram_proxy))
        .rate_limiter(Limiter())
        .update_queue(inbox)
        .concurrent_updates(Processor(state))
    )
    if settings.telegram_base_url:
        base = settings.telegram_base_url.rstrip("/")
        builder = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    application: Bot = builder.build()
    return application


def on_error(sender: Sender, state: State) -> Callable[[object, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]:
    """What is done about an error that a handler did not expect."""

    async def tell(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The log gets the traceback, a person who wrote gets a word."""
        error = context.error
        if isinstance(error, MaybeSent | Stopped | Forbidden):  # no second try for these, no way to reach the last
            _log.warning("not delivered: %s %s", type(error).__name__, error)
            return
        _log.error("a handler failed", exc_info=error)
        message = update.message if isinstance(update, Update) else None
        if message is None or isinstance(error, TelegramError):
            return
        user = message.from_user
        text = say(state.spoken(user.id, user.language_code) if user else None, "trouble")
        await sender.send(message.chat.id, text, thread=thread_of(message), repeat=True)

    return tell


def _briefly(record: logging.LogRecord) -> bool:
    """Lets a record through as one line without a traceback."""
    record.msg, record.args, record.exc_info = one_line(record.getMessage(), TOLD_UNITS), None, None
    return True


def _request(kind: Callable[..., HTTPXRequest], proxy: str | None) -> HTTPXRequest:
    """A connection to Telegram, through a proxy if one is set; raises SettingsError for one that cannot be used."""
    try:
        if proxy and not urlsplit(proxy).hostname:
            raise ValueError
        return kind(
            connection_pool_size=CONNECTIONS,
            read_timeout=SLOW_NETWORK_S,
            write_timeout=SLOW_NETWORK_S,
            connect_timeout=SLOW_NETWORK_S,
            pool_timeout=POOL_WAIT_S,
            proxy=proxy,
            httpx_kwargs={
                "limits": httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=KEPT_CONNECTIONS)
            },
        )
    except RuntimeError as error:  # also for ALL_PROXY of the environment
        raise SettingsError("A SOCKS proxy needs one more package: pip install 'askcorpus[socks]'") from error
    except (ValueError, httpx.InvalidURL) as error:
        raise SettingsError(
            "The proxy is no address of one. Write it as http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT"
        ) from error


class _Polling(HTTPXRequest):
    """The connection for getUpdates; knows when Telegram was last heard from."""

    def __init__(self, metrics: Metrics, **options: Any) -> None:
        super().__init__(**options)
        self._metrics = metrics

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One request; a good one is noted."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == 200:
            self._metrics.polled = time.monotonic()
        return code, payload
