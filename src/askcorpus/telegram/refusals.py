"""How does somebody hear which of their questions were not asked?  One word for each; of a flood of them one message."""

from __future__ import annotations

import asyncio
import time

from telegram import Message, User

from askcorpus.rendering.markup import one_line
from askcorpus.telegram.addressing import is_group, thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.quota import Refusal

GATHER_S = 0.7  # what is pasted or forwarded together arrives within it
EVERY_S = 5.0  # a flood of questions must not become a flood of refusals: what comes sooner is told together
NAMED = 10  # questions: a screen of a phone
QUESTION_UNITS = 60

Place = tuple[int, int, int | None]


class Refusals:
    """Tells each person, in each chat, what was not asked and why."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._gathering: dict[Place, list[str]] = {}
        self._told: dict[Place, float] = {}

    async def tell(self, message: Message, user: User, question: str, refusal: Refusal) -> None:
        """Say it at once, or, where many at once would get it, after a moment and of all of them."""
        if not refusal.flood:
            await self._send(message, user, refusal)
            return
        place = user.id, message.chat.id, thread_of(message)
        if place in self._gathering:
            self._gathering[place].append(question)
            return
        self._gathering[place] = [question]
        await asyncio.sleep(max(GATHER_S, self._told.get(place, -EVERY_S) + EVERY_S - time.monotonic()))
        questions = self._gathering.pop(place)
        self._told[place] = time.monotonic()
        await self._send(message, user, refusal, questions)

    async def _send(self, message: Message, user: User, refusal: Refusal, questions: list[str] | None = None) -> None:
        say = self._desk.voice(user)
        text = say(refusal.key, **refusal.values)
        named = [one_line(question, QUESTION_UNITS) for question in questions or () if question][:NAMED]
        if named:
            text += "\n" + say("not_asked", questions=" · ".join(named))
            left = len(questions or ()) - len(named)
            text += f" {say('more_lines', n=left)}" if left else ""
        reply_to = message.message_id if is_group(message) else None
        await self._desk.sender.send(message.chat.id, text, thread=thread_of(message), reply_to=reply_to, repeat=True)
