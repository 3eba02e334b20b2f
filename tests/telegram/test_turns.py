"""Whose turn is it, and how much may one person send?"""

from __future__ import annotations

import asyncio
from pathlib import Path

from standin import PATIENCE_S

from askcorpus.settings import Settings
from askcorpus.telegram.inbox import Turns
from askcorpus.telegram.quota import ACTS_A_MINUTE, PEOPLE_KEPT, Budget, OnceADay
from askcorpus.telegram.state import FILE, State
from askcorpus.telegram.state.watches import Told
from askcorpus.types import Saved


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_person_has_so_many_acts_a_minute_and_nobody_elses_count() -> None:
    clock = Clock()
    budget = Budget(Settings(), clock=clock)
    assert [budget.allows(1) for _ in range(ACTS_A_MINUTE + 20)].count(True) == ACTS_A_MINUTE
    assert budget.allows(2)
    clock.now += 61
    assert budget.allows(1)


def test_a_stranger_has_one_word_a_day_and_a_crowd_of_them_takes_little_memory() -> None:
    clock = Clock()
    told = OnceADay(clock=clock)
    assert [told.first(1) for _ in range(600)].count(True) == 1
    for user in range(2, PEOPLE_KEPT + 500):
        told.first(user)
    assert len(told._told) == PEOPLE_KEPT
    clock.now += 86_401
    assert told.first(PEOPLE_KEPT)


async def test_who_comes_after_a_flood_is_next() -> None:
    """Sixty presses of one person, then one question of another: with two at once it is the third to be done."""
    turns, done = Turns(2, 1), list[int]()

    async def work(person: int) -> None:
        await turns.take(person)
        try:
            await asyncio.sleep(0)
            done.append(person)
        finally:
            turns.give(person)

    await asyncio.gather(*(work(1) for _ in range(60)), work(2), *(work(1) for _ in range(5)), work(3))
    assert len(done) == 67
    assert done.index(2) <= 2
    assert done.index(3) <= 4
    assert turns._free == 2
    assert not turns._waiting
    assert not turns._running


async def test_who_is_cancelled_while_waiting_blocks_nobody() -> None:
    turns = Turns(1, 1)
    await turns.take(1)
    waiting = [asyncio.create_task(turns.take(n)) for n in (2, 3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    turns.give(1)
    await asyncio.wait_for(waiting[1], PATIENCE_S)


def test_after_pruning_and_forgetting_no_byte_of_the_text_is_left(tmp_path: Path) -> None:
    from askcorpus.rendering.keeping import shown
    from askcorpus.rendering.kept import Shown
    from askcorpus.types import Answer

    clock = Clock()
    secret = "Zwiebelturmgeheimnis"
    answer: Shown = shown(Answer(secret, (), 0.0), question=secret, understood=None)
    with State(tmp_path / FILE, clock=clock) as state:
        for user in (1, 2):
            for _ in range(50):
                state.keep(chat=user, user=user, thread=None, topic=secret * 40, seconds=1.0, shown=answer)
        saved = state.watches.save(secret, chat=1, user=1, thread=None, language=None, saved=Saved(secret))
        state.watches.found(2, [saved], [Told(saved, answer, (), ())])

        def bytes_left() -> int:
            return sum(path.read_bytes().count(secret.encode()) for path in tmp_path.iterdir())

        assert bytes_left() > 0
        state.forget(1)
        clock.now += 40 * 86_400
        state.prune(keep_days=30)
        assert bytes_left() == 0
