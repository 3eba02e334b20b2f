"""What is gained by reading question and passage together?  On questions that the cross-encoder was not trained on.

    python benchmarks/reranking.py ../shared/eval --keep FOUND                                    # the one that ships
    python benchmarks/reranking.py ../shared/eval --keep FOUND --model build/no-news/model.npz    # one that was trained now
    python benchmarks/reranking.py ../shared/eval --keep FOUND --fit                              # writes the fitted weights

FOUND is where fusion.py keeps what retrieval finds. Of each question the first passages are read, as the program reads them, and
it is printed how often the first passage and the first quote hold an answer: by the linear scores alone, with the judgements at
several weights, by these alone. Only questions count whose set, kind or article was left out when the model was trained. --fit
writes what judgements weigh (ranking.json) and the confidence of what was read (confidence.json).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.resources
import itertools
import json
import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.answer import confidence
from askcorpus.encoder import converted, cross_encoder, load
from askcorpus.encoder.cpu import for_reading
from askcorpus.encoder.packaged import named
from askcorpus.encoder.unigram import Unigram
from askcorpus.encoder.words import BlockTable
from askcorpus.question.reading import whole
from askcorpus.retrieval import judging, ranking
from askcorpus.retrieval.found import Found, Ranked, WeightSet

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
import fusion
from asked_sets import Asked

from training.material import NEWS, apart

FIT = fusion.FITS["many"]
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
PARALLEL = "xquad-en"  # whose ids are those of its translations and of the crossed sets, which have no titles
ALONE = 100.0  # beside it the linear score says nothing
LIMITS = {"ranking": 150, "confidence": 150, "altered": 80}  # questions of a set
PASSAGE, SENTENCE, WHERE, STANDS = (
    (0.0, 0.1, 0.2, 0.3, 0.4, 0.6),
    (0.0, 0.05, 0.1, 0.2),
    (0.0, 0.1, 0.2, 0.4),
    (0.0, 1.0, 2.0, 3.0),
)  # weights that are tried
NOTHING = {"passage": 0.0, "sentence": 0.0, "where": 0.0, "stands": 0.0}
SURER = (str(WeightSet.CROSSED),)
"""Models whose confidence judgements better on sets that they were not fitted to: AUROC .932 -> .936 on average. Those of the question's
own language stay as good (.98), those of news get worse (.86 -> .85)."""


@dataclass(frozen=True, slots=True)
class Read:
    """The questions of a set that the model had not seen, with judgements of what was found for them."""

    ranking: Sequence[Asked]
    """Answerable, of whole sets."""
    confidence: Sequence[Asked]
    """Half of which the corpus does not answer."""
    altered: Sequence[Asked]


class Reader:
    """A cross-encoder as the program runs it, whether it ships or not."""

    def __init__(self, model: Path | None) -> None:
        shipped = importlib.resources.files("askcorpus.encoder").joinpath(cross_encoder.RERANKER.file)
        self.data = model.read_bytes() if model is not None else shipped.read_bytes()
        encoder = load(cross_encoder.BASE)
        packaged = named(cross_encoder.BASE)
        place = packaged.place() if packaged is not None else None
        if place is None or not isinstance(encoder.tokenizer, Unigram):
            raise SystemExit(f"{cross_encoder.BASE} is not installed.")
        compiled = for_reading(None, lambda: cross_encoder.made(self.data, place))
        words = BlockTable(encoder.form.folder / converted.WORDS, encoder.form.manifest.dim)
        self.judge = cross_encoder.CrossEncoder(compiled, encoder.tokenizer, words)
        self.about = cross_encoder.about(self.data)


def read_sets(reader: Reader, sets: Path, keep: Path, names: Sequence[str]) -> Iterator[tuple[str, Read]]:
    """The sets with judgements, kept beside what retrieval found."""
    mark = hashlib.sha256(reader.data + repr(LIMITS).encode()).hexdigest()[:12]
    for name in names:
        path = keep / f"{name}-read-{mark}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(_read(reader, sets / name, keep)))
        yield name, pickle.loads(path.read_bytes())


def _read(reader: Reader, folder: Path, keep: Path) -> Read:
    material = fusion.material(keep, folder, FIT.model)
    titles = None if _left_out(folder.name, reader.about["left_out"]) else _titles(folder)
    rows = {str(row["id"]): row for row in _rows(folder / "questions.jsonl")}

    def of(which: str, asked: Sequence[Asked]) -> list[Asked]:
        unseen = [one for one in asked if titles is None or _apart(one, titles)]
        some = unseen[:: -(-len(unseen) // LIMITS[which]) or 1]
        return [_judged(one, rows.get(one.question.id, {}), reader) for one in some]

    return Read(
        of("ranking", [*material.whole, *material.dated]),
        of("confidence", material.halves),
        of("altered", material.altered),
    )


def _judged(one: Asked, row: Mapping[str, Any], reader: Reader) -> Asked:
    """The question with judgements of the first passages, by the weights in ranking.json."""
    ranked = _by_score(_linear(one.found))
    told = one.question.asked or (date.fromisoformat(row["asked"]) if row.get("asked") else None)
    question = whole(one.question.question, row.get("previous") or "")
    return replace(
        one, found=replace(one.found, ranked=judging.judged(question, told, ranked, reader.judge, ahead=np.inf))
    )


def _linear(found: Found) -> list[Ranked]:
    weights = [ranking.weights_of(which) for which in FIT.weight_sets]
    return [replace(ranking.score(r.evidence, weights[FIT.place(r)]), judged=r.judged) for r in found.ranked]


def _by_score(ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
    return tuple(sorted(ranked, key=lambda r: -r.score))


def joined(asked: Sequence[Asked], judged: Sequence[Mapping[str, float]]) -> list[Found]:
    """What was found, ordered with judgements that weigh this much in each of the weight sets."""
    base = [ranking.weights_of(which) for which in FIT.weight_sets]
    weights = [
        replace(
            one,
            judged_passage=mine["passage"],
            judged_sentence=mine["sentence"],
            judged_where=mine["where"],
            judged_stands=mine["stands"],
        )
        for one, mine in zip(base, judged, strict=True)
    ]
    founds = []
    for one in asked:
        linear = _by_score(_linear(one.found))
        ranked = _by_score(judging.joined(linear, [weights[FIT.place(r)] for r in linear]))
        which = {r.evidence.asked.language: FIT.weight_sets[FIT.place(r)] for r in ranked}
        founds.append(replace(one.found, ranked=ranked, weight_sets=tuple(which.items())))
    return founds


def fit_weights(sets: Mapping[str, Read]) -> list[dict[str, float]]:
    """What judgements weigh in each of the weight sets: what gains most over its sets of questions, of what loses none of them.

    A set loses where more than one question less than before has its answer in the first passage, or in the first quote.
    """
    return [_best_pair({n: one for n, one in sets.items() if _is_of(n, which)}, which) for which in FIT.weight_sets]


def _is_of(name: str, which: WeightSet) -> bool:
    """News is asked in its own language and in others."""
    return name in NEWS or name.startswith("xl-") == (which is WeightSet.CROSSED)


def _best_pair(sets: Mapping[str, Read], which: WeightSet) -> dict[str, float]:
    best, gained = NOTHING, 0.0
    before = {name: _first(one, NOTHING, which) for name, one in sets.items()}
    for passage, sentence, where, stands in itertools.product(PASSAGE, SENTENCE, WHERE, STANDS):
        pair = {"passage": passage, "sentence": sentence, "where": where, "stands": stands}
        gains = {name: _first(one, pair, which) - before[name] for name, one in sets.items()}
        loses = any((gain * len(sets[name].ranking)).min() < -1.5 for name, gain in gains.items())
        gain = float(np.mean([gain.sum() for gain in gains.values()])) if gains else 0.0
        if gain > gained and not loses:
            best, gained = pair, gain
    return best


def _first(one: Read, pair: Mapping[str, float], which: WeightSet) -> npt.NDArray[np.float64]:
    """How often the first passage and the first quote hold an answer, where judgements weigh something in this set alone."""
    told = fusion.hits(one.ranking, joined(one.ranking, [pair if w is which else NOTHING for w in FIT.weight_sets]))
    return np.array([told["passage@1"], told["quote@1"]])


def _outcomes(one: Read, judged: Sequence[Mapping[str, float]]) -> tuple[fusion.Outcomes, fusion.Outcomes]:
    def told(asked: Sequence[Asked]) -> fusion.Outcomes:
        return fusion.outcomes(asked, joined(asked, judged), FIT)

    return told(one.confidence), told(one.altered)


def fit_confidence(
    sets: Iterable[tuple[fusion.Outcomes, fusion.Outcomes]], before: Mapping[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The confidence of what was read, as it stands in confidence.json but for the end of its names; of those in SURER.

    There are too few questions that were not trained on for all features: what the models `before` said is one number, beside it
    stand the judgements.
    """
    asked, altered = (fusion.together(*parts) for parts in zip(*sets, strict=True))
    return {
        name: _with_judgements(before[name], fusion.only(asked, name), fusion.only(altered, name)) for name in SURER
    }


def _with_judgements(before: dict[str, Any], asked: fusion.Outcomes, altered: fusion.Outcomes) -> dict[str, Any]:
    both, weights = fusion.together(asked, altered), fusion.weights_of(asked, altered)
    model = confidence.model(before, of="before")
    places = [confidence.NAMES.index(name) for name in confidence.JUDGED.names]
    mean, spread = both.features[:, places].mean(0), both.features[:, places].std(0)
    known = np.clip((both.features - model.mean) / model.spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)
    new = np.clip((both.features[:, places] - mean) / spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)
    answered = np.flatnonzero(both.there)
    fitted = {
        "there": _logistic(known @ model.there + model.there_bias, new, both.there, weights),
        "right": _logistic(
            (known @ model.right + model.right_bias)[answered], new[answered], both.right[answered], weights[answered]
        ),
    }
    features = {
        name: {**row, **{which: round(row[which] * slope, 4) for which, (slope, *_) in fitted.items()}}
        for name, row in before["features"].items()
    }
    for i, name in enumerate(confidence.JUDGED.names):
        own = {which: round(float(by_judgement[i]), 4) for which, (_, by_judgement, _) in fitted.items()}
        features[name] = {"mean": round(float(mean[i]), 4), "spread": round(float(spread[i]), 4), **own}
    biases = {
        f"{which}_bias": round(before[f"{which}_bias"] * slope + intercept, 4)
        for which, (slope, _, intercept) in fitted.items()
    }
    without = [name for name in before["unused"] if name not in confidence.JUDGED.names]
    return {"features": features, "unused": without, **biases}


def _logistic(before: Any, new: Any, right: Any, weights: Any) -> tuple[float, npt.NDArray[np.float64], float]:
    """What the log-odds before are multiplied with, what is added for each judgement, and for none."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1.0, max_iter=fusion.ENOUGH).fit(
        np.column_stack([before, new]), right, sample_weight=weights
    )
    slope, *by_judgement = fitted.coef_[0]
    return float(slope), np.array(by_judgement), float(fitted.intercept_[0])


def _left_out(name: str, left_out: Sequence[str]) -> bool:
    """Whether nothing of the set was trained on."""
    if name in NEWS:
        return bool({"news", name} & set(left_out))
    codes = {"squad2": ("en",), "piaf-fr": ("fr",), "cmrc-zh": ("zh",)}.get(name, tuple(name.split("-")[1:]))
    tags = {
        name,
        *codes,
        *(f"encyclopedia-{code}" for code in codes),
        *(("crossed",) if name.startswith("xl-") else ()),
    }
    return bool(tags & set(left_out))


def _apart(one: Asked, titles: Mapping[str, str]) -> bool:
    return apart(titles.get(one.question.id, ""))


def _titles(folder: Path) -> dict[str, str]:
    """The title of the article that each question of a set is about; of news, which has no part that is kept apart, none."""
    if folder.name in NEWS:
        return {}
    folder = folder.with_name(PARALLEL) if folder.name.startswith("xl-") else folder
    articles = {row["id"]: row["title"] for row in _rows(folder / "articles.jsonl")}
    return {
        str(row["id"]): articles.get((row.get("article_ids") or [""])[0], "")
        for row in _rows(folder / "questions.jsonl")
    }


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def main() -> None:
    """Measure or fit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("--model", type=Path, help="model.npz of python -m training.reranker; else the one that ships")
    parser.add_argument("--keep", type=Path, required=True, help="where fusion.py keeps what retrieval found")
    parser.add_argument("--only", nargs="*", help="names of sets")
    parser.add_argument("--fit", action="store_true", help="write the fitted weights")
    arguments = parser.parse_args()
    reader = Reader(arguments.model)
    print(json.dumps(reader.about))
    names = arguments.only or [name for name in FIT.sets if name != fusion.MIXED]
    sets = {}
    for name, one in read_sets(reader, arguments.sets, arguments.keep, names):
        if one.ranking:
            sets[name] = one
            _told(name, one)
    judged = fit_weights(sets)
    print("fitted:", dict(zip(FIT.weight_sets, judged, strict=True)))
    if arguments.only:  # the confidence is fitted to all of them together
        return
    before = json.loads(Path(confidence.__file__).with_name(confidence.FILE).read_text("utf-8"))
    told = {name: _outcomes(one, judged) for name, one in sets.items()}
    for name, one in sets.items():
        fitted = fit_confidence([of for other, of in told.items() if other != name], before)
        for said, weights, models in (("before", [NOTHING] * 2, before), ("read", judged, {**before, **fitted})):
            hits = fusion.hits(one.ranking, joined(one.ranking, weights))
            sure = fusion.confidence_report(models, *(told[name] if weights is judged else _outcomes(one, weights)))
            print(f"{name} {said}, the confidence fitted without it: {fusion.line({**hits, **sure})}", flush=True)
    if arguments.fit:
        _write(judged, fit_confidence(told.values(), before))


def _told(name: str, one: Read) -> None:
    line = [f"{name:10} {len(one.ranking):4} questions"]
    for weight in (*WEIGHTS, ALONE):
        same = [NOTHING | {"passage": weight, "sentence": weight}] * len(FIT.weight_sets)
        told = fusion.hits(one.ranking, joined(one.ranking, same))
        line.append(f"{'alone' if weight == ALONE else weight}: {told['passage@1']:.3f} {told['quote@1']:.3f}")
    print(" | ".join(line), flush=True)


def _write(judged: Sequence[Mapping[str, float]], fitted: Mapping[str, dict[str, Any]]) -> None:
    path = Path(ranking.__file__).with_name(ranking.FILE)
    before = json.loads(path.read_text("utf-8"))
    fusion.write(
        path, {which: {**before[which], "judged": one} for which, one in zip(FIT.weight_sets, judged, strict=True)}
    )
    names = {name: name + confidence.READ for name in fitted}
    fusion.write(Path(confidence.__file__).with_name(confidence.FILE), {names[n]: one for n, one in fitted.items()})


if __name__ == "__main__":
    main()
