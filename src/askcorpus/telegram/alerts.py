"""How do saved questions hear of new articles?  Each looks at each generation once; each alert is written down, then sent once.

One snapshot is asked for all questions, each from the generation that it knows: a question that was saved while others were looked
at knows an earlier one, and goes on from there.

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
from askcorpus.rendering.markup import MESSAGE_UNITS, clip, utf16, visible
from askcorpus.rendering.telegram import render
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.keyboards import answer_keyboard
from askcorpus.telegram.once import Beside, Outcome, own_up, send_once
from askcorpus.telegram.state.watches import Alert, Told, Watch
from askcorpus.telegram.texts import speaker
from askcorpus.types import Saved

LOOK_S = 2.0  # a person is told within a minute of the article's indexing; looking at the generation costs a stat
AT_ONCE = 32  # questions that are encoded between two looks: a quarter of a second of one core
QUESTION_UNITS = 300

_log = logging.getLogger(__name__)


class Alerts(Beside):
    """Tells of new articles that answer saved questions."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, name="alerts", failed="saved questions could not be looked at", waits="an alert waits")
        self._unprepared: list[Saved] | None = None
        """Questions to have at hand before an article comes; None until they were read."""

    def _pause_s(self) -> float:
        return LOOK_S

    async def _look(self) -> None:
        """Ask what is new of every saved question, of one generation for all, and write down what it says to them."""
        desk, watches = self._desk, self._desk.state.watches
        known = watches.known()  # before the store is looked at: what is saved meanwhile may know a later generation
        newest = (await desk.in_thread(lambda: desk.corpus.snapshot)).generation
        if watches.looked() is None or known > newest:  # the first start, or a store built anew
            watches.begin(newest)
        if not watches.behind(newest):
            await self._prepare()
            return
        looked, every = watches.looked(), watches.every()
        saved = [self._saved(watch, looked or 0) for watch in every]
        seen, news = await desk.in_thread(lambda: desk.corpus.news(_there(desk, saved))) if saved else (newest, ())
        told = (
            Told(every[one.place], shown(one.answer, question=every[one.place].question), one.rivals, one.heard)
            for one in news
        )
        watches.found(seen, every, told)

    async def _prepare(self) -> None:
        """Have a few more of the questions at hand that were saved before this start."""
        if self._unprepared is None:
            self._unprepared = [self._saved(watch, 0) for watch in self._desk.state.watches.every()]
        now, self._unprepared = self._unprepared[:AT_ONCE], self._unprepared[AT_ONCE:]
        if now:
            await self._desk.in_thread(lambda: self._desk.corpus.expect(now))

    def _saved(self, watch: Watch, looked: int) -> Saved:
        since, place = looked if watch.since is None else watch.since, self._desk.state.place(watch.chat)
        return Saved(watch.question, watch.rivals, place, since, watch.heard)

    async def _tell(self) -> None:
        """Send what is due, oldest first; of a person with a daily hour all of it together."""
        watches, now = self._desk.state.watches, time.time()
        digests: dict[tuple[int, int, int | None], list[Alert]] = defaultdict(list)
        for alert in watches.waiting():
            if self._stop.is_set():
                return
            watch = alert.watch
            if self._desk.replying[watch.chat]:
                continue
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
        alerts = [
            alert for alert in alerts if desk.state.watches.watch(alert.watch.id)
        ]  # some may have been ended by now
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
        gone = [alert.answer for alert in alerts if desk.state.answer(alert.answer) is None]
        desk.state.watches.stage(gone, "lost")  # older than answers are kept
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
    if not any(one.collection for one in saved):
        return [*saved]
    names = {name for name, _ in desk.corpus.collections()}
    return [one if one.collection in names else replace(one, collection=None) for one in saved]
