"""What does the store cost?  Build, one-article commit, cold open, hybrid question, recall, bytes, memory of a reader.

    python benchmarks/store.py [10000 100000 1000000] [--keep FOLDER]

Stores are synthetic (benchmarks/synthetic.py).  The reader is a process of its own, so that opening is cold and its
memory is its own.  10000000 is opt-in: it takes 45 GB of disk and about an hour and a half.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import MANIFEST, Built, World, build_synthetic, questions

if TYPE_CHECKING:  # opening a store is timed with what it imports
    from askcorpus.store.snapshot import Snapshot

QUESTIONS = 200
K = 50  # what retrieval asks of each index
RESCORED = 30


def main() -> None:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--keep", type=Path, help="where to leave the stores, and find them again")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.read:
        print(json.dumps(read(chosen.read, chosen.size)))
        return
    print(
        f"{'passages':>10} {'rows s':>7} {'indexes s':>9} {'commit ms':>10} {'open ms':>8} {'p50 ms':>7} {'p95 ms':>7} "
        f"{'recall@10':>9} {'disk MB':>8} {'reader MiB':>10}"
    )
    for size in chosen.sizes:
        place = chosen.keep or Path(tempfile.mkdtemp(prefix="askcorpus-benchmark-"))
        try:
            measure(place / f"store-{size}", size)
        finally:
            if chosen.keep is None:
                shutil.rmtree(place)


def measure(store: Path, size: int) -> None:
    """Build a store of this size, unless it is there, and print what it costs."""
    built = Built(0, float("nan"), float("nan"))
    if not (store / "current.json").exists():
        built = build_synthetic(store, size)
    commits = [commit(store, n) for n in range(6)]
    own = [sys.executable, __file__, "--read", str(store), "--size", str(size)]
    seen = json.loads(subprocess.run(own, check=True, capture_output=True, text=True).stdout)
    bytes_ = sum(path.stat().st_size for path in store.rglob("*") if path.is_file())
    print(
        f"{seen['passages']:>10,} {built.rows_s:>7.0f} {built.indexes_s:>9.0f} {np.median(commits[1:]) * 1000:>10.0f} "
        f"{seen['open_ms']:>8.0f} {seen['p50_ms']:>7.1f} {seen['p95_ms']:>7.1f} {recall(store, size):>9.4f} "
        f"{bytes_ / 1e6:>8.0f} {seen['peak_mib']:>10.0f}",
        flush=True,
    )


def commit(store: Path, number: int) -> float:
    """Seconds to replace one article of eight passages whose encodings are at hand, until a reader could see it."""
    from askcorpus.store.encodings import hash_of
    from askcorpus.store.writer import open_writer

    article, passages, encoded = World.of(1000, MANIFEST.dim, 99).article(number, np.random.default_rng(time.time_ns()))
    article = replace(article, id="edited", source=replace(article.source, file="edited.txt"))
    passages = tuple(replace(passage, article=article) for passage in passages)
    started = time.monotonic()
    with open_writer(store) as writer:
        for row in writer.articles.of("edited.txt"):
            writer.articles.remove(row)
        numbers = []
        for passage, made in zip(passages, encoded, strict=True):
            hash = hash_of(article.title, passage.text)
            encoding, new = writer.encoding_of(hash)
            if new:
                writer.put_encoding(hash, made)
            numbers.append(encoding)
        row = writer.articles.add(article)
        writer.articles.unsplit()
        writer.articles.put_passages(row, passages, numbers)
        writer.publish()
    return time.monotonic() - started


def read(store: Path, size: int) -> dict[str, float]:
    """What a process that only asks sees: called in a process of its own."""
    started = time.perf_counter()
    from askcorpus.store.opening import open_store

    snapshot = open_store(store)
    open_ms = (time.perf_counter() - started) * 1000
    asked = list(questions(size, MANIFEST.dim, count=QUESTIONS + 20))
    times = []
    for question, vector in asked:
        started = time.perf_counter()
        ask(snapshot, question, vector)
        times.append((time.perf_counter() - started) * 1000)
    warm = times[20:]
    return {
        "passages": snapshot.passages_count,
        "open_ms": open_ms,
        "p50_ms": float(np.percentile(warm, 50)),
        "p95_ms": float(np.percentile(warm, 95)),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def ask(snapshot: Snapshot, question: str, vector: npt.NDArray[np.float32]) -> tuple[list[int], list[int]]:
    """Look up what retrieval looks up for a question; the passages that the dense and the lexical index named."""
    dense = snapshot.nearest(vector, k=K).ids.tolist()
    lexical = snapshot.matching(question, k=K).ids.tolist()
    ids = list(dict.fromkeys([*dense, *lexical]))
    snapshot.passages(ids)
    snapshot.encodings(ids[:RESCORED])
    return dense, lexical


def recall(store: Path, size: int) -> float:
    """Recall@10 of the store's dense search against an exact one over every vector in the catalog."""
    from askcorpus.store import deriving
    from askcorpus.store.layout import CATALOG
    from askcorpus.store.opening import open_store
    from askcorpus.store.rows import Rows

    vectors = np.stack([vector for _, vector in questions(size, MANIFEST.dim, count=QUESTIONS)])
    best_ids = np.zeros((len(vectors), 0), np.int64)
    best = np.zeros((len(vectors), 0), np.float32)
    rows = Rows(store / CATALOG)
    for ids, block in deriving.vectors(rows, MANIFEST.dim):
        scores = np.concatenate([best, vectors @ block.T], axis=1)
        every = np.concatenate([best_ids, np.tile(ids, (len(vectors), 1))], axis=1)
        top = np.argpartition(-scores, 10, axis=1)[:, :10]
        best, best_ids = np.take_along_axis(scores, top, 1), np.take_along_axis(every, top, 1)
    rows.close()
    with open_store(store) as snapshot:
        hits = sum(
            len(np.intersect1d(exact, snapshot.nearest(vector, k=10).ids))
            for vector, exact in zip(vectors, best_ids, strict=True)
        )
    return hits / best_ids.size


if __name__ == "__main__":
    main()
