"""What is gained by reading question and passage together?  On questions that the cross-encoder was not trained on.

    python benchmarks/reranking.py ../shared/eval --keep FOUND                                    # the one that ships
    python benchmarks/reranking.py ../shared/eval --keep FOUND --model build/no-news/model.npz    # one that was trained now
    python benchmarks/reranking.py ../shared/eval --keep FOUND --fit                              # writes the fitted weights

FOUND is where fusion.py keeps what retrieval finds. Of each question the first passages are read, as the program reads them, and
it is printed how often the first passage and the first quote hold an answer: by the linear scores alone, with the judgements at
several weights, by these alone. Only questions count whose set, kind or article was left out when the model was trained. --fit
writes what judgements weigh (ranking.json); the confidence of what was read is fitted by sureness.py.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.resources
import itertools
import json
import pickle
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

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
from sure_rows import questions, titles_of

from training.material import NEWS, apart

FIT = fusion.FITS["many"]
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
ALONE = 100.0  # beside it the linear score says nothing
LIMIT = 150  # questions of a set
PASSAGE, SENTENCE, WHERE, STANDS = (
    (0.0, 0.1, 0.2, 0.3, 0.4, 0.6),
    (0.0, 0.05, 0.1, 0.2),
    (0.0, 0.1, 0.2, 0.4),
    (0.0, 1.0, 2.0, 3.0),
)  # weights that are tried
NOTHING = {"passage": 0.0, "sentence": 0.0, "where": 0.0, "stands": 0.0}


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

    @property
    def mark(self) -> str:
        """Of this model and of how much is read: names what is kept of it."""
        return hashlib.sha256(self.data + repr(LIMIT).encode()).hexdigest()[:12]


def read_sets(reader: Reader, sets: Path, keep: Path, names: Sequence[str]) -> Iterator[tuple[str, list[Asked]]]:
    """The sets with judgements, kept beside what retrieval found."""
    for name in names:
        path = keep / f"{name}-read-{reader.mark}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(_read(reader, sets / name, keep)))
        yield name, pickle.loads(path.read_bytes())


def _read(reader: Reader, folder: Path, keep: Path) -> list[Asked]:
    """The answerable questions of a set that the model had not seen, with judgements of what was found for them."""
    material = fusion.material(keep, folder, FIT.model)
    titles = None if _left_out(folder.name, reader.about["left_out"]) else titles_of(folder)
    rows = {str(row["id"]): row for row in questions(folder)}
    unseen = [one for one in (*material.whole, *material.dated) if titles is None or _apart(one, titles)]
    some = unseen[:: -(-len(unseen) // LIMIT) or 1]
    return [judged_again(one, rows.get(one.question.id, {}), reader) for one in some]


def judged_again(one: Asked, row: Mapping[str, Any], reader: Reader) -> Asked:
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


def fit_weights(sets: Mapping[str, Sequence[Asked]]) -> list[dict[str, float]]:
    """What judgements weigh in each of the weight sets: what gains most over its sets of questions, of what loses none of them.

    A set loses where more than one question less than before has its answer in the first passage, or in the first quote.
    """
    return [_best_pair({n: one for n, one in sets.items() if _is_of(n, which)}, which) for which in FIT.weight_sets]


def _is_of(name: str, which: WeightSet) -> bool:
    """News is asked in its own language and in others."""
    return name in NEWS or name.startswith("xl-") == (which is WeightSet.CROSSED)


def _best_pair(sets: Mapping[str, Sequence[Asked]], which: WeightSet) -> dict[str, float]:
    best, gained = NOTHING, 0.0
    before = {name: _first(one, NOTHING, which) for name, one in sets.items()}
    for passage, sentence, where, stands in itertools.product(PASSAGE, SENTENCE, WHERE, STANDS):
        pair = {"passage": passage, "sentence": sentence, "where": where, "stands": stands}
        gains = {name: _first(one, pair, which) - before[name] for name, one in sets.items()}
        loses = any((gain * len(sets[name])).min() < -1.5 for name, gain in gains.items())
        gain = float(np.mean([gain.sum() for gain in gains.values()])) if gains else 0.0
        if gain > gained and not loses:
            best, gained = pair, gain
    return best


def _first(one: Sequence[Asked], pair: Mapping[str, float], which: WeightSet) -> npt.NDArray[np.float64]:
    """How often the first passage and the first quote hold an answer, where judgements weigh something in this set alone."""
    told = fusion.hits(one, joined(one, [pair if w is which else NOTHING for w in FIT.weight_sets]))
    return np.array([told["passage@1"], told["quote@1"]])


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
        if one:
            sets[name] = one
            _told(name, one)
    judged = fit_weights(sets)
    print("fitted:", dict(zip(FIT.weight_sets, judged, strict=True)))
    for name, one in sets.items():
        for said, weights in (("before", [NOTHING] * 2), ("read", judged)):
            print(f"{name} {said}: {fusion.line(fusion.hits(one, joined(one, weights)))}", flush=True)
    if arguments.fit and not arguments.only:  # the weights are fitted to all of them together
        _write(judged)


def _told(name: str, one: Sequence[Asked]) -> None:
    line = [f"{name:10} {len(one):4} questions"]
    for weight in (*WEIGHTS, ALONE):
        same = [NOTHING | {"passage": weight, "sentence": weight}] * len(FIT.weight_sets)
        told = fusion.hits(one, joined(one, same))
        line.append(f"{'alone' if weight == ALONE else weight}: {told['passage@1']:.3f} {told['quote@1']:.3f}")
    print(" | ".join(line), flush=True)


def _write(judged: Sequence[Mapping[str, float]]) -> None:
    path = Path(ranking.__file__).with_name(ranking.FILE)
    before = json.loads(path.read_text("utf-8"))
    fusion.write(
        path, {which: {**before[which], "judged": one} for which, one in zip(FIT.weight_sets, judged, strict=True)}
    )


if __name__ == "__main__":
    main()
