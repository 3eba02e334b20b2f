"""What becomes of an article that somebody sends in a chat?  Over a real folder, store and encoder."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
import web_server
from newsroom import Newsroom
from people import ADMIN, GROUP, OTHER, USER
from standin import Fault, Telegram

from askcorpus import Corpus
from askcorpus.articles.web.fetch import Fetcher
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh

FIRST = "Sverra opens a tidal power station\n\nThe town of Sverra opened its first tidal power station on Thursday."
POST = (
    "The ferry to Lunde is cancelled\n\nThe ferry to Lunde is cancelled until 12 May, the harbour master of Lunde said."
)
PAGE = (
    "<html lang=en><head><title>Orlenko museum returns an icon</title></head><body><article><h1>Orlenko museum returns an icon"
    "</h1><p>The city museum of Orlenko has returned an icon stolen in 1943 to the monastery of Saint Varvara.</p>"
    "<p>It is worth 2.4 million euros, according to the curator Pavel Dorn of the museum.</p></article></body></html>"
)
CHANNEL = {
    "type": "channel",
    "date": 1741687200,
    "chat": {"id": -100200, "type": "channel", "title": "Harbour <News>", "username": "harbour_news"},
    "message_id": 77,
}


@pytest.fixture
def corpus(tmp_path: Path, real_encoder: Encoder, one_model: None):
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "tidal.txt").write_text(FIRST, "utf-8")
    refresh(articles, tmp_path, real_encoder)
    with Corpus.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def adding(bot, corpus, tmp_path):
    return partial(bot, corpus, folder=str(tmp_path / "articles"), telegram_adders=(OTHER,))


def document(telegram: Telegram, name: str, data: bytes, **more) -> dict:
    id = f"file{len(telegram.files)}"
    telegram.files[id] = data
    return {"document": {"file_id": id, "file_unique_id": id, "file_name": name, "file_size": len(data), **more}}


async def said(telegram, user, text, **more):
    return (await telegram.said(user, text, **more))["text"]


async def test_a_forwarded_post_is_kept_with_its_origin_and_answers_at_once(telegram, adding, tmp_path):
    async with adding():
        told = await said(telegram, OTHER, POST, forward_origin=CHANNEL)
        again = await said(telegram, OTHER, POST, forward_origin=CHANNEL)
        answer = await said(telegram, USER, "Until when is the ferry to Lunde cancelled?")
    source = "Harbour <News> · 11 March 2025 · The ferry to Lunde is cancelled"
    assert told == f"Added: 1 article. Ask me about it.\n• {source}"
    assert again == f"This is among the articles already:\n• {source}"
    assert answer.startswith("The ferry to Lunde is cancelled until 12 May")
    assert source in answer
    [kept] = (tmp_path / "articles").glob("harbour_news-77-*.txt")
    assert kept.read_text("utf-8") == POST
    assert json.loads(Path(f"{kept}.json").read_text("utf-8")) == {
        "publisher": "Harbour <News>",
        "published": "2025-03-11T10:00:00+00:00",
        "url": "https://t.me/harbour_news/77",
    }


async def test_a_file_is_added_under_a_name_that_does_no_harm(telegram, adding, tmp_path):
    async with adding():
        told = await said(telegram, ADMIN, None, **document(telegram, "../../.ssh/Icon of Orlenko.HTML", PAGE.encode()))
        again = await said(telegram, OTHER, None, **document(telegram, "another name.html", PAGE.encode()))
    assert again.startswith("This is among the articles already:\n• Orlenko museum returns an icon")
    assert told.startswith("Added: 1 article. Ask me about it.\n• Orlenko museum returns an icon")
    new = [p.name for p in (tmp_path / "articles").iterdir() if p.name != "tidal.txt"]
    assert [name.rpartition("-")[0] for name in new] == ["ssh-icon-of-orlenko"]
    assert not (tmp_path.parent / ".ssh").exists()


async def test_a_link_is_fetched_as_add_does(telegram, adding, monkeypatch):
    server, thread = web_server.started()
    server.pages["/icon"] = web_server.html("Lesna votes", ETag="1")
    link = web_server.url(server, "/icon")
    try:
        async with adding(telegram_per_minute=10):
            refused = await said(telegram, ADMIN, link)
            monkeypatch.setattr(
                "askcorpus.telegram.adding.Fetcher",
                lambda allow_private, timeout_s: Fetcher(allow_private=True, pause_s=0.0, timeout_s=timeout_s),
            )
            told = await said(telegram, ADMIN, link)
            again = await said(telegram, ADMIN, f"/add {link}")
            gone = await said(telegram, ADMIN, web_server.url(server, "/nothing"))
    finally:
        web_server.stop(server, thread)
    # Addresses of this machine are nobody's to fetch, and no flag of a shell helps in a chat.
    assert refused == "Not added. The address is one of a private network."
    assert told == "Added: 1 article. Ask me about it.\n• Lesna votes"
    assert again == "This is among the articles already:\n• Lesna votes"
    assert gone == "Not added. The server answered 404."


async def test_it_goes_to_the_collection_of_the_chat_and_the_reply_says_which(
    telegram, bot, tmp_path, real_encoder, one_model
):
    folders = {name: tmp_path / name for name in ("news", "archive")}
    for name, folder in folders.items():
        folder.mkdir()
        (folder / f"{name}.txt").write_text(FIRST.replace("Sverra", name.title()), "utf-8")
    named = tuple(f"{name}={folder}" for name, folder in folders.items())
    refresh(named, tmp_path, real_encoder)
    with Corpus.open(tmp_path) as corpus:
        async with bot(corpus, folder=str(folders["news"]), folders=named):
            first = await said(telegram, ADMIN, POST, forward_origin=CHANNEL)
            await said(telegram, ADMIN, "/in archive")
            other = await said(telegram, ADMIN, POST.replace("Lunde", "Moss"), forward_origin=CHANNEL)
            again = await said(telegram, ADMIN, POST.replace("Lunde", "Moss"), forward_origin=CHANNEL)
            answer = await said(telegram, ADMIN, "Until when is the ferry to Moss cancelled?")
    assert first.splitlines()[2:] == ["📁 news"]
    assert other.startswith("Added: 1 article.")
    assert again.startswith("This is among the articles already:")
    assert [reply.splitlines()[2:] for reply in (other, again)] == [["📁 archive"]] * 2
    assert [len([*folder.glob("harbour_news-77-*.txt")]) for folder in folders.values()] == [1, 1]
    assert answer.startswith("Only: archive\nThe ferry to Moss is cancelled until 12 May")


async def test_a_folder_without_a_name_is_where_it_goes(telegram, adding, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with adding(folders=(str(tmp_path / "articles"),)):
        told = await said(telegram, OTHER, POST, forward_origin=CHANNEL)
    assert told.startswith("Added: 1 article.")
    assert [*(tmp_path / "articles").glob("harbour_news-77-*.txt")]
    assert not [*tmp_path.glob("harbour_news-77-*.txt")]


@pytest.mark.parametrize(
    ("name", "size", "why"),
    [
        ("run.exe", 5, "I can add these kinds of files: .pdf, .docx"),
        ("archive.zip", 5, "I can add these kinds of files: .pdf, .docx"),
        ("noname", 5, "I can add these kinds of files: .pdf, .docx"),
        ("big.pdf", 65 << 20, "Files up to 64 MB can be added."),  # by a Bot API server of one's own
        ("broken.pdf", 5, ""),
    ],
)
async def test_what_cannot_be_added_is_said_with_the_reason(telegram, adding, tmp_path, name, size, why):
    async with adding():
        told = await said(telegram, ADMIN, None, **document(telegram, name, b"x", file_size=size))
        answer = await said(telegram, USER, "Who opened a tidal power station?")
    assert told.startswith(f"Not added. {why}")
    assert len(told) > len("Not added. ")
    assert "Sverra" in answer
    assert [path.name for path in (tmp_path / "articles").iterdir()] == ["tidal.txt"]


async def test_why_not_is_said_in_the_language_of_who_sent_it(telegram, adding):
    async with adding():
        told = await said(telegram, ADMIN, None, language="ru", **document(telegram, "a.pdf", b"x"))
    assert told == "Не добавлено. Файл повреждён или это не то, что говорит его имя."


async def test_a_stop_waits_for_no_download_that_fails_and_the_next_start_says_so(telegram, adding, monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.running.ENDING_S", 0.05)
    telegram.faults["getFile"].extend([Fault("flood", 300), *[Fault("gateway")] * 20])
    async with adding():
        sent = await telegram.say(ADMIN, None, **document(telegram, "a.txt", POST.encode()))
        await telegram.until(lambda: telegram.called("getFile"))
    assert telegram.chats[ADMIN].from_bot() == []
    async with adding():
        [told] = await telegram.replies(ADMIN, 1)
    assert told["text"] == "I was interrupted while adding this. Please send it again."
    assert told["reply_to_message"]["message_id"] == sent["message_id"]


async def test_a_file_without_an_article_that_was_there_before_stays(telegram, adding, tmp_path):
    broken = tmp_path / "articles" / "broken.pdf"
    broken.write_bytes(b"x")
    async with adding():
        told = await said(telegram, ADMIN, None, **document(telegram, "mine.pdf", b"x"))
    assert told == "Not added. The file is damaged, or is not what its name says."
    assert broken.read_bytes() == b"x"


async def test_whoever_may_not_add_asks_as_before_and_nothing_is_kept(telegram, bot, tmp_path):
    newsroom = Newsroom()
    async with bot(newsroom, folder=str(tmp_path / "articles")):
        assert (await said(telegram, USER, "/add https://e.org/x")) == "You may ask, but not add articles."
        hint = await said(telegram, USER, None, **document(telegram, "a.txt", FIRST.encode()))
        assert hint.startswith("Send me a question in words")
        assert "/add" not in await said(telegram, USER, "/help")
        assert "/add" in await said(telegram, ADMIN, "/help")
        await said(telegram, USER, "When does it open?", forward_origin=CHANNEL)
    assert newsroom.asked == ["When does it open?"]
    assert not (tmp_path / "articles").exists()


async def test_who_was_shut_out_adds_nothing(telegram, bot):
    async with bot(telegram_adders=(OTHER, 55)) as running:
        running.desk.access.deny(OTHER, by=ADMIN)
        await telegram.say(OTHER, "/add https://e.org/x")
        telegram.private(55)
        assert (await said(telegram, 55, "/add")).startswith("Send me a link, a file")  # adders are let in
    assert telegram.chats[OTHER].from_bot() == []


async def test_in_a_group_a_reply_with_add_adds_what_it_replies_to(telegram, adding):
    telegram.group(GROUP)
    async with adding():
        post = await telegram.say(USER, POST, chat=GROUP, forward_origin=CHANNEL)
        await telegram.say(USER, "/add", chat=GROUP, reply_to_message=post)
        [refused] = await telegram.replies(GROUP, 1)
        await telegram.say(OTHER, "/add", chat=GROUP, reply_to_message=post)
        _, added = await telegram.replies(GROUP, 2)
    assert refused["text"] == "You may ask, but not add articles."
    assert added["text"].startswith("Added: 1 article.")


async def test_so_many_a_minute_and_no_more(telegram, adding):
    async with adding(telegram_per_minute=2):
        told = [
            await said(telegram, OTHER, f"{POST} {n}", forward_origin={**CHANNEL, "message_id": n}) for n in range(3)
        ]
    assert [text[:10] for text in told] == ["Added: 1 a", "Added: 1 a", "Not added."]
    assert told[2] == "Not added. You may add 2 a minute. Please wait a little."
