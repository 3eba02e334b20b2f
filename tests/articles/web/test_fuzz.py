"""Answers of every framing and packing, cut or damaged at random: whole or a named failure, never a part of a page.

ASKCORPUS_TEST_ROUNDS says how many answers; 10,000 take about two minutes.
"""

from __future__ import annotations

import gzip
import os
import time
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from web_server import PATIENCE_S, Scripted

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.fetch import Fetcher

ROUNDS = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "120"))
SPICES = [
    b"\r\n", b"\r\n\r\n", b"\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b";", b"HTTP/1.1 100 Continue\r\n\r\n", b"\x00",
    b"HTTP/1.1 101 Switching Protocols\r\n\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 3\r\n", b": ", b"\x1f\x8b",
    b"Content-Encoding: deflate\r\n", b"Content-Type: ;;charset*=x\r\n", b"Location: //[\r\n", b"\xff\xfe", b"x" * 70_000,
]  # fmt: skip
rounds = settings(
    max_examples=ROUNDS, deadline=None, database=None, derandomize=ROUNDS <= 1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
place = st.floats(0, 1)


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """What a server sends, and the page in it."""
    page = draw(st.binary(max_size=300)) * draw(st.sampled_from([1, 1, 50]))
    coding = draw(st.sampled_from(["", "gzip", "deflate", "raw"]))
    body = page
    if coding == "gzip":
        cut = draw(st.integers(0, len(page)))
        body = gzip.compress(page[:cut]) + gzip.compress(page[cut:])
    elif coding:
        packing = zlib.compressobj(wbits=15 if coding == "deflate" else -15)
        body = packing.compress(page) + packing.flush()
    head = [b"HTTP/1.1 200 OK", b"Content-Type: text/html"]
    if coding:
        head.append(b"Content-Encoding: " + (b"gzip" if coding == "gzip" else b"deflate"))
    if draw(st.booleans()):
        head.append(b"Content-Length: %d" % len(body))
    else:
        head.append(b"Transfer-Encoding: chunked")
        body = chunked(body, draw(st.lists(st.integers(1, 200), max_size=5)), draw(st.booleans()))
    return b"\r\n".join(head) + b"\r\n\r\n" + body, page


def chunked(body: bytes, sizes: list[int], more: bool) -> bytes:
    """The body in chunks of these sizes, what is left in one more."""
    sent = b""
    for size in [*sizes, len(body)]:
        chunk, body = body[:size], body[size:]
        if chunk:
            sent += b"%x%s\r\n%s\r\n" % (len(chunk), b";of=us" if more else b"", chunk)
    return sent + b"0\r\n" + (b"X-Sum: 7\r\n" if more else b"") + b"\r\n"


FETCHER = Fetcher(allow_private=True, ignore_robots=True, pause_s=0.0, timeout_s=PATIENCE_S, max_bytes=100_000)


@pytest.fixture(scope="module")
def fetched() -> Iterator[Callable[[bytes], bytes | None]]:
    """`fetched(what a server sends)` is the page, None for a named failure."""
    said: list[bytes] = []
    server = Scripted(said)

    def fetch(wire: bytes) -> bytes | None:
        said[:] = [wire]
        try:
            page = FETCHER.fetch(f"http://127.0.0.1:{server.port}/")
        except Unreadable:
            return None
        assert page is not None
        return page.data

    yield fetch
    server.close()


@rounds
@given(answer=answers(), where=place)
@example(answer=(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b""), where=0.99)
def test_an_answer_that_is_cut_anywhere_is_no_page(
    fetched: Callable[[bytes], bytes | None], answer: tuple[bytes, bytes], where: float
) -> None:
    wire, page = answer
    assert fetched(wire) == page
    assert fetched(wire[: min(int(len(wire) * where), len(wire) - 1)]) is None


@rounds
@given(answer=answers(), wheres=st.lists(st.tuples(place, st.sampled_from(SPICES) | st.binary(max_size=9)), max_size=4))
def test_a_damaged_answer_is_a_page_or_a_named_failure_and_soon(
    fetched: Callable[[bytes], bytes | None], answer: tuple[bytes, bytes], wheres: list[tuple[float, bytes]]
) -> None:
    wire, _ = answer
    for where, spice in wheres:
        at = int(len(wire) * where)
        wire = wire[:at] + spice + wire[at + len(spice) % 3 :]
    began = time.monotonic()
    fetched(wire)
    assert time.monotonic() - began < FETCHER.timeout_s  # the server leaves at once: there is nothing to wait for
