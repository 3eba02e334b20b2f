"""How does the folder keep what somebody sent in a chat?  A file of its own, what is known of its origin beside it."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path

from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.web.add import write

KINDS = (".pdf", ".docx", ".html", ".htm", ".txt", ".md", ".epub")
"""Suffixes that are taken: what people send as an article; nothing that is unpacked or that holds another file's format."""
NAME_CHARACTERS = 80  # of the sender's own name for it


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of where it came from; empty where it is not."""

    publisher: str | None = None
    published: str | None = None
    """ISO 8601."""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A file in the folder."""

    file: str
    known: bool
    """Whether it was there already, with these very bytes."""
    new: bool = False
    """Whether no file of this name was there."""


def kind_of(name: str) -> str | None:
    """The suffix of a file that is taken; None for another."""
    suffix = Path(name.lower()).suffix
    return suffix if suffix in KINDS else None


def there(data: bytes, name: str, folder: Path) -> str | None:
    """The file of the folder that holds these very bytes, whatever it is called; of this name's kind."""
    if not folder.is_dir():
        return None
    alike = (one for one in walk(folder) if isinstance(one, FoundFile) and one.size == len(data))
    return next((one.file for one in alike if kind_of(one.file) == kind_of(name) and _holds(one.path, data)), None)


def keep(data: bytes, name: str, folder: Path, *, origin: Origin) -> Received:
    """Write it into the folder, whole or not at all; the same bytes of the same name have the same file. Raises FolderError.

    The name is the sender's only as far as it can do no harm: no folder, nothing hidden, no suffix but its kind's.
    """
    suffix = kind_of(name) or ".txt"
    words = re.sub(r"[^\w]+", "-", name.lower().removesuffix(suffix)).strip("-_")
    file = f"{words[:NAME_CHARACTERS].rstrip('-_') or 'received'}-{blake2b(data).hexdigest()[:8]}{suffix}"
    path = folder / file
    if not path.is_symlink() and _holds(path, data):
        return Received(file, known=True)
    new = not path.exists()
    said = {key: value for key, value in asdict(origin).items() if value}
    if said:
        write(folder / f"{file}.json", json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))
    write(path, data)
    return Received(file, known=False, new=new)


def discard(file: str, folder: Path) -> None:
    """Take back what was written of a file in which there was no article."""
    for name in (file, f"{file}.json"):
        with contextlib.suppress(OSError):  # somebody else was faster, or the disk refuses: then it is named as skipped
            (folder / name).unlink()


def _holds(path: Path, data: bytes) -> bool:
    """Whether a file has these bytes."""
    try:
        return path.is_file() and path.read_bytes() == data
    except OSError:  # it may not be read, or went away
        return False
