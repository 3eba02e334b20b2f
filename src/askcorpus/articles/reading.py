"""Which articles does this file hold?  Reads one file of any kind; what cannot be read is a Skip that says why."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, cast

from askcorpus.articles.decoding import decode
from askcorpus.articles.drafts import Draft, Limits, Unreadable
from askcorpus.articles.found import FoundFile, kind_of, reason
from askcorpus.articles.language import detect
from askcorpus.articles.metadata import completed, date_in_name, sidecar
from askcorpus.types import Article, Skip, Source


@dataclass(frozen=True, slots=True)
class Look:
    """An article, and the draft it was made of: what `askcorpus inspect` shows."""

    article: Article
    draft: Draft


def read(found: FoundFile, *, limits: Limits | None = None) -> Iterator[Article | Skip]:
    """The articles of a file in its order, ids and language included; never raises for what the file holds."""
    for item in look(found, limits=limits):
        yield item.article if isinstance(item, Look) else item


def look(found: FoundFile, *, limits: Limits | None = None) -> Iterator[Look | Skip]:
    """What `read` gives, each article with what was left out of it."""
    place = 0
    try:
        known = replace(sidecar(found.path), title=None)
        known = replace(known, published=known.published or date_in_name(found.path.name))
        for item in _drafts(found, limits or Limits()):
            if isinstance(item, Unreadable):
                yield Skip(found.file, str(item))
                continue
            draft = completed(item, known) if place == 0 else item
            yield Look(_article(draft, file=found.file, place=place), draft)
            place += 1
    except Unreadable as error:
        yield Skip(found.file, str(error))
        return
    except OSError as error:
        yield Skip(found.file, reason(error))
        return
    if place == 0:
        yield Skip(found.file, "no article text in it")


def _article(draft: Draft, *, file: str, place: int) -> Article:
    return Article(
        id=draft.own_id or hashlib.blake2b(f"{file}#{place}".encode(errors="surrogatepass")).hexdigest()[:12],
        title=draft.title,
        text=draft.text,
        source=Source(
            file=file,
            place=place,
            url=draft.url,
            publisher=draft.publisher,
            published=draft.published,
            language=draft.language or detect(draft.text),
        ),
    )


def _drafts(found: FoundFile, limits: Limits) -> Iterator[Draft | Unreadable]:
    kind = kind_of(found.path.name)
    if not kind:
        raise Unreadable("not a kind of file that can be read")
    with _opened(found.path, limits) as raw:
        packed = found.path.name.lower().endswith(".gz")
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            yield from _drafts_of(kind, stream, found, limits)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Unreadable("damaged .gz") from error


def _drafts_of(kind: str, stream: BinaryIO, found: FoundFile, limits: Limits) -> Iterator[Draft | Unreadable]:
    if kind in (".jsonl", ".ndjson"):
        from askcorpus.articles.records import read_json_lines

        max_line_bytes = int(limits.max_line_mb * 1024 * 1024)
        yield from read_json_lines(_lines(stream, max_line_bytes, limits.max_bytes), max_line_bytes=max_line_bytes)
        return
    data = stream.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
    yield from read_bytes(kind, data, now=_now(found), limits=limits)


def read_bytes(kind: str, data: bytes, *, now: datetime, limits: Limits) -> Iterable[Draft | Unreadable]:
    """The articles in the bytes of a file of this kind; ages count back from `now`."""
    if kind in (".txt", ".text"):
        from askcorpus.articles.plain import read_text

        return read_text(decode(data), now=now)
    if kind in (".md", ".markdown"):
        from askcorpus.articles.plain import read_markdown

        return read_markdown(decode(data), now=now)
    if kind in (".html", ".htm", ".xhtml"):
        from askcorpus.articles.web import read_page

        return (read_page(data, limits=limits),)
    if kind == ".json":
        from askcorpus.articles.records import read_json

        return read_json(decode(data))
    if kind in (".csv", ".tsv"):
        from askcorpus.articles.records import read_csv

        return read_csv(decode(data), delimiter="," if kind == ".csv" else "\t")
    raise Unreadable("not a kind of file that can be read")


def _now(found: FoundFile) -> datetime:
    """What "38 minutes ago" counts back from: the day in the file's name, without a zone; else its last change."""
    day = date_in_name(found.path.name)
    return datetime.fromisoformat(day) if day else datetime.fromtimestamp(found.mtime_ns / 1e9, tz=UTC)


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


def _lines(stream: BinaryIO, max_line_bytes: int, max_bytes: int) -> Iterator[bytes]:
    taken = 0
    while line := stream.readline(max_line_bytes):
        taken += len(line)
        if taken > max_bytes:
            raise Unreadable(f"larger than {max_bytes / 1024 / 1024:g} MiB when unpacked")
        yield line
