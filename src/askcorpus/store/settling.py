"""Which id does an article have, and which version of it is shown?  The folder decides, not the order of changes.

Two articles may come with the same id: the first by file and place keeps it, the others get one made of file and id.
Two may be versions of one story, with one url and different dates: the latest is found, the others are kept aside.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from askcorpus.store.records import ARTICLE, ArticleRow, article_row

if TYPE_CHECKING:
    from askcorpus.store.writer import Writer

VERSIONS_MAX = 20
"""A url shared by more articles than this names a page, not an article."""
SAME_STORY = 0.4
"""Share of words that two versions of one story have in common at least."""


def settle(writer: Writer) -> None:
    """Give every article that this run touched its id and its standing."""
    for row, id in _ids(writer):
        if row.id != id:
            writer.restate_article(row, id=id, superseded=bool(row.superseded))
    for row, superseded in _versions(writer):
        if bool(row.superseded) != superseded:
            writer.restate_article(row, id=row.id, superseded=superseded)


def _ids(writer: Writer) -> list[tuple[ArticleRow, str]]:
    """Articles whose own id is in doubt, and the id each is to have."""
    decided = []
    for group in _groups(writer, "own_id", "HAVING count(*) > 1 OR min(id) <> own_id"):
        group.sort(key=lambda row: (row.file, row.place, row.content))
        for n, row in enumerate(group):
            made = blake2b(f"{row.file}#{row.own_id}#{n}".encode(), digest_size=6).hexdigest()
            decided.append((row, row.own_id if n == 0 else made))
    return decided


def _versions(writer: Writer) -> list[tuple[ArticleRow, bool]]:
    """Articles that share their url, and whether a later version stands for each."""
    decided = []
    for group in _groups(writer, "url", "HAVING count(*) > 1 OR max(superseded)"):
        words = {row.number: _words(writer, row) for row in group} if 1 < len(group) <= VERSIONS_MAX else {}
        for row in group:
            later = (other for other in group if words and _moment(row) < _moment(other))
            decided.append((row, bool(row.published) and any(_alike(words, row, other) for other in later)))
    return decided


def _groups(writer: Writer, column: str, having: str) -> list[list[ArticleRow]]:
    """Articles that share a value which this run touched."""
    found = writer.rows.query(
        f"SELECT {column} FROM articles WHERE removed_in IS NULL AND {column} IS NOT NULL AND {column} IN ("
        f"SELECT {column} FROM articles WHERE added_in = ?1 UNION SELECT {column} FROM articles WHERE removed_in = ?1) "
        f"GROUP BY {column} {having} ORDER BY {column}",
        (writer.next,),
    )
    where = f"WHERE {column} = ? AND removed_in IS NULL"
    return [[article_row(row) for row in writer.rows.checked("articles", ARTICLE, where, value)] for value in found]


def _words(writer: Writer, row: ArticleRow) -> frozenset[str]:
    return frozenset(f"{row.title} {writer.rows.text_of(row.number)}".lower().split())


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
