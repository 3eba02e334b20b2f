"""May this question be asked now?  Its length, one at a time per person, so many a minute and a day."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from telegram import User

from askcorpus.settings import Settings
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import plain

QUESTION_CHARACTERS = 500  # what is longer was pasted in and is no question
REFUSAL_EVERY_S = 5.0  # a flood of questions must not become a flood of refusals


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that says why a question is not asked, and what fills it in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    flood: bool = False
    """Whether many at once would get it, so that it is said only now and then."""


def hint(user: User) -> Refusal:
    """There is no question here: what one looks like."""
    return Refusal("empty_question", {"example": plain(user.language_code, "example", title="…")})


class Quota:
    """Counts questions; per minute in memory, per day in the bot's state.  `running` are the users whose question is worked on."""

    def __init__(self, settings: Settings, state: State, running: Set[int]) -> None:
        self._settings, self._state, self._running = settings, state, running
        self._recent: dict[int, deque[float]] = {}
        self._refused: dict[int, float] = {}

    def refusal(self, user: User, text: str, *, by_command: bool) -> Refusal | None:
        """Why this is not asked; None where it is, and it counts then."""
        settings = self._settings
        if not text:
            return Refusal("ask_usage") if by_command else hint(user)
        if len(text) > QUESTION_CHARACTERS:
            return Refusal("too_long", {"n": len(text), "limit": QUESTION_CHARACTERS})
        if user.id in self._running:
            return Refusal("busy", flood=True)
        now = time.monotonic()
        recent = self._recent.setdefault(user.id, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        if len(recent) >= settings.telegram_per_minute:
            seconds = int(recent[0] + 60 - now) + 1 if recent else 60
            return Refusal("minute_quota", {"limit": settings.telegram_per_minute, "seconds": seconds}, flood=True)
        if not self._state.count_question(user.id, limit=settings.telegram_per_day):
            return Refusal("day_quota", {"limit": settings.telegram_per_day}, flood=True)
        recent.append(now)
        return None

    def is_said(self, user: int, refusal: Refusal) -> bool:
        """Whether the person hears of it; what a flood of questions would get is said only now and then."""
        now = time.monotonic()
        if refusal.flood and now - self._refused.get(user, -REFUSAL_EVERY_S) < REFUSAL_EVERY_S:
            return False
        if refusal.flood:
            self._refused[user] = now
        return True
