"""Which articles do the members of an archive (.zip, .wacz) hold?"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from askcorpus.articles.draft import Draft, Limits, Unreadable, failure
from askcorpus.articles.files import (
    INSIDE,
    archives,
    is_sidecar,
    kind_by_content,
    kind_of,
    page_of_parts,
    says_nothing,
)
from askcorpus.articles.formats.packages import unpacking
from askcorpus.articles.metadata import Metadata, completed, day_of_member, sidecar_says

_NAMED = 5  # members that one reason names
_LITTER = "__MACOSX"
_WEB_ARCHIVE = "datapackage.json"  # beside a folder archive/: https://specs.webrecorder.net/wacz/


@dataclass(frozen=True, slots=True)
class Member:
    """What an archive holds that can be read."""

    name: str
    kind: str
    data: bytes


ReadMember = Callable[[Member], Iterable[Draft | Unreadable]]


def read_zip(data: bytes, *, limits: Limits, read_member: ReadMember) -> Iterator[Draft | Unreadable]:
    """The articles of the readable members, in the order of their names; a member that fails is an Unreadable.

    Hidden members, the parts of saved pages and kinds that are not read are one Unreadable each that counts them.
    """
    with unpacking(".zip"):
        packed = zipfile.ZipFile(io.BytesIO(data))
    with packed:
        members = sorted((m for m in packed.infolist() if not m.filename.endswith("/")), key=lambda m: m.filename)
        if len(members) > limits.max_members:
            raise Unreadable(f"more than {limits.max_members} members")
        wanted, passed = _sorted_out(members)
        yield from _read(packed, wanted, passed, limits, read_member)


def _sorted_out(members: list[zipfile.ZipInfo]) -> tuple[list[zipfile.ZipInfo], list[Unreadable]]:
    """The members to read, and what is to be said of the others."""
    names = frozenset(member.filename for member in members)
    if _WEB_ARCHIVE in names and any(name.startswith("archive/") for name in names):
        return [m for m in members if m.filename.startswith("archive/") and kind_of(m.filename) == ".warc"], []
    hidden = [m for m in members if _is_hidden(m.filename)]
    parts = {m.filename: page for m in members if m not in hidden and (page := _page_of(m.filename, names))}
    passed = [Unreadable(f"{_counted(hidden)} hidden: {_list_of([m.filename for m in hidden])}")] if hidden else []
    for page in sorted(set(parts.values())):
        of_page = [name for name, its in parts.items() if its == page]
        passed.append(Unreadable(f"{_counted(of_page)} part of the saved page {page}: {_list_of(of_page)}"))
    left = [m for m in members if m not in hidden and m.filename not in parts]
    return [m for m in left if not is_sidecar(m.filename, names)], passed


def _read(
    packed: zipfile.ZipFile,
    members: list[zipfile.ZipInfo],
    passed: list[Unreadable],
    limits: Limits,
    read_member: ReadMember,
) -> Iterator[Draft | Unreadable]:
    left = limits.max_bytes
    unread: Counter[str] = Counter()
    names = frozenset(packed.namelist())
    for info in members:
        name = info.filename
        kind = kind_of(name)
        if not kind and not says_nothing(name):
            unread[Path(name).suffix.lower()] += 1
            continue
        try:
            with unpacking("member"), packed.open(info) as stream:
                inside = stream.read(left + 1)
        except Unreadable as error:
            yield Unreadable(f"{name}: {error}")
            continue
        left -= len(inside)
        if left >= 0 and name.lower().endswith(".gz") and kind != ".warc":
            try:
                with gzip.GzipFile(fileobj=io.BytesIO(inside)) as unpacked:
                    inside = unpacked.read(left + 1)
            except (OSError, EOFError, zlib.error):
                yield Unreadable(f"{name}: damaged .gz")
                continue
            left -= len(inside)
        if left < 0:
            raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
        kind = kind or kind_by_content(inside[:4096])
        if not kind:
            unread[Path(name).suffix.lower()] += 1
            continue
        beside = packed.getinfo(f"{name}.json") if f"{name}.json" in names else None
        metadata = Metadata()
        if beside and beside.file_size < limits.max_line_bytes:
            with suppress(Unreadable), unpacking("sidecar"):
                metadata = sidecar_says(packed.read(beside))
        for item in _named(Member(name, kind, inside), metadata, read_member):
            yield item
            if kind in archives and isinstance(item, Draft):
                left -= len(item.text)
    yield from passed
    if unread:
        kinds = ", ".join(f"{n} {kind or 'without suffix'}" for kind, n in unread.most_common(_NAMED))
        yield Unreadable(f"{_counted(list(unread.elements()))} of a kind that is not read: {kinds}")


def _named(member: Member, metadata: Metadata, read_member: ReadMember) -> Iterator[Draft | Unreadable]:
    """The articles of a member, with its name; the first with what its sidecar and its name add to it."""
    day = Metadata(published=day_of_member(member.name)) if member.kind != ".warc" else Metadata()
    try:
        for item in read_member(member):
            if isinstance(item, Unreadable):
                yield Unreadable(f"{member.name}: {item}")
                continue
            item = completed(item, metadata, origin="sidecar")
            item = completed(item, day, origin="name of the member")
            metadata = day = Metadata()
            yield replace(item, member=f"{member.name}{INSIDE}{item.member}" if item.member else member.name)
    except Exception as error:  # noqa: BLE001  a member whose parser fails costs that member, not those behind it
        yield Unreadable(f"{member.name}: {failure(error)}")


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == _LITTER for part in name.split("/"))


def _page_of(name: str, names: frozenset[str]) -> str:
    """The saved page whose folder of pictures and frames holds the member; empty where it is in none."""
    folders = name.split("/")[:-1]
    for depth, folder in enumerate(folders):
        above = "".join(f"{other}/" for other in folders[:depth])
        siblings = frozenset(other[len(above) :] for other in names if other.startswith(above))
        page = page_of_parts(folder, siblings) if page_of_parts(folder, siblings) else ""
        if page:
            return above + page
    return ""


def _counted(members: list[zipfile.ZipInfo] | list[str]) -> str:
    return "1 member is" if len(members) == 1 else f"{len(members)} members are"


def _list_of(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
