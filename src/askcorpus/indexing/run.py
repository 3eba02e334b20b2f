"""How does a run bring the store up to date?  Cost follows the change.

A file whose size and modification time are known is not opened, one whose content is known is not read, an article that
is as it was is not split, a passage whose title and text are known is not encoded.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile, readable
from askcorpus.articles.process.many import Read, read_many
from askcorpus.errors import FolderError, typed
from askcorpus.indexing.changes import FileState, FolderChanges, changes
from askcorpus.indexing.folders import Chosen, Folders, Root, chosen
from askcorpus.indexing.passages import SPLIT, split
from askcorpus.indexing.report import Progress, Report, Step, note_of
from askcorpus.language.sentences import Span
from askcorpus.store import collections
from askcorpus.store.collections import LAST_RUN, Collection
from askcorpus.store.encodings import hash_of
from askcorpus.store.records import ArticleRow, FileRow
from askcorpus.store.writer import Writer, open_writer
from askcorpus.types import Article, Counts, EncodedPassage, Manifest, Passage, Skip

SEPARATOR = ". "
TITLE_SHARE = 3
"""A title may take a third of what the model reads; a longer one is left out for the encoder."""
FEW_FILES = 8
"""Of fewer files, or articles, half are soon removed by hand, and a share that is not mounted has none."""
ENOUGH_FILES, ENOUGH_S = 10, 0.3
"""Before so many files or passages, or a hundredth of all, and such a time, how fast it goes is chance."""
REPORT_EVERY_S = 0.1  # a progress bar that moves ten times a second looks smooth
CAREFUL = 0.8
"""Of the passages to expect so many are told: articles differ in length, and a total that shrinks is no total."""


class ReadMany(Protocol):
    """Reads files as `read_many` does."""

    def __call__(
        self, found_files: Iterable[FoundFile], *, limits: Limits | None = None
    ) -> Generator[Read, None, None]: ...


class PassageEncoder(Protocol):
    """The part of an encoder that articles need; it may encode on other machines."""

    @property
    def manifest(self) -> Manifest:
        """Of the model."""

    def encode_passages(self, texts: Iterable[tuple[str, int]]) -> Iterator[EncodedPassage]:
        """See `Encoder.encode_passages`."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text."""

    def keep(self, store: Path) -> None:
        """Put the model into the store's folder."""


class Load(Protocol):
    """Gives the encoder, when there is something to encode; whoever made it closes it."""

    def __call__(self) -> PassageEncoder: ...


def refresh(
    folders: Folders,
    store: Path | str,
    encoder: PassageEncoder | Load,
    *,
    progress: Callable[[Progress], None] | None = None,
    say: Callable[[str], None] | None = None,
    limits: Limits | None = None,
    reread: bool = False,
    model: str | None = None,
    allow_removals: bool = False,
    follow_links: bool = False,
    drop: Sequence[str] = (),
    shards: int | None = None,
    read: ReadMany = read_many,
) -> Report:
    """Bring a store up to date with a folder of articles, or with several, and publish it as a whole.

    Each folder is a collection of the store; those that are not named stay as they are, those named in `drop` leave it. A folder
    that has lost everything, or more than half of its files or articles, and another folder than last time in which files are missing,
    leave the store as it is unless `allow_removals`: an unmounted share looks like an empty folder.

    The encoder is only loaded when something must be encoded, or when `model` is another than the store's. With
    `reread`, files are read even when their content is known. `shards` spreads the store over so many, encoding nothing
    for that alone; without it, it stays as it is. `read` reads the files. Raises FolderError, StoreError and EncoderError.
    """
    chosen(folders, (), store)  # what is wrong with the folders alone is said before a store is made
    with open_writer(store, say=say, shards=shards) as writer:
        which = chosen(folders, collections.read(*map(writer.note, (collections.NOTE, LAST_RUN))), store, drop=drop)
        run = _Run(which, writer, encoder, progress, limits or Limits(), allow_removals, follow_links, read)
        if model is not None and writer.manifest is not None and writer.manifest.model != model:
            run.encoder()
        run.go(reread=reread)
        report = run.report()
        for root in which.roots:
            mine = tuple(skip for skip in run.skips if collections.key_of(skip.file) == root.collection.key)
            counts = replace(report.counts, skipped=len(mine))
            own = replace(report, skips=_as_shown(mine, which.every), counts=counts)
            writer.set_note(root.collection.last_run, note_of(root.path, own))
    return report


@dataclass(slots=True)
class _Run:
    """One indexing run: what it was given, and what it has done so far."""

    chosen: Chosen
    writer: Writer
    given: PassageEncoder | Load
    progress: Callable[[Progress], None] | None
    limits: Limits
    allow_removals: bool = False
    follow_links: bool = False
    read: ReadMany = read_many
    skips: list[Skip] = field(default_factory=list)
    unread: tuple[tuple[str, int], ...] = ()
    """Kinds of files that are not read, and how many there are."""
    added: dict[bytes, int] = field(default_factory=dict)
    """How many articles of each content came, and below, left."""
    removed: dict[bytes, int] = field(default_factory=dict)
    added_to: dict[str, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    """How many of each content came, by the key of their collection, and below, left."""
    gone_from: dict[str, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    lost_most: dict[str, tuple[int, str]] = field(default_factory=lambda: defaultdict(lambda: (0, "")))
    """How many articles the file of each collection lost that lost most, and which it is."""
    known: Counter[str] = field(default_factory=Counter)
    """How many articles each collection had before, by its key."""
    changed: int = 0
    unchanged: int = 0
    encoded: int = 0
    committed: int = 0
    """Of those encoded, how many outlive a kill."""
    articles_split: int = 0
    articles_to_split: int = 0
    waiting: list[bytes] = field(default_factory=list)
    """Hashes of what was given to the encoder, in that order."""
    step: Step = Step.LOOKING
    seen: int = 0
    files_done: int = 0
    files_total: int = 0
    started: float = field(default_factory=time.monotonic)
    reading_since: float = 0.0
    reading_took: float = 0.0
    encoding_since: float = 0.0
    reported: float = 0.0
    total_told: int = 0
    loaded: PassageEncoder | None = None

    def go(self, *, reread: bool) -> None:
        """The whole journey of everything that changed."""
        files = self.writer.files().values()
        changed = [self._changes(root, files, reread=reread) for root in self.chosen.roots]
        if not self.writer.generation and not any(one.new for one in changed):
            named = " and ".join(str(root.path) for root in self.chosen.roots)
            raise FolderError(
                f"{named} holds nothing that can be read. {_why([s for one in changed for s in one.skips])}"
            )
        here = frozenset().union(*(one.here for one in changed))
        for root, one in zip(self.chosen.roots, changed, strict=True):
            self._guard(root, one, one.lost(here))
        articles_in = self.writer.articles.counts()
        for row in files:
            self.known[collections.key_of(row.file)] += articles_in.get(row.file, 0)
        for one in changed:
            self._pass_over(one, articles_in)
        self.unread = tuple(sum((one.unread for one in changed), Counter[str]()).most_common())
        dropped = {collection.key for collection in self.chosen.dropped}
        gone = [row for one in changed for row in one.gone]
        for row in (*gone, *(row for row in files if collections.key_of(row.file) in dropped)):
            self._lose(row.file, self.writer.articles.of(row.file))
            self.writer.remove_file(row.file)
        self._read([state for one in changed for state in one.new])
        for root in self.chosen.roots:
            self._guard_articles(root)
        texts = self._texts()
        first = next(texts, None)
        if first is not None:
            self._encode(first, texts)
        if self.writer.manifest is None:
            self.encoder()
        self._begin(Step.PUBLISHING)
        self.writer.set_note(collections.NOTE, collections.written(self.chosen.every))
        self.writer.publish()

    def report(self) -> Report:
        """What the run did."""
        told = (self.chosen.new, self.chosen.left) if len(self.chosen.every) > 1 else ((), ())
        names = tuple(tuple(one.name for one in some) for some in told)
        skips = _as_shown(self.skips, self.chosen.every)
        return Report(self.counts(), skips, self.writer.generation, self.unread, *names)

    def _changes(self, root: Root, files: Iterable[FileRow], *, reread: bool) -> FolderChanges:
        """How one folder differs from what the store knows of it."""
        collection = root.collection
        known = (row for row in files if collections.key_of(row.file) == collection.key)
        return changes(
            root.path, known, reader=repr(self.limits), reread=reread, follow_links=self.follow_links,
            prefix=collection.prefix, seen=self._looked,
        )  # fmt: skip

    def encoder(self) -> PassageEncoder:
        """The encoder, loaded when first needed, and right for this store."""
        if self.loaded is None:
            self._begin(Step.LOADING)
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

    def _guard(self, root: Root, changed: FolderChanges, lost: int) -> None:
        """Raise FolderError rather than remove what a mistake, or an unmounted share, makes look removed."""
        if self.allow_removals or not lost:
            return
        folder, store, known = root.path, self.writer.path, changed.known
        go_on = typed("index", self._named(root), "--store", store, "--allow-removals")
        if root.before:
            both = f" To have both: {typed('index', root.before, folder, '--store', store)}." if root.alone else ""
            raise FolderError(
                f"{store} holds the articles of {root.before}, and {lost} of its {known} files "
                f"are not in {folder}. The store is as it was.{both} To replace them: {go_on}"
            )
        if lost == known or (known >= FEW_FILES and lost * 2 > known):
            raise FolderError(
                f"{folder} has lost {lost} of {known} files since the last run; is it mounted? "
                f"The store, {store}, is as it was. If they are meant to go: {go_on}"
            )

    def _guard_articles(self, root: Root) -> None:
        """The same where the files are there, and hold next to nothing any more: copied half, or emptied."""
        key = root.collection.key
        known, came, gone = self.known[key], self.added_to[key], self.gone_from[key]
        elsewhere = sum(min(n, self.added.get(content, 0) - came[content]) for content, n in gone.items())
        left = known + came.total() - gone.total() + elsewhere
        if self.allow_removals or known < FEW_FILES or left * 2 >= known:
            return
        lost, file = self.lost_most[key]
        go_on = typed("index", self._named(root), "--store", self.writer.path, "--allow-removals")
        raise FolderError(
            f"{root.path} holds {left} of {known} articles since the last run; {lost} are missing in {collections.inside(file)}: "
            f"is it whole? The store, {self.writer.path}, is as it was. If they are meant to go: {go_on}"
        )

    def _named(self, root: Root) -> str:
        """A folder as it is named on the command line, so that it cannot be taken for another collection."""
        return str(root.path) if root.alone or len(self.chosen.every) == 1 else f"{root.collection.name}={root.path}"

    def _pass_over(self, changed: FolderChanges, articles_in: Mapping[str, int]) -> None:
        """Count what need not be read."""
        self.skips.extend(changed.skips)
        for row, state in changed.touched:
            self.writer.touch_file(row, size=state.size, mtime_ns=state.mtime_ns, checked_ns=state.checked_ns)
        for row in (*changed.same, *(row for row, _ in changed.touched)):
            self.skips.extend(row.skips)
            self.unchanged += articles_in.get(row.file, 0)

    def _read(self, states: list[FileState]) -> None:
        """Put the articles of the changed files into the catalog.

        All of them, before the first is split: what is furniture shows only when the last page of a site was read.
        """
        self.files_total = len(states)
        self._begin(Step.READING)
        with closing(self.read((state.found_file for state in states), limits=self.limits)) as read:
            for state, (_, items) in zip(states, read, strict=True):
                self.reading_since = self.reading_since or time.monotonic()  # what was made ready before is no reading
                self._file(state, items)
                self.files_done += 1
                self._report(last=self.files_done == self.files_total)
        self.reading_took = time.monotonic() - self.reading_since

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
            self.added_to[collections.key_of(article.source.file)][content] += 1
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
                encoding, new = self.writer.encoding_of(hash, row.own_id)
                numbers.append(encoding)
                if new:
                    self.waiting.append(hash)
                    yield title + passage.text, len(title)
            self.writer.articles.put_passages(row, passages, numbers)
            self.articles_split += 1

    def _lose(self, file: str, rows: Sequence[ArticleRow]) -> None:
        """Remove what a file holds no more."""
        key = collections.key_of(file)
        self.lost_most[key] = max(self.lost_most[key], (len(rows), file))
        for row in rows:
            self.writer.articles.remove(row)
            self.gone_from[key][row.content] += 1
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
                    self._tell(
                        last=False
                    )  # of what came at once only the first was told, and now nothing comes for a while
                yield text

        encoder = self.encoder()
        self.encoding_since = time.monotonic()
        self._begin(Step.ENCODING)
        for encoded in encoder.encode_passages(every()):
            self.writer.put_encoding(self.waiting[self.encoded], encoded)
            self.encoded += 1
            self._report()
        self._report(last=True)

    def _looked(self) -> None:
        self.seen += 1
        self._report()

    def _begin(self, step: Step) -> None:
        """Tell what is done from now on: of some steps there is nothing more to tell for long."""
        self.step = step
        self._tell(last=step is Step.PUBLISHING)

    def _report(self, *, last: bool = False) -> None:
        if last or time.monotonic() - self.reported >= REPORT_EVERY_S:
            self._tell(last=last)

    def _tell(self, *, last: bool) -> None:
        if self.progress is None:
            return
        self.reported = now = time.monotonic()
        so_far = len(self.waiting)
        expected = so_far if last else so_far * self.articles_to_split / (self.articles_split + 1)
        self.total_told = max(self.total_told, so_far, round(CAREFUL * expected))
        reading_took = self.reading_took or now - self.reading_since
        enough = self.files_done >= min(ENOUGH_FILES, self.files_total / 100) and reading_took >= ENOUGH_S
        files_rate = self.files_done / reading_took if enough and self.reading_since else 0.0
        known = self.encoding_since and self.encoded >= min(ENOUGH_FILES, self.total_told / 100)
        rate = self.encoded / max(1e-9, now - self.encoding_since) if known else 0.0
        left = None
        if self.step is Step.READING and files_rate:
            left = (self.files_total - self.files_done) / files_rate
        elif self.step is Step.ENCODING and rate:
            left = max(0.0, expected - self.encoded) / rate
        self.progress(
            Progress(
                self.files_done, self.files_total, self.encoded, self.total_told, rate, left, files_rate,
                step=self.step, seen=self.seen,
            )
        )  # fmt: skip


def _as_shown(skips: Sequence[Skip], every: Sequence[Collection]) -> tuple[Skip, ...]:
    """What was skipped, by the names that a person knows."""
    return tuple(Skip(collections.shown(skip.file, every), skip.reason) for skip in skips)


def _why(skips: list[Skip]) -> str:
    if not skips:
        return f"Readable are: {' '.join(sorted(readable))}"
    return f"{len(skips)} skipped, the first: {skips[0].file}: {skips[0].reason}"
