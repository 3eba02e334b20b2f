from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

from newsroom import Newsroom
from people import ADMIN, OTHER, USER
from standin import PATIENCE_S, Fault

BOT = Path(__file__).with_name("run_bot.py")


@contextlib.asynccontextmanager
async def process(telegram, store, *, delay):
    """The bot in a process of its own, listening."""
    run = await asyncio.create_subprocess_exec(
        sys.executable, str(BOT), telegram.url, str(store), str(delay), stdout=asyncio.subprocess.PIPE
    )
    try:
        while b"is listening" not in (line := await asyncio.wait_for(run.stdout.readline(), PATIENCE_S)):
            assert line, "the bot ended before it listened"
        yield run
    finally:
        if run.returncode is None:
            run.kill()
        await run.wait()


async def test_an_update_delivered_twice_is_answered_once_even_after_a_restart(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        message = await telegram.say(USER, "Twice?")
        await telegram.replies(USER, 1)
        await telegram.update(update_id=telegram._next_update, message=message)
        await telegram.say(OTHER, "Other?")
        await telegram.replies(OTHER, 1)
        again = telegram._next_update
    async with bot(newsroom):
        await telegram.update(
            update_id=again, message=telegram.chats[OTHER].messages[max(telegram.chats[OTHER].messages) - 1]
        )
        await telegram.say(ADMIN, "Third?")
        await telegram.replies(ADMIN, 1)
    assert newsroom.asked == ["Twice?", "Other?", "Third?"]


async def test_a_question_cut_off_by_kill_9_is_told_after_the_restart_and_once(telegram, tmp_path):
    async with process(telegram, tmp_path, delay=60) as run:
        question = await telegram.say(USER, "Will you be killed?", language="fr")
        await telegram.until(lambda: telegram.called("sendChatAction"))
        os.kill(run.pid, signal.SIGKILL)
        await run.wait()
    for start in (1, 2):
        async with process(telegram, tmp_path, delay=0):
            await telegram.say(OTHER, "Are you back?")
            await telegram.replies(OTHER, start)
            [notice] = await telegram.replies(USER, 1)
    assert notice["text"].startswith("J'ai été interrompu pendant que je travaillais sur cette question.")
    assert notice["reply_to_message"]["message_id"] == question["message_id"]
    assert len(telegram.chats[USER].from_bot()) == 1


async def test_a_kill_while_the_answer_was_on_its_way_says_that_it_may_be_there(telegram, tmp_path):
    telegram.faults["sendMessage"].append(Fault("slow", PATIENCE_S))
    async with process(telegram, tmp_path, delay=0) as run:
        await telegram.say(USER, "Killed while sending?")
        await telegram.until(lambda: telegram.called("sendMessage"))
        os.kill(run.pid, signal.SIGKILL)
        await run.wait()
    async with process(telegram, tmp_path, delay=0):
        await telegram.until(
            lambda: any("restarted while sending" in m["text"] for m in telegram.chats[USER].from_bot())
        )


async def test_a_restart_says_nothing_about_what_was_no_question_or_no_longer_allowed(telegram, bot):
    from askcorpus.telegram.state import Arrived

    async with bot() as running:
        for id, user, asked in ((1, USER, False), (2, 77, True), (3, OTHER, True)):
            running.desk.state.arrive(Arrived(id, user, user, None, 5, asked))
    telegram.private(USER), telegram.private(77), telegram.private(OTHER)
    async with bot() as running:
        await telegram.replies(OTHER, 1)
        await telegram.until(lambda: not running.desk.state.interrupted())
    assert len(telegram.called("sendMessage")) == 1


async def test_a_memory_that_cannot_be_written_is_said_and_ends_nothing(telegram, bot, caplog):
    async with bot() as running:
        running.desk.state._db.execute("PRAGMA query_only=ON")
        await telegram.say(USER, "On a full disk?")
        [trouble] = await telegram.replies(USER, 1)
        running.desk.state._db.execute("PRAGMA query_only=OFF")
        await telegram.say(USER, "And with room again?")
        _, answer = await telegram.replies(USER, 2)
    assert trouble["text"].startswith("I could not answer because something is wrong on my side.")
    assert "100 tonnes" in answer["text"]
    assert "telegram.sqlite3 cannot be written" in caplog.text


async def test_sigterm_finishes_what_is_running(telegram, tmp_path):
    async with process(telegram, tmp_path, delay=1.0) as run:
        await telegram.say(USER, "Will you finish?")
        await telegram.until(lambda: telegram.called("sendChatAction"))
        run.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(run.wait(), PATIENCE_S) == 0
    [answer] = telegram.chats[USER].from_bot()
    assert "100 tonnes" in answer["text"]
    async with process(telegram, tmp_path, delay=0):
        await telegram.say(OTHER, "Back?")
        await telegram.replies(OTHER, 1)
    assert len(telegram.chats[USER].from_bot()) == 1
