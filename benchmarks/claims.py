"""How many true sentences about quotes are struck, and how many lies?  Over the sets of tests/writing:

    python benchmarks/claims.py
    python benchmarks/claims.py --fit

Once with the reader of claims and once without, as beside an encoder that it is not made of. `--fit` also prints the weights of
src/askcorpus/writing/signs.toml, fitted on all sets but the one kept apart; the rates that it prints are those of folds: each quote's
sentences are judged by weights that were fitted without them. The reader itself was trained on none of these sentences.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.encoder import Encoder, load
from askcorpus.retrieval.judging import LoadedJudge
from askcorpus.settings import DEFAULT_MODEL
from askcorpus.writing.check import Check
from askcorpus.writing.reader import ClaimReader, asking
from askcorpus.writing.signs import Signs, weights

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "writing"))
import lies

KEPT_APART = "kept apart"
FOLDS = 5
SMALL = 2.0  # of the penalty of large weights: a sign that is rarely seen is believed less
STRICT = 0.5  # log-odds: a false sentence that stays is worse than a true one that is struck
PLAIN, HEED = ("claims", "near"), 2.0  # what a model writes is mostly near to the quotes
STEPS, STEP = 4000, 0.0007
Row = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence, and what tells whether its quote bears it out; no signs where a number, a day or a name is missing."""

    of: str
    quote: str
    true: bool
    signs: Signs | None


def sentences() -> Iterator[tuple[str, dict[str, Any], str, bool]]:
    """The set, the quote, the sentence, and whether it is true."""
    for told in (*lies.true_ones(), *lies.false_ones()):
        if told.kind not in ("uncited", "no such quote"):
            yield "claims", lies.CLAIMS[told.claim], told.text, told.kind == "true"
    for name, claims in (
        ("more", lies.MORE_CLAIMS), ("roles and denials", lies.UNSEEN_CLAIMS), ("roles", lies.ROLES),
        ("other words", lies.PARAPHRASES), ("near", lies.NEAR_CLAIMS), ("terse", lies.TERSE_CLAIMS), ("plain", lies.PLAIN_CLAIMS),
        (KEPT_APART, lies.KEPT_APART_CLAIMS),
    ):  # fmt: skip
        for claim in claims:
            for kind in ("true", "false"):
                for text in claim[kind]:
                    yield name, claim, text, kind == "true"


def judged(encoder: Encoder, judge: LoadedJudge, reader: ClaimReader) -> Iterator[Judged]:
    """Each sentence with its signs."""
    checks: dict[str, Check] = {}
    for of, claim, text, true in sentences():
        key = json.dumps(claim)
        if key not in checks:
            quotes = [lies.citation(claim)]
            checks[key] = Check(quotes, encoder.encode_question, asking(judge.judge), reader.doubts)
        language = claim.get("written_in") or claim["language"]
        yield Judged(of, key, true, checks[key].signs_of(text, (1,), language))


def unread(row: Judged) -> Judged:
    """The same where nobody read the sentence together with its quote."""
    return row if row.signs is None else replace(row, signs=replace(row.signs, doubted=None))


def fitted(rows: Sequence[Judged]) -> dict[str, float]:
    """Weights of a logistic regression, none below 0: no sign speaks for a sentence."""
    read = [row for row in rows if row.signs is not None]
    names = [one.name for one in fields(Signs) if any(getattr(row.signs, one.name) is not None for row in read)]
    signs: Row = np.array([[getattr(row.signs, name) for name in names] for row in read])
    false: Row = np.array([not row.true for row in read], np.float64)
    heed: Row = np.array([HEED if row.of in PLAIN else 1.0 for row in read])
    wide = signs.std(axis=0) + 1e-9
    signs = signs / wide
    own, bias = np.zeros(signs.shape[1]), 0.0
    for _ in range(STEPS):
        wrong = heed * (1 / (1 + np.exp(-(signs @ own + bias))) - false)
        own = np.maximum(0, own - STEP * (signs.T @ wrong + SMALL * own))
        bias -= STEP * float(wrong.sum())
    own /= wide
    return {"bias": bias + STRICT, **dict(zip(names, own.tolist(), strict=True))}


def struck(row: Judged, by: Mapping[str, float]) -> bool:
    """Whether the sentence is."""
    return row.signs is None or row.signs.doubt(by) > 0


def told(rows: Sequence[Judged], *, read: bool, fit: bool) -> None:
    """Print how many are struck, and the weights where they are fitted."""
    learned = [row for row in rows if row.of != KEPT_APART]
    quotes = {quote: place % FOLDS for place, quote in enumerate(dict.fromkeys(row.quote for row in learned))}
    by_fold, final = [weights(read=read)] * FOLDS, weights(read=read)
    if fit:
        by_fold = [fitted([row for row in learned if quotes[row.quote] != fold]) for fold in range(FOLDS)]
        final = fitted(learned)
        print(*(f"{name} = {value:.2f}" for name, value in final.items()), sep="\n")
    counts = Counter[tuple[str, bool, bool]]()
    for row in rows:
        counts[row.of, row.true, struck(row, by_fold[quotes[row.quote]] if row.quote in quotes else final)] += 1
    for of in dict.fromkeys(row.of for row in rows):
        true, false = (
            (counts[of, kind, True], counts[of, kind, True] + counts[of, kind, False]) for kind in (True, False)
        )
        print(f"{of:20} true struck {true[0]:3} of {true[1]:3}   lies struck {false[0]:3} of {false[1]:3}")


def main() -> None:
    """Judge, and fit where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--fit", action="store_true", help="fit the weights, and judge each quote by those fitted without it"
    )
    chosen = parser.parse_args()
    encoder = load(DEFAULT_MODEL)
    judge, reader = LoadedJudge(encoder), ClaimReader(encoder)
    rows = [*judged(encoder, judge, reader)]
    print("\n[alone]")
    told([unread(row) for row in rows], read=False, fit=chosen.fit)
    print("\n[read]")
    told(rows, read=True, fit=chosen.fit)
    reader.close()
    judge.close()
    encoder.close()


if __name__ == "__main__":
    main()
