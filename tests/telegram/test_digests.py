"""Do the newest stories come when they are asked for, and by themselves once, whatever the network and restarts do?"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from newsroom import RAIL, REFINERY, Newsroom
from people import ADMIN, GROUP, OTHER, STRANGER, USER
from standin import Fault

from askcorpus.errors import StoreError
from askcorpus.telegram.hours import ONE_HOUR, HoursSaid, hours_said, next_of, next_time
from askcorpus.telegram.state import State
from askcorpus.telegram.state.watches import DAY_S
from askcorpus.types import Article, Source

TODAY = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
HOUR = (datetime.now(UTC).hour + 12) % 24
DAILY = f"/digest daily {HOUR} +0"
"""What is scheduled for then comes only when a test says so: it must not come by itself at eight o'clock."""
FRESH, SECOND = (
    replace(article, id=f"fresh-{article.id}", source=replace(article.source, published=TODAY))
    for article in (REFINERY, RAIL)
)
STORY = "1 · The ministry opened a gold refinery near the river on Monday."


@pytest.fixture(autouse=True)
def looks_often(monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.digests.LOOK_S", 0.05)


def news(telegram, chat=USER):
    return [m for m in telegram.chats[chat].from_bot() if m["text"].startswith("🗞")]


async def said(telegram, text, user=USER, **more):
    return await telegram.said(user, text, **more)


def the_hour_comes(running, days=1):
    """As if what is scheduled had been due a moment ago."""
    running.desk.state._db.execute(
        "UPDATE digest SET due = ?, since = ?", (time.time() - 1, time.time() - days * DAY_S)
    )


def quiet(running):
    return not running.desk.state.digests.waiting() and not running.desk.state.digests.due()


async def test_the_newest_stories_come_at_once_each_with_its_number_and_a_button(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom, telegram_per_minute=3):
        whole = await said(telegram, "/digest")
        about = await said(telegram, "/digest month railway")
        none = await said(telegram, "/digest week")
        assert (await said(telegram, "/digest"))["text"].startswith("You have asked 3 questions within a minute.")
    assert newsroom.asked == ["digest", "digest railway", "digest"]
    assert whole["text"].split("\n")[:4] == [
        "🗞 News",
        "",
        STORY,
        "River Post · 24 June 2025 · Mali opens a gold refinery",
    ]
    assert [b["text"] for b in whole["reply_markup"]["inline_keyboard"][0]] == ["1", "2"]
    assert about["text"].startswith("🗞 News on: railway\nOnly: ")
    assert none["text"].startswith("🗞 News\nOnly: ")
    assert "There is nothing new.\nNewest articles\n• River Post" in none["text"]


async def test_a_digest_comes_by_itself_once_and_tells_no_story_twice(telegram, bot):
    newsroom = Newsroom(articles=(FRESH,))
    async with bot(newsroom) as running:
        saved = await said(telegram, DAILY)
        await asyncio.sleep(0.2)
        assert news(telegram) == []
        the_hour_comes(running)
        [first] = await telegram.until(lambda: news(telegram))
        await telegram.until(lambda: quiet(running))
        [(due,)] = running.desk.state._db.execute("SELECT due FROM digest").fetchall()
        newsroom.articles = (FRESH, SECOND)
        the_hour_comes(running)
        _, second = await telegram.until(lambda: len(news(telegram)) == 2 and news(telegram))
        the_hour_comes(running)
        *_, third = await telegram.until(lambda: len(news(telegram)) == 3 and news(telegram))
        await asyncio.sleep(0.2)
        assert len(news(telegram)) == 3
        await telegram.press(USER, first, first["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        [passage] = await telegram.until(
            lambda: [m for m in telegram.chats[USER].from_bot() if "double that by 2027" in m["text"]]
        )
    assert saved["text"].startswith(f"A digest comes here every day at {HOUR} o'clock, the first on ")
    assert datetime.fromtimestamp(due, UTC).hour == HOUR
    assert time.time() < due <= time.time() + 2 * DAY_S  # a day after it was due, which here is now, at that hour
    assert (STORY in first["text"], STORY in second["text"], "railway" in second["text"]) == (True, False, True)
    assert "There is nothing new." in third["text"]
    assert "reply_markup" not in third
    assert passage["text"]


async def test_what_was_due_while_the_bot_was_off_comes_once_at_the_next_start(telegram, bot):
    newsroom = Newsroom(articles=(FRESH,))
    async with bot(newsroom) as running:
        await said(telegram, f"/digest weekly {HOUR} +0 refinery")
        the_hour_comes(running, days=40)
        running.desk.state._db.execute("UPDATE digest SET due = due - 30 * 86400")
        running.stop.set()
    for _ in range(3):
        async with bot(newsroom) as running:
            await telegram.until(lambda: news(telegram))
            await telegram.until(lambda r=running: quiet(r))
    texts = [m["text"] for m in news(telegram) if STORY in m["text"]]
    assert len(texts) == 1
    assert texts[0].startswith("🗞 News on: refinery\nOnly: ")


@pytest.mark.parametrize("fault", [Fault("flood", 1), Fault("gateway"), Fault("html"), Fault("lost"), Fault("cut")])
async def test_through_a_bad_network_a_digest_stands_in_the_chat_once(telegram, bot, fault):
    newsroom = Newsroom(articles=(FRESH,))
    async with bot(newsroom) as running:
        await said(telegram, DAILY)
        telegram.faults["sendMessage"].append(fault)
        the_hour_comes(running)
        await telegram.until(lambda: news(telegram) and quiet(running))
        whole = [m for m in news(telegram) if STORY in m["text"]]
        notices = [m for m in news(telegram) if "connection broke" in m["text"]]
        for notice in notices:
            if not whole:
                await telegram.press(USER, notice, notice["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
                await telegram.until(lambda n=notice: STORY in n["text"])
    assert len(whole) + len([n for n in notices if STORY in n["text"]]) == 1
    assert len(notices) == (fault.kind != "flood")


async def test_after_a_kill_while_a_digest_was_sent_a_notice_says_that_it_may_be_there(telegram, bot):
    newsroom = Newsroom(articles=(FRESH,))
    async with bot(newsroom) as running:
        await said(telegram, DAILY)
        the_hour_comes(running)
        await telegram.until(lambda: news(telegram) and quiet(running))
        running.desk.state._db.execute("UPDATE alert SET stage = 'sending'")  # as a kill would have left it
    for _ in range(2):
        async with bot(newsroom):
            await telegram.until(lambda: len(news(telegram)) == 2)
            await asyncio.sleep(0.2)
    assert news(telegram)[-1]["text"].startswith("🗞 News\nThe connection broke")
    assert len(news(telegram)) == 2


async def test_a_digest_that_was_asked_for_when_the_bot_was_killed_is_owned_up_to(telegram, bot):
    async with bot() as running:
        await said(telegram, "/digest")
        unfinished = "SELECT count(*) FROM inbox WHERE stage <> 'done'"  # noted after the answer stands in the chat
        await telegram.until(lambda: running.desk.state._db.execute(unfinished).fetchone() == (0,))
        running.desk.state._db.execute("UPDATE inbox SET stage = 'asking'")
    async with bot():
        await telegram.until(lambda: len(telegram.chats[USER].from_bot()) == 2)
    assert telegram.chats[USER].from_bot()[-1]["text"].startswith("I was interrupted")


async def test_in_a_group_only_its_administrators_have_a_digest_come_and_end_it(telegram, bot):
    telegram.group(GROUP, topics=(500,))
    telegram.group_admins.add(OTHER)

    async def in_group(user, text, **more):
        return (await telegram.said(user, text, chat=GROUP, **more))["text"]

    topic = {"message_thread_id": 500, "is_topic_message": True}
    async with bot(Newsroom(articles=(FRESH,))) as running:
        assert await in_group(USER, DAILY) == "In a group only its administrators can do this."
        assert STORY in await in_group(USER, "/digest")
        assert f"every day at {HOUR}" in await in_group(OTHER, DAILY)
        assert f"every week at {HOUR}" in await in_group(OTHER, f"/digest weekly {HOUR} +0")  # in its place
        assert f"every day at {HOUR}" in await in_group(OTHER, DAILY, **topic)  # beside it
        assert await in_group(USER, "/digest off") == "In a group only its administrators can do this."
        the_hour_comes(running)
        await telegram.until(lambda: len(news(telegram, GROUP)) == 3 and quiet(running))
        assert sorted(m.get("message_thread_id", 0) for m in news(telegram, GROUP)) == [0, 0, 500]
        assert await in_group(OTHER, "/digest off") == "No digest comes here by itself any more."
        assert (await in_group(OTHER, "/digest off")).startswith("No digest comes here by itself. /digest daily 8")
        the_hour_comes(running)
        await telegram.until(lambda: len(news(telegram, GROUP)) == 4)


async def test_strangers_have_none_come_who_is_shut_out_hears_nothing_and_forget_ends_them(telegram, bot):
    async with bot(Newsroom(articles=(FRESH,))) as running:
        await telegram.say(STRANGER, DAILY)
        await said(telegram, DAILY)
        assert [row[0] for row in running.desk.state._db.execute("SELECT user FROM digest")] == [USER]
        running.desk.access.deny(USER, by=ADMIN)
        the_hour_comes(running)
        await telegram.until(lambda: quiet(running))
        running.desk.access.allow(USER, by=ADMIN)
        await asyncio.sleep(0.2)
        assert news(telegram) == []
        await said(telegram, "/forget")
        the_hour_comes(running)
        await asyncio.sleep(0.2)
    assert news(telegram) == []


async def test_it_speaks_the_persons_language_and_reads_the_week_in_it(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        french = await said(telegram, "/digest semaine rail", language="fr")
        assert (await said(telegram, "/digest daily 8", language="fr"))["text"].startswith(
            "Un résumé des titres vient ici"
        )
    assert newsroom.asked == ["digest rail"]
    assert french["text"].startswith("🗞 Nouvelles : rail\n")


@pytest.mark.parametrize(
    "command", ["/digest daily", "/digest daily x", "/digest weekly 25", "/digest daily politics 8"]
)
async def test_hours_that_are_none_are_explained(telegram, bot, command):
    async with bot() as running:
        reply = await said(telegram, command)
        assert running.desk.state._db.execute("SELECT count(*) FROM digest").fetchone() == (0,)
    assert reply["text"].startswith("Write /digest, or /digest week politics,")


async def test_who_blocked_the_bot_stops_nobody_elses_digest(telegram, bot):
    async with bot(Newsroom(articles=(FRESH,))) as running:
        await said(telegram, DAILY)
        await said(telegram, DAILY, user=OTHER)
        telegram.chats[USER].blocked = True
        the_hour_comes(running)
        await telegram.until(lambda: news(telegram, OTHER))


def test_the_next_time_is_by_the_persons_clock_and_skips_what_was_missed():
    def at(day: int, hour: int) -> float:
        return datetime(2026, 1, day, hour, tzinfo=UTC).timestamp()

    assert next_time(8, after=at(1, 7), minutes_ahead=0) == at(1, 8)
    assert next_time(8, after=at(1, 8), minutes_ahead=0) == at(2, 8)
    assert next_time(8, after=at(1, 7), minutes_ahead=180) == at(2, 5)  # eight there is five here, and gone
    assert next_of(at(1, 8), 8, now=at(1, 9), minutes_ahead=0, days=7) == at(8, 8)
    assert next_of(at(1, 8), 8, now=at(20, 9), minutes_ahead=0, days=7) == at(22, 8)
    assert next_of(at(1, 8), 8, now=at(3, 7), minutes_ahead=0, days=1) == at(3, 8)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["8"], HoursSaid((8,), None, ())), (["24", "+3"], HoursSaid((0,), 180, ())), (["8", "-3:30", "x"], HoursSaid((8,), -210, ("x",))),
        (["8:00", "x", "+3"], HoursSaid((8,), None, ("x", "+3"))), (["25"], None), ([], None), (["8", "+15"], HoursSaid((8,), None, ("+15",))),
    ],
)  # fmt: skip
def test_hours_are_read_with_the_clock_behind_them(words, told):
    assert hours_said(words, ONE_HOUR) == told


def test_what_the_disk_refuses_is_a_store_error(tmp_path):
    state = State(tmp_path / "telegram.sqlite3")
    digests = state.digests
    state.close()
    for ask in (
        digests.due,
        digests.waiting,
        lambda: digests.end(chat=USER, thread=None),
        lambda: digests.end_of(USER),
    ):
        with pytest.raises(StoreError, match="digests cannot be kept or read"):
            ask()


async def test_a_digest_of_ten_long_stories_fits_one_message(telegram, bot):
    long = tuple(
        Article(
            f"a{n}", f"Title number {n} " + "of a long day " * 8,
            "The council met " + "and spoke of many things " * 12 + f"in town {n}. More.",
            Source(f"{n}.txt", publisher="The Daily Post of the Long River", published=TODAY, url=f"https://example.org/{n}"),
        )
        for n in range(10)
    )  # fmt: skip
    async with bot(Newsroom(articles=long)):
        digest = await said(telegram, "/digest")
    assert digest["text"].count("The council met") == 10
