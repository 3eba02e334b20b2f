"""How does a change get into the store?  Rows first, out of every reader's sight; then one rename makes them current.

Encodings are kept as they come, by the hash of what they depend on, so that a run that is killed loses none of them.
Rows of articles that a killed run left behind are above the published generation: the next writer drops them.  A store in shards
has its vectors and indexes there (`spreading.py`); all else is as in any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from askcorpus.errors import FOLDER, StoreDamaged, StoreMismatch, typed
from askcorpus.store import catalog, deriving, encodings, layout, recovery, spreading
from askcorpus.store.edits import Edits
from askcorpus.store.layout import CATALOG, Description
from askcorpus.store.locks import Lock, lock_for_writing
from askcorpus.store.records import ENCODING, FILE, FileRow, file_row, file_values, manifest_of, manifest_text
from askcorpus.store.rows import Rows
from askcorpus.store.spreading import Spread
from askcorpus.types import EncodedPassage, Manifest, Skip

Say = Callable[[str], None]
"""Hears, in a line, what is made again."""


def open_writer(
    path: Path | str, manifest: Manifest | None = None, *, say: Say | None = None, shards: int | None = None
) -> Writer:
    """The one writer of a store, which is made where there is none; `say` hears what is mended.

    `shards` has the store be spread over so many from the next generation on; without it, it stays as it is.
    Raises StoreBusy with the owner's name, StoreMismatch, StoreVersion, StoreDamaged, StoreFull.
    """
    store = Path(path)
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = lock_for_writing(store)
    except OSError as error:
        raise layout.stored_error(error, store) from error
    try:
        if not (store / CATALOG).exists():
            catalog.create(store / CATALOG)
        writer = Writer(store, lock, say or (lambda line: None), shards)
    except OSError as error:
        lock.close()
        raise layout.stored_error(error, store) from error
    except BaseException:
        lock.close()
        raise
    try:
        if manifest is not None:
            writer.adopt(manifest)
    except BaseException:
        writer.close()
        raise
    return writer


class Writer:
    """Changes to one store; nobody sees them before `publish`."""

    def __init__(self, store: Path, lock: Lock, say: Say, shards: int | None = None) -> None:
        self.path = store
        self._lock = lock
        self._say = say
        self._guard = threading.RLock()
        self._promised: dict[bytes, int] = {}
        self._leaves_some = False
        self.rows = Rows(store / CATALOG)
        try:
            state = recovery.recover(store, self.rows)
        except BaseException:
            self.rows.close()
            raise
        self.generation = state.generation
        self._current: Description | None = state.current
        self._rebuild = state.broken
        self._leftovers = state.leftovers
        self._spread: Spread | None = None
        try:
            if spreading.chosen(store, state.current, state.generation, shards):
                self._spread = Spread(store, self.rows, state.current, state.generation, shards)
        except BaseException:
            self.rows.close()
            raise
        self.articles = Edits(self.rows, self.next)

    @property
    def next(self) -> int:
        """The generation that the changes will be."""
        return self.generation + 1

    @property
    def manifest(self) -> Manifest | None:
        """Which model made the vectors; None while the store is new."""
        text = self.rows.meta("manifest")
        return manifest_of(text) if text is not None else None

    def adopt(self, manifest: Manifest) -> None:
        """Let a model's vectors in; raises StoreMismatch when another's are there."""
        own = self.manifest
        if own is None:
            self.rows.set_meta("manifest", manifest_text(manifest))
            self.rows.commit()
        elif own.fingerprint != manifest.fingerprint:
            asked = f"model {own.model}, you asked for {manifest.model}"
            made_with = f"another version of {own.model}" if own.model == manifest.model else asked
            raise StoreMismatch(
                f"{self.path} was built with {made_with}. "
                f"Build it again: {typed('index', FOLDER, '--store', self.path, '--model', manifest.model, '--rebuild')}"
            )
        elif own.languages != manifest.languages:  # the model's card says something else now
            self.rows.set_meta("manifest", manifest_text(replace(own, languages=manifest.languages)))
            self.rows.commit()

    def files(self) -> dict[str, FileRow]:
        """Every file of the folder as the store knows it."""
        return {row.file: row for row in map(file_row, self.rows.checked("files", FILE, "WHERE removed_in IS NULL"))}

    @property
    def passages(self) -> int:
        """Passages in the current generation."""
        return self._current.passages if self._current is not None else 0

    def note(self, key: str) -> str | None:
        """A value that was left under this key, or None."""
        return self.rows.meta("note:" + key)

    def set_note(self, key: str, value: str) -> None:
        """Keep a small value; readers see it at once."""
        self.rows.set_meta("note:" + key, value)
        self.rows.commit()

    def put_file(
        self, file: str, *, size: int, mtime_ns: int, checked_ns: int, hash: bytes, reader: str, skips: Sequence[Skip]
    ) -> None:
        """Note the state in which a file was read."""
        self.remove_file(file)
        number = self.rows.number("files")
        row = FileRow(number, file, size, mtime_ns, checked_ns, hash, reader, tuple(skips), self.next, None)
        self.rows.insert("files", FILE, file_values(row))

    def touch_file(self, row: FileRow, *, size: int, mtime_ns: int, checked_ns: int) -> None:
        """Note another modification time of a file that says what it said."""
        self.rows.insert("files", FILE, file_values(replace(row, size=size, mtime_ns=mtime_ns, checked_ns=checked_ns)))

    def remove_file(self, file: str) -> None:
        """Forget a file; its articles are removed apart from it."""
        for row in map(file_row, self.rows.checked("files", FILE, "WHERE file = ? AND removed_in IS NULL", (file,))):
            if row.added_in == self.next:
                self.rows.execute("DELETE FROM files WHERE number = ?", (row.number,))
            else:
                self.rows.insert("files", FILE, file_values(replace(row, removed_in=self.next)))

    def encoding_of(self, hash: bytes, own_id: str = "") -> tuple[int, bool]:
        """The number of an encoding that the article which came with this id needs, and whether the caller must have it made."""
        with self._guard:
            if self._spread is not None:
                return self._spread.encoding_of(hash, own_id)
            if hash in self._promised:
                return self._promised[hash], False
            numbers = self.rows.query("SELECT number FROM encodings WHERE hash = ?", (hash,))
            if numbers:
                return int(numbers[0][0]), False
            self._promised[hash] = self.rows.number("encodings")
            return self._promised[hash], True

    def put_encoding(self, hash: bytes, encoded: EncodedPassage) -> None:
        """Keep an encoding; it outlives the run even when nothing else of the run does."""
        with self._guard:
            if self._spread is not None:
                self._spread.put_encoding(hash, encoded)
                return
            if not self._leaves_some:
                self._leaves_some = True
                self.rows.set_meta(recovery.LEFTOVERS, "1")
            number = self._promised[hash]
            self.rows.insert("encodings", ENCODING, (number, hash, *encodings.pack(encoded)))
            del self._promised[hash]
        self.rows.commit_sometimes()

    def rebuild(self) -> None:
        """Have `publish` make the derived indexes again from the catalog, encoding nothing."""
        self._rebuild = self._rebuild or "asked for"

    def publish(self) -> int:
        """Make every change since the last generation visible, all at once; the generation that is then current."""
        promised = len(self._promised) if self._spread is None else self._spread.promised
        if promised:
            raise StoreDamaged(f"{self.path}: {promised} passages were not encoded. Run it again.")
        self.articles.settle()
        due = self._rebuild is not None or self._current is None or (self._spread is not None and self._spread.due)
        if self.articles.change_anything() or due:
            if self._rebuild is not None and self._current is not None:
                self._say(f"{self._rebuild}: making the indexes again from the catalog, nothing is encoded")
            self._publish_next()
            if deriving.compaction_due(self._current):  # of shards each sees to its own
                self._publish_next(compact=True)
        else:
            recovery.confirm_files(self.rows, self.generation)
            self.rows.commit()
        recovery.purge(self.path, self.rows, self.generation, leftovers=self._leftovers)
        if self._spread is not None:
            self._spread.purge()
        self._leaves_some = self._leftovers = False
        self.articles.note_rules()
        return self.generation

    def commit(self) -> None:
        """Make the encodings so far outlive this process."""
        if self._spread is not None:
            self._spread.commit()
        self.rows.commit()

    def close(self) -> None:
        """Let go of the store; what was not published stays out of sight, encodings are kept."""
        try:
            if self._spread is not None:
                self._spread.close()
        finally:
            try:
                self.rows.close()
            finally:
                self._lock.close()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _publish_next(self, *, compact: bool = False) -> None:
        """Derive, then rename.  Whatever fails before the rename leaves the store as it was."""
        recovery.confirm_files(self.rows, self.next)
        self.rows.set_meta("published", str(self.next))
        self.rows.commit()
        whole = compact or self._rebuild is not None or self._current is None
        manifest = self.manifest
        if manifest is None:
            raise StoreDamaged(
                f"{self.path} does not say which model made it. "
                f"Build it again: {typed('index', FOLDER, '--store', self.path, '--rebuild')}"
            )
        try:
            if self._spread is not None:
                description = self._spread_next(self._spread)
                self.rows.commit()  # which texts the encodings are of
            else:
                description = deriving.derive(
                    self.path, self.rows, self.next, None if whole else self._current, dim=manifest.dim
                )
            self.rows.checkpoint()
            layout.publish(self.path, description)
        except OSError as error:
            raise layout.stored_error(error, self.path) from error
        self.generation, self._current, self._rebuild = description.generation, description, None
        self.articles.generation = self.next

    def _spread_next(self, spread: Spread) -> Description:
        """The next generation, whose indexes lie in the shards."""
        if self._rebuild is not None and self._current is not None:
            spread.rebuild()
        every = self._rebuild is not None or self._current is None
        return deriving.describe(self.path, self.rows, self.next, spread.publish(self.next, every=every))
