"""May a catalog that came from elsewhere be used?  Looks at every value of every row; believes no checksum.

A checksum says that nothing was spoilt on the way, not who wrote it.  Here each value is held against what a writer of
this program could have written: its kind, its size, its place in the others.  What passes is as harmless as any article.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from askcorpus.articles.files import INSIDE
from askcorpus.errors import StoreDamaged
from askcorpus.store import collections
from askcorpus.store.catalog import damaged, seal, translated
from askcorpus.store.encodings import HASH_BYTES
from askcorpus.store.layout import CATALOG
from askcorpus.store.records import ARTICLE, ENCODING, FILE, FURNITURE, LINE, PASSAGE, TEXT, Row, manifest_of
from askcorpus.store.rows import Rows
from askcorpus.types import PASSAGE_CHARS, Manifest

BLOCK_ROWS = 500  # in memory at once; texts of a few kB and vectors of one
TEXT_CHARS = 64 << 20  # as many as a file may have bytes that is read by default
NAME_CHARS = 8192  # of ids, titles, addresses: more than a browser's address line takes
NUMBERS = 1 << 62  # half of what SQLite counts to: sums do not overflow
IDS = 100_000_000  # a filter takes a byte an id, so that one of 2**62 would take all memory; a million passages, churned 100 times
GENERATIONS = 99_999_999  # as many as a folder's name has digits for
DIMS, TOKENS = (1, 8192), (3, 1 << 20)
COLLECTIONS = f"note:{collections.NOTE}"
NOTES = frozenset({"note:calibration", COLLECTIONS})
"""Notes that travel; what the last run did was done in another folder, on another machine."""
OWN = frozenset({"manifest", "published", "leftovers", "lines", "split"})
KINDS = {
    "files": (FILE, "i p i i i h s S i I"),
    "articles": (ARTICLE, "i s s p i s N N N N h i i i i i I"),
    "texts": (TEXT, "i t"),
    "passages": (PASSAGE, "i i i i i"),
    "encodings": (ENCODING, "i h b b"),
    "lines": (LINE, "z z z i"),
    "furniture": (FURNITURE, "z z i i I"),
}
"""Of each column: i a count, I one or nothing, z any whole number, s a name, N one or nothing, p the path of a file, t a text, S skips, h a hash, b bytes."""


def vet_values(store: Path) -> None:
    """Check every value of the catalog in this folder, and forget notes of another machine; raises StoreDamaged."""
    rows = Rows(store / CATALOG)
    try:
        for (line,) in rows.query("PRAGMA integrity_check(1)"):
            if line != "ok":
                raise damaged(rows.path, str(line).splitlines()[0])
        manifest = _meta(rows)
        _counters(rows)
        for table, (columns, kinds) in KINDS.items():
            for row in _stream(rows, table, columns):
                _values(row, kinds.split(), table, rows.path)
                if table == "encodings":
                    _encoding(row, manifest, rows.path)
        rows.commit()
    except (OverflowError, UnicodeError) as error:
        raise damaged(store / CATALOG, f"a value cannot be ({error})") from error
    finally:
        rows.close()


def vet_references(rows: Rows, published: int) -> None:
    """Check that no row names another, or a place in a text, that is not there; raises StoreDamaged."""
    beyond = f"added_in > {published} OR removed_in > {published}"
    wrong = {
        "articles of a generation to come": f"SELECT count(*) FROM articles WHERE {beyond}",
        "files of a generation to come": f"SELECT count(*) FROM files WHERE {beyond}",
        "furniture of a generation to come": f"SELECT count(*) FROM furniture WHERE {beyond}",
        "articles without their text": (
            "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM texts t WHERE t.article = a.number)"
        ),
        "articles that share passages, or lack some": (
            "SELECT count(*) FROM articles a WHERE passages <> (SELECT count(*) FROM passages p "
            "WHERE p.id BETWEEN a.first AND a.first + a.passages - 1 AND p.article = a.number)"
        ),
        "passages outside of their text": (
            "SELECT count(*) FROM passages p LEFT JOIN texts t ON t.article = p.article "
            'WHERE t.article IS NULL OR NOT (p.start <= p."end" AND p."end" <= length(t.text))'
        ),
        "passages that are longer than any": f'SELECT count(*) FROM passages WHERE "end" - start > {2 * PASSAGE_CHARS}',
        "passages without their vector": (
            "SELECT count(*) FROM passages p WHERE NOT EXISTS (SELECT 1 FROM encodings e WHERE e.number = p.encoding)"
        ),
        "numbers that are too large": f"SELECT count(*) FROM passages WHERE id > {IDS} OR article > {NUMBERS}",
        "ids that two articles have": (
            "SELECT count(*) FROM (SELECT 1 FROM articles WHERE removed_in IS NULL GROUP BY id HAVING count(*) > 1)"
        ),
    }
    with translated(rows.path):
        for what, sql in wrong.items():
            [(count,)] = rows.query(sql)
            if count:
                raise StoreDamaged(f"{rows.path}: {count} {what}. Have it exported again: askcorpus export FILE")


def _meta(rows: Rows) -> Manifest:
    """The model, after removing what must not travel."""
    for row in _stream(rows, "meta", "key, value"):
        _values(row, ["s", "t"], "meta", rows.path)
    for (key,) in rows.query("SELECT key FROM meta"):
        if key not in OWN | NOTES:
            rows.execute("DELETE FROM meta WHERE key = ?", (key,))
    try:
        manifest = manifest_of(rows.meta("manifest") or "")
        published = int(rows.meta("published") or "")
        calibration = json.loads(rows.meta("note:calibration") or "null")
        told = rows.meta(COLLECTIONS)
        if told is not None:
            rows.set_meta(COLLECTIONS, collections.to_travel(told))
        numbers = [] if calibration is None else [calibration[name] for name in ("slope", "intercept", "threshold")]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(rows.path, "it does not say which model made it, or how") from error
    texts = (manifest.model, manifest.fingerprint, manifest.question_prompt, manifest.passage_prompt, manifest.pooling)
    sound = (
        all(type(text) is str and len(text) <= NAME_CHARS and text.isprintable() for text in texts)
        and all(
            type(n) is int for n in (manifest.dim, manifest.max_tokens, manifest.token_dim, manifest.special_tokens)
        )
        and DIMS[0] <= manifest.dim <= DIMS[1]
        and TOKENS[0] <= manifest.max_tokens <= TOKENS[1]
        and 0 < manifest.token_dim <= DIMS[1]
        and 0 <= manifest.special_tokens < manifest.max_tokens
        and all(type(code) is str and len(code) <= 16 and code.isprintable() for code in manifest.languages)
        and all(type(n) in (int, float) and abs(n) < NUMBERS for n in numbers)
        and 1 <= published <= GENERATIONS
    )
    if not sound:
        raise damaged(rows.path, "what it says of its model cannot be")
    return manifest


def _stream(rows: Rows, table: str, columns: str) -> Iterator[Row]:
    """Every row of a table, without its seal, which must hold."""
    for block in rows.stream(f"SELECT {columns}, seal FROM {table}", size=BLOCK_ROWS):
        for row in block:
            if type(row[-1]) is not int or any(type(value) is float for value in row) or seal(*row[:-1]) != row[-1]:
                raise damaged(rows.path, f"a row of {table} does not match its checksum")
            yield row[:-1]


def _values(row: Row, kinds: list[str], table: str, path: Path) -> None:
    for value, kind in zip(row, kinds, strict=True):
        if not _FITS[kind](value):
            raise damaged(path, f"a row of {table} holds what cannot be")


def _skips(value: object) -> bool:
    if type(value) is not str or len(value) > TEXT_CHARS:
        return False
    try:
        pairs = json.loads(value)
    except (ValueError, RecursionError):
        return False
    return type(pairs) is list and all(
        type(pair) is list and len(pair) == 2 and all(type(part) is str for part in pair) for pair in pairs
    )


def _encoding(row: Row, manifest: Manifest, path: Path) -> None:
    """A vector of the model's size that is a direction, and codes as long as they say."""
    vector, codes = np.frombuffer(row[2], "<f2") if len(row[2]) % 2 == 0 else np.zeros(0), row[3]
    if len(vector) != manifest.dim or not np.isfinite(vector.astype(np.float32)).all():
        raise damaged(path, "a vector is not one of its model")
    count, width = (int(n) for n in np.frombuffer(codes[:4], "<u2")) if len(codes) >= 4 else (0, -1)
    if len(codes) != 4 + count * (2 + width) or width * 8 != manifest.token_dim:
        raise damaged(path, "the codes of a passage are not those of its model")


def _counters(rows: Rows) -> None:
    """SQLite's own table of the last number of each table, which no seal protects."""
    for table, column in (("files", "number"), ("articles", "number"), ("passages", "id"), ("encodings", "number")):
        last = rows.query("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
        [(highest,)] = rows.query(f"SELECT max({column}) FROM {table}")
        if len(last) > 1 or (highest is not None and (not last or not _count(last[0][0]) or last[0][0] < highest)):
            raise damaged(rows.path, f"the numbers of {table} cannot be")
        if last and not _count(last[0][0]):
            raise damaged(rows.path, f"the numbers of {table} cannot be")


def _count(value: object) -> bool:
    return type(value) is int and 0 <= value <= NUMBERS


def _name(value: object) -> bool:
    return type(value) is str and len(value) <= NAME_CHARS


def _path(value: object) -> bool:
    """A path in a folder of articles: what would lead out of it is nobody's."""
    if type(value) is not str or not _name(value):
        return False
    key, inside = collections.key_of(value), collections.inside(value)
    return not inside.startswith("/") and ".." not in (key, *inside.partition(INSIDE)[0].split("/"))


_FITS: dict[str, Callable[[object], bool]] = {
    "i": _count,
    "p": _path,
    "I": lambda value: value is None or _count(value),
    "z": lambda value: type(value) is int,
    "s": _name,
    "N": lambda value: value is None or _name(value),
    "t": lambda value: type(value) is str and len(value) <= TEXT_CHARS and "\x00" not in value,
    "S": _skips,
    "h": lambda value: type(value) is bytes and len(value) == HASH_BYTES,
    "b": lambda value: type(value) is bytes,
}
