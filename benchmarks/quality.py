"""How good are the answers?  Every measure of README.md's table, in one run.

    python benchmarks/quality.py ../shared/eval
    python benchmarks/quality.py ../shared/eval --limit 300 --json

For each set: the questions its articles answer, asked of all articles by BM25 alone, by vectors alone and as users ask;
then of random halves of the articles, where questions on the missing half should be "not found"; then questions in which one
name, number or modifier was exchanged, so that they have no answer (swaps.py).  `--mixed` asks sets of several languages of
one store that holds all of them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from askcorpus.corpus import Corpus
from askcorpus.encoder import Encoder, load
from askcorpus.evaluation import asking, measures, question_set
from askcorpus.evaluation.measures import Measures
from askcorpus.evaluation.question_set import Outcome, Question
from askcorpus.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from swaps import LIMIT, swapped

SETS = ("squad2", "xquad-en", "xquad-de", "xquad-es")
SEEDS = (1, 2, 7)  # three halves: the noise of one is as large as what a change of weights does


@dataclass(frozen=True, slots=True)
class Quality:
    """One set's measures."""

    whole: dict[str, Measures]
    """By mode."""
    halves: Measures
    """With half of the articles left out, the outcomes of several halves taken together."""
    swapped: dict[str, float]
    """Share of the questions with one part exchanged that are answered all the same, by what was exchanged."""


def quality(
    folder: Path,
    *,
    limit: int | None,
    seeds: tuple[int, ...] = SEEDS,
    modes: tuple[str, ...] = ("lexical", "dense", "hybrid"),
) -> Quality:
    """Measure one question set; `limit` asks only so many questions, evenly spread."""
    questions = question_set.without_unanswerable(question_set.read_questions(folder))
    if limit is not None:
        questions = questions[:: max(1, len(questions) // limit)][:limit]
    settings = Settings()
    with tempfile.TemporaryDirectory() as temporary:
        whole = {}
        store = Path(temporary) / "whole"
        asking.build(folder, store, settings, load=_encoder, drop=frozenset())
        with Corpus.open(store) as corpus:
            for mode in modes:
                started = time.perf_counter()
                outcomes = list(asking.ask_all(corpus, questions, mode=mode))
                whole[mode] = measures.measure(outcomes, time.perf_counter() - started)
            answered = _swapped(corpus, folder, limit)
            started, together = time.perf_counter(), list[Outcome]()
            for seed in seeds:
                half = Path(temporary) / f"half-{seed}"
                shutil.copytree(store, half)  # articles leave it: nothing is encoded a second time
                drop = question_set.dropped(folder, 0.5, seed)
                asking.build(folder, half, settings, load=_encoder, drop=drop)
                with Corpus.open(half) as smaller:
                    together.extend(asking.ask_all(smaller, questions, drop=drop))
        return Quality(whole, measures.measure(together, time.perf_counter() - started), answered)


@cache
def _encoder() -> Encoder:
    return load(Settings().model)


def _swapped(corpus: Corpus, folder: Path, limit: int | None) -> dict[str, float]:
    """Share answered of questions that have no answer, by what was exchanged in them, and of all."""
    asked = swapped(folder, limit=min(limit or LIMIT, LIMIT))
    told = list(asking.ask_all(corpus, [one.question for one in asked]))
    by_kind: dict[str, list[bool]] = {"all": [o.answered for o in told]}
    for one, outcome in zip(asked, told, strict=True):
        by_kind.setdefault(one.kind.split("-")[0], []).append(outcome.answered)
    return {kind: sum(answered) / len(answered) for kind, answered in by_kind.items() if answered}


def mixed(
    sets: Path, names: Sequence[str], *, limit: int | None, articles: int | None = None
) -> dict[str, dict[str, float]]:
    """Ask sets that are translations of each other, question by question, of one store that holds all their articles, or the first of each.

    For each: BM25 alone and the whole program, the first passage holds the answer in the question's own language; or in any.
    """
    lines = {name: (sets / name / "articles.jsonl").read_text("utf-8").splitlines()[:articles] for name in names}
    rows = {name: [json.loads(line) for line in lines[name]] for name in names}
    ids = {name: {str(row["id"]) for row in rows[name]} for name in names}
    questions = {
        name: [
            replace(q, article_ids=tuple(f"{name}-{one}" for one in q.article_ids))
            for q in question_set.read_questions(sets / name)
            if ids[name].issuperset(q.article_ids)
        ]
        for name in names
    }
    answers = {(name, q.id): [question_set.normal(a) for a in q.answers] for name in names for q in questions[name]}
    homes = {article: name for name in names for q in questions[name] for article in q.article_ids}
    shares: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "articles"
        folder.mkdir()
        with (folder / "articles.jsonl").open("w", encoding="utf-8") as file:
            for name in names:  # several sets may call their articles the same
                for row in rows[name]:
                    file.write(json.dumps({**row, "id": f"{name}-{row['id']}"}) + "\n")
        store, settings = Path(temporary) / "store", Settings()
        asking.build(folder, store, settings, load=_encoder, drop=frozenset())
        with Corpus.open(store) as corpus:
            for name in names:
                step = max(1, len(questions[name]) // limit) if limit else 1
                asked = questions[name][::step][:limit]
                for mode in ("lexical", "hybrid"):
                    told = [_told_in(corpus, q, answers, homes, mode=mode) for q in asked]
                    shares.setdefault(name, {})[f"{mode} own language"] = sum(t == name for t in told) / len(asked)
                    shares[name][f"{mode} any language"] = sum(t is not None for t in told) / len(asked)
    return shares


def _told_in(
    corpus: Corpus,
    question: Question,
    answers: Mapping[tuple[str, str], list[str]],
    homes: Mapping[str, str],
    *,
    mode: str,
) -> str | None:
    """The set whose passage comes first, if that holds the answer to the question as this set words it."""
    hits = corpus.find(question.question, k=1, mode=mode).hits
    home = homes.get(hits[0].passage.article.id) if hits else None
    if home is None:
        return None
    text = question_set.normal(hits[0].passage.text)
    return home if any(a in text for a in answers.get((home, question.id), ())) else None


def main() -> None:
    """Print one table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("--only", nargs="*", default=SETS, help="which sets")
    parser.add_argument("--limit", type=int, default=None, help="questions per set (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--mixed", nargs="*", default=None, help="measure only these sets, in one store of all of them")
    arguments = parser.parse_args()
    if arguments.mixed is not None:
        for name, shares in mixed(arguments.sets, arguments.mixed or SETS[1:], limit=arguments.limit).items():
            print(f"{name:10} mixed   ", " ".join(f"{what} {share:.4f}," for what, share in shares.items()), flush=True)
        return
    measured = {}
    for name in arguments.only:
        one = quality(arguments.sets / name, limit=arguments.limit)
        measured[name] = {mode: m.as_json() for mode, m in one.whole.items()} | {
            "half": one.halves.as_json(),
            "swapped_answered": one.swapped,
        }
        if not arguments.json:
            _print(name, one)
    if arguments.json:
        print(json.dumps(measured))


def _print(name: str, one: Quality) -> None:
    columns = (
        "hit_at_1",
        "mrr_at_10",
        "passage_hit_at_1",
        "passage_hit_at_5",
        "quote_hit_at_1",
        "mark_hit_at_1",
        "p50_ms",
        "p95_ms",
    )
    for mode, told in one.whole.items():
        print(f"{name:10} {mode:8}", " ".join(f"{c} {getattr(told, c) or 0:.4f}" for c in columns), flush=True)
    half = ("auroc", "calibration_error", "coverage_at_precision_95", "answered", "precision")
    print(f"{name:10} half    ", " ".join(f"{c} {getattr(one.halves, c) or 0:.4f}" for c in half), flush=True)
    still = " ".join(f"{kind} {share:.4f}" for kind, share in one.swapped.items())
    print(f"{name:10} swapped, still answered: {still}", flush=True)


if __name__ == "__main__":
    main()
