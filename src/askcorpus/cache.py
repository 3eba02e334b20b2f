"""Where does what can be made again lie?  Deleting that folder costs time and nothing else."""

from __future__ import annotations

import os
from pathlib import Path


def cached(name: str) -> Path:
    """The folder of this name: in ASKCORPUS_CACHE where that is set, else in the user's cache.  It may not be there yet."""
    chosen = os.environ.get("ASKCORPUS_CACHE")
    if chosen:
        return Path(chosen).expanduser() / name
    import platformdirs

    return platformdirs.user_cache_path("askcorpus", appauthor=False) / name
