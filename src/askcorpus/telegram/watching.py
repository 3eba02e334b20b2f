"""How does somebody save a question, and say when its news may come?  /watch, the bell, /watching, /quiet, /daily."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import ContextTypes

from askcorpus.rendering.markup import clip, escape, one_line
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk, collection_of
from askcorpus.telegram.hours import FROM_TO, ONE_HOUR, hours_said
from askcorpus.telegram.quota import Quota
from askcorpus.telegram.refusals import Refusals
from askcorpus.telegram.setting import may_set
from askcorpus.telegram.state.watches import Watch
from askcorpus.telegram.texts import plain

ENDS = re.compile(r"u:([\w-]{12})")
"""What a button of /watching says when it is pressed: which saved question to end."""
SHOWN = 20  # saved questions on one screen, a button each
QUESTION_UNITS = 120  # of one in the list: two lines of a phone


class Watching:
    """Handlers of saved questions."""

    def __init__(self, desk: Desk, quota: Quota, refusals: Refusals) -> None:
        self._desk, self._quota, self._refusals = desk, quota, refusals

    async def watch(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/watch QUESTION, or /watch as a reply to an answer."""
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        say = self._desk.voice(user)
        question = " ".join(context.args or ()) or self._replied(message)
        if not question:
            await self._reply(message, say("watch_usage"))
        elif not await may_set(self._desk, message, user):
            await self._reply(message, say("watch_admins"))
        else:
            refusal = self._quota.refusal(user.id, question, by_command=True, language=self._desk.language(user))
            if refusal is not None:
                await self._refusals.tell(message, user, question, refusal)
                return
            with self._desk.reply_first(message.chat.id):
                key = await self._save(question, message, user)
                values = {"question": clip(question, 500)} if key == "watch_saved" else {}
                limit = {"limit": self._desk.settings.telegram_watch_limit} if key == "watch_limit" else {}
                await self._reply(message, say(key, **values, **limit))

    async def bell(self, query: CallbackQuery, message: Message, question: str) -> bool | None:
        """Save the question of an answer, or end it where it is saved; whether it is saved now, None where nothing changed."""
        desk, user = self._desk, query.from_user
        language = desk.language(user)
        saved = desk.state.watches.find(question, chat=message.chat.id)
        if not await may_set(self._desk, message, user):
            await desk.sender.answer_callback(query, plain(language, "watch_admins"))
            return None
        if saved is not None:
            desk.state.watches.end(saved.id)
            await desk.sender.answer_callback(query, plain(language, "watch_ended_alert"), toast=True)
            return False
        refusal = self._quota.refusal(user.id, question, by_command=True, language=language)
        key = refusal.key if refusal else await self._save(question, message, user)
        values = refusal.values if refusal else {"limit": desk.settings.telegram_watch_limit}
        done = key == "watch_saved"
        text = plain(language, "watch_saved_alert" if done else key, **({} if done else values))
        await desk.sender.answer_callback(query, text, toast=done)
        return True if done else None

    async def list(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The saved questions of this chat, with a button to end each."""
        message, user = update.message, update.effective_user
        if message is not None and user is not None:
            text, keyboard = self._listed(user, message)
            await self._desk.sender.send(
                message.chat.id, text, thread=thread_of(message), keyboard=keyboard, repeat=True
            )

    async def on_end(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """End the saved question of the button."""
        query = update.callback_query
        if query is None:
            return
        desk, language = self._desk, self._desk.language(query.from_user)
        pressed = ENDS.fullmatch(query.data or "")
        watch = desk.state.watches.watch(pressed[1]) if pressed else None
        message = query.message if isinstance(query.message, Message) else None
        if watch is None or message is None or watch.chat != message.chat.id:
            await desk.sender.answer_callback(query, plain(language, "unknown_alert"))
            return
        if query.from_user.id != watch.user and not (
            watch.chat < 0 and await may_set(self._desk, message, query.from_user)
        ):
            key = "watch_admins" if watch.chat < 0 else "not_yours_alert"
            await desk.sender.answer_callback(query, plain(language, key))
            return
        desk.state.watches.end(watch.id)
        await desk.sender.answer_callback(query, plain(language, "watch_ended_alert"), toast=True)
        text, keyboard = self._listed(query.from_user, message)
        await desk.sender.edit(message.chat.id, message.message_id, text, keyboard=keyboard)

    async def quiet(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/quiet 22-7, /quiet off."""
        await self._hours(update, context, "quiet", FROM_TO, {"quiet_since": "since", "quiet_until": "until"})

    async def daily(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/daily 8, /daily off."""
        await self._hours(update, context, "daily", ONE_HOUR, {"daily": "hour"})

    async def _hours(
        self,
        update: Update,
        context: ContextTypes.DEFAULT_TYPE,
        what: str,
        shape: re.Pattern[str],
        fields: Mapping[str, str],
    ) -> None:
        """Keep the hours that a command says in these fields of Hours, each by the name that the text about it has for it."""
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        say, watches = self._desk.voice(user), self._desk.state.watches
        hours, args = watches.hours(user.id), list(context.args or ())
        said = hours_said(args, shape)
        if args == ["off"]:
            none: dict[str, int | None] = dict.fromkeys(fields)
            with self._desk.reply_first(message.chat.id):
                watches.set_hours(user.id, replace(hours, **none))
                await self._reply(message, say(f"{what}_off"))
        elif said is not None and not said.rest:
            ahead = hours.minutes_ahead if said.minutes_ahead is None else said.minutes_ahead
            kept = dict(zip(fields, said.hours, strict=True))
            with self._desk.reply_first(message.chat.id):
                watches.set_hours(user.id, replace(replace(hours, **kept), minutes_ahead=ahead))
                await self._reply(message, say(f"{what}_set", **{fields[name]: hour for name, hour in kept.items()}))
        else:
            await self._reply(message, say(f"{what}_usage", time=f"{hours.clock(time.time()):%H:%M}"))

    async def _save(self, question: str, message: Message, user: User) -> str:
        """Save it; the name of the text that says what came of it."""
        desk, watches = self._desk, self._desk.state.watches

        def hindered() -> str | None:
            if desk.forgotten_since(user.id):
                return "watching_none"
            if watches.find(question, chat=message.chat.id) is not None:
                return "watch_known"
            return "watch_limit" if watches.of_person(user.id) >= desk.settings.telegram_watch_limit else None

        if why := hindered():
            return why
        place = desk.state.place(message.chat.id)
        saved = await desk.in_thread(lambda: desk.corpus.saved(question, collection_of(desk.corpus, place)))
        if why := hindered():  # meanwhile it was pressed twice, others were saved, all was forgotten
            return why
        watches.save(
            question,
            chat=message.chat.id,
            user=user.id,
            thread=thread_of(message),
            language=user.language_code,
            saved=saved,
        )
        return "watch_saved"

    def _replied(self, message: Message) -> str:
        """The question of the answer that this message replies to."""
        replied = message.reply_to_message
        answer = self._desk.state.answer_in(message.chat.id, replied.message_id) if replied else None
        return answer.shown.understood or answer.shown.question if answer else ""

    def _listed(self, user: User, message: Message) -> tuple[str, InlineKeyboardMarkup | None]:
        say = self._desk.voice(user)
        saved = self._desk.state.watches.of(user.id, message.chat.id)[:SHOWN]
        if not saved:
            return say("watching_none"), None
        lines = [f"{n}. {escape(one_line(w.question, QUESTION_UNITS))}" for n, w in enumerate(saved, 1)]
        return "\n".join([say("watching"), *lines]), _keyboard(saved)

    async def _reply(self, message: Message, text: str) -> None:
        await self._desk.sender.send(message.chat.id, text, thread=thread_of(message), repeat=True)


def _keyboard(saved: tuple[Watch, ...]) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(f"✖ {n}", callback_data=f"u:{w.id}") for n, w in enumerate(saved, 1)]
    return InlineKeyboardMarkup([buttons[i : i + 5] for i in range(0, len(buttons), 5)])
