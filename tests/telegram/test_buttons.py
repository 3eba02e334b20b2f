from __future__ import annotations

import pytest
from newsroom import RAIL, REFINERY, Newsroom, cite, not_found
from people import ADMIN, GROUP, OTHER, STRANGER, USER

from askcorpus.types import Answer, Article, Source


def data(message, label):
    buttons = [b for row in message["reply_markup"]["inline_keyboard"] for b in row]
    return next(b for b in buttons if b["text"].startswith(label))["callback_data"]


def labels(message):
    return [[b["text"] for b in row] for row in message["reply_markup"]["inline_keyboard"]]


async def ask(telegram, user=USER, text="What is the refinery's capacity?", chat=None):
    return await telegram.said(user, text, chat=chat)


async def pressed(telegram, user, message, data):
    """What the callback was answered, once it was."""
    id = await telegram.press(user, message, data)
    await telegram.until(lambda: telegram.callbacks[id], what="an answer to the callback")
    [answer] = telegram.callbacks[id]
    return answer


async def test_show_passage_replies_with_all_of_it_the_quote_marked_and_the_original_behind_a_button(telegram, bot):
    async with bot():
        answer = await ask(telegram)
        reply = await pressed(telegram, USER, answer, data(answer, "1 Show passage"))
        passage = (await telegram.replies(USER, 2))[-1]
    assert "text" not in reply  # nothing to say: the button just stops waiting
    assert passage["text"] == REFINERY.text + "\nRiver Post · 24 June 2025 · Mali opens a gold refinery"
    raw = passage["text"].encode("utf-16-le")
    underlined = [
        raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in passage["entities"]
        if e["type"] == "underline"
    ]
    assert "".join(underlined) == "Its initial design capacity is 100 tonnes per year, the minister said."
    assert passage["reply_to_message"]["message_id"] == answer["message_id"]
    [[original]] = passage["reply_markup"]["inline_keyboard"]
    assert original == {
        "text": "Original",
        "url": "https://example.org/mali?a=1&b=2#:~:text=Its%20initial%20design%20capacity%20is,per%20year%2C%20the%20minister%20said.",
    }


async def test_more_sources_edits_the_same_message(telegram, bot):
    third = Article("x3", "Third", "Three said so. Twice.", Source("3.txt"))
    citations = (
        cite(REFINERY, "A second phase will double that by 2027."),
        cite(RAIL, "Work begins in May.", number=2),
        cite(third, "Three said so.", number=3),
    )
    async with bot(Newsroom(answer=lambda q: Answer(q, citations, 0.9)), k=2):
        answer = await ask(telegram)
        assert labels(answer) == [["1 Show passage", "2 Show passage"], ["More sources"], ["👍", "👎", "🔔"]]
        assert "Third" not in answer["text"]
        await pressed(telegram, USER, answer, data(answer, "More"))
        await telegram.until(lambda: "Third" in telegram.chats[USER].messages[answer["message_id"]]["text"])
        await pressed(telegram, USER, answer, data(telegram.chats[USER].messages[answer["message_id"]], "3 Show"))
        await telegram.replies(USER, 2)
        stale = {**answer, "reply_markup": {"inline_keyboard": []}}
        await pressed(telegram, USER, stale, f"m:{data(answer, '1 Show').split(':')[1]}")  # pressed twice: not modified
        await telegram.until(lambda: len(telegram.called("editMessageText")) == 2)
    edited = telegram.chats[USER].messages[answer["message_id"]]
    assert labels(edited) == [["1 Show passage", "2 Show passage"], ["3 Show passage"], ["👍", "👎", "🔔"]]
    assert [c.outcome[:3] for c in telegram.called("editMessageText")] == ["ok", "400"]


async def test_a_vote_is_the_askers_is_kept_and_is_shown(telegram, bot):
    telegram.group(GROUP)
    async with bot() as running:
        answer = await ask(telegram, text="/ask How much?", chat=GROUP)
        alert = await pressed(telegram, OTHER, answer, data(answer, "👍"))
        assert alert["text"] == "Only the person who asked can use this button."
        assert alert["show_alert"] is True
        assert running.desk.state.tally().up == 0
        toast = await pressed(telegram, USER, answer, data(answer, "👍"))
        assert toast["text"] == "Thank you, noted."
        await telegram.until(lambda: labels(answer)[-1] == ["👍 ✓", "👎", "🔔"])
        await pressed(telegram, USER, answer, data(answer, "👎"))
        await telegram.until(lambda: labels(answer)[-1] == ["👍", "👎 ✓", "🔔"])
        await pressed(telegram, USER, answer, data(answer, "👎"))
        tally = running.desk.state.tally()
    assert (tally.up, tally.down, tally.questions) == (0, 1, 1)
    assert len(telegram.called("editMessageReplyMarkup")) == 2  # the third press changed nothing


async def test_not_found_can_be_voted_on(telegram, bot):
    async with bot(Newsroom(answer=not_found)) as running:
        answer = await ask(telegram)
        await pressed(telegram, USER, answer, data(answer, "👎"))
        tally = running.desk.state.tally()
    assert (tally.down, tally.not_found) == (1, 1)


async def test_buttons_work_after_a_restart(telegram, bot):
    async with bot():
        answer = await ask(telegram)
    async with bot(Newsroom(articles=())) as running:
        await pressed(telegram, USER, answer, data(answer, "2 Show passage"))
        passage = (await telegram.replies(USER, 2))[-1]
        await pressed(telegram, USER, answer, data(answer, "👍"))
        assert running.desk.state.tally().up == 1
    assert passage["text"].startswith(RAIL.text)


@pytest.mark.parametrize(
    "forged",
    [
        "p:AAAAAAAAAAAA:1",
        "p:{id}:9",
        "p:{id}",
        "p:{id}:-",
        "v:{id}",
        "v:{id}:1",
        "m:{id}:1",
        "x:{id}:1",
        "p:{id}:1 OR 1=1",
        "'; DROP TABLE answer; --",
        "",
        "\U0001f600" * 16,
    ],
)
async def test_unknown_and_forged_buttons_are_answered_with_an_alert_once(telegram, bot, forged):
    async with bot() as running:
        answer = await ask(telegram)
        id = data(answer, "1 Show").split(":")[1]
        alert = await pressed(telegram, USER, answer, forged.format(id=id))
        assert running.desk.state.tally().up == 0
    assert alert["show_alert"] is True
    assert alert["text"].endswith("Please ask again.")
    assert len(telegram.chats[USER].from_bot()) == 1


async def test_a_button_of_another_chat_or_message_is_forged(telegram, bot):
    async with bot():
        mine = await ask(telegram)
        other = await ask(telegram, OTHER)
        again = await ask(telegram, text="Once more?")
        for user, message in ((OTHER, other), (USER, again), (USER, None)):
            alert = await pressed(telegram, user, message, data(mine, "1 Show"))
            assert alert["text"].startswith("This button is not known here")
    assert len(telegram.called("sendMessage")) == 3


async def test_a_strangers_press_is_refused_before_it_is_looked_at(telegram, bot):
    async with bot():
        answer = await ask(telegram)
        alert = await pressed(telegram, STRANGER, answer, data(answer, "1 Show"))
    assert alert["text"] == "You are not on this bot's list."
    assert len(telegram.called("sendMessage")) == 1


async def test_every_button_carries_at_most_64_bytes(telegram, bot):
    async with bot():
        answer = await ask(telegram, ADMIN)
    sizes = [len(b.get("callback_data", "").encode()) for row in answer["reply_markup"]["inline_keyboard"] for b in row]
    assert max(sizes) <= 20
