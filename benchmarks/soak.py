"""Does the bot answer every question exactly once, in time, through a bad network?  python benchmarks/soak.py

Fifty people ask 2,000 questions of a real bot process over a real store, through a stand-in for Telegram that refuses
(429), answers 502, and drops connections before or after a message went through.  Meanwhile the articles change three times,
and new ones arrive that answer what people have saved (arriving.py).
A watchdog (held.py) says how long any part of the bot's process kept the rest from the interpreter once people ask.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "telegram"), str(ROOT / "benchmarks")]

from arriving import Arriving, is_news  # noqa: E402
from held import LONGEST_S, Wait, waits_in  # noqa: E402
from standin import TOKEN, Fault, Telegram  # noqa: E402  the tests' own stand-in

from askcorpus.telegram.application import KEPT_CONNECTIONS  # noqa: E402

TOWNS = 40
PATIENCE_S = 180.0  # of a person who waits for an answer, beside whatever else the machine does
CHANGES = (700, 800, 900)
SHARES = {"flood": 0.01, "gateway": 0.005, "lost": 0.01, "cut": 0.01}
"""How often a message meets each kind of fault."""
MOST_CONNECTIONS = (
    KEPT_CONNECTIONS + 2
)  # those kept for messages, one for polling, and one that a message goes through just now
NAMES = ("Alder", "Birk", "Corvin", "Dunmore", "Elm", "Farrow", "Gladen", "Harrow")
ENDS = ("ford", "stead", "mouth", "wick", "holm")


@dataclass(frozen=True)
class Sockets:
    """What a process has open."""

    to_telegram: int
    """Connections to its server."""
    own: int
    """All others: the loop's, the health page's."""


@dataclass
class Outcome:
    """What came of a run."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    pressed: int = 0
    floods: int = 0
    faults: int = 0
    memory: list[int] = field(default_factory=list)
    mapped: list[int] = field(default_factory=list)
    """Of files, as words and vectors are read: the system takes it back when it wants it."""
    tasks: tuple[int, int] = (0, 0)
    sockets: tuple[Sockets, Sockets] | None = None
    """Before and after."""
    waits: list[Wait] = field(default_factory=list)
    """For the interpreter, longest held first, and who held it where that was long."""
    holders: str = ""
    exit_code: int | None = None
    log: str = ""
    took: float = 0.0
    started: float = 0.0
    news: Arriving | None = None
    warm_s: float = 0.0
    """From the bot's start until it had answered the first questions."""

    def percentile(self, share: float) -> float:
        """The time within which this share of the questions was answered."""
        return sorted(self.seconds)[int(share * (len(self.seconds) - 1))]


def towns() -> list[str]:
    """Forty towns that are in no article of anybody's."""
    return [name + end for name in NAMES for end in ENDS][:TOWNS]


def write(folder: Path, town: str, megawatts: int) -> None:
    """One small article whose number a question asks for."""
    text = (
        f"{town} opens a power station\n\nThe town of {town} opened its new power station on Monday. "
        f"The {town} power station delivers {megawatts} megawatts to the grid, the mayor said. "
        f"Work on it had taken three years, and the people of {town} had waited for it.\n"
    )
    (folder / f"{town}.txt").write_text(text, "utf-8")


def chaos(random_: random.Random, outcome: Outcome) -> Any:
    """Faults for messages as SHARES says, and a dropped poll now and then."""

    def fault(method: str, params: dict[str, Any]) -> Fault | None:
        if method == "getUpdates" and random_.random() < 0.002:
            return Fault("lost")
        if method != "sendMessage":
            return None
        drawn = random_.random()
        for kind, share in SHARES.items():
            if drawn < share:
                outcome.faults += 1
                outcome.floods += kind == "flood"
                return Fault(kind, 1)
            drawn -= share
        return None

    return fault


class Person:
    """Asks one question after the other and waits for each answer; presses the button of a lost one."""

    def __init__(self, id: int, telegram: Telegram, outcome: Outcome, truth: dict[str, set[int]], seed: int) -> None:
        self.id, self.telegram, self.outcome, self.truth = id, telegram, outcome, truth
        self.random = random.Random(seed)
        self.asked = 0
        self.pressed: set[int] = set()

    def answers(self) -> list[dict[str, Any]]:
        """What was answered so far, in order."""
        said = self.telegram.private(self.id).from_bot()
        return [m for m in said if "megawatts" in m["text"] and not is_news(m)]

    async def ask(self, town: str) -> None:
        """One question until its answer stands in the chat."""
        began = time.monotonic()
        question = await self.telegram.say(self.id, f"How many megawatts does the {town} power station deliver?")
        self.asked += 1
        while len(self.answers()) < self.asked:
            await self._press_where_it_was_lost(question["message_id"])
            if time.monotonic() - began > PATIENCE_S:
                self.outcome.wrong.append(f"{self.id}: no answer about {town}")
                self.asked = len(self.answers())
                return
            await asyncio.sleep(0.01)
        self.outcome.seconds.append(time.monotonic() - began)
        text = self.answers()[-1]["text"]
        if not any(f"The {town} power station delivers {n} megawatts" in text for n in self.truth[town]):
            self.outcome.wrong.append(f"{self.id}: about {town}: {text[:120]!r}")

    async def _press_where_it_was_lost(self, question: int) -> None:
        """Press the button under a notice about this question, once."""
        for message in self.telegram.private(self.id).from_bot():
            about = message.get("reply_to_message", {}).get("message_id")
            if (
                about == question
                and message["message_id"] not in self.pressed
                and "press the button" in message["text"]
            ):
                self.pressed.add(message["message_id"])
                self.outcome.pressed += 1
                data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
                await self.telegram.press(self.id, message, data)

    async def live(self, questions: int, think: tuple[float, float]) -> None:
        """Ask so many questions, each after a while."""
        for _ in range(questions):
            await asyncio.sleep(self.random.uniform(*think))
            await self.ask(self.random.choice(list(self.truth)))


async def soak(
    folder: Path,
    *,
    people: int,
    questions: int,
    seed: int = 1,
    think: tuple[float, float] = (0.5, 4.5),
    saved: int = 0,
    a_minute: float = 20.0,
) -> Outcome:
    """Run the bot over a store made in `folder` and have everybody ask, with so many questions saved and so many new articles."""
    outcome, random_ = Outcome(), random.Random(seed)
    articles, store = folder / "articles", folder / "store"
    articles.mkdir()
    truth = {town: {100 + 7 * n} for n, town in enumerate(towns())}
    for town, (megawatts,) in truth.items():
        write(articles, town, megawatts)
    await _run(sys.executable, "-m", "askcorpus", "index", str(articles), "--store", str(store))
    async with Telegram() as telegram, _bot(telegram, store, range(1, people + 1), outcome, saved) as (process, port):
        everybody = [Person(id, telegram, outcome, truth, seed * 1000 + id) for id in range(1, people + 1)]
        await asyncio.gather(*(p.ask(towns()[0]) for p in everybody[:16]))  # warm
        outcome.seconds.clear()
        outcome.news = news = Arriving(everybody, saved, a_minute)
        await news.save()
        outcome.warm_s = time.monotonic() - outcome.started
        tasks, sockets = await _gauge(port, "tasks"), _sockets(process.pid, telegram.url)
        telegram.chaos = chaos(random_, outcome)
        began = time.monotonic()
        watching = asyncio.create_task(_watch_memory(process.pid, outcome))
        ended = asyncio.Event()
        living = asyncio.gather(*(p.live(questions // people, think) for p in everybody))
        arriving = asyncio.create_task(news.run(articles, ended))
        await _change_the_articles(articles, truth, everybody, questions, living)
        await living
        ended.set()
        await arriving
        outcome.took = time.monotonic() - began
        watching.cancel()
        telegram.chaos = lambda method, params: None
        await news.end()
        await asyncio.sleep(1)
        await _after_the_change(everybody[0], outcome)
        outcome.tasks = (tasks, await _settled(port, tasks))
        outcome.sockets = (sockets, await _closed(process.pid, telegram.url, sockets))
        if outcome.sockets[1].to_telegram > MOST_CONNECTIONS or outcome.sockets[1].own > sockets.own:
            outcome.wrong.append(f"sockets stay open: {outcome.sockets}")
        for person in everybody:
            if len(person.answers()) != person.asked:
                outcome.wrong.append(f"{person.id}: {person.asked} questions, {len(person.answers())} answers")
        outcome.wrong = [*news.wrong, *telegram.violations, *outcome.wrong]
    return outcome


async def _change_the_articles(
    articles: Path, truth: dict[str, set[int]], everybody: list[Person], questions: int, living: asyncio.Future[Any]
) -> None:
    """Another number in one article, three times; until it is indexed the earlier numbers are right."""
    for n, megawatts in enumerate(CHANGES, start=1):
        while sum(p.asked for p in everybody) < n * questions // 4 and not living.done():
            await asyncio.sleep(0.05)
        truth[towns()[0]].add(megawatts)
        write(articles, towns()[0], megawatts)


async def _after_the_change(person: Person, outcome: Outcome) -> None:
    """The bot follows the articles by itself."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        await person.ask(towns()[0])
        if f"{CHANGES[-1]} megawatts" in person.answers()[-1]["text"]:
            return
        await asyncio.sleep(0.5)
    outcome.wrong.append("the change of the articles did not reach the bot")


@contextlib.asynccontextmanager
async def _bot(
    telegram: Telegram, store: Path, people: range, outcome: Outcome, saved: int
) -> AsyncIterator[tuple[Any, int]]:
    """bot.py in a process of its own, with its health page's port."""
    port = _free_port()
    environment = {
        **os.environ,
        "ASKCORPUS_TELEGRAM_TOKEN": TOKEN,
        "ASKCORPUS_TELEGRAM_BASE_URL": telegram.url,
        "ASKCORPUS_TELEGRAM_ALLOWED": " ".join(str(id) for id in people),
        "ASKCORPUS_TELEGRAM_ADMINS": "1",
        "ASKCORPUS_TELEGRAM_PER_MINUTE": "100000",
        "ASKCORPUS_TELEGRAM_PER_DAY": "100000",
        "ASKCORPUS_THRESHOLD": "0"
        if not saved
        else "",  # whether an answer is good enough is another benchmark's matter
    }
    watched = store.parent / "held.log"
    program = (str(ROOT / "bot.py"), "--store", str(store), "--health-port", str(port))
    command = (sys.executable, str(ROOT / "benchmarks" / "held.py"), str(watched), *program)
    outcome.started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
        try:
            await telegram.until(lambda: telegram.called("getUpdates") or process.returncode is not None, within=120)
            yield process, port
        finally:
            stopped_s = time.monotonic() - outcome.started  # then the model is freed at once, and nobody waits any more
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            outcome.exit_code = await asyncio.wait_for(process.wait(), PATIENCE_S)
            log.seek(0)
            outcome.log = log.read().decode("utf-8", "replace")
            outcome.waits = waits_in(watched, after_s=outcome.warm_s, before_s=stopped_s)
            outcome.holders = watched.read_text("utf-8", "replace")


async def _watch_memory(pid: int, outcome: Outcome) -> None:
    while True:
        status = Path(f"/proc/{pid}/status").read_text()
        own, mapped = (int(status.partition(name)[2].split()[0]) // 1024 for name in ("RssAnon:", "RssFile:"))
        outcome.memory.append(own)
        outcome.mapped.append(mapped)
        await asyncio.sleep(1)


async def _settled(port: int, before: int) -> int:
    """The tasks once the last message's own have ended; one that never ends is still there after half a minute."""
    for _ in range(150):
        if await _gauge(port, "tasks") <= before:
            break
        await asyncio.sleep(0.2)
    return await _gauge(port, "tasks")


async def _gauge(port: int, name: str) -> int:
    def read() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE_S) as page:
            return str(page.read().decode())

    line = next(x for x in (await asyncio.to_thread(read)).splitlines() if x.startswith(f"askcorpus_bot_{name} "))
    return int(float(line.split()[1]))


async def _closed(pid: int, server: str, before: Sockets) -> Sockets:
    """The sockets once those are closed that nobody needs; one that never is is still there after half a minute."""
    for _ in range(150):
        now = _sockets(pid, server)
        if now.to_telegram <= MOST_CONNECTIONS and now.own <= before.own:
            break
        await asyncio.sleep(0.2)
    return now


def _sockets(pid: int, server: str) -> Sockets:
    """Those of a process: a TCP connection is known by its inode, and goes to Telegram where its far end is the server's port."""
    open_: set[str] = set()
    for fd in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed just now
            kind, _, inode = str(fd.readlink()).partition(":")
            open_.update({inode.strip("[]")} if kind == "socket" else ())
    far = f":{int(server.rpartition(':')[2]):04X}"
    rows = (line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:])
    to_telegram = sum(row[9] in open_ and row[2].endswith(far) for row in rows)
    return Sockets(to_telegram, len(open_) - to_telegram)


def _free_port() -> int:
    import socket

    while True:  # the system hands out those from 32768 on: this one nobody is given by chance before the bot takes it
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


async def _run(*command: str) -> None:
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    if await process.wait() != 0:
        raise RuntimeError(" ".join(command))


def main() -> None:
    """Print the figures; exit 1 where a question was not answered exactly once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--questions", type=int, default=2000)
    options.add_argument("--saved", type=int, default=200, help="questions that people have saved")
    options.add_argument("--a-minute", type=float, default=20.0, help="new articles")
    options.add_argument(
        "--pause", type=float, default=4.5, help="seconds between an answer and the next question, at most"
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--holders", action="store_true", help="show who held the interpreter")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        how: dict[str, Any] = {
            "people": chosen.people,
            "questions": chosen.questions,
            "seed": chosen.seed,
            "think": (0.5, chosen.pause),
        }
        outcome = asyncio.run(soak(Path(folder), **how, saved=chosen.saved, a_minute=chosen.a_minute))
    print(f"questions answered     {len(outcome.seconds)} in {outcome.took:.0f} s, {len(outcome.wrong)} wrong")
    print(f"faults                 {outcome.faults}, of them 429: {outcome.floods}; buttons pressed: {outcome.pressed}")
    print(
        f"seconds to the answer  p50 {outcome.percentile(0.5):.2f}  p95 {outcome.percentile(0.95):.2f}  max {max(outcome.seconds):.2f}"
    )
    news = outcome.news
    if news is not None and news.saved:
        print(
            f"news                   {len(news.heard_s)} alerts of {len(news.came)} new articles, {len(news.wrong)} wrong; "
            f"seconds after the article p50 {news.percentile(0.5):.1f}  p95 {news.percentile(0.95):.1f}"
        )
    for name, told in (("memory, MB            ", outcome.memory), ("  and of mapped files ", outcome.mapped)):
        marks = [told[len(told) * n // 8] for n in range(8)]
        print(f"{name} {' '.join(map(str, [*marks, told[-1]]))}, in eighths of the run")
    print(f"tasks                  {outcome.tasks[0]} before, {outcome.tasks[1]} after")
    for name, when in zip(("before", "after"), outcome.sockets or (), strict=False):
        print(f"sockets {name:<14} {when.to_telegram} to Telegram, {when.own} others")
    long = sum(wait.held > LONGEST_S for wait in outcome.waits)
    longest = max((wait.held for wait in outcome.waits), default=0.0)
    latest = max((wait.late for wait in outcome.waits), default=0.0)
    print(f"interpreter held       longest {1000 * longest:.0f} ms, {long} times over {1000 * LONGEST_S:.0f} ms")
    print(f"    waited for         longest {1000 * latest:.0f} ms, turns and other programs of the machine included")
    print(f"exit code              {outcome.exit_code}; token in the log: {TOKEN.partition(':')[2] in outcome.log}")
    if chosen.holders:
        print(outcome.holders)
    for line in outcome.wrong[:20]:
        print("WRONG", line)
    sys.exit(bool(outcome.wrong))


if __name__ == "__main__":
    main()
