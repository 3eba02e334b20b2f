"""Which articles do the members of a .zip hold?"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator

from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.files import kind_of


def read_zip(
    data: bytes, *, limits: Limits, read_member: Callable[[str, bytes], Iterable[Draft | Unreadable]]
) -> Iterator[Draft | Unreadable]:
    """The articles of the readable members, in the order of their names; a member that fails is an Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = sorted((m for m in packed.infolist() if not m.is_dir()), key=lambda m: m.filename)
            if len(members) > limits.max_members:
                raise Unreadable(f"more than {limits.max_members} members")
            left = limits.max_bytes
            for member in members:
                kind = kind_of(member.filename.rpartition("/")[2])
                if kind in ("", ".zip", ".warc") or member.filename.lower().endswith(".gz"):
                    continue
                with packed.open(member) as stream:
                    inside = stream.read(left + 1)
                left -= len(inside)
                if left < 0:
                    raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
                yield from _named(member.filename, kind, inside, read_member)
    except (zipfile.BadZipFile, EOFError, zlib.error, ValueError, OSError) as error:
        raise Unreadable("damaged .zip") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Unreadable("a .zip that is encrypted or packed in an unknown way") from error


def _named(
    name: str, kind: str, data: bytes, read_member: Callable[[str, bytes], Iterable[Draft | Unreadable]]
) -> Iterator[Draft | Unreadable]:
    try:
        for item in read_member(kind, data):
            yield Unreadable(f"{name}: {item}") if isinstance(item, Unreadable) else item
    except Unreadable as error:
        yield Unreadable(f"{name}: {error}")
