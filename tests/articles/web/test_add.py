"""Fetching pages from a real server on this machine."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from askcorpus.articles import FoundFile, read, walk
from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.add import add, add_feeds
from askcorpus.articles.web.fetch import Fetcher, _is_public
from askcorpus.types import Article

STORY = "<html><head><title>{}</title></head><body><article>" + "".join(
    f"<p>The council of Lesna voted on Tuesday for plan number {n}, which costs {n} million crowns in all.</p>"
    for n in range(3, 9)
) + "</article></body></html>"  # fmt: skip


class Server(ThreadingHTTPServer):
    pages: dict[str, tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, float, str | None]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
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


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.pages, server.asked = {}, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}{path}"


def html(title: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "text/html", **headers}, STORY.format(title).encode()


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(allow_private=True, pause_s=0.0, timeout_s=2.0, max_bytes=100_000)


def test_a_fetched_page_is_an_article_that_knows_its_address(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    server.pages["/news/plan"] = html("Lesna votes for the plan")
    (added,) = add([url(server, "/news/plan?utm_source=x")], tmp_path, fetcher=fetcher)
    assert added.outcome == "skipped"  # the server knows no such query
    (added,) = add([url(server, "/news/plan")], tmp_path, fetcher=fetcher)
    assert added.outcome == "added"
    (found,) = [f for f in walk(tmp_path) if isinstance(f, FoundFile)]
    (article,) = read(found)
    assert isinstance(article, Article)
    assert (article.title, article.source.url) == ("Lesna votes for the plan", url(server, "/news/plan"))


def test_an_unchanged_page_is_not_sent_again_and_a_changed_one_takes_its_place(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.pages["/a"] = html("First version", ETag='"1"')
    address = url(server, "/a")
    outcomes = [next(add([address], tmp_path, fetcher=fetcher)).outcome for _ in range(2)]
    server.pages["/a"] = html("Second version", ETag='"2"')
    outcomes.append(next(add([address], tmp_path, fetcher=fetcher)).outcome)
    assert outcomes == ["added", "unchanged", "changed"]
    assert [etag for _, _, etag in server.asked] == [None, '"1"', '"1"']
    (found,) = [f for f in walk(tmp_path) if isinstance(f, FoundFile)]
    assert [item.title for item in read(found) if isinstance(item, Article)] == ["Second version"]


def test_a_feed_adds_what_is_new_in_it(server: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    items = "".join(f"<item><title>{n}</title><link>{url(server, f'/{n}')}</link></item>" for n in ("a", "b"))
    server.pages["/a"], server.pages["/b"] = html("Story a"), html("Story b")
    server.pages["/feed"] = (
        200,
        {"Content-Type": "application/rss+xml"},
        f"<rss><channel>{items}</channel></rss>".encode(),
    )
    first = [(a.outcome) for a in add_feeds([url(server, "/feed")], tmp_path, fetcher=fetcher)]
    second = [(a.outcome) for a in add_feeds([url(server, "/feed")], tmp_path, fetcher=fetcher)]
    assert (first, second) == (["added", "added"], ["unchanged"])


def test_one_host_is_asked_once_a_pause(server: Server, tmp_path: Path) -> None:
    server.pages |= {f"/{n}": html(f"Story {n}") for n in range(3)}
    list(add([url(server, f"/{n}") for n in range(3)], tmp_path, fetcher=Fetcher(allow_private=True, pause_s=0.2)))
    times = [at for _, at, _ in server.asked]
    assert all(later - earlier >= 0.19 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ((500, {}, b""), "the server answered 500"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG"), "not a kind that can be read (image/png)"),
        ((200, {"Content-Type": "text/html"}, b"x" * 200_000), "larger than"),
        (
            (200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(b"x" * 9_000_000)),
            "larger than",
        ),
        ((200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, b"no gzip"), "cannot be reached"),
        ((302, {"Location": "/page"}, b""), "more than 5 redirects"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "not an http or https address"),
        ((302, {"Location": "ftp://127.0.0.1/x"}, b""), "not an http or https address"),
    ],
)
def test_what_cannot_be_had_is_named_and_the_rest_goes_on(
    server: Server, fetcher: Fetcher, tmp_path: Path, page: tuple[int, dict[str, str], bytes], reason: str
) -> None:
    server.pages["/page"], server.pages["/good"] = page, html("A good page")
    bad, good = add([url(server, "/page"), url(server, "/good")], tmp_path, fetcher=fetcher)
    assert bad.outcome == "skipped"
    assert (bad.reason or "").startswith(reason)
    assert good.outcome == "added"


def test_private_addresses_are_not_asked_without_the_flag(server: Server, tmp_path: Path) -> None:
    server.pages["/a"] = html("Secret")
    for host in ("127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"):
        (added,) = add([f"http://{host}:{server.server_address[1]}/a"], tmp_path, fetcher=Fetcher(pause_s=0.0))
        assert added.outcome == "skipped"
        assert "private network" in (added.reason or "") or "cannot be reached" in (added.reason or "")
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "gopher://x/", "http://user:pw@example.com/", "example.com", "http://"]
)
def test_only_plain_web_addresses_are_asked(address: str) -> None:
    with pytest.raises(Unreadable, match=r"not an http or https address|not an address"):
        Fetcher(pause_s=0.0).fetch(address)


def test_addresses_that_wrap_private_ones_are_private() -> None:
    private = ["10.0.0.1", "192.168.1.1", "169.254.169.254", "127.1.2.3", "::1", "fe80::1%eth0", "fd00::1", "0.0.0.0"]
    private += ["::ffff:10.0.0.1", "2002:0a00:0001::", "64:ff9b::a00:1", "100.64.0.1", "224.0.0.1"]
    assert [a for a in private if _is_public(a)] == []
    assert _is_public("93.184.215.14")
    assert _is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_a_slow_server_is_given_up_within_the_time_limit(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        (added,) = add([address], tmp_path, fetcher=Fetcher(allow_private=True, pause_s=0.0, timeout_s=0.3))
    assert added.reason == "no answer within 0.3 s"
    assert time.monotonic() - started < 2


def test_what_servers_said_is_kept_beside_the_pages_but_not_indexed(
    server: Server, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.pages["/a"] = html("A page", ETag='"7"')
    list(add([url(server, "/a")], tmp_path, fetcher=fetcher))
    state = json.loads((tmp_path / ".askcorpus-add.json").read_text(encoding="utf-8"))
    assert state[url(server, "/a")]["etag"] == '"7"'
    assert len([f for f in walk(tmp_path) if isinstance(f, FoundFile)]) == 1
