"""Which page does a web archive (.mhtml) hold?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.formats.html_dates import with_address
from askcorpus.articles.metadata import canonical


def read_archive(data: bytes, *, read_page: Callable[[bytes], tuple[Draft, ...]]) -> tuple[Draft, ...]:
    """The articles of the archive's page; raises Unreadable when there is none."""
    message = cast(EmailMessage, message_from_bytes(data, policy=policy.compat32))
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    root = str(message.get_param("start") or "").strip("<>")  # an advertisement may stand before the page
    pages.sort(key=lambda part: bool(root) and str(part.get("Content-ID") or "").strip(" <>") != root)
    for page in pages:
        body = page.get_payload(decode=True)
        if not isinstance(body, bytes) or not body.strip():
            continue
        charset = page.get_content_charset()
        if charset and charset not in ("utf-8", "us-ascii"):
            with suppress(LookupError, UnicodeError):  # the page's own declaration, or a guess, decides then
                body = body.decode(charset).encode("utf-8")
        first, *others = read_page(body)
        address = message.get("Snapshot-Content-Location") or page.get("Content-Location")
        return (with_address(first, canonical(str(address) if address else None)), *others)
    raise Unreadable("a web archive without a page in it")
