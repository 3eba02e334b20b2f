"""Which digests come by themselves, when, and what was told in them?  Part of the bot's memory."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from askcorpus.rendering.kept import Shown
from askcorpus.telegram.state.watches import raising_store_errors


@dataclass(frozen=True, slots=True)
class Schedule:
    """A digest that comes by itself; a chat, or a topic of a forum, has one at most."""

    id: str
    chat: int
    user: int
    """Who had it come."""
    thread: int | None
    language: str | None
    """That of the person's Telegram."""
    about: str
    days: int
    """From one to the next: 1 or 7."""
    hour: int
    minutes_ahead: int | None
    """Of UTC, is the clock by which the hour is meant; None for this machine's own."""
    due: float
    since: float
    """From when on the next one tells."""
    told: tuple[str, ...] = ()
    """Ids of the articles of the last ones, newest first: no story is told twice."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A digest that is to be sent: what it says is kept as an answer, so that its buttons work."""

    answer: str
    schedule: Schedule
    stage: str
    """due, sending or unsure."""


class Digests:
    """Digests that come by themselves; every method raises StoreError where the disk refuses."""

    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float] = time.time) -> None:
        self._db, self._clock = db, clock

    @raising_store_errors
    def set(
        self,
        *,
        chat: int,
        user: int,
        thread: int | None,
        language: str | None,
        about: str,
        days: int,
        hour: int,
        minutes_ahead: int | None,
        due: float,
        since: float,
    ) -> None:
        """Have a digest come here, in the place of one that did."""
        self.end(chat=chat, thread=thread)
        values = (chat, user, thread, language, about, days, hour, minutes_ahead, due, since)
        self._db.execute(
            "INSERT INTO digest VALUES (?,?,?,?,?,?,?,?,?,?,?,'[]')",
            (secrets.token_urlsafe(9), *values),
        )

    @raising_store_errors
    def end(self, *, chat: int, thread: int | None) -> bool:
        """Whether a digest came here, which now ends; what was to be sent of it is not."""
        return self._end("chat = ? AND thread IS ?", (chat, thread))

    @raising_store_errors
    def end_of(self, user: int) -> bool:
        """Whether there were any that this person had come; they end."""
        return self._end("user = ?", (user,))

    @raising_store_errors
    def due(self) -> tuple[Schedule, ...]:
        """Those whose hour has come."""
        return self._schedules("due <= ?", (self._clock(),))

    @raising_store_errors
    def put_off(self, schedule: Schedule, *, due: float) -> None:
        """Have the next one come at another time, and nothing now."""
        self._db.execute("UPDATE digest SET due = ? WHERE id = ?", (due, schedule.id))

    @raising_store_errors
    def made(self, schedule: Schedule, shown: Shown, *, told: Collection[str], due: float) -> None:
        """Keep what a digest says, to be sent, and when the next one is due: all of it or, at a kill, nothing."""
        id, now = secrets.token_urlsafe(9), self._clock()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            changed = self._db.execute(
                "UPDATE digest SET due = ?, since = ?, told = ? WHERE id = ? AND due = ?",
                (due, now, json.dumps([*told]), schedule.id, schedule.due),
            )
            if changed.rowcount:  # else it was ended, or set anew, meanwhile
                self._db.execute("INSERT INTO alert VALUES (?,?,'due',?)", (id, schedule.id, now))
                text = json.dumps(shown.as_json(), ensure_ascii=False)
                where = (schedule.chat, schedule.user, schedule.thread)
                self._db.execute(
                    "INSERT INTO answer VALUES (?,?,?,?,NULL,?,?,0,NULL,?,?)",
                    (id, *where, shown.question, bool(shown.cited), text, now),
                )
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    @raising_store_errors
    def waiting(self) -> tuple[Issue, ...]:
        """Those that were made and not sent, oldest first; of those that an earlier process was sending it is not known."""
        rows = self._db.execute(
            "SELECT answer, watch, stage FROM alert WHERE stage IN ('due', 'sending', 'unsure')"
            " AND watch IN (SELECT id FROM digest) ORDER BY at, rowid"
        ).fetchall()
        schedules = {schedule.id: schedule for schedule in self._schedules("1", ())} if rows else {}
        return tuple(Issue(answer, schedules[id], stage) for answer, id, stage in rows if id in schedules)

    def _end(self, where: str, values: tuple[object, ...]) -> bool:
        self._db.execute(f"DELETE FROM alert WHERE watch IN (SELECT id FROM digest WHERE {where})", values)
        return self._db.execute(f"DELETE FROM digest WHERE {where}", values).rowcount > 0

    def _schedules(self, where: str, values: tuple[object, ...]) -> tuple[Schedule, ...]:
        columns = "id, chat, user, thread, language, about, days, hour, minutes_ahead, due, since, told"
        rows = self._db.execute(f"SELECT {columns} FROM digest WHERE {where} ORDER BY due, id", values).fetchall()
        return tuple(replace(Schedule(*row), told=tuple(json.loads(row[-1]))) for row in rows)
