"""Which files of a folder can be read?  Walks it in a fixed order; opens only those whose names do not say what they are."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from askcorpus.types import Skip

_TEXT = (".txt", ".text", ".md", ".markdown")
_PAGES = (".html", ".htm", ".xhtml", ".mhtml", ".mht")
_RECORDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
_FEEDS = (".xml", ".rss", ".atom")
_OFFICE = (".pdf", ".docx", ".epub", ".odt", ".rtf")
_MAIL = (".eml", ".mbox")
_SPOKEN = (".srt", ".vtt")
_PACKED = (".gz", ".zip", ".wacz", ".warc")

readable: frozenset[str] = frozenset(_TEXT + _PAGES + _RECORDS + _FEEDS + _OFFICE + _MAIL + _SPOKEN + _PACKED)
"""Suffixes of the files that can be read; a .gz counts when what is packed in it does."""
archives = (".zip", ".wacz")
"""Suffixes of the files that hold others."""
INSIDE = " › "
"""Between the path of an archive and the name of its member."""

_PROGRAMS = frozenset(".php .php3 .phtml .asp .aspx .jsp .jspx .cgi .cfm .do .shtml .shtm .pl".split())
_HEAD = 4096  # bytes of a file that tell what it is: more than a page writes above its first element
_MAGIC = ((b"%PDF-", ".pdf"), (b"WARC/", ".warc"), (b"{\\rtf", ".rtf"), (b"WEBVTT", ".vtt"))
_PAGE = re.compile(
    r"(?:<!--.{0,2000}?-->\s{0,20}|<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_BLANKS = bytes(byte for byte in range(256) if chr(byte).isspace())
_BEGIN_PAGES = (b"<", b"\xef", b"\xff", b"\xfe")  # a tag, the marks of encodings
_XML = re.compile(r"<(?:\?xml|\w)")
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|nitf|newsml|newsmessage|newsitem)[\s>]", re.I)
_MBOX = re.compile(r"From \S+ .*\d{4}\n[\w-]+: ")
_MAIL_FIELD = re.compile(
    r"^(?:From|To|Date|Subject|Received|Return-Path|Delivered-To|Message-ID|MIME-Version): ", re.M | re.I
)
_PARTS = re.compile(
    r"(?P<page>.+)(?:_files|\.files|_file|[-_]Dateien|_fichiers|_archivos|_bestanden|_filer|_soubory|_pliki|_ficheiros|"
    r"_arquivos|_elemei|_fajlok|_dosyalar|_tiedostot|_datoteke|_bylos|_failid)"
)

STORE_FILE = "catalog.sqlite"
"""The folder that holds it is a store, whose files are no articles."""
STORE_PARTS = ("current.json", "generations", "encoder", "aside-", "shards")
"""How the names of what a store holds begin, of those that could be read."""
SIDECAR = ".json"
STATE_FILE = ".askcorpus-add.json"
"""What `askcorpus add` remembers of the pages it fetched into a folder."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may hold articles, as the walk saw it."""

    path: Path
    file: str
    """Path inside the folder, with forward slashes."""
    size: int
    mtime_ns: int
    content: str = ""
    """The suffix of what is in it, where its own says nothing."""
    beside: Path | None = None
    """The file that says things about it, `page.html.json` beside `page.html`, where the folder holds one."""

    @property
    def kind(self) -> str:
        """The suffix that says how to read the file."""
        return self.content or kind_of(self.path.name)


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file of a kind that is not read."""

    file: str
    kind: str
    """Its suffix, in lower case; empty where it has none."""


def walk(folder: Path, *, follow_links: bool = False) -> Iterator[FoundFile | OtherFile | Skip]:
    """Every file below the folder, sorted by its path in the folder.

    Hidden files, stores and sidecars (`page.html.json` beside `page.html`) are passed over; a link that leads back to a
    folder above it, or out of the folder unless `follow_links`, a FIFO, a folder that may not be opened, the folder of a
    saved page's parts (`page_files`) is a Skip. A file is a folder of one.
    """
    if not folder.is_dir():
        yield from _look(
            folder, folder.name, _beside(folder, None if follow_links else os.path.realpath(folder.parent))
        )
        return
    yield from _walk(folder, "", frozenset(), None if follow_links else os.path.realpath(folder))


def kind_of(name: str) -> str:
    """The suffix that says how to read the file, in lower case; what is inside counts for a .gz."""
    lower = name.lower()
    if lower.endswith(".gz"):
        inner = _suffix(lower[: -len(".gz")])
        return inner if inner in readable - {".gz", ".zip"} else ""
    suffix = _suffix(lower)
    return suffix if suffix in readable else ""


def _suffix(path: str) -> str:
    """As a Path's, which takes twenty times as long to make."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""


def _walk(
    folder: Path, prefix: str, above: frozenset[tuple[int, int]], root: str | None
) -> Iterator[FoundFile | OtherFile | Skip]:
    """`root` is the folder that no link may lead out of; None where it may."""
    try:
        status = folder.stat()
        names = sorted(os.listdir(folder))  # noqa: PTH208  names sort faster than Paths, and 100,000 are common
    except OSError as error:
        yield Skip(prefix.rstrip("/") or ".", f"folder cannot be opened: {reason(error)}")
        return
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        yield Skip(prefix.rstrip("/"), "link that leads back to a folder above it")
        return
    files = set(names)
    is_store = STORE_FILE in files
    if is_store and prefix:
        return
    for name in names:
        if name.startswith(".") or (is_store and name.startswith(STORE_PARTS)):
            continue
        path, file = folder / name, prefix + name
        if root is not None and leads_out(path, root):
            yield Skip(file, "link that leads out of the folder; to read it all the same: --follow-links")
        elif _is_folder(path):
            page = page_of_parts(name, files)
            if page:
                yield Skip(file, f"the parts of {page}, not articles of their own")
            else:
                yield from _walk(path, file + "/", above | {identity}, root)
        elif INSIDE in name and name.partition(INSIDE)[0] in files:
            yield Skip(file, "its name is that of a member of the archive beside it; rename it")
        elif not is_sidecar(name, files):
            yield from _look(path, file, _beside(path, root) if name + SIDECAR in files else None)


def _beside(path: Path, root: str | None) -> Path | None:
    """The sidecar of a file; a link that leads out of the folder is none, whatever it leads to."""
    beside = path.with_name(path.name + SIDECAR)
    return beside if beside.is_file() and (root is None or not leads_out(beside, root)) else None


def _look(path: Path, file: str, beside: Path | None) -> Iterator[FoundFile | OtherFile | Skip]:
    named = kind_of(path.name)
    if not named and not says_nothing(path.name):
        yield OtherFile(file, path.suffix.lower())
        return
    try:
        status = path.stat()
    except OSError as error:
        yield Skip(file, reason(error))
        return
    if not stat.S_ISREG(status.st_mode):
        yield Skip(file, "not a regular file")
        return
    content = "" if named else _content_of(path)
    if named or content:
        yield FoundFile(path, file, status.st_size, status.st_mtime_ns, content, beside)
    else:
        yield OtherFile(file, path.suffix.lower())


def _content_of(path: Path) -> str:
    """The suffix of what is in a file whose name leaves that open; empty where it cannot be told."""
    try:
        with path.open("rb") as file:
            return kind_by_content(file.read(_HEAD))
    except OSError:
        return ""


def says_nothing(name: str) -> bool:
    """Whether a file's name leaves open what is in it: no suffix, that of a program on a server, or a piece of an address."""
    suffix = Path(name).suffix.lower()
    return suffix in _PROGRAMS or not re.fullmatch(r"\.[a-z][a-z0-9]{0,4}", suffix)


def is_page(head: bytes) -> bool:
    """Whether a file with this beginning is a web page; as `kind_by_content`, sooner for the texts that are none."""
    return head.lstrip(_BLANKS)[:1] in _BEGIN_PAGES and kind_by_content(head) == ".html"


def kind_by_content(head: bytes) -> str:
    """The suffix that files with this beginning have; empty where it tells nothing."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = head.decode(encoding, errors="replace").removeprefix("ï»¿").lstrip()
    if _PAGE.match(text):
        return ".html"
    if _XML.match(text) and _FEED.search(text):
        return ".xml"
    if _MBOX.match(text):
        return ".mbox"
    if len(_MAIL_FIELD.findall(text.partition("\n\n")[0].replace("\r", ""))) >= 2:
        return ".mhtml" if "Saved by" in text[:300] else ".eml"
    return ""


def page_of_parts(folder: str, siblings: Set[str]) -> str:
    """The saved page beside a folder that a browser made for its pictures and frames; empty where there is none."""
    match = _PARTS.fullmatch(folder)
    names = [match["page"] + suffix for suffix in _PAGES] if match else []
    return next((name for name in names if name in siblings), "")


def leads_out(path: Path, root: str) -> bool:
    """Whether this is a link to a place outside of `root`, whose own links are resolved."""
    if not path.is_symlink():
        return False
    place = os.path.realpath(path)
    return os.path.lexists(place) and os.path.commonpath((root, place)) != root


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False  # a dangling or circular link: _look names it


def is_sidecar(name: str, siblings: Set[str]) -> bool:
    """Whether the file says something about the one beside it."""
    return name.lower().endswith(SIDECAR) and name[: -len(SIDECAR)] in siblings


def reason(error: OSError) -> str:
    """Why the file cannot be had, in plain words."""
    if isinstance(error, FileNotFoundError):
        return "vanished before it was read"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return (error.strerror or type(error).__name__).lower()
