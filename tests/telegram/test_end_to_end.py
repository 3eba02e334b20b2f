"""The real bot over a real store, encoder and folder of articles; only Telegram's servers are stood in for."""

from __future__ import annotations

import asyncio
import html
from pathlib import Path

import pytest
from people import ADMIN, USER
from standin import Telegram

from askcorpus import Corpus
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh

TIDAL = """Sverra opens its first tidal power station

Harbour Gazette, 12 March 2026

The town of Sverra opened its first tidal power station on Thursday. It will deliver 18 megawatts to the grid, the mayor,
Ilse Brandt, said. Fishermen had protested against the plan for two years.
"""
ICON = """<html lang="en"><head><title>Museum in Orlenko returns a stolen icon</title></head><body><article>
<h1>Museum in Orlenko returns a stolen icon</h1>
<p>The city museum of Orlenko has returned an icon stolen in 1943 to the monastery of Saint Varvara.</p>
<p>The icon is worth 2.4 million euros &amp; more, according to curator Pavel Dorn &lt;the deputy director&gt;.</p>
</article></body></html>"""


@pytest.fixture
def newsroom(tmp_path: Path, real_encoder: Encoder, one_model: None):
    """A folder of articles and a corpus made of it, in the store that the bot is told of."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "tidal.txt").write_text(TIDAL, "utf-8")
    (articles / "icon.html").write_text(ICON, "utf-8")
    refresh(articles, tmp_path, real_encoder)
    with Corpus.open(tmp_path) as corpus:
        yield corpus


async def test_questions_passages_and_a_change_of_the_articles(telegram: Telegram, bot, newsroom, tmp_path):
    articles = tmp_path / "articles"
    async with bot(newsroom, telegram_watch=True, folder=str(articles)):
        await telegram.say(USER, "How many megawatts will the tidal power station deliver?")
        [answer] = await telegram.replies(USER, 1)
        headline = answer["text"].split("\n")[0]
        assert headline.startswith("It will deliver 18 megawatts to the grid")
        assert headline in " ".join(TIDAL.split())
        bold = next(e for e in answer["entities"] if e["type"] == "bold")
        assert "18" in answer["text"][bold["offset"] : bold["offset"] + bold["length"]]

        await telegram.press(USER, answer, answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"])
        _, passage = await telegram.replies(USER, 2)
        assert "Fishermen had protested against the plan for two years." in passage["text"]

        await telegram.say(USER, "How much is the icon worth, according to the curator?")
        *_, icon = await telegram.replies(USER, 3)
        assert html.unescape("2.4 million euros &amp; more") in icon["text"].split("\n")[0]

        (articles / "tidal.txt").write_text(TIDAL.replace("18 megawatts", "21 megawatts"), "utf-8")
        (articles / "broken.pdf").write_bytes(b"%PDF-1.4 and then nothing of the kind")
        await telegram.until(lambda: newsroom.snapshot.generation > 1, what="a new generation")
        await telegram.say(USER, "How many megawatts will the tidal power station deliver?")
        *_, later = await telegram.replies(USER, 4)
        assert later["text"].startswith("It will deliver 21 megawatts")
        [notice] = await telegram.replies(ADMIN, 1)
        assert notice["text"].startswith("Not indexed: 1 files or articles.\n• broken.pdf: The file is damaged")


async def test_what_the_articles_do_not_say_is_not_found(telegram: Telegram, bot, newsroom):
    async with bot(newsroom):
        await telegram.say(USER, "Which team won the ice hockey final in Toronto?")
        [nothing] = await telegram.replies(USER, 1)
    assert nothing["text"].startswith("Not found. The articles do not answer this question.\nNearest articles:\n• ")


async def test_the_commands_over_a_real_store(telegram: Telegram, bot, newsroom, tmp_path):
    async with bot(newsroom, folder=str(tmp_path / "articles")):
        for command, expected in [
            ("/start", "Articles: 2"),
            ("/latest", "Sverra opens its first tidal power station"),
            ("/sources", "Harbour Gazette: 1"),
            ("/stats", "store generation 1"),
            ("/index", "0 added, 0 changed, 0 removed, 2 unchanged, 0 skipped."),
        ]:
            message = await telegram.said(ADMIN, command)
            await telegram.until(
                lambda text=expected, m=message: text in m["text"], what=f"{command}: {message['text']}"
            )


async def test_sixteen_people_are_answered_side_by_side(telegram: Telegram, bot, newsroom):
    people = range(100, 116)
    async with bot(newsroom, telegram_allowed=tuple(people)):
        await asyncio.gather(*(telegram.say(p, "How many megawatts will the station deliver?") for p in people))
        answers = await asyncio.gather(*(telegram.replies(p, 1) for p in people))
    assert {a["text"].split("\n")[0] for [a] in answers} == {answers[0][0]["text"].split("\n")[0]}
    assert "18 megawatts" in answers[0][0]["text"]
