"""What does a new article cost, when so many questions are saved?  python benchmarks/alerts.py

A store of made-up passages, one more article, and saved questions of all its topics: the time from the article's being published until
all that it says to them is known.  Encoding the questions is left out: that is done once a process, before an article comes, as is what
`prepared` times.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from store import commit
from synthetic import MANIFEST, build_synthetic, questions

from askcorpus.answer import compose
from askcorpus.answer.news import CITED, Remembering, news, prepare
from askcorpus.retrieval import search
from askcorpus.retrieval.found import Found
from askcorpus.store.opening import open_store
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import Answer, EncodedQuestion, Manifest, Saved, Vector

TODAY = date(2026, 1, 1)


class Encodes:
    """An encoder that knows these questions' vectors."""

    def __init__(self, vectors: dict[str, Vector]) -> None:
        self.manifest: Manifest = MANIFEST
        self._vectors = vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A piece a word."""
        return [len(text.split()) for text in texts]

    def encode_question(self, question: str) -> EncodedQuestion:
        """Its vector, and as many tokens as it has words."""
        vector = self._vectors.get(question)
        if vector is None:
            vector = next(iter(self._vectors.values()))
        words = max(1, len(question.split()))
        tokens = np.random.default_rng(len(question)).standard_normal((words, MANIFEST.token_dim), dtype=np.float32)
        spans, at = [], 0
        for word in question.split():
            spans.append((at, at + len(word)))
            at += len(word) + 1
        return EncodedQuestion(vector, tokens / np.linalg.norm(tokens, axis=1, keepdims=True), tuple(spans))


def asking(snapshot: Snapshot, encoder: Remembering) -> Callable[[Saved], tuple[Found, Answer]]:
    """Asks the whole store, without the re-ranker, which reads real words alone."""

    def ask(one: Saved) -> tuple[Found, Answer]:
        found = search.search(one.question, snapshot, encoder, k=CITED, where=None, day=TODAY)
        return found, compose.answer(found, threshold=compose.THRESHOLD, most=CITED, calibration=())

    return ask


def main() -> None:
    """Build, save, add, look, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--passages", type=int, nargs="+", default=[5_000, 50_000])
    options.add_argument("--saved", type=int, default=1_000)
    options.add_argument("--articles", type=int, default=6)
    chosen = options.parse_args()
    print("  passages  saved   prepared (s)   first look (s)   median (s)   worst (s)")
    for passages in chosen.passages:
        with TemporaryDirectory() as folder:
            store = Path(folder)
            build_synthetic(store, passages)
            asked = dict(questions(passages, MANIFEST.dim, count=chosen.saved))
            encoder = Remembering(Encodes(asked))
            saved, took = [Saved(question) for question in asked], []
            with open_store(store) as snapshot:
                began = time.perf_counter()
                prepare(saved, snapshot, encoder)
                prepared = time.perf_counter() - began
            for number in range(chosen.articles):
                with open_store(store) as snapshot:
                    known = [replace(one, since=snapshot.generation) for one in saved]
                commit(store, number)
                with open_store(store) as snapshot:
                    began = time.perf_counter()
                    news(known, snapshot, encoder, ask=asking(snapshot, encoder), day=TODAY)
                    took.append(time.perf_counter() - began)
            print(
                f"{passages:>10,} {len(saved):>6,} {prepared:>14.2f} {took[0]:>16.2f} {np.median(took[1:]):>12.2f} {max(took[1:]):>11.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
