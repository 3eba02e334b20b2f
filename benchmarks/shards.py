"""Does a store in shards answer as one store does, and how fast?  In one process, and through a Ray cluster of this machine.

    python benchmarks/shards.py --set FOLDER [--questions 1000]    # a question set: same first hit, same ten, same confidence
    python benchmarks/shards.py --passages 1000000 [--ray] [--keep FOLDER]

The second makes a synthetic store (benchmarks/synthetic.py), spreads it, and asks both: p50, p95, recall@10 against an exact search,
whether the fifty of each index are the same, what one edited article costs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from store import QUESTIONS, ask, commit
from synthetic import MANIFEST, build_synthetic, questions

from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.indexing.run import refresh
from askcorpus.settings import DEFAULT_MODEL, Settings
from askcorpus.store import deriving
from askcorpus.store.layout import CATALOG
from askcorpus.store.opening import open_store
from askcorpus.store.rows import Rows
from askcorpus.store.snapshot import Snapshot
from askcorpus.store.writer import open_writer


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", type=Path, help="a question set, with articles.jsonl and questions.jsonl")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--shards", type=int, default=4)
    parser.add_argument("--ray", action="store_true", help="also through Ray; needs the extra [cluster]")
    parser.add_argument("--keep", type=Path, help="where to leave the stores, and find them again")
    chosen = parser.parse_args()
    place = chosen.keep or Path(tempfile.mkdtemp(prefix="askcorpus-benchmark-"))
    try:
        if chosen.set:
            compare(chosen.set, place, chosen.questions, chosen.shards)
        else:
            measure(place, chosen.passages, chosen.shards, ray=chosen.ray)
    finally:
        if chosen.keep is None:
            shutil.rmtree(place)


def compare(folder: Path, place: Path, count: int, shards: int) -> None:
    """Ask both stores the questions of a set; the re-ranker is off, as both would show it the same passages."""
    encoder = load(DEFAULT_MODEL)
    articles = place / "articles"
    articles.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "articles.jsonl", articles / "articles.jsonl")
    report = refresh(articles, place / "one", encoder)
    spread = refresh(articles, place / "spread", encoder, shards=shards)
    encoder.close()
    print(f"{report.counts.passages} passages, {spread.counts.passages} in {shards} shards")
    asked = [json.loads(line)["question"] for line in (folder / "questions.jsonl").read_text("utf-8").splitlines()][
        :count
    ]
    first = ten = confidence = whole = 0
    off = Settings(reranker="off")
    with Corpus.open(place / "one", settings=off) as one, Corpus.open(place / "spread", settings=off) as other:
        for question in asked:
            a, b = (corpus.search(question, k=10) for corpus in (one, other))
            said, told = (replace(corpus.ask(question), took_ms=0) for corpus in (one, other))
            first += a[:1] == b[:1]
            ten += a == b
            confidence += said.confidence == told.confidence
            whole += said == told
    print(
        f"{len(asked)} questions: same first hit {first}, same ten {ten}, same confidence {confidence}, same answer {whole}"
    )


def measure(place: Path, passages: int, shards: int, *, ray: bool) -> None:
    """Build, spread and ask a synthetic store."""
    one, spread = place / f"store-{passages}", place / f"shards-{passages}-{shards}"
    if not (one / "current.json").exists():
        print(f"made in {build_synthetic(one, passages).rows_s:.0f} s", flush=True)
    if not (spread / "current.json").exists():
        shutil.copytree(one, spread)
        started = time.monotonic()
        with open_writer(spread, shards=shards) as writer:
            writer.publish()
        print(f"spread over {shards} in {time.monotonic() - started:.0f} s", flush=True)
    exact = _exact(one, passages)
    with open_store(one) as whole, open_store(spread) as parts:
        same = _report("one store", whole, passages, exact)
        alike = _report(f"{shards} shards", parts, passages, exact)
        print(f"the same fifty of both indexes: {sum(a == b for a, b in zip(same, alike, strict=True))} of {len(same)}")
    if ray:
        from askcorpus.cluster.asking import Asking

        asking = Asking("auto", replicas=1)
        try:
            with open_store(spread, shards_of=asking.open) as far:
                _report(f"{shards} shards through Ray", far, passages, exact)
        finally:
            asking.close()
    for name, store in (("one store", one), (f"{shards} shards", spread)):
        print(f"{name}: one edited article {np.median([commit(store, n) for n in range(5)][1:]):.2f} s", flush=True)


def _exact(store: Path, passages: int) -> list[set[int]]:
    """The ten nearest passages of each question, by every vector of the catalog."""
    vectors = np.stack([vector for _, vector in questions(passages, MANIFEST.dim, count=QUESTIONS)])
    best, ids = np.zeros((len(vectors), 0), np.float32), np.zeros((len(vectors), 0), np.int64)
    rows = Rows(store / CATALOG, write=False)
    for some, block in deriving.vectors(rows, MANIFEST.dim):
        scores = np.concatenate([best, vectors @ block.T], axis=1)
        every = np.concatenate([ids, np.tile(some, (len(vectors), 1))], axis=1)
        top = np.argpartition(-scores, 10, axis=1)[:, :10]
        best, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(every, top, 1)
    rows.close()
    return [set(row.tolist()) for row in ids]


def _report(name: str, snapshot: Snapshot, passages: int, exact: list[set[int]]) -> list[Any]:
    """Ask the questions as retrieval does; what each index said."""
    asked = list(questions(passages, MANIFEST.dim, count=QUESTIONS))
    said, times, found = list[Any](), list[float](), 0
    for n, (question, vector) in enumerate([*asked[:20], *asked]):
        started = time.perf_counter()
        dense, lexical = ask(snapshot, question, vector)
        if n >= 20:  # the first twenty warm it
            times.append((time.perf_counter() - started) * 1000)
            said.append((dense, lexical))
            found += len(exact[n - 20].intersection(dense[:10]))
    p50, p95 = np.percentile(times, [50, 95])
    print(f"{name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, recall@10 {found / 10 / len(asked):.4f}", flush=True)
    return said


if __name__ == "__main__":
    main()
