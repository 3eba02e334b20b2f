from __future__ import annotations

import asyncio
import threading

import pytest
from markup_of_telegram import Entity, units
from newsroom import RAIL, REFINERY, Newsroom, cite, not_found
from people import GROUP, OTHER, USER

from askcorpus.errors import StoreDamaged
from askcorpus.telegram import refusals
from askcorpus.types import Answer, Article, Digest, Source

TOPIC = 500
NOON = 1_767_268_800.0
"""1 January 2026, 12 o'clock UTC: what is counted by the day must not meet a midnight."""


def formatted(message, kind):
    found = [Entity(**e) for e in message["entities"] if e["type"] == kind]
    return [e.of(message["text"]) for e in found]


def labels(message):
    return [[b["text"] for b in row] for row in message.get("reply_markup", {}).get("inline_keyboard", [])]


class Gathered:
    """What comes together within a moment: here the moment ends when so many were refused, however long that takes."""

    def __init__(self, telegram):
        self._telegram, self._over = telegram, asyncio.Event()
        self.waited = []

    async def sleep(self, seconds):
        self.waited.append(seconds)
        await self._over.wait()

    async def __call__(self, running, refused):
        await self._telegram.until(lambda: running.desk.metrics.questions["refused"] == refused)
        self._over.set()


@pytest.fixture
def gathered(telegram, monkeypatch):
    made = Gathered(telegram)
    monkeypatch.setattr(refusals, "asyncio", made)
    return made


async def test_a_private_question_is_answered_with_quotes_and_sources(telegram, bot):
    async with bot():
        await telegram.say(USER, "What is the refinery's capacity?")
        [answer] = await telegram.replies(USER, 1)
    assert answer["text"] == (
        "Its initial design capacity is 100 tonnes per year, the minister said.\n"
        "River Post · 24 June 2025 · Mali opens a gold refinery\n"
        "2 · Morning <Herald> · 20 June 2025 · A railway for the north"
    )
    assert formatted(answer, "bold") == ["100 tonnes"]
    assert formatted(answer, "blockquote") == [answer["text"].split("\n")[0]]
    assert formatted(answer, "text_link") == [answer["text"].split("\n")[1]]
    assert answer["link_preview_options"] == {"is_disabled": True}
    assert labels(answer) == [["1 Show passage", "2 Show passage"], ["👍", "👎", "🔔"]]


async def test_what_the_corpus_does_not_say_is_not_found_with_the_nearest_articles(telegram, bot):
    async with bot(Newsroom(answer=not_found)):
        await telegram.say(USER, "Who won the cup?")
        [answer] = await telegram.replies(USER, 1)
    assert answer["text"] == (
        "Not found. The articles do not answer this question.\nNearest articles:\n"
        "• River Post · 24 June 2025 · Mali opens a gold refinery\n"
        "• Morning <Herald> · 20 June 2025 · A railway for the north"
    )
    assert labels(answer) == [["👍", "👎", "🔔"]]


async def test_hostile_article_text_is_shown_as_text(telegram, bot):
    text = (
        '<script>alert(1)</script> & <b>unclosed <a href="javascript:x">here</a> &lt;tag&gt; '
        "\u202eleft\x00 \U0001f600 said so."
    )
    source = Source("h.txt", url="javascript:alert(1)", publisher="</a>")
    hostile = Article("h", "<b>Title</i> & “more” " + "x" * 400, text, source)

    def answer(question: str) -> Answer:
        return Answer(question, (cite(hostile, text, marks=("alert(1)", "unclosed")),), 0.9)

    async with bot(Newsroom(answer=answer)):
        await telegram.say(USER, "<b>What & who</u>?")
        [reply] = await telegram.replies(USER, 1)
        await telegram.press(USER, reply, reply["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        _, passage = await telegram.replies(USER, 2)
    clean = text.replace("\u202e", "").replace("\x00", "")
    assert reply["text"].startswith(clean + "\n")
    assert clean in passage["text"]
    assert "reply_markup" not in passage  # no Original button for what is no web address
    assert formatted(reply, "text_link") == []


async def test_an_answer_is_never_longer_than_a_message_may_be(telegram, bot):
    long = Article("l", "T" * 500, "\U0001f600 wörd " * 3000, Source("l.txt", publisher="P" * 500))
    citations = tuple(cite(long, long.text[:9000].strip(), number=n) for n in range(1, 7))
    async with bot(Newsroom(answer=lambda q: Answer(q, citations, 0.9)), k=3):
        await telegram.say(USER, "How long?")
        [reply] = await telegram.replies(USER, 1)
        [[_, _], [third], [more], _votes] = reply["reply_markup"]["inline_keyboard"]
        assert more["text"] == "More sources"
        await telegram.press(USER, reply, more["callback_data"])
        await telegram.press(USER, reply, third["callback_data"])
        messages = await telegram.until(
            lambda: (
                (m := telegram.chats[USER].from_bot())[-1]["text"].endswith("P …" + " · " + "T" * 88 + " …")
                and len(m) > 5
                and m
            )
        )
    assert all(units(m["text"]) <= 4096 for m in messages)
    shown = "".join(m["text"].rpartition("\nPPP")[0] or m["text"] for m in messages[1:])
    assert "".join(shown.split()) == "".join(long.text.split())


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("x" * 501, "Your question has 501 characters; I take up to 500. Please shorten it."),
        ("/ask", "Write the question behind the command: /ask When did the mine open?"),
        ("   ", "Send me a question in words, for example: What is known about “…”?"),
        ("/nonsense", "In a private chat just type a question."),
    ],
)
async def test_what_cannot_be_asked_is_explained(telegram, bot, sent, said):
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, sent)
        [reply] = await telegram.replies(USER, 1)
    assert reply["text"].startswith(said)
    assert newsroom.asked == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("Hello", "Hello! Ask me what the articles tell"),
        ("Thanks 👍", "You are welcome."),
        ("help", "In a private chat just type a question."),
    ],
)
async def test_a_greeting_gets_a_line_and_uses_up_no_quota(telegram, bot, sent, said):
    newsroom = Newsroom()
    async with bot(newsroom, telegram_per_minute=1):
        for n in (1, 2):
            await telegram.say(USER, sent)
            lines = await telegram.replies(USER, n)
        answer = await telegram.said(USER, "What is the refinery's capacity?")
    assert [line["text"].startswith(said) for line in lines] == [True, True]
    assert answer["text"].startswith("Its initial design capacity")
    assert newsroom.asked == ["What is the refinery's capacity?"]


async def test_each_of_two_wrong_questions_is_explained_however_quickly_they_come(telegram, bot):
    async with bot():
        await telegram.say(USER, "x" * 501)
        await telegram.say(USER, "/ask")
        replies = await telegram.replies(USER, 2)
    assert {r["text"][:13] for r in replies} == {"Your question", "Write the que"}


async def test_a_picture_is_answered_with_a_hint(telegram, bot):
    async with bot():
        await telegram.say(USER, None, photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}])
        [reply] = await telegram.replies(USER, 1)
    assert reply["text"].startswith("Send me a question in words")


async def test_edited_messages_and_channel_posts_are_ignored(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        message = await telegram.say(USER, "First?")
        await telegram.replies(USER, 1)
        await telegram.update(edited_message={**message, "text": "Second?", "edit_date": message["date"]})
        await telegram.say(USER, "Third?")
        await telegram.replies(USER, 2)
    assert newsroom.asked == ["First?", "Third?"]
    assert telegram.called("getUpdates")[0].params["allowed_updates"] == ["message", "callback_query"]


async def test_nine_questions_at_once_are_answered_in_turn_and_hold_up_nobody_else(telegram, bot):
    gate = threading.Event()
    newsroom = Newsroom(gate=gate)
    questions = [f"Question {n}?" for n in range(9)]
    async with bot(newsroom):
        for question in questions:
            await telegram.say(USER, question)
        await telegram.until(lambda: newsroom.asked)
        await telegram.say(OTHER, "Mine?")
        await telegram.until(lambda: newsroom.asked == ["Question 0?", "Mine?"])
        gate.set()
        await telegram.replies(OTHER, 1)
        answers = await telegram.replies(USER, 9)
    assert [question for question in newsroom.asked if question != "Mine?"] == questions
    assert all("100 tonnes" in answer["text"] for answer in answers)


async def test_of_nine_questions_at_once_one_message_names_those_beyond_the_quota(telegram, bot, gathered):
    async with bot(Newsroom(), telegram_per_minute=6) as running:
        for n in range(9):
            await telegram.say(USER, f"Question {n}?")
        await gathered(running, 3)
        told = await telegram.replies(USER, 7)
        await telegram.say(OTHER, "Mine?")
        await telegram.replies(OTHER, 1)
    assert sum("100 tonnes" in message["text"] for message in told) == 6
    [refused] = [m["text"] for m in telegram.chats[USER].from_bot() if "100 tonnes" not in m["text"]]
    why, which = refused.splitlines()
    assert why.startswith("You have asked 6 questions within a minute.")
    assert which == "Not asked: Question 6? · Question 7? · Question 8?"


async def test_of_a_flood_every_question_is_named_or_counted_and_the_messages_are_few(telegram, bot, gathered):
    async with bot(Newsroom(), telegram_per_minute=1) as running:
        for n in range(14):
            await telegram.say(USER, f"Question {n}?" if n else "One?")
        await gathered(running, 13)
        await telegram.replies(USER, 2)
        await telegram.say(USER, "A late one, <b>?")
        first, late = [m for m in await telegram.replies(USER, 3) if "100 tonnes" not in m["text"]]
    assert gathered.waited[0] == refusals.GATHER_S
    assert refusals.GATHER_S < gathered.waited[1] <= refusals.EVERY_S
    assert first["text"].splitlines()[1].endswith("Question 9? · Question 10? … and 3 more")
    assert late["text"].splitlines()[1:] == ["Not asked: A late one, <b>?"]
    assert len(telegram.chats[USER].from_bot()) == 3


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]


async def test_a_question_in_a_caption_is_one_and_in_a_group_with_ask(telegram, bot):
    telegram.group(GROUP)
    newsroom = Newsroom()

    def caption(text: str, command: str = "") -> dict:
        entities = [{"type": "bot_command", "offset": 0, "length": len(command)}] if command else []
        return {"photo": PHOTO, "caption": text, "caption_entities": entities}

    async with bot(newsroom):
        await telegram.say(USER, None, **caption("Where is this refinery?"))
        await telegram.replies(USER, 1)
        await telegram.say(USER, None, chat=GROUP, **caption("A holiday picture"))
        await telegram.say(USER, None, chat=GROUP, **caption("/ask Who built it?", "/ask"))
        await telegram.replies(GROUP, 1)
    assert newsroom.asked == ["Where is this refinery?", "Who built it?"]


async def test_a_link_sent_with_a_question_is_no_part_of_it(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, "https://example.org/mali?a=1 How large is it?")
        await telegram.replies(USER, 1)
        await telegram.say(USER, "https://example.org/mali")
        await telegram.replies(USER, 2)
    assert newsroom.asked == ["How large is it?", "https://example.org/mali"]


async def test_quotas_per_minute_and_per_day_hold_and_forgetting_does_not_reset_them(telegram, bot):
    async with bot(telegram_per_minute=2, telegram_per_day=3) as running:
        running.desk.state._clock = lambda: NOON
        for n in (1, 2):
            await telegram.said(USER, f"Question {n}?")
        third = await telegram.said(USER, "Question 3?")
        assert third["text"].startswith("You have asked 2 questions within a minute.")
        assert running.desk.state.count_question(USER, limit=3)
        await telegram.said(USER, "/forget")
        assert not running.desk.state.count_question(USER, limit=3)
        assert running.desk.state.count_question(OTHER, limit=3)


async def test_the_day_quota_is_said(telegram, bot):
    async with bot(telegram_per_day=1) as running:
        running.desk.state._clock = lambda: NOON
        await telegram.said(USER, "One?")
        told = await telegram.said(USER, "Two?")
    assert told["text"] == "You have asked 1 questions today. Please come back tomorrow (UTC).\nNot asked: Two?"


async def test_a_question_that_takes_too_long_is_given_up(telegram, bot):
    gate = threading.Event()
    async with bot(Newsroom(gate=gate), telegram_time_limit_s=0.3):
        await telegram.say(USER, "Slow?")
        [reply] = await telegram.replies(USER, 1)
        gate.set()
    assert reply["text"] == "This took longer than 0 seconds, so I stopped. Please ask again, or more simply."


async def test_typing_is_shown_while_the_answer_is_made_and_not_after(telegram, bot, monkeypatch):
    def shown():
        return len(telegram.called("sendChatAction", chat_id=USER, action="typing"))

    monkeypatch.setattr("askcorpus.telegram.sending.TYPING_EVERY_S", 0.05)
    gate = threading.Event()
    async with bot(Newsroom(gate=gate)):
        await telegram.say(USER, "Slow?")
        await telegram.until(lambda: shown() >= 4)
        gate.set()
        await telegram.replies(USER, 1)
        await telegram.until(lambda: not any(task.get_name() == f"typing:{USER}" for task in asyncio.all_tasks()))
        before = shown()  # what was on its way is there
        await asyncio.sleep(0.3)  # six times as long as from one to the next
        assert shown() == before


async def test_sixteen_users_are_served_at_once(telegram, bot):
    gate = threading.Event()
    newsroom = Newsroom(gate=gate)
    users = range(100, 116)
    async with bot(newsroom, telegram_allowed=tuple(users)):
        await asyncio.gather(*(telegram.say(user, "All at once?") for user in users))
        await telegram.until(lambda: newsroom.at_once == 16)
        gate.set()
        await asyncio.gather(*(telegram.replies(user, 1) for user in users))


async def test_a_broken_store_is_said_without_details(telegram, bot, caplog):
    def broken(question):
        raise StoreDamaged("embeddings/secret/path: checksum")

    async with bot(Newsroom(answer=broken)):
        await telegram.say(USER, "Anything?")
        [reply] = await telegram.replies(USER, 1)
    assert reply["text"].startswith("I could not answer because something is wrong on my side.")
    assert "secret/path" in caplog.text


async def test_an_error_nobody_foresaw_is_said_and_logged_and_the_bot_goes_on(telegram, bot, caplog):
    newsroom = Newsroom(answer=lambda question: 1 / 0)
    async with bot(newsroom):
        await telegram.say(USER, "Anything?")
        [reply] = await telegram.replies(USER, 1)
        newsroom.answer = not_found
        await telegram.say(USER, "And now?")
        _, answer = await telegram.replies(USER, 2)
    assert reply["text"].startswith("I could not answer because something is wrong on my side.")
    assert "ZeroDivisionError" in caplog.text
    assert "Not found." in answer["text"]


async def test_the_bot_speaks_the_persons_language(telegram, bot):
    """Whose code may name a country, too; one that begins like another language is not that language."""
    spoken = (
        ("fr", "Introuvable."),
        ("ru-RU", "Не найдено."),
        ("xx", "Not found."),
        ("pt-br", "Não encontrado."),
        ("arn", "Not found."),
    )
    async with bot(Newsroom(answer=not_found)):
        for language, text in spoken:
            assert (await telegram.said(USER, "Who won the cup?", language=language))["text"].startswith(text)


async def test_groups_are_answered_only_when_the_bot_is_addressed(telegram, bot):
    telegram.group(GROUP)
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, "What do you think of lunch?", chat=GROUP)
        await telegram.say(USER, "/ask@another_bot Not for you?", chat=GROUP)
        await telegram.say(USER, "@another_bot and you?", chat=GROUP)
        await telegram.say(USER, "/ask Command?", chat=GROUP)
        await telegram.replies(GROUP, 1)
        await telegram.say(USER, "/ask@Corpus_Test_Bot Addressed?", chat=GROUP)
        await telegram.replies(GROUP, 2)
        asked = await telegram.say(USER, "\U0001f600 Tell me, @corpus_test_bot, mentioned?", chat=GROUP)
        *_, answer = await telegram.replies(GROUP, 3)
        assert answer["reply_to_message"]["message_id"] == asked["message_id"]
        await telegram.say(OTHER, "And its second phase?", chat=GROUP, reply_to_message=answer)
        await telegram.replies(GROUP, 4)
        await telegram.say(OTHER, "I do not believe it", chat=GROUP, reply_to_message=asked)
        await telegram.say(USER, "/ask Last?", chat=GROUP)
        await telegram.replies(GROUP, 5)
    assert newsroom.asked == [
        "Command?",
        "Addressed?",
        "\U0001f600 Tell me, mentioned?",
        "\U0001f600 Tell me, mentioned? And its second phase?",
        "Last?",
    ]


async def test_a_reply_to_something_else_the_bot_said_is_no_question(telegram, bot):
    telegram.group(GROUP)
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, "/help", chat=GROUP)
        [help] = await telegram.replies(GROUP, 1)
        await telegram.say(USER, "Thanks for that", chat=GROUP, reply_to_message=help)
        await telegram.say(USER, "/ask Real?", chat=GROUP)
        await telegram.replies(GROUP, 2)
    assert newsroom.asked == ["Real?"]


async def test_in_a_forum_the_topic_is_kept_and_its_root_is_no_reply(telegram, bot):
    forum = telegram.group(GROUP, topics=(TOPIC,))
    root = {
        "message_id": TOPIC,
        "date": 1,
        "chat": forum.chat,
        "message_thread_id": TOPIC,
        "is_topic_message": True,
        "from": {"id": 123456789, "is_bot": True, "first_name": "Corpus"},
        "forum_topic_created": {"name": "t", "icon_color": 1},
    }
    in_topic = {"message_thread_id": TOPIC, "is_topic_message": True}
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, "Just chatting", chat=GROUP, reply_to_message=root, **in_topic)
        await telegram.say(
            USER, "Just chatting", chat=GROUP, reply_to_message=dict(root, forum_topic_created=None), **in_topic
        )
        await telegram.say(USER, "/ask In the topic?", chat=GROUP, reply_to_message=root, **in_topic)
        [answer] = await telegram.replies(GROUP, 1)
        assert answer["message_thread_id"] == TOPIC
        await telegram.press(USER, answer, answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        assert (await telegram.replies(GROUP, 2))[-1]["message_thread_id"] == TOPIC
        assert "message_thread_id" not in await telegram.said(USER, "/ask In General?", chat=GROUP)
        # a thread of replies in an ordinary group has an id too, and is no topic
        thread = await telegram.said(USER, "/ask In a thread?", chat=GROUP, message_thread_id=77)
        assert "message_thread_id" not in thread
    typing = [c.params.get("message_thread_id") for c in telegram.called("sendChatAction")]
    assert typing == [TOPIC, None, None]
    assert newsroom.asked == ["In the topic?", "In General?", "In a thread?"]


@pytest.mark.parametrize("closed", [False, True])
async def test_what_cannot_be_said_in_a_topic_any_more_is_said_in_the_chat(telegram, bot, closed):
    forum, gate = telegram.group(GROUP, topics=(TOPIC,)), threading.Event()
    newsroom = Newsroom(gate=gate)
    in_topic = {"message_thread_id": TOPIC, "is_topic_message": True}
    async with bot(newsroom):
        await telegram.say(USER, "/ask In the topic?", chat=GROUP, **in_topic)
        await telegram.until(lambda: newsroom.at_once)
        if closed:
            forum.closed.add(TOPIC)
        else:
            forum.topics.clear()
            forum.messages.clear()
        gate.set()
        [answer] = await telegram.replies(GROUP, 1)
    assert "100 tonnes" in answer["text"]
    assert "message_thread_id" not in answer


async def test_a_short_question_goes_on_from_the_last_one_and_says_so(telegram, bot):
    newsroom = Newsroom()
    async with bot(newsroom):
        await telegram.say(USER, "What is the capacity of the Bamako refinery?")
        await telegram.replies(USER, 1)
        await telegram.say(USER, "And its second phase?")
        _, answer = await telegram.replies(USER, 2)
        await telegram.say(USER, "When?")
        await telegram.replies(USER, 3)
        await telegram.say(OTHER, "And its cost?")
        [other] = await telegram.replies(OTHER, 1)
        await telegram.say(USER, "How long will the northern railway be?")
        *_, alone = await telegram.replies(USER, 4)
    assert answer["text"].startswith(
        "Understood as: What is the capacity of the Bamako refinery? And its second phase?\n"
    )
    assert newsroom.asked == [
        "What is the capacity of the Bamako refinery?",
        "What is the capacity of the Bamako refinery? And its second phase?",
        "What is the capacity of the Bamako refinery? When?",
        "And its cost?",
        "How long will the northern railway be?",
    ]
    assert not other["text"].startswith("Understood")
    assert not alone["text"].startswith("Understood")


async def test_a_storys_reprints_stand_in_one_line(telegram, bot):
    reprint = Article(
        "r2", "Refinery opens", REFINERY.text, Source("b.txt", publisher="Copy Daily", published="2025-06-25")
    )
    quote = "A second phase will double that by 2027."

    def answer(question: str) -> Answer:
        citations = (
            cite(REFINERY, quote),
            cite(reprint, quote, number=2, story=1),
            cite(RAIL, "Work begins in May.", number=3),
        )
        return Answer(question, citations, 0.9, independent_sources=2)

    async with bot(Newsroom(answer=answer)):
        await telegram.say(USER, "When?")
        [reply] = await telegram.replies(USER, 1)
    assert reply["text"] == (
        "A second phase will double that by 2027.\n"
        "River Post · 24 June 2025 · Mali opens a gold refinery\n"
        "In the same words: Copy Daily\n"
        "3 · Morning <Herald> · 20 June 2025 · A railway for the north\n"
        "Told by 2 independent sources."
    )
    assert labels(reply) == [["1 Show passage", "3 Show passage"], ["👍", "👎", "🔔"]]


async def test_logs_hold_ids_and_times_and_questions_only_when_asked_for(telegram, bot, caplog):
    caplog.set_level("INFO")
    async with bot():
        await telegram.say(USER, "A private matter?")
        await telegram.replies(USER, 1)
    assert f"user {USER} in chat {USER}: answered in" in caplog.text
    assert "private matter" not in caplog.text
    assert "tonnes" not in caplog.text
    async with bot(telegram_log_questions=True):
        await telegram.say(USER, "A public matter?")
        await telegram.replies(USER, 2)
    assert "public matter" in caplog.text


async def test_nothing_is_left_over_after_a_stop(telegram, bot):
    before = set(asyncio.all_tasks())
    async with bot():
        await telegram.say(USER, "Anything?")
        await telegram.replies(USER, 1)
    await telegram.until(lambda: asyncio.all_tasks() == before)  # the stand-in ends what it was asked last


def test_the_stand_in_refuses_what_telegram_refuses():
    from markup_of_telegram import Refused, parse

    assert parse("a &lt;b&gt; &nbsp; <b>c</b>\U0001f600<i>d</i>")[1][1].offset == 16
    for bad in (
        "<b>open",
        "</b>",
        "<b><i></b></i>",
        "<script>x</script>",
        "a < b",
        "<blockquote><blockquote>x</blockquote></blockquote>",
    ):
        with pytest.raises(Refused):
            parse(bad)


async def test_a_wish_for_news_gets_one_line_a_story(telegram, bot):
    def told(question: str) -> Answer:
        first = cite(REFINERY, "The ministry opened a gold refinery near the river on Monday.")
        again = cite(RAIL, "Work begins in May.", number=2, story=1)
        third = cite(RAIL, "The northern railway will be 450 kilometres long.", number=3, story=2)
        return Answer(question, (first, again, third), 1.0, purpose="digest", digest=Digest((first, again, third)))

    async with bot(Newsroom(answer=told), k=1):
        await telegram.say(USER, "What's new?")
        [answer] = await telegram.replies(USER, 1)
    assert answer["text"] == (
        "🗞 News\n\n"
        "1 · The ministry opened a gold refinery near the river on Monday.\n"
        "River Post · 24 June 2025 · Mali opens a gold refinery · 2 outlets\n\n"
        "2 · The northern railway will be 450 kilometres long.\n"
        "Morning <Herald> · 20 June 2025 · A railway for the north"
    )
    assert labels(answer) == [["1", "2"], ["👍", "👎"]]
