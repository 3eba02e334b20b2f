"""In which language does the bot speak with somebody?  That of their Telegram, or the one chosen with /language."""

from __future__ import annotations

import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import ContextTypes

from askcorpus.telegram.desk import Desk
from askcorpus.telegram.texts import languages, plain, say

CHOSEN = re.compile(r"l:([a-z]{2})?")
"""What a button of a language says when it is pressed: which, or nothing for that of Telegram."""
PER_ROW = 2  # "Bahasa Indonesia" takes half a phone's width


class Languages:
    """Handles /language and its buttons."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def offer(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A button for each language, by its own name; one that stands behind the command is chosen at once."""
        user, wanted = update.effective_user, _named(" ".join(context.args or ()))
        if user is not None and wanted is not None:
            self._desk.state.speak(user.id, wanted)
        language = self._desk.language(user)
        if update.message is not None and wanted is not None:
            await self._desk.sender.send(update.message.chat.id, say(language, "language_set"), repeat=True)
        elif update.message is not None:
            await self._desk.sender.send(
                update.message.chat.id, say(language, "language_choose"), keyboard=_keyboard(language), repeat=True
            )

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Speak the language of the button with whoever pressed it."""
        query = update.callback_query
        if query is None:
            return
        pressed = CHOSEN.fullmatch(
            query.data or ""
        )  # python-telegram-bot hands one without data to whatever comes first
        chosen = pressed[1] if pressed else None
        if pressed is None or (chosen is not None and chosen not in languages()):
            await self._desk.sender.answer_callback(query, plain(self._desk.language(query.from_user), "unknown_alert"))
            return
        self._desk.state.speak(query.from_user.id, chosen)
        await self._desk.sender.answer_callback(query)
        if isinstance(query.message, Message):
            text = self._desk.voice(query.from_user)("language_set")
            await self._desk.sender.edit(query.message.chat.id, query.message.message_id, text)


def _named(said: str) -> str | None:
    """The language that somebody names by its code, or as it calls itself."""
    names = {name.casefold(): code for code in languages() for name in (code, plain(code, "language_name"))}
    return names.get(said.strip().casefold())


def _keyboard(language: str | None) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(plain(code, "language_name"), callback_data=f"l:{code}") for code in languages()]
    rows = [buttons[i : i + PER_ROW] for i in range(0, len(buttons), PER_ROW)]
    return InlineKeyboardMarkup(
        [*rows, [InlineKeyboardButton(plain(language, "as_telegram_button"), callback_data="l:")]]
    )
