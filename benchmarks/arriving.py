"""Does everybody hear once of each new article that answers what they saved?  A part of soak.py.

People save questions about towns of which no article tells yet; then articles come, so many a minute, each on one of these towns.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from soak import Person

BEFORE = ("Quarn", "Velsk", "Tzimo", "Jorund", "Pellau", "Wexan", "Zubri", "Ykale", "Bregsol", "Nimvar")
AFTER = ("holt", "gard", "bury", "tovo", "minne", "skar")
BELL = "🔔"
LATEST_S = 120.0  # the minute, twice, on a machine that has other work to do
SETTLE_S = 2.5  # one more look of the bot's, for news that is one too many
WORDS_OF_THE_TRADE = (
    "turbine boiler harbour valley council river bridge engineer winter market school forest railway storm".split()
)


@dataclass
class Arriving:
    """The saved questions, what came, and what was heard of it."""

    people: Sequence[Person]
    saved: int
    a_minute: float
    wants: dict[str, list[Person]] = field(default_factory=dict)
    """Who saved a question about each town."""
    came: dict[str, float] = field(default_factory=dict)
    heard_s: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _seen: set[tuple[int, str]] = field(default_factory=set)

    async def save(self) -> None:
        """Everybody saves an equal share."""
        towns = [before + after for after in AFTER for before in BEFORE]
        for n in range(self.saved):
            town, person = towns[n % len(towns)], self.people[n % len(self.people)]
            self.wants.setdefault(town, []).append(person)
            await person.telegram.say(person.id, f"/watch {question(town)}")
        until = time.monotonic() + LATEST_S
        while sum(len(self._bot(p, "Saved:")) for p in self.people) < self.saved:
            if time.monotonic() > until:
                self.wrong.append("not every question was saved")
                return
            await asyncio.sleep(0.1)

    async def run(self, folder: Path, ended: asyncio.Event) -> None:
        """An article after the other, until all towns had theirs or `ended`; meanwhile what is heard is looked at."""
        random_ = random.Random(5)
        for town in self.wants:
            if ended.is_set():
                return
            write(folder, town, random_)
            self.came[town] = time.monotonic()
            await self._look(60 / self.a_minute)

    async def end(self) -> None:
        """Wait for what must still come, then say what came not at all, twice, or to somebody else."""
        until = time.monotonic() + LATEST_S
        expected = {(p.id, town) for town in self.came for p in self.wants[town]}
        while not expected <= self._seen and time.monotonic() < until:
            await self._look(0.2)
        await self._look(SETTLE_S)
        for person in self.people:
            for town in self.wants:
                n, due = len(self._told(person, town)), (person.id, town) in expected
                if n != due:
                    about = [m["text"][:60] for m in self._told(person, town)]
                    self.wrong.append(f"{person.id}: {n} times news of {town}, not {int(due)}: {about}")

    def percentile(self, share: float) -> float:
        """Within how many seconds of its article's being written this share of the news was heard."""
        return sorted(self.heard_s)[int(share * (len(self.heard_s) - 1))] if self.heard_s else 0.0

    async def _look(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for town, written in self.came.items():
                for person in self.wants[town]:
                    if (person.id, town) not in self._seen and self._told(person, town):
                        self._seen.add((person.id, town))
                        self.heard_s.append(time.monotonic() - written)
            for person in self.people:
                await self._press(person)
            await asyncio.sleep(0.2)

    async def _press(self, person: Person) -> None:
        """Press the button under a notice of news that is not in the chat, once."""
        for message in self._bot(person, BELL):
            lost = "press the button" in message["text"] and message["message_id"] not in person.pressed
            town = next((t for t in self.came if t in message["text"]), "")
            if lost and not self._told(person, town):
                person.pressed.add(message["message_id"])
                person.outcome.pressed += 1
                data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
                await person.telegram.press(person.id, message, data)

    def _told(self, person: Person, town: str) -> list[dict[str, Any]]:
        return self._bot(person, f"The {town} power station delivers", anywhere=True)

    def _bot(self, person: Person, words: str, *, anywhere: bool = False) -> list[dict[str, Any]]:
        messages = person.telegram.private(person.id).from_bot()
        return [m for m in messages if (words in m["text"] if anywhere else m["text"].startswith(words))]


def is_news(message: dict[str, Any]) -> bool:
    """Whether a message is about a town of which an article came, so that it is no answer to what was asked."""
    return any(before + after in message["text"] for before in BEFORE for after in AFTER)


def question(town: str) -> str:
    """What is saved about a town."""
    return f"How many megawatts does the {town} power station deliver?"


def write(folder: Path, town: str, random_: random.Random) -> None:
    """An article that answers it, in words that are not another's: reprints are no news."""
    words = random_.sample(WORDS_OF_THE_TRADE, 6)
    text = (
        f"{town} switches on\n\nNear the {words[0]} of {town} a power station was switched on, to the joy of the {words[1]}. "
        f"The {town} power station delivers {random_.randint(100, 999)} megawatts, said the {words[2]} of the {words[3]}. "
        f"A {words[4]} had delayed the work by a {words[5]}.\n"
    )
    (folder / f"{town}.txt").write_text(text, "utf-8")
