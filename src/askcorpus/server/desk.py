"""What do programs ask of a corpus, and in which form do they get it?  JSON in, JSON out; knows neither MCP nor HTTP.

Knows of the corpus only what the doors ask of it.  Everything here may block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Protocol

from askcorpus.errors import UsageError
from askcorpus.indexing.folders import Folders
from askcorpus.indexing.report import Progress, Report, last_run
from askcorpus.question.followup import goes_on, what_goes_before
from askcorpus.store.collections import Collection
from askcorpus.types import Answer, Article, Filter, Hit, Manifest, Written

MOST_OF_A_BOUND = 300  # characters: no outlet has a longer name
QUESTION_CHARACTERS = 500  # as in the bot: what is longer was pasted in and is no question
MOST_RESULTS = 50  # stories of a search: more than a reader, or a model's context, takes in
_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Found(Protocol):
    """What a search hands over."""

    @property
    def hits(self) -> Sequence[Hit]:
        """The best stories first."""


class Generation(Protocol):
    """What is told of the store."""

    articles: int
    passages_count: int
    generation: int
    languages: tuple[tuple[str, int], ...]
    manifest: Manifest

    @property
    def collections(self) -> tuple[Collection, ...]:
        """The folders that are in it."""

    def days(self) -> tuple[str | None, str | None]:
        """The day of the first article that has one, and of the last."""

    def note(self, key: str, /) -> str | None:
        """What an indexing run left."""


class AnyCorpus(Protocol):
    """A Corpus, or what stands in for one; every method may block."""

    def ask(self, question: str, *, k: int | None, where: Filter | None, previous: str | None) -> Answer:
        """What the corpus says."""

    def write(self, answer: Answer, /) -> Written:
        """The answer in a language model's sentences, each checked; raises WriterError, SettingsError."""

    @property
    def writes(self) -> bool:
        """Whether a language model is named."""

    def find(self, question: str, *, k: int, where: Filter | None) -> Found:
        """The k best stories."""

    def article(self, article_id: str, /) -> Article:
        """The article with this id; raises ArticleNotFound."""

    def recent(self, n: int, /) -> tuple[Article, ...]:
        """The n articles published last."""

    def publishers(self) -> tuple[tuple[str | None, int], ...]:
        """Each publisher and its number of articles, most first."""

    def collections(self) -> tuple[tuple[str, int], ...]:
        """The name of each folder that is in the store, and its number of articles."""

    def refresh(self, folders: Folders, *, progress: Callable[[Progress], None]) -> Report:
        """Bring the store up to date with a folder of articles, or with several."""

    @property
    def snapshot(self) -> Generation:
        """The newest snapshot."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and what the conversation is about then."""

    answer: Answer
    topic: str
    """The question that began it: the next one may go on from it."""
    previous: str | None = None
    """What the question was understood to go on from."""


def ask(corpus: AnyCorpus, question: str, *, k: int | None = None, where: Filter, topic: str = "") -> Asked:
    """The answer; a short question goes on from `topic`, where there is one.  Raises UsageError."""
    check_question(question)
    if k is not None:
        _check_k(k)
    _check_collection(corpus, where)
    previous = what_goes_before(topic, question) if topic and goes_on(question) else None
    answer = corpus.ask(question, k=k, where=where or None, previous=previous)
    stays = topic and (previous or answer.purpose == "talk")
    return Asked(answer, topic if stays else question, previous)


def search(corpus: AnyCorpus, query: str, *, k: int, where: Filter) -> Sequence[Hit]:
    """The best passages for some words, whether or not they answer anything; raises UsageError."""
    check_question(query)
    _check_k(k)
    _check_collection(corpus, where)
    return corpus.find(query, k=k, where=where or None).hits


def sources(corpus: AnyCorpus) -> dict[str, Any]:
    """Who is quoted here, in which languages, from which days."""
    snapshot = corpus.snapshot
    since, until = snapshot.days()
    return {
        "publishers": [{"publisher": name, "articles": n} for name, n in corpus.publishers()],
        "languages": [{"language": language, "passages": n} for language, n in snapshot.languages],
        "since": since,
        "until": until,
        "collections": _collections(corpus),
    }


def status(corpus: AnyCorpus) -> dict[str, Any]:
    """How many articles there are, and when they were last looked at; without a path of the server's."""
    snapshot = corpus.snapshot
    since, until = snapshot.days()
    runs = [run for one in snapshot.collections if (run := last_run(snapshot.note(one.last_run)))]
    return {
        "articles": snapshot.articles,
        "passages": snapshot.passages_count,
        "generation": snapshot.generation,
        "model": snapshot.manifest.model,
        "since": since,
        "until": until,
        "indexed_at": max((run.at for run in runs), default=None),
        "skipped_files": sum(run.counts.skipped for run in runs),
        "collections": _collections(corpus),
    }


def filter_of(given: Mapping[str, object]) -> Filter:
    """The filter that some fields say; an empty field says nothing.  Raises UsageError for what cannot be meant."""
    chosen: dict[str, str] = {}
    for name in (field.name for field in fields(Filter)):
        value = given.get(name)
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise UsageError(f"{name} must be a text.")
        if len(value) > MOST_OF_A_BOUND:
            raise UsageError(f"{name} has {len(value)} characters; at most {MOST_OF_A_BOUND} are read.")
        chosen[name] = value.strip().lower() if name == "language" else value
        if name in ("since", "until") and not _is_day(value):
            raise UsageError(f"{name} {value!r} is no day. Write it as 2026-05-31, 2026-05 or 2026.")
        if name == "language" and not _LANGUAGE.fullmatch(chosen[name]):
            raise UsageError(f"language {value!r} is no code of ISO 639-1, such as fr.")
    where = Filter(**chosen)
    if where.since and where.until and where.since > _last(where.until):
        raise UsageError(f"since {where.since} is later than until {where.until}: no day is both.")
    return where


def _is_day(value: str) -> bool:
    """Whether it is a day, a month or a year of the calendar."""
    try:
        return bool(_DAY.fullmatch(value) and date.fromisoformat(value + "0000-01-01"[len(value) :]))
    except ValueError:
        return False


def _last(until: str) -> str:
    """What every day up to this day, or in this month or year, comes before as a text."""
    return until + "~"


def check_question(question: str) -> None:
    """Raises UsageError for an empty question and for one that is none."""
    if not question.strip():
        raise UsageError("the question is empty.")
    if len(question) > QUESTION_CHARACTERS:
        raise UsageError(f"the question has {len(question)} characters; at most {QUESTION_CHARACTERS} are read.")


def _collections(corpus: AnyCorpus) -> list[dict[str, Any]]:
    return [{"collection": name, "articles": n} for name, n in corpus.collections()]


def _check_collection(corpus: AnyCorpus, where: Filter) -> None:
    """Raises UsageError, without a path of the server's, for a collection that there is not."""
    names = [name for name, _ in corpus.collections()]
    if where.collection and where.collection.casefold() not in map(str.casefold, names):
        there = ", ".join(names) or "none that has a name"
        raise UsageError(f"there is no collection {where.collection}. There is: {there}")


def _check_k(k: int) -> None:
    if not 1 <= k <= MOST_RESULTS:
        raise UsageError(f"k is {k}; it must be from 1 to {MOST_RESULTS}.")
