"""Which address does what over HTTP?  One application: questions, articles, figures, the page, and MCP below /mcp."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from importlib.resources import files
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from askcorpus.errors import (
    ArticleNotFound,
    AskcorpusError,
    ClusterError,
    SettingsError,
    StoreError,
    UsageError,
    WriterError,
)
from askcorpus.indexing.folders import Folders
from askcorpus.rendering.json import answer_json, article_json, hit_json, written_json
from askcorpus.rendering.prometheus import CONTENT_TYPE
from askcorpus.server import desk, words
from askcorpus.server.access import Access
from askcorpus.server.desk import AnyCorpus
from askcorpus.server.guard import Guard
from askcorpus.server.indexing import Indexing
from askcorpus.server.metrics import Metrics
from askcorpus.server.tools import mounted
from askcorpus.types import Filter

T = TypeVar("T")
AT_ONCE = 8  # threads that ask: more would wait for the same cores, only less in turn
TIME_LIMIT_S = 30.0  # as the bot's; whoever waits longer has closed the page
WRITING_S = 120.0  # a language model on a laptop, tried twice
RESULTS = 10  # of a search, where nobody says how many
PAGE = {
    "/": ("index.html", "text/html"),
    "/page.css": ("page.css", "text/css"),
    "/page.js": ("page.js", "text/javascript"),
}
BOUNDS = frozenset(bound.name for bound in fields(Filter))
FIELDS = BOUNDS | {"question", "k", "topic", "interface_language", "write"}
"""Of the body of /ask."""
SEARCHED = BOUNDS | {"q", "k"}
"""Of the address of /search."""


@dataclass(slots=True)
class Counter:
    """One running server's things; the corpus blocks, so it is asked in threads of its own."""

    corpus: AnyCorpus
    indexing: Indexing
    metrics: Metrics = field(default_factory=Metrics)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ask"))

    async def off_loop(self, work: Callable[[], T], *, limit_s: float | None = None) -> T:
        """The work's result; raises TimeoutError where it takes too long."""
        async with asyncio.timeout(limit_s or TIME_LIMIT_S):
            return await asyncio.get_running_loop().run_in_executor(self.pool, work)


def application(
    corpus: AnyCorpus,
    access: Access,
    *,
    folders: Callable[[], Folders],
    per_minute: int,
    clock: Callable[[], float] = time.monotonic,
) -> Starlette:
    """The whole server over a corpus; `folders` says which folders of articles it is brought up to date with."""
    counter = Counter(corpus, Indexing(corpus, folders))
    mcp_routes, mcp_runs = mounted(corpus)
    guard = Middleware(Guard, access=access, per_minute=per_minute, metrics=counter.metrics, clock=clock)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with mcp_runs():
            yield
        counter.pool.shutdown(wait=False, cancel_futures=True)

    made = Starlette(
        routes=[*_routes(counter), *mcp_routes], middleware=[guard], lifespan=lifespan,
        exception_handlers={HTTPException: _refused, AskcorpusError: _told, TimeoutError: _too_long},
    )  # fmt: skip
    made.state.counter = counter
    return made


def _routes(counter: Counter) -> list[BaseRoute]:
    def at(path: str, answer: Callable[[Counter, Request], Awaitable[Response]], method: str = "GET") -> Route:
        return Route(path, functools.partial(answer, counter), methods=[method])

    return [
        at("/ask", ask, "POST"),
        at("/search", search),
        at("/articles/{article_id:path}", article),
        at("/sources", sources),
        at("/status", status),
        at("/index", index, "POST"),
        at("/index/progress", progress),
        at("/health", health),
        at("/metrics", metrics),
        at("/openapi.json", description),
        at("/texts", texts),
        *(at(path, page) for path in PAGE),
    ]


async def ask(counter: Counter, request: Request) -> Response:
    """A question's answer; "not found" is one."""
    body = _body(await request.body())
    question, topic = body.get("question", ""), body.get("topic", "")
    k, code = body.get("k"), body.get("interface_language")
    if not isinstance(question, str) or not isinstance(topic, str) or not isinstance(code, str | None):
        raise UsageError("question, topic and interface_language must be texts.")
    if not isinstance(k, int | None) or isinstance(k, bool):
        raise UsageError("k must be a whole number.")
    if not isinstance(body.get("write", False), bool):
        raise UsageError("write must be true or false.")
    where = desk.filter_of(body)
    desk.check_question(question)
    started = time.perf_counter()
    try:
        asked = await counter.off_loop(lambda: desk.ask(counter.corpus, question, k=k, where=where, topic=topic))
    except (TimeoutError, StoreError) as error:
        outcome = "timed_out" if isinstance(error, TimeoutError) else "failed"
        counter.metrics.asked(outcome, time.perf_counter() - started)
        raise
    counter.metrics.answered(asked.answer)
    code = code or words.preferred(request.headers.get("accept-language", ""))
    said = words.words_of(asked.answer, code, asked.previous)
    told = {**answer_json(asked.answer), "topic": asked.topic, "previous": asked.previous, "words": said}
    if body.get("write") and asked.answer.answered:
        written = await counter.off_loop(lambda: counter.corpus.write(asked.answer), limit_s=WRITING_S)
        told["written"] = written_json(written)
        said["written"] = words.of_writing(written, code)
    return JSONResponse(told)


async def search(counter: Counter, request: Request) -> Response:
    """The passages that come nearest to some words."""
    given = request.query_params
    _refuse_unknown(given, SEARCHED)
    query, where = given.get("q", ""), desk.filter_of(given)
    k = _whole_number(given.get("k", str(RESULTS)))
    hits = await counter.off_loop(lambda: desk.search(counter.corpus, query, k=k, where=where))
    return JSONResponse({"query": query, "hits": [hit_json(hit) for hit in hits]})


async def article(counter: Counter, request: Request) -> Response:
    """One article with its text."""
    found = await counter.off_loop(lambda: counter.corpus.article(request.path_params["article_id"]))
    return JSONResponse(article_json(found, text=True))


async def sources(counter: Counter, _: Request) -> Response:
    """Publishers, languages, days, collections."""
    return JSONResponse(await counter.off_loop(lambda: desk.sources(counter.corpus)))


async def status(counter: Counter, _: Request) -> Response:
    """How many articles there are, and when they were last looked at."""
    told = await counter.off_loop(lambda: desk.status(counter.corpus))
    return JSONResponse({**told, "indexing": counter.indexing.runs, "writes": counter.corpus.writes})


async def index(counter: Counter, _: Request) -> Response:
    """Begins to bring the store up to date."""
    if not counter.indexing.start():
        return JSONResponse({"error": "a run is at work; /index/progress tells how far it is."}, 409)
    return JSONResponse({"progress": "/index/progress"}, 202)


async def progress(counter: Counter, _: Request) -> Response:
    """How far that is, as server-sent events."""
    return StreamingResponse(counter.indexing.events(), media_type="text/event-stream")


async def health(counter: Counter, _: Request) -> Response:
    """Whether the corpus can be read."""
    try:
        await counter.off_loop(lambda: counter.corpus.snapshot.articles)
    except (AskcorpusError, TimeoutError):
        return JSONResponse({"ok": False}, 503)
    return JSONResponse({"ok": True})


async def metrics(counter: Counter, _: Request) -> Response:
    """Counters for Prometheus."""
    snapshot = await counter.off_loop(lambda: counter.corpus.snapshot)
    gauges = {
        "articles": snapshot.articles,
        "store_generation": snapshot.generation,
        "indexing": float(counter.indexing.runs),
    }
    return PlainTextResponse(counter.metrics.exposition(gauges), headers={"Content-Type": CONTENT_TYPE})


async def description(_: Counter, __: Request) -> Response:
    """All this, for programs."""
    return Response((files("askcorpus.server") / "openapi.json").read_text("utf-8"), media_type="application/json")


async def texts(_: Counter, request: Request) -> Response:
    """What the page says, in the language asked for or in the browser's."""
    code = request.query_params.get("language") or words.preferred(request.headers.get("accept-language", ""))
    return JSONResponse(words.page_texts(code))


async def page(_: Counter, request: Request) -> Response:
    """The page and what belongs to it."""
    name, kind = PAGE[request.url.path]
    return Response(words.page_file(name), media_type=kind)


def _body(raw: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError('the body must be JSON, such as {"question": "Who leads the inquiry?"}.') from error
    if not isinstance(body, dict):
        raise UsageError("the body must be one JSON object.")
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:  # half of a character, which JSON may spell out
        raise UsageError("the body holds what cannot be written in UTF-8.") from error
    _refuse_unknown(body, FIELDS)
    return body


def _refuse_unknown(given: Iterable[str], known: frozenset[str]) -> None:
    """A misspelt bound must not narrow nothing."""
    unknown = sorted(set(given) - known)
    if unknown:
        raise UsageError(f"no such field: {', '.join(unknown)}. Known: {', '.join(sorted(known))}.")


def _whole_number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise UsageError(f"k {text!r} is no whole number.")
    return int(text)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    why = error.detail
    if error.status_code == 404:
        why = f"there is no {request.url.path}. What there is: /openapi.json"
    elif error.status_code == 405:
        takes = (error.headers or {}).get("Allow", "")
        why = f"{request.url.path} does not take {request.method}. It takes: {takes}"
    return JSONResponse({"error": why}, error.status_code, error.headers)


async def _told(_: Request, error: Exception) -> Response:
    statuses = (
        (ArticleNotFound, 404),
        ((UsageError, SettingsError), 400),
        ((StoreError, ClusterError), 503),
        (WriterError, 502),
    )
    return JSONResponse({"error": str(error)}, next((n for kind, n in statuses if isinstance(error, kind)), 500))


async def _too_long(_: Request, __: Exception) -> Response:
    return JSONResponse({"error": "the answer took too long."}, 503)
