"""What can administrators do?  /stats, /index, /invite, /allow, /deny; in a private chat, and nobody else."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import ContextTypes

from askcorpus.errors import AskcorpusError
from askcorpus.rendering.markup import one_line
from askcorpus.telegram.access import INVITE_HOURS, NAME_UNITS
from askcorpus.telegram.desk import Desk

if TYPE_CHECKING:
    from askcorpus.indexing.report import Progress

NAMED = 20  # people and groups: each is a question to Telegram
PROGRESS_EVERY_S = 3.0  # Telegram takes about one edit a second and chat; a reader needs fewer

_log = logging.getLogger(__name__)


class Admin:
    """Handlers of the administrators' commands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._indexing = asyncio.Lock()

    async def stats(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """How the bot is doing."""
        if not await self._is_admin(update):
            return
        desk = self._desk
        tally, snapshot = desk.state.tally(), await desk.in_thread(lambda: desk.corpus.snapshot)
        text = desk.voice(update.effective_user)(
            "stats",
            articles=snapshot.articles,
            generation=snapshot.generation,
            questions=tally.questions,
            days=desk.settings.telegram_keep_days,
            today=tally.today,
            not_found=tally.not_found,
            p50=_percentile(tally.seconds, 0.5),
            p95=_percentile(tally.seconds, 0.95),
            up=tally.up,
            down=tally.down,
            running=len(desk.running),
            waiting=context.application.update_queue.qsize(),
            users=await self._named(desk.access.people),
            admins=await self._named(desk.access.admins),
            strangers=", ".join(str(id) for id in desk.access.strangers) or "0",
        )
        await self._reply(update, text)

    async def index(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Read the folder of articles again; one message shows how far it is."""
        if not await self._is_admin(update) or update.message is None:
            return
        say, chat = self._desk.voice(update.effective_user), update.message.chat.id
        if self._indexing.locked():
            await self._reply(update, say("index_busy"))
            return
        async with self._indexing:
            message = await self._desk.sender.send(chat, say("index_started"), repeat=True)
            began = time.monotonic()
            try:
                counts = await self._refresh(chat, message.message_id, update)
            except AskcorpusError as error:
                _log.exception("indexing failed")
                await self._desk.sender.edit(chat, message.message_id, say("index_failed", reason=error))
                return
            seconds = f"{time.monotonic() - began:.1f}"
            await self._desk.sender.edit(chat, message.message_id, say("index_done", seconds=seconds, **counts))

    async def invite(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """A link that lets one person in."""
        if not await self._is_admin(update) or update.effective_user is None:
            return
        payload = self._desk.access.invitation(by=update.effective_user.id)
        link = f"https://t.me/{context.bot.username}?start={payload}"
        await self._reply(update, self._desk.voice(update.effective_user)("invite", hours=INVITE_HOURS, link=link))

    async def allow(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Let a user or a group in by id."""
        id = await self._id_after(update, context, "/allow")
        if id is not None and update.effective_user is not None:
            self._desk.access.allow(id, by=update.effective_user.id)
            await self._reply(update, self._desk.voice(update.effective_user)("allowed", id=id))

    async def deny(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Shut a user or a group out by id."""
        id = await self._id_after(update, context, "/deny")
        if id is not None and update.effective_user is not None:
            done = self._desk.access.deny(id, by=update.effective_user.id)
            await self._reply(
                update, self._desk.voice(update.effective_user)("denied" if done else "cannot_deny", id=id)
            )

    async def _refresh(self, chat: int, message: int, update: Update) -> dict[str, int]:
        """Run the indexing in a thread and edit its progress in place."""
        desk, say = self._desk, self._desk.voice(update.effective_user)
        seen: list[str] = []
        work = asyncio.create_task(
            asyncio.to_thread(desk.corpus.refresh, desk.settings.all_folders, progress=lambda p: seen.append(_line(p)))
        )
        shown = ""
        while not (await asyncio.wait([work], timeout=PROGRESS_EVERY_S))[0]:
            if seen and seen[-1] != shown:
                shown = seen[-1]
                await desk.sender.edit(chat, message, say("index_progress", done=shown))
        counts = (await work).counts
        names = ("added", "changed", "removed", "unchanged", "skipped")
        return {name: getattr(counts, name) for name in names}

    async def _named(self, ids: Sequence[int]) -> str:
        """How many they are, and the first of them by the name that Telegram has for each."""
        names = await asyncio.gather(*(self._desk.sender.name(id) for id in ids[:NAMED]))
        shown = [f"{one_line(name, NAME_UNITS)} ({id})".strip() for name, id in zip(names, ids, strict=False)]
        return " – ".join([str(len(ids)), *([", ".join(shown) + (" …" if len(ids) > NAMED else "")] if shown else [])])

    async def _is_admin(self, update: Update) -> bool:
        if self._desk.access.is_admin(update.effective_user):
            return True
        await self._reply(update, self._desk.voice(update.effective_user)("admins_only"))
        return False

    async def _id_after(self, update: Update, context: ContextTypes.DEFAULT_TYPE, command: str) -> int | None:
        if not await self._is_admin(update):
            return None
        argument = context.args[0] if context.args and len(context.args) == 1 else ""
        if argument.removeprefix("-").isdecimal() and argument.isascii() and len(argument) <= 18:
            return int(argument)
        await self._reply(update, self._desk.voice(update.effective_user)("id_usage", command=command))
        return None

    async def _reply(self, update: Update, text: str) -> None:
        if update.message is not None:
            await self._desk.sender.send(update.message.chat.id, text, repeat=True)


def _line(progress: Progress) -> str:
    return f"{progress.files}/{progress.files_total} · {progress.encoded}/{progress.encoded_total}"


def _percentile(rising: tuple[float, ...], share: float) -> str:
    return f"{rising[min(int(share * len(rising)), len(rising) - 1)]:.2f}" if rising else "–"
