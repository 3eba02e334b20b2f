"""A connection goes to the address that was checked, under the name that was asked for, and ends at the deadline."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import web_server
from web_server import PATIENCE_S, Scripted, Server, html, url

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.fetch import Fetcher

HERE = Path(__file__).parent
LONG_S = 2 * PATIENCE_S
PAGE = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"]
UNTIL_CLOSE = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nhello"]
DRIP = [part for _ in range(2000) for part in (b"x", 0.05)]


class Names:
    """What names resolve to; every question is counted."""

    def __init__(self) -> None:
        self.answers: list[list[str]] = []
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        self.asked.append(host)
        addresses = self.answers[min(len(self.asked), len(self.answers)) - 1]
        families = [socket.AF_INET6 if ":" in address else socket.AF_INET for address in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (address, port))
            for family, address in zip(families, addresses, strict=True)
        ]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr("askcorpus.articles.web.network.socket.getaddrinfo", names)
    return names


@pytest.fixture
def only_one_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """For these tests 127.0.0.1 stands for an address of the internet; the rest of the checker is as it is."""
    from askcorpus.articles.web.addresses import is_public

    monkeypatch.setattr("askcorpus.articles.web.network.is_public", lambda a: a == "127.0.0.1" or is_public(a))


@pytest.fixture
def inside(server: Server) -> Iterator[Server]:
    """A server of the inner network: another address, the same port."""
    try:
        inside, thread = web_server.started("127.0.0.2", server.server_address[1])
    except OSError:
        pytest.skip("this system has one loopback address only")
    inside.pages["/a"] = html("A secret")
    yield inside
    web_server.stop(inside, thread)


@pytest.fixture
def certified(monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server of news.example needs; its authority is trusted in the test only."""
    monkeypatch.setenv("SSL_CERT_FILE", str(HERE / "tls_authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(HERE / "tls_news.example.pem")
    return context


def careful() -> Fetcher:
    return Fetcher(ignore_robots=True, pause_s=0.0, timeout_s=PATIENCE_S)


def blunt(timeout_s: float = PATIENCE_S) -> Fetcher:
    return Fetcher(allow_private=True, ignore_robots=True, pause_s=0.0, timeout_s=timeout_s)


@pytest.mark.usefixtures("only_one_is_public")
def test_a_name_that_turns_inward_after_the_check_is_not_followed(server: Server, inside: Server, names: Names) -> None:
    names.answers = [["127.0.0.1"], ["127.0.0.2"]]
    server.pages["/a"] = html("News")
    page = careful().fetch(f"http://news.example:{server.server_address[1]}/a")
    assert page is not None
    assert b"News" in page.data
    assert (names.asked, inside.asked) == (["news.example"], [])


@pytest.mark.usefixtures("only_one_is_public")
def test_one_private_address_among_public_ones_is_enough_to_refuse(
    server: Server, inside: Server, names: Names
) -> None:
    names.answers = [["127.0.0.1", "127.0.0.2"]]
    with pytest.raises(Unreadable, match="private network"):
        careful().fetch(f"http://news.example:{server.server_address[1]}/a")
    assert server.asked == inside.asked == []


@pytest.mark.usefixtures("only_one_is_public")
def test_a_redirect_inward_is_refused_however_it_is_written(server: Server, inside: Server) -> None:
    port = server.server_address[1]
    for host in ("127.0.0.2", "127.2", "2130706434", "0x7f.0.0.2", "0177.0.0.2", "[::ffff:127.0.0.2]"):
        server.pages["/away"] = 302, {"Location": f"http://{host}:{port}/a"}, b""
        with pytest.raises(Unreadable, match=r"private network|not an address|cannot be reached"):
            careful().fetch(url(server, "/away"))
    assert inside.asked == []


def test_a_name_has_all_its_addresses_tried(server: Server, names: Names) -> None:
    names.answers = [["127.0.0.3", "127.0.0.1"]]
    server.pages["/a"] = html("News")
    assert blunt().fetch(f"http://news.example:{server.server_address[1]}/a") is not None


def test_an_ipv6_address_is_asked_under_its_brackets() -> None:
    try:
        server, thread = web_server.started("::1")
    except OSError:
        pytest.skip("this system has no IPv6")
    server.pages["/a"] = html("News")
    try:
        assert blunt().fetch(f"http://[::1]:{server.server_address[1]}/a") is not None
        with pytest.raises(Unreadable, match="private network"):
            careful().fetch(f"http://[::1]:{server.server_address[1]}/a")
    finally:
        web_server.stop(server, thread)
    assert server.hosts == [f"[::1]:{server.server_address[1]}"]


def test_no_proxy_of_the_environment_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    server.pages["/a"] = html("News")
    assert blunt().fetch(url(server, "/a")) is not None


def test_certificate_and_host_are_those_of_the_name(
    scripted: Callable[..., Scripted], certified: ssl.SSLContext, names: Names
) -> None:
    told: list[str | None] = []
    certified.sni_callback = lambda _, name, __: told.append(name)
    names.answers = [["127.0.0.1"]]
    server = scripted(PAGE, tls=certified)
    page = blunt().fetch(f"https://news.example:{server.port}/a")
    assert page is not None
    assert page.data == b"hello"
    assert told == ["news.example"]
    assert f"\r\nHost: news.example:{server.port}\r\n".encode() in server.requests[0]


def test_a_certificate_of_another_name_is_no_safe_connection(
    scripted: Callable[..., Scripted], certified: ssl.SSLContext, names: Names
) -> None:
    names.answers = [["127.0.0.1"]]
    server = scripted(PAGE, tls=certified)
    with pytest.raises(Unreadable, match="no safe connection: CERTIFICATE_VERIFY_FAILED"):
        blunt().fetch(f"https://other.example:{server.port}/a")


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_over_tls_a_page_that_ends_with_its_connection_is_whole_only_if_the_server_said_so(
    scripted: Callable[..., Scripted], certified: ssl.SSLContext, names: Names, says_goodbye: bool
) -> None:
    names.answers = [["127.0.0.1"]]
    address = f"https://news.example:{scripted(UNTIL_CLOSE, tls=certified, says_goodbye=says_goodbye).port}/a"
    if says_goodbye:
        page = blunt().fetch(address)
        assert page is not None
        assert page.data == b"hello"
    else:
        with pytest.raises(Unreadable, match="the page broke off"):
            blunt().fetch(address)


def over(address: str) -> None:
    """Fetching fails for want of time, long before the hundred seconds that a server drips."""
    began = time.monotonic()
    with pytest.raises(Unreadable, match=r"no answer within 0.5 s"):
        blunt(timeout_s=0.5).fetch(address)
    assert 0.4 < time.monotonic() - began < PATIENCE_S  # 0.6 on an idle machine


@pytest.mark.parametrize(
    "said",
    [
        [LONG_S],
        DRIP,
        [b"HTTP/1.1 200 OK\r\n", *DRIP],
        [b"HTTP/1.1 200 OK\r\nX: ", *DRIP],
        [part for _ in range(2000) for part in (b"HTTP/1.1 100 Continue\r\n\r\n", 0.05)],
        [b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000] * 2_000,
        [b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2_000] * 2_000,
        [b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", *DRIP],
        [b"HTTP/1.1 200 OK\r\n\r\n", *DRIP],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", *DRIP],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0", *DRIP],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] + [b"1\r\nx\r\n", 0.05] * 2000,
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ", *DRIP],
    ],
    ids=(
        "silence drippedstatus drippedheadername drippedheader drippedcontinue floodofcontinue floodofhints drippedbody "
        "drippedtillclose drippedchunkextension drippedchunksize drippedchunks drippedtrailer"
    ).split(),
)
def test_whatever_a_server_sends_the_exchange_ends_at_the_deadline(
    scripted: Callable[..., Scripted], said: list[bytes | float]
) -> None:
    server = scripted(said)
    over(f"http://127.0.0.1:{server.port}/")


def test_redirects_share_one_deadline(scripted: Callable[..., Scripted]) -> None:
    server = scripted([0.2, b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"])
    over(f"http://127.0.0.1:{server.port}/")
    assert len(server.requests) <= 3


def test_a_silent_handshake_ends_at_the_deadline(scripted: Callable[..., Scripted]) -> None:
    server = scripted([LONG_S])
    over(f"https://127.0.0.1:{server.port}/")


def test_a_resolver_that_does_not_answer_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        given_up.wait(LONG_S)
        return []

    monkeypatch.setattr("askcorpus.articles.web.network.socket.getaddrinfo", hang)
    over("http://news.example/")
    given_up.set()


def test_a_dead_address_leaves_time_for_the_next(server: Server, names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    from askcorpus.articles.web import network

    def connected(place: network._Place, timeout_s: float) -> socket.socket:
        given.append(timeout_s)
        if place.address[0] != "127.0.0.1":
            raise TimeoutError
        return reach(place, timeout_s)

    reach, given = network._connected, list[float]()
    monkeypatch.setattr(network, "_connected", connected)
    names.answers = [["93.184.215.14", "127.0.0.1"]]
    server.pages["/a"] = html("News")
    assert blunt().fetch(f"http://news.example:{server.server_address[1]}/a") is not None
    assert given[0] < 0.9 * PATIENCE_S
