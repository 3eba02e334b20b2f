"""Does each saved question hear of what is new once, whatever the network and restarts do in between?"""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime

import pytest
from newsroom import Newsroom, not_found, refinery_answer
from people import ADMIN, GROUP, OTHER, STRANGER, USER
from standin import Fault

from askcorpus.errors import StoreError
from askcorpus.telegram.state import State
from askcorpus.telegram.state.watches import Hours
from askcorpus.types import News, Saved

QUESTION = "How large is the refinery?"
ALERT = f"🔔 News on: {QUESTION}\nIts initial design capacity is 100 tonnes per year, the minister said."


@pytest.fixture(autouse=True)
def looks_often(monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.alerts.LOOK_S", 0.05)


def alerts(telegram, chat=USER):
    return [m for m in telegram.chats[chat].from_bot() if m["text"].startswith("🔔 ")]


async def said(telegram, text, user=USER, **more):
    """The bot's reply; an alert that comes before it is none."""

    def replies():
        return [m for m in telegram.private(user).from_bot() if not m["text"].startswith("🔔 ")]

    before = len(replies())
    await telegram.say(user, text, **more)
    return (await telegram.until(lambda: replies()[before:], within=60))[0]


async def pressed(telegram, message, label, user=USER):
    buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]
    [data] = [b["callback_data"] for b in buttons if b["text"] == label]
    id = await telegram.press(user, message, data)
    await telegram.until(lambda: telegram.callbacks[id])
    return telegram.callbacks[id][0].get("text")


def arrives(newsroom, *questions):
    newsroom.new = questions or (QUESTION,)
    newsroom.generation += 1


async def test_a_saved_question_hears_once_of_each_new_article_that_answers_it(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        saved = await said(telegram, f"/watch {QUESTION}")
        arrives(newsroom)
        [alert] = await telegram.until(lambda: alerts(telegram))
        await asyncio.sleep(0.3)
        assert len(alerts(telegram)) == 1
        arrives(newsroom, "another question")
        await asyncio.sleep(0.3)
        assert len(alerts(telegram)) == 1
        arrives(newsroom)
        await telegram.until(lambda: len(alerts(telegram)) == 2)
    assert saved["text"].startswith(f"Saved: {QUESTION}\n")
    assert alert["text"].startswith(ALERT)
    assert [b["text"] for b in alert["reply_markup"]["inline_keyboard"][-1]] == ["👍", "👎", "🔔 ✓"]


async def test_the_bell_under_an_answer_or_a_not_found_saves_its_question_and_ends_it(telegram, bot):
    newsroom = Newsroom(answer=not_found)
    async with bot(newsroom) as running:
        answer = await said(telegram, QUESTION)
        assert (await pressed(telegram, answer, "🔔")).startswith("Saved.")
        await telegram.until(lambda: "✓" in answer["reply_markup"]["inline_keyboard"][-1][-1]["text"])
        newsroom.answer = refinery_answer
        arrives(newsroom)
        [alert] = await telegram.until(lambda: alerts(telegram))
        assert (await pressed(telegram, alert, "🔔 ✓")).startswith("Ended")
        assert running.desk.state.watches.every() == ()
        arrives(newsroom)
        await asyncio.sleep(0.3)
    assert len(alerts(telegram)) == 1


async def test_what_came_while_the_bot_was_off_is_told_at_the_next_start_and_once(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        await said(telegram, f"/watch {QUESTION}")
    arrives(newsroom)
    for _ in range(3):
        async with bot(newsroom):
            await telegram.until(lambda: alerts(telegram))
            await asyncio.sleep(0.2)
    assert len(alerts(telegram)) == 1


@pytest.mark.parametrize("fault", [Fault("flood", 1), Fault("gateway"), Fault("html"), Fault("lost"), Fault("cut")])
async def test_through_a_bad_network_an_alert_stands_in_the_chat_once(telegram, bot, fault):
    """What may have gone through is not sent again: a notice about it has a button that shows it."""
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        await said(telegram, f"/watch {QUESTION}")
        telegram.faults["sendMessage"].append(fault)
        arrives(newsroom)
        await telegram.until(lambda: alerts(telegram) and not running.desk.state.watches.waiting())
        whole = [m for m in alerts(telegram) if m["text"].startswith(ALERT)]
        notices = [m for m in alerts(telegram) if "connection broke" in m["text"]]
        for notice in notices:
            if not whole:
                await pressed(telegram, notice, "Show answer")
                await telegram.until(lambda n=notice: "100 tonnes" in n["text"])
    assert len(whole) + len([n for n in notices if "100 tonnes" in n["text"]]) == 1
    assert len(notices) == (fault.kind != "flood")


async def test_after_a_kill_while_an_alert_was_sent_a_notice_says_that_it_may_be_there(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        await said(telegram, f"/watch {QUESTION}")
        arrives(newsroom)
        await telegram.until(lambda: alerts(telegram))
        await telegram.until(lambda: not running.desk.state.watches.waiting())
        running.desk.state._db.execute("UPDATE alert SET stage = 'sending'")  # as a kill would have left it
    for _ in range(2):
        async with bot(newsroom):
            await telegram.until(lambda: len(alerts(telegram)) == 2)
            await asyncio.sleep(0.2)
    assert "The connection broke" in alerts(telegram)[-1]["text"]
    assert len(alerts(telegram)) == 2


class Press(Newsroom):
    """A newsroom of articles, each of which answers one saved question, and more of which may come in the middle of a look."""

    def __init__(self, *during: str) -> None:
        super().__init__()
        self.came: list[str] = [""]  # as many as generations
        self.during = [*during]
        self.looks = 0

    def comes(self, *questions: str) -> None:
        self.came += questions
        self.generation = len(self.came)

    def news(self, saved):
        self.looks += 1
        if self.during:
            self.comes(self.during.pop(0))
        told = (
            News(place, self.answer(f"{one.question} {n}"), (f"a{n}",), ())
            for place, one in enumerate(saved)
            for n in range(one.since, self.generation)
            if self.came[n] == one.question
        )
        return self.generation, tuple(told)


async def told_all(telegram, running, press):
    """The saved questions of all alerts in order, once every question knows all articles and nothing waits."""
    watches = running.desk.state.watches
    await telegram.until(lambda: not watches.behind(press.generation) and not watches.waiting())
    about = [m["text"].partition("\n")[0].removeprefix("🔔 News on: ") for m in alerts(telegram)]
    return sorted(about)


async def test_what_comes_in_the_middle_of_a_look_is_told_once_to_questions_saved_at_different_times(telegram, bot):
    press = Press()
    async with bot(press) as running:
        for question in ("A?", "B?", "C?"):
            await said(telegram, f"/watch {question}")
            press.comes("nobody's")
            await told_all(telegram, running, press)
        for before, meanwhile in (("B?", "A?"), ("C?", "B?"), ("A?", "A?")):
            press.during = [meanwhile]
            press.comes(before)
            await telegram.until(lambda: not press.during)
            told = await told_all(telegram, running, press)
        assert told == ["A?", "A?", "A?", "B?", "B?", "C?"]


async def test_what_comes_while_a_question_is_being_saved_is_told_once(telegram, bot):
    class Slow(Press):
        def saved(self, question, collection=None):
            knows = super().saved(question)
            self.comes(question)
            self.looked.wait(30)  # all others have gone on before it is saved
            return knows

    press = Slow()
    press.looked = threading.Event()
    async with bot(press) as running:
        await telegram.say(USER, "/watch A?")
        await telegram.until(lambda: running.desk.state.watches.looked() == 2)
        press.looked.set()
        await telegram.replies(USER, 2)
        assert await told_all(telegram, running, press) == ["A?"]
        press.comes("A?")
        assert await told_all(telegram, running, press) == ["A?", "A?"]


async def test_a_question_that_is_saved_while_others_are_looked_at_is_told_what_comes_then(telegram, bot):
    class Gated(Press):
        def news(self, saved):
            self.looking.set()
            self.go.wait(30)
            return super().news(saved)

    press = Gated()
    press.looking, press.go = threading.Event(), threading.Event()
    async with bot(press) as running:
        await said(telegram, "/watch B?")
        press.comes("nobody's")
        await telegram.until(press.looking.is_set)
        await said(telegram, "/watch A?")
        press.comes("A?")
        press.go.set()
        assert await told_all(telegram, running, press) == ["A?"]


async def test_a_question_that_is_ended_during_a_look_is_told_nothing_and_the_others_are(telegram, bot):
    class Ending(Press):
        def news(self, saved):
            found = super().news(saved)
            if found[1]:
                self.ended.set()
                self.go.wait(30)
            return found

    press = Ending()
    press.ended, press.go = threading.Event(), threading.Event()
    async with bot(press) as running:
        for question in ("A?", "B?"):
            await said(telegram, f"/watch {question}")
        press.comes("A?", "B?")
        await telegram.until(press.ended.is_set)
        watches = running.desk.state.watches
        watches.end(watches.find("A?", chat=USER).id)
        press.go.set()
        assert await told_all(telegram, running, press) == ["B?"]


async def test_over_a_store_built_anew_all_that_is_there_is_known_and_what_comes_then_is_told_once(telegram, bot):
    press = Press()
    press.comes("x", "y", "z")
    async with bot(press) as running:
        await said(telegram, "/watch A?")
        press.came[:] = ["", "A?"]
        press.generation = 2
        await telegram.until(lambda: running.desk.state.watches.known() == 2)
        press.comes("A?")
        assert await told_all(telegram, running, press) == ["A?"]


async def test_trouble_that_nobody_thought_of_stops_no_later_alert(telegram, bot):
    class Troubled(Press):
        def news(self, saved):
            if not self.looks:
                self.looks += 1
                raise ValueError("nobody thought of it")
            return super().news(saved)

    press = Troubled()
    async with bot(press) as running:
        await said(telegram, "/watch A?")
        press.comes("A?")
        assert await told_all(telegram, running, press) == ["A?"]


async def test_the_reply_comes_before_the_news_that_it_lets_loose(telegram, bot):
    newsroom, hour = Newsroom(), datetime.now(UTC).hour
    async with bot(newsroom) as running:
        watches = running.desk.state.watches
        await said(telegram, f"/watch {QUESTION}")
        for command in ("quiet", "daily"):
            hours = f"{hour}-{(hour + 2) % 24}" if command == "quiet" else f"{(hour + 3) % 24}"
            await said(telegram, f"/{command} {hours} +0")
            arrives(newsroom)
            await telegram.until(watches.waiting)
            before = len(telegram.chats[USER].from_bot())
            telegram.faults["sendMessage"].append(Fault("slow", 0.5))  # ten looks of the bot's
            await telegram.say(USER, f"/{command} off")
            reply, alert = (await telegram.replies(USER, before + 2))[before:]
            assert not reply["text"].startswith("🔔")
            assert alert["text"].startswith(ALERT)


async def test_who_ends_a_question_while_its_news_waits_its_turn_hears_none(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        watches = running.desk.state.watches
        for question in ("A?", "B?"):
            await said(telegram, f"/watch {question}")
        telegram.faults["sendMessage"].append(Fault("slow", 0.5))
        arrives(newsroom, "A?", "B?")
        await telegram.until(lambda: any(alert.stage == "sending" for alert in watches.waiting()))
        watches.end(watches.find("B?", chat=USER).id)
        await telegram.until(lambda: not watches.waiting())
    assert len(alerts(telegram)) == 1


async def test_what_was_saved_before_the_start_is_had_at_hand_before_an_article_comes(telegram, bot):
    async with bot():
        for question in ("A?", "B?"):
            await said(telegram, f"/watch {question}")
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.until(lambda: newsroom.expected)
    assert newsroom.expected == ["A?", "B?"]


async def test_saved_questions_are_listed_and_ended_and_there_is_a_limit(telegram, bot):
    async with bot(telegram_watch_limit=2) as running:
        assert (await said(telegram, "/watching"))["text"] == "No question is saved. /watch saves one."
        for n in (1, 2):
            await said(telegram, f"/watch Question {n} @somebody?")
        assert (await said(telegram, "/watch Question 2 @somebody?"))["text"] == "You have saved this question already."
        assert (await said(telegram, "/watch Question 3?"))["text"].startswith("You have saved 2 questions")
        listed = await said(telegram, "/watching")
        assert listed["text"].replace("\u2060", "").endswith("1. Question 1 @somebody?\n2. Question 2 @somebody?")
        assert (await pressed(telegram, listed, "✖ 1", user=OTHER)) == "Only the person who asked can use this button."
        await pressed(telegram, listed, "✖ 1")
        await telegram.until(lambda: "Question 1" not in listed["text"])
        assert [w.question for w in running.desk.state.watches.every()] == ["Question 2 @somebody?"]
        assert (await said(telegram, "/watch"))["text"].startswith("Write the question behind the command:")
        await said(telegram, "/forget")
        assert running.desk.state.watches.every() == ()


async def test_a_limit_and_a_forget_hold_for_what_is_being_saved_meanwhile(telegram, bot):
    class Slow(Newsroom):
        def saved(self, question, collection=None):
            gate.wait(30)
            return super().saved(question)

    gate = threading.Event()
    async with bot(Slow(), telegram_watch_limit=2) as running:
        for n in range(3):
            await telegram.say(USER, f"/watch Before {n}?")
        await said(telegram, "/forget")
        for n in range(4):
            await telegram.say(USER, f"/watch After {n}?")
        gate.set()
        await telegram.replies(USER, 8)
        assert [w.question[:5] for w in running.desk.state.watches.every()] == ["After", "After"]


async def test_in_a_group_only_its_administrators_save_and_end_questions(telegram, bot):
    telegram.group(GROUP)
    telegram.group_admins.add(OTHER)
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        await telegram.say(USER, f"/watch {QUESTION}", chat=GROUP)
        [refused] = await telegram.replies(GROUP, 1)
        await telegram.say(USER, f"/ask {QUESTION}", chat=GROUP)
        _, answer = await telegram.replies(GROUP, 2)
        assert await pressed(telegram, answer, "🔔") == "In a group only its administrators can do this."
        assert running.desk.state.watches.every() == ()
        await telegram.say(OTHER, f"/watch {QUESTION}", chat=GROUP)
        await telegram.replies(GROUP, 3)
        arrives(newsroom)
        await telegram.until(lambda: alerts(telegram, GROUP))
        await telegram.say(USER, "/watching", chat=GROUP)
        listed = (await telegram.replies(GROUP, 5))[-1]
        assert await pressed(telegram, listed, "✖ 1") == "In a group only its administrators can do this."
        await pressed(telegram, listed, "✖ 1", user=OTHER)
        assert running.desk.state.watches.every() == ()
    assert refused["text"] == "In a group only its administrators can do this."


async def test_strangers_save_nothing_and_who_is_shut_out_hears_nothing_more(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        await telegram.say(STRANGER, f"/watch {QUESTION}")
        await said(telegram, f"/watch {QUESTION}")
        assert [w.user for w in running.desk.state.watches.every()] == [USER]
        running.desk.access.deny(USER, by=ADMIN)
        arrives(newsroom)
        await asyncio.sleep(0.3)
        running.desk.access.allow(USER, by=ADMIN)
        await asyncio.sleep(0.2)
    assert alerts(telegram) == []


async def test_saving_counts_as_a_question(telegram, bot):
    async with bot(telegram_per_minute=2):
        await said(telegram, "/watch One?")
        await said(telegram, "/watch Two?")
        assert (await said(telegram, "/watch Three?"))["text"].startswith("You have asked 2 questions within a minute.")


async def test_who_blocked_the_bot_stops_nobody_elses_alerts(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        await said(telegram, f"/watch {QUESTION}")
        await said(telegram, f"/watch {QUESTION}", user=OTHER)
        telegram.chats[USER].blocked = True
        arrives(newsroom)
        await telegram.until(lambda: alerts(telegram, OTHER))


async def test_in_quiet_hours_news_waits_and_then_comes_in_one_message(telegram, bot):
    newsroom, hour = Newsroom(), datetime.now(UTC).hour
    async with bot(newsroom) as running:
        for question in (QUESTION, "And its cost, of the refinery?"):
            await said(telegram, f"/watch {question}")
        quiet = await said(telegram, f"/quiet {hour}-{(hour + 2) % 24} +0")
        arrives(newsroom, QUESTION, "And its cost, of the refinery?")
        await telegram.until(lambda: len(running.desk.state.watches.waiting()) == 2)
        await asyncio.sleep(0.2)
        assert alerts(telegram) == []
        assert (await said(telegram, "/quiet off"))["text"] == "There are no quiet hours any more."
        await telegram.until(lambda: len(alerts(telegram)) == 2)
        await said(telegram, f"/daily {(hour + 3) % 24} +0")
        arrives(newsroom, QUESTION, "And its cost, of the refinery?")
        await telegram.until(lambda: len(running.desk.state.watches.waiting()) == 2)
        running.desk.state._db.execute("UPDATE alert SET at = at - 86400 WHERE stage = 'due'")
        await telegram.until(lambda: len(alerts(telegram)) == 3)
    assert quiet["text"].startswith(f"From {hour} to {(hour + 2) % 24} o'clock I keep quiet")
    digest = alerts(telegram)[-1]["text"]
    assert digest.startswith("🔔 News on your saved questions\n\n🔔 News on: ")
    assert digest.count("100 tonnes per year") == 2


@pytest.mark.parametrize(
    "command", ["/quiet", "/quiet 25-3", "/quiet 8", "/quiet 1-2 x", "/daily", "/daily 99", "/daily x"]
)
async def test_hours_that_are_none_are_explained(telegram, bot, command):
    async with bot() as running:
        reply = await said(telegram, command)
        assert running.desk.state.watches.hours(USER) == Hours()
    assert reply["text"].startswith("Write the hour")


def test_quiet_hours_may_go_over_midnight_and_the_daily_hour_is_the_next_one():
    def at(hour: int, day: int = 1) -> float:
        return datetime(2026, 1, day, hour, 30, tzinfo=UTC).timestamp()

    night = Hours(quiet_since=22, quiet_until=7, minutes_ahead=0)
    assert [night.quiet(at(hour)) for hour in (21, 22, 3, 7)] == [False, True, True, False]
    assert Hours(quiet_since=22, quiet_until=7, minutes_ahead=180).quiet(at(20))  # half past eleven there
    daily = Hours(daily=8, minutes_ahead=0)
    assert [daily.due(at(9), at(hour, day)) for hour, day in ((10, 1), (7, 2), (8, 2))] == [False, False, True]
    assert Hours().due(time.time(), time.time())


async def test_a_deleted_topic_sends_the_alert_to_the_chat(telegram, bot):
    forum = telegram.group(GROUP, topics=(500,))
    telegram.group_admins.add(USER)
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, f"/watch {QUESTION}", chat=GROUP, message_thread_id=500, is_topic_message=True)
        await telegram.replies(GROUP, 1)
        forum.topics.clear()
        arrives(newsroom)
        [alert] = await telegram.until(lambda: alerts(telegram, GROUP))
    assert "message_thread_id" not in alert


def test_what_the_disk_refuses_is_a_store_error_which_the_bot_survives(tmp_path):
    state = State(tmp_path / "telegram.sqlite3")
    watches = state.watches
    state.close()
    asked = [
        lambda: watches.save(QUESTION, chat=USER, user=USER, thread=None, language=None, saved=Saved(QUESTION)),
        lambda: watches.of(USER, USER),
        lambda: watches.of_person(USER),
        lambda: watches.find(QUESTION, chat=USER),
        watches.every,
        lambda: watches.watch("id"),
        lambda: watches.end("id"),
        lambda: watches.hours(USER),
        lambda: watches.set_hours(USER, Hours()),
        watches.looked,
        watches.known,
        lambda: watches.behind(2),
        lambda: watches.begin(2),
        lambda: watches.found(2, (), ()),
        watches.waiting,
        lambda: watches.stage(["id"], "sent"),
    ]
    for ask in asked:
        with pytest.raises(StoreError, match="saved questions"):
            ask()
