"""How long is the wait for a first answer, from nothing to the citation, as a whole process?

    python benchmarks/coldstart.py [--passages 50000] [--rounds 5] [--model NAME] [--store FOLDER]

Builds a store of so many passages (their vectors drawn at random around a few real ones: nothing of the wait depends on what
they mean), and a flat FAISS index and a text file of the same. Then runs `askcorpus ask` and a script that imports
sentence_transformers, loads the same model and the index and answers the same question, in turn, each as a process of
its own, and prints the time and the peak memory of both. With --store the store is kept there and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from askcorpus.encoder import load
from askcorpus.encoder.converted import cache_folder
from askcorpus.encoder.models import find
from askcorpus.encoder.reference import kept_standard_folder
from askcorpus.indexing.run import refresh
from askcorpus.settings import DEFAULT_MODEL
from askcorpus.types import EncodedPassage, Manifest

QUESTION = "How many more places would the harbour of Skarholm need?"
WORDS = "council harbour minister budget river bridge school report police company price storm hospital market union".split()
PLACES = ("Skarholm", "Lesna", "Odrava", "Tamberg", "Dravec", "Ellisey", "Wiesenau", "Montaigu")
PLAIN = """
import sys
from sentence_transformers import SentenceTransformer
import faiss
model = SentenceTransformer(sys.argv[1], device="cpu")
index = faiss.read_index(sys.argv[2])
passages = open(sys.argv[3], encoding="utf-8").read().split("\\n")
scores, found = index.search(model.encode([sys.argv[4]], prompt=sys.argv[5] or None, normalize_embeddings=True), 3)
for score, number in zip(scores[0], found[0]):
    print(f"{score:.3f} {passages[number]}")
"""


class Drawn:
    """Stands for an encoder while the store is made: real vectors, turned a little at random."""

    def __init__(self, model: str) -> None:
        self._encoder = load(model)
        self.manifest: Manifest = self._encoder.manifest
        self._real = list(self._encoder.encode_passages((f"{passage(n)}", 0) for n in range(64)))
        self._draw = np.random.default_rng(3)
        self.keep = self._encoder.keep
        self.close = self._encoder.close

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Near enough: words, and a point after each sentence."""
        return [len(text.split()) + text.count(".") for text in texts]

    def encode_passages(self, texts: Iterable[tuple[str, int]]) -> Iterator[EncodedPassage]:
        """One of the real ones for each text, turned."""
        for number, _ in enumerate(texts):
            real = self._real[number % len(self._real)]
            vector = real.vector + self._draw.normal(scale=0.03, size=real.vector.shape)
            yield EncodedPassage((vector / np.linalg.norm(vector)).astype(np.float32), real.codes)


def passage(number: int) -> str:
    """About 120 words, different for every number."""
    draw = random.Random(number)
    return " ".join(
        f"The {draw.choice(WORDS)} of {draw.choice(PLACES)} said that the {draw.choice(WORDS)} and the "
        f"{draw.choice(WORDS)} would need {draw.randint(3, 9000)} more {draw.choice(WORDS)} places."
        for _ in range(6)
    )


def build(place: Path, model: str, count: int) -> None:
    """The store, and what the plain script reads."""
    import faiss

    articles = place / "articles"
    articles.mkdir(parents=True)
    with (articles / "articles.jsonl").open("w", encoding="utf-8") as file:
        for number in range(count):
            title = f"{PLACES[number % len(PLACES)]} report {number}"
            file.write(
                json.dumps({"id": f"a{number}", "title": title, "text": passage(number), "language": "en"}) + "\n"
            )
    drawn = Drawn(model)
    report = refresh(articles, place / "store", drawn)
    print(f"the store holds {report.counts.passages} passages, made in {report.counts.seconds:.0f} s")
    vectors = np.random.default_rng(5).standard_normal((count, 384)).astype(np.float32)
    index = faiss.IndexFlatIP(384)
    index.add(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    faiss.write_index(index, str(place / "plain.faiss"))
    plain = {
        "model": str(kept_standard_folder(find(model), cache_folder(print))),
        "prompt": drawn.manifest.question_prompt,
    }
    (place / "plain.json").write_text(json.dumps(plain), encoding="utf-8")
    (place / "plain.txt").write_text("\n".join(passage(n) for n in range(count)), encoding="utf-8")


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of one process; it must end with 0 or, where nothing answers, 3."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3) or not output:
        raise SystemExit(f"{command[0]} failed: {errors.decode()[-2000:]}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Build what is missing, run both in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.build:
        build(chosen.build, chosen.model, chosen.passages)
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = chosen.store or Path(temporary) / "coldstart"
        if not (place / "plain.txt").exists():  # by another process: a child's peak memory counts from its parent's
            build_it = [sys.executable, __file__, "--build", str(place), "--passages", str(chosen.passages)]
            subprocess.run([*build_it, "--model", chosen.model], check=True)
        plain = json.loads((place / "plain.json").read_text(encoding="utf-8"))
        commands = {
            "askcorpus ask": [
                sys.executable,
                "-m",
                "askcorpus",
                "ask",
                QUESTION,
                "--store",
                str(place / "store"),
                "--json",
            ],
            "plain script": [
                *(sys.executable, "-c", PLAIN, plain["model"]),
                *(str(place / "plain.faiss"), str(place / "plain.txt"), QUESTION, plain["prompt"]),
            ],
        }
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(chosen.rounds):
            for name, command in commands.items():
                runs[name].append(run(command))
    seconds = {name: float(np.median([r[0] for r in rows])) for name, rows in runs.items()}
    memory = {name: max(r[1] for r in rows) for name, rows in runs.items()}
    for name in commands:
        print(
            f"{name:14} {seconds[name]:6.2f} s (best {min(r[0] for r in runs[name]):.2f}), peak {memory[name]:5.0f} MiB"
        )
    print(f"time:   {seconds['askcorpus ask'] / seconds['plain script']:.3f} of the plain script's")
    print(f"memory: {memory['askcorpus ask'] / memory['plain script']:.3f} of the plain script's")


if __name__ == "__main__":
    main()
