"""A process that has imported all that indexing, exporting and importing need, and starts children that begin at once.

So a kill costs the child's work, not the start of a Python.  A line of JSON on stdin, [pipe, what, arguments...], starts a
child whose stdout is that pipe and is answered with its number; a number is answered when that child has ended.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from standin_encoder import StandIn

from askcorpus.errors import AskcorpusError
from askcorpus.indexing.run import refresh
from askcorpus.store.archive import export_store, import_store


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def index(folder: str, store: str, log: str, limit: int) -> None:
    """Index; no file may grow beyond `limit` bytes, if that is any."""
    encoder: Any = StandIn(log=Path(log))
    say("started")
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        report = refresh(folder, store, encoder, allow_removals=True)  # each edition has files of other names
    except AskcorpusError as error:
        say(type(error).__name__, str(error))
    else:
        say("done", report.generation)


def export(source: str, target: str) -> None:
    say("started")
    export_store(source, target)
    say("done")


def import_(source: str, target: str) -> None:
    say("started")
    import_store(source, target)
    say("done")


WORK: dict[str, Callable[..., None]] = {"index": index, "export": export, "import": import_}


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, int):
            say(os.waitpid(asked, 0)[1])
            continue
        pipe, what, *arguments = asked
        child = os.fork()
        if child == 0:
            os.dup2(os.open(pipe, os.O_WRONLY), 1)
            try:
                WORK[what](*arguments)
            except BaseException:  # noqa: BLE001  the test sees that nothing was said, this is why
                traceback.print_exc()
            finally:
                os._exit(0)
        say(child)


if __name__ == "__main__":
    main()
