"""How do updates come from Telegram, from when until when?  A connection, then polling or a webhook, until a signal."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
from collections.abc import Callable
from urllib.parse import urlsplit

from telegram.constants import UpdateType
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from askcorpus.errors import SettingsError
from askcorpus.settings import Settings
from askcorpus.telegram.application import Bot

WANTED = (UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY)  # edits and channel posts are not even fetched
INLINE = UpdateType.INLINE_QUERY
LONG_POLL_S = 30  # Telegram holds a poll open for so long when nothing comes
LONGEST_PAUSE_S = 60.0  # so that the bot is there a minute after the network is

_log = logging.getLogger(__name__)


async def connect(application: Bot, stop: asyncio.Event, tell: Callable[[str], None]) -> None:
    """Returns once Telegram has accepted the token, or `stop` is set; waits for the network as long as it takes."""
    pause = 1.0
    while not stop.is_set():
        try:
            await application.initialize()
            return
        except InvalidToken:
            await application.bot.shutdown()
            raise SettingsError(
                "Telegram does not accept the bot token. Ask @BotFather for a new one: /token"
            ) from None
        except NetworkError as error:
            why = type(error.__cause__ or error).__name__
            tell(f"Telegram cannot be reached ({why}); trying again in {pause:.0f} s")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(2 * pause, LONGEST_PAUSE_S)


async def listen(application: Bot, settings: Settings) -> None:
    """Begin to take updates: by polling, or at a webhook behind the user's own web server."""
    assert application.updater is not None
    wanted = (*WANTED, INLINE) if settings.telegram_inline else WANTED
    if settings.telegram_webhook is None:
        await application.updater.start_polling(
            timeout=LONG_POLL_S, bootstrap_retries=-1, allowed_updates=wanted, error_callback=_polling_failed
        )
        return
    host, _, port = settings.telegram_webhook_listen.rpartition(":")
    if not settings.telegram_webhook.startswith("https://") or not host or not port.isdecimal():
        raise SettingsError("A webhook needs a public https:// address, and HOST:PORT to listen on")
    await application.updater.start_webhook(
        listen=host,
        port=int(port),
        url_path=urlsplit(settings.telegram_webhook).path.strip("/"),
        webhook_url=settings.telegram_webhook,
        secret_token=secrets.token_urlsafe(32),  # who does not know it is answered 403; a new one each start
        bootstrap_retries=-1,
        allowed_updates=wanted,
    )


def stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C; a second one ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask_to_stop() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    return stop


def _polling_failed(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        _log.error("another process is polling with this token; stop one of the two")
    else:
        _log.warning("polling: %s; trying again", type(error.__cause__ or error).__name__)
