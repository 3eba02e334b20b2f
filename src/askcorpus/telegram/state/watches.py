"""Which questions are saved, which alerts are due, and when may they come?  Part of the bot's memory."""

from __future__ import annotations

import contextlib
import functools
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import ParamSpec, TypeVar

from askcorpus.errors import StoreError, said_by
from askcorpus.rendering.kept import Shown
from askcorpus.types import Heard, Saved

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved question."""

    id: str
    chat: int
    user: int
    thread: int | None
    language: str | None
    """That of the person's Telegram."""
    question: str
    rivals: tuple[str, ...]
    heard: tuple[Heard, ...] = ()
    since: int | None = None
    """The generation whose articles it knows; None for that up to which all were looked at."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a look found for a saved question."""

    watch: Watch
    shown: Shown
    rivals: tuple[str, ...]
    heard: tuple[Heard, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """What a new article says to a saved question; kept as an answer, so that its buttons work."""

    answer: str
    watch: Watch
    stage: str
    """due, sending, unsure, sent or lost."""
    at: float


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody wants to hear of news."""

    quiet_since: int | None = None
    quiet_until: int | None = None
    daily: int | None = None
    minutes_ahead: int | None = None
    """Of UTC; None for this machine's own clock."""

    def clock(self, at: float) -> datetime:
        """The time on this person's clock."""
        if self.minutes_ahead is None:
            return datetime.fromtimestamp(at, UTC).astimezone()
        return datetime.fromtimestamp(at, timezone(timedelta(minutes=self.minutes_ahead)))

    def quiet(self, at: float) -> bool:
        """Whether nothing may come now; from 22 to 7 goes over midnight."""
        if self.quiet_since is None or self.quiet_until is None:
            return False
        hour, since, until = self.clock(at).hour, self.quiet_since, self.quiet_until
        return since <= hour < until if since <= until else hour >= since or hour < until

    def due(self, alert_at: float, now: float) -> bool:
        """Whether an alert of that time may come now."""
        if self.quiet(now):
            return False
        if self.daily is None:
            return True
        made = self.clock(alert_at)
        comes = made.replace(hour=self.daily, minute=0, second=0, microsecond=0)
        return self.clock(now) >= (comes if comes >= made else comes + timedelta(days=1))


Given = ParamSpec("Given")
Gives = TypeVar("Gives")


def raising_store_errors(method: Callable[Given, Gives]) -> Callable[Given, Gives]:
    """The same, but what the disk or SQLite refuses is a StoreError: the bot says so in its log and goes on."""

    @functools.wraps(method)
    def translated(*given: Given.args, **named: Given.kwargs) -> Gives:
        try:
            return method(*given, **named)
        except sqlite3.Error as error:
            raise StoreError(f"saved questions and digests cannot be kept or read: {said_by(error)}") from error

    return translated


class Watches:
    """Saved questions and their alerts; every method that needs the disk raises StoreError where that fails."""

    def __init__(self, db: sqlite3.Connection, clock: Callable[[], float] = time.time) -> None:
        self._db, self._clock = db, clock

    @raising_store_errors
    def save(
        self,
        question: str,
        *,
        chat: int,
        user: int,
        thread: int | None,
        language: str | None,
        saved: Saved,
    ) -> Watch:
        """Save a question, with what it knows."""
        id = secrets.token_urlsafe(9)
        watch = Watch(id, chat, user, thread, language, question, saved.rivals, saved.heard, saved.since)
        self._db.execute(
            "INSERT INTO watch VALUES (?,?,?,?,?,?,?,?,?)",
            (id, chat, user, thread, language, question, _told(saved.rivals, saved.heard), self._clock(), saved.since),
        )
        return watch

    @raising_store_errors
    def of(self, user: int, chat: int) -> tuple[Watch, ...]:
        """The saved questions of this chat: in a group those of everybody, else this person's; oldest first."""
        return self._watches("chat = ? AND (user = ? OR chat < 0)", (chat, user))

    @raising_store_errors
    def of_person(self, user: int) -> int:
        """How many this person saved, in all chats."""
        return int(self._db.execute("SELECT count(*) FROM watch WHERE user = ?", (user,)).fetchone()[0])

    @raising_store_errors
    def find(self, question: str, *, chat: int) -> Watch | None:
        """The saved question of this chat in these words."""
        watches = self._watches("chat = ? AND question = ?", (chat, question))
        return watches[0] if watches else None

    @raising_store_errors
    def every(self) -> tuple[Watch, ...]:
        """All saved questions."""
        return self._watches("1", ())

    @raising_store_errors
    def watch(self, id: str) -> Watch | None:
        """The saved question with this id."""
        watches = self._watches("id = ?", (id,))
        return watches[0] if watches else None

    @raising_store_errors
    def end(self, id: str) -> None:
        """Forget a saved question, and what was to be told of it."""
        for table, column in (("alert", "watch"), ("watch", "id")):
            self._db.execute(f"DELETE FROM {table} WHERE {column} = ?", (id,))

    @raising_store_errors
    def hours(self, user: int) -> Hours:
        """When this person wants to hear of news."""
        row = self._db.execute(
            "SELECT quiet_since, quiet_until, daily, minutes_ahead FROM person WHERE id = ?", (user,)
        ).fetchone()
        return Hours(*row) if row else Hours()

    @raising_store_errors
    def set_hours(self, user: int, hours: Hours) -> None:
        """Keep when this person wants to hear of news."""
        self._db.execute(
            "INSERT INTO person (id, quiet_since, quiet_until, daily, minutes_ahead) VALUES (?1, ?2, ?3, ?4, ?5)"
            " ON CONFLICT (id) DO UPDATE SET quiet_since = ?2, quiet_until = ?3, daily = ?4, minutes_ahead = ?5",
            (user, hours.quiet_since, hours.quiet_until, hours.daily, hours.minutes_ahead),
        )

    # Alerts

    @raising_store_errors
    def looked(self) -> int | None:
        """The generation up to which the articles were looked at; None before the first time."""
        row = self._db.execute("SELECT value FROM note WHERE key = 'looked'").fetchone()
        return int(row[0]) if row else None

    @raising_store_errors
    def known(self) -> int:
        """The latest generation that any saved question knows."""
        (latest,) = self._db.execute("SELECT max(since) FROM watch").fetchone()
        return max(latest or 0, self.looked() or 0)

    @raising_store_errors
    def behind(self, generation: int) -> bool:
        """Whether there is a saved question that does not know this generation's articles."""
        (late,) = self._db.execute("SELECT EXISTS (SELECT 1 FROM watch WHERE since < ?)", (generation,)).fetchone()
        return bool(late) or (self.looked() or 0) < generation

    @raising_store_errors
    def begin(self, generation: int) -> None:
        """Take all that is there for known: at the first start, and over a store that was built anew."""
        with self._whole():
            self._db.execute("UPDATE watch SET since = NULL WHERE since > ?", (generation,))
            self._looked(generation)

    @raising_store_errors
    def found(self, generation: int, looked: Iterable[Watch], told: Iterable[Told]) -> None:
        """Keep the alerts that came of looking at these, and how far was looked: all of it or, at a kill, nothing.

        One that was saved meanwhile goes on from where it was; one that was ended meanwhile is told nothing.
        """
        own = [(watch.id,) for watch in looked if watch.since is not None]
        with self._whole():
            for one in told:
                values = (_told(one.rivals, one.heard), one.watch.id)
                if self._db.execute("UPDATE watch SET told = ? WHERE id = ?", values).rowcount:
                    self._alert(one.watch, one.shown)
            self._db.executemany("UPDATE watch SET since = NULL WHERE id = ?", own)
            self._looked(generation)

    @raising_store_errors
    def waiting(self) -> tuple[Alert, ...]:
        """Alerts that were not sent yet, oldest first; of those that an earlier process was sending it is not known."""
        rows = self._db.execute(
            "SELECT answer, stage, alert.at, watch FROM alert WHERE stage IN ('due', 'sending', 'unsure')"
            " ORDER BY alert.at, alert.rowid"
        ).fetchall()
        if not rows:  # asked every other second: then all that is saved need not be read
            return ()
        watches = {watch.id: watch for watch in self.every()}
        return tuple(Alert(answer, watches[w], stage, at) for answer, stage, at, w in rows if w in watches)

    @raising_store_errors
    def stage(self, answers: Iterable[str], stage: str) -> None:
        """How far the sending of these alerts has come."""
        self._db.executemany("UPDATE alert SET stage = ? WHERE answer = ?", [(stage, answer) for answer in answers])

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """All of it or nothing."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _looked(self, generation: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO note VALUES ('looked', ?)", (str(generation),))

    def _alert(self, watch: Watch, shown: Shown) -> None:
        id, now = secrets.token_urlsafe(9), self._clock()
        self._db.execute("INSERT INTO alert VALUES (?,?,'due',?)", (id, watch.id, now))
        self._db.execute(
            "INSERT INTO answer VALUES (?,?,?,?,NULL,?,1,0,NULL,?,?)",
            (
                *(id, watch.chat, watch.user, watch.thread, watch.question),
                *(json.dumps(shown.as_json(), ensure_ascii=False), now),
            ),
        )

    def _watches(self, where: str, values: tuple[object, ...]) -> tuple[Watch, ...]:
        rows = self._db.execute(
            "SELECT id, chat, user, thread, language, question, told, since FROM watch"
            f" WHERE {where} ORDER BY at, rowid",
            values,
        ).fetchall()
        made = []
        for id, chat, user, thread, language, question, text, since in rows:
            told = json.loads(text)
            rivals, heard = tuple(told["rivals"]), tuple(Heard(*one) for one in told["heard"])
            made.append(Watch(id, chat, user, thread, language, question, rivals, heard, since))
        return tuple(made)


def _told(rivals: Iterable[str], heard: Iterable[Heard]) -> str:
    return json.dumps({"rivals": [*rivals], "heard": [astuple(one) for one in heard]}, ensure_ascii=False)
