"""What does the bot remember between two starts?  The only SQL of the bot.

`store/` is the home of the corpus's SQL; this is another matter: who may ask, what was asked and answered, which
buttons that left behind, which updates were seen.  It lives beside the store's files in `telegram.sqlite3` and is never
rebuilt from anything.  One connection, used from the event loop's thread only: each call takes microseconds.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from askcorpus.errors import StoreError, said_by
from askcorpus.rendering.kept import Shown
from askcorpus.telegram.state.digests import Digests
from askcorpus.telegram.state.tables import connected
from askcorpus.telegram.state.watches import Watches

FILE = "telegram.sqlite3"
DAY = 86_400  # seconds
ADDING = "adding"
"""The stage of what somebody sent to be added."""
UPDATES_KEPT_S = 3 * DAY  # Telegram itself keeps an update for 24 hours


@dataclass(frozen=True, slots=True)
class Arrived:
    """An update as the inbox keeps it; `stage` is new, asking, sending, unsure, adding or done."""

    update_id: int
    chat: int | None
    user: int | None
    thread: int | None
    message: int | None
    asked: bool
    stage: str = "new"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer that was given."""

    id: str
    chat: int
    user: int
    thread: int | None
    message: int | None
    topic: str
    """The question that began the conversation this one belongs to."""
    vote: int | None
    shown: Shown
    at: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures over what is kept."""

    questions: int
    today: int
    not_found: int
    seconds: tuple[float, ...]
    """Times to an answer, rising."""
    up: int
    down: int


class State:
    """The bot's memory; close it, or use it in a `with`."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._db = connected(path)
        self.watches = Watches(self._db, lambda: self._clock())
        self.digests = Digests(self._db, lambda: self._clock())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write everything into the one file."""
        self._db.close()

    # Updates: each is answered once

    def arrive(self, update: Arrived) -> bool:
        """Whether this update is new; it is then written down before Telegram is told that it came.

        Raises StoreError where nothing can be written.
        """
        row = (
            *(update.update_id, update.chat, update.user, update.thread, update.message),
            *(update.asked, update.stage, update.language, self._clock()),
        )
        return self._written("INSERT OR IGNORE INTO inbox VALUES (?,?,?,?,?,?,?,?,?)", row) == 1

    def stage(self, update_id: int, stage: str) -> None:
        """How far the work on this update has come; raises StoreError where nothing can be written."""
        self._written("UPDATE inbox SET stage = ? WHERE update_id = ?", (stage, update_id))

    def interrupted(self) -> tuple[Arrived, ...]:
        """Questions, and what was to be added, that an earlier process took and did not finish, oldest first."""
        rows = self._rows(
            "SELECT update_id, chat, user, thread, message, asked, stage, language FROM inbox"
            " WHERE (asked OR stage = ?) AND stage != 'done' ORDER BY update_id",
            (ADDING,),
        )
        return tuple(Arrived(*row) for row in rows)

    # People

    def role(self, id: int) -> str | None:
        """'admin', 'user' or 'denied'; None for a stranger."""
        rows = self._rows("SELECT role FROM member WHERE id = ?", (id,))
        return rows[0][0] if rows else None

    def anybody_denied(self) -> bool:
        """Whether any user or group is shut out."""
        return bool(self._rows("SELECT 1 FROM member WHERE role = 'denied' LIMIT 1"))

    def set_role(self, id: int, role: str, *, by: int | None) -> None:
        """Let a user or a group in, or shut it out."""
        self._written("INSERT OR REPLACE INTO member VALUES (?,?,?,?)", (id, role, by, self._clock()))

    def move_group(self, old: int, new: int) -> None:
        """Follow a group that has become a supergroup under a new id."""
        self._written("UPDATE OR REPLACE member SET id = ? WHERE id = ?", (new, old))
        self._written("UPDATE OR REPLACE place SET chat = ? WHERE chat = ?", (new, old))
        for table in ("answer", "watch", "digest"):
            self._written(f"UPDATE {table} SET chat = ? WHERE chat = ?", (new, old))

    def admins(self) -> tuple[int, ...]:
        """Administrators that pairing made."""
        return tuple(row[0] for row in self._rows("SELECT id FROM member WHERE role = 'admin' ORDER BY id"))

    def users(self) -> tuple[int, ...]:
        """People and groups that were let in."""
        return tuple(row[0] for row in self._rows("SELECT id FROM member WHERE role = 'user' ORDER BY at, id"))

    def spoken(self, id: int | None, otherwise: str | None) -> str | None:
        """The language that this person chose, else that of their Telegram."""
        rows = self._rows("SELECT language FROM person WHERE id = ?", (id,))
        return str(rows[0][0]) if rows and rows[0][0] else otherwise

    def written_in(self, id: int) -> str | None:
        """The language of this person's Telegram when they last wrote; None where nothing of them is kept."""
        rows = self._rows("SELECT language FROM inbox WHERE user = ? ORDER BY update_id DESC LIMIT 1", (id,))
        return rows[0][0] if rows else None

    def speak(self, id: int, language: str | None) -> None:
        """Keep the language that this person chose; None for that of their Telegram."""
        self._written(
            "INSERT INTO person (id, language) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET language = ?2",
            (id, language),
        )

    def place(self, chat: int) -> str | None:
        """The collection that alone answers in this chat; None where all do."""
        rows = self._rows("SELECT collection FROM place WHERE chat = ?", (chat,))
        return str(rows[0][0]) if rows else None

    def set_place(self, chat: int, collection: str | None) -> None:
        """Keep which collection alone answers in this chat; None for all."""
        if collection is None:
            self._written("DELETE FROM place WHERE chat = ?", (chat,))
        else:
            self._written("INSERT OR REPLACE INTO place VALUES (?,?)", (chat, collection))

    def invite(self, code: str, *, by: int, seconds: float) -> None:
        """Keep the hash of an invitation's code."""
        self._written("INSERT INTO invite VALUES (?,?,?,NULL)", (code, by, self._clock() + seconds))

    def redeem(self, code: str, *, user: int) -> bool:
        """Whether this code lets the user in; it then lets in nobody else."""
        used = self._written(
            "UPDATE invite SET used_by = ? WHERE code = ? AND used_by IS NULL AND expires > ?",
            (user, code, self._clock()),
        )
        return used == 1

    def count_question(self, user: int, *, limit: int) -> bool:
        """Whether the user may ask once more today; it then counts. /forget does not reset it."""
        counted = self._written(
            "INSERT INTO usage VALUES (?1, ?2, 1)"
            " ON CONFLICT (user, day) DO UPDATE SET asked = asked + 1 WHERE asked < ?3",
            (user, int(self._clock() // DAY), limit),
        )
        return limit > 0 and counted == 1

    # Answers

    def keep(self, *, chat: int, user: int, thread: int | None, topic: str, seconds: float, shown: Shown) -> KeptAnswer:
        """Keep an answer under a new id that nobody can guess and that fits a button."""
        answer = KeptAnswer(secrets.token_urlsafe(9), chat, user, thread, None, topic, None, shown, self._clock())
        self._written(
            "INSERT INTO answer VALUES (?,?,?,?,NULL,?,?,?,NULL,?,?)",
            (
                *(answer.id, chat, user, thread, topic, bool(shown.cited), seconds),
                *(json.dumps(shown.as_json(), ensure_ascii=False), answer.at),
            ),
        )
        return answer

    def sent(self, id: str, message: int) -> None:
        """The answer stands in the chat as this message."""
        self._written("UPDATE answer SET message = ? WHERE id = ?", (message, id))

    def answer(self, id: str) -> KeptAnswer | None:
        """The answer behind a button."""
        return self._answer("id = ?", id)

    def answer_in(self, chat: int, message: int) -> KeptAnswer | None:
        """The answer that stands in the chat as this message."""
        return self._answer("chat = ? AND message = ?", chat, message)

    def last_answer(self, *, chat: int, user: int, thread: int | None, within_s: float) -> KeptAnswer | None:
        """What the user was answered here most recently."""
        since = self._clock() - within_s
        return self._answer("chat = ? AND user = ? AND thread IS ? AND at >= ?", chat, user, thread, since)

    def vote(self, id: str, vote: int) -> bool:
        """Whether this changed the asker's vote: 1 or -1."""
        return self._written("UPDATE answer SET vote = ?1 WHERE id = ?2 AND vote IS NOT ?1", (vote, id)) == 1

    # Forgetting

    def forget(self, user: int) -> tuple[int, int]:
        """Delete what the user asked and was answered; returns how many answers and how many votes that were."""
        count = "SELECT count(*), count(vote) FROM answer WHERE user = ?"
        [(answers, votes)] = self._rows(count, (user,))
        self._written("DELETE FROM answer WHERE user = ?", (user,))
        for (watch,) in self._rows("SELECT id FROM watch WHERE user = ?", (user,)):
            self.watches.end(watch)
        self.digests.end_of(user)
        self._begin_anew_in_groups(user)
        self.set_place(user, None)  # of the private chat, which has the person's number
        self._empty_log()
        return answers, votes

    def _begin_anew_in_groups(self, user: int) -> None:
        """Others may have gone on from what the user asked, and what was kept of that says it: each of theirs begins with itself."""
        own = "json_extract(shown, '$.question')"
        self._written(
            f"UPDATE answer SET topic = {own}, shown = json_set(shown, '$.understood', NULL)"
            f" WHERE chat < 0 AND user != ? AND (topic != {own} OR json_extract(shown, '$.understood') IS NOT NULL)",
            (user,),
        )

    def prune(self, *, keep_days: int) -> int:
        """Delete what is older than promised; returns how many answers that were."""
        now = self._clock()
        gone = self._written("DELETE FROM answer WHERE at < ?", (now - keep_days * DAY,))
        self._written("DELETE FROM inbox WHERE at < ?", (now - UPDATES_KEPT_S,))
        self._written("DELETE FROM usage WHERE day < ?", (int(now // DAY),))
        self._written("DELETE FROM invite WHERE expires < ?", (now - DAY,))
        self._written("DELETE FROM alert WHERE at < ?", (now - keep_days * DAY,))
        self._empty_log()
        return gone

    def tally(self) -> Tally:
        """Figures for the administrator."""
        midnight = self._clock() // DAY * DAY
        [(questions, today, not_found, up, down)] = self._rows(
            "SELECT count(*), coalesce(sum(at >= ?), 0), coalesce(sum(NOT found), 0), coalesce(sum(vote = 1), 0),"
            " coalesce(sum(vote = -1), 0) FROM answer WHERE id NOT IN (SELECT answer FROM alert)",
            (midnight,),
        )
        seconds = tuple(row[0] for row in self._rows("SELECT seconds FROM answer WHERE seconds > 0 ORDER BY seconds"))
        return Tally(questions, today, not_found, seconds, up, down)

    def _empty_log(self) -> None:
        """Move the write-ahead log into the file and cut it to nothing, or what was deleted stays readable in it."""
        self._rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def _written(self, statement: str, values: tuple[object, ...]) -> int:
        """How many rows a statement changed; raises StoreError."""
        try:
            return self._db.execute(statement, values).rowcount
        except sqlite3.Error as error:
            raise StoreError(f"{FILE} cannot be written: {said_by(error)}") from error

    def _rows(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """Every row of a query; raises StoreError."""
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{FILE} cannot be read: {said_by(error)}") from error

    def _answer(self, where: str, *values: object) -> KeptAnswer | None:
        rows = self._rows(
            "SELECT id, chat, user, thread, message, topic, vote, shown, at FROM answer"
            f" WHERE {where} ORDER BY at DESC, rowid DESC LIMIT 1",
            values,
        )
        if not rows:
            return None
        [(id, chat, user, thread, message, topic, vote, text, at)] = rows
        return KeptAnswer(id, chat, user, thread, message, topic, vote, Shown.from_json(json.loads(text)), at)
