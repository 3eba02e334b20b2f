"""How does a run bring the store up to date?  Cost follows the change.

A file whose size and modification time are known is not opened, one whose content is known is not read, an article that
is as it was is not split, a passage whose title and text are known is not encoded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import readable
from askcorpus.articles.process.many import read_many
from askcorpus.errors import FOLDER, FolderError, typed
from askcorpus.indexing.changes import FileState, FolderChanges, changes
from askcorpus.indexing.passages import SPLIT, split
from askcorpus.indexing.report import LAST_RUN, Progress, Report, last_run, note_of
from askcorpus.language.sentences import Span
from askcorpus.store.encodings import hash_of
from askcorpus.store.records import ArticleRow
from askcorpus.store.writer import Writer, open_writer
from askcorpus.types import Article, Counts, Passage, Skip

if TYPE_CHECKING:
    from askcorpus.encoder import Encoder

SEPARATOR = ". "
TITLE_SHARE = 3
"""A title may take a third of what the model reads; a longer one is left out for the encoder."""
FEW_FILES = 8
"""Of fewer files, or articles, half are soon removed by hand, and a share that is not mounted has none."""
REPORT_EVERY_S = 0.1  # a progress bar that moves ten times a second looks smooth
CAREFUL = 0.8
"""Of the passages to expect so many are told: articles differ in length, and a total that shrinks is no total."""


class Load(Protocol):
    """Gives the encoder, when there is something to encode; whoever made it closes it."""

    def __call__(self) -> Encoder: ...


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
    allow_removals: bool = False,
    follow_links: bool = False,
) -> Report:
    """Bring a store up to date with a folder of articles, and publish it as a whole.

    A folder that has lost everything, or more than half of its files or articles, and another folder than last time in which files are
    missing, leave the store as it is unless `allow_removals`: an unmounted share looks like an empty folder.

    The encoder is only loaded when something must be encoded, or when `model` is another than the store's. With
    `reread`, files are read even when their content is known. Raises FolderError, StoreError and EncoderError.
    """
    root = Path(folder)
    if not root.exists():
        raise FolderError(
            f"there is no folder {root}. Name the folder of articles: {typed('index', FOLDER, '--store', store)}"
        )
    with open_writer(store, say=say) as writer:
        run = _Run(root, writer, encoder, progress, limits or Limits(), allow_removals, follow_links)
        if model is not None and writer.manifest is not None and writer.manifest.model != model:
            run.encoder()
        run.go(reread=reread)
        report = Report(run.counts(), tuple(run.skips), writer.generation, run.unread)
        writer.set_note(LAST_RUN, note_of(root, report))
    return report


@dataclass(slots=True)
class _Run:
    """One indexing run: what it was given, and what it has done so far."""

    folder: Path
    writer: Writer
    given: Encoder | Load
    progress: Callable[[Progress], None] | None
    limits: Limits
    allow_removals: bool = False
    follow_links: bool = False
    skips: list[Skip] = field(default_factory=list)
    unread: tuple[tuple[str, int], ...] = ()
    """Kinds of files that are not read, and how many there are."""
    added: dict[bytes, int] = field(default_factory=dict)
    """How many articles of each content came, and below, left."""
    removed: dict[bytes, int] = field(default_factory=dict)
    lost_most: tuple[int, str] = (0, "")
    """How many articles the file lost that lost most, and which it is."""
    known: int = 0
    """How many articles the store had before."""
    changed: int = 0
    unchanged: int = 0
    encoded: int = 0
    committed: int = 0
    """Of those encoded, how many outlive a kill."""
    articles_split: int = 0
    articles_to_split: int = 0
    waiting: list[bytes] = field(default_factory=list)
    """Hashes of what was given to the encoder, in that order."""
    files_done: int = 0
    files_total: int = 0
    started: float = field(default_factory=time.monotonic)
    encoding_since: float = 0.0
    reported: float = 0.0
    total_told: int = 0
    loaded: Encoder | None = None

    def go(self, *, reread: bool) -> None:
        """The whole journey of everything that changed."""
        changed = changes(
            self.folder, self.writer.files().values(), reader=repr(self.limits), reread=reread,
            follow_links=self.follow_links,
        )  # fmt: skip
        if not self.writer.generation and not changed.new:
            raise FolderError(f"{self.folder} holds nothing that can be read. {_why(changed.skips)}")
        self._guard(changed)
        self._pass_over(changed)
        for row in changed.gone:
            self._lose(row.file, self.writer.articles.of(row.file))
            self.writer.remove_file(row.file)
        self.files_total = len(changed.new)
        self._read(changed.new)
        self._guard_articles()
        texts = self._texts()
        first = next(texts, None)
        if first is not None:
            self._encode(first, texts)
        if self.writer.manifest is None:
            self.encoder()
        self.writer.publish()

    def encoder(self) -> Encoder:
        """The encoder, loaded when first needed, and right for this store."""
        if self.loaded is None:
            self.loaded = self.given() if callable(self.given) else self.given
            self.writer.adopt(self.loaded.manifest)
            self.loaded.keep(self.writer.path)
        return self.loaded

    def counts(self) -> Counts:
        """What the run did; an article that left in one place and came in another was moved: that is a change."""
        moved = sum(min(n, self.removed.get(content, 0)) for content, n in self.added.items())
        return Counts(
            added=sum(self.added.values()) - moved,
            changed=self.changed + moved,
            removed=sum(self.removed.values()) - moved,
            unchanged=self.unchanged,
            skipped=len(self.skips),
            passages=self.writer.passages,
            encoded=self.encoded,
            seconds=time.monotonic() - self.started,
        )

    def _guard(self, changed: FolderChanges) -> None:
        """Raise FolderError rather than remove what a mistake, or an unmounted share, makes look removed."""
        if self.allow_removals or not changed.lost:
            return
        go_on = typed("index", self.folder, "--store", self.writer.path, "--allow-removals")
        last = last_run(self.writer.note(LAST_RUN))
        if last is not None and Path(last.folder) != self.folder.resolve():
            raise FolderError(
                f"{self.writer.path} holds the articles of {last.folder}, and {changed.lost} of its {changed.known} files "
                f"are not in {self.folder}. The store is as it was. To replace them: {go_on}"
            )
        if changed.lost == changed.known or (changed.known >= FEW_FILES and changed.lost * 2 > changed.known):
            raise FolderError(
                f"{self.folder} has lost {changed.lost} of {changed.known} files since the last run; is it mounted? "
                f"The store, {self.writer.path}, is as it was. If they are meant to go: {go_on}"
            )

    def _guard_articles(self) -> None:
        """The same where the files are there, and hold next to nothing any more: copied half, or emptied."""
        left = self.known + sum(self.added.values()) - sum(self.removed.values())
        if self.allow_removals or self.known < FEW_FILES or left * 2 >= self.known:
            return
        lost, file = self.lost_most
        raise FolderError(
            f"{self.folder} holds {left} of {self.known} articles since the last run; {lost} are missing in {file}: is it whole? "
            f"The store, {self.writer.path}, is as it was. If they are meant to go: "
            f"askcorpus index {self.folder} --store {self.writer.path} --allow-removals"
        )

    def _pass_over(self, changed: FolderChanges) -> None:
        """Count what need not be read."""
        self.unread = tuple(changed.unread.most_common())
        self.skips.extend(changed.skips)
        for row, state in changed.touched:
            self.writer.touch_file(row, size=state.size, mtime_ns=state.mtime_ns, checked_ns=state.checked_ns)
        articles_in = self.writer.articles.counts()
        self.known = sum(articles_in.values())
        for row in (*changed.same, *(row for row, _ in changed.touched)):
            self.skips.extend(row.skips)
            self.unchanged += articles_in.get(row.file, 0)

    def _read(self, states: list[FileState]) -> None:
        """Put the articles of the changed files into the catalog.

        All of them, before the first is split: what is furniture shows only when the last page of a site was read.
        """
        with closing(read_many((state.found_file for state in states), limits=self.limits)) as read:
            for state, (_, items) in zip(states, read, strict=True):
                self._file(state, items)
                self.files_done += 1
                self._report(last=self.files_done == self.files_total)

    def _file(self, state: FileState, items: Iterable[Article | Skip]) -> None:
        file = state.found_file.file
        before: dict[str, list[ArticleRow]] = {}
        for row in self.writer.articles.of(file):
            before.setdefault(row.own_id, []).append(row)
        skips: list[Skip] = []
        for item in items:
            if isinstance(item, Skip):
                skips.append(item)
            else:
                self._article(item, before)
        self._lose(file, [row for rows in before.values() for row in rows])
        self.skips.extend(skips)
        self.writer.put_file(
            file, size=state.size, mtime_ns=state.mtime_ns, checked_ns=state.checked_ns, hash=state.hash,
            reader=repr(self.limits), skips=skips,
        )  # fmt: skip

    def _article(self, article: Article, before: dict[str, list[ArticleRow]]) -> None:
        """Put an article into the catalog, unless it is one of `before`."""
        content = hash_of(article.title, article.text)
        rows = before.get(article.id, [])
        same = next((row for row in rows if row.same_as(article, content)), None)
        if same is not None:
            rows.remove(same)
            self.unchanged += 1
            if same.place != article.source.place:
                self.writer.articles.move(same, article.source.place)
            return
        if rows:
            self.writer.articles.remove(rows.pop(0))
            self.changed += 1
        else:
            self.added[content] = self.added.get(content, 0) + 1
        self.writer.articles.add(article)

    def _texts(self) -> Iterator[tuple[str, int]]:
        """What must be encoded of the articles that came, and of those of which other lines are furniture now."""
        unsplit = self.writer.articles.unsplit(by=SPLIT)
        self.articles_to_split = len(unsplit)
        for number in unsplit:
            row, article, furniture = self.writer.articles.to_split(number)
            title, passages = self._split(article, furniture)
            numbers = []
            for passage in passages:
                hash = hash_of(title, passage.text)
                encoding, new = self.writer.encoding_of(hash)
                numbers.append(encoding)
                if new:
                    self.waiting.append(hash)
                    yield title + passage.text, len(title)
            self.writer.articles.put_passages(row, passages, numbers)
            self.articles_split += 1

    def _lose(self, file: str, rows: Sequence[ArticleRow]) -> None:
        """Remove what a file holds no more."""
        self.lost_most = max(self.lost_most, (len(rows), file))
        for row in rows:
            self.writer.articles.remove(row)
            self.removed[row.content] = self.removed.get(row.content, 0) + 1

    def _split(self, article: Article, furniture: Sequence[Span]) -> tuple[str, tuple[Passage, ...]]:
        """What goes in front of each passage for the encoder, and the passages that fit behind it."""
        encoder = self.encoder()
        room = encoder.manifest.room
        if encoder.manifest.passage_prompt:
            room -= encoder.count_tokens([encoder.manifest.passage_prompt])[0]
        title = article.title + SEPARATOR if article.title else ""
        cost = encoder.count_tokens([title])[0] if title else 0
        if cost * TITLE_SHARE > room:
            title, cost = "", 0
        return title, split(article, max_tokens=room - cost, count=encoder.count_tokens, without=furniture)

    def _encode(self, first: tuple[str, int], rest: Iterator[tuple[str, int]]) -> None:
        """Encode what there is, and keep each encoding as it comes."""

        def every() -> Iterator[tuple[str, int]]:
            yield first
            for text in rest:
                if self.encoded > self.committed:  # the encoder reads on before it goes to work: keep what it has given
                    self.writer.commit()
                    self.committed = self.encoded
                yield text

        encoder = self.encoder()
        self.encoding_since = time.monotonic()
        for encoded in encoder.encode_passages(every()):
            self.writer.put_encoding(self.waiting[self.encoded], encoded)
            self.encoded += 1
            self._report()
        self._report(last=True)

    def _report(self, *, last: bool = False) -> None:
        now = time.monotonic()
        if self.progress is None or (now - self.reported < REPORT_EVERY_S and not last):
            return
        self.reported = now
        so_far = len(self.waiting)
        expected = so_far if last else so_far * self.articles_to_split / (self.articles_split + 1)
        self.total_told = max(self.total_told, so_far, round(CAREFUL * expected))
        reading = self.encoding_since or now
        files_rate = self.files_done / max(1e-9, reading - self.started)
        if self.encoding_since:
            rate = self.encoded / max(1e-9, now - self.encoding_since)
            left = max(0.0, expected - self.encoded) / rate if rate else None
        else:
            rate, left = 0.0, (self.files_total - self.files_done) / files_rate if self.files_done else None
        self.progress(
            Progress(self.files_done, self.files_total, self.encoded, self.total_told, rate, left, files_rate)
        )


def _why(skips: list[Skip]) -> str:
    if not skips:
        return f"Readable are: {' '.join(sorted(readable))}"
    return f"{len(skips)} skipped, the first: {skips[0].file}: {skips[0].reason}"
