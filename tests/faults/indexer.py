"""A process that indexes and may be killed at any moment: indexer.py FOLDER STORE LOG [FILE-SIZE LIMIT]."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from standin_encoder import StandIn

from askcorpus.errors import AskcorpusError
from askcorpus.indexing.run import refresh


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main(folder: str, store: str, log: str, limit: str = "0") -> None:
    encoder: Any = StandIn(log=Path(log))
    say("started")
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    try:
        report = refresh(folder, store, encoder, allow_removals=True)  # each edition has files of other names
    except AskcorpusError as error:
        say(type(error).__name__, str(error))
    else:
        say("done", report.generation)


if __name__ == "__main__":
    main(*sys.argv[1:])
