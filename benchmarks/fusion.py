"""Which weights rank best, and what do they gain?  Fits ranking.json and confidence.json, and prints the measures.

    python benchmarks/fusion.py ../shared/eval --keep FOLDER --left-out   # fits and measures, writes nothing
    python benchmarks/fusion.py ../shared/eval --keep FOLDER --fit        # writes the fitted weights

The weights are fitted on the question sets that FITS names for them; with --left-out also on one half of those sets and measured
on the other, which says what to expect of sets never seen.

A new feature is named as unused in both files (askcorpus says where), then fitted with --fit.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from askcorpus.answer import confidence
from askcorpus.answer.compose import THRESHOLD, quote, sentences_of
from askcorpus.evaluation import measures
from askcorpus.evaluation.question_set import normal
from askcorpus.retrieval import ranking
from askcorpus.retrieval.features import PASSAGE, SENTENCE
from askcorpus.retrieval.found import Found, Ranked, WeightSet

sys.path.insert(0, str(Path(__file__).parent))
import mixed_set
from asked_sets import ADDED, SWAPPED, WHOLE, Asked, collected, pickled

ENGLISH, MANY = "all-MiniLM-L6-v2", "multilingual-e5-small"
XQUAD = tuple(f"xquad-{language}" for language in ("en", "de", "el", "es", "hi", "ro", "th", "vi"))
NEWS = ("news-a", "news-b", "news-c", "invented")
ACROSS = ("xl-en-de", "xl-es-en", "xl-en-el", "xl-de-en", "xl-hi-en", "xl-en-vi", "xl-ro-es", "xl-th-en")
MIXED = mixed_set.NAME
"""All of XQUAD in one store, each article in one language: mixed_set.py."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What some sets of weights are fitted on together."""

    model: str
    weight_sets: tuple[WeightSet, ...]
    """One, or that for passages in the question's own language and that for those in another."""
    sets: tuple[str, ...]
    """In an order in which every second one makes a half that is like the other."""

    def place(self, ranked: Ranked) -> int:
        """Which of the weight sets a candidate is scored with."""
        return int(len(self.weight_sets) > 1 and ranked.evidence.asked.crossed)


FITS = {
    "known": Fit(ENGLISH, (WeightSet.KNOWN,), ("squad2", "xquad-en")),
    "latin": Fit(ENGLISH, (WeightSet.LATIN,), ("xquad-de", "xquad-es")),
    "other": Fit(ENGLISH, (WeightSet.OTHER,), ("xquad-de", "xquad-es")),
    "many": Fit(
        MANY,
        (WeightSet.OWN, WeightSet.CROSSED),
        ("squad2", *XQUAD, "piaf-fr", "cmrc-zh", *NEWS, *ACROSS, MIXED),
    ),
}
READ = 16  # candidates of a question: search.WEIGHED
SENTENCES = 16  # of a passage: more are hardly ever there
SMALL = 1e-5  # times the weights' squares: shares out what two features say alike, and is nothing beside the loss
STEP = 0.05  # of Adam: in so many ROUNDS a weight can go as far as 15, over three times as far as any does
ROUNDS, LAST = 300, 60  # in the last ones the steps get smaller
BATCH = 2500  # questions a round
NEVER = -1e4  # the score of a candidate that is not there: its exponential is 0
SEEDS = {ENGLISH: (1, 2, 3), MANY: (1, 2)}  # which halves of the articles are left out; MANY has more sets
ENOUGH = 5000  # rounds of the logistic regressions; they come to rest in some tens
FLAT = 1e-3  # the smallest spread of a feature, so that one that is always the same is not divided by 0
NEWS_WEIGHT, UNTOLD_WEIGHT = (
    2.0,
    2.0,
)  # news is what it is for, and there are few questions that a corpus nearly answers
NOT_JUDGED = {
    "passage": 0.0,
    "sentence": 0.0,
    "where": 0.0,
    "stands": 0.0,
}  # until reranking.py --fit has said what reading is worth
SWAPPED_WEIGHT = 0.07
"""What all swapped questions together weigh against all others: at .1 a fifth fewer of them are answered, and two points
more of the right answers are lost; at .03 a fifth more, and one point fewer."""


@dataclass(frozen=True, slots=True)
class Material:
    """What was found for one question set."""

    whole: Sequence[Asked]
    dated: Sequence[Asked]
    """Answerable questions to articles that have a day and an outlet, which some of them name."""
    halves: Sequence[Asked]
    altered: Sequence[Asked]


def material(keep: Path, folder: Path, model: str) -> Material:
    """With the questions that say the right time or source among the halves', with a wrong one among the altered."""
    more = collected(keep, folder, model, ADDED)
    halves = [one for one in more if one.answerable]
    for seed in SEEDS[model]:
        halves += collected(keep, folder, model, seed)
    altered = [*collected(keep, folder, model, SWAPPED), *(one for one in more if not one.answerable)]
    dated = [one for one in more if one.answerable]  # where what is new is not always what is asked for
    whole = collected(keep, folder, model, WHOLE)
    if folder.name in NEWS:
        halves = [*halves, *whole]  # with what the corpus tells nearly, but not quite
    return Material([one for one in whole if one.answerable], dated, halves, altered)


def unused(names: Sequence[str], which: WeightSet) -> list[str]:
    """Which of these features a set leaves out; reranking.py fits what was read together with the question."""
    without = confidence.JUDGED.names
    return [name for name in names if name in without or ("late" in name.split("_") and not which.late)]


@dataclass(frozen=True, slots=True)
class Tensors:
    """Features and labels of many questions, padded."""

    place: torch.Tensor
    """Of each candidate: which weight set it is scored with."""
    passage: torch.Tensor
    passage_there: torch.Tensor
    passage_hit: torch.Tensor
    sentence: torch.Tensor
    sentence_there: torch.Tensor
    sentence_hit: torch.Tensor


def tensors(asked: Sequence[Asked], fit: Fit) -> Tensors:
    """Shape (questions, candidates, …); what the weight set leaves out is 0."""
    n = len(asked)
    place = np.zeros((n, READ), np.int64)
    passage = np.zeros((n, READ, len(PASSAGE.names)), np.float32)
    there, hit = np.zeros((n, READ), bool), np.zeros((n, READ), bool)
    sentence = np.zeros((n, READ, SENTENCES, len(SENTENCE.names)), np.float32)
    s_there, s_hit = np.zeros((n, READ, SENTENCES), bool), np.zeros((n, READ, SENTENCES), bool)
    for i, one in enumerate(asked):
        wanted = [normal(a) for a in one.question.answers]
        for j, ranked in enumerate(one.found.ranked[:READ]):
            text = ranked.candidate.passage.article.text
            spans = ranked.evidence.spans[:SENTENCES]
            place[i, j] = fit.place(ranked)
            passage[i, j], there[i, j] = ranked.evidence.features, True
            hit[i, j] = any(a in normal(ranked.candidate.passage.text) for a in wanted)
            sentence[i, j, : len(spans)] = ranked.evidence.sentence_features[: len(spans)]
            s_there[i, j, : len(spans)] = True
            s_hit[i, j, : len(spans)] = [any(a in normal(text[s:e]) for a in wanted) for s, e in spans]
    (which, *_) = fit.weight_sets  # those of several leave out nothing
    passage[..., PASSAGE.places(unused(PASSAGE.names, which))] = 0
    sentence[..., SENTENCE.places(unused(SENTENCE.names, which))] = 0
    return Tensors(*map(torch.from_numpy, (place, passage, there, hit, sentence, s_there, s_hit)))


def fit_ranking(data: Tensors, fit: Fit) -> dict[WeightSet, dict[str, Any]]:
    """Weights that put answering passages, and in them answering sentences, first: softmax over a question's candidates.

    As they stand in ranking.json. Sets of weights that are fitted together can be compared in one list.
    """
    sets = len(fit.weight_sets)
    ws = torch.zeros(sets, len(SENTENCE.names), requires_grad=True)
    wp = torch.zeros(sets, len(PASSAGE.names), requires_grad=True)
    best = torch.full((sets,), 0.5, requires_grad=True)
    offset = torch.zeros(sets, requires_grad=True)
    optimizer = torch.optim.Adam([ws, wp, best, offset], lr=STEP)
    chance = torch.Generator().manual_seed(0)
    for round_ in range(ROUNDS):
        some = torch.randperm(len(data.place), generator=chance)[:BATCH]
        place, there = data.place[some], data.passage_there[some]
        hit, sentence_hit = data.passage_hit[some], data.sentence_hit[some]
        by_sentence = (data.sentence[some] @ ws.T).gather(-1, place[..., None, None].expand(-1, -1, SENTENCES, 1))
        by_sentence = by_sentence[..., 0].masked_fill(~data.sentence_there[some], NEVER)
        by_passage = (data.passage[some] @ wp.T).gather(-1, place[..., None])[..., 0]
        by_passage = by_passage + best[place] * by_sentence.max(-1).values + offset[place]
        by_passage = by_passage.masked_fill(~there, NEVER)
        inside, usable = sentence_hit.any(-1) & hit, hit.any(1)
        loss = (
            softmax_loss(by_passage[usable], hit[usable])
            + softmax_loss(by_sentence[inside], sentence_hit[inside])
            + SMALL * (ws.square().sum() + wp.square().sum())
        )
        optimizer.param_groups[0]["lr"] = STEP * min(1.0, (ROUNDS - round_) / LAST)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's stub
        optimizer.step()

    def named(names: Sequence[str], values: torch.Tensor, which: WeightSet) -> dict[str, Any]:
        without = unused(names, which)
        weights = {n: round(float(v), 3) for n, v in zip(names, values.detach(), strict=True) if n not in without}
        return {"weights": weights, "unused": without}

    return {
        which: {
            "passage": named(PASSAGE.names, wp[i], which),
            "sentence": named(SENTENCE.names, ws[i], which),
            "best_sentence": round(float(best[i].detach()), 3),
            "offset": round(float((offset[i] - offset[0]).detach()), 3),
            "judged": NOT_JUDGED,
        }
        for i, which in enumerate(fit.weight_sets)
    }


def softmax_loss(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """How unlikely it is, at these scores, that a right one comes first."""
    return (torch.logsumexp(scores, -1) - torch.logsumexp(scores.masked_fill(~right, NEVER), -1)).mean()


def rescored(asked: Sequence[Asked], fitted: Mapping[WeightSet, dict[str, Any]], fit: Fit) -> list[Found]:
    """What was found for each question, its candidates ordered by other weights."""
    weights = [ranking.weights(fitted[which], of=which) for which in fit.weight_sets]
    again = []
    for one in asked:
        ranked = sorted(
            (ranking.score(r.evidence, weights[fit.place(r)]) for r in one.found.ranked), key=lambda r: -r.score
        )
        which = {r.evidence.asked.language: fit.weight_sets[fit.place(r)] for r in ranked}
        again.append(replace(one.found, ranked=tuple(ranked), weight_sets=tuple(which.items())))
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
    start, end = quote(sentences_of(passage, (first,)), passage, first.evidence.asked)
    return passage.article.text[start:end]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What the confidence is fitted to and measured by, a row for each question."""

    features: npt.NDArray[np.float32]
    there: npt.NDArray[np.bool_]
    """Whether the corpus answers."""
    right: npt.NDArray[np.bool_]
    """Whether the first quote does."""
    sets: tuple[str, ...]
    """By which weights the first candidate was scored, as confidence.json names them."""
    weights: npt.NDArray[np.float64]
    """How much each question counts."""
    kinds: tuple[str, ...]
    """What was exchanged; empty for a question as it was."""


def outcomes(asked: Sequence[Asked], founds: Sequence[Found], fit: Fit) -> Outcomes:
    """The outcomes where this was found."""
    features, there, right, sets, weights, kinds = [], [], [], [], [], []
    for one, found in zip(asked, founds, strict=True):
        if not found.ranked:
            continue
        features.append(confidence.features(found))
        text = normal(first_quote(found, found.ranked[0]))
        there.append(one.answerable)
        right.append(one.answerable and any(normal(a) in text for a in one.question.answers))
        dated = len(fit.weight_sets) > 1 and confidence.dated(found)
        sets.append(found.weight_set + confidence.DATED if dated else str(found.weight_set))
        untold = not one.question.answers  # a question that its corpus never answered
        weights.append((NEWS_WEIGHT if one.news else 1.0) * (UNTOLD_WEIGHT if untold else 1.0))
        kinds.append(one.kind)
    rows = np.array(features, np.float32).reshape(len(features), len(confidence.NAMES))
    return Outcomes(rows, np.array(there, bool), np.array(right, bool), tuple(sets), np.array(weights), tuple(kinds))


def together(*parts: Outcomes) -> Outcomes:
    """All of them in one."""
    return Outcomes(
        np.concatenate([p.features for p in parts]),
        np.concatenate([p.there for p in parts]),
        np.concatenate([p.right for p in parts]),
        tuple(which for p in parts for which in p.sets),
        np.concatenate([p.weights for p in parts]),
        tuple(kind for p in parts for kind in p.kinds),
    )


def only(told: Outcomes, which: str) -> Outcomes:
    """Those whose first candidate was scored by these weights."""
    kept = [i for i, one in enumerate(told.sets) if one == which]
    return Outcomes(
        told.features[kept],
        told.there[kept],
        told.right[kept],
        tuple(told.sets[i] for i in kept),
        told.weights[kept],
        tuple(told.kinds[i] for i in kept),
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
    weights = weights_of(asked, swapped)
    is_there = LogisticRegression(C=0.1, max_iter=ENOUGH).fit(
        _z(both, mean, spread)[:, used], both.there, sample_weight=weights
    )
    # A looser one tells absent answers worse (C .1: AUROC -.001), a closer one right quotes (C .003: -.03).
    z = _z(asked, mean, spread)[asked.there][:, used]
    is_right = LogisticRegression(C=0.03, max_iter=ENOUGH).fit(
        z, asked.right[asked.there], sample_weight=asked.weights[asked.there]
    )
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


def weights_of(asked: Outcomes, swapped: Outcomes) -> npt.NDArray[np.float64]:
    """How much each question counts, those with a part exchanged last."""
    names = [kind.split("-")[0] for kind in swapped.kinds]
    shares = np.array([1 / np.sqrt(names.count(name)) for name in names])  # so that the few numbers are heard
    return np.concatenate([asked.weights, shares / max(1e-9, shares.sum()) * SWAPPED_WEIGHT * asked.weights.sum()])


def _z(outcomes: Outcomes, mean: Any, spread: Any) -> Any:
    return np.clip((outcomes.features - mean) / spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)


def confidence_report(fitted: Mapping[str, dict[str, Any]], asked: Outcomes, swapped: Outcomes) -> dict[str, float]:
    """AUROC for answerable against not, calibration error and coverage by right quotes, and what is still answered."""
    from sklearn.metrics import roc_auc_score

    models = {which: confidence.model(one, of=which) for which, one in fitted.items()}

    def sure(told: Outcomes) -> npt.NDArray[np.float64]:
        pairs = zip(told.features, told.sets, strict=True)
        return np.array([confidence.probability(f, models[which]) for f, which in pairs])

    given, still = sure(asked), sure(swapped) >= THRESHOLD
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


@dataclass(frozen=True, slots=True)
class Fitted:
    """Sets of weights, as they stand in ranking.json and confidence.json."""

    ranking: dict[WeightSet, dict[str, Any]]
    confidence: dict[str, dict[str, Any]]


def fitted(sets: Mapping[str, Material], data: Mapping[str, Tensors], fit: Fit) -> Fitted:
    """Weights for these sets together, each question counting alike."""
    parts = [data[name] for name in sets]
    weights = fit_ranking(Tensors(*(torch.cat([getattr(d, f) for d in parts]) for f in Tensors.__slots__)), fit)
    halves, altered = _told(sets.values(), weights, fit)
    return Fitted(
        weights,
        {
            name: fit_confidence(only(halves, name), only(altered, name), which=which)
            for which in fit.weight_sets
            for name in ((str(which), which + confidence.DATED) if len(fit.weight_sets) > 1 else (str(which),))
        },
    )


def report(one: Material, weights: Fitted, fit: Fit) -> dict[str, float]:
    """Every measure of one set under these weights."""
    told = _told([one], weights.ranking, fit)
    return hits(one.whole, rescored(one.whole, weights.ranking, fit)) | confidence_report(weights.confidence, *told)


def _told(sets: Iterable[Material], weights: Mapping[WeightSet, dict[str, Any]], fit: Fit) -> tuple[Outcomes, Outcomes]:
    """The outcomes where half of the articles are left out, and those of the altered questions."""
    sets = [*sets]
    return (
        together(*(outcomes(one.halves, rescored(one.halves, weights, fit), fit) for one in sets)),
        together(*(outcomes(one.altered, rescored(one.altered, weights, fit), fit) for one in sets)),
    )


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument(
        "--fit",
        action="store_true",
        help="write the fitted weights to ranking.json and confidence.json",
    )
    parser.add_argument("--only", nargs="*", choices=[*FITS], default=[*FITS], help="which fits")
    parser.add_argument(
        "--left-out", action="store_true", help="also fit on each half of the sets and measure the other"
    )
    parser.add_argument(
        "--keep", type=Path, required=True, help="keep what retrieval found in this folder, or take it from there"
    )
    arguments = parser.parse_args()
    found: list[Fitted] = []
    for fit in (FITS[name] for name in arguments.only):
        _collect(arguments.keep, arguments.sets, fit)
        sets = {name: material(arguments.keep, _folder(arguments, name), fit.model) for name in fit.sets}
        data = {name: tensors([*one.whole, *one.dated], fit) for name, one in sets.items()}
        halves = ((fit.sets[::2], fit.sets[1::2]), (fit.sets[1::2], fit.sets[::2])) if arguments.left_out else ()
        for train, test in halves:
            weights = fitted({name: sets[name] for name in train}, data, fit)
            for name in test:
                print(f"{name}, not fitted on:", line(report(sets[name], weights, fit)), flush=True)
        weights = fitted(sets, data, fit)
        found.append(weights)
        for name in fit.sets:
            print(f"{name}, fitted on:", line(report(sets[name], weights, fit)), flush=True)
    if arguments.fit:
        write(Path(ranking.__file__).with_name(ranking.FILE), {w: r for f in found for w, r in f.ranking.items()})
        # Those for dated articles are fitted to more than these questions: sureness.py.
        sure = {w: c for f in found for w, c in f.confidence.items() if not w.endswith(confidence.DATED)}
        write(Path(confidence.__file__).with_name(confidence.FILE), sure)


def _folder(arguments: argparse.Namespace, name: str) -> Path:
    """Where a set lies; the one that is made lies with what is kept."""
    folder: Path = arguments.keep / name if name == MIXED else arguments.sets / name
    return folder


def _collect(keep: Path, sets: Path, fit: Fit) -> None:
    """Ask every set that is needed; two at a time, as a question keeps one core busy."""
    if MIXED in fit.sets and not (keep / MIXED).exists():
        mixed_set.write(sets, XQUAD, keep / MIXED)
    parts: tuple[int | str, ...] = (WHOLE, *SEEDS[fit.model], SWAPPED, ADDED)
    jobs = [
        (keep, (keep if name == MIXED else sets) / name, fit.model, part)
        for name in fit.sets
        for part in parts
        if not pickled(keep, name, fit.model, part).exists()
    ]
    with get_context("spawn").Pool(2, maxtasksperchild=1) as pool:
        pool.starmap(_one, jobs, chunksize=1)


def _one(keep: Path, folder: Path, model: str, part: int | str) -> None:
    collected(keep, folder, model, part)


def write(path: Path, fitted: Mapping[str, dict[str, Any]]) -> None:
    """Put these sets of weights into the file, beside those that were not fitted now."""
    before = json.loads(path.read_text("utf-8"))
    path.write_text(_a_line_each({**before, **{str(name): one for name, one in fitted.items()}}), "utf-8")
    print(f"wrote {path.name}")


def _a_line_each(models: dict[str, Any]) -> str:
    """As JSON, each feature's numbers on one line."""
    return (
        re.sub(r"\{([^{}]*)\}", lambda row: "{" + " ".join(row[1].split()) + "}", json.dumps(models, indent=1)) + "\n"
    )


def line(report: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in report.items())


if __name__ == "__main__":
    main()
