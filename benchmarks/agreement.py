"""Do the fast path and sentence-transformers find the same passages?

    python benchmarks/agreement.py FOLDER [--questions 400] [--precisions f32,bf16] [--k 10]

FOLDER holds articles.jsonl and questions.jsonl. Indexes the articles once with sentence-transformers and once at each
precision, asks both the same questions, and prints for how many the best k are the same passages: those of dense search
alone, and those of the whole search that `askcorpus ask` uses.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from pathlib import Path

import numpy as np

from askcorpus.encoder import Encoder, load
from askcorpus.indexing.run import refresh
from askcorpus.retrieval import search
from askcorpus.settings import DEFAULT_MODEL
from askcorpus.store.opening import open_store

Places = dict[str, list[tuple[str, int]]]
"""For each question where its best passages stand: article id and start."""


def index(folder: Path, store: Path, encoder: Encoder) -> None:
    """A store of the articles, at one precision."""
    articles = store.with_suffix(".articles")
    articles.mkdir()
    shutil.copyfile(folder / "articles.jsonl", articles / "articles.jsonl")
    refresh(articles, store, encoder)


def ask(store: Path, encoder: Encoder, questions: list[str], mode: str, k: int) -> Places:
    """Where the best k passages of every question begin."""
    places: Places = {}
    with open_store(store) as snapshot:
        for question in questions:
            hits = search.search(question, snapshot, encoder, k=k, mode=mode).hits
            places[question] = [(hit.passage.article.id, hit.passage.start) for hit in hits]
    return places


def same(one: Places, other: Places, *, ordered: bool) -> float:
    """The share of questions with the same passages."""
    pairs = [(one[q], other[q]) for q in one]
    return float(np.mean([a == b if ordered else set(a) == set(b) for a, b in pairs]))


def main() -> None:
    """Index, ask, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=400, help="how many, drawn at random; 0 is all")
    parser.add_argument("--precisions", default="f32,bf16")
    parser.add_argument("--k", type=int, default=10, help="how many passages")
    chosen = parser.parse_args()
    rows = [json.loads(line) for line in (chosen.folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    questions = sorted({row["question"] for row in rows})
    if chosen.questions:
        questions = random.Random(1).sample(questions, min(chosen.questions, len(questions)))
    paths = {"sentence-transformers": load(DEFAULT_MODEL, device="torch")}
    paths |= {p: load(DEFAULT_MODEL, precision=p) for p in chosen.precisions.split(",")}
    with tempfile.TemporaryDirectory() as stores:
        places: dict[tuple[str, str], Places] = {}
        for name, encoder in paths.items():
            index(chosen.folder, Path(stores) / name, encoder)
            for mode in ("dense", "hybrid"):
                places[name, mode] = ask(Path(stores) / name, encoder, questions, mode, chosen.k)
                reference = places["sentence-transformers", mode]
                print(
                    f"{name:22} {mode:7} same {chosen.k}: {same(places[name, mode], reference, ordered=False):.4f}  "
                    f"in the same order: {same(places[name, mode], reference, ordered=True):.4f}  "
                    f"of {len(questions)} questions",
                    flush=True,
                )


if __name__ == "__main__":
    main()
