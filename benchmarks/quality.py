"""How good are the answers?  Every measure of README.md's table, in one run.

    python benchmarks/quality.py ../shared/eval
    python benchmarks/quality.py ../shared/eval --limit 300 --json

For each set: the questions its articles answer, asked of all articles by BM25 alone, by vectors alone and as users ask;
then of random halves of the articles, where questions on the missing half should be "not found".
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from askcorpus import evaluation
from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation import Measures, Outcome
from askcorpus.settings import Settings

SETS = ("squad2", "xquad-en", "xquad-de", "xquad-es")
SEEDS = (1, 2, 7)


@dataclass(frozen=True, slots=True)
class Quality:
    """One set's measures."""

    whole: dict[str, Measures]
    """By mode."""
    halves: Measures
    """With half of the articles left out, the outcomes of several halves taken together."""


def quality(
    folder: Path,
    *,
    limit: int | None,
    seeds: tuple[int, ...] = SEEDS,
    modes: tuple[str, ...] = ("lexical", "dense", "hybrid"),
) -> Quality:
    """Measure one question set; `limit` asks only so many questions, evenly spread."""
    questions = evaluation.without_unanswerable(evaluation.read_questions(folder))
    if limit is not None:
        questions = questions[:: max(1, len(questions) // limit)][:limit]
    settings = Settings()
    make = partial(load, settings.model)
    with tempfile.TemporaryDirectory() as temporary:
        whole = {}
        store = Path(temporary) / "whole"
        evaluation.build(folder, store, settings, load=make, drop=frozenset())
        with Corpus.open(store) as corpus:
            for mode in modes:
                started = time.perf_counter()
                outcomes = list(evaluation.ask_all(corpus, questions, mode=mode))
                whole[mode] = evaluation.measure(outcomes, time.perf_counter() - started)
        started, together = time.perf_counter(), list[Outcome]()
        for seed in seeds:
            store = Path(temporary) / f"half-{seed}"
            drop = evaluation.dropped(folder, 0.5, seed)
            evaluation.build(folder, store, settings, load=make, drop=drop)
            with Corpus.open(store) as corpus:
                together.extend(evaluation.ask_all(corpus, questions, drop=drop))
        return Quality(whole, evaluation.measure(together, time.perf_counter() - started))


def main() -> None:
    """Print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("--only", nargs="*", default=SETS, help="which sets")
    parser.add_argument("--limit", type=int, default=None, help="questions per set (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    found = {}
    for name in arguments.only:
        one = quality(arguments.sets / name, limit=arguments.limit)
        found[name] = {mode: m.as_json() for mode, m in one.whole.items()} | {"half": one.halves.as_json()}
        if not arguments.json:
            _print(name, one)
    if arguments.json:
        print(json.dumps(found))


def _print(name: str, one: Quality) -> None:
    columns = ("hit_at_1", "mrr_at_10", "passage_hit_at_1", "passage_hit_at_5", "quote_hit_at_1", "p50_ms", "p95_ms")
    for mode, measures in one.whole.items():
        print(f"{name:10} {mode:8}", " ".join(f"{c} {getattr(measures, c):.4f}" for c in columns), flush=True)
    half = ("auroc", "calibration_error", "coverage_at_precision_95", "answered", "precision")
    print(f"{name:10} half    ", " ".join(f"{c} {getattr(one.halves, c) or 0:.4f}" for c in half), flush=True)


if __name__ == "__main__":
    main()
