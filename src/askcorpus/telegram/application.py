"""Which handler gets which update?  Builds python-telegram-bot's Application; `running.py` starts and stops it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from telegram import Update
from telegram.error import Forbidden, TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import HTTPXRequest

from askcorpus.settings import Settings
from askcorpus.telegram import menu
from askcorpus.telegram.access import Access
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.admin import Admin
from askcorpus.telegram.buttons import Buttons
from askcorpus.telegram.commands import Commands
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.inbox import Inbox, Processor
from askcorpus.telegram.metrics import Metrics
from askcorpus.telegram.questions import Questions, is_question
from askcorpus.telegram.sending import Limiter, MaybeSent, Sender
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import say

if TYPE_CHECKING:
    from askcorpus import Corpus

Bot = Application[Any, Any, Any, Any, Any, Any]
CONNECTIONS = 64
SLOW_NETWORK_S = 20.0  # python-telegram-bot's default of 5 s loses answers on a slow line
POOL_WAIT_S = 60.0

_log = logging.getLogger(__name__)


def build(
    token: str, corpus: Corpus, state: State, settings: Settings, *, tell: Callable[[str], None]
) -> tuple[Bot, Desk]:
    """The application with every handler, the gate first, and what the handlers work with."""
    metrics = Metrics()
    application = _application(token, state, settings, metrics)
    bot: ExtBot[Any] = application.bot
    sender = Sender(bot, metrics, moved=lambda old, new: access.group_moved(old, new))
    access = Access(
        settings, state, sender, tell=tell, on_admin=lambda admin: menu.publish_for_admin(application.bot, admin)
    )
    desk = Desk(corpus, settings, state, sender, metrics, access)
    commands, admin = Commands(desk), Admin(desk)
    questions, buttons = Questions(desk), Buttons(desk)

    new, private = filters.UpdateType.MESSAGE, filters.ChatType.PRIVATE
    application.add_handler(TypeHandler(Update, access.gate), group=-1)
    for name in ("start", "help", "latest", "sources", "forget", "privacy"):
        application.add_handler(CommandHandler(name, getattr(commands, name), filters=new))
    for name in ("stats", "reindex", "invite", "allow", "deny"):
        application.add_handler(CommandHandler(name, getattr(admin, name), filters=new & private))
    ask = filters.Regex(r"^/ask(@\w+)?(\s|$)")
    application.add_handler(MessageHandler(new & private & filters.COMMAND & ~ask, commands.help))
    application.add_handler(MessageHandler(new & filters.TEXT, questions.on_message))
    application.add_handler(MessageHandler(new & private & ~filters.StatusUpdate.ALL, questions.on_other))
    application.add_handler(CallbackQueryHandler(buttons.on_press))

    async def moved(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message is not None and update.message.migrate_to_chat_id is not None:
            access.group_moved(update.message.chat.id, update.message.migrate_to_chat_id)

    application.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, moved))
    application.add_error_handler(_on_error(desk))
    return application, desk


def _application(token: str, state: State, settings: Settings, metrics: Metrics) -> Bot:
    inbox = Inbox(state, lambda update: is_question(update, application.bot.bot, state))
    builder = (
        Application.builder()
        .token(token)
        .request(_request(HTTPXRequest))
        .get_updates_request(_request(lambda **options: _Polling(metrics, **options)))
        .rate_limiter(Limiter())
        .update_queue(inbox)
        .concurrent_updates(Processor(state))
    )
    if settings.telegram_base_url:
        base = settings.telegram_base_url.rstrip("/")
        builder = builder.base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    application: Bot = builder.build()
    return application


def _request(kind: Callable[..., HTTPXRequest]) -> HTTPXRequest:
    return kind(
        connection_pool_size=CONNECTIONS,
        read_timeout=SLOW_NETWORK_S,
        write_timeout=SLOW_NETWORK_S,
        connect_timeout=SLOW_NETWORK_S,
        pool_timeout=POOL_WAIT_S,
    )


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


def _on_error(desk: Desk) -> Callable[[object, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]:
    async def on_error(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Whatever a handler did not expect: the log gets the traceback, a person who wrote gets a word."""
        error = context.error
        if isinstance(error, MaybeSent | Forbidden):  # no second try for the one, no way to reach the other
            _log.warning("not delivered: %s %s", type(error).__name__, error)
            return
        _log.error("a handler failed", exc_info=error)
        message = update.message if isinstance(update, Update) else None
        if message is None or isinstance(error, TelegramError):
            return
        user = message.from_user
        text = say(user.language_code if user else None, "trouble")
        await desk.sender.send(message.chat.id, text, thread=thread_of(message), repeat=True)

    return on_error
