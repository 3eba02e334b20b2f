"""How do the catalog's rows become the nouns, and back?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from askcorpus.types import Article, Manifest, Skip, Source

Row: TypeAlias = tuple[Any, ...]
"""As SQLite gives it; of a sealed one the last column is its seal."""

ARTICLE = (
    "number, id, own_id, file, place, title, url, publisher, published, language, content, day, first, passages, "
    "superseded, added_in, removed_in"
)
TEXT = "article, text"
PASSAGE = 'id, article, start, "end", encoding'
ENCODING = "number, hash, vector, codes"
LINE = "site, line, story, article"
FURNITURE = "site, line, stories, added_in, removed_in"
FILE = "number, file, size, mtime_ns, checked_ns, hash, reader, skips, added_in, removed_in"


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One state of one article."""

    number: int
    id: str
    own_id: str
    """The id the article came with; `id` differs from it only where two articles came with the same one."""
    file: str
    place: int
    title: str
    url: str | None
    publisher: str | None
    published: str | None
    language: str | None
    content: bytes
    """Hash of title and text."""
    day: int
    first: int
    """Its passages have the ids from `first` to `first + passages - 1`."""
    passages: int
    superseded: int
    added_in: int
    removed_in: int | None

    def article(self, text: str) -> Article:
        """The article, with its text."""
        return Article(self.id, self.title, text, self.source)

    @property
    def source(self) -> Source:
        """Where the article came from."""
        return Source(self.file, self.place, self.url, self.publisher, self.published, self.language)

    def same_as(self, article: Article, content: bytes) -> bool:
        """Whether an article read now is this one, wherever in its file it stands."""
        source = article.source
        return (self.own_id, self.content, self.file) == (article.id, content, source.file) and (
            (self.url, self.publisher, self.published, self.language)
            == (source.url, source.publisher, source.published, source.language)
        )

    @property
    def indexed(self) -> bool:
        """Whether its passages can be found."""
        return not self.superseded and self.passages > 0


@dataclass(frozen=True, slots=True)
class FileRow:
    """One state of one file of the folder."""

    number: int
    file: str
    size: int
    mtime_ns: int
    checked_ns: int
    """When the hash was taken; a file changed less than two seconds before is hashed again."""
    hash: bytes
    reader: str
    skips: tuple[Skip, ...]
    added_in: int
    removed_in: int | None


def article_row(row: Row) -> ArticleRow:
    """A sealed row of the table articles."""
    return ArticleRow(*row[: len(ArticleRow.__slots__)])


def file_row(row: Row) -> FileRow:
    """A sealed row of the table files."""
    values = dict(zip(FileRow.__slots__, row, strict=False))  # the seal is left over
    values["skips"] = tuple(Skip(file, reason) for file, reason in json.loads(values["skips"]))
    return FileRow(**values)


def file_values(row: FileRow) -> tuple[object, ...]:
    """A file's state as the table files keeps it."""
    skips = json.dumps([(skip.file, skip.reason) for skip in row.skips])
    return (
        row.number, row.file, row.size, row.mtime_ns, row.checked_ns, row.hash, row.reader, skips, row.added_in,
        row.removed_in,
    )  # fmt: skip


def manifest_text(manifest: Manifest) -> str:
    """A manifest as the catalog keeps it."""
    return json.dumps(asdict(manifest))


def manifest_of(text: str) -> Manifest:
    """A manifest the catalog kept; fields of a later program are ignored."""
    table = json.loads(text)
    fields = {name: table[name] for name in Manifest.__slots__ if name in table}
    fields["languages"] = tuple(fields.get("languages", ("en",)))
    return Manifest(**fields)
