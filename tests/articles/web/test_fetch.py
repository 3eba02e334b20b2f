"""What arrives is the whole page or a named failure."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from web_server import Scripted, Server, html, url

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.add import add
from askcorpus.articles.web.fetch import Fetcher, user_agent

TEXT = b"The council of Lesna voted on Tuesday for plan number 4. " * 40
ZIPPED = gzip.compress(TEXT)
RAW = zlib.compressobj(wbits=-15)
INFLATABLE = RAW.compress(TEXT) + RAW.flush()


def answer(body: bytes, *headers: str) -> bytes:
    """An answer that says its length, unless a header says something else of it."""
    length = () if any("Length" in h or "Transfer" in h for h in headers) else (f"Content-Length: {len(body)}",)
    head = ("HTTP/1.1 200 OK", "Content-Type: text/html", 'ETag: "7"', *headers, *length)
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def packed(body: bytes, coding: str) -> bytes:
    return answer(body, f"Content-Encoding: {coding}")


def chunked(body: bytes, *headers: str) -> bytes:
    return answer(body, "Transfer-Encoding: chunked", *headers)


HALVES = b"40\r\n" + TEXT[:0x40] + b"\r\n20;name=value\r\n" + TEXT[0x40:0x60] + b"\r\n"


@pytest.mark.parametrize(
    ("said", "page"),
    [
        (answer(TEXT), TEXT),
        (answer(b""), b""),
        (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + TEXT, TEXT),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + answer(TEXT), TEXT),
        (chunked(HALVES + b"0\r\nX-Sum: 7\r\n\r\n"), TEXT[:0x60]),
        (packed(ZIPPED, "gzip"), TEXT),
        (packed(ZIPPED, "x-GZIP"), TEXT),
        (packed(ZIPPED + gzip.compress(b"And more."), "gzip"), TEXT + b"And more."),
        (packed(ZIPPED + b"\0" * 64, "gzip"), TEXT),
        (packed(zlib.compress(TEXT), "deflate"), TEXT),
        (packed(INFLATABLE, "deflate"), TEXT),
        (packed(TEXT, "identity"), TEXT),
    ],
    ids=("length empty tillclose continue chunks gzip xgzip secondmember padding deflate rawdeflate identity").split(),
)
def test_a_page_is_read_whole(scripted: Callable[..., Scripted], blunt: Fetcher, said: bytes, page: bytes) -> None:
    fetched = blunt.fetch(f"http://127.0.0.1:{scripted([said]).port}/")
    assert fetched is not None
    assert fetched.data == page


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(TEXT, "Content-Length: 9000"), "the page broke off: peer "),
        (chunked(HALVES), "the page broke off: peer "),
        (chunked(HALVES[:-40]), "the page broke off: peer "),
        (chunked(HALVES + b"0\r\n"), "the page broke off: peer "),
        (chunked(HALVES + b"zz\r\n"), "the page broke off: illegal chunk header"),
        (packed(ZIPPED[:-4], "gzip"), "the page broke off: its gzip has no end"),
        (packed(ZIPPED[: len(ZIPPED) // 2], "gzip"), "the page broke off: its gzip has no end"),
        (packed(ZIPPED + ZIPPED[:20], "gzip"), "the page broke off: its gzip has no end"),
        (packed(b"", "gzip"), "the page broke off: its gzip has no end"),
        (packed(ZIPPED[:-8] + b"\0" * 8, "gzip"), "the page arrived damaged: CRC check failed"),
        (packed(ZIPPED + b"<p>more</p>", "gzip"), "the page arrived damaged: Not a gzipped file"),
        (packed(TEXT, "gzip"), "the page arrived damaged: Not a gzipped file"),
        (packed(INFLATABLE[:-9], "deflate"), "the page broke off: its deflate has no end"),
        (packed(zlib.compress(TEXT)[:-2], "deflate"), "the page broke off: its deflate has no end"),
        (packed(zlib.compress(TEXT) + b"more", "deflate"), "the page arrived damaged"),
        (packed(TEXT, "deflate"), "the page arrived damaged"),
        (packed(TEXT, "br"), "packed in a way that was not asked for (br)"),
        (packed(gzip.compress(ZIPPED), "gzip, gzip"), "packed in a way that was not asked for (gzip, gzip)"),
        (packed(gzip.compress(b"x" * 9_000_000), "gzip"), "larger than 0.09"),
        (packed(zlib.compress(b"x" * 9_000_000), "deflate"), "larger than 0.09"),
        (answer(TEXT * 90), "larger than 0.09"),
        (chunked((b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 101), "larger than 0.09"),
        (answer(TEXT, "Content-Length: 7", "Content-Length: 9"), "cannot be reached: conflicting Content-Length"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n", "cannot be reached: Receive buffer too long"),
        (b"", "cannot be reached: Server disconnected without sending a response"),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "cannot be reached: illegal status line"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", "the server answered 304 Not Modified"),
        (b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\nx", "the server answered 206 Partial Content"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n", "moved to what is not an address"),
    ],
)
def test_a_page_that_is_not_whole_is_a_named_failure_of_which_nothing_is_kept(
    scripted: Callable[..., Scripted], blunt: Fetcher, tmp_path: Path, said: bytes, reason: str
) -> None:
    (added,) = add([f"http://127.0.0.1:{scripted([said]).port}/"], tmp_path, fetcher=blunt)
    assert added.outcome == "skipped"
    assert (added.reason or "").startswith(reason)
    assert [p.name for p in tmp_path.iterdir()] == [".askcorpus-add.json"]
    assert json.loads((tmp_path / ".askcorpus-add.json").read_text()) == {}


def test_a_page_that_breaks_off_leaves_the_one_that_was_there_and_is_asked_for_again(
    scripted: Callable[..., Scripted], blunt: Fetcher, tmp_path: Path
) -> None:
    whole, cut = answer(b"<p>old</p>"), answer(b"<p>ne", "Content-Length: 9000").replace(b'"7"', b'"8"')
    said = [whole]
    server = scripted(said)
    outcomes = []
    for now in (whole, cut, cut):
        said[:] = [now]
        outcomes += [a.outcome for a in add([f"http://127.0.0.1:{server.port}/"], tmp_path, fetcher=blunt)]
    assert outcomes == ["added", "skipped", "skipped"]
    assert [b'If-None-Match: "7"' in request for request in server.requests] == [False, True, True]
    (page,) = tmp_path.glob("*.html")
    assert page.read_bytes() == b"<p>old</p>"


def test_the_program_says_what_it_is(server: Server, fetcher: Fetcher) -> None:
    server.pages["/a"] = html("News")
    fetcher.fetch(url(server, "/a"))
    assert server.agents == [user_agent()] * 2  # robots.txt and the page
    assert user_agent().startswith(f"askcorpus/{version('askcorpus')} (")


@pytest.mark.parametrize("etag", ["line\r\nX-Evil: 1", "umlaut ä", "\x1b[31m"])
def test_an_etag_that_no_header_can_hold_is_not_sent(server: Server, blunt: Fetcher, etag: str) -> None:
    server.pages["/a"] = html("News")
    assert blunt.fetch(url(server, "/a"), etag=etag) is not None
    assert server.asked[0][2] is None


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "gopher://x/", "http://user:pw@example.com/", "example.com", "http://"]
)
def test_only_plain_web_addresses_are_asked(address: str) -> None:
    with pytest.raises(Unreadable, match=r"not an http or https address|not an address"):
        Fetcher(pause_s=0.0).fetch(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1", "http://[x]/", "http://127.0.0.1:x/", "http://999.1.1.1/", "http://xn--/", "http://xn--a/\udcff", "http://a..b/", f"http://{'a' * 70}.example/",
        "http://a b/", "http://a/\x1b", "http://" + "a" * 70_000,
    ],
)  # fmt: skip
def test_a_broken_address_is_a_named_failure(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("askcorpus.articles.web.network.socket.getaddrinfo", _no_such_name)
    with pytest.raises(Unreadable):
        Fetcher(pause_s=0.0, ignore_robots=True).fetch(address)


@pytest.mark.parametrize("port", [0, 65_536, 99_999])
def test_a_port_that_there_is_not_is_not_asked_for_as_another(port: int) -> None:
    with pytest.raises(Unreadable, match="not an address"):
        Fetcher(allow_private=True, pause_s=0.0, ignore_robots=True).fetch(f"http://127.0.0.1:{port}/")


def _no_such_name(host: str, *_: object, **__: object) -> object:
    host.encode("idna")  # as the real one does
    raise OSError(f"{host} is not known")


def test_of_two_headers_of_a_name_the_first_counts(scripted: Callable[..., Scripted], blunt: Fetcher) -> None:
    server = scripted([answer(TEXT, 'ETag: "8"', "Content-Type: image/png")])
    page = blunt.fetch(f"http://127.0.0.1:{server.port}/")
    assert page is not None
    assert (page.etag, page.kind) == ('"7"', "text/html")


def test_addresses_in_other_scripts_are_asked_for_as_servers_know_them(
    scripted: Callable[..., Scripted], blunt: Fetcher
) -> None:
    server = scripted([answer(TEXT)])
    assert blunt.fetch(f"http://127.0.0.1:{server.port}/žluťoučký kůň?q=ä".replace(" ", "%20")) is not None
    assert server.requests[0].startswith(b"GET /%C5%BElu%C5%A5ou%C4%8Dk%C3%BD%20k%C5%AF%C5%88?q=%C3%A4 HTTP/1.1\r\n")


def test_of_a_long_content_type_the_beginning_counts(scripted: Callable[..., Scripted], blunt: Fetcher) -> None:
    """What reads its parameters takes seconds for as many as a header may hold."""
    more = ";" * 60_000
    server = scripted([answer(TEXT).replace(b"text/html", f'text/html; charset=cp1251; x="{more}'.encode())])
    began = time.process_time()
    page = blunt.fetch(f"http://127.0.0.1:{server.port}/")
    assert page is not None
    assert (page.kind, page.charset) == ("text/html", "cp1251")
    assert time.process_time() - began < 1
