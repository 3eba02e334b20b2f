"""A stand-in for a language model's server: it speaks OpenAI's protocol and says what a test has it say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Liar:
    """Where it is reached, what it says, and what it was asked."""

    address: str = ""
    says: Callable[[str], str] = lambda asked: ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    models: tuple[str, ...] = ("liar-1b",)


@contextmanager
def lying() -> Iterator[Liar]:
    """A server that is there until the block ends."""
    liar = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            models = [{"id": name, "object": "model", "created": 0, "owned_by": "nobody"} for name in liar.models]
            self._answer({"object": "list", "data": models})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            liar.asked.append(body)
            message = {"role": "assistant", "content": liar.says(body["messages"][-1]["content"])}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            self._answer(
                {"id": "1", "object": "chat.completion", "created": 0, "model": "liar-1b", "choices": [choice]}
            )

        def _answer(self, told: dict[str, Any]) -> None:
            data = json.dumps(told).encode()
            self.send_response(liar.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
