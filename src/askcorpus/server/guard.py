"""Is this request let in?  Everything that comes over HTTP passes here first: name, origin, token, how often, how much.

A request is refused before anything is done about it, in one line of JSON.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from askcorpus.server.access import Access
from askcorpus.server.metrics import Metrics

BODY_BYTES = 64 * 1024  # a question has 500 characters; an MCP call a few more fields
BODY_S = 10.0  # a client that takes longer to send as little holds a connection for nothing
WRONG_TOKENS_A_MINUTE = 10  # more are tried by nobody who mistyped one
CLIENTS_KEPT = 10_000  # a megabyte; beyond it who was heard of longest ago begins anew
OPEN = frozenset({"/", "/page.css", "/page.js", "/texts", "/health"})
"""Without a token: the page itself, which holds nothing of the corpus and asks for the token; and whether the server is up."""
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Often:
    """How often each client did something in the last minute."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_s(self, client: str) -> int:
        """In how many seconds it may be done again; 0 for now."""
        times = self._times.get(client)
        if times is None or len(times) < self._most:
            return 0
        return max(0, int(times[0] + 60 - self._clock()) + 1) if times[0] > self._clock() - 60 else 0

    def did(self, client: str) -> None:
        """It was done once more."""
        times = self._times.setdefault(client, deque(maxlen=self._most))
        self._times.move_to_end(client)
        times.append(self._clock())
        while len(self._times) > CLIENTS_KEPT:
            self._times.popitem(last=False)


class Guard:
    """Stands in front of the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        per_minute: int,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app, self._access, self._metrics = app, access, metrics
        self._asked, self._wrong = Often(per_minute, clock=clock), Often(WRONG_TOKENS_A_MINUTE, clock=clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no websocket is spoken here
            return
        send = self._with_headers(send)
        refusal = self._refusal(scope)
        if refusal is None:
            body = await _whole(receive)
            if isinstance(body, bytes):
                await self._app(scope, _replay(body, receive), send)
                return
            refusal = body
        await refusal(scope, receive, send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers, client = Headers(scope=scope), (scope.get("client") or ("", 0))[0]
        if not self._access.is_called(headers.get("host", "")):
            return _no(421, "this server is not called by that name. Add it to server_hosts if it is yours.")
        if not _of_this_page(headers):
            return _no(403, "a page of another site may not ask here.")
        if scope["path"] == "/health":
            return None
        wait = self._asked.wait_s(client)
        if wait:
            return _no(429, f"too many requests; again in {wait} s.", {"Retry-After": str(wait)})
        self._asked.did(client)
        if self._access.token is None or (scope["path"] in OPEN and scope["method"] in ("GET", "HEAD")):
            return None
        return self._without_token(headers, client)

    def _without_token(self, headers: Headers, client: str) -> JSONResponse | None:
        wait = self._wrong.wait_s(client)
        if wait:
            return _no(429, f"too many wrong tokens; again in {wait} s.", {"Retry-After": str(wait)})
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._access.opens(given.strip()):
            return None
        if given:
            self._wrong.did(client)
        return _no(401, "a token is needed: Authorization: Bearer TOKEN.", {"WWW-Authenticate": "Bearer"})

    def _with_headers(self, send: Send) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._metrics.responses[str(message["status"])] += 1
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        return sending


def _of_this_page(headers: Headers) -> bool:
    """Whether no page sent it, or one of this server: browsers say whose page it is wherever it may change something."""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower():
        return False
    return (
        headers.get("sec-fetch-site", "none") in ("none", "same-origin") or headers.get("sec-fetch-mode") == "navigate"
    )


async def _whole(receive: Receive) -> bytes | JSONResponse:
    """The request's body, or why it is not read."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return bytes(body)
                body += message.get("body", b"")
                if len(body) > BODY_BYTES:
                    return _no(413, f"the request is larger than {BODY_BYTES} bytes.")
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        return _no(408, f"the request did not arrive within {BODY_S:.0f} s.")


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _no(status: int, why: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"error": why}, status, headers)
