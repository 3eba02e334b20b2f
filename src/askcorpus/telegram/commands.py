"""What can anybody who may ask also do?  /start, /help, /latest, /sources, /forget, /privacy."""

from __future__ import annotations

import re

from telegram import Update
from telegram.ext import ContextTypes

from askcorpus.errors import ArticleNotFound
from askcorpus.rendering.keeping import origin
from askcorpus.rendering.markup import MESSAGE_UNITS, escape, one_line, utf16, visible
from askcorpus.rendering.telegram import day, origin_html, render_article
from askcorpus.telegram.addressing import thread_of
from askcorpus.telegram.desk import Desk, within
from askcorpus.telegram.texts import plain

LATEST = 10  # two or three lines each: a screen of a phone
SOURCES = 30  # one line each: a screen of a phone
_IN_A_LINK = re.compile(r"[\w-]{1,62}", re.ASCII)  # core.telegram.org/bots/features#deep-linking: 64, "a_" included


class Commands:
    """Handlers of the commands; each answers with one message."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """What this is; or the article that a link leads to."""
        payload = context.args[0] if context.args else ""
        if payload.startswith("a_"):
            await self._article(update, payload.removeprefix("a_"))
            return
        say = self._desk.voice(update.effective_user)
        corpus, days = self._desk.corpus, self._desk.settings.telegram_keep_days
        newest = await self._desk.in_thread(lambda: corpus.recent(1))
        articles = (await self._desk.in_thread(lambda: corpus.snapshot)).articles
        if not newest:
            await self._reply(update, say("start_empty", days=days))
            return
        date = day(newest[0].source.published, say) or say("unknown_date")
        language = self._desk.language(update.effective_user)
        example = plain(language, "example", title=one_line(newest[0].title, 120))
        await self._reply(update, say("start", articles=articles, newest=date, example=example, days=days))

    async def help(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """How to ask; for administrators also what they can do."""
        await self._reply(update, await self._desk.help(update.effective_user))

    async def latest(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """The newest articles, each a link that opens it here."""
        say = self._desk.voice(update.effective_user)
        corpus, place = (
            self._desk.corpus,
            self._desk.state.place(update.effective_chat.id if update.effective_chat else 0),
        )
        where = await self._desk.in_thread(lambda: within(corpus, place))
        articles = await self._desk.in_thread(lambda: corpus.recent(LATEST, where))
        me = context.bot.username
        lines = [
            origin_html(
                origin(a), say, href=f"https://t.me/{me}?start=a_{a.id}" if _IN_A_LINK.fullmatch(a.id) else None
            )
            for a in articles
        ]
        narrowed = [say("narrowed", filter=where.collection)] if where else []
        told = _listed("\n".join([say("latest"), *narrowed]), lines) if lines else say("latest_none")
        await self._reply(update, told)

    async def sources(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Publishers with how many articles each wrote, most first; before them the collections, where there are several."""
        say = self._desk.voice(update.effective_user)
        publishers = await self._desk.in_thread(lambda: self._desk.corpus.publishers())
        lines = [f"{escape(one_line(name, 80)) if name else say('source_unknown')}: {n}" for name, n in publishers]
        shown = lines[:SOURCES] + ([say("more_lines", n=len(lines) - SOURCES)] if len(lines) > SOURCES else [])
        collections = await self._desk.in_thread(lambda: self._desk.corpus.collections())
        several = [_listed(say("collections"), [f"{escape(one_line(name, 80))}: {n}" for name, n in collections]), ""]
        told = [*(several if len(collections) > 1 else []), _listed(say("sources"), shown)]
        await self._reply(update, "\n".join(told) if lines else say("latest_none"))

    async def forget(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Delete what is kept of this person."""
        if update.effective_user is None:
            return
        self._desk.forgets[update.effective_user.id] += 1
        answers, votes = self._desk.state.forget(update.effective_user.id)
        await self._reply(update, self._desk.voice(update.effective_user)("forgotten", answers=answers, votes=votes))

    async def privacy(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """What is kept, and how long."""
        say, settings = self._desk.voice(update.effective_user), self._desk.settings
        log = say("privacy_log") if settings.telegram_log_questions else ""
        told = say("privacy", days=settings.telegram_keep_days, log=log)
        await self._reply(update, f"{told}\n{say('privacy_saved')}")

    async def _article(self, update: Update, id: str) -> None:
        say = self._desk.voice(update.effective_user)
        try:
            article = await self._desk.in_thread(lambda: self._desk.corpus.article(id))
        except ArticleNotFound:
            await self._reply(update, say("article_gone"))
            return
        await self._reply(update, render_article(article, say))

    async def _reply(self, update: Update, text: str) -> None:
        message = update.message
        if message is not None:
            await self._desk.sender.send(message.chat.id, text, thread=thread_of(message), repeat=True)


def _listed(head: str, lines: list[str]) -> str:
    """A list under its head, cut to a message."""
    shown = list(lines)
    while utf16(visible(message := "\n".join([head, *(f"• {line}" for line in shown)]))) > MESSAGE_UNITS:
        shown.pop()
    return message
