"""What happens to a question typed behind the bot's name in another chat?"""

from __future__ import annotations

import pytest
from newsroom import Newsroom, not_found
from people import GROUP, OTHER, STRANGER, USER
from standin import Fault

QUESTION = "How much gold will the refinery make?"


@pytest.fixture(autouse=True)
def thumbs_are_fast(monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.inline.PAUSE_S", 0.1)


async def answered(telegram, query):
    [answer] = await telegram.until(lambda: telegram.inline[query], what="an inline answer")
    return answer


async def test_the_answer_is_offered_as_a_card_to_the_person_alone(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom, telegram_inline=True):
        answer = await answered(telegram, await telegram.type(USER, QUESTION))
    [card] = answer["results"]
    assert answer["is_personal"] is True
    assert card["title"] == "Its initial design capacity is 100 tonnes per year, the minister said."
    assert card["description"] == "River Post · 24 June 2025 · Mali opens a gold refinery"
    assert card["message"]["text"].splitlines()[:3] == [QUESTION, card["title"], card["description"]]
    assert card["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://example.org/mali")
    assert newsroom.asked == [QUESTION]


async def test_a_person_is_answered_from_the_collection_of_their_own_chat_with_the_bot(telegram, bot):
    newsroom = Newsroom(folders=(("news", 12), ("archive", 30)))
    async with bot(newsroom, telegram_inline=True):
        await telegram.say(USER, "/in archive")
        await telegram.replies(USER, 1)
        await answered(telegram, await telegram.type(USER, QUESTION))
        await answered(telegram, await telegram.type(OTHER, QUESTION))
    assert newsroom.asked == [f"archive: {QUESTION}", QUESTION]


async def test_what_is_not_found_is_a_card_that_says_so(telegram, bot):
    async with bot(Newsroom(answer=not_found), telegram_inline=True):
        answer = await answered(telegram, await telegram.type(USER, QUESTION, language="fr"))
    [card] = answer["results"]
    assert card["title"].startswith("Introuvable")
    assert card["message"]["text"].startswith(QUESTION)
    assert "reply_markup" not in card


async def test_strangers_and_who_is_let_in_by_a_group_alone_get_nothing(telegram, bot):
    newsroom = Newsroom()
    telegram.group(GROUP)
    async with bot(newsroom, telegram_inline=True, telegram_allowed=(USER, GROUP)):
        theirs = [await telegram.type(STRANGER, QUESTION), await telegram.type(OTHER, QUESTION)]
        await answered(telegram, await telegram.type(USER, QUESTION))
    assert [telegram.inline[query] for query in theirs] == [[], []]
    assert newsroom.asked == [QUESTION]
    assert [call for call in telegram.calls if call.params.get("chat_id") == STRANGER] == []


async def test_of_what_is_typed_only_the_finished_question_is_asked_and_counts(telegram, bot):
    newsroom = Newsroom()
    begun = [await telegram.type(USER, QUESTION[:n]) for n in (3, 9, 20)]
    whole = await telegram.type(USER, QUESTION)
    async with bot(newsroom, telegram_inline=True, telegram_per_minute=1):  # which is handed all of them at once
        await answered(telegram, whole)
        refused = await answered(telegram, await telegram.type(USER, "And its cost?"))
        await telegram.say(USER, "Typed in the chat?")
        await telegram.replies(USER, 1)
    assert [telegram.inline[query] for query in begun] == [[], [], []]
    assert newsroom.asked == [QUESTION]
    assert (refused["results"], refused["button"]["text"]) == ([], "Too many questions; please wait")


async def test_a_long_typing_takes_nothing_from_what_a_person_may_do(telegram, bot):
    for n in range(60):
        await telegram.type(USER, QUESTION[:n])
    await telegram.say(USER, QUESTION)
    async with bot(Newsroom(), telegram_inline=True, telegram_per_minute=6):  # which is handed all of them at once
        await telegram.replies(USER, 1)


@pytest.mark.parametrize("nothing", ["", "  ", "hello", "👍"])
async def test_where_nothing_is_asked_a_line_says_how_and_no_quota_is_used(telegram, bot, nothing):
    async with bot(Newsroom(), telegram_inline=True, telegram_per_minute=1):
        answer = await answered(telegram, await telegram.type(USER, nothing))
        card = await answered(telegram, await telegram.type(USER, QUESTION))
    assert (answer["results"], answer["button"]["text"]) == ([], "How to ask")
    assert len(card["results"]) == 1


async def test_what_takes_too_long_is_said_while_telegram_still_listens(telegram, bot, monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.inline.LIMIT_S", 0.1)
    async with bot(Newsroom(delay=0.5), telegram_inline=True):
        answer = await answered(telegram, await telegram.type(USER, QUESTION))
    assert answer["button"]["text"] == "No answer just now; please try again"


@pytest.mark.parametrize("fault", ["flood", "cut", "lost"])
async def test_through_a_bad_network_a_card_is_offered_once_at_most(telegram, bot, fault):
    async with bot(Newsroom(), telegram_inline=True):
        telegram.faults["answerInlineQuery"].append(Fault(fault, 1))
        query = await telegram.type(USER, QUESTION)
        if fault == "lost":  # it may have been there: whoever waits types on, and is answered
            await telegram.until(lambda: telegram.called("answerInlineQuery"))
            query = await telegram.type(USER, f"{QUESTION} ")
        await answered(telegram, query)
    assert len(telegram.inline[query]) == 1


async def test_an_answer_that_came_too_late_is_nobodys_trouble(telegram, bot, caplog):
    async with bot(Newsroom(), telegram_inline=True):
        late = await telegram.type(USER, QUESTION)
        del telegram.inline[late]
        await telegram.until(lambda: telegram.called("answerInlineQuery"))
        await telegram.say(USER, QUESTION)
        await telegram.replies(USER, 1)
    assert "a handler failed" not in caplog.text
    telegram.violations.clear()


async def test_it_is_off_unless_it_is_switched_on_here_and_at_botfather(telegram, bot):
    async with bot(Newsroom()) as running:
        await telegram.until(lambda: telegram.called("getUpdates"))
        assert "inline_query" not in telegram.called("getUpdates")[0].params["allowed_updates"]
        assert not any("/setinline" in line for line in running.said)
    telegram.calls.clear()
    telegram.inline_at_botfather = False
    async with bot(Newsroom(), telegram_inline=True) as running:
        await telegram.until(lambda: telegram.called("getUpdates"))
        assert "inline_query" in telegram.called("getUpdates")[0].params["allowed_updates"]
        assert any("/setinline" in line for line in running.said)
