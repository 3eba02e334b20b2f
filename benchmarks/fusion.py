"""Which weights rank best, and what do they gain?  Fits src/askcorpus/ranking.json and prints the measures.

    python benchmarks/fusion.py ../shared/eval            # measures: each index alone, fused, re-scored
    python benchmarks/fusion.py ../shared/eval --fit      # fits the weights again and writes them

Weights for a language the model knows are fitted on two English sets, those for others in Latin script on a German and a
Spanish one; those for other scripts on the same without late interaction.  `--cross` fits on one set of each pair and
measures on the other, which says what to expect of sets never seen.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from askcorpus import evaluation
from askcorpus.answer.compose import THRESHOLD, quote
from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation import Question, normal
from askcorpus.retrieval import ranking
from askcorpus.retrieval.evidence import PASSAGE_FEATURES, SENTENCE_FEATURES
from askcorpus.retrieval.ranking import KNOWN, LATIN, OTHER, Ranked
from askcorpus.retrieval.search import CANDIDATES, Found
from askcorpus.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from swaps import swapped

PAIRS = {KNOWN: ("squad2", "xquad-en"), LATIN: ("xquad-de", "xquad-es"), OTHER: ("xquad-de", "xquad-es")}
LATE_SENTENCE = [i for i, name in enumerate(SENTENCE_FEATURES) if name.startswith("late")]
LATE_PASSAGE = [i for i, name in enumerate(PASSAGE_FEATURES) if name == "late"]
SENTENCES = 24
MARGINAL = 1e-3
ROUNDS = 300
WHOLE_STEP, HALF_STEP = 2, 3  # every second, every third question: enough for some thirty weights
SEEDS = (1, 2, 3)  # which halves of the articles are left out
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
        evaluation.build(folder, store, settings, load=partial(load, settings.model), drop=frozenset())
        with Corpus.open(store) as corpus:
            return [
                Asked(one.question, corpus.find(one.question.question, k=evaluation.DEPTH), False, one.kind)
                for one in swapped(folder)
            ]


def collect(folder: Path, *, share: float = 0.0, seed: int = 7) -> list[Asked]:
    """Build a store of a question set and ask its answerable questions."""
    settings = Settings()
    questions = evaluation.without_unanswerable(evaluation.read_questions(folder))
    drop = evaluation.dropped(folder, share, seed) if share else frozenset()
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        evaluation.build(folder, store, settings, load=partial(load, settings.model), drop=drop)
        with Corpus.open(store) as corpus:
            step = HALF_STEP if share else WHOLE_STEP
            return [
                Asked(q, corpus.find(q.question, k=evaluation.DEPTH), not set(q.article_ids) <= drop)
                for q in questions[::step]
            ]


def kept(keep: Path | None, folder: Path, seed: int | str) -> list[Asked]:
    """What there is of the whole set (seed 0), of a half or of SWAPPED, from the folder `keep` if it is there."""
    place = keep / f"{folder.name}-{seed}.pickle" if keep is not None else None
    if place is not None and place.exists():
        found: list[Asked] = pickle.loads(place.read_bytes())
        return found
    found = collect(folder, share=0.5 if seed else 0.0, seed=seed) if isinstance(seed, int) else collect_swapped(folder)
    if place is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(pickle.dumps(found))
    return found


@dataclass(frozen=True, slots=True)
class Tensors:
    """Features and labels of many questions, padded."""

    passage: torch.Tensor
    passage_there: torch.Tensor
    passage_hit: torch.Tensor
    sentence: torch.Tensor
    sentence_there: torch.Tensor
    sentence_hit: torch.Tensor


def tensors(asked: Sequence[Asked], *, late: bool) -> Tensors:
    """Shape (questions, candidates, …); `late` False blanks late interaction."""
    n = len(asked)
    passage = np.zeros((n, CANDIDATES, len(PASSAGE_FEATURES)), np.float32)
    there, hit = np.zeros((n, CANDIDATES), bool), np.zeros((n, CANDIDATES), bool)
    sentence = np.zeros((n, CANDIDATES, SENTENCES, len(SENTENCE_FEATURES)), np.float32)
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
    if not late:
        passage[..., LATE_PASSAGE] = 0
        sentence[..., LATE_SENTENCE] = 0
    return Tensors(*map(torch.from_numpy, (passage, there, hit, sentence, s_there, s_hit)))


def fit_ranking(data: Tensors) -> dict[str, Any]:
    """Weights that put answering passages, and in them answering sentences, first: softmax over a question's candidates."""
    torch.manual_seed(0)
    ws = torch.zeros(len(SENTENCE_FEATURES), requires_grad=True)
    wp = torch.zeros(len(PASSAGE_FEATURES), requires_grad=True)
    best = torch.tensor(0.5, requires_grad=True)
    optimizer = torch.optim.Adam([ws, wp, best], lr=0.05)
    inside = data.sentence_hit.any(-1) & data.passage_hit
    usable = data.passage_hit.any(1)
    for _ in range(ROUNDS):
        by_sentence = (data.sentence @ ws).masked_fill(~data.sentence_there, -1e4)
        by_passage = (data.passage @ wp + best * by_sentence.max(-1).values).masked_fill(~data.passage_there, -1e4)
        loss = (
            _softmax_loss(by_passage[usable], data.passage_hit[usable])
            + _softmax_loss(by_sentence[inside], data.sentence_hit[inside])
            + MARGINAL * 0.01 * (ws.square().sum() + wp.square().sum())
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's stub
        optimizer.step()
    return {
        "sentence": {n: round(float(v), 3) for n, v in zip(SENTENCE_FEATURES, ws.detach(), strict=True)},
        "passage": {n: round(float(v), 3) for n, v in zip(PASSAGE_FEATURES, wp.detach(), strict=True)},
        "best_sentence": round(float(best.detach()), 3),
    }


def _softmax_loss(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    return (torch.logsumexp(scores, -1) - torch.logsumexp(scores.masked_fill(~right, -1e4), -1)).mean()


def rescored(asked: Sequence[Asked], fitted: dict[str, Any]) -> list[list[Ranked]]:
    """Each question's candidates under other weights, best first."""
    weights = ranking.Weights(
        np.array([fitted["sentence"][n] for n in SENTENCE_FEATURES], np.float32),
        np.array([fitted["passage"][n] for n in PASSAGE_FEATURES], np.float32),
        fitted["best_sentence"],
    )
    return [
        sorted((ranking.score(r.evidence, weights) for r in one.found.ranked), key=lambda r: -r.score) for one in asked
    ]


def hits(asked: Sequence[Asked], lists: Sequence[Sequence[Ranked]]) -> dict[str, float]:
    """Share of questions whose first passage, first five, first quote hold an answer; passages as they are stored."""
    first = five = quoted = 0
    for one, ranked in zip(asked, lists, strict=True):
        wanted = [normal(a) for a in one.question.answers]
        texts = [normal(r.candidate.passage.text) for r in ranked[:5]]
        found = [any(a in text for a in wanted) for text in texts]
        first += bool(found and found[0])
        five += any(found)
        if ranked:
            text = normal(first_quote(one, ranked[0]))
            quoted += any(a in text for a in wanted)
    return {"passage@1": first / len(asked), "passage@5": five / len(asked), "quote@1": quoted / len(asked)}


def first_quote(asked: Asked, first: Ranked) -> str:
    """The quote from the first candidate; its passage as it is stored."""
    passage = first.candidate.passage
    reading = asked.found.asked_in(passage.article.source.language)
    start, end = quote(asked.question.question, first.sentences, passage, reading)
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


def outcomes(asked: Sequence[Asked], fitted: dict[str, Any], *, late: bool) -> Outcomes:
    """The outcomes under these ranking weights; `late` False leaves late interaction out."""
    features, there, right, kinds = [], [], [], []
    for one, ranked in zip(asked, rescored(asked, fitted), strict=True):
        if not ranked:
            continue
        reading = one.found.asked_in(ranked[0].candidate.passage.article.source.language)
        features.append(
            ranking.confidence_features(ranked, reading, lexical_per_idf=one.found.lexical_per_idf, late=late)
        )
        text = normal(first_quote(one, ranked[0]))
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


def fit_confidence(asked: Outcomes, swapped: Outcomes) -> dict[str, Any]:
    """Two logistic regressions: does the corpus answer, and, where it does, does the first quote."""
    from sklearn.linear_model import LogisticRegression

    both = together(asked, swapped)
    mean, spread = both.features.mean(0), np.maximum(both.features.std(0), 1e-3)
    names = [kind.split("-")[0] for kind in swapped.kinds]
    shares = np.array([1 / np.sqrt(names.count(name)) for name in names])  # so that the few numbers are heard
    weights = np.concatenate([np.ones(len(asked.there)), shares / shares.sum() * SWAPPED_WEIGHT * len(asked.there)])
    is_there = LogisticRegression(C=0.1, max_iter=5000).fit(_z(both, mean, spread), both.there, sample_weight=weights)
    # A looser one tells absent answers worse (C .1: AUROC -.001), a closer one right quotes (C .003: -.03).
    z = _z(asked, mean, spread)[asked.there]
    is_right = LogisticRegression(C=0.03, max_iter=5000).fit(z, asked.right[asked.there])

    def named(values: Any) -> dict[str, float]:
        return {n: round(float(v), 4) for n, v in zip(ranking.CONFIDENCE_FEATURES, values, strict=True)}

    return {
        "mean": named(mean), "spread": named(spread),
        "there": named(is_there.coef_[0]), "there_bias": round(float(is_there.intercept_[0]), 4),
        "right": named(is_right.coef_[0]), "right_bias": round(float(is_right.intercept_[0]), 4),
    }  # fmt: skip


def _z(outcomes: Outcomes, mean: Any, spread: Any) -> Any:
    return np.clip((outcomes.features - mean) / spread, -ranking.MAX_SPREADS, ranking.MAX_SPREADS)


def confidence_report(fitted: dict[str, Any], asked: Outcomes, swapped: Outcomes) -> dict[str, float]:
    """AUROC for answerable against not, calibration error and coverage by right quotes, and what is still answered."""
    from sklearn.metrics import roc_auc_score

    def column(name: str) -> Any:
        return np.array([fitted[name][n] for n in ranking.CONFIDENCE_FEATURES], np.float32)

    model = ranking.Confidence(
        column("mean"), column("spread"), column("there"), fitted["there_bias"], column("right"), fitted["right_bias"]
    )
    given = np.array([ranking.confidence(f, model) for f in asked.features])
    still = np.array([ranking.confidence(f, model) >= THRESHOLD for f in swapped.features])
    kinds = np.array([kind.split("-")[0] for kind in swapped.kinds])
    return {
        "auroc": float(roc_auc_score(asked.there, given)),
        "calibration error": evaluation.calibration_error(given, asked.right),
        "coverage at .95": evaluation.coverage(asked.right, given, int(asked.there.sum())) or 0.0,
        "answered": float((given[asked.there] >= THRESHOLD).mean()),
        "absent answered": float((given[~asked.there] >= THRESHOLD).mean()),
        "right lost": float((given[asked.right] < THRESHOLD).mean()),
        "best threshold": evaluation.best_threshold(given, asked.there),
    } | {f"swapped {kind} answered": float(still[kinds == kind].mean()) for kind in sorted(set(kinds))}


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("--fit", action="store_true", help="write the fitted weights to src/askcorpus/ranking.json")
    parser.add_argument(
        "--keep", type=Path, default=None, help="keep what retrieval found in this folder, or take it from there"
    )
    arguments = parser.parse_args()
    names = sorted({name for pair in PAIRS.values() for name in pair})
    whole = {name: kept(arguments.keep, arguments.sets / name, 0) for name in names}
    halves = {
        name: [one for seed in SEEDS for one in kept(arguments.keep, arguments.sets / name, seed)] for name in names
    }
    altered = {name: kept(arguments.keep, arguments.sets / name, SWAPPED) for name in names}
    fitted: dict[str, Any] = {"confidence": {}}
    for script, pair in PAIRS.items():
        late = script != OTHER
        data = {name: tensors(whole[name], late=late) for name in pair}
        for train, test in (pair, pair[::-1]):
            weights = fit_ranking(data[train])
            told = {n: [outcomes(part[n], weights, late=late) for part in (halves, altered)] for n in pair}
            report = hits(whole[test], rescored(whole[test], weights))
            report |= confidence_report(fit_confidence(*told[train]), *told[test])
            print(f"{script}: fitted on {train}, measured on {test}:", _line(report), flush=True)
        both = Tensors(*(torch.cat([getattr(data[name], f) for name in pair]) for f in Tensors.__slots__))
        fitted[script] = fit_ranking(both)
        told = {n: [outcomes(part[n], fitted[script], late=late) for part in (halves, altered)] for n in pair}
        every = [together(*(told[name][part] for name in pair)) for part in (0, 1)]
        fitted["confidence"][script] = fit_confidence(*every)
        for name in pair:
            report = hits(whole[name], rescored(whole[name], fitted[script]))
            report |= confidence_report(fitted["confidence"][script], *told[name])
            print(f"{script}: fitted on both, measured on {name}:", _line(report), flush=True)
        print(f"{script}: both together:", _line(confidence_report(fitted["confidence"][script], *every)), flush=True)
    if arguments.fit:
        target = Path(ranking.__file__).with_name("ranking.json")
        target.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
        print(f"wrote {target.name}")


def _line(report: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in report.items())


if __name__ == "__main__":
    main()
