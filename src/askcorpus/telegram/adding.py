"""How does an article get into the folder by chat?  A link, a file, a forwarded post, of those who may add; said what came of it."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from pathlib import Path
from typing import Any

from telegram import (
    Document,
    Message,
    MessageOriginChannel,
    MessageOriginChat,
    Update,
    User,
)
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from askcorpus.articles.web.add import add
from askcorpus.articles.web.fetch import Fetcher
from askcorpus.articles.web.received import KINDS, Origin, Received, discard, keep, kind_of, there
from askcorpus.errors import AskcorpusError, StoreBusy
from askcorpus.indexing.folders import parsed
from askcorpus.rendering.keeping import origin
from askcorpus.rendering.markup import escape, one_line
from askcorpus.rendering.telegram import origin_html
from askcorpus.rendering.wording import Say
from askcorpus.telegram import reasons
from askcorpus.telegram.addressing import is_group, thread_of
from askcorpus.telegram.desk import Desk
from askcorpus.telegram.sending import Stopped
from askcorpus.telegram.state import ADDING
from askcorpus.telegram.texts import plain
from askcorpus.types import Article

BOT_API_MB = 20  # core.telegram.org/bots/api#getfile; a Bot API server of one's own has no such limit
LINK_S = 20.0  # for a page, and as long for its robots.txt: a stop waits for both
BUSY_TRIES, BUSY_PAUSE_S = 60, 1.0  # another run, say the watcher's, may read the folder just now
SHOWN = 5  # articles of one file, a line each
NAME_UNITS = 80  # of a collection
LINK = re.compile(r"https?://\S+")
READ = "read"
_ONLY_A_LINK = re.compile(r"\s*(https?://\S+)\s*")

Handler = Callable[[Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article goes."""

    name: str
    """Of the collection; empty where there is one only."""
    folder: Path


class NotAdded(Exception):
    """Why not: a text by its name, and what fills it in; READ, with what a reader said."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self._key, self._values = key, values

    def reason(self, say: Say) -> str:
        """It in the words of `say`, which escapes nothing."""
        return reasons.said(str(self._values["reason"]), say) if self._key == READ else say(self._key, **self._values)


class Adding:
    """Handles /add, and in a private chat whatever an article can come in."""

    def __init__(self, desk: Desk, *, allow_private: bool = False) -> None:
        self._desk, self._one_at_a_time = desk, asyncio.Lock()
        self._allow_private = allow_private
        self._recent: dict[int, deque[float]] = {}

    def or_else(self, other: Handler) -> Handler:
        """Adds what somebody sends who may add; anybody else's message is `other`'s."""

        async def handle(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            message = update.message
            if message is not None and self._desk.access.may_add(message.from_user) and holds_article(message):
                await self._add(update.update_id, message, message)
            else:
                await other(update, context)

        return handle

    async def command(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """/add LINK, or /add as a reply to what holds an article."""
        message = update.message
        if message is None:
            return
        replied = message.reply_to_message
        if not self._desk.access.may_add(message.from_user):
            await self._say(message, self._desk.voice(message.from_user)("add_not_allowed"))
        elif LINK.search(message.text or ""):
            await self._add(update.update_id, message, message)
        elif replied is not None and (holds_article(replied) or LINK.search(replied.text or "")):
            await self._add(update.update_id, message, replied)
        else:
            await self._say(message, self._desk.voice(message.from_user)("add_usage"))

    async def _add(self, update_id: int, asking: Message, given: Message) -> None:
        say = self._desk.voice(asking.from_user)
        self._desk.state.stage(update_id, ADDING)
        try:
            self._count(asking.from_user)
            place = self._place(asking)
            async with self._desk.sender.typing(asking.chat.id, thread=thread_of(asking)):
                received = await self._received(given, place)
                articles = await self._kept(received, place)
        except NotAdded as why:
            _log.info("nothing added: %s", why.reason(partial(plain, None)))
            words = partial(plain, self._desk.language(asking.from_user))
            await self._say(asking, say("add_failed", reason=why.reason(words)))
            return
        except AskcorpusError as error:
            _log.warning("nothing added: %s", error)
            await self._say(asking, say("add_failed", reason=one_line(str(error), 300)))
            return
        by = asking.from_user and asking.from_user.id
        _log.info("user %s added %s: %s articles", by, received.file, len(articles))
        head = say("add_known") if received.known else say("added", n=len(articles))
        more = [say("more_lines", n=len(articles) - SHOWN)] if len(articles) > SHOWN else []
        where = [f"📁 {escape(one_line(place.name, NAME_UNITS))}"] if place.name else []
        await self._say(
            asking, "\n".join([head, *(f"• {origin_html(origin(a), say)}" for a in articles[:SHOWN]), *more, *where])
        )

    def _place(self, message: Message) -> Place:
        """The folder of the chat's collection; the first where it has none, or one that came from another machine."""
        settings, chosen = self._desk.settings, self._desk.state.place(message.chat.id)
        named = [Place(*parsed(one)) for one in settings.folders]
        found = next((one for one in named if one.name == chosen), None)
        return found or (named[0] if named else Place("", Path(settings.folder)))

    def _count(self, user: User | None) -> None:
        """Raises NotAdded for more a minute than questions may be asked."""
        limit, now = self._desk.settings.telegram_per_minute, time.monotonic()
        recent = self._recent.setdefault(user.id if user else 0, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        if len(recent) >= limit:
            raise NotAdded("add_quota", limit=limit)
        recent.append(now)

    async def _received(self, message: Message, place: Place) -> Received:
        """The file in the folder."""
        folder = place.folder
        if message.document is not None:
            data, name = await self._download(message.document), message.document.file_name or ""
            same = await asyncio.to_thread(there, data, name, folder)
            if same is not None:
                return Received(same, known=True)
        elif message.forward_origin is not None and (message.text or message.caption):
            data, name = (message.text or message.caption or "").encode(), _name(message)
        else:
            return await self._fetched(LINK.search(message.text or ""), folder)
        about = _origin(message, dated=message.document is None)
        return await asyncio.to_thread(keep, data, name, folder, origin=about)

    async def _fetched(self, link: re.Match[str] | None, folder: Path) -> Received:
        fetcher = Fetcher(allow_private=self._allow_private, timeout_s=LINK_S)
        [added] = await asyncio.to_thread(lambda: list(add([link.group()] if link else [], folder, fetcher=fetcher)))
        if added.file is None:
            raise NotAdded(READ, reason=added.reason)
        return Received(added.file, known=added.outcome == "unchanged", new=added.outcome == "added")

    async def _download(self, document: Document) -> bytes:
        settings = self._desk.settings
        limit = settings.max_file_mb if settings.telegram_base_url else min(BOT_API_MB, settings.max_file_mb)
        if kind_of(document.file_name or "") is None:
            raise NotAdded("add_kind", kinds=", ".join(KINDS))
        if document.file_size is not None and document.file_size > limit * 1024 * 1024:
            raise NotAdded("add_size", limit=round(limit))
        try:
            data = await self._desk.sender.download(document.file_id)
        except BadRequest as error:
            raise NotAdded("add_size", limit=round(limit)) from error
        except Stopped:
            raise
        except TelegramError as error:
            _log.warning("a file could not be had: %s", type(error).__name__)
            raise NotAdded("trouble") from error
        if len(data) > limit * 1024 * 1024:
            raise NotAdded("add_size", limit=round(limit))
        return data

    async def _kept(self, received: Received, place: Place) -> tuple[Article, ...]:
        """Its articles; where it has none, the folder does not keep what this message brought."""
        try:
            return await self._indexed(received.file, place)
        except (NotAdded, AskcorpusError):
            if received.new:
                await asyncio.to_thread(discard, received.file, place.folder)
            raise

    async def _indexed(self, file: str, place: Place) -> tuple[Article, ...]:
        """The articles that the file holds, once the store has them; raises NotAdded where it holds none."""
        desk, folder = self._desk, place.folder
        async with self._one_at_a_time:
            for tried in range(BUSY_TRIES):
                try:
                    report = await asyncio.to_thread(desk.corpus.refresh, folder, progress=lambda _: None)
                    break
                except StoreBusy:
                    if tried + 1 == BUSY_TRIES:
                        raise
                    await asyncio.sleep(BUSY_PAUSE_S)
        articles = await desk.in_thread(lambda: desk.corpus.articles_of(file, place.name or None))
        if not articles:
            # Where there are several collections, a skip names that of its file.
            skips = ((skip.file.partition(" › ")[0], skip.reason) for skip in report.skips)
            reason = next((why for name, why in skips if file in (name, name.partition("/")[2])), None)
            raise NotAdded(READ, reason=reason) if reason else NotAdded("add_nothing")
        return articles

    async def _say(self, message: Message, text: str) -> None:
        reply_to = message.message_id if is_group(message) else None
        try:
            await self._desk.sender.send(
                message.chat.id, text, thread=thread_of(message), reply_to=reply_to, repeat=True
            )
        except TelegramError as error:
            _log.warning("what came of adding was not said: %s", type(error).__name__)


def holds_article(message: Message) -> bool:
    """Whether there is nothing in this message but something to add: a file, a forwarded post, a mere link."""
    if message.document is not None:
        return True
    if message.forward_origin is not None:
        return bool(message.text or message.caption)
    return _ONLY_A_LINK.fullmatch(message.text or "") is not None


def _origin(message: Message, *, dated: bool) -> Origin:
    """Where a forwarded message comes from; a file's own date is not that of the message that brought it."""
    source = message.forward_origin
    if isinstance(source, MessageOriginChannel):
        name = source.chat.username
        url = f"https://t.me/{name}/{source.message_id}" if name else None
        return Origin(source.chat.title, source.date.astimezone(UTC).isoformat() if dated else None, url)
    if isinstance(source, MessageOriginChat):
        return Origin(source.sender_chat.title, source.date.astimezone(UTC).isoformat() if dated else None)
    return Origin(published=source.date.astimezone(UTC).isoformat() if source and dated else None)


def _name(message: Message) -> str:
    """What the file of a forwarded post is called."""
    source = message.forward_origin
    if isinstance(source, MessageOriginChannel):
        return f"{source.chat.username or source.chat.title or 'channel'}-{source.message_id}.txt"
    return "forwarded.txt"
