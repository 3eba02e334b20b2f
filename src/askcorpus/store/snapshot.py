"""What does a question see of the store?  One published generation, unchanged for as long as it is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import TypeAlias, TypeVar
from weakref import WeakMethod

import numpy as np
import numpy.typing as npt

from askcorpus.errors import ArticleNotFound, UsageError
from askcorpus.store import collections, encodings, shards, site_lines
from askcorpus.store.catalog import KEYS_A_QUERY, Catalog, damaged, seen_in
from askcorpus.store.collections import Collection
from askcorpus.store.dense import Dense
from askcorpus.store.layout import CURRENT, Description, generation_folder
from askcorpus.store.lexical import EMPTY, FIRST_DAY, LAST_DAY, Lexical, day_of
from askcorpus.store.locks import Lock
from askcorpus.store.parts import Parts
from askcorpus.store.records import (
    ARTICLE,
    ENCODING,
    FILE,
    FURNITURE,
    PASSAGE,
    TEXT,
    ArticleRow,
    FileRow,
    Row,
    article_row,
    file_row,
    manifest_of,
)
from askcorpus.types import Article, Filter, Manifest, Matrix, Passage, PassageIds, Ranking, TokenCodes, Vector

SPARE = 32
"""So many more than k are asked of an index, so that ties at the end can be put in order."""
COSINE_TIE, BM25_TIE = 1e-6, 1e-4
"""Scores closer than this are equal: the order in which a machine adds makes less of a difference."""
FILTERS_KEPT, NAMES_KEPT = 16, 64
"""Of the last filters, and names in them: a conversation comes back to the same few; a filter is a byte a passage."""
ARTICLES_AT_ONCE = 200  # a megabyte of text
Stat: TypeAlias = tuple[int, int, int] | None
Asked = TypeVar("Asked")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Added:
    """Passages that came, each with when it did."""

    ids: PassageIds
    added_in: npt.NDArray[np.int64]
    """The generation that brought its article, or read it anew."""
    first_in: npt.NDArray[np.int64]
    """The generation in which its text first stood in its collection, as far as the store still knows."""


class Snapshot:
    """A generation that is open; usable from several threads, closed when its last user leaves the `with`."""

    def __init__(
        self, store: Path, description: Description, lock: Lock, seen: Stat, reopen: Callable[[], Snapshot],
        parts: Parts | None = None,
    ) -> None:  # fmt: skip
        self.path = store
        self.generation = description.generation
        self.articles = description.articles
        self.passages_count = description.passages
        self.languages = tuple((language, n) for language, n in description.languages if language)
        self.description = description
        self._codes = tuple(language or None for language, _ in description.languages)
        self._lock = lock
        self._reopen = reopen
        self._catalog = Catalog(store)
        self._seen = seen
        folder = generation_folder(store, description.generation)
        try:
            text = self._catalog.meta("manifest")
            if text is None:
                raise damaged(self._catalog.path, "it does not say which model made it")
            self.manifest: Manifest = manifest_of(text)
            self._dense: Dense | Parts = parts or Dense(folder / "dense", description.dense)
            self.lexical: Lexical | Parts = parts or Lexical(folder / "lexical")
        except BaseException:
            self._catalog.close()
            raise
        self._allowed = _remembering(self._allowed_by, FILTERS_KEPT)
        self._publishers = _remembering(self._publishers_like, NAMES_KEPT)

    @property
    def identity(self) -> str | None:
        """What a store in shards, or one of them, notes to be told from others."""
        return self._catalog.meta(shards.IDENTITY)

    @property
    def newest(self) -> Snapshot:
        """The snapshot of the current generation: this one until another is published.  The caller closes either."""
        seen = current_stat(self.path)
        if seen in (self._seen, None):
            return self
        other = self._reopen()
        if other.description == self.description:
            other.close()
            self._seen = seen
            return self
        return other

    def nearest(
        self, vector: Vector, *, k: int, where: Filter | None = None, among: PassageIds | None = None
    ) -> Ranking:
        """The k passages of the highest cosine, of those `among` alone where it is given; equal ones by article id and start."""
        if k < 1 or not self.passages_count:
            return EMPTY
        if among is not None:
            if where:
                allowed = self._allowed(where)
                among = among[[bool(i < len(allowed) and allowed[i]) for i in among.tolist()]]
            return self._ordered(among, self.cosines(among, vector), k, COSINE_TIE)[0] if len(among) else EMPTY
        wanted = k + SPARE
        while True:
            if isinstance(self._dense, Parts):
                found = self._dense.nearest(vector, wanted, where)
            else:
                ids = self.near(vector, wanted, where).ids
                found = Ranking(ids, self.cosines(ids, vector))
            ranking, complete = self._ordered(found.ids, found.scores, k, COSINE_TIE)
            if complete or wanted >= self.passages_count or len(found.ids) < wanted:
                return ranking
            wanted *= 4

    def near(self, vector: Vector, wanted: int, where: Filter | None) -> Ranking:
        """At least so many passages that the index holds for the nearest, with its scores, which are nearly cosines."""
        assert isinstance(self._dense, Dense), "a store in shards has no index of its own"
        return self._dense.search(vector, wanted, self._allowed(where) if where else None)

    def cosines(self, ids: PassageIds, vector: Vector) -> npt.NDArray[np.float32]:
        """Of each of these passages, by the catalog's own vectors."""
        scores: npt.NDArray[np.float32] = (self.vectors(ids).astype(np.float64) @ vector.astype(np.float64)).astype(
            np.float32
        )
        return scores

    def matching(
        self,
        question: str,
        *,
        k: int,
        spoken: str | None = None,
        where: Filter | None = None,
        among: PassageIds | None = None,
    ) -> Ranking:
        """The k best passages by BM25 over title and text; equal ones by article id and start.

        `spoken` is the language that the question is asked in, if that is known; `among` as for `nearest`.
        """
        if k < 1 or not self.passages_count:
            return EMPTY
        publishers = self._publishers(where.publisher) if where and where.publisher else ()
        collection = self._key(where.collection) if where and where.collection else None
        wanted = k + SPARE
        while True:
            best = self.lexical.matching(
                question,
                k=wanted,
                languages=self._codes,
                spoken=spoken,
                where=where,
                publishers=publishers,
                collection=collection,
                among=None if among is None else among.tolist(),
            )
            ranking, complete = self._ordered(best.ids, best.scores, k, BM25_TIE)
            if complete or wanted >= self.passages_count or len(best.ids) < wanted:
                return ranking
            wanted *= 4

    def word_weights(self, words: Sequence[str], spoken: str | None = None) -> list[float]:
        """How rare each word is: ln(1 + (N - df + .5) / (df + .5)) by the lexical index; 0 for a stop word.

        `spoken` is the language of the question that they are of, if that is known.
        """
        return self.lexical.weights(words, self._codes, spoken)

    def added_since(self, generation: int) -> Added:
        """The passages of articles that a later generation than this one added; found by what was added."""
        condition = f"added_in > {int(generation)} AND superseded = 0 AND {seen_in(self.generation)}"
        sql = f"SELECT first, passages, added_in, file FROM articles WHERE {condition} ORDER BY number"
        each = [(first + i, at, file) for first, n, at, file in self._catalog.rows(sql) for i in range(n)]
        rows = self._rows("passages", PASSAGE, "id", [id for id, _, _ in each])
        known = self._texts_known({int(row[4]) for row in rows.values()})
        first_in = [known[rows[id][4], collections.key_of(file)] for id, _, file in each]
        ids, added_in = [id for id, _, _ in each], [at for _, at, _ in each]
        return Added(np.array(ids, np.int64), np.array(added_in, np.int64), np.array(first_in, np.int64))

    def texts(self, ids: Sequence[int] | PassageIds) -> tuple[str, ...]:
        """What each passage's text is known by, whichever article says it and however often that is read anew."""
        numbers = [int(i) for i in ids]
        passages = self._rows("passages", PASSAGE, "id", numbers)
        hashes: dict[int, bytes] = {}
        wanted = list({int(row[4]) for row in passages.values()})
        for part in _parts(wanted):
            sql = f"SELECT number, hash FROM encodings WHERE number IN ({','.join('?' * len(part))})"
            hashes.update(self._catalog.rows(sql, part))
        return tuple(hashes[passages[i][4]].hex() for i in numbers)

    def saying(self, texts: Sequence[str]) -> PassageIds:
        """The passages of this generation that have these texts."""
        marks = ",".join("?" * len(texts))
        sql = f"SELECT p.id FROM encodings e JOIN passages p ON p.encoding = e.number WHERE e.hash IN ({marks})"
        ids = [int(row[0]) for row in self._catalog.rows(sql, [bytes.fromhex(text) for text in texts])]
        passages = self._catalog.by_key("passages", PASSAGE, "id", ids)
        numbers = list({int(row[1]) for row in passages.values()})
        articles = {
            n: article_row(row) for n, row in self._catalog.by_key("articles", ARTICLE, "number", numbers).items()
        }
        there = [i for i, row in passages.items() if (a := articles.get(row[1])) and not a.superseded and self._sees(a)]
        return np.array(sorted(there), np.int64)

    def missing(self, words: Sequence[str], spoken: str | None = None) -> list[bool]:
        """Of each word of a question in the language `spoken` whether no passage holds it, in any form."""
        return self.lexical.missing(words, self._codes, spoken)

    def held(self, index_words: Sequence[str]) -> list[int]:
        """How many passages hold each of these index words."""
        return self.lexical.held(index_words)

    def holding(self, index_words: Sequence[str], others: Sequence[str], *, k: int) -> tuple[Passage, ...]:
        """The k passages that hold any of these index words, those first that hold more of the others."""
        return self.passages(self.lexical.holding(index_words, others, k=k))

    @property
    def word_languages(self) -> tuple[str | None, ...]:
        """The languages by whose rules the words of its articles are indexed."""
        return self._codes

    def passages(self, ids: Sequence[int] | PassageIds) -> tuple[Passage, ...]:
        """The passages of these ids, in their order; passages of one article share it."""
        numbers = [int(i) for i in ids]
        rows = self._rows("passages", PASSAGE, "id", numbers)
        articles = self._articles(list(dict.fromkeys(int(rows[i][1]) for i in numbers)))
        return tuple(Passage(articles[rows[i][1]], rows[i][2], rows[i][3]) for i in numbers)

    def vectors(self, ids: Sequence[int] | PassageIds) -> Matrix:
        """Their vectors, in their order."""
        return encodings.unpack_vectors([vector for vector, _ in self.packed(ids)], self.manifest.dim)

    def encodings(self, ids: Sequence[int] | PassageIds) -> tuple[Matrix, tuple[TokenCodes, ...]]:
        """Their vectors and their token codes, in their order."""
        packed = self.packed(ids)
        vectors = encodings.unpack_vectors([vector for vector, _ in packed], self.manifest.dim)
        return vectors, tuple(encodings.unpack_codes(codes) for _, codes in packed)

    def packed(self, ids: Sequence[int] | PassageIds) -> list[tuple[bytes, bytes]]:
        """Their vectors and token codes, in their order, as they are kept."""
        numbers = [int(i) for i in ids]
        passages = self._rows("passages", PASSAGE, "id", numbers)
        if isinstance(self._dense, Parts):
            told = self._dense.encodings(self._by_shard(passages))
            return [told[i] for i in numbers]
        rows = self._rows("encodings", ENCODING, "number", list({int(row[4]) for row in passages.values()}))
        return [(rows[passages[i][4]][2], rows[passages[i][4]][3]) for i in numbers]

    def article(self, article_id: str) -> Article:
        """The article with this id; raises ArticleNotFound."""
        rows = self._seen_articles("AND id = ?", (article_id,))
        if not rows:
            raise ArticleNotFound(f"no article has the id {article_id}")
        return self._articles([rows[0].number])[rows[0].number]

    def articles_of(self, file: str, collection: str | None = None) -> tuple[Article, ...]:
        """The articles that this file of a collection's folder, the first one's where none is named, holds, in their order there."""
        key = self._key(collection) if collection else self.collections[0].key if self.collections else ""
        rows = self._seen_articles("AND file = ? ORDER BY place", (f"/{key}/{file}" if key else file,))
        articles = self._articles([row.number for row in rows])
        return tuple(articles[row.number] for row in rows)

    def every(self, where: Filter | None = None) -> Iterator[Article]:
        """Every article that the filter lets through, in the order in which they were added."""
        conditions, values = self._conditions(where)
        last = -1
        while rows := self._seen_articles(
            f"{conditions}AND number > ? ORDER BY number LIMIT ?", (*values, last, ARTICLES_AT_ONCE)
        ):
            last = rows[-1].number
            articles = self._articles([row.number for row in rows])
            yield from (articles[row.number] for row in rows)

    def recent(self, n: int, where: Filter | None = None) -> tuple[Article, ...]:
        """The n articles published last that the filter lets through, newest first; those without a date come last."""
        condition, values = self._conditions(where)
        rows = self._seen_articles(f"{condition}ORDER BY day DESC, published DESC, id LIMIT ?", (*values, max(0, n)))
        articles = self._articles([row.number for row in rows])
        return tuple(articles[row.number] for row in rows)

    def publishers(self) -> tuple[tuple[str | None, int], ...]:
        """Each publisher and its number of articles, most first."""
        sql = "SELECT publisher, count(*) FROM articles WHERE superseded = 0 AND " + seen_in(self.generation)
        rows = self._catalog.rows(sql + " GROUP BY publisher ORDER BY count(*) DESC, publisher")
        return tuple((publisher, int(n)) for publisher, n in rows)

    @cached_property
    def collections(self) -> tuple[Collection, ...]:
        """The folders that are in the store, in the order in which they came."""
        return collections.read(self.note(collections.NOTE), self.note(collections.LAST_RUN))

    @cached_property
    def counted(self) -> tuple[tuple[Collection, int], ...]:
        """Each collection and its number of articles."""
        told = []
        for one in self.collections:
            condition, values = collections.among(one.key)
            sql = f"SELECT count(*) FROM articles WHERE superseded = 0 AND {condition} AND {seen_in(self.generation)}"
            told.append((one, int(self._catalog.rows(sql, values)[0][0])))
        return tuple(told)

    def folder_of(self, article: Article) -> str:
        """The folder of an article's collection; empty where it is not known."""
        name = article.source.collection
        return next((one.folder for one in self.collections if name in ("", one.name)), "")

    def days(self) -> tuple[str | None, str | None]:
        """The day of the first article that has one, and of the last, ISO 8601."""
        sql = "SELECT min(substr(published, 1, 10)), max(substr(published, 1, 10)) FROM articles WHERE superseded = 0 AND "
        ((first, last),) = self._catalog.rows(sql + "day > 0 AND " + seen_in(self.generation))
        return first, last

    @cached_property
    def publisher_names(self) -> frozenset[str]:
        """All publishers."""
        sql = "SELECT DISTINCT publisher FROM articles WHERE superseded = 0 AND " + seen_in(self.generation)
        return frozenset(publisher for (publisher,) in self._catalog.rows(sql) if publisher)

    def files(self) -> tuple[FileRow, ...]:
        """Every file of the folder, as it was when it was read."""
        rows = self._catalog.checked("files", FILE, f"WHERE {seen_in(self.generation)}")
        return tuple(file_row(row) for row in rows)

    def furniture_in(self, article: Article) -> tuple[tuple[int, int], ...]:
        """Offsets of the lines of an article, indexed or not, that are furniture of its site."""
        where = f"WHERE site = ? AND {seen_in(self.generation)}"
        rows = self._catalog.checked("furniture", FURNITURE, where, (site_lines.site_of(article.source),))
        return site_lines.furniture_in(article.text, {row[1] for row in rows})

    def note(self, key: str) -> str | None:
        """A value the writer left under this key, or None."""
        return self._catalog.meta("note:" + key)

    def close(self) -> None:
        """Let go of the generation, so that it can be removed."""
        if isinstance(self.lexical, Parts):
            self.lexical.close()
        self._catalog.close()
        self._lock.close()  # last: while it is held, so is all that belongs to the generation

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _texts_known(self, encodings: Iterable[int]) -> dict[tuple[int, str], int]:
        """The first generation in which a text, by the number of its encoding, stood in a collection, by its key; of rows that are still there."""
        known: dict[tuple[int, str], int] = {}
        for part in _parts(list(encodings)):
            marks = ",".join("?" * len(part))
            sql = "SELECT p.encoding, a.file, a.added_in FROM passages p JOIN articles a ON a.number = p.article "
            for encoding, file, added_in in self._catalog.rows(f"{sql}WHERE p.encoding IN ({marks})", part):
                key = int(encoding), collections.key_of(file)
                known[key] = min(added_in, known.get(key, added_in))
        return known

    def _sees(self, article: ArticleRow) -> bool:
        return article.added_in <= self.generation and (
            article.removed_in is None or article.removed_in > self.generation
        )

    def _ordered(self, ids: PassageIds, scores: npt.NDArray[np.float32], k: int, tie: float) -> tuple[Ranking, bool]:
        """The k best in an order that the corpus alone decides, and whether no tie was cut off unseen."""
        steps = np.round(scores.astype(np.float64) / tie)
        order = np.argsort(-steps, kind="stable")
        ids, scores, steps = ids[order], scores[order], steps[order]
        complete = len(ids) <= k or bool(steps[k - 1] != steps[-1])
        values, counts = np.unique(steps[: k + 1], return_counts=True)
        tied = np.isin(steps, values[counts > 1])
        if tied.any():
            places = self._places(ids[tied])
            keys = [(-s, places.get(int(i), ("", 0))) for s, i in zip(steps, ids, strict=True)]
            order = np.array(sorted(range(len(ids)), key=keys.__getitem__), dtype=np.int64)
            ids, scores = ids[order], scores[order]
        return Ranking(ids[:k], scores[:k]), complete

    def _places(self, ids: PassageIds) -> dict[int, tuple[str, int]]:
        """Article id and start of each passage."""
        numbers = [int(i) for i in ids]
        rows = self._rows("passages", PASSAGE, "id", numbers)
        articles = self._rows("articles", ARTICLE, "number", list({int(row[1]) for row in rows.values()}))
        return {i: (articles[rows[i][1]][1], rows[i][2]) for i in numbers}

    def _by_shard(self, passages: Mapping[int, Row]) -> list[list[int]]:
        """The ids of these passages, by the shard of their article."""
        count = len(self.description.shards)
        articles = self._rows("articles", ARTICLE, "number", list({int(row[1]) for row in passages.values()}))
        by_shard: list[list[int]] = [[] for _ in range(count)]
        for i, row in passages.items():
            by_shard[shards.place(articles[row[1]][2], count)].append(i)
        return by_shard

    def _articles(self, numbers: list[int]) -> dict[int, Article]:
        rows = self._rows("articles", ARTICLE, "number", numbers)
        texts = self._rows("texts", TEXT, "article", numbers)
        return {number: self._named(article_row(rows[number]).article(texts[number][1])) for number in numbers}

    def _named(self, article: Article) -> Article:
        """The article with its file as a reader knows it: the path in its folder, beside the collection's name where there are several."""
        if len(self.collections) < 2 and not article.source.file.startswith("/"):
            return article
        key, file = collections.key_of(article.source.file), collections.inside(article.source.file)
        name = next((one.name for one in self.collections if one.key == key), key)
        source = replace(article.source, file=file, collection=name if len(self.collections) > 1 else "")
        return replace(article, source=source)

    def _key(self, name: str) -> str:
        """The key of the collection of this name, whatever its case; raises UsageError."""
        wanted = name.casefold()
        found = next((one for one in self.collections if one.name.casefold() == wanted), None)
        if found is None:
            there = ", ".join(one.name for one in self.collections) or "none that has a name"
            raise UsageError(f"there is no collection {name} in {self.path}. There is: {there}")
        return found.key

    def _bounds(self, where: Filter) -> tuple[list[str], list[object]]:
        """What SQL asks of an article's day, language and collection, and of it being shown at all."""
        conditions, values = _bounds(where)
        if where.collection:
            condition, keys = collections.among(self._key(where.collection))
            conditions.append(condition)
            values += keys
        return conditions, values

    def _rows(self, table: str, columns: str, key: str, numbers: list[int]) -> dict[int, Row]:
        rows = self._catalog.by_key(table, columns, key, numbers)
        if len(rows) != len(set(numbers)):
            raise damaged(self._catalog.path, f"rows of {table} are missing")
        return rows

    def _seen_articles(self, condition: str, values: Sequence[object]) -> list[ArticleRow]:
        rows = self._catalog.checked("articles", ARTICLE, f"WHERE {seen_in(self.generation)} {condition}", values)
        return [article_row(row) for row in rows]

    def _conditions(self, where: Filter | None) -> tuple[str, list[object]]:
        """What SQL asks of an article, each condition behind an AND."""
        conditions, values = self._bounds(where or Filter())
        if where and where.publisher:
            names = self._publishers(where.publisher)
            conditions.append(f"publisher IN ({','.join('?' * len(names))})")
            values += names
        return "".join(f"AND {one} " for one in conditions), values

    def _publishers_like(self, part: str) -> tuple[str, ...]:
        """Publishers whose name has this in it, without regard to case."""
        wanted = part.casefold()
        return tuple(name for name, _ in self.publishers() if name is not None and wanted in name.casefold())

    def _allowed_by(self, where: Filter) -> npt.NDArray[np.bool_]:
        """For each passage id, whether the filter lets it through."""
        conditions, values = self._bounds(where)
        conditions.append(seen_in(self.generation))
        sql = f"SELECT first, passages, publisher FROM articles WHERE {' AND '.join(conditions)}"
        rows = self._catalog.rows(sql, values)
        if where.publisher:
            names = set(self._publishers(where.publisher))
            rows = [row for row in rows if row[2] in names]
        ranges = np.array([(first, first + n) for first, n, _ in rows], np.int64).reshape(-1, 2)
        edges = np.zeros(int(ranges.max(initial=0)) + 1, np.int32)
        np.add.at(edges, ranges[:, 0], 1)
        np.add.at(edges, ranges[:, 1], -1)
        allowed: npt.NDArray[np.bool_] = np.cumsum(edges) > 0
        return allowed


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """As many at once as a query takes."""
    return (numbers[i : i + KEYS_A_QUERY] for i in range(0, len(numbers), KEYS_A_QUERY))


def _remembering(method: Callable[[Asked], Told], most: int) -> Callable[[Asked], Told]:
    """The method, which remembers its last answers, and does not keep its object: what nobody holds lets go of its files at once."""
    held = WeakMethod(method)

    @lru_cache(maxsize=most)
    def ask(asked: Asked) -> Told:
        bound = held()
        assert bound is not None  # whoever asks holds it
        return bound(asked)

    return ask


def _bounds(where: Filter) -> tuple[list[str], list[object]]:
    """What SQL asks of an article's day and language, and of it being shown at all."""
    conditions, values = ["superseded = 0"], list[object]()
    if where.since or where.until:
        conditions.append("day BETWEEN ? AND ?")
        values += [day_of(where.since) or FIRST_DAY, day_of(where.until, last=True) or LAST_DAY]
    if where.language:
        conditions.append("language = ?")
        values.append(where.language)
    if where.other_than:
        conditions.append("language IS NOT ?")
        values.append(where.other_than)
    return conditions, values


def current_stat(store: Path) -> Stat:
    """What changes when another generation is published; None while a store is being built anew."""
    try:
        status = (store / CURRENT).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
