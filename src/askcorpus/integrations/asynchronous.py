"""How is a corpus asked in asyncio?  Each call runs in a thread, since reading and encoding do not wait, they work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import date
from itertools import islice
from pathlib import Path
from types import TracebackType

from askcorpus.answer.digest import STORIES
from askcorpus.corpus import Corpus
from askcorpus.settings import Settings
from askcorpus.types import Answer, Article, Digest, Filter, Hit

AT_ONCE = 256
"""Articles that are fetched from one thread's visit to the store."""


class AsyncCorpus:
    """A Corpus whose methods are awaited; use it in `async with`."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        """The corpus itself, for what is not awaited."""

    @classmethod
    async def open(
        cls,
        store: str | Path = "embeddings",
        *,
        settings: Settings | None = None,
        say: Callable[[str], None] | None = None,
    ) -> AsyncCorpus:
        """The corpus whose store is at this place; raises StoreError."""
        return cls(await asyncio.to_thread(Corpus.open, store, settings=settings, say=say))

    async def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        where: Filter | None = None,
        threshold: float | None = None,
        previous: str | None = None,
        asked: date | None = None,
    ) -> Answer:
        """See Corpus.ask."""
        return await asyncio.to_thread(
            self.corpus.ask, question, k=k, where=where, threshold=threshold, previous=previous, asked=asked
        )

    async def ask_many(
        self,
        questions: Iterable[str],
        *,
        k: int | None = None,
        where: Filter | None = None,
        threshold: float | None = None,
        asked: date | None = None,
    ) -> AsyncIterator[Answer]:
        """See Corpus.ask_many."""
        for question in questions:
            yield await self.ask(question, k=k, where=where, threshold=threshold, asked=asked)

    async def search(
        self, question: str, *, k: int = 10, where: Filter | None = None, asked: date | None = None
    ) -> tuple[Hit, ...]:
        """See Corpus.search."""
        return await asyncio.to_thread(self.corpus.search, question, k=k, where=where, asked=asked)

    async def digest(
        self, period: Filter | None = None, about: str = "", *, most: int = STORIES, asked: date | None = None
    ) -> Digest:
        """See Corpus.digest."""
        return await asyncio.to_thread(self.corpus.digest, period, about, most=most, asked=asked)

    async def article(self, article_id: str) -> Article:
        """See Corpus.article."""
        return await asyncio.to_thread(self.corpus.article, article_id)

    async def articles(self, where: Filter | None = None) -> AsyncIterator[Article]:
        """See Corpus.articles."""
        articles = self.corpus.articles(where)

        def some() -> list[Article]:
            return list(islice(articles, AT_ONCE))

        try:
            while some_articles := await asyncio.to_thread(some):
                for article in some_articles:
                    yield article
        finally:
            articles.close()

    def __aiter__(self) -> AsyncIterator[Article]:
        """Every article."""
        return self.articles()

    async def close(self) -> None:
        """See Corpus.close."""
        await asyncio.to_thread(self.corpus.close)

    async def __aenter__(self) -> AsyncCorpus:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
