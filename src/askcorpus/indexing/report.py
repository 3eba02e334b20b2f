"""What does an indexing run tell?  How far it is, what it did, and a note in the store of the last one."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from askcorpus.errors import AskcorpusError
from askcorpus.store.catalog import Catalog
from askcorpus.store.collections import LAST_RUN
from askcorpus.store.layout import CATALOG
from askcorpus.types import Counts, Skip

SKIPS_KEPT = 1000  # by the note, which is read whole at each `askcorpus status`: 0.1 MB


class Step(StrEnum):
    """What an indexing run is at, in this order."""

    LOOKING = "looking"
    """For files that changed."""
    READING = "reading"
    LOADING = "loading"
    """The model; on its first use it is converted, too."""
    ENCODING = "encoding"
    PUBLISHING = "publishing"
    """Both indexes are made, and the generation begins."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is."""

    files: int
    files_total: int
    """Files that changed; those that did not are not counted. 0 while they are looked for."""
    encoded: int
    encoded_total: int
    """Passages to encode: a careful estimate from the articles split so far, which grows and never shrinks; 0 while files are read."""
    passages_per_s: float
    seconds_left: float | None
    """Of this step, where it is reading or encoding."""
    files_per_s: float = 0.0
    step: Step = Step.READING
    seen: int = 0
    """Files in the folders, as far as they were looked at."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an indexing run did."""

    counts: Counts
    skips: tuple[Skip, ...]
    generation: int
    unread: tuple[tuple[str, int], ...] = ()
    """Suffixes of the kinds of files that are not read, and how many of each there are, most first."""
    new: tuple[str, ...] = ()
    """Names of the collections that the run made."""
    left: tuple[str, ...] = ()
    """Names of those that were not named, and are as they were."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last indexing run left as a note."""

    folder: str
    at: str
    """ISO 8601, UTC."""
    counts: Counts
    skips: tuple[Skip, ...]


def note_of(folder: Path, report: Report) -> str:
    """The note that a run leaves when it is done."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    skips = [(skip.file, skip.reason) for skip in report.skips[:SKIPS_KEPT]]
    return json.dumps({"folder": str(folder.resolve()), "at": at, "counts": asdict(report.counts), "skips": skips})


def last_run(note: str | None) -> LastRun | None:
    """The run that left a note."""
    if note is None:
        return None
    table = json.loads(note)
    skips = tuple(Skip(file, reason) for file, reason in table["skips"])
    return LastRun(table["folder"], table["at"], Counts(**table["counts"]), skips)


def folder_of(store: Path | str) -> str | None:
    """The folder that a store was last brought up to date with, the first of several; None where that cannot be said, as of a damaged store."""
    if not (Path(store) / CATALOG).is_file():
        return None
    catalog = Catalog(Path(store))
    try:
        last = last_run(catalog.meta(f"note:{LAST_RUN}"))
    except (AskcorpusError, OSError, ValueError, KeyError, TypeError):
        return None
    finally:
        catalog.close()
    return last.folder if last is not None else None
