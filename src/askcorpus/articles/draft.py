"""What does a reader hand on?  An article before it has an id, and what was left out of it; knows no file format."""

from __future__ import annotations

from dataclasses import dataclass, replace

from askcorpus.types import Article


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was not kept, and why: furniture, a byline, a title already told."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as a reader found it."""

    title: str
    text: str
    url: str | None = None
    publisher: str | None = None
    published: str | None = None
    language: str | None = None
    own_id: str | None = None
    """The id its row has, for rows of JSON and CSV."""
    dropped: tuple[Dropped, ...] = ()
    member: str = ""
    """Which member of an archive it was in: `inner.zip › page.html`."""
    origins: tuple[tuple[str, str], ...] = ()
    """Where what is known came from: `("published", "JSON-LD")`."""
    times: tuple[tuple[int, float], ...] = ()
    """For a transcript: offsets in the text, and the second at which what begins there was said."""


def sourced(draft: Draft, where: str, **places: str) -> Draft:
    """The draft, with where each field that is known came from: `places` by the field's name, all others `where`."""
    told = {field for field, _ in draft.origins}
    known = (field for field in ("title", "publisher", "published", "url") if field not in told)
    new = tuple((field, places.get(field, where)) for field in known if getattr(draft, field))
    return replace(draft, origins=(*draft.origins, *new))


@dataclass(frozen=True, slots=True)
class Look:
    """An article, and the draft it was made of: what `askcorpus inspect` shows."""

    article: Article
    draft: Draft


@dataclass(frozen=True, slots=True)
class Limits:
    """Where reading stops; a file beyond one of these is a named skip."""

    max_file_mb: float = 64.0
    """Size of a file, and of what a compressed file unpacks to, in MiB."""
    max_line_mb: float = 8.0
    """Length of one line of JSON lines, and of one page in a .warc, in MiB."""
    max_depth: int = 1_500
    """How deep the elements of a web page may be nested."""
    max_archives: int = 2
    """How deep archives may lie in archives."""
    max_members: int = 10_000
    """Members of a .zip, records of a .warc."""
    timeout_s: float = 20.0
    """A file that says nothing for so long is given up, in seconds."""

    @property
    def max_bytes(self) -> int:
        """`max_file_mb` in bytes."""
        return int(self.max_file_mb * 1024 * 1024)

    @property
    def max_line_bytes(self) -> int:
        """`max_line_mb` in bytes."""
        return int(self.max_line_mb * 1024 * 1024)


class Unreadable(Exception):
    """A file, or one article of it, cannot be read; the message is the reason a user sees."""


FAILED = "could not be read, which is a fault of askcorpus: "
"""How the reason of a Skip begins that no reader foresaw."""


def failure(error: Exception) -> str:
    """The reason that a user sees for what a reader raised; the parsers of others raise anything."""
    if isinstance(error, Unreadable):
        return str(error)
    if isinstance(error, MemoryError):
        return "needs more memory than a reader may take"
    if isinstance(error, RecursionError):
        return "nested more deeply than can be read"
    return f"{FAILED}{type(error).__name__}"
