"""Which id does an article have, and which version of it is shown?  The folder decides, not the order of changes.

Two articles may come with the same id: the first by collection, file and place keeps it, the others get one made of file and id.
Two of one collection may be versions of one story, with one url and different dates: the latest is found, the others are kept aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b

from askcorpus.store.collections import key_of
from askcorpus.store.records import ARTICLE, ArticleRow, article_row
from askcorpus.store.rows import Rows

VERSIONS_MAX = 20
"""A url shared by more articles than this names a page, not an article."""
SAME_STORY = 0.4
"""Share of words that two versions of one story have in common at least."""
Restated = list[tuple[ArticleRow, ArticleRow]]
"""Articles as they are, and as they are to be."""


def ids(rows: Rows, generation: int) -> Restated:
    """Articles that `generation` brings another id."""
    restated = []
    for group in _groups(rows, generation, "own_id", "HAVING count(*) > 1 OR min(id) <> own_id"):
        group.sort(key=lambda row: (key_of(row.file) != "", row.file, row.place, row.content))
        for n, row in enumerate(group):
            made = blake2b(f"{row.file}#{row.own_id}#{n}".encode(), digest_size=6).hexdigest()
            id = row.own_id if n == 0 else made
            if row.id != id:
                restated.append((row, replace(row, id=id)))
    return restated


def versions(rows: Rows, generation: int) -> Restated:
    """Articles for which, from `generation` on, a later version of their story stands, or no longer does."""
    restated = []
    for group in _by_collection(_groups(rows, generation, "url", "HAVING count(*) > 1 OR max(superseded)")):
        words = {row.number: _words(rows, row) for row in group} if 1 < len(group) <= VERSIONS_MAX else {}
        for row in group:
            later = (other for other in group if words and _moment(row) < _moment(other))
            superseded = bool(row.published) and any(_alike(words, row, other) for other in later)
            if bool(row.superseded) != superseded:
                restated.append((row, replace(row, superseded=int(superseded))))
    return restated


def _groups(rows: Rows, generation: int, column: str, having: str) -> list[list[ArticleRow]]:
    """Articles that share a value which a generation touches."""
    shared = rows.query(
        f"SELECT {column} FROM articles WHERE removed_in IS NULL AND {column} IS NOT NULL AND {column} IN ("
        f"SELECT {column} FROM articles WHERE added_in = ?1 UNION SELECT {column} FROM articles WHERE removed_in = ?1) "
        f"GROUP BY {column} {having} ORDER BY {column}",
        (generation,),
    )
    where = f"WHERE {column} = ? AND removed_in IS NULL"
    return [[article_row(row) for row in rows.checked("articles", ARTICLE, where, value)] for value in shared]


def _by_collection(groups: list[list[ArticleRow]]) -> Iterator[list[ArticleRow]]:
    """Articles of one collection at a time: who asks one alone must find what it holds."""
    for group in groups:
        for key in dict.fromkeys(key_of(row.file) for row in group):
            yield [row for row in group if key_of(row.file) == key]


def _words(rows: Rows, row: ArticleRow) -> frozenset[str]:
    return frozenset(f"{row.title} {rows.text_of(row.number)}".lower().split())


def _alike(words: dict[int, frozenset[str]], row: ArticleRow, other: ArticleRow) -> bool:
    one, two = words[row.number], words[other.number]
    return len(one & two) >= SAME_STORY * len(one | two)


def _moment(row: ArticleRow) -> float:
    """When an article was published, as a number; nothing is later than an article without a date."""
    try:
        moment = datetime.fromisoformat(row.published or "")
    except ValueError:
        return float("-inf")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
