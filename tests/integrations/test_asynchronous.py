"""Is the library for asyncio the same library?"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from askcorpus import AsyncCorpus, Corpus, Filter
from askcorpus.errors import ArticleNotFound, StoreNotFound
from askcorpus.integrations import asynchronous

REOPENED = "When did the Old Sund Bridge reopen?"
UNKNOWN = "What is the boiling point of tungsten?"


@pytest.fixture
def twin(corpus: Corpus) -> AsyncCorpus:
    """The corpus of all tests, awaited; not to be closed."""
    return AsyncCorpus(corpus)


async def test_what_is_awaited_says_what_is_called(twin: AsyncCorpus, corpus: Corpus) -> None:
    awaited, other = await asyncio.gather(twin.ask(REOPENED), twin.ask(UNKNOWN))
    assert replace(awaited, took_ms=0) == replace(corpus.ask(REOPENED), took_ms=0)
    assert not other
    assert [bool(answer) async for answer in twin.ask_many([UNKNOWN, REOPENED])] == [False, True]
    assert await twin.search(REOPENED, k=2) == corpus.search(REOPENED, k=2)
    assert await twin.article("bridge") == corpus.article("bridge")
    assert await twin.digest(about="Tarnby", most=2) == corpus.digest(about="Tarnby", most=2)
    with pytest.raises(ArticleNotFound):
        await twin.article("nobody")


async def test_every_article_comes_in_steps_and_may_be_left(
    twin: AsyncCorpus, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asynchronous, "AT_ONCE", 4)
    assert [article async for article in twin] == list(corpus)
    march = Filter(until="2026-03-31")
    assert [article async for article in twin.articles(march)] == list(corpus.articles(march))
    async for article in twin:
        assert article == next(iter(corpus))
        break


async def test_it_opens_and_closes_like_the_other(news_store: Path, tmp_path: Path) -> None:
    async with await AsyncCorpus.open(news_store) as opened:
        assert (await opened.article("bridge")).id == "bridge"
    with pytest.raises(StoreNotFound):
        await AsyncCorpus.open(tmp_path / "nowhere")
