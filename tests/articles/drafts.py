"""What a reader makes of bytes, for tests of one format: without a folder and without a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.reading import read_bytes

NOW = datetime(2026, 7, 10, 12, tzinfo=UTC)


def drafts_of(kind: str, data: bytes) -> list[Draft]:
    """The articles; a part that cannot be read fails the test."""
    items = list(read_bytes(kind, data, now=NOW, limits=Limits()))
    assert [str(item) for item in items if isinstance(item, Unreadable)] == []
    return [item for item in items if isinstance(item, Draft)]


def draft_of(kind: str, data: bytes) -> Draft:
    """The one article."""
    (draft,) = drafts_of(kind, data)
    return draft


def reasons_of(kind: str, data: bytes) -> list[str]:
    """Why parts, or all of it, cannot be read."""
    try:
        return [str(item) for item in read_bytes(kind, data, now=NOW, limits=Limits()) if isinstance(item, Unreadable)]
    except Unreadable as error:
        return [str(error)]
