"""How does a page get from the web into the folder?  Politely: one request a second per host, only what has changed.

Only http and https, and only addresses that the whole internet can reach: every address a name resolves to is checked,
and it is the checked address that is connected to, again after each redirect.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urljoin, urlsplit

from askcorpus.articles.draft import Unreadable

USER_AGENT = "askcorpus (reads news for its user; asks once a second)"
_REDIRECTS = 5
_BLOCK = 64 * 1024


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


@dataclass(slots=True)
class Fetcher:
    """Asks servers for pages, never faster than `pause_s` a host."""

    allow_private: bool = False
    """Also addresses of this machine and its own network; for tests and intranets."""
    pause_s: float = 1.0
    timeout_s: float = 30.0
    """For one page, redirects included."""
    max_bytes: int = 16 * 1024 * 1024
    _asked: dict[str, float] = field(default_factory=dict)

    def fetch(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Page | None:
        """The page; None when it has not changed since it had this ETag or date.

        Raises Unreadable with the reason when it cannot be had.
        """
        deadline = time.monotonic() + self.timeout_s
        headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip", "Connection": "close"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": last_modified} if last_modified else {}
        for _ in range(_REDIRECTS + 1):
            answer = self._ask(url, headers, deadline)
            if not isinstance(answer, str):
                return answer
            url = urljoin(url, answer)
        raise Unreadable(f"more than {_REDIRECTS} redirects")

    def _ask(self, url: str, headers: dict[str, str], deadline: float) -> Page | str | None:
        """One request: the page, None when it has not changed, or where it has moved to."""
        connection, target = self._connection(url, deadline)
        try:
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            if response.status == 304:
                return None
            if response.status in (301, 302, 303, 307, 308) and response.headers.get("Location"):
                return str(response.headers["Location"])
            if response.status != 200:
                raise Unreadable(f"the server answered {response.status} {response.reason}".strip())
            return self._page(url, response, deadline)
        except TimeoutError as error:
            raise Unreadable(f"no answer within {self.timeout_s:g} s") from error
        except ssl.SSLError as error:
            raise Unreadable(f"no safe connection: {error.reason or error}") from error
        except (OSError, http.client.HTTPException, zlib.error, UnicodeError, ValueError) as error:
            raise Unreadable(f"cannot be reached: {error or type(error).__name__}") from error
        finally:
            connection.close()

    def _connection(self, url: str, deadline: float) -> tuple[http.client.HTTPConnection, str]:
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
        except (ValueError, UnicodeError) as error:
            raise Unreadable("not an address") from error
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise Unreadable("not an http or https address")
        if re.search(r"[\x00-\x20\x7f]", url):
            raise Unreadable("an address with spaces or control characters")
        self._wait(host)
        timeout = max(0.1, deadline - time.monotonic())
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection: Any = kind(host, port, timeout=timeout)
        connection._create_connection = self._connected  # where http.client itself looks it up
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return connection, target if target.isascii() else _escaped(target)

    def _connected(self, address: tuple[str, int], timeout: float, _source: object = None) -> socket.socket:
        """A connection to the first address of the host, all of which must be public."""
        found = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)
        places = [str(place[0]) for *_, place in found]
        if not self.allow_private and not all(map(_is_public, places)):
            raise Unreadable(f"{address[0]} is an address of a private network (--allow-private lets it through)")
        for place in places[:-1]:
            with suppress(OSError):
                return socket.create_connection((place, address[1]), timeout)
        return socket.create_connection((places[-1], address[1]), timeout)

    def _page(self, url: str, response: http.client.HTTPResponse, deadline: float) -> Page:
        headers: Message = response.headers
        packed = (headers.get("Content-Encoding") or "").lower() == "gzip"
        unpack = zlib.decompressobj(wbits=31) if packed else None
        data = bytearray()
        while block := response.read1(_BLOCK):
            if time.monotonic() > deadline:
                raise TimeoutError
            data += unpack.decompress(block, self.max_bytes + 1) if unpack else block
            if len(data) > self.max_bytes:
                raise Unreadable(f"larger than {self.max_bytes / 1024 / 1024:g} MiB")
        return Page(
            url=url,
            data=bytes(data),
            kind=headers.get_content_type(),
            charset=headers.get_content_charset(),
            etag=headers.get("ETag"),
            last_modified=headers.get("Last-Modified"),
        )

    def _wait(self, host: str) -> None:
        """Until the host may be asked again."""
        now = time.monotonic()
        free = self._asked.get(host, now - self.pause_s) + self.pause_s
        if free > now:
            time.sleep(free - now)
        self._asked[host] = time.monotonic()


def _is_public(address: str) -> bool:
    """Whether the whole internet can reach the address, also where IPv6 wraps an IPv4 address."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _escaped(target: str) -> str:
    from urllib.parse import quote

    return quote(target, safe="/?&=%:;,+~#!$'()*@[]")
