"""Is nothing kept of what somebody sent before they had everything forgotten, however long it takes?"""

from __future__ import annotations

import threading

import pytest
from newsroom import Newsroom
from people import ADMIN, GROUP, OTHER, USER
from standin import Fault
from test_voice import hearing, speak

from askcorpus.telegram.state import FILE

__all__ = ["hearing"]
SECRET = "Zwiebelturm"
QUESTION = f"Who built the {SECRET}?"


class Slow(Newsroom):
    """Says what its collections are, what a saved question is and what is new once its gate is open; answers at once."""

    def collections(self):
        assert self.gate is not None
        if threading.current_thread().name.startswith("ask") and self.started.is_set():
            self.waits.set()
            self.gate.wait(60)
        return (("news", 2), ("old", 1))

    def saved(self, question, *more):
        self.waits.set()
        self.gate.wait(60)
        return super().saved(question, *more)

    def ask(self, question, **more):
        self.waits.set()
        return super().ask(question, **more)


@pytest.fixture
def slow():
    newsroom = Slow(gate=threading.Event())
    newsroom.started, newsroom.waits = threading.Event(), threading.Event()
    yield newsroom
    newsroom.gate.set()


@pytest.mark.parametrize(
    "sent", [QUESTION, f"/ask {QUESTION}", f"/in news {QUESTION}", f"/watch {QUESTION}", "/in news"]
)
async def test_what_is_under_way_when_all_is_forgotten_is_not_kept(telegram, bot, tmp_path, slow, sent):
    async with bot(slow) as running:
        slow.started.set()
        await telegram.say(USER, sent)
        await telegram.until(slow.waits.is_set)
        await telegram.said(USER, "/forget")
        slow.gate.set()
        await telegram.replies(USER, 2)
        await telegram.until(lambda: not running.desk.running)
        assert running.desk.state.place(USER) is None
        assert running.desk.state.watches.every() == ()
        assert running.desk.state.tally().questions == 0
        assert [path.name for path in tmp_path.glob(f"{FILE}*") if SECRET.encode() in path.read_bytes()] == []


async def test_a_voice_that_is_heard_when_all_is_forgotten_is_answered_and_not_kept(telegram, hearing, tmp_path):
    async with hearing(Newsroom()) as running:
        await speak(telegram, f"after {tmp_path / 'heard'}")
        await telegram.until(lambda: telegram.called("getFile"))
        await telegram.said(USER, "/forget")
        (tmp_path / "heard").touch()
        _, _, answer = await telegram.replies(USER, 3)
        await telegram.until(lambda: not running.desk.running)
        assert running.desk.state.tally().questions == 0
    assert "100 tonnes" in answer["text"]
    assert "reply_markup" not in answer


async def test_a_digest_that_is_being_set_up_when_all_is_forgotten_does_not_come(telegram, bot, tmp_path):
    telegram.group(GROUP)
    telegram.group_admins.add(USER)
    async with bot() as running:
        telegram.faults["getChatMember"].append(Fault("slow", 1))
        await telegram.say(USER, f"/digest daily 8 {SECRET}", chat=GROUP)
        await telegram.until(lambda: telegram.called("getChatMember"))
        running.desk.forgets[USER] += 1
        running.desk.state.forget(USER)
        await telegram.replies(GROUP, 1)
        assert running.desk.state._db.execute("SELECT count(*) FROM digest").fetchone() == (0,)
        assert await telegram.said(ADMIN, "/stats")
    assert SECRET.encode() not in (tmp_path / FILE).read_bytes()


@pytest.mark.parametrize("meanwhile", [False, True])
async def test_what_another_went_on_from_is_not_kept_by_theirs(telegram, bot, tmp_path, meanwhile):
    """In a group anybody may go on from an answer, and what is kept of theirs says the question that began it."""
    telegram.group(GROUP)
    newsroom = Newsroom(gate=threading.Event())
    newsroom.gate.set()
    async with bot(newsroom) as running:
        await telegram.say(USER, f"/ask {QUESTION}", chat=GROUP)
        [first] = await telegram.replies(GROUP, 1)
        if meanwhile:
            newsroom.gate.clear()
        await telegram.say(OTHER, "And when?", chat=GROUP, reply_to_message=first)
        await telegram.until(lambda: newsroom.asked[1:] == [f"{QUESTION} And when?"])
        if not meanwhile:
            await telegram.replies(GROUP, 2)
        await telegram.said(USER, "/forget")
        newsroom.gate.set()
        await telegram.replies(GROUP, 2)
        await telegram.until(lambda: not running.desk.running)
        await telegram.until(lambda: running.desk.state.tally().questions == 1)
        assert [path.name for path in tmp_path.glob(f"{FILE}*") if SECRET.encode() in path.read_bytes()] == []
