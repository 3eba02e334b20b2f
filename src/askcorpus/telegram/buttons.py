"""What do the buttons under an answer do?  Each leads to an answer in the bot's memory; keyboards.py draws them."""

from __future__ import annotations

from telegram import CallbackQuery, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import ContextTypes

from askcorpus.rendering.telegram import render, render_passage
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.keyboards import PRESSED, answer_keyboard, has_more, original_button
from askcorpus.telegram.state import KeptAnswer
from askcorpus.telegram.texts import plain
from askcorpus.telegram.watching import Watching
from askcorpus.telegram.writing import WritingUp

EVERYTHING = 1_000  # stories: more than an answer cites


class Buttons:
    """Handles every callback; each is answered exactly once, before anything else is done about it."""

    def __init__(self, desk: Desk, watching: Watching) -> None:
        self._desk, self._watching = desk, watching
        self._writing_up = WritingUp(desk)

    async def on_press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what the button says, or say in an alert why not."""
        query = update.callback_query
        if query is None:
            return
        language = self._desk.language(query.from_user)
        data = PRESSED.fullmatch(query.data or "")
        message = query.message if isinstance(query.message, Message) else None
        answer = self._desk.state.answer(data["id"]) if data else None
        if data is None or answer is None or message is None or not self._belongs(answer, message, data["what"]):
            await self._desk.sender.answer_callback(query, plain(language, "unknown_alert"))
            return
        if data["what"] in "vswt" and query.from_user.id != answer.user:
            await self._desk.sender.answer_callback(query, plain(language, "not_yours_alert"))
            return
        match data["what"], data["which"]:
            case "p", number if number and number.isdigit():
                await self._passage(query, answer, message, int(number))
            case "m", None:
                await self._desk.sender.answer_callback(query)
                await self._redraw(answer, message, query.from_user, at_most=EVERYTHING)
            case "v", "+" | "-" as sign:
                await self._vote(query, answer, message, 1 if sign == "+" else -1)
            case "w", None:
                await self._bell(query, answer, message)
            case "t", None:
                await self._writing_up.press(query, answer, message)
            case "s", None:
                await self._show(query, answer, message)
            case _:
                await self._desk.sender.answer_callback(query, plain(language, "unknown_alert"))

    def _belongs(self, answer: KeptAnswer, message: Message, what: str) -> bool:
        """Whether the pressed message is the answer's own; one that may not have arrived has no message yet."""
        if answer.chat != message.chat.id:
            return False
        return what == "s" or answer.message in (None, message.message_id)

    async def _passage(self, query: CallbackQuery, answer: KeptAnswer, message: Message, number: int) -> None:
        """Reply with the whole passage, the quote marked, and a way to the original."""
        desk, language = self._desk, self._desk.language(query.from_user)
        cited = next((c for c in answer.shown.cited if c.number == number), None)
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
                keyboard=original_button(cited, language) if i == len(texts) - 1 else None,
            )

    async def _vote(self, query: CallbackQuery, answer: KeptAnswer, message: Message, vote: int) -> None:
        desk = self._desk
        changed = desk.state.vote(answer.id, vote)
        await desk.sender.answer_callback(query, plain(desk.language(query.from_user), "thanks_alert"), toast=True)
        voted = desk.state.answer(answer.id)
        if changed and voted is not None:
            at_most = desk.settings.k if has_more(message) else EVERYTHING
            await desk.sender.edit_keyboard(
                message.chat.id, message.message_id, self._keyboard(voted, query.from_user, at_most=at_most)
            )

    async def _bell(self, query: CallbackQuery, answer: KeptAnswer, message: Message) -> None:
        """Save the question, or end it, and show on the bell which."""
        if await self._watching.bell(query, message, question_of(answer)) is None:
            return
        at_most = self._desk.settings.k if has_more(message) else EVERYTHING
        keyboard = self._keyboard(answer, query.from_user, at_most=at_most)
        await self._desk.sender.edit_keyboard(message.chat.id, message.message_id, keyboard)

    def _keyboard(self, answer: KeptAnswer, user: User, *, at_most: int) -> InlineKeyboardMarkup:
        watched = self._desk.state.watches.find(question_of(answer), chat=answer.chat) is not None
        writes, language = self._desk.settings.llm is not None, self._desk.language(user)
        return answer_keyboard(answer, language, at_most=at_most, watched=watched, writes=writes)

    async def _show(self, query: CallbackQuery, answer: KeptAnswer, message: Message) -> None:
        """Turn the notice that an answer may be missing into the answer."""
        if answer.message is not None:
            await self._desk.sender.answer_callback(query, plain(self._desk.language(query.from_user), "shown_alert"))
            return
        self._desk.state.sent(answer.id, message.message_id)
        await self._desk.sender.answer_callback(query)
        await self._redraw(answer, message, query.from_user, at_most=self._desk.settings.k)

    async def _redraw(self, answer: KeptAnswer, message: Message, user: User, *, at_most: int) -> None:
        await self._desk.sender.edit(
            message.chat.id,
            message.message_id,
            render(answer.shown, self._desk.voice(user), at_most=at_most),
            keyboard=self._keyboard(answer, user, at_most=at_most),
        )


def question_of(answer: KeptAnswer) -> str:
    """The question that an answer is to, as it stands alone."""
    return answer.shown.understood or answer.shown.question
