"""Which commands does Telegram offer while somebody types?  A list per kind of chat and per language."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import TelegramError

from askcorpus.telegram.texts import FALLBACK, languages, plain

PRIVATE = ("start", "digest", "watch", "watching", "latest", "sources", "language", "forget", "privacy", "help")
GROUP = ("ask", "digest", "watch", "watching", "latest", "sources", "help")
ADMIN = (*PRIVATE, "add", "stats", "index", "invite", "allow", "deny")

_log = logging.getLogger(__name__)


async def publish(bot: Bot, admins: Iterable[int], *, several: bool = False) -> None:
    """Tell Telegram the commands of private chats, of groups, and of each administrator; `several` collections can be chosen from."""
    chosen = ("in",) if several else ()
    await _set(bot, (*PRIVATE, *chosen), BotCommandScopeAllPrivateChats())
    await _set(bot, (*GROUP, *chosen), BotCommandScopeAllGroupChats())
    for admin in admins:
        await publish_for_admin(bot, admin)


async def publish_for_admin(bot: Bot, admin: int) -> None:
    """The administrators' commands, in this person's private chat only."""
    await _set(bot, ADMIN, BotCommandScopeChat(admin))


async def _set(bot: Bot, names: tuple[str, ...], scope: BotCommandScope) -> None:
    for language in languages():
        commands = [BotCommand(name, plain(language, f"menu_{name}")) for name in names]
        try:
            await bot.set_my_commands(commands, scope=scope, language_code=None if language == FALLBACK else language)
        except TelegramError as error:  # the commands work without the menu; an admin may never have opened the chat
            _log.info("no menu for %s in %s: %s", scope.type, language, type(error).__name__)
            return
