"""What do the buttons under an answer do?  Each carries a short id into the bot's memory, so they outlive a restart."""

from __future__ import annotations

import re

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import ContextTypes

from askcorpus.rendering.telegram import Cited, by_story, original_url, render, render_passage
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.state import Kept
from askcorpus.telegram.texts import plain

PER_ROW = 2
MOST_PASSAGES = 20  # with the votes and "More sources" still far from Telegram's 100 buttons
EVERYTHING = 1_000
_DATA = re.compile(r"(?P<what>[pmvs]):(?P<id>[\w-]{12})(?::(?P<which>\d{1,3}|[+-]))?")


def answer_keyboard(kept: Kept, user: User | None, *, at_most: int) -> InlineKeyboardMarkup:
    """The buttons under an answer that shows at most so many stories: passages, more sources, votes."""
    language = user.language_code if user else None
    groups = by_story(kept.shown.cited)
    passages = [
        InlineKeyboardButton(plain(language, "passage_button", n=c.number), callback_data=f"p:{kept.id}:{c.number}")
        for c, *_ in groups[:at_most][:MOST_PASSAGES]  # a story's reprints say the same
    ]
    rows = [passages[i : i + PER_ROW] for i in range(0, len(passages), PER_ROW)]
    if len(groups) > at_most:
        rows.append([InlineKeyboardButton(plain(language, "more_button"), callback_data=f"m:{kept.id}")])
    up, down = ("👍 ✓" if kept.vote == 1 else "👍"), ("👎 ✓" if kept.vote == -1 else "👎")
    rows.append(
        [
            InlineKeyboardButton(up, callback_data=f"v:{kept.id}:+"),
            InlineKeyboardButton(down, callback_data=f"v:{kept.id}:-"),
        ]
    )
    return InlineKeyboardMarkup(rows)


def show_button(kept: Kept, user: User | None) -> InlineKeyboardMarkup:
    """The button of an answer that may not have arrived."""
    text = plain(user.language_code if user else None, "show_button")
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=f"s:{kept.id}")]])


class Buttons:
    """Handles every callback; each is answered exactly once, before anything else is done about it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what the button says, or say in an alert why not."""
        query = update.callback_query
        if query is None:
            return
        language = query.from_user.language_code
        data = _DATA.fullmatch(query.data or "")
        message = query.message if isinstance(query.message, Message) else None
        kept = self._desk.state.answer(data["id"]) if data else None
        if data is None or kept is None or message is None or not self._belongs(kept, message, data["what"]):
            await self._desk.sender.answer_callback(query, plain(language, "unknown_alert"))
            return
        if data["what"] in "vs" and query.from_user.id != kept.user:
            await self._desk.sender.answer_callback(query, plain(language, "not_yours_alert"))
            return
        match data["what"], data["which"]:
            case "p", number if number and number.isdigit():
                await self._passage(query, kept, message, int(number))
            case "m", None:
                await self._desk.sender.answer_callback(query)
                await self._redraw(kept, message, query.from_user, at_most=EVERYTHING)
            case "v", "+" | "-" as sign:
                await self._vote(query, kept, message, 1 if sign == "+" else -1)
            case "s", None:
                await self._show(query, kept, message)
            case _:
                await self._desk.sender.answer_callback(query, plain(language, "unknown_alert"))

    def _belongs(self, kept: Kept, message: Message, what: str) -> bool:
        """Whether the pressed message is the answer's own; one that may not have arrived has no message yet."""
        if kept.chat != message.chat.id:
            return False
        return what == "s" or kept.message in (None, message.message_id)

    async def _passage(self, query: CallbackQuery, kept: Kept, message: Message, number: int) -> None:
        """Reply with the whole passage, the quote marked, and a way to the original."""
        desk, language = self._desk, query.from_user.language_code
        cited = next((c for c in kept.shown.cited if c.number == number), None)
        if cited is None:
            await desk.sender.answer_callback(query, plain(language, "no_passage_alert"))
            return
        await desk.sender.answer_callback(query)
        texts = render_passage(cited, desk.voice(query.from_user))
        for i, text in enumerate(texts):
            await desk.sender.send(
                message.chat.id,
                text,
                thread=thread_of(message),
                reply_to=message.message_id,
                keyboard=_original(cited, language) if i == len(texts) - 1 else None,
            )

    async def _vote(self, query: CallbackQuery, kept: Kept, message: Message, vote: int) -> None:
        desk = self._desk
        changed = desk.state.vote(kept.id, vote)
        await desk.sender.answer_callback(query, plain(query.from_user.language_code, "thanks_alert"), toast=True)
        voted = desk.state.answer(kept.id)
        if changed and voted is not None:
            at_most = desk.settings.k if _has_more(message) else EVERYTHING
            await desk.sender.edit_keyboard(
                message.chat.id, message.message_id, answer_keyboard(voted, query.from_user, at_most=at_most)
            )

    async def _show(self, query: CallbackQuery, kept: Kept, message: Message) -> None:
        """Turn the notice that an answer may be missing into the answer."""
        if kept.message is not None:
            await self._desk.sender.answer_callback(query, plain(query.from_user.language_code, "shown_alert"))
            return
        self._desk.state.sent(kept.id, message.message_id)
        await self._desk.sender.answer_callback(query)
        await self._redraw(kept, message, query.from_user, at_most=self._desk.settings.k)

    async def _redraw(self, kept: Kept, message: Message, user: User, *, at_most: int) -> None:
        await self._desk.sender.edit(
            message.chat.id,
            message.message_id,
            render(kept.shown, self._desk.voice(user), at_most=at_most),
            keyboard=answer_keyboard(kept, user, at_most=at_most),
        )


def _has_more(message: Message) -> bool:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    return any(str(button.callback_data).startswith("m:") for row in rows for button in row)


def _original(cited: Cited, language: str | None) -> InlineKeyboardMarkup | None:
    url = original_url(cited.origin, cited.quote)
    return InlineKeyboardMarkup([[InlineKeyboardButton(plain(language, "original_button"), url=url)]]) if url else None
