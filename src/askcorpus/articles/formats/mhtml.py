"""Which page does a web archive (.mhtml) hold?"""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import Compat32
from typing import cast

from askcorpus.articles.decoding import as_utf8
from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.formats.html_dates import with_address
from askcorpus.articles.formats.mail import beginning
from askcorpus.articles.metadata import canonical


class _Headers(Compat32):
    """The plain reading of headers, of no more than their beginnings."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """See Compat32: the name of a field and what stands in it."""
        return beginning(*super().header_source_parse(sourcelines))


def read_archive(data: bytes, *, read_page: Callable[[bytes], tuple[Draft, ...]]) -> tuple[Draft, ...]:
    """The articles of the archive's page; raises Unreadable when there is none."""
    message = cast(EmailMessage, message_from_bytes(data, policy=_Headers()))
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    root = str(message.get_param("start") or "").strip("<>")  # an advertisement may stand before the page
    pages.sort(key=lambda part: bool(root) and str(part.get("Content-ID") or "").strip(" <>") != root)
    for page in pages:
        body = page.get_payload(decode=True)
        if not isinstance(body, bytes) or not body.strip():
            continue
        first, *others = read_page(as_utf8(body, page.get_content_charset()))
        address = message.get("Snapshot-Content-Location") or page.get("Content-Location")
        return (with_address(first, canonical(str(address) if address else None)), *others)
    raise Unreadable("a web archive without a page in it")
