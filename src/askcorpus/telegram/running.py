"""How is the bot started and stopped, and which handler gets which update?  Read `start`, then `serve`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event

from telegram import Update, User
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from askcorpus.errors import AskcorpusError, typed
from askcorpus.indexing.folders import unlike
from askcorpus.indexing.report import Report
from askcorpus.settings import Settings
from askcorpus.store.collections import Collection
from askcorpus.telegram import menu
from askcorpus.telegram.access import Access
from askcorpus.telegram.adding import Adding
from askcorpus.telegram.admin import Admin
from askcorpus.telegram.alerts import Alerts
from askcorpus.telegram.application import Bot, build, on_error
from askcorpus.telegram.buttons import Buttons
from askcorpus.telegram.collections import Collections
from askcorpus.telegram.commands import Commands
from askcorpus.telegram.desk import AnyCorpus, Desk
from askcorpus.telegram.digests import DigestCommand, Digests, is_digest
from askcorpus.telegram.ears import Ears, ears
from askcorpus.telegram.health import serve_health
from askcorpus.telegram.inline import Inline
from askcorpus.telegram.languages import CHOSEN, Languages
from askcorpus.telegram.listening import connect, listen, stop_on_signals
from askcorpus.telegram.metrics import Metrics
from askcorpus.telegram.questions import Questions, is_question, tell_interrupted
from askcorpus.telegram.secrecy import Redact, keep_out_of_logs, read_token
from askcorpus.telegram.sending import Sender
from askcorpus.telegram.state import FILE, State
from askcorpus.telegram.voice import Voice
from askcorpus.telegram.watcher import Follow, Watcher
from askcorpus.telegram.watching import ENDS, Watching

PRUNE_EVERY_S = 3600.0  # what is promised is promised in days
ENDING_S = 30.0
"""What is said to Telegram, or waits for it, ends so soon after a signal: half of what systemd and compose.yaml give before they kill."""
WARM = "How many people were hurt?"

_log = logging.getLogger(__name__)


def start(settings: Settings) -> None:
    """Run the bot until SIGTERM or Ctrl-C. Raises AskcorpusError where it cannot."""
    from askcorpus.corpus import Corpus

    token = read_token(settings)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    redact = keep_out_of_logs(token, settings.telegram_proxy)
    tell = _on_terminal(redact)
    with Corpus.open(settings.store, settings=settings, say=tell) as corpus:
        corpus.ask(WARM)  # what a question needs is loaded before the first one comes, and a mismatch is said at once
        _keep_out_of_collections()
        for line in _other_folders(settings, corpus.snapshot.collections):
            tell(line)
        folders = {one.name: one.folder for one in corpus.snapshot.collections if one.folder}
        if folders:  # watching any other folder would replace every article of the store
            named = tuple(f"{name}={folder}" for name, folder in folders.items()) if len(folders) > 1 else ()
            settings = replace(settings, folder=next(iter(folders.values())), folders=named)
        with State(Path(settings.store) / FILE) as state:
            asyncio.run(serve(token, corpus, state, settings, tell=tell))


def _keep_out_of_collections() -> None:
    """Let Python never again look through what is loaded by now for what is garbage.

    Each time that it does, all threads wait: 73 ms for the 147,000 objects of a bot that had been asked in three languages.
    """
    gc.collect()
    gc.freeze()


def _other_folders(settings: Settings, known: Sequence[Collection]) -> Iterator[str]:
    """What is to be said where the settings name other folders than the store holds: the bot neither adds one nor leaves one out."""
    new, left = unlike(settings.folders, known) if settings.folders else ((), ())
    for path in new:
        command = typed("index", "--store", settings.store)
        yield f"{path} is among the folders of the settings, but not in {settings.store}. To add it: {command}"
    for one in left:
        command = typed("index", "--drop", one.name, "--store", settings.store)
        yield f"{one.name} is in {settings.store}, but not among the folders of the settings; it stays. To take it out: {command}"


async def serve(
    token: str,
    corpus: AnyCorpus,
    state: State,
    settings: Settings,
    *,
    stop: asyncio.Event | None = None,
    tell: Callable[[str], None],
    ready: Callable[[Bot, Desk], None] = lambda application, desk: None,
) -> None:
    """Run the bot until `stop` is set, or a signal where none is given; questions already taken are finished."""
    stop = stop or stop_on_signals()
    metrics, hearing = Metrics(), ears(settings)
    application = build(token, state, settings, metrics, is_question=_is_asked)
    desk = _desk(application, corpus, state, settings, metrics, tell)
    _add_handlers(application, desk, hearing)
    await connect(application, stop, tell)
    if stop.is_set():
        return
    async with application, _beside(application, desk), _listening(hearing, tell):
        assert application.updater is not None
        several = len(await desk.in_thread(lambda: corpus.collections())) > 1
        await menu.publish(application.bot, desk.access.admins, several=several)
        await application.start()
        application.create_task(tell_interrupted(desk), name="tell_interrupted")
        try:
            await listen(application, settings)
            tell(f"@{application.bot.username} is listening. Stop with Ctrl-C.")
            if settings.telegram_inline and not application.bot.supports_inline_queries:
                tell(
                    f"@{application.bot.username} QUESTION is not answered in other chats yet: write /setinline to @BotFather"
                )
            ready(application, desk)
            await stop.wait()
            tell("Stopping: finishing what is running.")
            desk.sender.end(ENDING_S)
        finally:
            if application.updater.running:
                await application.updater.stop()
            await application.stop()
            await desk.sender.close()


def _is_asked(update: Update, me: User, state: State) -> bool:
    """Whether somebody waits for what this update asks."""
    return is_question(update, me, state) or is_digest(update, me)


def _desk(
    application: Bot, corpus: AnyCorpus, state: State, settings: Settings, metrics: Metrics, tell: Callable[[str], None]
) -> Desk:
    """What the handlers work with."""
    sender = Sender(application.bot, metrics, moved=lambda old, new: access.group_moved(old, new))
    access = Access(
        settings, state, sender, tell=tell, on_admin=lambda admin: menu.publish_for_admin(application.bot, admin)
    )
    return Desk(corpus, settings, state, sender, metrics, access)


def _add_handlers(application: Bot, desk: Desk, hearing: Ears | None) -> None:
    """The gate first, then the first handler that fits an update takes it."""
    commands, admin = Commands(desk), Admin(desk)
    questions = Questions(desk)
    watching = Watching(desk, questions.quota, questions.refusals)
    buttons = Buttons(desk, watching)
    new, private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
    application.add_handler(TypeHandler(Update, desk.begin), group=-2)
    application.add_handler(TypeHandler(Update, desk.access.gate), group=-1)
    for name in ("start", "help", "latest", "sources", "forget", "privacy"):
        application.add_handler(CommandHandler(name, getattr(commands, name), filters=new))
    for name in ("stats", "index", "invite", "allow", "deny"):
        application.add_handler(CommandHandler(name, getattr(admin, name), filters=new & private))
    spoken = Languages(desk)
    application.add_handler(CommandHandler("language", spoken.offer, filters=new & private))
    for name, handler in (("watch", watching.watch), ("watching", watching.list)):
        application.add_handler(CommandHandler(name, handler, filters=new))
    for name, handler in (("quiet", watching.quiet), ("daily", watching.daily)):
        application.add_handler(CommandHandler(name, handler, filters=new & private))
    application.add_handler(CommandHandler("in", Collections(desk, questions).choose, filters=new))
    application.add_handler(CommandHandler("digest", DigestCommand(desk, questions).digest, filters=new))
    application.add_handler(CallbackQueryHandler(watching.on_end, pattern=ENDS))
    adding = Adding(desk)
    application.add_handler(CommandHandler("add", adding.command, filters=new))
    spoken_questions = Voice(desk, questions, hearing)
    application.add_handler(MessageHandler(new & filters.VOICE & ~filters.CAPTION, spoken_questions.on_voice))
    if desk.settings.telegram_inline:
        application.add_handler(InlineQueryHandler(Inline(desk, questions.quota).on_query))
    said = filters.TEXT | filters.CAPTION
    ask = filters.Regex(r"^/ask(@\w+)?(\s|$)")
    application.add_handler(MessageHandler(new & private & filters.COMMAND & ~ask, commands.help))
    application.add_handler(MessageHandler(new & private & said, adding.or_else(questions.on_message)))
    application.add_handler(MessageHandler(new & said, questions.on_message))
    other = adding.or_else(questions.on_other)
    application.add_handler(MessageHandler(new & private & ~filters.StatusUpdate.ALL, other))
    application.add_handler(CallbackQueryHandler(spoken.on_press, pattern=CHOSEN))
    application.add_handler(CallbackQueryHandler(buttons.on_press))

    async def moved(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None and update.message.migrate_to_chat_id is not None:
            desk.access.group_moved(update.message.chat.id, update.message.migrate_to_chat_id)

    application.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, moved))
    application.add_error_handler(on_error(desk.sender, desk.state))


@contextlib.asynccontextmanager
async def _beside(application: Bot, desk: Desk) -> AsyncIterator[None]:
    """What runs beside the bot: the watcher, the health page, the forgetting of what is old."""
    settings = desk.settings
    pruning = asyncio.create_task(_keep_pruning(desk), name="prune")
    watcher = Watcher(desk, _follow(desk)) if settings.telegram_watch else None
    page = None
    if settings.telegram_health_port is not None:
        polling = settings.telegram_webhook is None
        waiting = application.update_queue.qsize
        page = serve_health(desk, port=settings.telegram_health_port, waiting=waiting, polling=polling)
    alerts, digests = Alerts(desk), Digests(desk)
    alerts.start()
    digests.start()
    if watcher is not None:
        watcher.start()
    try:
        yield
    finally:
        await asyncio.gather(alerts.stop(), digests.stop())
        pruning.cancel()
        await asyncio.gather(pruning, return_exceptions=True)
        if watcher is not None:
            await watcher.stop()
        if page is not None:
            page.stop()
            await page.close_all_connections()
        desk.pool.shutdown(wait=False, cancel_futures=True)


@contextlib.asynccontextmanager
async def _listening(hearing: Ears | None, tell: Callable[[str], None]) -> AsyncIterator[None]:
    """What hears voice messages, its model loaded beside the start."""
    loading = asyncio.create_task(hearing.begin(tell), name="ears") if hearing is not None else None
    try:
        yield
    finally:
        if hearing is not None and loading is not None:
            loading.cancel()
            await asyncio.gather(loading, return_exceptions=True)
            await hearing.stop()


def _follow(desk: Desk) -> Follow:
    """Indexes what changes in the folder of the settings."""

    def follow(stop: Event, on_report: Callable[[Report], None], on_error: Callable[[AskcorpusError], None]) -> None:
        from askcorpus.indexing.watch import watch

        settings, load = desk.settings, desk.corpus.encoder
        watch(settings.all_folders, settings.store, load, stop=stop, on_report=on_report, on_error=on_error)

    return follow


async def _keep_pruning(desk: Desk) -> None:
    while True:
        gone = desk.state.prune(keep_days=desk.settings.telegram_keep_days)
        if gone:
            _log.info("%s answers older than %s days deleted", gone, desk.settings.telegram_keep_days)
        await asyncio.sleep(PRUNE_EVERY_S)


def _on_terminal(redact: Redact) -> Callable[[str], None]:
    def tell(line: str) -> None:
        print(redact.text(line), file=sys.stderr, flush=True)  # noqa: T201  the pairing code is for the terminal

    return tell
