"""What is known of an article besides its text?  From page, front matter, sidecar or file name, in that order."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from askcorpus.articles.draft import Draft
from askcorpus.articles.fields import flat, is_address, words
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.dates import any_date
from askcorpus.language.identify import language_code

_MAX_SIDECAR = 1024 * 1024  # bytes
_NOTE_LINK = re.compile(r"\[\[(?:[^\]|]{0,200}\|)?([^\]|]{1,200})\]\]")  # [[Harbour Gazette]]
_ARCHIVED = re.compile(
    r"https?://(?:web\.archive\.org/web|archive\.\w{2,5})/\d{4,14}(?:[a-z]{2}_)?/(https?:)/{1,2}([^/].*)", re.I
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d{1,6}\)(\S{1,2000})\s*-->", re.I)
_SINGLE_FILE = re.compile(rb"<!--\s*page saved with singlefile\s{1,20}url:\s?(\S{1,2000})", re.I)
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?$")  # a time without its zone
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|igshid|cmpid|ref_src|yclid", re.I)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of an article besides its text."""

    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None


def metadata_from(fields: Mapping[str, object]) -> Metadata:
    """What the fields of a row, a header or a sidecar say, under any of their usual names."""
    return Metadata(
        title=next(words(fields, "title"), None),
        publisher=_publisher(fields),
        published=next((day for word in words(fields, "published") if (day := any_date(word))), None)
        or _in_utc(fields),
        url=next((url for word in words(fields, "url") if (url := canonical(word))), None),
        language=language_code(next(words(fields, "language"), None)),
    )


def _in_utc(fields: Mapping[str, object]) -> str | None:
    """The moment of a field that is in UTC by its name and does not say so again: WordPress' `date_gmt`."""
    moments = (f"{word}+00:00" if _CLOCK.search(word) else word for word in words(fields, "published_utc"))
    return next((day for word in moments if (day := any_date(word))), None)


def _publisher(fields: Mapping[str, object]) -> str | None:
    """The publisher's name; its host where nothing else is said."""
    return next(
        (name for word in words(fields, "publisher") if not is_address(word) and (name := _NOTE_LINK.sub(r"\1", word))),
        None,
    )


def saved_from(page: bytes) -> Metadata:
    """The address that a browser, or what saves pages in it, wrote into the page."""
    head = page[:4096]
    told = b"saved " in head.lower()  # looking for that first takes no time
    match = (_SAVED_FROM.search(head) or _SINGLE_FILE.search(head)) if told else None
    return Metadata(url=canonical(match[1].decode("utf-8", "replace"))) if match else Metadata()


def sidecar(beside: Path | None) -> Metadata:
    """What the file `<name>.json` beside the article's file says; nothing when there is none."""
    if beside is None:
        return Metadata()
    try:
        status = beside.stat()
        if status.st_size > _MAX_SIDECAR or not stat.S_ISREG(status.st_mode):
            return Metadata()
        return sidecar_says(beside.read_bytes())
    except OSError:
        return Metadata()


def sidecar_says(data: bytes) -> Metadata:
    """What the bytes of a sidecar say; nothing when they are none."""
    try:
        fields = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return Metadata()
    return metadata_from(flat(fields)) if isinstance(fields, dict) else Metadata()


def date_in_name(name: str) -> str | None:
    """The day a file name gives: 2025-07-12-ferry.txt, 20250712_ferry.html."""
    match = re.match(r"(?:.*[^0-9])?((?:19|20)\d\d)([-_.]?)([01]\d)\2([0-3]\d)(?![0-9])", name)
    try:
        return date(int(match[1]), int(match[3]), int(match[4])).isoformat() if match else None
    except ValueError:
        return None


def day_of_member(path: str) -> str | None:
    """The day that an archive's member is named for, or the folder in it that holds the member: 2025-03-12/ferry.html."""
    folder, _, name = path.rpartition("/")
    return date_in_name(name) or date_in_name(folder.rpartition("/")[2])


def completed(draft: Draft, metadata: Metadata, *, origin: str) -> Draft:
    """The draft, with what is known where it says nothing itself; `origin` names where that is from."""
    fields = ("publisher", "published", "url", "language")
    new = [name for name in fields if getattr(metadata, name) and not getattr(draft, name)]
    title = metadata.title if metadata.title and draft.title == title_from(draft.text) else None
    new += ["title"] if title else []
    if not new:
        return draft
    return replace(
        draft,
        origins=(*(pair for pair in draft.origins if pair[0] not in new), *((name, origin) for name in new)),
        title=title or draft.title,
        publisher=draft.publisher or metadata.publisher,
        published=draft.published or metadata.published,
        url=draft.url or metadata.url,
        language=draft.language or metadata.language,
    )


def told(metadata: Metadata, drafts: tuple[Draft, ...], *, origin: str) -> tuple[Draft, ...]:
    """The drafts with what their file says of the first, which goes before what is found in its text; `origin` names where."""
    if not drafts:
        return ()
    first = drafts[0]
    said = [name for name in ("title", "publisher", "published", "url", "language") if getattr(metadata, name)]
    if not said:
        return drafts
    others = (pair for pair in first.origins if pair[0] not in said)
    return (
        replace(
            first,
            origins=(*others, *((name, origin) for name in said)),
            title=metadata.title or first.title,
            publisher=metadata.publisher or first.publisher,
            published=metadata.published or first.published,
            url=metadata.url or first.url,
            language=metadata.language or first.language,
        ),
        *drafts[1:],
    )


def canonical(url: str | None) -> str | None:
    """The address as two versions of a page share it: http(s), no archive's, no fragment, nothing that only tracks; else None."""
    if not url or "/" not in url:  # most of what rows have in such a field is the number of an article
        return None
    archived = _ARCHIVED.match(url.strip())
    try:
        parts = urlsplit(f"{archived[1]}//{archived[2]}" if archived else url.strip())
        host = parts.hostname
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or any(c.isspace() for c in url.strip()):
        return None
    query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)])
    return urlunsplit((parts.scheme.lower(), host.lower() + port, parts.path or "/", query, ""))
