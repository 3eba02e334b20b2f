"""A process that asks in a loop until its stdin ends, and says what it saw that was not one whole edition."""

from __future__ import annotations

import re
import select
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from standin_encoder import told, vector_of

from askcorpus.store.opening import open_store
from askcorpus.store.snapshot import Snapshot

EDITION = re.compile(r"Edition (\d+)")
PAUSE_S = 0.01  # leaves the processes that are killed the other half of a processor


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def complaint(snapshot: Snapshot, articles: int) -> str | None:
    """Why what a snapshot says is not one whole edition of so many articles; None when it is."""
    lexical = told(snapshot, snapshot.matching("edition of the gazette", k=500))
    dense = told(snapshot, snapshot.nearest(vector_of("edition of the gazette"), k=500))
    for name, found in (("lexical", lexical), ("dense", dense)):
        editions = {match[1] for _, _, text, _ in found if (match := EDITION.search(text))}
        if len(editions) != 1:
            return f"generation {snapshot.generation}, {name}: editions {sorted(editions)}"
        ids = {id for id, _, _, _ in found}
        if len(ids) != articles:
            return f"generation {snapshot.generation}, {name}: {len(ids)} of {articles} articles"
    return None


def main(store: str, articles: str) -> None:
    snapshot = open_store(store)
    asked = 0
    seen = set()
    while not select.select([sys.stdin], [], [], PAUSE_S)[0]:
        newest = snapshot.newest
        if newest is not snapshot:
            snapshot.close()
            snapshot = newest
        problem = complaint(snapshot, int(articles))
        asked += 1
        seen.add(snapshot.generation)
        if problem:
            say(problem)
    say(f"asked {asked} times in {len(seen)} generations")


if __name__ == "__main__":
    main(*sys.argv[1:])
