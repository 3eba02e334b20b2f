"""How does somebody get the newest stories?  /digest at once, or by itself every day or week, each once."""

from __future__ import annotations

import logging
import re
import time
from dataclasses import replace
from datetime import date
from functools import partial

from telegram import Message, Update, User
from telegram.ext import ContextTypes

from askcorpus.answer.digest import answered
from askcorpus.errors import AskcorpusError
from askcorpus.question.news import said_of
from askcorpus.rendering.keeping import shown
from askcorpus.rendering.markup import clip
from askcorpus.rendering.telegram import ABOUT_UNITS, day, render
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk, within
from askcorpus.telegram.hours import ONE_HOUR, hours_said, next_of, next_time
from askcorpus.telegram.keyboards import answer_keyboard
from askcorpus.telegram.once import Beside, Outcome, own_up, send_once
from askcorpus.telegram.questions import Asked, Questions
from askcorpus.telegram.setting import may_set
from askcorpus.telegram.state.digests import Issue, Schedule
from askcorpus.telegram.state.watches import DAY_S, Hours
from askcorpus.telegram.texts import speaker
from askcorpus.types import Answer, Digest, Filter

LOOK_S = 5.0  # a digest comes at an hour that people chose, not to the second
TOLD_KEPT = 100  # articles; the days that a digest looks at leave out what was told before the last ones, unless its date is to come
RETRY_S = 300.0  # a store that cannot be read is being mended by somebody
_COMMAND = re.compile(r"/digest(?:@(\w+))?(?!\s+(?:off|daily|weekly)\b)(?:\s|\Z)", re.IGNORECASE)
EVERY = {"daily": 1, "weekly": 7}

_log = logging.getLogger(__name__)


def is_digest(update: Update, me: User) -> bool:
    """Whether this update asks for a digest at once: cut off by a kill, it is owned up to as a question is."""
    found = _COMMAND.match(update.message.text or "") if update.message is not None else None
    return found is not None and (found[1] or me.username or "").lower() == (me.username or "").lower()


class DigestCommand:
    """Handler of /digest."""

    def __init__(self, desk: Desk, questions: Questions) -> None:
        self._desk, self._questions = desk, questions

    async def digest(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/digest, /digest week politics, /digest daily 8, /digest weekly 8 +3 politics, /digest off."""
        message, user, words = update.message, update.effective_user, list(context.args or ())
        if message is None or user is None:
            return
        if words[:1] == ["off"] and len(words) == 1:
            await self._end(message, user)
        elif words and words[0].lower() in EVERY:
            await self._schedule(message, user, EVERY[words[0].lower()], words[1:])
        else:
            await self._at_once(Asked(update.update_id, user, message, " ".join(words), None))

    async def _at_once(self, asked: Asked) -> None:
        """Answer as any question is: counted, in its turn, once."""
        desk, language = self._desk, self._desk.language(asked.user)
        period, about = said_of(asked.text, today=date.today(), language=language)

        place = desk.state.place(asked.chat)

        def ask() -> Answer:
            where = within(desk.corpus, place) or Filter()
            made = desk.corpus.digest(replace(period, collection=where.collection), about, language=language)
            return answered(made, asked.text, nearest=() if made else desk.corpus.recent(desk.settings.k, where))

        await self._questions.answer(asked, ask)

    async def _schedule(self, message: Message, user: User, days: int, words: list[str]) -> None:
        desk, say, now = self._desk, self._desk.voice(user), time.time()
        hours = desk.state.watches.hours(user.id)
        said = hours_said(words, ONE_HOUR)
        if said is None:
            await self._reply(message, say("digest_usage", time=f"{hours.clock(now):%H:%M}"))
        elif not await may_set(desk, message, user):
            await self._reply(message, say("watch_admins"))
        elif desk.forgotten_since(user.id):
            await self._reply(message, say("digest_none"))
        else:
            ahead = hours.minutes_ahead if said.minutes_ahead is None else said.minutes_ahead
            [hour], about = said.hours, " ".join(said.rest)
            due = next_time(hour, after=now, minutes_ahead=ahead)
            desk.state.digests.set(
                chat=message.chat.id,
                user=user.id,
                thread=thread_of(message),
                language=user.language_code,
                about=about,
                days=days,
                hour=hour,
                minutes_ahead=ahead,
                due=due,
                since=due - days * DAY_S,
            )
            first = day(Hours(minutes_ahead=ahead).clock(due).date().isoformat(), say)
            head = [say("news_about", about=clip(about, ABOUT_UNITS))] if about else []
            text = say("digest_daily" if days == 1 else "digest_weekly", hour=hour, day=first)
            await self._reply(message, "\n".join([*head, text]))

    async def _end(self, message: Message, user: User) -> None:
        desk, say = self._desk, self._desk.voice(user)
        if not await may_set(desk, message, user):
            await self._reply(message, say("watch_admins"))
            return
        ended = desk.state.digests.end(chat=message.chat.id, thread=thread_of(message))
        await self._reply(message, say("digest_off" if ended else "digest_none"))

    async def _reply(self, message: Message, text: str) -> None:
        await self._desk.sender.send(message.chat.id, text, thread=thread_of(message), repeat=True)


class Digests(Beside):
    """Sends the digests that come by themselves."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, name="digests", failed="digests could not be made", waits="a digest waits")

    def _pause_s(self) -> float:
        return LOOK_S

    async def _look(self) -> None:
        """Write down what those say whose hour has come: one for all the hours that passed while nothing ran."""
        desk = self._desk
        for schedule in desk.state.digests.due():
            if self._stop.is_set():
                return
            hour, ahead, now = schedule.hour, schedule.minutes_ahead, time.time()
            due = next_of(schedule.due, hour, now=now, minutes_ahead=ahead, days=schedule.days)
            if not desk.access.may_ask(schedule.user, schedule.chat):
                desk.state.digests.put_off(schedule, due=due)
                continue
            try:
                place = desk.state.place(schedule.chat)
                made = await desk.in_thread(partial(self._news, schedule, self._language(schedule), place))
            except AskcorpusError:  # the others' hour has come, too
                _log.exception("a digest for chat %s could not be made", schedule.chat)
                desk.state.digests.put_off(schedule, due=now + RETRY_S)
                continue
            told = (*(citation.article.id for citation in made.citations), *schedule.told)[:TOLD_KEPT]
            kept = shown(answered(made, schedule.about), question=schedule.about)
            desk.state.digests.made(schedule, kept, told=told, due=due)

    def _news(self, schedule: Schedule, language: str | None, place: str | None) -> Digest:
        """What is new since the last one."""
        since = Hours(minutes_ahead=schedule.minutes_ahead).clock(schedule.since).date().isoformat()
        corpus, known = self._desk.corpus, schedule.told
        where = replace(within(corpus, place) or Filter(), since=since)
        return corpus.digest(where, schedule.about, language=language, known=known)

    async def _tell(self) -> None:
        """Send what was made, oldest first."""
        desk = self._desk
        for issue in desk.state.digests.waiting():
            if self._stop.is_set():
                return
            if not desk.access.may_ask(issue.schedule.user, issue.schedule.chat):
                desk.state.watches.stage([issue.answer], "lost")
            elif issue.stage == "due":
                await self._send(issue)
            else:
                await self._own_up(issue)

    async def _send(self, issue: Issue) -> None:
        desk, schedule, language = self._desk, issue.schedule, self._language(issue.schedule)
        kept = desk.state.answer(issue.answer)
        if kept is None:  # older than answers are kept
            desk.state.watches.stage([issue.answer], "lost")
            return
        text = render(kept.shown, speaker(language), at_most=desk.settings.k)
        keyboard = answer_keyboard(kept, language, at_most=desk.settings.k) if kept.shown.cited else None
        outcome = await send_once(desk, schedule.chat, text, [issue.answer], thread=schedule.thread, keyboard=keyboard)
        if outcome is Outcome.UNSURE:
            await self._own_up(issue)

    async def _own_up(self, issue: Issue) -> None:
        schedule, language = issue.schedule, self._language(issue.schedule)
        about = clip(schedule.about, ABOUT_UNITS)
        head = speaker(language)("news_about", about=about) if about else speaker(language)("news")
        await own_up(self._desk, schedule.chat, head, issue.answer, thread=schedule.thread, language=language)

    def _language(self, schedule: Schedule) -> str | None:
        return self._desk.state.spoken(schedule.user, schedule.language)
