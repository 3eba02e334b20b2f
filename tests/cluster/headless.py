"""A process whose cluster loses its head: headless.py FOLDER STORE.  Prints, as JSON lines, what a question and an indexing run then end with."""

from __future__ import annotations

import json
import os
import shutil
import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from nodes import three_nodes
from standin_encoder import StandIn, vector_of, write_articles

from askcorpus.cluster.asking import Asking
from askcorpus.cluster.indexing import Work
from askcorpus.errors import AskcorpusError
from askcorpus.indexing.run import refresh
from askcorpus.store.opening import open_store


def main(folder: Path, store: Path) -> None:
    stand_in: Any = StandIn
    with three_nodes() as cluster, Work(cluster.address, block=16) as work:
        refresh(folder, store, partial(work.encoder, stand_in), read=work.read_many, shards=2)
        asking = Asking(cluster.address, replicas=2)
        snapshot = open_store(store, shards_of=asking.open)
        for kind in ("gcs_server", "raylet"):
            for info in cluster.head_node.all_processes[kind]:
                info.process.kill()
        try:
            say(answered=len(snapshot.nearest(vector_of("rain"), k=3).ids))
        except AskcorpusError as error:
            say(error=f"{type(error).__name__}: {error}")
        write_articles(folder / "b.jsonl", *({"id": f"b{n}", "title": "", "text": f"Hail {n}."} for n in range(50)))
        try:
            refresh(folder, store, partial(work.encoder, stand_in), read=work.read_many)
            say(done=True)
        except AskcorpusError as error:
            say(error=f"{type(error).__name__}: {error}")
        for node in cluster.list_all_nodes():  # Ray does not let go of a cluster without a head
            node.kill_all_processes(check_alive=False, allow_graceful=False)
        shutil.rmtree(os.environ["RAY_TMPDIR"], ignore_errors=True)  # whose last processes may still write there
        os._exit(0)


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
