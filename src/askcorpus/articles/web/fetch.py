"""How does a page get from the web into the folder?  Politely: as robots.txt allows, one request a second per host, only
what has changed.

Only http and https, and only from addresses that the whole internet can reach, checked again after each redirect. A page
that did not arrive whole is no page.
"""

from __future__ import annotations

import re
import ssl
import time
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from importlib.metadata import metadata
from urllib.parse import urljoin

import httpcore
import httpx

from askcorpus.articles.draft import Unreadable
from askcorpus.articles.web.body import read_body
from askcorpus.articles.web.network import CheckedTransport
from askcorpus.articles.web.robots import AGENT, Robots, rules_in, unknown_rules

_REDIRECTS = 5  # RFC 9309, 2.3.1.2 wants five for robots.txt
_KIND_CHARS = 1000  # of a Content-Type; what reads its parameters takes time that grows with the square of them
_ASK_SLOWER = 429  # HTTP, RFC 6585: Too Many Requests


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered."""

    url: str
    """Where it was found after redirects."""
    data: bytes
    kind: str
    """Content type without its parameters, lower case."""
    charset: str | None
    etag: str | None
    last_modified: str | None


class Refused(Unreadable):
    """The server answered, but with no page."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"the server answered {status} {reason}".strip())
        self.status = status


@dataclass(slots=True)
class Fetcher:
    """Asks servers for pages, never faster than `pause_s` a host."""

    allow_private: bool = False
    """Also addresses of this machine and its own network; for tests and intranets."""
    ignore_robots: bool = False
    """Ask for pages without asking robots.txt."""
    pause_s: float = 1.0
    timeout_s: float = 30.0
    """For one page, redirects included, pauses and robots.txt not."""
    max_bytes: int = 16 * 1024 * 1024
    _asked: dict[bytes, float] = field(default_factory=dict)
    _robots: dict[str, Robots] = field(default_factory=dict)
    """The rules of each host asked in this run."""
    _context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page | None:
        """The page; None when it has not changed since it had this ETag or date.

        Raises Unreadable with the reason when it cannot be had.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        sendable = {name: value for name, value in conditions.items() if value and re.fullmatch("[ -~]+", value)}
        return self._follow(url, sendable, heed_robots=not self.ignore_robots)

    def _follow(self, url: str, conditions: dict[str, str], *, heed_robots: bool) -> Page | None:
        """The page, wherever it has moved to."""
        left_s = self.timeout_s
        for _ in range(_REDIRECTS + 1):
            address = _address(url)
            if heed_robots:
                self._heed_robots(address)
            self._wait(address)
            began = time.monotonic()
            answer = self._ask(url, address, conditions, deadline=began + left_s)
            left_s -= time.monotonic() - began
            if not isinstance(answer, str):
                return answer
            url = answer
        raise Unreadable(f"more than {_REDIRECTS} redirects")

    def _heed_robots(self, address: httpx.URL) -> None:
        """Raises Unreadable when the host does not want to be asked for the page."""
        origin = _origin(address)
        if origin not in self._robots:
            self._robots[origin] = self._robots_of(origin)
        if objection := self._robots[origin].objection(str(address)):
            raise Unreadable(objection)

    def _robots_of(self, origin: str) -> Robots:
        try:
            page = self._follow(f"{origin}/robots.txt", {}, heed_robots=False)
        except Refused as refused:
            there_is_none = 400 <= refused.status < 500 and refused.status != _ASK_SLOWER
            return rules_in(b"") if there_is_none else unknown_rules(str(refused))
        except Unreadable as error:
            return unknown_rules(str(error))
        return rules_in(page.data if page else b"")

    def _ask(self, url: str, address: httpx.URL, conditions: dict[str, str], *, deadline: float) -> Page | str | None:
        """One request: the page, None when it has not changed, or where it has moved to."""
        headers = {"User-Agent": user_agent(), "Accept": "*/*", "Accept-Encoding": "gzip", "Connection": "close"}
        request = httpx.Request("GET", address, headers=headers | conditions)
        try:
            with (
                CheckedTransport(deadline, allow_private=self.allow_private, context=self._context) as transport,
                closing(transport.handle_request(request)) as response,
            ):
                return self._answer(url, response, conditional=bool(conditions))
        except TimeoutError as error:
            raise Unreadable(f"no answer within {self.timeout_s:g} s") from error
        except ssl.SSLError as error:
            raise Unreadable(f"no safe connection: {error.reason or error}") from error
        except (OSError, httpcore.ProtocolError, ValueError) as error:
            raise Unreadable(f"cannot be reached: {error or type(error).__name__}") from error

    def _answer(self, url: str, response: httpx.Response, *, conditional: bool) -> Page | str | None:
        headers = dict(reversed(response.headers.multi_items()))  # of two of a name, the first
        if response.status_code == 304 and conditional:
            return None
        if response.status_code in (301, 302, 303, 307, 308) and headers.get("location"):
            return _joined(url, headers["location"])
        if response.status_code != 200:
            raise Refused(response.status_code, response.reason_phrase)
        coding = headers.get("content-encoding", "").strip().lower()
        about = Message()
        about["Content-Type"] = headers.get("content-type", "text/plain")[:_KIND_CHARS]
        return Page(
            url=url,
            data=read_body(response, coding, max_bytes=self.max_bytes),
            kind=about.get_content_type(),
            charset=about.get_content_charset(),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
        )

    def _wait(self, address: httpx.URL) -> None:
        """Until the host may be asked again."""
        host, robots = address.raw_host, self._robots.get(_origin(address))
        pause_s = max(self.pause_s, robots.pause_s if robots else 0.0)
        now = time.monotonic()
        free = self._asked.get(host, now - pause_s) + pause_s
        if free > now:
            time.sleep(free - now)
        self._asked[host] = time.monotonic()


@cache
def user_agent() -> str:
    """What the program says it is: its name, its version, and where it is described."""
    about = metadata("askcorpus")
    homes = [line.partition(", ")[2] for line in about.get_all("Project-URL") or ()]
    return f"{AGENT}/{about['Version']} ({'+' + homes[0] if homes else 'reads news articles for its user'})"


def _origin(address: httpx.URL) -> str:
    return f"{address.scheme}://{address.netloc.decode('ascii')}"


def _address(url: str) -> httpx.URL:
    """The address in parts; raises Unreadable for one that is not asked."""
    if re.search(r"[\x00-\x20\x7f]", url):
        raise Unreadable("an address with spaces or control characters")
    try:
        address = httpx.URL(url)
        host = address.host  # decodes what begins with xn--
    except (httpx.InvalidURL, ValueError) as error:
        raise Unreadable("not an address") from error
    if address.scheme not in ("http", "https") or not host or address.userinfo:
        raise Unreadable("not an http or https address")
    if address.port is not None and not 0 < address.port < 2**16:
        raise Unreadable("not an address")
    return address


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise Unreadable("moved to what is not an address") from error
