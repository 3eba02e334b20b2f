"""How do a new generation's indexes come about?  From the one before and the change, or from the catalog."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from askcorpus.store import dense, encodings, layout, lexical
from askcorpus.store.catalog import check
from askcorpus.store.collections import key_of
from askcorpus.store.dense import DENSE_FORMAT, DenseChange
from askcorpus.store.layout import Description
from askcorpus.store.lexical import LEXICAL_FORMAT, LexicalPassage
from askcorpus.store.locks import IN_USE
from askcorpus.store.records import ARTICLE, PASSAGE, TEXT, ArticleRow, Row, article_row
from askcorpus.store.rows import Rows
from askcorpus.types import Matrix, PassageIds

EXACT_MAX = 4096
"""Up to so many passages a removal makes the lexical index anew (0.2 s): its statistics are those of a fresh one."""
DEAD_SHARE = 0.02
"""Above it the statistics of BM25 count too many removed passages, and the lexical index is made anew."""
MANY = 2000
"""Passages above which tantivy is given a second thread and four times the memory: an edited article needs neither."""
BLOCK_PASSAGES = 4096  # vectors in memory at once: 6 MB at 384 dimensions
BLOCK_ARTICLES = 256  # texts in memory at once
LIVE_A_QUERY = 1000  # rows of articles in memory at once


def derive(
    store: Path, rows: Rows, generation: int, previous: Description | None, *, dim: int, shard: bool = False
) -> Description:
    """The derived files of the next generation, of a shard or of all, written, sealed and described, but not published."""
    folder = layout.generation_folder(store, generation)
    folder.mkdir(parents=True)
    (folder / IN_USE).touch()
    added, removed = _added(rows, generation), _removed(rows, generation)
    live = _live_counts(rows)
    total = sum(n for _, n in live)
    before = layout.generation_folder(store, previous.generation) if previous else None
    dead = (previous.dead if previous else 0) + sum(row.passages for row in removed)
    words: list[str] = []
    if before is not None and (not dead or total > EXACT_MAX):
        words = lexical.write(
            folder / "lexical", before / "lexical", _lexical_passages(rows, added), [row.number for row in removed],
            many=sum(row.passages for row in added) > MANY,
        )  # fmt: skip
        if lexical.Lexical(folder / "lexical").count != total:
            shutil.rmtree(folder / "lexical")
            words = []
    if not words:
        words = lexical.write(folder / "lexical", None, _lexical_passages(rows, _live(rows)), (), many=total > MANY)
        dead = 0
    dense_files, parameters = _dense(folder, before, previous, rows, added, removed, total, dim, shard)
    description = Description(
        generation, _count_articles(rows), total, live, LEXICAL_FORMAT, DENSE_FORMAT, dead, parameters,
        layout.seal_files(folder, [*words, *dense_files], previous.files if previous else ()),
    )  # fmt: skip
    layout.write_description(store, description)
    return description


def describe(store: Path, rows: Rows, generation: int, shards: tuple[tuple[str, int], ...]) -> Description:
    """The next generation of a store in shards, described but not published: it has no derived files of its own."""
    folder = layout.generation_folder(store, generation)
    folder.mkdir(parents=True)
    (folder / IN_USE).touch()
    live = _live_counts(rows)
    description = Description(
        generation, _count_articles(rows), sum(n for _, n in live), live, LEXICAL_FORMAT, DENSE_FORMAT, 0, {}, (),
        layout.FORMAT + layout.IN_SHARDS, shards,
    )  # fmt: skip
    layout.write_description(store, description)
    return description


def compaction_due(current: Description | None) -> bool:
    """Whether the lexical index counts so many removed passages that it should be made anew."""
    return current is not None and current.dead > DEAD_SHARE * current.passages


def _dense(
    folder: Path, before: Path | None, previous: Description | None, rows: Rows, added: list[ArticleRow],
    removed: list[ArticleRow], total: int, dim: int, shard: bool,
) -> tuple[list[str], dict[str, int | float | str]]:  # fmt: skip
    target = folder / "dense"
    if before is not None and previous is not None:
        ids = np.array([i for row in removed for i in range(row.first, row.first + row.passages)], np.int64)
        blocks = list(vectors(rows, dim, generation_rows=added))
        new = np.concatenate([np.zeros(0, np.int64), *(block[0] for block in blocks)])
        matrix = np.concatenate([np.zeros((0, dim), np.float32), *(block[1] for block in blocks)])
        extended = dense.extend(target, before / "dense", DenseChange(new, matrix, ids), previous.dense)
        if extended is not None:
            return extended
    return dense.build(target, lambda: vectors(rows, dim), total, dim, shard=shard)


def _added(rows: Rows, generation: int) -> list[ArticleRow]:
    where = "WHERE added_in = ? AND removed_in IS NULL ORDER BY number"
    return [row for row in map(article_row, rows.checked("articles", ARTICLE, where, (generation,))) if row.indexed]


def _removed(rows: Rows, generation: int) -> list[ArticleRow]:
    where = "WHERE removed_in = ? ORDER BY number"
    return [row for row in map(article_row, rows.checked("articles", ARTICLE, where, (generation,))) if row.indexed]


def _live(rows: Rows) -> Iterator[ArticleRow]:
    alive = "removed_in IS NULL AND superseded = 0 AND passages > 0"
    where = f"WHERE {alive} AND number > ? ORDER BY number LIMIT {LIVE_A_QUERY}"
    last = 0
    while block := rows.checked("articles", ARTICLE, where, (last,)):
        yield from map(article_row, block)
        last = block[-1][0]


def _live_counts(rows: Rows) -> tuple[tuple[str, int], ...]:
    sql = (
        "SELECT coalesce(language, ''), sum(passages) FROM articles WHERE removed_in IS NULL AND superseded = 0 "
        "GROUP BY language HAVING sum(passages) ORDER BY 2 DESC, 1"
    )
    return tuple((language, int(n)) for language, n in rows.query(sql))


def _count_articles(rows: Rows) -> int:
    return int(rows.query("SELECT count(*) FROM articles WHERE removed_in IS NULL AND superseded = 0")[0][0])


def _lexical_passages(rows: Rows, articles: Iterable[ArticleRow]) -> Iterator[LexicalPassage]:
    block: list[ArticleRow] = []
    for article in articles:
        block.append(article)
        if len(block) == BLOCK_ARTICLES:
            yield from _lexical_block(rows, block)
            block = []
    yield from _lexical_block(rows, block)


def _lexical_block(rows: Rows, articles: list[ArticleRow]) -> Iterator[LexicalPassage]:
    marks = ",".join("?" * len(articles))
    numbers = [row.number for row in articles]
    texts: dict[int, str] = dict(row[:2] for row in rows.checked("texts", TEXT, f"WHERE article IN ({marks})", numbers))
    for row in articles:
        span = (row.first, row.first + row.passages - 1)
        for passage in rows.checked("passages", PASSAGE, "WHERE id BETWEEN ? AND ? ORDER BY id", span):
            text = texts[row.number][passage[2] : passage[3]]
            yield LexicalPassage(
                passage[0], row.number, row.title, text, row.language, row.publisher, row.day, key_of(row.file)
            )


def vectors(
    rows: Rows, dim: int, *, generation_rows: list[ArticleRow] | None = None
) -> Iterator[tuple[PassageIds, Matrix]]:
    """Ids and vectors of all live passages, or of those of some articles."""
    sql = (
        "SELECT p.id, e.number, e.hash, e.vector, e.codes, e.seal FROM articles a "
        "CROSS JOIN passages p ON p.id BETWEEN a.first AND a.first + a.passages - 1 "
        "CROSS JOIN encodings e ON e.number = p.encoding "
    )
    parts: list[tuple[int, ...]]
    if generation_rows is None:
        where, parts = "WHERE a.removed_in IS NULL AND a.superseded = 0 ORDER BY a.number", [()]
    else:
        where, parts = "WHERE a.number = ?", [(row.number,) for row in generation_rows]
    held: list[Row] = []
    for values in parts:
        for block in rows.stream(sql + where, values, size=BLOCK_PASSAGES):
            held.extend(block)
            if len(held) >= BLOCK_PASSAGES:
                yield _unpacked(held, rows, dim)
                held = []
    if held:
        yield _unpacked(held, rows, dim)


def _unpacked(block: list[Row], rows: Rows, dim: int) -> tuple[PassageIds, Matrix]:
    for row in block:
        check(row[1:], "encodings", rows.path)
    return np.array([row[0] for row in block], np.int64), encodings.unpack_vectors([row[3] for row in block], dim)
