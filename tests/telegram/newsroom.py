"""A corpus whose answers and delays a test decides, with Corpus's interface.  The end-to-end tests use a real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from standin import PATIENCE_S

from askcorpus.errors import ArticleNotFound, UsageError
from askcorpus.indexing.report import Progress
from askcorpus.types import Answer, Article, Citation, Counts, Digest, Filter, News, Saved, Source

TEXT = (
    "The ministry opened a gold refinery near the river on Monday. Its initial design capacity is 100 tonnes per year, "
    "the minister said. A second phase will double that by 2027."
)
REFINERY = Article(
    "refinery1",
    "Mali opens a gold refinery",
    TEXT,
    Source(
        "mali.txt", url="https://example.org/mali?a=1&b=2", publisher="River Post", published="2025-06-24T08:00:00Z"
    ),
)
RAIL = Article(
    "rail.2:b",
    "A railway for the north",
    "The northern railway will be 450 kilometres long. Work begins in May. Nobody has named a builder.",
    Source("rail.txt", publisher="Morning <Herald>", published="2025-06-20"),
)


def cite(
    article: Article, quote: str, *, number: int = 1, story: int | None = None, marks: tuple[str, ...] = (), **more: Any
) -> Citation:
    """A citation of these very words, the marked ones as offsets in the article."""
    start = article.text.index(quote)
    spots = tuple((start + quote.index(m), start + quote.index(m) + len(m)) for m in marks)
    given = {"passage": article.text, "score": 0.9, **more}
    return Citation(number, quote, start, start + len(quote), article, marks=spots, story=story or number, **given)


def refinery_answer(question: str) -> Answer:
    """Two stories that answer."""
    first = cite(
        REFINERY, "Its initial design capacity is 100 tonnes per year, the minister said.", marks=("100 tonnes",)
    )
    second = cite(RAIL, "The northern railway will be 450 kilometres long.", number=2)
    return Answer(question, (first, second), 0.9, independent_sources=1)


def not_found(question: str) -> Answer:
    """No citation, two articles near by."""
    return Answer(question, (), 0.1, nearest=(REFINERY, RAIL))


@dataclass
class Newsroom:
    """Answers with `answer`, after `delay` seconds, or once `gate` is set; remembers what it was asked and how many asked at once."""

    answer: Callable[[str], Answer] = refinery_answer
    delay: float = 0.0
    articles: tuple[Article, ...] = (REFINERY, RAIL)
    asked: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    gate: threading.Event | None = None
    generation: int = 1
    folders: tuple[tuple[str, int], ...] = (("articles", 2),)
    new: tuple[str, ...] = ()
    """Saved questions that the articles of each new generation answer."""
    expected: list[str] = field(default_factory=list)
    """Those that were had at hand before."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def ask(self, question: str, *, k: int = 3, previous: str | None = None, where: Filter | None = None) -> Answer:
        question = f"{previous} {question}" if previous else question
        question = f"{where.collection}: {question}" if where else question
        with self._lock:
            self.asked.append(question)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.gate is not None:
                self.gate.wait(PATIENCE_S)
            time.sleep(self.delay)
            if not question.strip():
                raise UsageError("empty question")
            return self.answer(question)
        finally:
            with self._lock:
                self.at_once -= 1

    def article(self, id: str) -> Article:
        for article in self.articles:
            if article.id == id:
                return article
        raise ArticleNotFound(id)

    def refresh(self, folder: Any, progress: Any = None) -> Any:
        if progress is not None:
            progress(Progress(1, 2, 30, 60, 10.0, 3.0))
        if self.gate is not None:
            self.gate.wait(PATIENCE_S)
        time.sleep(self.delay)
        return SimpleNamespace(counts=Counts(added=1, unchanged=2), skips=(), generation=2)

    def saved(self, question: str, collection: str | None = None) -> Saved:
        return Saved(question, since=self.generation)

    def expect(self, saved: Any) -> None:
        self.expected += [one.question for one in saved]

    def news(self, saved: Any) -> tuple[int, tuple[News, ...]]:
        told = [
            News(place, self.answer(one.question), (f"a{self.generation}",), ())
            for place, one in enumerate(saved)
            if self.generation > one.since and one.question in self.new
        ]
        return self.generation, tuple(told)

    def digest(self, period: Any, about: str, *, language: Any = None, known: Any = ()) -> Digest:
        with self._lock:
            self.asked.append(f"digest {about}".strip())
        since = period.since if period is not None and period.since else ""
        new = [
            a for a in self.recent(10) if a.id not in known and (a.source.published or "") >= since and about in a.text
        ]
        told = (cite(a, a.text.partition(". ")[0] + ".", number=n) for n, a in enumerate(new, 1))
        return Digest(tuple(told), about, period or Filter())

    def articles_of(self, file: str, collection: str | None = None) -> tuple[Article, ...]:
        return tuple(a for a in self.articles if a.source.file == file)

    def collections(self) -> tuple[tuple[str, int], ...]:
        return self.folders

    def recent(self, n: int, where: Any = None) -> tuple[Article, ...]:
        return tuple(sorted(self.articles, key=lambda a: a.source.published or "", reverse=True))[:n]

    def publishers(self) -> tuple[tuple[str | None, int], ...]:
        counts: tuple[tuple[str | None, int], ...] = self.snapshot.publishers()
        return counts

    @property
    def snapshot(self) -> Any:
        names: dict[str | None, int] = {}
        for a in self.articles:
            names[a.source.publisher] = names.get(a.source.publisher, 0) + 1
        return SimpleNamespace(
            articles=len(self.articles),
            generation=self.generation,
            publishers=lambda: tuple(names.items()),
        )

    def encoder(self) -> Any:
        raise AssertionError("nothing is encoded here")

    def close(self) -> None:
        """Nothing to close."""
