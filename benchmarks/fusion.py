"""Which weights rank best, and what do they gain?  Fits ranking.json and confidence.json and prints the measures.

    python benchmarks/fusion.py ../shared/eval            # measures: each index alone, fused, re-scored
    python benchmarks/fusion.py ../shared/eval --fit      # fits the weights again and writes them

Weights for a language the model knows are fitted on two English sets, those for others in Latin script on a German and a
Spanish one; those for other scripts on the same without late interaction.  Each pair is also fitted on one of its sets and
measured on the other, which says what to expect of sets never seen.

A new feature is named as unused in both files (askcorpus says where), then fitted with --fit.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from askcorpus.answer import confidence
from askcorpus.answer.compose import THRESHOLD, quote
from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation import asking, measures, question_set
from askcorpus.evaluation.question_set import Question, normal
from askcorpus.retrieval import ranking
from askcorpus.retrieval.features import PASSAGE, SENTENCE
from askcorpus.retrieval.found import Found, Ranked, WeightSet
from askcorpus.retrieval.search import CANDIDATES
from askcorpus.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from swaps import swapped

PAIRS = {
    WeightSet.KNOWN: ("squad2", "xquad-en"),
    WeightSet.LATIN: ("xquad-de", "xquad-es"),
    WeightSet.OTHER: ("xquad-de", "xquad-es"),
}
SENTENCES = 24  # of a passage, which has at most 254 tokens: more are hardly ever there
SMALL = 1e-5  # times the weights' squares: shares out what two features say alike, and is nothing beside the loss
STEP = 0.05  # of Adam: in so many ROUNDS a weight can go as far as 15, over three times as far as any does
ROUNDS = 300
NEVER = -1e4  # the score of a candidate that is not there: its exponential is 0
WHOLE_STEP, HALF_STEP = 2, 3  # every second, every third question: enough for some thirty weights
SEEDS = (1, 2, 3)  # which halves of the articles are left out
ENOUGH = 5000  # rounds of the logistic regressions; they come to rest in some tens
FLAT = 1e-3  # the smallest spread of a feature, so that one that is always the same is not divided by 0
SWAPPED = "swapped"
SWAPPED_WEIGHT = 0.07
"""What all swapped questions together weigh against all others: at .1 a fifth fewer of them are answered, and two points
more of the right answers are lost; at .03 a fifth more, and one point fewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything retrieval found."""

    question: Question
    found: Found
    answerable: bool
    kind: str = ""
    """What was exchanged in a question of swaps.py."""


def collect_swapped(folder: Path) -> list[Asked]:
    """Ask a store of a whole question set what its articles do not answer."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        asking.build(folder, store, settings, load=partial(load, settings.model), drop=frozenset())
        with Corpus.open(store) as corpus:
            return [
                Asked(one.question, corpus.find(one.question.question, k=asking.DEPTH), False, one.kind)
                for one in swapped(folder)
            ]


def collect(folder: Path, *, share: float = 0.0, seed: int = 0) -> list[Asked]:
    """Build a store of a question set and ask its answerable questions."""
    settings = Settings()
    questions = question_set.without_unanswerable(question_set.read_questions(folder))
    drop = question_set.dropped(folder, share, seed) if share else frozenset()
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        asking.build(folder, store, settings, load=partial(load, settings.model), drop=drop)
        with Corpus.open(store) as corpus:
            step = HALF_STEP if share else WHOLE_STEP
            return [
                Asked(q, corpus.find(q.question, k=asking.DEPTH), not set(q.article_ids) <= drop)
                for q in questions[::step]
            ]


def collected(keep: Path | None, folder: Path, seed: int | str) -> list[Asked]:
    """What there is of the whole set (seed 0), of a half or of SWAPPED, from the folder `keep` if it is there."""
    pickled = keep / f"{folder.name}-{seed}.pickle" if keep is not None else None
    if pickled is not None and pickled.exists():
        before: list[Asked] = pickle.loads(pickled.read_bytes())
        return before
    asked = collect(folder, share=0.5 if seed else 0.0, seed=seed) if isinstance(seed, int) else collect_swapped(folder)
    if pickled is not None:
        pickled.parent.mkdir(parents=True, exist_ok=True)
        pickled.write_bytes(pickle.dumps(asked))
    return asked


def unused(names: Sequence[str], which: WeightSet) -> list[str]:
    """Which of these features a set leaves out."""
    return [] if which.late else [name for name in names if "late" in name.split("_")]


@dataclass(frozen=True, slots=True)
class Tensors:
    """Features and labels of many questions, padded."""

    passage: torch.Tensor
    passage_there: torch.Tensor
    passage_hit: torch.Tensor
    sentence: torch.Tensor
    sentence_there: torch.Tensor
    sentence_hit: torch.Tensor


def tensors(asked: Sequence[Asked], which: WeightSet) -> Tensors:
    """Shape (questions, candidates, …); what the set leaves out is 0."""
    n = len(asked)
    passage = np.zeros((n, CANDIDATES, len(PASSAGE.names)), np.float32)
    there, hit = np.zeros((n, CANDIDATES), bool), np.zeros((n, CANDIDATES), bool)
    sentence = np.zeros((n, CANDIDATES, SENTENCES, len(SENTENCE.names)), np.float32)
    s_there, s_hit = np.zeros((n, CANDIDATES, SENTENCES), bool), np.zeros((n, CANDIDATES, SENTENCES), bool)
    for i, one in enumerate(asked):
        wanted = [normal(a) for a in one.question.answers]
        for j, ranked in enumerate(one.found.ranked[:CANDIDATES]):
            text = ranked.candidate.passage.article.text
            spans = ranked.evidence.spans[:SENTENCES]
            passage[i, j], there[i, j] = ranked.evidence.features, True
            hit[i, j] = any(a in normal(ranked.candidate.passage.text) for a in wanted)
            sentence[i, j, : len(spans)] = ranked.evidence.sentence_features[: len(spans)]
            s_there[i, j, : len(spans)] = True
            s_hit[i, j, : len(spans)] = [any(a in normal(text[s:e]) for a in wanted) for s, e in spans]
    passage[..., PASSAGE.places(unused(PASSAGE.names, which))] = 0
    sentence[..., SENTENCE.places(unused(SENTENCE.names, which))] = 0
    return Tensors(*map(torch.from_numpy, (passage, there, hit, sentence, s_there, s_hit)))


def fit_ranking(data: Tensors, which: WeightSet) -> dict[str, Any]:
    """Weights that put answering passages, and in them answering sentences, first: softmax over a question's candidates.

    As they stand in ranking.json.
    """
    ws = torch.zeros(len(SENTENCE.names), requires_grad=True)
    wp = torch.zeros(len(PASSAGE.names), requires_grad=True)
    best = torch.tensor(0.5, requires_grad=True)
    optimizer = torch.optim.Adam([ws, wp, best], lr=STEP)
    inside = data.sentence_hit.any(-1) & data.passage_hit
    usable = data.passage_hit.any(1)
    for _ in range(ROUNDS):
        by_sentence = (data.sentence @ ws).masked_fill(~data.sentence_there, NEVER)
        by_passage = (data.passage @ wp + best * by_sentence.max(-1).values).masked_fill(~data.passage_there, NEVER)
        loss = (
            _softmax_loss(by_passage[usable], data.passage_hit[usable])
            + _softmax_loss(by_sentence[inside], data.sentence_hit[inside])
            + SMALL * (ws.square().sum() + wp.square().sum())
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's stub
        optimizer.step()

    def named(names: Sequence[str], values: torch.Tensor) -> dict[str, Any]:
        without = unused(names, which)
        weights = {n: round(float(v), 3) for n, v in zip(names, values.detach(), strict=True) if n not in without}
        return {"weights": weights, "unused": without}

    return {
        "passage": named(PASSAGE.names, wp),
        "sentence": named(SENTENCE.names, ws),
        "best_sentence": round(float(best.detach()), 3),
    }


def _softmax_loss(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    return (torch.logsumexp(scores, -1) - torch.logsumexp(scores.masked_fill(~right, NEVER), -1)).mean()


def rescored(asked: Sequence[Asked], fitted: dict[str, Any], which: WeightSet) -> list[Found]:
    """What was found for each question, its candidates ordered by other weights."""
    weights = ranking.weights(fitted, of=which)
    again = []
    for one in asked:
        ranked = sorted((ranking.score(r.evidence, weights) for r in one.found.ranked), key=lambda r: -r.score)
        again.append(replace(one.found, ranked=tuple(ranked), weight_set=which))
    return again


def hits(asked: Sequence[Asked], founds: Sequence[Found]) -> dict[str, float]:
    """Share of questions whose first passage, first five, first quote hold an answer; passages as they are stored."""
    first = five = quoted = 0
    for one, found in zip(asked, founds, strict=True):
        wanted = [normal(a) for a in one.question.answers]
        texts = [normal(r.candidate.passage.text) for r in found.ranked[:5]]
        held = [any(a in text for a in wanted) for text in texts]
        first += bool(held and held[0])
        five += any(held)
        if found.ranked:
            text = normal(first_quote(found, found.ranked[0]))
            quoted += any(a in text for a in wanted)
    return {"passage@1": first / len(asked), "passage@5": five / len(asked), "quote@1": quoted / len(asked)}


def first_quote(found: Found, first: Ranked) -> str:
    """The quote from the first candidate; its passage as it is stored."""
    passage = first.candidate.passage
    start, end = quote(first.sentences, passage, found.asked_in(passage.article.source.language))
    return passage.article.text[start:end]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the confidence is fitted to and measured by, a row for each question."""

    features: npt.NDArray[np.float32]
    there: npt.NDArray[np.bool_]
    """Whether the corpus answers."""
    right: npt.NDArray[np.bool_]
    """Whether the first quote does."""
    kinds: tuple[str, ...]
    """What was exchanged; empty for a question as it was."""


def outcomes(asked: Sequence[Asked], fitted: dict[str, Any], which: WeightSet) -> Outcomes:
    """The outcomes under these ranking weights."""
    features, there, right, kinds = [], [], [], []
    for one, found in zip(asked, rescored(asked, fitted, which), strict=True):
        if not found.ranked:
            continue
        features.append(confidence.features(found))
        text = normal(first_quote(found, found.ranked[0]))
        there.append(one.answerable)
        right.append(one.answerable and any(normal(a) in text for a in one.question.answers))
        kinds.append(one.kind)
    return Outcomes(np.array(features), np.array(there), np.array(right), tuple(kinds))


def together(*parts: Outcomes) -> Outcomes:
    """All of them in one."""
    return Outcomes(
        np.concatenate([p.features for p in parts]),
        np.concatenate([p.there for p in parts]),
        np.concatenate([p.right for p in parts]),
        tuple(kind for p in parts for kind in p.kinds),
    )


def fit_confidence(asked: Outcomes, swapped: Outcomes, *, which: WeightSet) -> dict[str, Any]:
    """Two logistic regressions: does the corpus answer, and, where it does, does the first quote.

    As they stand in confidence.json.
    """
    from sklearn.linear_model import LogisticRegression

    without = unused(confidence.NAMES, which)
    used = np.array([name not in without for name in confidence.NAMES])
    both = together(asked, swapped)
    mean, spread = both.features.mean(0), np.maximum(both.features.std(0), FLAT)
    names = [kind.split("-")[0] for kind in swapped.kinds]
    shares = np.array([1 / np.sqrt(names.count(name)) for name in names])  # so that the few numbers are heard
    weights = np.concatenate([np.ones(len(asked.there)), shares / shares.sum() * SWAPPED_WEIGHT * len(asked.there)])
    is_there = LogisticRegression(C=0.1, max_iter=ENOUGH).fit(
        _z(both, mean, spread)[:, used], both.there, sample_weight=weights
    )
    # A looser one tells absent answers worse (C .1: AUROC -.001), a closer one right quotes (C .003: -.03).
    z = _z(asked, mean, spread)[asked.there][:, used]
    is_right = LogisticRegression(C=0.03, max_iter=ENOUGH).fit(z, asked.right[asked.there])
    columns = {"mean": mean[used], "spread": spread[used], "there": is_there.coef_[0], "right": is_right.coef_[0]}
    return {
        "features": {
            name: {column: round(float(values[i]), 4) for column, values in columns.items()}
            for i, name in enumerate(name for name in confidence.NAMES if name not in without)
        },
        "unused": without,
        "there_bias": round(float(is_there.intercept_[0]), 4),
        "right_bias": round(float(is_right.intercept_[0]), 4),
    }


def _z(outcomes: Outcomes, mean: Any, spread: Any) -> Any:
    return np.clip((outcomes.features - mean) / spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)


def confidence_report(
    fitted: dict[str, Any], asked: Outcomes, swapped: Outcomes, *, which: WeightSet
) -> dict[str, float]:
    """AUROC for answerable against not, calibration error and coverage by right quotes, and what is still answered."""
    from sklearn.metrics import roc_auc_score

    model = confidence.model(fitted, of=which)
    given = np.array([confidence.probability(f, model) for f in asked.features])
    still = np.array([confidence.probability(f, model) >= THRESHOLD for f in swapped.features])
    kinds = np.array([kind.split("-")[0] for kind in swapped.kinds])
    return {
        "auroc": float(roc_auc_score(asked.there, given)),
        "calibration error": measures.calibration_error(given, asked.right),
        "coverage at .95": measures.coverage(asked.right, given, int(asked.there.sum())) or 0.0,
        "answered": float((given[asked.there] >= THRESHOLD).mean()),
        "absent answered": float((given[~asked.there] >= THRESHOLD).mean()),
        "right lost": float((given[asked.right] < THRESHOLD).mean()),
        "best threshold": measures.best_threshold(given, asked.there),
    } | {f"swapped {kind} answered": float(still[kinds == kind].mean()) for kind in sorted(set(kinds))}


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument(
        "--fit", action="store_true", help="write the fitted weights to ranking.json and confidence.json"
    )
    parser.add_argument(
        "--keep", type=Path, default=None, help="keep what retrieval found in this folder, or take it from there"
    )
    arguments = parser.parse_args()
    names = sorted({name for pair in PAIRS.values() for name in pair})
    whole = {name: collected(arguments.keep, arguments.sets / name, 0) for name in names}
    halves = {
        name: [one for seed in SEEDS for one in collected(arguments.keep, arguments.sets / name, seed)]
        for name in names
    }
    altered = {name: collected(arguments.keep, arguments.sets / name, SWAPPED) for name in names}
    ranking_of, confidence_of = dict[str, Any](), dict[str, Any]()
    for which, pair in PAIRS.items():
        data = {name: tensors(whole[name], which) for name in pair}
        for train, test in (pair, pair[::-1]):
            weights = fit_ranking(data[train], which)
            told = {n: [outcomes(part[n], weights, which) for part in (halves, altered)] for n in pair}
            report = hits(whole[test], rescored(whole[test], weights, which))
            report |= confidence_report(fit_confidence(*told[train], which=which), *told[test], which=which)
            print(f"{which}: fitted on {train}, measured on {test}:", _line(report), flush=True)
        both = Tensors(*(torch.cat([getattr(data[name], f) for name in pair]) for f in Tensors.__slots__))
        weights = ranking_of[which] = fit_ranking(both, which)
        told = {n: [outcomes(part[n], weights, which) for part in (halves, altered)] for n in pair}
        every = [together(*(told[name][part] for name in pair)) for part in (0, 1)]
        models = confidence_of[which] = fit_confidence(*every, which=which)
        for name in pair:
            report = hits(whole[name], rescored(whole[name], weights, which))
            report |= confidence_report(models, *told[name], which=which)
            print(f"{which}: fitted on both, measured on {name}:", _line(report), flush=True)
        print(f"{which}: both together:", _line(confidence_report(models, *every, which=which)), flush=True)
    if arguments.fit:
        Path(ranking.__file__).with_name(ranking.FILE).write_text(json.dumps(ranking_of, indent=1) + "\n", "utf-8")
        Path(confidence.__file__).with_name(confidence.FILE).write_text(_a_line_each(confidence_of), "utf-8")
        print(f"wrote {ranking.FILE} and {confidence.FILE}")


def _a_line_each(models: dict[str, Any]) -> str:
    """As JSON, each feature's numbers on one line."""
    return (
        re.sub(r"\{([^{}]*)\}", lambda row: "{" + " ".join(row[1].split()) + "}", json.dumps(models, indent=1)) + "\n"
    )


def _line(report: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in report.items())


if __name__ == "__main__":
    main()
