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
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from askcorpus.articles.decoding import decode, utf16
from askcorpus.articles.document import Document
from askcorpus.articles.draft import Draft, Limits, Look, Unreadable
from askcorpus.articles.files import FoundFile, kind_of, reason
from askcorpus.articles.metadata import Metadata, completed, date_in_name, saved_from, sidecar
from askcorpus.language.identify import detect
from askcorpus.types import Article, Skip, Source

_LONGEST_TITLE = 500  # characters
FAILED = "could not be read, which is a fault of askcorpus: "
"""How the reason of a Skip begins that no reader foresaw."""


def look_here(found_file: FoundFile, limits: Limits) -> Iterator[Look | Skip]:
    """The articles of a file in its order, in this process; never raises for what the file holds."""
    place = skips = 0
    ids: set[str] = set()
    try:
        for item in _completed(_drafts(found_file, limits), found_file.path):
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
    except Unreadable as error:
        yield Skip(found_file.file, str(error))
    except OSError as error:
        yield Skip(found_file.file, reason(error))
    except MemoryError:
        yield Skip(found_file.file, "needs more memory than a reader may take")
    except Exception as error:  # noqa: BLE001  the parsers of others raise anything; the run goes on and it is named
        yield Skip(found_file.file, f"{FAILED}{type(error).__name__}")


def _completed(drafts: Iterator[Draft | Unreadable], path: Path) -> Iterator[Draft | Unreadable]:
    """The drafts, the first with what a sidecar and the file's name add to it."""
    metadata = sidecar(path)
    if kind_of(path.name) != ".warc":  # named for the day it was fetched
        metadata = replace(metadata, published=metadata.published or date_in_name(path.name))
    for item in drafts:
        if isinstance(item, Draft):
            item, metadata = completed(item, metadata), Metadata()
        yield item


def _article(draft: Draft, *, file: str, place: int, taken: Set[str]) -> Article:
    own_id = draft.own_id if draft.own_id not in taken else None
    return Article(
        id=own_id or hashlib.blake2b(f"{file}#{place}".encode(errors="surrogatepass")).hexdigest()[:12],
        title=draft.title if len(draft.title) <= _LONGEST_TITLE else draft.title[: _LONGEST_TITLE - 1].rstrip() + "…",
        text=draft.text,
        source=Source(
            file=file,
            place=place,
            url=draft.url,
            publisher=draft.publisher,
            published=draft.published,
            language=detect(draft.text)
            or draft.language,  # feeds, rows and templates often say "en" above a text that is not
        ),
    )


def _drafts(found_file: FoundFile, limits: Limits) -> Iterator[Draft | Unreadable]:
    kind = kind_of(found_file.path.name)
    if not kind:
        raise Unreadable("not a kind of file that can be read")
    with _opened(found_file.path, limits) as raw:
        if kind == ".warc":
            yield from _recorded(raw, found_file, limits)
            return
        packed = found_file.path.name.lower().endswith(".gz")
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            yield from _drafts_of(kind, stream, found_file, limits)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Unreadable("damaged .gz") from error


def _recorded(stream: BinaryIO, found_file: FoundFile, limits: Limits) -> Iterator[Draft | Unreadable]:
    """The articles of a .warc or .warc.gz; what is packed in it member by member is its own to unpack."""
    from askcorpus.articles.formats.warc import read_warc

    def read_member(kind: str, data: bytes, fetched: datetime) -> Iterable[Draft | Unreadable]:
        return read_bytes(kind, data, now=fetched, limits=limits)

    return read_warc(stream, now=_now(found_file), limits=limits, read_member=read_member)


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


def read_bytes(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterable[Draft | Unreadable]:
    """The articles in the bytes of a file of this kind; ages count back from `now`."""
    if kind in (".txt", ".text"):
        from askcorpus.articles.formats.text import read_text

        return read_text(decode(data), now=now)
    if kind in (".md", ".markdown"):
        from askcorpus.articles.formats.markdown import read_markdown

        return read_markdown(decode(data), now=now)
    if kind in (".html", ".htm", ".xhtml"):
        from askcorpus.articles.formats.html import read_page

        return (completed(read_page(data, limits=limits), saved_from(data)),)
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
    return _read_other(kind, data, now=now, limits=limits)


def _read_other(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterable[Draft | Unreadable]:
    """As `read_bytes`, for the kinds that are packed or rare."""
    if kind in (".mhtml", ".mht"):
        from askcorpus.articles.formats.html import read_page
        from askcorpus.articles.formats.mhtml import read_archive

        return (read_archive(data, read_page=partial(read_page, limits=limits)),)
    if kind in (".xml", ".rss", ".atom"):
        from askcorpus.articles.formats.feeds import read_feed

        return read_feed(data)
    if kind == ".zip":
        from askcorpus.articles.formats.zip import read_zip

        return read_zip(data, limits=limits, read_member=partial(_read_member, now=now, limits=limits))
    return _read_document(kind, data, now=now, limits=limits)


def _read_document(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterator[Draft | Unreadable]:
    """As `read_bytes`, for PDF, Word and EPUB."""
    from askcorpus.articles.formats.documents import articles_of

    for item in _documents(kind, data, limits):
        if isinstance(item, Unreadable):
            yield item
        else:
            yield from articles_of(item, now=now)


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


def _read_member(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterable[Draft | Unreadable]:
    return read_bytes(kind, data, now=now, limits=limits)


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
