"""Is what arrived the whole page?  Reads a body to its end and unpacks it; one that is cut, damaged or too large is refused."""

from __future__ import annotations

import gzip
import io
import ssl
import zlib

import httpcore
import httpx

from askcorpus.articles.draft import Unreadable

CUT_OFF = "the page broke off"
DAMAGED = "the page arrived damaged"


def read_body(response: httpx.Response, coding: str, *, max_bytes: int) -> bytes:
    """The body without its Content-Encoding; raises Unreadable where it is not whole.

    A body is whole when it has its Content-Length or its last chunk, and its packing its end. Where a server says neither,
    the connection's end is the body's; over TLS that end is signed, over plain HTTP nothing tells it from a cut.
    """
    data = bytearray()
    try:
        for block in response.iter_raw():
            data += block
            if len(data) > max_bytes:
                raise _too_large(max_bytes)
    except (httpcore.RemoteProtocolError, ConnectionError, ssl.SSLEOFError) as error:
        raise Unreadable(f"{CUT_OFF}: {error}") from error
    try:
        page = _unpacked(bytes(data), coding, max_bytes + 1)
    except EOFError as error:
        raise Unreadable(f"{CUT_OFF}: its {coding} has no end") from error
    except (OSError, zlib.error) as error:
        raise Unreadable(f"{DAMAGED}: {error}") from error
    if len(page) > max_bytes:
        raise _too_large(max_bytes)
    return page


def _unpacked(data: bytes, coding: str, max_bytes: int) -> bytes:
    """The first `max_bytes` of what is packed; raises EOFError where its end is missing."""
    if coding in ("", "identity"):
        return data
    if coding in ("gzip", "x-gzip"):
        if not data:
            raise EOFError
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:  # member after member, and each one's checksum
            return file.read(max_bytes)
    if coding == "deflate":
        try:
            return _inflated(data, zlib.MAX_WBITS, max_bytes)
        except zlib.error:
            return _inflated(data, -zlib.MAX_WBITS, max_bytes)  # without zlib's frame, as many servers have sent it
    raise Unreadable(f"packed in a way that was not asked for ({coding})")


def _inflated(data: bytes, window: int, max_bytes: int) -> bytes:
    inflate = zlib.decompressobj(window)
    page = inflate.decompress(data, max_bytes)
    if len(page) < max_bytes and not inflate.eof:
        raise EOFError
    if inflate.unused_data:
        raise zlib.error("there is more after the end of its deflate")
    return page


def _too_large(max_bytes: int) -> Unreadable:
    return Unreadable(f"larger than {max_bytes / 1024 / 1024:g} MiB")
