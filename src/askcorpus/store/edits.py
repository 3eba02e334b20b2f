"""How do articles change in the catalog?  Rows of the next generation, out of every reader's sight until it is published.

An article comes or goes first; when all have, what is furniture of their sites is known, and those that it concerns are
split into passages; at the end ids and versions are settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, replace

from askcorpus.articles.files import INSIDE
from askcorpus.store import settling, site_lines
from askcorpus.store.encodings import hash_of
from askcorpus.store.lexical import day_of
from askcorpus.store.records import ARTICLE, PASSAGE, TEXT, ArticleRow, article_row
from askcorpus.store.rows import Rows
from askcorpus.store.site_furniture import Recurrence
from askcorpus.types import Article, Passage

UNSPLIT = 0
"""In the place of the number of an article's first passage."""
COUNTED_BY = "lines"
"""The rules by which lines were counted when every article was split accordingly."""
SPLIT_BY = "split"
"""The rules by which every article was split."""


class Edits:
    """The articles of a store as its one writer changes them."""

    def __init__(self, rows: Rows, generation: int) -> None:
        self.generation = generation
        """The one that the changes will be."""
        self._rows = rows
        self._next_passage = rows.number("passages")
        self._recurrence = Recurrence(rows)
        self._split_by: int | None = None
        self._counted = rows.meta(COUNTED_BY) == str(site_lines.LINES) or generation == 1

    def counts(self) -> dict[str, int]:
        """How many articles each file holds, those in its members included."""
        counts: Counter[str] = Counter()
        for file, count in self._rows.query(
            "SELECT file, count(*) FROM articles WHERE removed_in IS NULL GROUP BY file"
        ):
            counts[file] += count
            for end in (i for i in range(len(file)) if file.startswith(INSIDE, i)):
                counts[file[:end]] += count  # where that is no archive, nobody asks for it
        return dict(counts)

    def of(self, file: str) -> list[ArticleRow]:
        """The articles of a file and of its members, in their order."""
        where = "WHERE (file = ? OR (file > ? AND file < ?)) AND removed_in IS NULL ORDER BY place, number"
        bounds = (file, file + INSIDE, file + INSIDE + chr(0x10FFFF))
        return [article_row(row) for row in self._rows.checked("articles", ARTICLE, where, bounds)]

    def add(self, article: Article) -> ArticleRow:
        """Add an article, to be split into passages later."""
        source = article.source
        row = ArticleRow(
            self._rows.number("articles"), article.id, article.id, source.file, source.place, article.title, source.url,
            source.publisher, source.published, source.language, hash_of(article.title, article.text),
            day_of(source.published), UNSPLIT, 0, 0, self.generation, None,
        )  # fmt: skip
        self._rows.insert("texts", TEXT, (row.number, article.text))
        self._put(row)
        self._recurrence.add(row, article.text)
        self._rows.commit_sometimes()
        return row

    def move(self, row: ArticleRow, place: int) -> None:
        """Note that an unchanged article stands elsewhere in its file."""
        self._put(replace(row, place=place))

    def remove(self, row: ArticleRow) -> None:
        """Take an article out of the next generation."""
        self._recurrence.remove(row, self._rows.text_of(row.number))
        self._remove(row)

    def unsplit(self, *, by: int | None = None) -> tuple[int, ...]:
        """Numbers of the articles to split: those that were added, and those whose site's furniture changed.

        All, where `by`, which names the rules of splitting, is not what it was. To be called when every article of the run was
        added or removed.
        """
        where = "added_in = ?"
        if by is not None and self._rows.meta(SPLIT_BY) != str(by):
            where = "removed_in IS NULL AND added_in <= ?"
            self._split_by = by
        if not self._counted:
            self._recurrence.count_all()
            where = "removed_in IS NULL AND added_in <= ?"
            self._counted = True
        added = self._rows.query(f"SELECT number FROM articles WHERE {where}", (self.generation,))
        return tuple(sorted(self._recurrence.decide(self.generation).union(number for (number,) in added)))

    def to_split(self, number: int) -> tuple[ArticleRow, Article, tuple[tuple[int, int], ...]]:
        """An article, and where the furniture of its site stands in it."""
        [values] = self._rows.checked("articles", ARTICLE, "WHERE number = ?", (number,))
        row = article_row(values)
        article = row.article(self._rows.text_of(number))
        furniture = self._recurrence.furniture(site_lines.site_of(row.source))
        return row, article, site_lines.furniture_in(article.text, furniture)

    def put_passages(self, row: ArticleRow, passages: Sequence[Passage], numbers: Sequence[int]) -> None:
        """Note how an article was split; `numbers` are those of its passages' encodings."""
        spans = [(p.start, p.end, number) for p, number in zip(passages, numbers, strict=True)]
        if row.first == UNSPLIT:
            self._put_passages(row, spans)
        elif spans != self._passages_of(row):
            self._replace(row, row, spans)

    def settle(self) -> None:
        """Give every article that the changes touch its id and its standing, and write what is held back."""
        for settled in (settling.ids, settling.versions):
            for row, changed in settled(self._rows, self.generation):
                self._restate(row, changed)
        self._recurrence.write()

    def change_anything(self) -> bool:
        """Whether a reader of the next generation would see anything else than now."""
        sql = (
            "SELECT 1 FROM articles WHERE added_in = ?1 UNION ALL SELECT 1 FROM articles WHERE removed_in = ?1 LIMIT 1"
        )
        return bool(self._rows.query(sql, (self.generation,)))

    def note_rules(self) -> None:
        """Note by which rules lines were counted and articles split, once every article is so, and published."""
        if self._split_by is not None:
            self._rows.set_meta(SPLIT_BY, str(self._split_by))
            self._rows.commit()
        if self._counted and self._rows.meta(COUNTED_BY) != str(site_lines.LINES):
            self._rows.set_meta(COUNTED_BY, str(site_lines.LINES))
            self._rows.commit()

    def _restate(self, row: ArticleRow, changed: ArticleRow) -> None:
        """Have an article known by another id or standing, from the next generation on."""
        if row.added_in == self.generation:
            self._put(changed)
        else:
            self._replace(row, changed, self._passages_of(row))

    def _replace(self, row: ArticleRow, changed: ArticleRow, passages: Sequence[tuple[int, int, int]]) -> None:
        """Have an article seen otherwise from the next generation on; what it says stays counted."""
        text = self._rows.text_of(row.number)
        copy = replace(changed, number=self._rows.number("articles"), added_in=self.generation, removed_in=None)
        self._rows.insert("texts", TEXT, (copy.number, text))
        self._put_passages(copy, passages)
        self._recurrence.drop(row, text)
        self._recurrence.put(copy, text)
        self._remove(row)

    def _remove(self, row: ArticleRow) -> None:
        if row.added_in == self.generation:
            self._rows.delete_article(row, encodings=True)
        else:
            self._put(replace(row, removed_in=self.generation))

    def _passages_of(self, row: ArticleRow) -> list[tuple[int, int, int]]:
        where = "WHERE id BETWEEN ? AND ? ORDER BY id"
        passages = self._rows.checked("passages", PASSAGE, where, (row.first, row.first + row.passages - 1))
        return [(start, end, encoding) for _, _, start, end, encoding, _ in passages]

    def _put_passages(self, row: ArticleRow, passages: Sequence[tuple[int, int, int]]) -> None:
        self._put(replace(row, first=self._next_passage, passages=len(passages)))
        for start, end, encoding in passages:
            self._rows.insert("passages", PASSAGE, (self._next_passage, row.number, start, end, encoding))
            self._next_passage = self._rows.number("passages")
        self._rows.commit_sometimes()

    def _put(self, row: ArticleRow) -> None:
        self._rows.insert("articles", ARTICLE, astuple(row))
