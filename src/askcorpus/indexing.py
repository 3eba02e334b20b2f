"""What is an article's whole journey into the store?  Find what changed, read, cut it into passages, encode, publish.

Cost follows the change: a file whose size and modification time are known is not opened, one whose content is known is
not read, an article that is as it was is not cut, a passage whose title and text are known is not encoded.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from askcorpus import articles
from askcorpus.articles import FoundFile, Limits
from askcorpus.chunking import split
from askcorpus.encoder import Encoder
from askcorpus.errors import FolderError, StoreMismatch
from askcorpus.store import Writer, open_writer
from askcorpus.store.encodings import hash_of
from askcorpus.store.records import ArticleRow, FileRow, content_of
from askcorpus.types import Article, Counts, Passage, Skip

SPECIAL_TOKENS = 2
SEPARATOR = ". "
TITLE_SHARE = 3
"""A title may take a third of what the model reads; a longer one is left out for the encoder."""
SETTLED_NS = 2_000_000_000
"""A file changed so shortly before it was hashed may change again within the same tick of the file system's clock."""
REPORT_EVERY_S = 0.1
LAST_RUN = "last run"


class Load(Protocol):
    """Makes the encoder, when there is something to encode."""

    def __call__(self) -> Encoder: ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is."""

    files: int
    files_total: int
    """Files that changed; those that did not are not counted."""
    encoded: int
    """Passages encoded so far."""
    encoded_total: int
    """An estimate from the bytes read so far."""
    passages_per_s: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What an indexing run did."""

    counts: Counts
    skips: tuple[Skip, ...]
    generation: int


def refresh(
    folder: Path | str,
    store: Path | str,
    encoder: Encoder | Load,
    *,
    progress: Callable[[Progress], None] | None = None,
    say: Callable[[str], None] | None = None,
    limits: Limits | None = None,
    reread: bool = False,
    model: str | None = None,
) -> Report:
    """Bring a store up to date with a folder of articles, and publish it as a whole.

    The encoder is only loaded when something must be encoded, or when `model` is another than the store's. With
    `reread`, files are read even when their content is known. Raises FolderError, StoreError and EncoderError.
    """
    started = time.monotonic()
    root = Path(folder)
    if not root.exists():
        raise FolderError(f"there is no folder {root}. Name the folder of articles: askcorpus index FOLDER")
    with open_writer(store, say=say) as writer:
        run = _Run(root, writer, encoder, progress, limits or Limits(), reread)
        if model is not None and writer.manifest is not None and writer.manifest.model != model:
            run.encoder()
        try:
            run.go()
        finally:
            run.close()
        counts = run.counts(time.monotonic() - started)
        report = Report(counts, tuple(run.skips), writer.generation)
        _keep(writer, root, report)
    return report


@dataclass(slots=True)
class _Run:
    """One indexing run: what it was given, and what it has done so far."""

    folder: Path
    writer: Writer
    given: Encoder | Load
    progress: Callable[[Progress], None] | None
    limits: Limits
    reread: bool
    skips: list[Skip] = field(default_factory=list)
    added: dict[bytes, int] = field(default_factory=dict)
    removed: dict[bytes, int] = field(default_factory=dict)
    changed: int = 0
    unchanged: int = 0
    encoded: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    files_done: int = 0
    files_total: int = 0
    started: float = field(default_factory=time.monotonic)
    reported: float = 0.0
    loaded: Encoder | None = None
    waiting: list[bytes] = field(default_factory=list)

    def go(self) -> None:
        """The whole journey of everything that changed."""
        known = self.writer.files()
        changed = list(self._changed(known))
        for gone in known.values():
            self._leave(gone.file)
        self.files_total, self.bytes_total = len(changed), sum(found.size for found, _ in changed)
        if not self.writer.generation and not changed:
            raise FolderError(f"{self.folder} holds nothing that can be read. {_why(self.skips)}")
        if self.writer.manifest is None:
            self.encoder()
        source = self._texts(changed)
        first = next(source, None)
        if first is not None:
            self._encode(first, source)
        self.writer.publish()

    def encoder(self) -> Encoder:
        """The encoder, loaded when first needed, and right for this store."""
        if self.loaded is None:
            self.loaded = self.given if not callable(self.given) else self.given()
            self.writer.adopt(self.loaded.manifest)
        return self.loaded

    def close(self) -> None:
        """Free an encoder that was loaded for this run."""
        if self.loaded is not None and callable(self.given):
            self.loaded.close()

    def counts(self, seconds: float) -> Counts:
        """What the run did; an article that left in one place and came in another was moved, that is, changed."""
        moved = sum(min(n, self.removed.get(content, 0)) for content, n in self.added.items())
        return Counts(
            added=sum(self.added.values()) - moved,
            changed=self.changed + moved,
            removed=sum(self.removed.values()) - moved,
            unchanged=self.unchanged,
            skipped=len(self.skips),
            passages=self.writer.passages,
            encoded=self.encoded,
            seconds=seconds,
        )

    def _changed(self, known: dict[str, FileRow]) -> Iterator[tuple[FoundFile, bytes]]:
        """Files to read, with the hash of their content; takes the files that are still there out of `known`."""
        reader = repr(self.limits)
        per_file = self.writer.article_counts()
        for found in articles.walk(self.folder):
            if isinstance(found, Skip):
                self.skips.append(found)
                continue
            size, mtime_ns = _state(found)
            row = known.get(found.file)
            retry = row is not None and bool(row.skips) and row.reader != reader
            same = row is not None and (row.size, row.mtime_ns) == (size, mtime_ns)
            if row is None or self.reread or retry or not same or row.mtime_ns > row.checked_ns - SETTLED_NS:
                checked_ns = time.time_ns()
                try:
                    content = _hash(found)
                except OSError as error:
                    self.skips.append(Skip(found.file, (error.strerror or str(error)).lower()))
                    continue
                if row is None or self.reread or retry or row.hash != content:
                    known.pop(found.file, None)
                    yield found, content
                    continue
                self.writer.touch_file(row, size=size, mtime_ns=mtime_ns, checked_ns=checked_ns)
            del known[found.file]
            self.skips.extend(row.skips)
            self.unchanged += per_file.get(found.file, 0)

    def _leave(self, file: str) -> None:
        """Take a file that is no longer there out of the store."""
        for row in self.writer.articles_of(file):
            self.writer.remove_article(row)
            self.removed[row.content] = self.removed.get(row.content, 0) + 1
        self.writer.remove_file(file)

    def _texts(self, changed: list[tuple[FoundFile, bytes]]) -> Iterator[tuple[str, int]]:
        """What must be encoded of the changed files, while their articles go into the catalog."""
        for found, content in changed:
            size, mtime_ns = _state(found)
            checked_ns = time.time_ns()
            before: dict[str, list[ArticleRow]] = {}
            for row in self.writer.articles_of(found.file):
                before.setdefault(row.own_id, []).append(row)
            skips: list[Skip] = []
            for item in articles.read(found, limits=self.limits):
                if isinstance(item, Skip):
                    skips.append(item)
                else:
                    yield from self._article(item, before)
            for row in (row for rows in before.values() for row in rows):
                self.writer.remove_article(row)
                self.removed[row.content] = self.removed.get(row.content, 0) + 1
            self.skips.extend(skips)
            self.writer.put_file(
                found.file, size=size, mtime_ns=mtime_ns, checked_ns=checked_ns, hash=content,
                reader=repr(self.limits), skips=skips,
            )  # fmt: skip
            self.files_done += 1
            self.bytes_done += found.size
            self._report()

    def _article(self, article: Article, before: dict[str, list[ArticleRow]]) -> Iterator[tuple[str, int]]:
        """Put an article into the catalog, unless it is one of `before`; yields what of it must be encoded."""
        content = content_of(article)
        rows = before.get(article.id, [])
        same = next((row for row in rows if row.same_as(article, content)), None)
        if same is not None:
            rows.remove(same)
            self.unchanged += 1
            if same.place != article.source.place:
                self.writer.move_article(same, article.source.place)
            return
        if rows:
            self.writer.remove_article(rows.pop(0))
            self.changed += 1
        else:
            self.added[content] = self.added.get(content, 0) + 1
        title, passages = self._cut(article)
        numbers = []
        for passage in passages:
            hash = hash_of(title, passage.text)
            number, new = self.writer.encoding_of(hash)
            numbers.append(number)
            if new:
                self.waiting.append(hash)
                yield title + passage.text, len(title)
        self.writer.add_article(article, passages, numbers)

    def _cut(self, article: Article) -> tuple[str, tuple[Passage, ...]]:
        """What goes in front of each passage for the encoder, and the passages that fit behind it."""
        encoder = self.encoder()
        room = encoder.manifest.max_tokens - SPECIAL_TOKENS
        if encoder.manifest.passage_prompt:
            room -= encoder.count_tokens([encoder.manifest.passage_prompt])[0]
        title = article.title + SEPARATOR if article.title else ""
        cost = encoder.count_tokens([title])[0] if title else 0
        if cost * TITLE_SHARE > room:
            title, cost = "", 0
        return title, split(article, max_tokens=room - cost, count=encoder.count_tokens)

    def _encode(self, first: tuple[str, int], rest: Iterator[tuple[str, int]]) -> None:
        """Encode what there is, and keep each encoding as it comes."""

        def every() -> Iterator[tuple[str, int]]:
            yield first
            yield from rest

        for encoded in self.encoder().encode_passages(every()):
            self.writer.put_encoding(self.waiting[self.encoded], encoded)
            self.encoded += 1
            self._report()
        self._report(last=True)

    def _report(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if self.progress is None or (now - self.reported < REPORT_EVERY_S and not last):
            return
        self.reported = now
        known = max(self.encoded, len(self.waiting))
        total = max(known, round(known * self.bytes_total / max(1, self.bytes_done)))
        rate = self.encoded / max(1e-9, now - self.started)
        left = (total - self.encoded) / rate if rate else None
        self.progress(Progress(self.files_done, self.files_total, self.encoded, total, rate, left))


def _state(found: FoundFile) -> tuple[int, int]:
    """Size and modification time of a file and its sidecar: `page.html.json` says things about `page.html`."""
    try:
        beside = found.path.with_name(found.path.name + ".json").stat()
    except OSError:
        return found.size, found.mtime_ns
    return found.size + beside.st_size, max(found.mtime_ns, beside.st_mtime_ns)


def _hash(found: FoundFile) -> bytes:
    """The hash of a file's content, and of its sidecar's."""
    digest = blake2b(digest_size=16)
    with found.path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    beside = found.path.with_name(found.path.name + ".json")
    if beside.is_file():
        digest.update(b"\x00sidecar\x00" + beside.read_bytes())
    return digest.digest()


def _why(skips: list[Skip]) -> str:
    if not skips:
        return f"Readable are: {' '.join(sorted(articles.readable))}"
    return f"{len(skips)} skipped, the first: {skips[0].file}: {skips[0].reason}"


def _keep(writer: Writer, folder: Path, report: Report) -> None:
    """Leave a note of the run for `askcorpus status`."""
    counts = {name: getattr(report.counts, name) for name in Counts.__slots__}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    skips = [(skip.file, skip.reason) for skip in report.skips[:1000]]
    note = {"folder": str(folder.resolve()), "at": at, "counts": counts, "skips": skips}
    writer.set_note(LAST_RUN, json.dumps(note))


__all__ = ["LAST_RUN", "Load", "Progress", "Report", "StoreMismatch", "refresh"]
