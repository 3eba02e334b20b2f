"""Web servers on this machine: one that serves pages, one that says to the byte what a test tells it to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STORY = "<html><head><title>{}</title></head><body><article>" + "".join(
    f"<p>The council of Lesna voted on Tuesday for plan number {n}, which costs {n} million crowns in all.</p>"
    for n in range(3, 9)
) + "</article></body></html>"  # fmt: skip

Served = tuple[int, dict[str, str], bytes]
Said = Iterable[bytes | float]
"""Bytes to send, seconds to say nothing."""
PATIENCE_S = 60.0
"""What is waited for comes within it on the busiest machine."""


class Server(ThreadingHTTPServer):
    """Serves `pages`; what it was asked for stands in `asked`, robots.txt in a list of its own."""

    pages: dict[str, Served]
    asked: list[tuple[str, float, str | None]]
    asked_robots: list[float]
    agents: list[str | None]
    hosts: list[str | None]


class ServerOfIPv6(Server):
    address_family = socket.AF_INET6


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.agents.append(self.headers.get("User-Agent"))
        self.server.hosts.append(self.headers.get("Host"))
        if self.path == "/robots.txt":
            self.server.asked_robots.append(time.monotonic())
        else:
            self.server.asked.append((self.path, time.monotonic(), self.headers.get("If-None-Match")))
        status, headers, body = self.server.pages.get(self.path, (404, {}, b""))
        if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


def started(host: str = "127.0.0.1", port: int = 0) -> tuple[Server, threading.Thread]:
    """A server without pages, and the thread that it runs in."""
    server = (ServerOfIPv6 if ":" in host else Server)((host, port), Handler)
    server.pages, server.asked, server.asked_robots, server.agents, server.hosts = {}, [], [], [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    return server, thread


def stop(server: Server, thread: threading.Thread) -> None:
    server.shutdown()
    thread.join()
    server.server_close()


def url(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


def html(title: str, **headers: str) -> Served:
    return 200, {"Content-Type": "text/html", **headers}, STORY.format(title).encode()


class Scripted:
    """Answers every request with the same bytes, in the same order and at the same pace; then closes."""

    def __init__(self, said: Said, *, tls: ssl.SSLContext | None = None, says_goodbye: bool = True) -> None:
        self._said, self._tls, self._says_goodbye = said, tls, says_goodbye
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # closed
                return
            with suppress(OSError), connection:  # the other side may have left
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE_S)
        speaking = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
        with speaking:
            heard = b""
            while not heard.endswith(b"\r\n\r\n"):
                block = speaking.recv(65536)
                if not block:
                    return
                heard += block
            self.requests.append(heard)
            for part in self._said:
                if isinstance(part, bytes):
                    speaking.sendall(part)
                elif self._closing.wait(part):
                    return
            if isinstance(speaking, ssl.SSLSocket) and self._says_goodbye:
                speaking.unwrap()
