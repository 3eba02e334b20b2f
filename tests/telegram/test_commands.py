from __future__ import annotations

import threading
import time

from newsroom import RAIL, Newsroom
from people import ADMIN, GROUP, OTHER, USER

from askcorpus.errors import StoreBusy
from askcorpus.telegram.state import FILE
from askcorpus.telegram.texts import languages


def links(message):
    return [e["url"] for e in message["entities"] if e["type"] == "text_link"]


async def said(telegram, user, text, **more):
    return await telegram.said(user, text, **more)


async def test_start_says_how_much_there_is_an_example_and_what_is_kept(telegram, bot):
    async with bot():
        reply = await said(telegram, USER, "/start")
    assert reply["text"] == (
        "Ask me a question, and I answer with sentences quoted from the articles, each with its source.\n\n"
        "Articles: 2, the newest of 24 June 2025.\n"
        "For example: What is known about “Mali opens a gold refinery”?\n\n"
        "I keep your questions, my answers and your votes for 30 days; /forget deletes them now, /privacy says more."
    )


async def test_start_over_an_empty_corpus_says_so(telegram, bot):
    async with bot(Newsroom(articles=())):
        assert "There are no articles yet" in (await said(telegram, USER, "/start"))["text"]
        assert (await said(telegram, USER, "/latest"))["text"] == "There are no articles yet."
        assert (await said(telegram, USER, "/sources"))["text"] == "There are no articles yet."


async def test_a_deep_link_opens_the_article(telegram, bot):
    async with bot():
        reply = await said(telegram, USER, "/start a_refinery1")
        gone = await said(telegram, USER, "/start a_nothing")
    assert reply["text"].startswith("River Post · 24 June 2025 · Mali opens a gold refinery\nThe ministry opened")
    assert links(reply) == ["https://example.org/mali?a=1&b=2"]
    assert gone["text"] == "This article is not here any more."


async def test_latest_lists_articles_with_links_that_open_them_here_where_the_id_fits(telegram, bot):
    async with bot():
        reply = await said(telegram, USER, "/latest")
    assert reply["text"] == (
        "Newest articles\n• River Post · 24 June 2025 · Mali opens a gold refinery\n"
        "• Morning <Herald> · 20 June 2025 · A railway for the north"
    )
    assert links(reply) == ["https://t.me/corpus_test_bot?start=a_refinery1"]
    assert RAIL.id == "rail.2:b"


async def test_sources_counts_articles_by_publisher(telegram, bot):
    async with bot():
        reply = await said(telegram, USER, "/sources")
    assert reply["text"] == "Who wrote the articles\n• River Post: 1\n• Morning <Herald>: 1"


async def test_forget_deletes_questions_answers_and_votes_from_the_disk(telegram, bot, tmp_path):
    async with bot() as running:
        for question in ("My unforgettable zebra question?", "And another zebra?"):
            answer = await said(telegram, USER, question)
        await telegram.press(USER, answer, answer["reply_markup"]["inline_keyboard"][-1][0]["callback_data"])
        await telegram.until(lambda: running.desk.state.tally().up == 1)
        await said(telegram, OTHER, "Somebody else's?")
        assert b"zebra" in b"".join(f.read_bytes() for f in tmp_path.glob(f"{FILE}*"))
        reply = await said(telegram, USER, "/forget")
        assert b"zebra" not in b"".join(f.read_bytes() for f in tmp_path.glob(f"{FILE}*"))
        assert running.desk.state.tally().questions == 1
        await telegram.press(USER, answer, answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        await telegram.until(lambda: telegram.callbacks["cb1"])
    assert reply["text"] == "Deleted: 2 questions with their answers, 1 votes."
    assert telegram.callbacks["cb1"][0]["text"].startswith("This button is not known here")


async def test_privacy_says_what_is_kept_and_whether_questions_are_logged(telegram, bot):
    async with bot(telegram_keep_days=7):
        reply = await said(telegram, USER, "/privacy")
        assert "your questions, my answers and your votes, for 7 days;" in reply["text"]
        assert "My log holds ids and times. " in reply["text"]
    async with bot(telegram_log_questions=True):
        assert "ids and times, and questions" in (await said(telegram, USER, "/privacy"))["text"]


async def test_help_lists_an_administrators_commands_to_administrators(telegram, bot):
    async with bot():
        assert "/index" not in (await said(telegram, USER, "/help"))["text"]
        assert "/index" in (await said(telegram, ADMIN, "/help"))["text"]


async def test_the_menu_is_set_per_scope_and_language(telegram, bot):
    async with bot():
        pass
    assert set(telegram.commands) == {
        (scope, language)
        for scope in ("all_private_chats", "all_group_chats", f"chat:{ADMIN}")
        for language in ("", *(code for code in languages() if code != "en"))
    }
    names = {scope: [c["command"] for c in commands] for (scope, _), commands in telegram.commands.items()}
    assert names["all_group_chats"] == ["ask", "digest", "watch", "watching", "latest", "sources", "help"]
    assert "index" in names[f"chat:{ADMIN}"]
    assert "index" not in names["all_private_chats"]
    assert telegram.commands["all_private_chats", "ru"][4]["description"] == "Новейшие статьи"


async def test_an_admin_who_never_opened_the_chat_does_not_stop_the_start(telegram, bot):
    async with bot(telegram_admins=(ADMIN, 404)):
        await said(telegram, USER, "Up?")


async def test_an_indexing_run_shows_its_progress_in_place(telegram, bot, monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.admin.PROGRESS_EVERY_S", 0.1)
    gate = threading.Event()
    async with bot(Newsroom(gate=gate)):
        message = await said(telegram, ADMIN, "/index")
        busy = await said(telegram, ADMIN, "/index")
        await telegram.until(lambda: telegram.called("editMessageText"))
        gate.set()
        await telegram.until(lambda: message["text"].startswith("Done in"))
    texts = [c.params["text"] for c in telegram.called("editMessageText")]
    assert texts[0] == "Reading the articles … 1/2 · 30/60"
    assert message["text"].endswith("s: 1 added, 0 changed, 0 removed, 2 unchanged, 0 skipped.")
    assert busy["text"] == "The articles are being read already."


async def test_an_indexing_run_that_fails_says_why(telegram, bot):
    class Busy(Newsroom):
        def refresh(self, folder, progress=None):
            raise StoreBusy("another process <1234> is writing")

    async with bot(Busy()):
        message = await said(telegram, ADMIN, "/index")
        await telegram.until(lambda: "1234" in message["text"])
    assert message["text"] == "The articles could not be indexed.\nanother process <1234> is writing"


async def test_administrators_hear_once_that_the_articles_cannot_be_indexed(telegram, bot, tmp_path):
    async with bot() as running:  # who has written before hears it in their language
        running.desk.state.speak(OTHER, "de")
        await said(telegram, USER, "Up?", language="fr")
    admins = (ADMIN, OTHER, USER)
    telegram.private(OTHER)
    async with bot(telegram_watch=True, folder=str(tmp_path / "moved <away>"), telegram_admins=admins):
        [notice] = await telegram.replies(ADMIN, 1)
        [german] = await telegram.replies(OTHER, 1)
        *_, french = await telegram.replies(USER, 2)
        await said(telegram, USER, "Still answering?")
    assert notice["text"].startswith("The articles could not be indexed.\nthere is no folder ")
    assert "moved <away>" in notice["text"]
    assert german["text"].startswith("Die Artikel konnten nicht")
    assert french["text"].startswith("Les articles n'ont pas pu")
    assert len(telegram.chats[ADMIN].from_bot()) == 1


async def test_stats_tell_how_the_bot_is_doing(telegram, bot):
    telegram.group(GROUP)
    async with bot() as running:
        running.desk.state._clock = lambda: 1_767_268_800.0  # a noon: no midnight comes between
        await said(telegram, USER, "One?")
        await telegram.until(lambda: not running.desk.running)
        reply = await said(telegram, ADMIN, "/stats")
    lines = reply["text"].splitlines()
    assert lines[0] == "Articles: 2 · store generation 1"
    assert lines[1] == "Questions: 1 in 30 days, 1 today; not found 0"
    assert lines[3:] == [
        "Votes: 👍 0 · 👎 0",
        "Running now: 0 · waiting 0",
        "People: 3 – U22 (22), (33), Newsroom (-1001) · administrators: 1 – U11 (11) · turned away lately: 0",
    ]


async def test_what_is_older_than_promised_is_deleted(telegram, bot):
    async with bot() as running:
        await said(telegram, USER, "Old?")
        state = running.desk.state
        assert state.prune(keep_days=30) == 0
        state._clock = lambda: time.time() + 31 * 86_400
        assert state.prune(keep_days=30) == 1
        assert state.tally().questions == 0


async def test_commands_answer_in_groups_too(telegram, bot):
    telegram.group(GROUP)
    async with bot():
        await telegram.say(USER, "/latest@corpus_test_bot", chat=GROUP)
        [reply] = await telegram.replies(GROUP, 1)
    assert reply["text"].startswith("Newest articles")
