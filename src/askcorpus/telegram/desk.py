"""What does every handler need at hand?  The corpus, the bot's memory, its voice and its counters, gathered once.

Knows of the corpus only what the bot asks of it, so that the bot runs as well over the tests' newsroom.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from telegram import Update, User
from telegram.ext import ContextTypes

from askcorpus.indexing.folders import Folders
from askcorpus.indexing.report import Progress, Report
from askcorpus.rendering.wording import Say
from askcorpus.settings import Settings
from askcorpus.telegram.access import Access
from askcorpus.telegram.metrics import Metrics
from askcorpus.telegram.sending import Sender
from askcorpus.telegram.state import State
from askcorpus.telegram.texts import speaker
from askcorpus.types import Answer, Article, Digest, Filter, News, Saved, Written

if TYPE_CHECKING:
    from askcorpus.encoder import Encoder

T = TypeVar("T")
_FORGETS_BEFORE: ContextVar[int] = ContextVar("forgets_before")
_EVERYBODYS_BEFORE: ContextVar[int] = ContextVar("everybodys_before")
ASKING_AT_ONCE = 16  # threads; more questions would wait for the same cores, only less in turn


class Figures(Protocol):
    """What the bot tells of a snapshot."""

    @property
    def articles(self) -> int:
        """How many there are."""

    @property
    def generation(self) -> int:
        """How often the store was published."""


class AnyCorpus(Protocol):
    """A Corpus, or what stands in for one; every method may block."""

    def ask(self, question: str, *, k: int, previous: str | None, where: Filter | None = None) -> Answer:
        """What the corpus says."""

    def write(self, answer: Answer, /) -> Written:
        """The answer in a language model's sentences, each checked; raises WriterError, SettingsError."""

    def article(self, article_id: str, /) -> Article:
        """The article with this id; raises ArticleNotFound."""

    def recent(self, n: int, where: Filter | None = None, /) -> tuple[Article, ...]:
        """The n articles published last, of those that the filter lets through."""

    def collections(self) -> tuple[tuple[str, int], ...]:
        """The name of each folder that is in the store, and its number of articles."""

    def publishers(self) -> tuple[tuple[str | None, int], ...]:
        """Each publisher and its number of articles, most first."""

    def articles_of(self, file: str, collection: str | None = None, /) -> tuple[Article, ...]:
        """The articles that a file of a collection's folder holds, of the first one's where none is named."""

    def news(self, saved: Sequence[Saved]) -> tuple[int, tuple[News, ...]]:
        """The generation looked at, and the saved questions that articles they do not know answer better, or differently."""

    def expect(self, saved: Sequence[Saved]) -> None:
        """Have at hand what `news` needs of these questions."""

    def saved(self, question: str, collection: str | None = None, /) -> Saved:
        """The question as it is saved, with what it knows."""

    def digest(self, period: Filter | None, about: str, *, language: str | None, known: Collection[str] = ()) -> Digest:
        """The newest stories of these days, on a subject where one is given, without those of known articles."""

    def refresh(self, folders: Folders, *, progress: Callable[[Progress], None]) -> Report:
        """Bring the store up to date with a folder of articles, or with several."""

    def encoder(self) -> Encoder:
        """The encoder of the store's model."""

    @property
    def snapshot(self) -> Figures:
        """The newest snapshot."""


def within(corpus: AnyCorpus, collection: str | None) -> Filter | None:
    """What lets a chat's collection through alone; nothing where it has none, or the store has it no more."""
    there = collection_of(corpus, collection)
    return Filter(collection=there) if there is not None else None


def collection_of(corpus: AnyCorpus, collection: str | None) -> str | None:
    """A chat's collection, unless the store has it no more."""
    return collection if collection and collection in {name for name, _ in corpus.collections()} else None


@dataclass(slots=True)
class Desk:
    """One running bot's things; the corpus blocks, so it is asked in threads of its own."""

    corpus: AnyCorpus
    settings: Settings
    state: State
    sender: Sender
    metrics: Metrics
    access: Access
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(ASKING_AT_ONCE, thread_name_prefix="ask")
    )
    running: set[int] = field(default_factory=set)
    """Users whose question is being worked on."""
    replying: Counter[int] = field(default_factory=Counter)
    """Chats where somebody waits for the reply to a command: what it lets loose comes after it."""
    forgets: Counter[int] = field(default_factory=Counter)
    """How often each user had everything forgotten."""

    async def begin(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Before everything else: note how often who sent this had everything forgotten, and how often anybody."""
        _EVERYBODYS_BEFORE.set(self.forgets.total())
        if update.effective_user is not None:
            _FORGETS_BEFORE.set(self.forgets[update.effective_user.id])

    def forgotten_since(self, user: int) -> bool:
        """Whether this user had everything forgotten since they sent what is worked on here: then nothing of it is kept."""
        return self.forgets[user] != _FORGETS_BEFORE.get(self.forgets[user])

    @property
    def anybody_forgot(self) -> bool:
        """Whether anybody had everything forgotten since then: they may have asked what a question of another goes on from."""
        return self.forgets.total() != _EVERYBODYS_BEFORE.get(self.forgets.total())

    async def in_thread(self, work: Callable[[], T]) -> T:
        """The work's result; it runs off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)

    @contextlib.contextmanager
    def reply_first(self, chat: int) -> Iterator[None]:
        """Until the reply stands in the chat, the bot says nothing there by itself."""
        self.replying[chat] += 1
        try:
            yield
        finally:
            self.replying[chat] -= 1

    async def help(self, user: User | None) -> str:
        """How to ask, whether /help is sent or "help" is said: with what this person may do besides."""
        say, several = self.voice(user), len(await self.in_thread(lambda: self.corpus.collections())) > 1
        parts = [
            say("help"),
            *([say("help_voice")] if self.settings.telegram_voice_model else []),
            say("help_watch"),
            say("help_digest"),
            *([say("help_in")] if several else []),
            *([say("help_add")] if self.access.may_add(user) else []),
            *(["\n" + say("help_admin")] if self.access.is_admin(user) else []),
        ]
        return "\n".join(parts)

    def voice(self, user: User | None) -> Say:
        """The bot's words in this person's language."""
        return speaker(self.language(user))

    def language(self, user: User | None) -> str | None:
        """That which this person chose, else that of their Telegram."""
        return self.state.spoken(user.id, user.language_code) if user else None
