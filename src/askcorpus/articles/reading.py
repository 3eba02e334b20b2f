"""Which articles does this file hold?  Reads a file of any kind in this process; a failure is a Skip that says why."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Set
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from askcorpus.articles.decoding import decode, utf16
from askcorpus.articles.document import Document
from askcorpus.articles.draft import Draft, Limits, Look, Unreadable, failure
from askcorpus.articles.files import INSIDE, FoundFile, archives, is_page, reason
from askcorpus.articles.metadata import Metadata, completed, date_in_name, day_of_member, saved_from, sidecar
from askcorpus.language.dates import believable
from askcorpus.language.identify import language_of_text
from askcorpus.types import Article, Skip, Source

_LONGEST_TITLE = 500  # characters
_LONGEST_PUBLISHER = 300  # characters; what is longer is no name
_LONGEST_URL = 4096  # characters; what is longer no browser opens
_LONGEST_MEMBER = 1024  # characters; a zip may name a file with 65,535


def look_here(found_file: FoundFile, limits: Limits) -> Iterator[Look | Skip]:
    """The articles of a file in its order, in this process; never raises for what the file holds."""
    place = skips = 0
    ids: set[str] = set()
    try:
        for item in _completed(_drafts(found_file, limits), found_file):
            if isinstance(item, Unreadable):
                skips += 1
                yield Skip(found_file.file, str(item))
                continue
            article = _article(item, file=found_file.file, place=place, taken=ids)
            ids.add(article.id)
            place += 1
            yield Look(article, item)
        if not place and not skips:
            yield Skip(found_file.file, "no article text in it")
    except OSError as error:
        yield Skip(found_file.file, reason(error))
    except Exception as error:  # noqa: BLE001  the parsers of others raise anything; the run goes on and it is named
        yield Skip(found_file.file, failure(error))


def _completed(drafts: Iterator[Draft | Unreadable], found_file: FoundFile) -> Iterator[Draft | Unreadable]:
    """The drafts, the first with what a sidecar and the file's name add to it."""
    metadata, day = sidecar(found_file.beside), Metadata()
    if found_file.kind != ".warc":  # named for the day it was fetched
        day = Metadata(published=date_in_name(found_file.path.name))
    for item in drafts:
        if isinstance(item, Draft):
            item = completed(completed(item, metadata, origin="sidecar"), day, origin="name of the file")
            metadata = day = Metadata()
        yield item


def _article(draft: Draft, *, file: str, place: int, taken: Set[str]) -> Article:
    own_id = draft.own_id if draft.own_id not in taken else None
    return Article(
        id=own_id or hashlib.blake2b(f"{file}#{place}".encode(errors="surrogatepass")).hexdigest()[:12],
        title=draft.title if len(draft.title) <= _LONGEST_TITLE else draft.title[: _LONGEST_TITLE - 1].rstrip() + "…",
        text=draft.text,
        source=Source(
            file=f"{file}{INSIDE}{draft.member[-_LONGEST_MEMBER:]}" if draft.member else file,
            place=place,
            url=draft.url if draft.url and len(draft.url) <= _LONGEST_URL else None,
            publisher=draft.publisher if draft.publisher and len(draft.publisher) <= _LONGEST_PUBLISHER else None,
            published=believable(draft.published),
            language=language_of_text(draft.text, draft.language),
        ),
    )


def _drafts(found_file: FoundFile, limits: Limits) -> Iterator[Draft | Unreadable]:
    kind = found_file.kind
    if not kind:
        raise Unreadable("not a kind of file that can be read")
    with _opened(found_file.path, limits) as raw:
        if kind == ".warc":
            yield from _records(raw, now=_now(found_file), limits=limits)
            return
        packed = found_file.path.name.lower().endswith(".gz")
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            yield from _drafts_of(kind, stream, found_file, limits)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Unreadable("damaged .gz") from error


def _records(stream: BinaryIO, *, now: datetime, limits: Limits) -> Iterator[Draft | Unreadable]:
    """The articles of a .warc or .warc.gz; what is packed in it member by member is its own to unpack."""
    from askcorpus.articles.formats.warc import read_warc

    def read_member(kind: str, data: bytes, fetched: datetime) -> Iterable[Draft | Unreadable]:
        return read_bytes(kind, data, now=fetched, limits=limits)

    return read_warc(stream, now=now, limits=limits, read_member=read_member)


def _drafts_of(kind: str, stream: BinaryIO, found_file: FoundFile, limits: Limits) -> Iterator[Draft | Unreadable]:
    if kind in (".jsonl", ".ndjson"):
        from askcorpus.articles.formats.rows import read_json_lines

        lines = _lines(stream, limits)
        first = next(lines, b"")
        if not utf16(first):
            yield from read_json_lines(chain((first,), lines), max_line_bytes=limits.max_line_bytes)
            return
        yield from read_bytes(kind, first + b"".join(lines), now=_now(found_file), limits=limits)
        return
    data = stream.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
    yield from read_bytes(kind, data, now=_now(found_file), limits=limits)


def read_bytes(
    kind: str, data: bytes, *, now: datetime, limits: Limits, depth: int = 0
) -> Iterable[Draft | Unreadable]:
    """The articles in the bytes of a file of this kind, which lies in `depth` archives; ages count back from `now`."""
    if kind in (".txt", ".text"):
        kind = ".html" if is_page(data[:4096]) else kind
    if kind in (".txt", ".text"):
        from askcorpus.articles.formats.text import read_text

        return read_text(decode(data), now=now)
    if kind in (".md", ".markdown"):
        from askcorpus.articles.formats.markdown import read_markdown

        found = read_markdown(decode(data), now=now)
        return _articles_of(found, now=now) if isinstance(found, Document) else found
    if kind in (".html", ".htm", ".xhtml"):
        from askcorpus.articles.formats.html import read_page
        from askcorpus.articles.formats.html_dates import date_in_address

        first, *others = read_page(data, limits=limits)
        saved = saved_from(data)
        saved = saved if first.published or first.url else replace(saved, published=date_in_address(saved.url))
        return (completed(first, saved, origin="comment of the browser"), *others)
    if kind == ".json":
        from askcorpus.articles.formats.rows import read_json

        return read_json(decode(data))
    if kind in (".csv", ".tsv"):
        from askcorpus.articles.formats.rows import read_csv

        return read_csv(decode(data))
    if kind in (".jsonl", ".ndjson"):
        from askcorpus.articles.formats.rows import read_json_lines

        lines = (decode(data).encode("utf-8", "replace") if utf16(data) else data).splitlines(keepends=True)
        return read_json_lines(lines, max_line_bytes=limits.max_line_bytes)
    if kind in archives:
        return _read_archive(data, now=now, limits=limits, depth=depth)
    return _read_other(kind, data, now=now, limits=limits)


def _read_archive(data: bytes, *, now: datetime, limits: Limits, depth: int) -> Iterable[Draft | Unreadable]:
    """The articles in the members of an archive; those of one deeper than allowed are not looked for."""
    from askcorpus.articles.formats.zip import Member, read_zip

    if depth > limits.max_archives:
        raise Unreadable(f"archives in archives, more than {limits.max_archives} deep")

    def read_member(member: Member) -> Iterable[Draft | Unreadable]:
        day = day_of_member(member.name)
        then = datetime.fromisoformat(day) if day else now
        if member.kind == ".warc":
            return _records(cast(BinaryIO, BytesIO(member.data)), now=then, limits=limits)
        return read_bytes(member.kind, member.data, now=then, limits=limits, depth=depth + 1)

    return read_zip(data, limits=limits, read_member=read_member)


def _read_other(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterable[Draft | Unreadable]:
    """As `read_bytes`, for the kinds that are rare."""
    if kind in (".mhtml", ".mht"):
        from askcorpus.articles.formats.html import read_page
        from askcorpus.articles.formats.mhtml import read_archive

        return read_archive(data, read_page=partial(read_page, limits=limits))
    if kind in (".xml", ".rss", ".atom"):
        from askcorpus.articles.formats.feeds import read_feed
        from askcorpus.articles.formats.newsml import is_wire, read_wire

        if is_wire(data):
            return read_wire(data)
        return read_feed(data)
    if kind in (".eml", ".mbox", ".rtf", ".odt", ".srt", ".vtt"):
        return _read_rare(kind, data, now=now, limits=limits)
    return _read_document(kind, data, now=now, limits=limits)


def _read_document(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterator[Draft | Unreadable]:
    """As `read_bytes`, for PDF, Word and EPUB."""
    for item in _documents(kind, data, limits):
        if isinstance(item, Unreadable):
            yield item
        else:
            yield from _articles_of(item, now=now)


def _articles_of(document: Document, *, now: datetime) -> Iterable[Draft]:
    from askcorpus.articles.formats.documents import articles_of

    return articles_of(document, now=now)


def _documents(kind: str, data: bytes, limits: Limits) -> Iterable[Document | Unreadable]:
    if kind == ".pdf":
        from askcorpus.articles.formats.pdf import read_pdf

        return (read_pdf(data),)
    if kind == ".docx":
        from askcorpus.articles.formats.word import read_docx

        return (read_docx(data, limits=limits),)
    if kind == ".epub":
        from askcorpus.articles.formats.epub import read_epub

        return read_epub(data, limits=limits)
    raise Unreadable("not a kind of file that can be read")


def _read_rare(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterable[Draft | Unreadable]:
    """As `read_bytes`, for mail, transcripts and the files of other word processors."""
    from askcorpus.articles.formats.text import read_text

    if kind in (".eml", ".mbox"):
        from askcorpus.articles.formats.html import read_page
        from askcorpus.articles.formats.mail import read_mail, read_mailbox

        def read_part(html: bytes) -> tuple[Draft, ...]:
            return read_page(html, limits=limits)

        return (read_mail if kind == ".eml" else read_mailbox)(data, read_page=read_part, most=limits.max_members)
    if kind in (".srt", ".vtt"):
        from askcorpus.articles.formats.transcript import read_transcript

        return (read_transcript(decode(data)),)
    from askcorpus.articles.formats import word_processors

    text = word_processors.text_of_rtf(data) if kind == ".rtf" else word_processors.text_of_odt(data, limits=limits)
    return read_text(text, now=now)


def _now(found_file: FoundFile) -> datetime:
    """What "38 minutes ago" counts back from: the day in the file's name, without a zone; else its last change."""
    day = date_in_name(found_file.path.name)
    return datetime.fromisoformat(day) if day else datetime.fromtimestamp(found_file.mtime_ns / 1e9, tz=UTC)


def _opened(path: Path, limits: Limits) -> BinaryIO:
    """The file, opened without waiting for a writer should it have become a FIFO."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("not a regular file")
        if status.st_size > limits.max_bytes:
            raise Unreadable(f"larger than {limits.max_file_mb:g} MiB")
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _lines(stream: BinaryIO, limits: Limits) -> Iterator[bytes]:
    taken = 0
    while line := stream.readline(limits.max_line_bytes):
        taken += len(line)
        if taken > limits.max_bytes:
            raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
        yield line
