"""What happens to a question?  Taken, understood, asked off the event loop, answered once, and kept for its buttons."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from telegram import Message, Update, User
from telegram.constants import ChatType
from telegram.ext import ContextTypes

from askcorpus.errors import AskcorpusError, UsageError
from askcorpus.question.followup import goes_on, what_goes_before
from askcorpus.question.purpose import Purpose, Talk, purpose, talk
from askcorpus.rendering.keeping import shown
from askcorpus.rendering.kept import Shown
from askcorpus.rendering.telegram import render
from askcorpus.telegram.addressing import Addressed, addressed, is_group, thread_of
from askcorpus.telegram.desk import Desk, within
from askcorpus.telegram.keyboards import MOST_PASSAGES, answer_keyboard, show_button
from askcorpus.telegram.quota import Quota, Refusal, hint
from askcorpus.telegram.refusals import Refusals
from askcorpus.telegram.sending import MaybeSent
from askcorpus.telegram.state import ADDING, KeptAnswer, State
from askcorpus.telegram.texts import speaker
from askcorpus.types import Answer

CONVERSATION_S = 1800.0  # half an hour later "And why?" hardly goes on from the last answer

DIGEST = "/digest"
"""A command that asks without words."""
INTERRUPTED = {"sending": "maybe_interrupted", "unsure": "maybe_interrupted", ADDING: "add_interrupted"}
"""What is said of an update that was cut off at this stage."""
Ask = Callable[[], Answer]
"""Asks the corpus; blocks."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with where it came from and where its answer goes."""

    update_id: int
    user: User
    message: Message
    text: str
    previous: str | None
    """The question that this one goes on from."""

    @property
    def chat(self) -> int:
        """The chat's id."""
        return self.message.chat.id

    @property
    def topic(self) -> str:
        """The question that began the conversation."""
        return self.previous or self.text

    @property
    def understood(self) -> str | None:
        """What is asked, where that is more than what was typed."""
        return f"{self.previous} {self.text}" if self.previous else None

    @property
    def thread(self) -> int | None:
        """The forum topic."""
        return thread_of(self.message)

    @property
    def reply_to(self) -> int | None:
        """In a group the answer shows whose question it answers."""
        return self.message.message_id if is_group(self.message) else None


def is_question(update: Update, me: User, state: State) -> bool:
    """Whether this update asks the bot something; in a group a mere reply must be one to an answer, in a private chat a voice does."""
    if update.message is not None and update.message.voice is not None and not update.message.caption:
        return update.message.chat.type == ChatType.PRIVATE
    addressed_question = addressed(update, me)
    if addressed_question is None or update.message is None:
        return False
    return addressed_question.how != "reply" or _replied_answer(addressed_question, update.message, state) is not None


class Questions:
    """Handles every message that is a question."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.quota, self.refusals = Quota(desk.settings, desk.state), Refusals(desk)
        self._in_turn: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: Counter[int] = Counter()

    async def on_message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the message if it is a question to the bot."""
        me, message = context.bot.bot, update.message
        addressed_question = addressed(update, me)
        if (
            addressed_question is None
            or message is None
            or message.from_user is None
            or not is_question(update, me, self._desk.state)
        ):
            return
        user, question = message.from_user, addressed_question.question
        if purpose(question) is not Purpose.TALK:
            by_command = addressed_question.how == "command"
            refusal = self.quota.refusal(user.id, question, by_command=by_command, language=self._desk.language(user))
            if refusal is not None:
                await self.refuse(message, user, question, refusal)
                return
        await self.ask(update.update_id, message, user, addressed_question)

    async def ask(self, update_id: int, message: Message, user: User, addressed_question: Addressed) -> None:
        """Answer what was counted already."""
        if purpose(addressed_question.question) is Purpose.TALK:
            await self._talk(Asked(update_id, user, message, addressed_question.question, None))
        else:
            asked = self._asked(update_id, message, user, addressed_question)
            await self._answer(asked, self._question(asked))

    async def answer(self, asked: Asked, ask: Ask) -> None:
        """Answer what a command asks as a question is answered: within the person's quota, in its turn, once."""
        text, language = asked.text or DIGEST, self._desk.language(asked.user)
        refusal = self.quota.refusal(asked.user.id, text, by_command=True, language=language)
        if refusal is not None:
            await self.refuse(asked.message, asked.user, text, refusal)
        else:
            await self._answer(asked, ask)

    async def refuse(self, message: Message, user: User, question: str, refusal: Refusal) -> None:
        """Say why a question is not asked."""
        self._desk.metrics.asked("refused", 0.0)
        await self.refusals.tell(message, user, question, refusal)

    async def on_other(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A picture, a voice message or the like in a private chat: say what to send instead."""
        message, user = update.message, update.effective_user
        if message is not None and user is not None:
            await self.refuse(message, user, "", hint(self._desk.language(user)))

    def _asked(self, update_id: int, message: Message, user: User, addressed_question: Addressed) -> Asked:
        """The question in the light of the conversation so far."""
        state, text = self._desk.state, addressed_question.question
        before = _replied_answer(addressed_question, message, state)
        if before is None and goes_on(text):
            before = state.last_answer(
                chat=message.chat.id, user=user.id, thread=thread_of(message), within_s=CONVERSATION_S
            )
        if before is None or not text:
            return Asked(update_id, user, message, text, None)
        return Asked(update_id, user, message, text, what_goes_before(before.topic, text))

    async def _talk(self, asked: Asked) -> None:
        """A greeting or thanks: a line in the person's language; no search, no quota, and nothing that is kept."""
        what = talk(asked.text)
        helps = what is Talk.HELP
        await self._send(asked, await self._desk.help(asked.user) if helps else self._desk.voice(asked.user)(what))

    async def _answer(self, asked: Asked, ask: Ask) -> None:
        desk, began = self._desk, time.monotonic()
        say = desk.voice(asked.user)
        desk.state.stage(asked.update_id, "asking")
        outcome = "failed"
        try:
            async with desk.sender.typing(asked.chat, thread=asked.thread):
                answer = await self._ask_in_turn(asked, ask)
            outcome = "answered" if answer.answered else "not_found"
            if desk.anybody_forgot and is_group(asked.message):
                asked = replace(asked, previous=None)
            told = shown(answer, question=asked.text, understood=asked.understood)
            if desk.forgotten_since(asked.user.id):
                await self._send(asked, render(told, say, at_most=desk.settings.k))  # no buttons: nothing is kept of it
            else:
                await self._deliver(asked, told, began)
        except TimeoutError:
            outcome = "timed_out"
            await self._send(asked, say("timed_out", seconds=round(desk.settings.telegram_time_limit_s)))
        except UsageError as error:
            outcome = "refused"
            _log.info("question of user %s refused: %s", asked.user.id, type(error).__name__)
            instead = hint(desk.language(asked.user))
            await self._send(asked, say(instead.key, **instead.values))
        except AskcorpusError:
            _log.exception("a question could not be answered")
            await self._send(asked, say("trouble"))
        finally:
            desk.metrics.asked(outcome, _since(began))
            text = f": {asked.text}" if desk.settings.telegram_log_questions else ""
            _log.info("user %s in chat %s: %s in %.2f s%s", asked.user.id, asked.chat, outcome, _since(began), text)

    def _question(self, asked: Asked) -> Ask:
        corpus, settings = self._desk.corpus, self._desk.settings
        k = min(2 * settings.k, MOST_PASSAGES)  # half are shown at once, "More sources" shows the rest
        place = self._desk.state.place(asked.chat)
        return lambda: corpus.ask(asked.text, k=k, previous=asked.previous, where=within(corpus, place))

    async def _ask_in_turn(self, asked: Asked, ask: Ask) -> Answer:
        """One question of a person at a time; what they sent meanwhile is asked in the order in which it came."""
        user = asked.user.id
        self._waiting[user] += 1
        try:
            async with self._in_turn[user]:
                return await self._ask(asked, ask)
        finally:
            self._waiting[user] -= 1
            if not self._waiting[user]:
                del self._waiting[user], self._in_turn[user]

    async def _ask(self, asked: Asked, ask: Ask) -> Answer:
        settings, user = self._desk.settings, asked.user.id
        asking = self._desk.in_thread(ask)
        self._desk.running.add(user)
        try:
            return await asyncio.wait_for(asking, settings.telegram_time_limit_s)
        finally:  # before it is sent: who sees the answer may ask on, however slowly Telegram confirms it
            self._desk.running.discard(user)

    async def _deliver(self, asked: Asked, answer: Shown, began: float) -> None:
        """Send the answer once. If it is unclear whether it arrived, offer a button that shows it."""
        desk, say = self._desk, self._desk.voice(asked.user)
        kept_answer = desk.state.keep(
            chat=asked.chat,
            user=asked.user.id,
            thread=asked.thread,
            topic=asked.topic,
            seconds=_since(began),
            shown=answer,
        )
        desk.state.stage(asked.update_id, "sending")
        at_once = MOST_PASSAGES if answer.purpose == "digest" else desk.settings.k  # a digest shows all its stories
        try:
            message = await desk.sender.send(
                asked.chat,
                render(answer, say, at_most=at_once),
                thread=asked.thread,
                reply_to=asked.reply_to,
                keyboard=answer_keyboard(
                    kept_answer, desk.language(asked.user), at_most=at_once, writes=desk.settings.llm is not None
                ),
            )
            desk.state.sent(kept_answer.id, message.message_id)
        except MaybeSent as error:
            _log.warning("unclear whether an answer reached chat %s: %s", asked.chat, error)
            desk.state.stage(asked.update_id, "unsure")
            await desk.sender.send(
                asked.chat,
                say("maybe_sent"),
                thread=asked.thread,
                reply_to=asked.message.message_id,  # which question this is about
                keyboard=show_button(kept_answer, desk.language(asked.user)),
                repeat=True,
            )

    async def _send(self, asked: Asked, text: str) -> None:
        """A message of the bot's own, which does no harm if it comes twice."""
        await self._desk.sender.send(asked.chat, text, thread=asked.thread, reply_to=asked.reply_to, repeat=True)


async def tell_interrupted(desk: Desk) -> None:
    """After a restart: say to everybody whose question, or what they were adding, was cut off that it was."""
    for cut in desk.state.interrupted():
        if cut.chat is None or cut.message is None or not desk.access.may_ask(cut.user, cut.chat):
            desk.state.stage(cut.update_id, "done")
            continue
        say = speaker(desk.state.spoken(cut.user, cut.language))
        text = say(INTERRUPTED.get(cut.stage, "interrupted"))
        await desk.sender.send(cut.chat, text, thread=cut.thread, reply_to=cut.message, repeat=True)
        desk.state.stage(cut.update_id, "done")


def _since(began: float) -> float:
    return time.monotonic() - began


def _replied_answer(addressed_question: Addressed, message: Message, state: State) -> KeptAnswer | None:
    return (
        state.answer_in(message.chat.id, addressed_question.replied) if addressed_question.replied is not None else None
    )
