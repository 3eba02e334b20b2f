"""What does the language identifier make of a text?  The only module that knows py3langid.

Its tables are an archive that takes half a second to unpack, and then 70 MB of memory in every process that reads.  So they are
unpacked once into the cache and read where they lie.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import uuid
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from askcorpus.cache import cached

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LABELS = "labels.json"


class Tables(NamedTuple):
    """Of the identifier's model, as its constructor takes them."""

    likelihoods: Any
    priors: Any
    labels: list[str]
    next_state: Any
    row: Any
    output: Any


def ranked(text: str) -> list[tuple[str, float]]:
    """The languages, likeliest first, each by its ISO 639-1 code with its share of the likelihood."""
    return [(str(language), float(share)) for language, share in _identifier().rank(text)]


@lru_cache(maxsize=64)  # of a web page it is asked when it is read and when its article is made
def classified(text: str) -> tuple[str, float]:
    """The likeliest language and its share of the likelihood."""
    language, share = _identifier().classify(text)
    return str(language), float(share)


def tables() -> Tables:
    """The model's tables from the cache, unpacked into it before where they are not there; where none can be, in memory."""
    from py3langid.langid import MODEL_DIR, MODEL_FILE

    packed = Path(MODEL_DIR, MODEL_FILE)
    told = packed.stat()
    place = cached("languages") / f"{told.st_size}-{told.st_mtime_ns}"
    lying = _read(place)
    if lying is not None:
        return lying
    from py3langid.modelio import load_model

    unpacked = Tables(*load_model(packed))
    _write(place, unpacked)
    return unpacked


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import LanguageIdentifier

    said = tables()
    return LanguageIdentifier(
        said.likelihoods, said.priors, said.labels, said.next_state, said.output, tk_row=said.row, norm_probs=True
    )


def _read(place: Path) -> Tables | None:
    import numpy as np

    try:
        arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in _names()}
        labels = json.loads((place / LABELS).read_text("utf-8"))
    except (OSError, ValueError, EOFError):  # not there, or cut short
        return None
    # Looked up one by one, a view of the memory is ten times as fast as numpy's array.
    views = {name: memoryview(arrays[name]) for name in ("next_state", "row", "output")}
    # As plain arrays: whatever is computed from a mapped one is of its class, which tells every step where it comes from.
    return Tables(np.asarray(arrays["likelihoods"]), np.asarray(arrays["priors"]), labels, **views)


def _write(place: Path, unpacked: Tables) -> None:
    """Whole or not at all; where the cache cannot be written, the next process unpacks them again."""
    import numpy as np

    making = place.with_name(f".{place.name}-{uuid.uuid4().hex}")
    with contextlib.suppress(OSError):
        making.mkdir(parents=True)
        for name in _names():
            values = getattr(unpacked, name)
            np.save(making / f"{name}.npy", np.asarray(values, np.int32) if name == "output" else np.asarray(values))
        (making / LABELS).write_text(json.dumps(unpacked.labels), "utf-8")
        shutil.rmtree(place, ignore_errors=True)  # what could not be read
        making.rename(place)
    shutil.rmtree(making, ignore_errors=True)


def _names() -> Sequence[str]:
    return tuple(name for name in Tables._fields if name != "labels")
