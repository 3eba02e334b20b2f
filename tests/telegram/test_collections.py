"""Is a chat answered from the collection that it chose, in every way that it is answered?"""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom import REFINERY, Newsroom
from people import ADMIN, GROUP, OTHER, TOKEN, USER
from standin_encoder import StandIn, write_articles

from askcorpus.corpus import Corpus
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings
from askcorpus.telegram import running

FOLDERS = (("news", 12), ("Old archive", 30))
QUESTION = "How large is the refinery?"


async def said(telegram, text, user=USER, **more):
    return (await telegram.said(user, text, **more))["text"]


async def test_a_chat_chooses_a_collection_for_one_question_or_for_all_and_back(telegram, bot):
    newsroom = Newsroom(folders=FOLDERS)
    async with bot(newsroom):
        listed = await said(telegram, "/in")
        once = await said(telegram, f"/in old archive {QUESTION}")
        await said(telegram, QUESTION)
        chosen = await said(telegram, "/in Old Archive")
        await said(telegram, QUESTION)
        assert "• Old archive: 30 ✓" in await said(telegram, "/in")
        assert (await said(telegram, "/in cellar")).startswith("There is no collection cellar.\nCollections\n")
        latest = await said(telegram, "/latest")
        back = await said(telegram, "/in off")
        await said(telegram, QUESTION)
    assert latest.startswith("Newest articles\nOnly: Old archive\n• ")
    assert listed.startswith(
        "Collections\n• news: 12\n• Old archive: 30\nWrite a name behind the command: /in Old archive."
    )
    assert "100 tonnes" in once
    assert chosen.startswith("Here I answer from Old archive alone.")
    assert back == "I answer from all collections again."
    assert newsroom.asked == [f"Old archive: {QUESTION}", QUESTION, f"Old archive: {QUESTION}", QUESTION]


async def test_the_choice_outlives_a_restart_and_a_collection_that_left_answers_for_nobody(telegram, bot):
    newsroom = Newsroom(folders=FOLDERS)
    async with bot(newsroom):
        await said(telegram, "/in news")
    async with bot(newsroom):
        await said(telegram, QUESTION)
        newsroom.folders = FOLDERS[1:]
        await said(telegram, QUESTION)
    assert newsroom.asked == [f"news: {QUESTION}", QUESTION]


async def test_in_a_group_its_administrators_choose_and_anybody_asks_one_alone(telegram, bot):
    telegram.group(GROUP)
    telegram.group_admins.add(OTHER)
    newsroom = Newsroom(folders=FOLDERS)

    async def in_group(user, text):
        return (await telegram.said(user, text, chat=GROUP))["text"]

    async with bot(newsroom) as running:
        assert await in_group(USER, "/in news") == "In a group only its administrators can do this."
        assert "100 tonnes" in await in_group(USER, f"/in news {QUESTION}")
        assert (await in_group(OTHER, "/in news")).startswith("Here I answer from news alone.")
        await in_group(USER, f"/ask {QUESTION}")
        running.desk.state.move_group(GROUP, GROUP - 1)
        assert running.desk.state.place(GROUP - 1) == "news"
    assert newsroom.asked == [f"news: {QUESTION}"] * 2


async def test_collections_are_named_where_there_are_several_and_only_there(telegram, bot):
    async with bot(Newsroom()):
        assert await said(telegram, "/in") == "There is one collection of articles only."
        assert "/in" not in await said(telegram, "/help")
        assert (await said(telegram, "/sources")).startswith("Who wrote the articles")
    assert "in" not in {c["command"] for commands in telegram.commands.values() for c in commands}
    async with bot(Newsroom(folders=FOLDERS)):
        assert "/in – " in await said(telegram, "/help")
        assert (await said(telegram, "/sources")).startswith("Collections\n• news: 12\n• Old archive: 30\n\nWho wrote")
        assert "in" in {c["command"] for c in telegram.commands["all_private_chats", ""]}


async def test_what_is_forgotten_of_a_person_is_also_what_they_chose(telegram, bot):
    async with bot(Newsroom(folders=FOLDERS)) as running:
        await said(telegram, "/in news")
        await said(telegram, "/forget")
        assert running.desk.state.place(USER) is None


async def test_a_saved_question_and_a_digest_keep_to_the_chats_collection(telegram, bot, monkeypatch):
    monkeypatch.setattr("askcorpus.telegram.alerts.LOOK_S", 0.05)
    asked = []

    class Room(Newsroom):
        def news(self, saved):
            asked.extend(one.collection for one in saved)
            return super().news(saved)

        def digest(self, period, about, **more):
            asked.append(period.collection)
            return super().digest(period, about, **more)

    newsroom = Room(folders=FOLDERS)
    async with bot(newsroom) as running:
        await said(telegram, "/in news")
        await said(telegram, f"/watch {QUESTION}")
        newsroom.generation += 1
        await telegram.until(lambda: running.desk.state.watches.looked() == newsroom.generation)
        await said(telegram, "/digest")
        newsroom.folders = FOLDERS[1:]
        newsroom.generation += 1
        await telegram.until(lambda: running.desk.state.watches.looked() == newsroom.generation)
    assert asked == ["news", "news", None]


@pytest.mark.parametrize("several", [False, True])
def test_a_bot_follows_the_folders_that_its_store_was_made_of(tmp_path: Path, monkeypatch, several: bool) -> None:
    folders = [tmp_path / name for name in (("news", "archive") if several else ("news",))]
    for folder in folders:
        write_articles(folder / "a.jsonl", {"id": folder.name, "title": "T", "text": REFINERY.text})
    refresh(folders, tmp_path / "store", StandIn())
    served = []

    async def serve(token, corpus, state, settings, *, tell):
        served.append(settings)

    monkeypatch.setattr(running, "serve", serve)
    monkeypatch.setattr(running, "read_token", lambda settings: "1:a")
    monkeypatch.setattr(Corpus, "ask", lambda self, question: None)  # which warms it up
    running.start(Settings(store=str(tmp_path / "store"), telegram_admins=(ADMIN,)))
    [settings] = served
    assert settings.folder == str(folders[0])
    assert settings.all_folders == (
        tuple(f"{folder.name}={folder}" for folder in folders) if several else (str(folders[0]),)
    )


def test_a_bot_whose_settings_name_other_folders_says_so_and_changes_nothing(tmp_path, monkeypatch, capsys) -> None:
    store, news, archive = (str(tmp_path / name) for name in ("store", "news", "archive"))
    for folder in (news, archive):
        write_articles(Path(folder) / "a.jsonl", {"id": folder[-4:], "title": "T", "text": REFINERY.text})
    refresh((news, archive), store, StandIn())

    async def serve(token, corpus, state, settings, *, tell):
        assert settings.all_folders == (f"news={news}", f"archive={archive}")

    monkeypatch.setattr(running, "serve", serve)
    monkeypatch.setattr(running, "read_token", lambda settings: TOKEN)
    monkeypatch.setattr(Corpus, "ask", lambda self, question: None)  # which warms it up
    more = str(tmp_path / "more")
    running.start(Settings(store=store, folders=(news, more), telegram_admins=(ADMIN,)))
    running.start(Settings(store=store, folders=(f"news={tmp_path / 'elsewhere'}", archive), telegram_admins=(ADMIN,)))
    assert capsys.readouterr().err.splitlines() == [
        f"{more} is among the folders of the settings, but not in {store}. To add it: askcorpus index --store {store}",
        f"archive is in {store}, but not among the folders of the settings; it stays. "
        f"To take it out: askcorpus index --drop archive --store {store}",
    ]
