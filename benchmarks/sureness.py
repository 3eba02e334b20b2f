"""How sure may an answer be?  Fits confidence.json to what came of questions that corpora answer, and of others: sure_rows.py.

    python benchmarks/sureness.py ../shared/eval --keep FOLDER            # each kind of corpus judged by models fitted without it
    python benchmarks/sureness.py ../shared/eval --keep FOLDER --fit      # writes the models for dated articles and for what was read
    python benchmarks/sureness.py ../shared/eval --keep FOLDER --read     # those for what was read alone, beside the others as they are

A feature whose direction is known may only count in it (FOR, AGAINST): fitted freely, what is rare in these questions takes on any
sign, and a missing name spoke for an answer.  Those for articles without a day that were not read are fitted by fusion.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Hashable, Iterator, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.answer import confidence
from askcorpus.answer.compose import THRESHOLD
from askcorpus.evaluation import measures
from askcorpus.retrieval.found import WeightSet

sys.path.insert(0, str(Path(__file__).parent))
from fusion import ACROSS, NEWS, XQUAD
from fusion import write as write_models
from sure_rows import (
    ASKED_IN_VAIN,
    CROWD,
    DATED,
    FOREIGN,
    OF_UNDATED,
    SWAPPED,
    UNDATED,
    UNDATED_SWAPPED,
    UNREAD,
    UNTOLD,
    WRITTEN,
    Row,
    jobs,
    rows,
    store,
    stored,
)

Floats = npt.NDArray[np.float64]
FOR = frozenset(
    "passage_cosine passage_late passage_cover passage_cover_title passage_phrase passage_name_cover passage_title_cover "
    "passage_said_met sentence_late sentence_late_title sentence_late_context sentence_cover sentence_cover_title "
    "sentence_cover_context sentence_phrase sentence_kind_there sentence_name_cover sentence_after_asking sentence_time_same "
    "gap_article gap_passage gap_sentence score weakest two_weakest mean weakest_anywhere "
    "judged_passage judged_sentence judged_gap judged_where judged_part".split()
)
AGAINST = frozenset(
    "passage_said_missed sentence_kind_missing sentence_asks sentence_echoes sentence_time_other name_gap name_absent "
    "number_absent word_gap name_gap_anywhere word_gap_anywhere lacks_name lacks_names lacks_number lacks_words".split()
)
UNUSED = ("lexical_per_idf", "question_words", "sentence_kind_missing")
"""The first is of another size where all words are common: 0.2 or ten million.  How long these questions are says little of others, and
where the sentence names nothing of the kind asked for, the quote goes on to one that does."""
NOT_READ = confidence.JUDGED.names
"""The re-ranker has learned from most of these corpora: there it is surer than elsewhere.  What it says is fitted mostly to those of UNREAD,
and to encyclopedias more closely, beside what a model makes of all the rest."""
ANY_DAY = (str(WeightSet.OWN), str(WeightSet.CROSSED))
FITTED = tuple(which + confidence.DATED for which in ANY_DAY)
WHAT_WAS_READ, OF_ENCYCLOPEDIAS = 1.0, 100.0  # times half the squares of what reading changes in a model
BESIDE = {str(WeightSet.OWN): 600.0, str(WeightSet.CROSSED): 100.0, **dict.fromkeys(FITTED, 300.0)}
"""Times half the squares by which the weights beside reading move.  Each corpus judged by models fitted without it, 100 moves the confidence
of whole corpora of news further and is no surer of what is right.  Of encyclopedias 300 tells more of what is not told and answers more of the exchanged
parts of other languages than it was fitted to; across languages 100 is surer of what is right, and 30 less so."""
CAUTION = {str(WeightSet.CROSSED): float(np.log(3))}
"""By what the odds that it is told are lowered: a wrong answer from what has no day, in another language, counts three times as much as in the
question's own."""
THERE, RIGHT = 3.0, 10.0  # times half the weights' squares, beside the sum of the losses: the fewer, the closer
BASE = "without reading"
FLAT = 1e-3  # the smallest spread of a feature
WEIGHTS = {SWAPPED: 0.2, FOREIGN: 0.05}
"""What a question counts by its part; others 1."""
READ_WEIGHTS = {**WEIGHTS, SWAPPED: 0.7, DATED: 0.6, UNTOLD: 0.7}
"""And where reading is fitted: an exchanged name is what it overlooks most easily."""
OF_CORPUS = {WRITTEN: 0.2, "invented": 2.0}
"""What a question counts by its corpus: those of WRITTEN are eight times as many, and more of them than of others ask for what is not told;
those of invented are few, and ask in more ways than others."""
OF_CORPUS_READ = {**OF_CORPUS, "squad2": 2.0}
"""And where reading is fitted: of the encyclopedias one asks as people do who look for something else than a sentence's own words."""
LEARNED = 0.6
"""What one of news that the re-ranker has learned from counts where reading is fitted.  With half as much news-c, left out, is right as often; with as
much as others news-a and news-b, which it has read, are the better calibrated, and a right answer more is lost on news-c."""


def fitted(told: Sequence[Row]) -> dict[str, Any]:
    """Two logistic regressions, does the corpus answer, and where it does, does the first quote, as they stand in confidence.json."""
    without = {*UNUSED, *NOT_READ}
    names = [name for name in confidence.NAMES if name not in without]
    used = [name not in without for name in confidence.NAMES]
    features = np.array([row.features for row in told], np.float64)[:, used]
    mean, spread = features.mean(0), np.maximum(features.std(0), FLAT)
    z = np.clip((features - mean) / spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)
    weights = np.array([WEIGHTS.get(row.part, 1.0) * OF_CORPUS.get(row.corpus, 1.0) for row in told])
    is_there = np.array([row.there for row in told])
    is_right = np.array([row.right for row in told])
    there = _regression(z, is_there, weights, names, THERE)
    right = _regression(z[is_there], is_right[is_there], weights[is_there], names, RIGHT)
    columns = {"mean": mean, "spread": spread, "there": there[:-1], "right": right[:-1]}
    return {
        "features": {
            name: {column: round(float(values[i]), 4) for column, values in columns.items()}
            for i, name in enumerate(names)
        },
        "unused": [name for name in confidence.NAMES if name in without],
        "there_bias": round(float(there[-1]), 4),
        "right_bias": round(float(right[-1]), 4),
    }


def with_reading(told: Sequence[Row], without: dict[str, Any]) -> dict[str, Any]:
    """The same for passages that were read: each of the two models `without` reading is one feature, what reading says are the others."""
    made = confidence.model(without, of="the model without reading")
    features = np.array([row.features for row in told], np.float64)
    z = np.clip((features - made.mean) / made.spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)
    read = features[:, [confidence.NAMES.index(name) for name in NOT_READ]]
    mean, spread = read.mean(0), np.maximum(read.std(0), FLAT)
    z_read = np.clip((read - mean) / spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)
    closeness = OF_ENCYCLOPEDIAS if any(row.part == UNDATED for row in told) else WHAT_WAS_READ
    weights = _weights_where_read(told)
    is_there = np.array([row.there for row in told])
    is_right = np.array([row.right for row in told])
    fitted_so = {}
    for which, yes, some, base in (
        ("there", is_there, np.ones(len(told), bool), z @ made.there + made.there_bias),
        ("right", is_right, is_there, z @ made.right + made.right_bias),
    ):
        both = np.column_stack([base, z_read])[some]
        fitted_so[which] = _regression(both, yes[some], weights[some], (BASE, *NOT_READ), closeness)
    rows = {
        name: {**row, "there": row["there"] * fitted_so["there"][0], "right": row["right"] * fitted_so["right"][0]}
        for name, row in without["features"].items()
    }
    for i, name in enumerate(NOT_READ):
        columns = {
            "mean": mean[i],
            "spread": spread[i],
            "there": fitted_so["there"][i + 1],
            "right": fitted_so["right"][i + 1],
        }
        rows[name] = {column: float(value) for column, value in columns.items()}
    biases = {
        f"{which}_bias": float(made_so[0] * without[f"{which}_bias"] + made_so[-1])
        for which, made_so in fitted_so.items()
    }
    return {
        "features": {name: {column: round(value, 4) for column, value in row.items()} for name, row in rows.items()},
        "unused": [name for name in without["unused"] if name not in NOT_READ],
        **{name: round(value, 4) for name, value in biases.items()},
    }


def beside_reading(told: Sequence[Row], read: dict[str, Any]) -> dict[str, Any]:
    """The models for what was read with every weight moved, near to where it was: words say less where reading says more.

    On the whole they stay as sure of these questions as they were, those of UNTOLD aside, and less sure by CAUTION: how often what is asked
    is told is not learned here.
    """
    names = [name for name in confidence.NAMES if name not in read["unused"]]
    mean, spread = (np.array([read["features"][name][column] for name in names]) for column in ("mean", "spread"))
    features = np.array([row.features for row in told], np.float64)[:, [confidence.NAMES.index(name) for name in names]]
    z = np.clip((features - mean) / spread, -confidence.MAX_SPREADS, confidence.MAX_SPREADS)
    weights = _weights_where_read(told)
    is_there, is_right = np.array([row.there for row in told]), np.array([row.right for row in told])
    of_these = np.array([row.part != UNTOLD for row in told])
    closeness = BESIDE[told[0].which]
    made = {**read, "features": {name: dict(row) for name, row in read["features"].items()}}
    for which, yes, some in (("there", is_there, np.ones(len(told), bool)), ("right", is_right, is_there)):
        before = np.array([read["features"][name][which] for name in names])
        moved = _regression(z[some], yes[some], weights[some], names, closeness, before)[:-1]
        these = some & of_these
        as_before = _sure(z[these] @ before + read[f"{which}_bias"], weights[these])
        bias = _as_sure(z[these] @ moved, weights[these], as_before)
        made[f"{which}_bias"] = round(bias - (which == "there") * CAUTION.get(told[0].which, 0.0), 4)
        for name, weight in zip(names, moved, strict=True):
            made["features"][name][which] = round(float(weight), 4)
    return made


def _sure(odds: Floats, weights: Floats) -> float:
    """How sure a model is of the questions on the whole."""
    return float(weights @ (1 / (1 + np.exp(-odds))) / weights.sum())


def _as_sure(odds: Floats, weights: Floats, wanted: float) -> float:
    """The bias with which a model is on the whole as sure as is wanted."""
    from scipy.optimize import brentq

    return float(brentq(lambda bias: _sure(odds + bias, weights) - wanted, -99, 99))


def _weights_where_read(told: Sequence[Row]) -> Floats:
    """What each question counts where reading is fitted."""
    return np.array([READ_WEIGHTS.get(row.part, 1.0) * _of_corpus(row.corpus) for row in told])


def _of_corpus(corpus: str) -> float:
    return OF_CORPUS_READ.get(corpus, LEARNED if corpus in NEWS and corpus not in UNREAD else 1.0)


def _regression(
    z: Floats,
    yes: npt.NDArray[np.bool_],
    weights: Floats,
    names: Sequence[str],
    closeness: float,
    before: Floats | None = None,
) -> Floats:
    """The weights of a logistic regression, those whose direction is known in it, and the bias behind them; near to what was `before`:
    without that the model without reading as it is."""
    from scipy.optimize import minimize

    weights = weights / weights.mean()
    before = np.array([float(name == BASE) for name in names]) if before is None else before

    def loss(beta: Floats) -> tuple[float, Floats]:
        odds = z @ beta[:-1] + beta[-1]
        wrong = weights * (1 / (1 + np.exp(-odds)) - yes)
        gradient = np.append(z.T @ wrong + closeness * (beta[:-1] - before), wrong.sum())
        return float(
            (weights * (np.logaddexp(0, odds) - yes * odds)).sum() + closeness / 2 * ((beta[:-1] - before) ** 2).sum()
        ), gradient

    bounds = [*_directions(names), (None, None)]
    result = minimize(loss, np.append(before, 0.0), jac=True, method="L-BFGS-B", bounds=bounds)
    best: Floats = result.x
    return best


def _directions(names: Sequence[str]) -> list[tuple[float | None, float | None]]:
    """Between what the weight of each may be."""
    return [(0, None) if name in FOR else (None, 0) if name in AGAINST else (None, None) for name in names]


def models(
    told: Sequence[Row], before: Mapping[str, dict[str, Any]], *, read: bool = False
) -> dict[str, dict[str, Any]]:
    """The models for dated articles, in the question's language and across languages, and those for passages that were read.

    Those for what has no day and was not read stand in `before`, as do those that nothing was told for; where only what was `read` is fitted,
    all that were not.
    """
    by_name = {name: [row for row in told if row.which == name] for name in (*ANY_DAY, *FITTED)}
    made = dict(before)
    for name, every in by_name.items():
        if not read and name in FITTED and every:
            made[name] = fitted(every)
        if those := [row for row in every if of_reading(row)]:
            more = [row for row in every if row.read and row.part in (DATED, UNTOLD)]
            made[name + confidence.READ] = beside_reading([*those, *more], with_reading(those, made[name]))
    return made


def of_reading(row: Row) -> bool:
    """Whether what reading says of it is fitted to."""
    return row.read and (row.part in (UNDATED, UNDATED_SWAPPED) or row.corpus in UNREAD or row.corpus in NEWS)


def report(told: Sequence[Row], given: Mapping[str, dict[str, Any]], *, read: bool) -> str:
    """How the models judge these questions, those for what was read or those without."""
    from sklearn.metrics import roc_auc_score

    made = {which: confidence.model(one, of=which) for which, one in given.items()}
    sure = np.array(
        [confidence.probability(row.features, made[row.which + confidence.READ * (read and row.read)]) for row in told]
    )
    there, right = np.array([row.there for row in told]), np.array([row.right for row in told])
    answered = sure >= THRESHOLD
    said = {"absent answered": answered[~there].mean() if (~there).any() else np.nan}
    if there.any():
        said |= {
            "answered": answered[there].mean(),
            "right lost": (~answered[right]).mean(),
            "of answered right": right[answered].mean(),
            "calibration error": measures.calibration_error(sure, right),
        }
    if 0 < there.sum() < len(there):
        said |= {"AUROC": roc_auc_score(there, sure), "AUROC of right": roc_auc_score(right, sure)}
    return f"{len(told)} questions: " + ", ".join(f"{name} {value:.3f}" for name, value in said.items())


def apart(every: Sequence[Row]) -> Iterator[tuple[str, Hashable, list[Row], list[Row]]]:
    """Questions to judge, what is left out for them, and those to fit to.

    Dated: without the corpora that tell the same.  Undated: without the corpus and one half of all others' questions, whose translations
    they may be; those with a part exchanged lie in another order, and may be translations.  Only one corpus has questions that its articles do
    not tell: of that it is the other half.
    """
    dated = [row for row in every if row.part not in OF_UNDATED]
    for corpus, part in dict.fromkeys((row.corpus, row.part) for row in dated):
        some = [row for row in dated if (row.corpus, row.part) == (corpus, part)]
        gone = kind(corpus)
        yield f"{corpus}, {part}", gone, some, [row for row in dated if row.corpus not in gone]
    halves = list[tuple[Row, bool]]()
    for corpus, part in dict.fromkeys((row.corpus, row.part) for row in every if row.part in OF_UNDATED):
        some = [row for row in every if (row.corpus, row.part) == (corpus, part)]
        halves += [(row, 2 * place >= len(some)) for place, row in enumerate(some)]
    for corpus, part in dict.fromkeys((row.corpus, row.part) for row, _ in halves):
        for second in (False, True):
            some = [row for row, half in halves if (row.corpus, row.part) == (corpus, part) and half is second]
            others = [
                row for row, half in halves if half is not second and (row.corpus != corpus or corpus == ASKED_IN_VAIN)
            ]
            yield f"{corpus}, {part}, {'second' if second else 'first'} half", (corpus, second), some, others


def kind(corpus: str) -> tuple[str, ...]:
    """The corpora that tell the same as this one: what is fitted without it is fitted without them."""
    if corpus in NEWS:
        return (corpus, CROWD)
    if corpus == CROWD:
        return (CROWD, *NEWS)
    parallel = XQUAD + ACROSS  # the same articles and questions in other languages
    return parallel if corpus in parallel else (corpus,)


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument(
        "--keep", type=Path, required=True, help="keep what came of each question here, or take it from here"
    )
    parser.add_argument("--fit", action="store_true", help="write the fitted models to confidence.json")
    parser.add_argument("--read", action="store_true", help="write only those for what was read")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    todo = [(arguments.keep, arguments.sets, *job) for job in jobs()]
    with get_context("spawn").Pool(2, maxtasksperchild=1) as pool:  # a question keeps one core busy
        pool.starmap(store, {(job[2], stored(job[3])): job for job in todo}.values(), chunksize=1)
        told = [row for some in pool.starmap(rows, todo, chunksize=1) for row in some]
    every = [row for row in told if row.which in FITTED or row.part in OF_UNDATED]  # a page may have no day
    path = Path(confidence.__file__).with_name(confidence.FILE)
    before = json.loads(path.read_text("utf-8"))
    if arguments.fit or arguments.read:
        write_models(path, models(every, before, read=arguments.read))
        return
    made = dict[Hashable, dict[str, dict[str, Any]]]()
    for what, gone, some, others in apart(every):
        without = made.get(gone) or made.setdefault(gone, models(others, before))
        for read in (False, True):
            how = "read, " * read
            print(f"{what}, {how}not fitted on:", report(some, without, read=read), flush=True)


if __name__ == "__main__":
    main()
