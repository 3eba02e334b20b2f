"""How does the folder keep what was fetched?  A page's file, what is known of it beside it, and what servers said of it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

from askcorpus.articles.decoding import as_utf8
from askcorpus.articles.draft import Unreadable
from askcorpus.articles.files import STATE_FILE
from askcorpus.articles.formats.feeds import links_of
from askcorpus.articles.metadata import canonical
from askcorpus.articles.web.fetch import Fetcher
from askcorpus.errors import FolderError

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_ENTRIES = 50  # of a feed, newest first


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one address."""

    url: str
    outcome: str
    """added, changed, unchanged or skipped."""
    file: str | None = None
    reason: str | None = None


@dataclass(slots=True)
class _Known:
    """What a server said of a page when it was last asked."""

    file: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def add(urls: Iterable[str], folder: Path, *, fetcher: Fetcher) -> Iterator[Added]:
    """Fetch each page into the folder; one that has not changed since is left alone, one that fails is named."""
    state = _load(folder)
    for url in urls:
        added = _add_page(url, folder, state, fetcher)
        _save(folder, state)
        yield added


def add_feeds(feeds: Iterable[str], folder: Path, *, fetcher: Fetcher) -> Iterator[Added]:
    """Fetch the pages that the feeds name and the folder does not know yet."""
    for feed in feeds:
        state = _load(folder)
        known = state.get(feed, _Known())
        try:
            page = fetcher.fetch(feed, etag=known.etag, last_modified=known.last_modified)
            links = links_of(page.data) if page else []
        except Unreadable as error:
            yield Added(feed, "skipped", reason=str(error))
            continue
        new = [link for link in dict.fromkeys(links[:_ENTRIES]) if _key(link) not in state]
        failed = False
        for added in add(new, folder, fetcher=fetcher):
            failed = failed or added.outcome == "skipped"
            yield added
        if page is None or not new:
            yield Added(feed, "unchanged")
        if page is not None and not failed:  # what failed is asked for again with the feed's next reading
            state = _load(folder)
            state[feed] = _Known(etag=page.etag, last_modified=page.last_modified)
            _save(folder, state)


def _add_page(url: str, folder: Path, state: dict[str, _Known], fetcher: Fetcher) -> Added:
    key = _key(url)
    known = state.get(key, _Known())
    if known.file and not (folder / known.file).exists():
        known = _Known()  # removed by hand: fetch it whole
    try:
        page = fetcher.fetch(url, etag=known.etag, last_modified=known.last_modified)
        if page is None:
            return Added(url, "unchanged", known.file)
        suffix = _SUFFIXES.get(page.kind)
        if suffix is None:
            raise Unreadable(f"not a kind that can be read ({page.kind})")
    except Unreadable as error:
        return Added(url, "skipped", reason=str(error))
    file = known.file or _file_name(key, suffix)
    data = as_utf8(page.data, page.charset) if suffix in (".html", ".txt", ".md") else page.data
    before = _read(folder / file)
    write(folder / f"{file}.json", json.dumps({"url": canonical(page.url) or page.url}).encode())
    write(folder / file, data)
    state[key] = _Known(file, page.etag, page.last_modified)
    outcome = "added" if before is None else "unchanged" if before == data else "changed"
    return Added(url, outcome, file)


def _key(url: str) -> str:
    return canonical(url) or url


def _file_name(key: str, suffix: str) -> str:
    parts = urlsplit(key)
    words = re.sub(r"[^A-Za-z0-9]+", "-", f"{parts.hostname or ''} {parts.path}").strip("-").lower()
    return f"{words[:80].rstrip('-')}-{blake2b(key.encode(errors='surrogatepass')).hexdigest()[:8]}{suffix}"


def _load(folder: Path) -> dict[str, _Known]:
    try:
        rows = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}  # asking again costs a request, nothing else
    known = {url: _known_from(url, row) for url, row in rows.items()} if isinstance(rows, dict) else {}
    return {url: told for url, told in known.items() if told is not None}


def _known_from(url: str, row: object) -> _Known | None:
    """What a row of the state file tells; None for one that `_save` does not write.

    Above all for one that names another file than the address has: what is overwritten is not the state file's choice.
    """
    names = ("file", "etag", "last_modified")
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str | None) for name in names):
        return None
    file = row.get("file")
    try:
        if file is not None and file.removeprefix(_file_name(url, "")) not in _SUFFIXES.values():
            return None
    except ValueError:  # no address at all
        return None
    return _Known(*(row.get(name) for name in names))


def _save(folder: Path, state: dict[str, _Known]) -> None:
    rows = {url: asdict(known) for url, known in sorted(state.items())}
    write(folder / STATE_FILE, json.dumps(rows, indent=1).encode())


def _read(path: Path) -> bytes | None:
    """What the page's file held before; a link, a pipe or a folder of its name is not one of ours."""
    return path.read_bytes() if path.is_file() and not path.is_symlink() else None


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, and in this folder: a link that has the name is replaced, not followed.

    The name it has until then begins with a dot, which indexing passes over.
    """
    aside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.unlink(missing_ok=True)
        with aside.open("xb") as file:  # x: never through a link that was put there meanwhile
            file.write(data)
        os.replace(aside, path)  # noqa: PTH105
    except OSError as error:
        raise FolderError(f"{path} cannot be written: {error.strerror}. Name another folder with --folder.") from error
