"""How is the bot started and stopped?  Read `start`, then `serve`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram.constants import UpdateType
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

from askcorpus.errors import SettingsError
from askcorpus.settings import Settings
from askcorpus.telegram import menu
from askcorpus.telegram.application import Bot, build
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.health import serve_health
from askcorpus.telegram.questions import tell_interrupted
from askcorpus.telegram.secrecy import Redact, keep_out_of_logs, read_token
from askcorpus.telegram.state import FILE, State
from askcorpus.telegram.watcher import Watcher

if TYPE_CHECKING:
    from askcorpus import Corpus

WANTED = (UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY)  # edits and channel posts are not even fetched
LONG_POLL_S = 30
PRUNE_EVERY_S = 3600.0

_log = logging.getLogger(__name__)


def start(settings: Settings) -> None:
    """Run the bot until SIGTERM or Ctrl-C. Raises AskcorpusError where it cannot."""
    from askcorpus import Corpus
    from askcorpus.indexing.status import status

    token = read_token(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    redact = keep_out_of_logs(token)
    tell = _on_terminal(redact)
    with Corpus.open(settings.store, settings=settings, say=tell) as corpus:
        corpus.encoder()  # loaded before the first question comes, and a mismatch is said at once
        last_run = status(settings.store).last_run
        if last_run is not None:  # watching any other folder would replace every article of the store
            settings = replace(settings, folder=last_run.folder)
        with State(Path(settings.store) / FILE) as state:
            asyncio.run(serve(token, corpus, state, settings, tell=tell))


async def serve(
    token: str,
    corpus: Corpus,
    state: State,
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    tell: Callable[[str], None],
    ready: Callable[[Bot, Desk], None] = lambda application, desk: None,
) -> None:
    """Run the bot until `stop` is set, or a signal where none is given; questions already taken are finished."""
    stop = stop or _stop_on_signals()
    application, desk = build(token, corpus, state, settings, tell=tell)
    await _connect(application, stop, tell)
    if stop.is_set():
        return
    async with application, _beside(application, desk):
        assert application.updater is not None
        await menu.publish(application.bot, desk.access.admins)
        await application.start()
        application.create_task(tell_interrupted(desk), name="tell_interrupted")
        try:
            await _listen(application, settings)
            tell(f"@{application.bot.username} is listening. Stop with Ctrl-C.")
            ready(application, desk)
            await stop.wait()
            tell("Stopping: finishing what is running.")
        finally:
            if application.updater.running:
                await application.updater.stop()
            await application.stop()


async def _connect(application: Bot, stop: asyncio.Event, tell: Callable[[str], None]) -> None:
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
        pause = min(2 * pause, 60.0)


async def _listen(application: Bot, settings: Settings) -> None:
    """Begin to take updates: by polling, or at a webhook behind the user's own web server."""
    assert application.updater is not None
    if settings.telegram_webhook is None:
        await application.updater.start_polling(
            timeout=LONG_POLL_S, bootstrap_retries=-1, allowed_updates=WANTED, error_callback=_polling_failed
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
        secret_token=secrets.token_urlsafe(
            32
        ),  # who does not know it is answered 403; Telegram is told a new one each start
        bootstrap_retries=-1,
        allowed_updates=WANTED,
    )


@contextlib.asynccontextmanager
async def _beside(application: Bot, desk: Desk) -> AsyncIterator[None]:
    """What runs beside the bot: the watcher, the health page, the forgetting of what is old."""
    settings = desk.settings
    pruning = asyncio.create_task(_keep_pruning(desk), name="prune")
    watcher = Watcher(desk) if settings.telegram_watch else None
    page = None
    if settings.telegram_health_port is not None:
        polling = settings.telegram_webhook is None
        waiting = application.update_queue.qsize
        page = serve_health(desk, port=settings.telegram_health_port, waiting=waiting, polling=polling)
    if watcher is not None:
        watcher.start()
    try:
        yield
    finally:
        pruning.cancel()
        await asyncio.gather(pruning, return_exceptions=True)
        if watcher is not None:
            await watcher.stop()
        if page is not None:
            page.stop()
            await page.close_all_connections()
        desk.pool.shutdown(wait=False, cancel_futures=True)


async def _keep_pruning(desk: Desk) -> None:
    while True:
        gone = desk.state.prune(keep_days=desk.settings.telegram_keep_days)
        if gone:
            _log.info("%s answers older than %s days deleted", gone, desk.settings.telegram_keep_days)
        await asyncio.sleep(PRUNE_EVERY_S)


def _polling_failed(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        _log.error("another process is polling with this token; stop one of the two")
    else:
        _log.warning("polling: %s; trying again", type(error.__cause__ or error).__name__)


def _stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM or Ctrl-C; a second one ends the process at once."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def ask_to_stop() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    return stop


def _on_terminal(redact: Redact) -> Callable[[str], None]:
    def tell(line: str) -> None:
        print(redact.text(line), file=sys.stderr, flush=True)  # noqa: T201  the pairing code is for the terminal

    return tell
