"""Which articles do the records of a WARC file hold?  The only home of warcio."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count
from typing import Any, BinaryIO

from warcio.bufferedreaders import BufferedReader, ChunkedDataException, ChunkedDataReader
from warcio.statusandheaders import StatusAndHeadersParser

from askcorpus.articles.decoding import as_utf8
from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.formats.html_dates import with_address
from askcorpus.articles.formats.warc_stream import Damaged, WarcStream
from askcorpus.articles.metadata import canonical
from askcorpus.language.characters import one_line

ReadMember = Callable[[str, bytes, datetime], Iterable[Draft | Unreadable]]

_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/rdf+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
}
_PROSE = (".html", ".txt", ".md")  # a feed says itself in which encoding it is
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>]")  # most XML of the web is none
_NO_PAGE = re.compile(r"/(?:robots|ads|app-ads|security)\.txt(?:$|\?)", re.I)  # text/plain that crawlers ask for
_HTTP_HEAD = re.compile(rb"HTTP/.*?\r?\n\r?\n", re.S)
_LONGEST_HEAD = 64 * 1024  # bytes
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.I)
_UNPACKED = re.compile(rb"[^\x00-\x08\x0e-\x1f]*")  # what is packed has control characters in its first bytes
_EARLIEST = 1990  # year; before it no page was fetched
_LONGEST_URL = 200  # characters that a reason shows

_headers = StatusAndHeadersParser([], verify=False)


@dataclass(frozen=True, slots=True)
class _Record:
    """What the header lines of a record say."""

    type: str
    url: str
    content: str
    """Its Content-Type."""
    length: int
    """In bytes; -1 where it does not say."""
    fetched: datetime | None
    cut: bool
    """Whether who recorded it stopped before its end, on purpose."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What a record holds that can be read."""

    kind: str
    data: bytes
    fault: str = ""
    """Why the data cannot be used."""


def read_warc(
    stream: BinaryIO, *, now: datetime, limits: Limits, read_member: ReadMember
) -> Iterator[Draft | Unreadable]:
    """The articles of the pages, feeds and texts in the file's order; a record that fails is an Unreadable.

    Ages in a page count back from when it was fetched, or from `now` where the record does not say.
    """
    logging.getLogger("warcio").setLevel(logging.CRITICAL)  # it warns of urls with spaces
    records = WarcStream(stream, limits=limits)
    left = limits.max_bytes
    for number in count(1):
        name = f"record {number}: "
        try:
            head = records.head()
            if not head:
                return
            if number > limits.max_members:
                raise Unreadable(f"more than {limits.max_members} records")
            record = _parsed(head)
            name += f"{one_line(record.url)[:_LONGEST_URL]}: " if record.url else ""
            if record.length < 0:
                raise Damaged("does not say how long it is")
            block = records.block(record.length, keep=_LONGEST_HEAD + limits.max_line_bytes + 1)
        except Damaged as error:
            yield Unreadable(f"{name}{error}")
            if not records.recover():
                return
            continue
        page = _page(record, block, most=limits.max_line_bytes)
        if page is None:
            continue
        left -= len(page.data)
        if left < 0:
            raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
        for item in _drafts(page, record, now, read_member):
            yield Unreadable(f"{name}{item}") if isinstance(item, Unreadable) else item


def _parsed(head: bytes) -> _Record:
    fields: Any = _headers.parse(BytesIO(head))
    length = _field(fields, "Content-Length")
    return _Record(
        type=_field(fields, "WARC-Type").lower(),
        url=_field(fields, "WARC-Target-URI").strip("<>"),  # a version of wget wrote it so
        content=_field(fields, "Content-Type"),
        length=int(length) if re.fullmatch(r"[0-9]{1,15}", length) else -1,
        fetched=_moment(_field(fields, "WARC-Date")),
        cut=bool(_field(fields, "WARC-Truncated")),
    )


def _field(fields: Any, name: str) -> str:
    return str(fields.get_header(name, "")).strip()


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.year >= _EARLIEST else None


def _page(record: _Record, block: bytes, *, most: int) -> _Page | None:
    """What the record holds, `most` bytes of it and one; None when that is no page, feed or text."""
    if record.type == "resource":
        return _readable(record, record.content, block, most=most)
    if record.type != "response" or not record.content.lower().startswith("application/http"):
        return None
    head = _HTTP_HEAD.match(block[:_LONGEST_HEAD])
    if head is None:
        return _Page("", b"", "no HTTP response in it")
    fields: Any = _headers.parse(BytesIO(head[0]))
    if not re.fullmatch("2[0-9][0-9]", fields.get_statuscode()):
        return None
    return _readable(record, _field(fields, "Content-Type"), block[head.end() :], most=most, sent=fields)


def _readable(record: _Record, content: str, body: bytes, *, most: int, sent: Any = None) -> _Page | None:
    """The page as its site made it: chunks joined, unpacked, its encoding known."""
    kind = _KINDS.get(content.partition(";")[0].strip().lower())
    if kind is None or _NO_PAGE.search(record.url):
        return None
    fault = ""
    if sent is not None and len(body) <= most:
        body, fault = _unpacked(body, sent, most=most, cut=record.cut)
    if len(body) > most:
        fault = f"longer than {round(most / 1024 / 1024, 1):g} MiB"
    if kind == ".xml" and not fault and not _FEED.search(body[:4096]):
        return None
    named = _CHARSET.search(content)
    return _Page(kind, as_utf8(body, named[1]) if named and kind in _PROSE else body, fault)


def _unpacked(body: bytes, sent: Any, *, most: int, cut: bool) -> tuple[bytes, str]:
    """The body without chunks and packing, up to `most` bytes and one; and what is wrong with it, if anything is."""
    if _field(sent, "Transfer-Encoding").lower() == "chunked":
        body, fault = _joined(body)
        if fault:
            return body, fault
    packing = _field(sent, "Content-Encoding").lower().removeprefix("x-")
    if packing in ("", "identity") or _UNPACKED.fullmatch(body[:512]):  # some recorders unpack and keep the header
        return body, ""
    if packing not in BufferedReader.get_supported_decompressors():
        return b"", f"packed as {one_line(packing)[:20]}, which cannot be unpacked"
    reader: Any = BufferedReader(BytesIO(body), decomp_type=packing)
    data: bytes = reader.read(most + 1)
    # warcio says nothing of damage: it gives what it has, or what is packed where nothing could be unpacked
    whole = reader.decompressor is not None and getattr(reader.decompressor, "eof", True)
    return data, "" if whole or cut or len(data) > most else f"damaged {packing} in it"


def _joined(body: bytes) -> tuple[bytes, str]:
    """The body without the marks between its chunks; one that just ends is kept as far as it came."""
    raw = BytesIO(body)
    reader: Any = ChunkedDataReader(raw, raise_exceptions=True)
    parts: list[bytes] = []
    try:
        while first := reader.read(1):  # one chunk at a time, so that none is lost to damage behind it
            parts.append(first + reader.read(reader.rem_length()))
    except ChunkedDataException as error:
        parts.append(error.data)
        if not any(parts):
            return body, ""  # never was in chunks, whatever its header says
        if raw.read(1):
            return b"", "damaged chunks in it"
    return b"".join(parts), ""


def _drafts(page: _Page, record: _Record, now: datetime, read_member: ReadMember) -> Iterator[Draft | Unreadable]:
    """What the reader of its kind makes of the page; its address is that of the first article, but of none in a feed."""
    if page.fault:
        yield Unreadable(page.fault)
        return
    address = canonical(record.url) if page.kind in _PROSE else None
    try:
        for item in read_member(page.kind, page.data, record.fetched or now):
            if isinstance(item, Draft):
                item, address = with_address(item, address), None
            yield item
    except Unreadable as error:
        yield error
