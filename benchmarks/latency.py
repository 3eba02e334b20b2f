"""How long does a question take over many passages, everything included?

    python benchmarks/latency.py --passages 50000

Builds a store of generated passages with the real model's manifest, warms up, and asks questions with real English words
around rare generated ones; prints p50 and p95 in ms, from question to cited answer, encoding included.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from synthetic import build_synthetic, questions, real_manifest

from askcorpus.corpus import Corpus

WARM_UP = 20  # questions that are not counted: the first read their pages of the indexes from disk


def main() -> None:
    """Build, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=50_000)
    parser.add_argument("--questions", type=int, default=300)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        manifest = real_manifest(store)
        built = build_synthetic(store, arguments.passages, manifest=manifest)
        texts = [text for text, _ in questions(built.passages, manifest.dim, count=arguments.questions + WARM_UP)]
        with Corpus.open(store) as corpus:
            took = []
            for text in texts:
                started = time.perf_counter()
                corpus.ask(text, threshold=0.0)
                took.append((time.perf_counter() - started) * 1000)
    p50, p95 = np.percentile(took[WARM_UP:], [50, 95])
    print(f"{built.passages} passages, {arguments.questions} questions: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()
