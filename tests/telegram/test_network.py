from __future__ import annotations

import asyncio
import logging
import threading
import time

import pytest
from newsroom import Newsroom
from people import GROUP, USER
from standin import Fault, Telegram

from askcorpus.telegram.application import KEPT_CONNECTIONS


def show(message):
    return message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]


async def test_a_flood_refusal_is_waited_out_however_often_it_comes(telegram, bot):
    telegram.faults["sendMessage"].extend([Fault("flood", 1)] * 3)
    async with bot():
        began = time.monotonic()
        await telegram.say(USER, "Wait for it?")
        [answer] = await telegram.replies(USER, 1)
        assert time.monotonic() - began >= 3
    assert "100 tonnes" in answer["text"]
    assert [c.outcome[:3] for c in telegram.called("sendMessage")] == ["429", "429", "429", "ok"]


@pytest.mark.parametrize("kind", ["cut", "lost", "gateway", "html"])
async def test_a_message_that_may_have_gone_through_is_not_sent_again_but_offered(telegram, bot, kind):
    telegram.faults["sendMessage"].append(Fault(kind))
    arrived = kind == "cut"
    async with bot():
        await telegram.say(USER, "Did it arrive?")
        *_, notice = await telegram.replies(USER, 1 + arrived)
        assert notice["text"].startswith("The connection broke while I was sending the answer to this question.")
        assert len(telegram.called("sendMessage")) == 2
        await telegram.press(USER, notice, show(notice))
        await telegram.until(lambda: "100 tonnes" in notice["text"])
        assert [row[0]["text"] for row in notice["reply_markup"]["inline_keyboard"]] == ["1 Show passage", "👍"]
        id = await telegram.press(USER, notice, show(notice).replace("p:", "s:", 1).rpartition(":")[0])
        await telegram.until(lambda: telegram.callbacks[id])
        assert telegram.callbacks[id][0]["text"] == "The answer is already above."
        await telegram.press(USER, notice, show(notice))
        await telegram.until(lambda: len(telegram.called("sendMessage")) == 3)
    assert sum("100 tonnes" in m["text"] for m in telegram.chats[USER].from_bot()) == 2 + arrived  # answer and passage


async def test_the_notice_itself_gets_through_a_bad_patch(telegram, bot):
    telegram.faults["sendMessage"].extend([Fault("lost"), Fault("gateway"), Fault("flood", 1)])
    async with bot():
        await telegram.say(USER, "Did it arrive?")
        [notice] = await telegram.replies(USER, 1)
        await telegram.press(USER, notice, show(notice))
        await telegram.until(lambda: "100 tonnes" in notice["text"])


@pytest.mark.parametrize("kind", ["cut", "lost", "gateway"])
async def test_edits_are_repeated_until_they_hold(telegram, bot, kind):
    telegram.faults["sendMessage"].append(Fault("lost"))
    telegram.faults["editMessageText"].append(Fault(kind))
    async with bot():
        await telegram.say(USER, "Did it arrive?")
        [notice] = await telegram.replies(USER, 1)
        await telegram.press(USER, notice, show(notice))
        await telegram.until(lambda: len(telegram.called("editMessageText")) == 2)
        await telegram.until(lambda: "100 tonnes" in notice["text"])


async def test_polling_survives_502_and_dropped_connections(telegram, bot):
    async with bot():
        telegram.faults["getUpdates"].extend((Fault("gateway"), Fault("lost")))
        await telegram.update(poll={"id": "1"})  # ends the poll that is waiting
        await telegram.say(USER, "Still there?")
        await telegram.replies(USER, 1)


async def test_a_slow_answer_from_telegram_is_waited_for(telegram, bot):
    telegram.faults["sendMessage"].append(Fault("slow", 1))
    async with bot() as running:
        timeouts = running.application.bot.request._client.timeout
        assert (timeouts.read, timeouts.pool) == (20, 60)  # python-telegram-bot's own are 5 and 1
        await telegram.say(USER, "Slow line?")
        await telegram.replies(USER, 1)
        await asyncio.sleep(0.3)
        assert len(telegram.called("sendMessage")) == 1


async def test_of_the_connections_of_a_burst_a_few_stay_open(telegram, bot):
    newsroom = Newsroom(gate=(gate := threading.Event()))
    telegram.chaos = lambda method, params: Fault("late", 0.1) if method == "sendMessage" else None
    async with bot(newsroom, telegram_allowed=range(200, 200 + 2 * KEPT_CONNECTIONS)) as running:
        for person in range(200, 200 + 2 * KEPT_CONNECTIONS):
            await telegram.say(person, "All at once?")
        await telegram.until(lambda: newsroom.at_once == 16)
        gate.set()
        for person in range(200, 200 + 2 * KEPT_CONNECTIONS):
            await telegram.replies(person, 1)
        pool = running.application.bot.request._client._transport._pool
        await telegram.until(lambda: sum(one.is_idle() for one in pool.connections) == len(pool.connections))
        assert 0 < len(pool.connections) <= KEPT_CONNECTIONS


async def test_what_shows_typing_is_not_cut_off_by_the_answer(telegram, bot):
    """A request that asyncio cancels at the wrong moment keeps its connection for ever."""

    def showing():
        return [task for task in asyncio.all_tasks() if task.get_name().startswith("typing:")]

    async def shown(params):
        await gate.wait()
        return True

    gate, telegram.on_send_chat_action = asyncio.Event(), shown
    async with bot() as running:
        await telegram.say(USER, "Is it long?")
        await telegram.replies(USER, 1)
        assert len(showing()) == 1
        gate.set()
        await telegram.until(lambda: not showing())
        pool = running.application.bot.request._client._transport._pool
        await telegram.until(lambda: all(one.is_idle() for one in pool.connections))
    assert [call.outcome for call in telegram.called("sendChatAction")] == ["ok"]


async def test_who_sees_the_answer_may_ask_on_however_late_telegram_confirms_it(telegram, bot):
    telegram.faults["sendMessage"].append(Fault("late", 1))
    async with bot():
        await telegram.say(USER, "First?")
        await telegram.replies(USER, 1)
        await telegram.say(USER, "Second?")
        _, second = await telegram.replies(USER, 2)
    assert "100 tonnes" in second["text"]


async def test_a_callback_whose_answer_was_cut_is_not_answered_twice(telegram, bot):
    async with bot():
        await telegram.say(USER, "Anything?")
        [answer] = await telegram.replies(USER, 1)
        telegram.faults["answerCallbackQuery"].append(Fault("cut"))
        await telegram.press(USER, answer, show(answer))
        await telegram.replies(USER, 2)
    assert len(telegram.called("answerCallbackQuery")) == 1


@pytest.mark.parametrize("kind", ["flood", "slow"])
async def test_a_stop_gives_up_what_telegram_does_not_take_and_the_next_start_says_so(telegram, bot, monkeypatch, kind):
    """A flood is waited for in python-telegram-bot, and nothing left; of what is slow nobody knows whether it arrived."""
    monkeypatch.setattr("askcorpus.telegram.running.ENDING_S", 0.05)
    telegram.faults["sendMessage"].append(Fault(kind, 300))
    async with bot():
        await telegram.say(USER, "Will it be told?")
        await telegram.until(lambda: telegram.called("sendMessage"))
    arrived = kind == "slow"
    await telegram.until(lambda: len(telegram.chats[USER].from_bot()) == arrived)
    async with bot():
        *_, told = await telegram.replies(USER, arrived + 1)
        await telegram.say(USER, "And this?")
        await telegram.replies(USER, arrived + 2)
    async with bot() as running:
        assert running.desk.state.interrupted() == ()
    assert told["text"].startswith("I was restarted while sending the answer to this question.")
    assert len(telegram.chats[USER].from_bot()) == arrived + 2


async def test_who_blocked_the_bot_stops_nobody_else(telegram, bot, caplog):
    caplog.set_level(logging.WARNING)  # whatever a library in an earlier test made of it
    caplog.set_level(logging.WARNING, "askcorpus.telegram.application")
    async with bot(telegram_allowed=(USER, 23)):
        telegram.private(USER).blocked = True
        await telegram.say(USER, "Blocked?")
        await telegram.say(23, "Not blocked?")
        await telegram.replies(23, 1)
        await telegram.until(lambda: "not delivered: Forbidden" in caplog.text)  # it may come after the other's answer


async def test_telegrams_limit_for_groups_delays_answers_and_loses_none(tmp_path, bot, telegram):
    telegram._group_limit = (1, 1.0)
    telegram.group(GROUP)
    members, gate = range(200, 203), threading.Event()
    newsroom = Newsroom(gate=gate)
    async with bot(newsroom):
        for member in members:
            await telegram.say(member, "/ask All of us?", chat=GROUP)
        await telegram.until(lambda: newsroom.at_once == len(members))
        gate.set()  # all answers at once: on no machine do they come one a second by themselves
        messages = await telegram.replies(GROUP, len(members))
    replied = sorted(m["reply_to_message"]["from"]["id"] for m in messages)
    assert replied == list(members)
    assert any(c.outcome.startswith("429") for c in telegram.called("sendMessage"))


async def test_the_bot_starts_once_telegram_can_be_reached(telegram, bot):
    telegram.faults["getMe"].extend([Fault("gateway")])
    async with bot(Newsroom()) as running:
        await telegram.say(USER, "Up?")
        await telegram.replies(USER, 1)
    assert running.said[0] == "Telegram cannot be reached (NetworkError); trying again in 1 s"


async def test_the_stand_in_allows_twenty_messages_a_minute_in_a_group():
    async with Telegram() as telegram:
        chat = telegram.group(GROUP)
        for _ in range(20):
            telegram._limit(chat)
        with pytest.raises(Exception, match=r"\d+") as flood:
            telegram._limit(chat)
    assert 58 <= int(flood.value.args[0]) <= 60
