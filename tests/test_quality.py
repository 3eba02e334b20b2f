"""How good must the answers stay?  Floors on the question sets, below the figures of README.md by the noise of a sample.

The questions are an evenly spread sample, so that the suite stays quick: fifty of each set, or as many as $ASKCORPUS_QUALITY_QUESTIONS
says; of fewer than 100 its margins are wider.  `benchmarks/quality.py` asks all of them.  To lower a floor, set
ASKCORPUS_ALLOW_LOWER_FLOORS=1 and say in the commit what got worse and why it is worth it.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from askcorpus.encoder import Encoder
from askcorpus.encoder.cross_encoder import CrossEncoder, Judged, Told
from askcorpus.types import EncodedQuestion

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from quality import Quality, mixed, quality

LIMIT = int(os.environ.get("ASKCORPUS_QUALITY_QUESTIONS", "50"))
NOISE = max(1.0, (100 / LIMIT) ** 0.5)
"""How many times as large as among 100 a standard error is."""
LOWER_FLOORS_ALLOWED = os.environ.get("ASKCORPUS_ALLOW_LOWER_FLOORS") == "1"
SEEDS = (1,)
# What DESIGN.md's users were promised; the table below may be higher than this, never lower.
PROMISED = {
    "squad2": {"gain": 0.0, "passage_hit_at_1": 0.87, "quote_hit_at_1": 0.77, "auroc": 0.97},
    "xquad-en": {"gain": 0.02, "quote_hit_at_1": 0.86, "auroc": 0.99},
    "xquad-de": {"gain": 0.01},
    "xquad-es": {"gain": 0.0},
}
# Of a share of .88 among 100 a standard error is .033, among 200 .023; the sample is fixed, so code alone moves it.
MARGIN = 0.03 * NOISE
GAIN_MARGIN = 0.025 * NOISE  # 6 % of the questions go one way or the other: a standard error of .024 among 100
SWAPPED_MARGIN = 0.07 * NOISE  # of a share of .5 among 100: more than a standard error; a ceiling, so it is added
MIXED, MIXED_ARTICLES, MIXED_FLOOR = ("xquad-en", "xquad-hi", "xquad-ro"), 16, 0.94
MARK_MARGIN = 0.08 * NOISE  # of a share of .7 among the 60 to 90 first quotes that hold the answer and mark something
FLOORS: dict[str, dict[str, Any]] = {
    "squad2": {
        "gain": 0.05,
        "digest": "3c9d2afd0212e2b0",
        "passage_hit_at_1": 0.87,
        "quote_hit_at_1": 0.77,
        "auroc": 0.97,
        "calibration_error": 0.05,
        "swapped_answered": 0.43,
        "mark_hit_at_1": 0.70,
    },
    "xquad-en": {
        "gain": 0.02,
        "digest": "f5ba7d91f45f8a1f",
        "passage_hit_at_1": 0.96,
        "quote_hit_at_1": 0.86,
        "auroc": 0.99,
        "calibration_error": 0.05,
        "swapped_answered": 0.56,
        "mark_hit_at_1": 0.69,
    },
    "xquad-de": {
        "gain": 0.01,
        "digest": "30b4399be38f14fe",
        "passage_hit_at_1": 0.92,
        "quote_hit_at_1": 0.76,
        "auroc": 0.96,
        "swapped_answered": 0.61,
        "mark_hit_at_1": 0.58,
    },
    "xquad-es": {
        "gain": 0.0,
        "digest": "118b4b2d6447ecb2",
        "passage_hit_at_1": 0.93,
        "quote_hit_at_1": 0.78,
        "auroc": 0.96,
        "swapped_answered": 0.27,
        "mark_hit_at_1": 0.71,
    },
}


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """Words alone, the whole program and half of the articles are asked the same questions, and find the same passages: more
    than half of the time went into encoding and reading these again."""
    with pytest.MonkeyPatch.context() as patch:
        encode, encoded = Encoder.encode_question, dict[str, EncodedQuestion]()
        judge, judged = CrossEncoder.judge, dict[tuple[str, str, Told], Judged]()

        def encode_question(encoder: Encoder, question: str) -> EncodedQuestion:
            if question not in encoded:  # one model asks them all
                encoded[question] = encode(encoder, question)
            return encoded[question]

        def judge_what_is_new(
            reader: CrossEncoder, question: str, asked: str, passages: Sequence[Told]
        ) -> list[Judged]:
            new = [one for one in passages if (question, asked, one) not in judged]
            judged.update(
                ((question, asked, one), it) for one, it in zip(new, judge(reader, question, asked, new), strict=True)
            )
            return [judged[question, asked, one] for one in passages]

        patch.setattr(Encoder, "encode_question", encode_question)
        patch.setattr(CrossEncoder, "judge", judge_what_is_new)
        yield


@pytest.fixture(scope="module", params=sorted(FLOORS))
def measured(request: pytest.FixtureRequest, eval_folder: Path, read_once: None) -> tuple[str, Quality]:
    name = str(request.param)
    folder = eval_folder / name
    digest = hashlib.sha256(
        (folder / "questions.jsonl").read_bytes() + (folder / "articles.jsonl").read_bytes()
    ).hexdigest()[:16]
    if digest != FLOORS[name]["digest"]:
        pytest.skip(f"{name} is another version ({digest}) than the floors were set on")
    return name, quality(folder, limit=LIMIT, seeds=SEEDS, modes=("lexical", "hybrid"))


def test_the_first_passage_and_quote_hold_the_answer_as_often_as_promised(measured: tuple[str, Quality]) -> None:
    name, found = measured
    for measure in ("passage_hit_at_1", "quote_hit_at_1"):
        assert getattr(found.whole["hybrid"], measure) >= FLOORS[name][measure] - MARGIN, measure


def test_hybrid_search_is_no_worse_than_words_alone(measured: tuple[str, Quality]) -> None:
    name, found = measured
    hybrid, lexical = found.whole["hybrid"].passage_hit_at_1, found.whole["lexical"].passage_hit_at_1
    assert hybrid is not None
    assert lexical is not None
    assert hybrid >= lexical + FLOORS[name]["gain"] - GAIN_MARGIN


def test_confidence_tells_questions_with_an_answer_from_those_without(measured: tuple[str, Quality]) -> None:
    name, found = measured
    assert found.halves.auroc is not None
    assert found.halves.auroc >= FLOORS[name]["auroc"] - 0.01 * NOISE


def test_confidence_means_what_it_says(measured: tuple[str, Quality]) -> None:
    name, found = measured
    if "calibration_error" not in FLOORS[name]:
        pytest.skip("no calibration floor is set for this language")
    # Ten bins of 100 are off by about .03 even when the confidence is exact.
    assert found.halves.calibration_error is not None
    assert found.halves.calibration_error <= FLOORS[name]["calibration_error"] + 0.03 * NOISE


def test_questions_with_an_exchanged_part_are_answered_seldom(measured: tuple[str, Quality]) -> None:
    name, found = measured
    assert found.swapped["all"] <= FLOORS[name]["swapped_answered"] + SWAPPED_MARGIN


def test_what_is_marked_is_the_answer_as_often_as_it_was(measured: tuple[str, Quality]) -> None:
    name, found = measured
    marked = found.whole["hybrid"].mark_hit_at_1
    assert marked is not None
    assert marked >= FLOORS[name]["mark_hit_at_1"] - MARK_MARGIN


def test_no_floor_is_below_what_was_promised() -> None:
    if LOWER_FLOORS_ALLOWED:
        pytest.skip("lower floors are allowed by ASKCORPUS_ALLOW_LOWER_FLOORS")
    for name, floors in PROMISED.items():
        for measure, floor in floors.items():
            assert FLOORS[name][measure] >= floor, (name, measure)


def test_where_translations_stand_side_by_side_the_language_of_the_question_answers_first(
    eval_folder: Path, read_once: None
) -> None:
    for name, shares in mixed(eval_folder, MIXED, limit=max(1, LIMIT // 3), articles=MIXED_ARTICLES).items():
        assert shares["hybrid any language"] >= MIXED_FLOOR - MARGIN, name
        assert shares["hybrid own language"] >= MIXED_FLOOR - MARGIN, name
