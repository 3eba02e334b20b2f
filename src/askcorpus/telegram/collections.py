"""From which of the store's folders is a chat answered?  /in NAME, for one question or from now on."""

from __future__ import annotations

from telegram import Message, Update, User
from telegram.ext import ContextTypes

from askcorpus.rendering.markup import escape, one_line
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.keyboards import MOST_PASSAGES
from askcorpus.telegram.questions import Asked, Questions
from askcorpus.telegram.setting import may_set
from askcorpus.types import Answer, Filter

NAME_UNITS = 80


class Collections:
    """Handler of /in."""

    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk, self._questions = desk, questions

    async def choose(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/in, /in archive, /in archive When did the mine open?, /in off."""
        message, user, said = update.message, update.effective_user, " ".join(context.args or ())
        if message is None or user is None:
            return
        say = self._desk.voice(user)
        counted = await self._desk.in_thread(lambda: self._desk.corpus.collections())
        name = _named(said, [name for name, _ in counted])
        question = said[len(name) :].strip()
        if said == "off" or (name and not question):
            await self._set(message, user, name)
        elif name:
            await self._ask(Asked(update.update_id, user, message, question, None), name)
        elif len(counted) < 2:
            await self._reply(message, say("in_one"))
        else:
            place = self._desk.state.place(message.chat.id)
            lines = [f"• {escape(one_line(one, NAME_UNITS))}: {n}{' ✓' if one == place else ''}" for one, n in counted]
            unknown = [say("in_unknown", name=one_line(said, NAME_UNITS))] if said else []
            usage = say("in_usage", name=counted[-1][0])
            await self._reply(message, "\n".join([*unknown, say("collections"), *lines, usage]))

    async def _set(self, message: Message, user: User, name: str) -> None:
        """Have one collection answer here from now on, or all."""
        say = self._desk.voice(user)
        if not await may_set(self._desk, message, user):
            await self._reply(message, say("watch_admins"))
            return
        if message.chat.id == user.id and self._desk.forgotten_since(user.id):
            name = ""
        self._desk.state.set_place(message.chat.id, name or None)
        await self._reply(message, say("in_set", name=name) if name else say("in_off"))

    async def _ask(self, asked: Asked, name: str) -> None:
        """Ask one collection alone, this once."""
        corpus, k = self._desk.corpus, min(2 * self._desk.settings.k, MOST_PASSAGES)

        def ask() -> Answer:
            return corpus.ask(asked.text, k=k, previous=None, where=Filter(collection=name))

        await self._questions.answer(asked, ask)

    async def _reply(self, message: Message, text: str) -> None:
        await self._desk.sender.send(message.chat.id, text, thread=thread_of(message), repeat=True)


def _named(said: str, names: list[str]) -> str:
    """The collection whose name the words begin with, the longest such; empty where there is none."""
    lower = said.casefold()
    begun = (name for name in names if lower == name.casefold() or lower.startswith(name.casefold() + " "))
    return max(begun, key=len, default="")
