"""May this question be asked now?  Its length, so many a minute and a day."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from askcorpus.settings import Settings
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import plain

QUESTION_CHARACTERS = 500  # what is longer was pasted in and is no question
ACTS_A_MINUTE = 40  # more than a thumb manages that reads what it opens; or four times the questions that are allowed
PEOPLE_KEPT = 10_000  # a megabyte; beyond it who was heard of longest ago begins anew
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that says why a question is not asked, and what fills it in."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    flood: bool = False
    """Whether many at once would get it, so that it is said of all of them together."""


def hint(language: str | None) -> Refusal:
    """There is no question here: what one looks like."""
    return Refusal("empty_question", {"example": plain(language, "example", title="…")})


class Budget:
    """Everything that a person sends, looked at before anything is done about it: buttons, commands, questions."""

    def __init__(self, settings: Settings, *, times: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = times * max(ACTS_A_MINUTE, 4 * settings.telegram_per_minute)
        self._clock = clock
        self._acts: OrderedDict[int, deque[float]] = OrderedDict()

    def allows(self, user: int) -> bool:
        """Whether this is one of the first so many of the last minute; what is more gets no word, a word is what it costs."""
        now = self._clock()
        acts = self._acts.setdefault(user, deque(maxlen=self._most))
        self._acts.move_to_end(user)
        while len(self._acts) > PEOPLE_KEPT:
            self._acts.popitem(last=False)
        if len(acts) == self._most and acts[0] > now - 60:
            return False
        acts.append(now)
        return True


class OnceADay:
    """Who had a word today, of those who are not let in."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: OrderedDict[int, float] = OrderedDict()

    def first(self, user: int) -> bool:
        """Whether this person had no word in the last 24 hours; they have one now."""
        now = self._clock()
        if now - self._told.get(user, -DAY_S) < DAY_S:
            return False
        self._told[user] = now
        self._told.move_to_end(user)
        while len(self._told) > PEOPLE_KEPT:
            self._told.popitem(last=False)
        return True


class Quota:
    """Counts questions; per minute in memory, per day in the bot's state."""

    def __init__(self, settings: Settings, state: State) -> None:
        self._settings, self._state = settings, state
        self._recent: dict[int, deque[float]] = {}

    def refusal(self, user: int, text: str, *, by_command: bool, language: str | None) -> Refusal | None:
        """Why this is not asked; None where it is, and it counts then."""
        settings = self._settings
        if not text:
            return Refusal("ask_usage") if by_command else hint(language)
        if len(text) > QUESTION_CHARACTERS:
            return Refusal("too_long", {"n": len(text), "limit": QUESTION_CHARACTERS})
        now = time.monotonic()
        recent = self._recent.setdefault(user, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        if len(recent) >= settings.telegram_per_minute:
            seconds = int(recent[0] + 60 - now) + 1 if recent else 60
            return Refusal("minute_quota", {"limit": settings.telegram_per_minute, "seconds": seconds}, flood=True)
        if not self._state.count_question(user, limit=settings.telegram_per_day):
            return Refusal("day_quota", {"limit": settings.telegram_per_day}, flood=True)
        recent.append(now)
        return None
