"""Which address may a link lead to?  What an article says of itself is somebody else's text; pure functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import quote, urlsplit

from askcorpus.types import Article

Links: TypeAlias = Callable[[Article], str | None]
"""The address of the file that an article was read from, where that is known."""
_KEPT = ":/?#[]@!$&'*+,;=%~-._"
"""What an address may hold as it is; brackets and quotes would end it in Markdown, control characters in a terminal."""


def web(url: str | None) -> str | None:
    """The address if it is one of the web, with everything escaped that could end a link; else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:  # brackets that hold no IPv6 address
        return None
    return quote(url or "", safe=_KEPT) if parts.scheme in ("http", "https") and parts.netloc else None
