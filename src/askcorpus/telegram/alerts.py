"""How do saved questions hear of new articles?  Each generation is looked at once; each alert is written down, then sent once.

What may have been sent when the connection broke, or when the process was killed, is not sent again: a notice with a button
shows it, as with an answer.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from askcorpus.rendering.keeping import shown
from askcorpus.rendering.kept import Shown
from askcorpus.rendering.markup import MESSAGE_UNITS, clip, utf16, visible
from askcorpus.rendering.telegram import render
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.keyboards import answer_keyboard
from askcorpus.telegram.once import Beside, Outcome, own_up, send_once
from askcorpus.telegram.state.watches import Alert, Watch
from askcorpus.telegram.texts import speaker
from askcorpus.types import News, Saved

LOOK_S = 2.0  # a person is told within a minute of the article's indexing; looking at the generation costs a stat
QUESTION_UNITS = 300

_log = logging.getLogger(__name__)


class Alerts(Beside):
    """Tells of new articles that answer saved questions."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, name="alerts", failed="saved questions could not be looked at", waits="an alert waits")

    def _pause_s(self) -> float:
        return LOOK_S

    async def _look(self) -> None:
        """Ask what is new of every saved question, and write down what it says to them."""
        desk, watches = self._desk, self._desk.state.watches
        looked, newest = watches.looked(), (await desk.in_thread(lambda: desk.corpus.snapshot)).generation
        if looked is None or looked > newest:  # the first start, or a store built anew: all that is there is known
            watches.found(newest, ())
            return
        if looked == newest:
            return
        groups: dict[int, list[Watch]] = defaultdict(list)
        for watch in watches.every():
            groups[max(looked, watch.since)].append(watch)
        told: list[tuple[Watch, tuple[str, ...], Shown, tuple[int, ...]]] = []
        seen = newest
        for since, group in groups.items():
            saved = [Saved(watch.question, watch.rivals, desk.state.place(watch.chat)) for watch in group]
            seen, news = await desk.in_thread(lambda s=saved, g=since: desk.corpus.news(_there(desk, s), since=g))  # type: ignore[misc]
            told += [_told(group, one) for one in news]
        if all(watches.watch(watch.id) for watch, *_ in told):
            watches.found(seen if len(groups) <= 1 else newest, told)
        else:  # one was ended meanwhile
            watches.found(seen if len(groups) <= 1 else newest, [one for one in told if watches.watch(one[0].id)])

    async def _tell(self) -> None:
        """Send what is due, oldest first; of a person with a daily hour all of it together."""
        watches, now = self._desk.state.watches, time.time()
        digests: dict[tuple[int, int, int | None], list[Alert]] = defaultdict(list)
        for alert in watches.waiting():
            if self._stop.is_set():
                return
            watch = alert.watch
            if not self._desk.access.may_ask(watch.user, watch.chat):
                watches.stage([alert.answer], "lost")
            elif alert.stage != "due":
                await self._own_up([alert])
            else:
                hours = watches.hours(watch.user)
                if hours.due(alert.at, now) and hours.daily is not None:
                    digests[watch.user, watch.chat, watch.thread].append(alert)
                elif hours.due(alert.at, now):
                    await self._send([alert])
        for alerts in digests.values():
            await self._send(alerts)

    async def _send(self, alerts: Sequence[Alert]) -> None:
        """One message of one alert, or of as many as fit."""
        desk, first = self._desk, alerts[0].watch
        say = speaker(self._language(first))
        parts = [(alert, kept) for alert in alerts if (kept := desk.state.answer(alert.answer))]
        head = say("digest") if len(parts) > 1 else ""
        texts: list[str] = []
        sent: list[Alert] = []
        for alert, kept in parts:
            about = say("alert", question=clip(alert.watch.question, QUESTION_UNITS))
            text = f"{about}\n{render(kept.shown, say, at_most=desk.settings.k)}"
            if texts and utf16(visible("\n\n".join([head, *texts, text]))) > MESSAGE_UNITS:
                break
            texts.append(text)
            sent.append(alert)
        if not sent:
            return
        answers = [alert.answer for alert in sent]
        keyboard = (
            answer_keyboard(parts[0][1], self._language(first), at_most=desk.settings.k, watched=True)
            if len(sent) == 1
            else None
        )
        text = "\n\n".join([*([head] if head else []), *texts])
        outcome = await send_once(desk, first.chat, text, answers, thread=first.thread, keyboard=keyboard)
        if outcome is Outcome.UNSURE:
            await self._own_up(sent)

    async def _own_up(self, alerts: Sequence[Alert]) -> None:
        """Say that alerts may not have arrived, each with a button that shows it."""
        desk = self._desk
        for alert in alerts:
            watch, language = alert.watch, self._language(alert.watch)
            about = speaker(language)("alert", question=clip(watch.question, QUESTION_UNITS))
            await own_up(desk, watch.chat, about, alert.answer, thread=watch.thread, language=language)

    def _language(self, watch: Watch) -> str | None:
        return self._desk.state.spoken(watch.user, watch.language)


def _there(desk: Desk, saved: Sequence[Saved]) -> list[Saved]:
    """The saved questions, those of a chat whose collection the store has no more asked of all."""
    names = (
        {name for name, _ in desk.corpus.collections()} if any(one.collection for one in saved) else frozenset[str]()
    )
    return [one if one.collection in names else replace(one, collection=None) for one in saved]


def _told(group: Sequence[Watch], news: News) -> tuple[Watch, tuple[str, ...], Shown, tuple[int, ...]]:
    watch = group[news.place]
    return watch, news.articles, shown(news.answer, question=watch.question), news.rivals
