"""Which lines stand on so many pages of a site that they are its furniture?  Counts the lines of live articles.

The articles that are there decide, not the order in which they came, so a store that was brought up to date says what one
built afresh says.  The table lines holds those of the next generation; furniture, like articles, says from which
generation to which a line was furniture.
"""

from __future__ import annotations

from collections.abc import Iterator

from askcorpus.store import site_lines
from askcorpus.store.records import ARTICLE, FURNITURE, LINE, TEXT, ArticleRow, article_row
from askcorpus.store.rows import Rows
from askcorpus.store.site_lines import STORIES_OF_SITE

_HELD_MAX = 50_000  # rows; their keys are hashes, and in order they touch each page of the table once
_TOUCHED_MAX = 20_000  # lines of one site, above which all of them are looked at
_BLOCK = 500  # articles whose texts are in memory at once
_COUNT = "SELECT count(*) FROM (SELECT DISTINCT story FROM lines WHERE site = ? AND line = ?)"
_COUNTS = (
    "SELECT line, count(*) FROM (SELECT DISTINCT line, story FROM lines WHERE site = ? AND line <> ?) "
    "GROUP BY line HAVING count(*) >= ?"
)
_NOW = "WHERE site = ? AND removed_in IS NULL"
Key = tuple[int, int, int, int]


class Recurrence:
    """The lines of the articles as one run leaves them, and which of them are furniture."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._held: list[Key] = []
        self._touched: dict[int, set[int] | None] = {}
        """Lines that came or went, by site; None for all of a site."""

    def add(self, row: ArticleRow, text: str) -> None:
        """Count an article."""
        lines = keys(row, text)
        self._hold(lines)
        self._touch(lines)

    def remove(self, row: ArticleRow, text: str) -> None:
        """Count an article no longer."""
        lines = keys(row, text)
        self._delete(lines)
        self._touch(lines)

    def put(self, row: ArticleRow, text: str) -> None:
        """Write an article's lines, where what they say was counted already."""
        self._hold(keys(row, text))

    def drop(self, row: ArticleRow, text: str) -> None:
        """Delete an article's lines, where what they say remains counted."""
        self._delete(keys(row, text))

    def write(self) -> None:
        """Write what is held back, before a generation is published."""
        self._rows.insert_all("lines", LINE, sorted(self._held))
        self._held.clear()

    def count_all(self) -> None:
        """Count every live article again."""
        self._held.clear()
        self._rows.execute("DELETE FROM lines")
        for row, text in _live(self._rows):
            self.add(row, text)
        self._touched = dict.fromkeys(self._touched)

    def decide(self, generation: int) -> frozenset[int]:
        """Settle which lines are furniture from `generation` on; the numbers of the articles that hold one that changed."""
        self.write()
        articles: set[int] = set()
        for site, touched in self._touched.items():
            for line in self._decide(site, touched, generation):
                holders = self._rows.query("SELECT article FROM lines WHERE site = ? AND line = ?", (site, line))
                articles.update(number for (number,) in holders)
        self._touched.clear()
        return frozenset(articles)

    def furniture(self, site: int) -> frozenset[int]:
        """What the furniture of a site says, as `decide` left it."""
        rows = self._rows.checked("furniture", FURNITURE, _NOW, (site,))
        return frozenset(row[1] for row in rows if row[1] != STORIES_OF_SITE)

    def _decide(self, site: int, touched: set[int] | None, generation: int) -> frozenset[int]:
        """Lines that became furniture, or are it no more."""
        now = {row[1]: row for row in self._rows.checked("furniture", FURNITURE, _NOW, (site,))}
        stories = site_lines.rounded(self._stories(site, STORIES_OF_SITE))
        decided_by = now.pop(STORIES_OF_SITE, None)
        if touched is None or decided_by is None or decided_by[2] != stories:
            counts = self._rows.query(_COUNTS, (site, STORIES_OF_SITE, site_lines.LEAST))
            after = {line for line, count in counts if count >= site_lines.enough(line, stories)}
            before = set(now)
        else:
            after = {line for line in touched if self._stories(site, line) >= site_lines.enough(line, stories)}
            before = touched & set(now)
        for line in before - after:
            self._end(now[line], generation)
        for line in after - before:
            self._rows.insert("furniture", FURNITURE, (site, line, stories, generation, None))
        if decided_by is None or decided_by[2] != stories:
            if decided_by is not None:
                self._end(decided_by, generation)
            if stories:
                self._rows.insert("furniture", FURNITURE, (site, STORIES_OF_SITE, stories, generation, None))
        return frozenset(before ^ after)

    def _end(self, row: tuple[int, ...], generation: int) -> None:
        site, line, stories, since = row[:4]
        if since == generation:
            self._rows.execute(
                "DELETE FROM furniture WHERE site = ? AND line = ? AND added_in = ?", (site, line, since)
            )
        else:
            self._rows.insert("furniture", FURNITURE, (site, line, stories, since, generation))

    def _stories(self, site: int, line: int) -> int:
        return int(self._rows.query(_COUNT, (site, line))[0][0])

    def _hold(self, lines: list[Key]) -> None:
        self._held.extend(lines)
        if len(self._held) > _HELD_MAX:
            self.write()

    def _delete(self, lines: list[Key]) -> None:
        self.write()
        _delete(self._rows, lines)

    def _touch(self, lines: list[Key]) -> None:
        for site, line, _, _ in lines:
            touched = self._touched.setdefault(site, set())
            if touched is not None and line != STORIES_OF_SITE:
                touched.add(line)
                if len(touched) > _TOUCHED_MAX:
                    self._touched[site] = None


def keys(row: ArticleRow, text: str) -> list[Key]:
    """What the table lines holds of an article: one row a line, and one for the story itself."""
    site = site_lines.site_of(row.source)
    lines, story = site_lines.lines_of(text)
    counted = {(site, line.says, line.story, row.number) for line in lines}
    return [*counted, (site, STORIES_OF_SITE, story, row.number)]


def put(rows: Rows, row: ArticleRow, text: str) -> None:
    """Write an article's lines."""
    rows.insert_all("lines", LINE, keys(row, text))


def drop(rows: Rows, row: ArticleRow, text: str) -> None:
    """Delete an article's lines."""
    _delete(rows, keys(row, text))


def _delete(rows: Rows, lines: list[Key]) -> None:
    for key in lines:
        rows.execute("DELETE FROM lines WHERE site = ? AND line = ? AND story = ? AND article = ?", key)


def _live(rows: Rows) -> Iterator[tuple[ArticleRow, str]]:
    """Every article of the next generation with its text."""
    last = 0
    where = f"WHERE removed_in IS NULL AND number > ? ORDER BY number LIMIT {_BLOCK}"
    while block := [article_row(row) for row in rows.checked("articles", ARTICLE, where, (last,))]:
        last = block[-1].number
        marks = ",".join("?" * len(block))
        numbers = [row.number for row in block]
        texts: dict[int, str] = dict(
            row[:2] for row in rows.checked("texts", TEXT, f"WHERE article IN ({marks})", numbers)
        )
        for row in block:
            yield row, texts[row.number]
