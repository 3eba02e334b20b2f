"""How is a server reached?  Only at an address that was checked, and only until the deadline.

httpcore asks `_CheckedBackend` for a connection. It resolves the name once, checks every address and connects to one of
those, so that a name that says something else a moment later changes nothing; TLS and the Host header go on saying the
name. Each read, write and handshake gets the time that is left until the deadline of the whole exchange: whatever a server
sends, it cannot make it longer. No proxy is used.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

import httpcore
import httpx

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.addresses import is_public


class CheckedTransport(httpx.BaseTransport):
    """Sends one request to a server whose addresses are all public, or private ones if that is allowed."""

    def __init__(self, deadline: float, *, allow_private: bool, context: ssl.SSLContext) -> None:
        backend = _CheckedBackend(deadline, allow_private)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body still to be read.

        Raises Unreadable for a private address, TimeoutError at the deadline, else OSError or httpcore's ProtocolError.
        """
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        answer = self._pool.handle_request(httpcore.Request(request.method, url, headers=request.headers.raw))
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=dict(answer.extensions)
        )

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Place(NamedTuple):
    """One line of what a name resolves to, as `getaddrinfo` gives it."""

    family: socket.AddressFamily
    kind: socket.SocketKind
    protocol: int
    name: str
    address: tuple[Any, ...]


class _CheckedBackend(httpcore.NetworkBackend):
    def __init__(self, deadline: float, allow_private: bool) -> None:
        self._deadline, self._allow_private = deadline, allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        places = _resolved(host, port, self._deadline)
        if not self._allow_private and not all(is_public(str(place.address[0])) for place in places):
            raise Unreadable(f"{host} is an address of a private network (--allow-private lets it through)")
        failure: OSError = OSError(f"{host} has no address")
        for number, place in enumerate(places):
            try:
                share_s = _left(self._deadline) / (len(places) - number)  # a dead one leaves time for the next
                return _Stream(_connected(place, share_s), self._deadline)
            except OSError as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """A connection; what httpcore says about time limits is of no matter, the deadline is the limit."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection, self._deadline = connection, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._connection.settimeout(_left(self._deadline))
        self._connection.sendall(buffer)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        try:
            self._connection.settimeout(_left(self._deadline))
            safe = ssl_context.wrap_socket(
                self._connection,
                server_hostname=server_hostname,
                suppress_ragged_eofs=False,  # else a page that ends with its connection could be cut by anyone
            )
        except BaseException:
            self.close()
            raise
        return _Stream(safe, self._deadline)

    def close(self) -> None:
        self._connection.close()


def _resolved(host: str, port: int, deadline: float) -> list[_Place]:
    """What the name resolves to; in a thread, since the system's resolver knows no deadline."""
    answers: SimpleQueue[list[_Place] | Exception] = SimpleQueue()

    def resolve() -> None:
        try:
            answers.put([_Place(*place) for place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError, OverflowError) as error:
            answers.put(error)

    Thread(target=resolve, name="resolving", daemon=True).start()
    try:
        answer = answers.get(timeout=_left(deadline))
    except Empty as error:
        raise TimeoutError(f"{host} was not resolved in time") from error
    if isinstance(answer, Exception):
        raise answer
    return answer


def _connected(place: _Place, timeout_s: float) -> socket.socket:
    connection = socket.socket(place.family, place.kind, place.protocol)
    try:
        connection.settimeout(timeout_s)
        connection.connect(place.address)
    except BaseException:
        connection.close()
        raise
    return connection


def _left(deadline: float) -> float:
    """Seconds until the deadline; raises TimeoutError when there are none."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline has passed")
    return seconds
