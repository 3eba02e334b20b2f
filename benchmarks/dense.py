"""What do ten million vectors cost?  Shards of synthetic vectors, each an index as a store makes it: build, open, ask, commit, memory.

    python benchmarks/dense.py [--passages 10000000] [--shards 10] [--keep FOLDER]

There is neither text nor catalog; what the indexes find is scored again by the vectors, which lie beside them as they would in the
catalogs.  The reader is a process of its own, so that opening is its own.  Ten millions take 13 GB of disk.
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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import MANIFEST, PASSAGES_PER_ARTICLE, Floats, World, questions

from askcorpus.settings import usable_cores
from askcorpus.store import dense
from askcorpus.store.dense import Dense, DenseChange
from askcorpus.types import Matrix, PassageIds

QUESTIONS, K, EDITED = 200, 50, 8
BLOCK = 20_000
VECTORS, EXACT, PARAMETERS = "vectors.f16", "exact.npz", "parameters.json"


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=10_000_000)
    parser.add_argument("--shards", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="where to leave the indexes, and find them again")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.read:
        print(json.dumps(read(chosen.read, chosen.passages, chosen.shards)))
        return
    place = chosen.keep or Path(tempfile.mkdtemp(prefix="askcorpus-benchmark-"))
    try:
        for number in range(chosen.shards):
            if not (place / str(number) / PARAMETERS).exists():
                started = time.monotonic()
                build(place / str(number), number, chosen.passages, chosen.shards)
                print(f"shard {number} built in {time.monotonic() - started:.0f} s", flush=True)
        own = [sys.executable, __file__, "--read", str(place), "--passages", str(chosen.passages)]
        seen = subprocess.run([*own, "--shards", str(chosen.shards)], check=True, capture_output=True, text=True).stdout
        print(seen.strip())
        print(f"an edited article: {np.median([edited(place / '0') for _ in range(5)]) * 1000:.0f} ms")
    finally:
        if chosen.keep is None:
            shutil.rmtree(place)


def build(folder: Path, number: int, passages: int, shards: int) -> None:
    """One shard: its vectors on the disk, its index, and the ten nearest to each question in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    size, world = passages // shards, World.of(passages, MANIFEST.dim, 1)
    rng = np.random.default_rng([number, 7])
    held = np.memmap(folder / VECTORS, np.float16, "w+", shape=(size, MANIFEST.dim))
    for first in range(0, size, BLOCK):
        held[first : first + BLOCK] = vectors(world, rng, min(BLOCK, size - first))
    held.flush()

    def blocks() -> Iterator[tuple[PassageIds, Matrix]]:
        for first in range(0, size, BLOCK):
            block = np.asarray(held[first : first + BLOCK], np.float32)
            yield np.arange(first, first + len(block), dtype=np.int64), block

    files, parameters = dense.build(folder / "dense", blocks, size, MANIFEST.dim)
    assert files
    asked = np.stack([vector for _, vector in questions(passages, MANIFEST.dim, count=QUESTIONS)])
    best = np.zeros((QUESTIONS, 0), np.float32)
    ids = np.zeros((QUESTIONS, 0), np.int64)
    for some, block in blocks():
        scores = np.concatenate([best, asked @ block.T], axis=1)
        every = np.concatenate([ids, np.tile(some, (QUESTIONS, 1))], axis=1)
        top = np.argpartition(-scores, 10, axis=1)[:, :10]
        best, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(every, top, 1)
    np.savez(folder / EXACT, scores=best, ids=ids + number * size)
    (folder / PARAMETERS).write_text(json.dumps(parameters))


def vectors(world: World, rng: np.random.Generator, count: int) -> Floats:
    """Passages of articles, around their topics, as those of `synthetic.World.article`."""
    articles, dim = -(-count // PASSAGES_PER_ARTICLE), len(world.spectrum)
    topic, other = rng.integers(len(world.topics), size=(2, articles))
    about = _unit(world.topics[topic] + rng.random((articles, 1), dtype=np.float32) * world.topics[other])
    own = _unit(rng.standard_normal((articles, dim), dtype=np.float32) * world.spectrum)
    noise = _unit(rng.standard_normal((count, dim), dtype=np.float32) * world.spectrum)
    return _unit(np.repeat(0.75 * about + 0.35 * own, PASSAGES_PER_ARTICLE, axis=0)[:count] + 0.55 * noise)


def read(place: Path, passages: int, shards: int) -> dict[str, float]:
    """What a process that only asks sees."""
    asked = [vector for _, vector in questions(passages, MANIFEST.dim, count=QUESTIONS)]
    size = passages // shards
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    folders = [place / str(number) for number in range(shards)]
    opened = [Dense(folder / "dense", json.loads((folder / PARAMETERS).read_text())) for folder in folders]
    held = [np.memmap(folder / VECTORS, np.float16, "r", shape=(size, MANIFEST.dim)) for folder in folders]
    open_ms = (time.perf_counter() - started) * 1000
    exact = _exact(folders)
    pool = ThreadPoolExecutor(usable_cores())
    times, found = [], 0

    def ask(number: int, vector: Floats) -> tuple[PassageIds, Floats]:
        ids = opened[number].search(vector, K).ids
        return ids + number * size, held[number][np.sort(ids)].astype(np.float32)[np.argsort(np.argsort(ids))] @ vector

    for n, vector in enumerate([*asked[:20], *asked]):
        began = time.perf_counter()
        told = list(pool.map(ask, range(shards), [vector] * shards))
        ids, scores = np.concatenate([one for one, _ in told]), np.concatenate([one for _, one in told])
        best = ids[np.argsort(-scores)[:K]]
        if n >= 20:  # the first twenty warm it
            times.append((time.perf_counter() - began) * 1000)
            found += len(exact[n - 20].intersection(best[:10].tolist()))
    return {
        "passages": passages,
        "open_ms": open_ms,
        "p50_ms": float(np.percentile(times, 50)),
        "p95_ms": float(np.percentile(times, 95)),
        "recall_at_10": found / 10 / len(asked),
        "index_mb": sum(path.stat().st_size for folder in folders for path in (folder / "dense").iterdir()) / 1e6,
        "grown_mib": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


def edited(folder: Path) -> float:
    """Seconds in which an article's vectors are replaced in a shard's index."""
    parameters = json.loads((folder / PARAMETERS).read_text())
    rng = np.random.default_rng(time.time_ns())
    removed = rng.integers(int(parameters["trained_on"]), size=EDITED)
    added = np.arange(EDITED, dtype=np.int64) + (1 << 40)
    fresh = _unit(rng.standard_normal((EDITED, MANIFEST.dim), dtype=np.float32))
    shutil.rmtree(folder / "next", ignore_errors=True)
    started = time.monotonic()
    made = dense.extend(folder / "next", folder / "dense", DenseChange(added, fresh, np.unique(removed)), parameters)
    assert made is not None
    return time.monotonic() - started


def _exact(folders: list[Path]) -> list[set[int]]:
    """The ten nearest to each question, of all shards."""
    every = [np.load(folder / EXACT) for folder in folders]
    scores, ids = (np.concatenate([one[name] for one in every], axis=1) for name in ("scores", "ids"))
    return [set(row.tolist()) for row in np.take_along_axis(ids, np.argsort(-scores, axis=1)[:, :10], 1)]


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


if __name__ == "__main__":
    main()
