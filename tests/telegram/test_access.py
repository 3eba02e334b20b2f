from __future__ import annotations

import re

import pytest
from newsroom import Newsroom
from people import ADMIN, GROUP, OTHER, STRANGER, USER

from askcorpus.telegram.access import PAIRING_SECONDS, Pairing

NEW_GROUP = -2002
STARTUP = {"getMe", "deleteWebhook", "setMyCommands", "getUpdates"}


def code_of(said: list[str]) -> str:
    [code] = re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "\n".join(said))
    return code


async def settled(telegram):
    """Everything queued so far has been looked at: a question asked behind it is answered."""
    telegram.private(ADMIN)
    before = len(telegram.chats[ADMIN].from_bot())
    await telegram.say(ADMIN, "Where is the refinery?")
    await telegram.replies(ADMIN, before + 1)


async def test_a_stranger_gets_no_word_for_any_kind_of_update(telegram, bot):
    telegram.group(NEW_GROUP)
    newsroom = Newsroom()
    person = {"id": STRANGER, "is_bot": False, "first_name": "S"}
    async with bot(newsroom):
        for text in (
            "What?",
            "/start",
            "/help",
            "/ask What?",
            "/stats",
            "/start a_refinery1",
            "/start i_forged",
            "A1B2",
        ):
            if not text.startswith("/start i_"):
                await telegram.say(STRANGER, text)
        await telegram.say(STRANGER, None, contact={"phone_number": "1", "first_name": "S"})
        message = await telegram.say(STRANGER, "/ask@corpus_test_bot In a group?", chat=NEW_GROUP)
        await telegram.update(edited_message={**message, "edit_date": 1})
        await telegram.update(channel_post={**message, "chat": {"id": -3, "type": "channel", "title": "c"}})
        await telegram.update(inline_query={"id": "1", "from": person, "query": "q", "offset": ""})
        await telegram.update(
            my_chat_member={
                "chat": message["chat"],
                "from": person,
                "date": 1,
                "old_chat_member": {"user": person, "status": "left"},
                "new_chat_member": {"user": person, "status": "member"},
            }
        )
        await settled(telegram)
    calls = [c for c in telegram.calls if c.method not in STARTUP and c.params.get("chat_id") != ADMIN]
    assert calls == []
    assert newsroom.asked == ["Where is the refinery?"]


async def test_without_any_id_nobody_is_answered(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom, telegram_admins=(), telegram_allowed=()):
        for user in (USER, OTHER, ADMIN):
            await telegram.say(user, "/start")
        await telegram.taken()
    assert telegram.called("sendMessage") == []


async def test_the_pairing_code_makes_its_sender_the_administrator_once_and_for_good(telegram, bot):
    async with bot(telegram_admins=(), telegram_allowed=()) as running:
        await telegram.say(USER, "/start")
        await telegram.say(USER, code_of(running.said).lower().replace("-", ""))
        [welcome] = await telegram.replies(USER, 1)
        assert welcome["text"] == "You are this bot's administrator now. /help lists what you can do."
        await telegram.until(lambda: ("chat:22", "fr") in telegram.commands)
        await telegram.say(OTHER, code_of(running.said))
        await telegram.say(USER, "/stats")
        await telegram.replies(USER, 2)
    assert len(telegram.chats[OTHER].from_bot()) == 0
    async with bot(telegram_admins=(), telegram_allowed=()) as running:
        assert not any("code" in line for line in running.said)
        await telegram.say(USER, "/stats")
        await telegram.replies(USER, 3)


async def test_five_wrong_codes_lock_pairing(telegram, bot):
    async with bot(telegram_admins=(), telegram_allowed=()) as running:
        code = code_of(running.said)
        for n in range(5):
            await telegram.say(STRANGER, f"AAAA-AAA{n}")
        await telegram.until(lambda: any("locked" in line for line in running.said))
        await telegram.say(USER, code)
        await telegram.taken()
        assert running.desk.access.admins == ()
        assert [line for line in running.said if "wrong" in line][-1] == (
            f"A wrong pairing code came from user {STRANGER}: the code is locked; restart the bot for a new one"
        )
    assert telegram.called("sendMessage") == []


def test_a_pairing_code_expires_after_ten_minutes():
    now, said = [0.0], []
    pairing = Pairing(said.append, clock=lambda: now[0])
    now[0] = PAIRING_SECONDS
    assert not pairing.open
    assert not pairing.matches(code_of(said), by=1)
    now[0] = PAIRING_SECONDS - 1
    assert pairing.matches(code_of(said), by=1)
    assert not pairing.matches(code_of(said), by=2)


async def test_an_invitation_lets_one_person_in_and_expires(telegram, bot, monkeypatch):
    async with bot(telegram_allowed=()) as running:
        await telegram.say(ADMIN, "/invite")
        [reply] = await telegram.replies(ADMIN, 1)
        payload = re.search(r"https://t\.me/corpus_test_bot\?start=(i_[\w-]{1,62})$", reply["text"])[1]
        await telegram.say(USER, f"/start {payload}")
        [welcome] = await telegram.replies(USER, 1)
        await telegram.say(USER, "May I?")
        await telegram.replies(USER, 2)
        await telegram.say(OTHER, f"/start {payload}")
        [refusal] = await telegram.replies(OTHER, 1)
        await telegram.say(OTHER, "May I?")
        late = running.desk.access.invitation(by=ADMIN)
        running.desk.state._clock = lambda: 4e9
        await telegram.say(OTHER, f"/start {late}")
        await settled(telegram)
    assert welcome["text"] == "Welcome, you may ask now. /help says how."
    assert refusal["text"].startswith("This invitation has been used or has expired.")
    assert [m["text"] for m in telegram.chats[OTHER].from_bot()] == [refusal["text"]]  # one word a day


async def test_an_admin_lets_in_and_shuts_out_by_id_and_both_last(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom, telegram_allowed=(OTHER,)):
        for text in (
            f"/allow {USER}",
            f"/deny {OTHER}",
            f"/deny {ADMIN}",
            "/allow",
            "/allow x",
            "/allow 1 2",
            "/deny ١٢",
        ):
            await telegram.say(ADMIN, text)
        replies = await telegram.replies(ADMIN, 7)
    assert sorted(r["text"] for r in replies) == sorted(
        [
            f"{USER} may ask now.",
            f"{OTHER} may not ask any more.",
            f"{ADMIN} is set as an administrator in the settings and can only be removed there.",
            *["Write a numeric id behind the command: /allow 123456789"] * 3,
            "Write a numeric id behind the command: /deny 123456789",
        ]
    )
    async with bot(newsroom, telegram_allowed=(OTHER,)):
        await telegram.say(OTHER, "May I?")
        await telegram.say(USER, "May I too?")
        await telegram.replies(USER, 1)
    assert newsroom.asked == ["May I too?"]


@pytest.mark.parametrize("command", ["/stats", "/index", "/invite", "/allow 99", "/deny 33"])
async def test_admin_commands_are_for_admins(telegram, bot, command):
    telegram.group(GROUP)
    newsroom = Newsroom()
    async with bot(newsroom) as running:
        await telegram.say(USER, command)
        [reply] = await telegram.replies(USER, 1)
        await telegram.say(ADMIN, command, chat=GROUP)  # and never where others read along
        await settled(telegram)
        assert running.desk.state.role(99) is None
        assert running.desk.state.role(33) is None
    assert reply["text"] == "Only an administrator can do this."
    assert telegram.chats[GROUP].from_bot() == []


async def test_an_allowed_group_lets_its_members_ask_but_not_who_is_shut_out(telegram, bot):
    telegram.group(GROUP)
    telegram.group(NEW_GROUP)
    newsroom = Newsroom()
    async with bot(newsroom, telegram_allowed=(GROUP,)) as running:
        running.desk.access.deny(OTHER, by=ADMIN)
        await telegram.say(STRANGER, "/ask A member?", chat=GROUP)
        await telegram.replies(GROUP, 1)
        await telegram.say(OTHER, "/ask Shut out?", chat=GROUP)
        await telegram.say(STRANGER, "/ask Elsewhere?", chat=NEW_GROUP)
        await telegram.say(STRANGER, "In private?")
        running.desk.access.deny(GROUP, by=ADMIN)
        await telegram.say(STRANGER, "/ask Group shut out?", chat=GROUP)
        await settled(telegram)
    assert newsroom.asked == ["A member?", "Where is the refinery?"]


async def test_a_group_that_becomes_a_supergroup_stays_let_in(telegram, bot):
    telegram.group(GROUP)
    telegram.group(NEW_GROUP)
    newsroom = Newsroom()
    async with bot(newsroom, telegram_allowed=(GROUP,)):
        await telegram.say(STRANGER, None, chat=GROUP, migrate_to_chat_id=NEW_GROUP)
        await telegram.say(STRANGER, "/ask Still here?", chat=NEW_GROUP)
        await telegram.replies(NEW_GROUP, 1)
    assert newsroom.asked == ["Still here?"]


async def test_bots_and_messages_sent_through_bots_are_no_questions(telegram, bot):
    telegram.group(GROUP)
    newsroom = Newsroom()
    robot = {"id": 77, "is_bot": True, "first_name": "R"}
    async with bot(newsroom):
        await telegram.say(77, "/ask From a bot?", chat=GROUP, **{"from": robot})
        await telegram.say(USER, "/ask Through a bot?", chat=GROUP, via_bot=robot)
        await telegram.say(USER, "/ask Forwarded by a channel?", chat=GROUP, is_automatic_forward=True)
        await settled(telegram)
    assert newsroom.asked == ["Where is the refinery?"]


async def test_admins_see_who_was_turned_away(telegram, bot):
    async with bot():
        await telegram.say(STRANGER, "Hello?")
        await settled(telegram)
        await telegram.say(ADMIN, "/stats")
        *_, stats = await telegram.replies(ADMIN, 2)
    assert stats["text"].endswith(f"turned away lately: U{STRANGER} ({STRANGER})")


async def test_a_stranger_who_tries_600_invitations_has_one_word_and_delays_nobody(telegram, bot):
    async with bot(telegram_allowed=()):
        for n in range(600):
            await telegram.say(STRANGER, f"/start i_{n}")
        await telegram.replies(STRANGER, 1)
        await settled(telegram)
    assert len(telegram.chats[STRANGER].from_bot()) == 1


@pytest.mark.parametrize(
    ("writer", "name"),
    [(1087968824, {"id": GROUP, "type": "supergroup", "title": "G"}), (136817688, {"id": -1009, "type": "channel", "title": "C"})],
)  # fmt: skip
async def test_who_writes_as_group_or_channel_is_not_answered_while_somebody_is_shut_out(telegram, bot, writer, name):
    telegram.group(GROUP)
    veiled = {"chat": GROUP, "from": {"id": writer, "is_bot": True, "first_name": "Group"}, "sender_chat": name}
    async with bot(telegram_allowed=(GROUP,)) as running:
        await telegram.say(writer, "/latest", **veiled)
        await telegram.replies(GROUP, 1)
        running.desk.access.deny(USER, by=ADMIN)
        for text in ("/latest", "/ask Where?", "/sources", "/help"):
            await telegram.say(writer, text, **veiled)
        await settled(telegram)
    assert len(telegram.chats[GROUP].from_bot()) == 1
