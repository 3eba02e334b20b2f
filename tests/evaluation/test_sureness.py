"""Does what reading says of a passage join the confidence as far as it tells right from wrong, and no further?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from askcorpus.answer import confidence
from askcorpus.retrieval.found import WeightSet

BENCHMARKS = str(Path(__file__).parent.parent.parent / "benchmarks")
WITHOUT = str(WeightSet.OWN) + confidence.DATED


@pytest.fixture(scope="module")
def sureness() -> Iterator[Any]:
    sys.path.insert(0, BENCHMARKS)
    import sureness

    yield sureness
    sys.path.remove(BENCHMARKS)


def _rows(sureness: Any, *, telling: str | None) -> list[Any]:
    """A thousand questions, half of them answered; the named feature alone tells which, the others are noise."""
    rng = np.random.default_rng(1)
    mean, spread = (getattr(_model(), which) for which in ("mean", "spread"))
    made = []
    for number in range(1000):
        there = number % 2 == 0
        right = there and number % 4 == 0
        features = (mean + spread * rng.normal(size=len(mean))).astype(np.float32)
        for name in confidence.JUDGED.names:
            features[confidence.NAMES.index(name)] = rng.normal()
        if telling is not None:
            features[confidence.NAMES.index(telling)] = rng.normal() + (3.0 if right else 1.5 if there else -3.0)
        made.append(sureness.Row("news-c", "whole", WITHOUT, features, there, right))
    return made


def _fitted() -> dict[str, Any]:
    kept = json.loads(resources.files("askcorpus.answer").joinpath(confidence.FILE).read_text("utf-8"))
    model: dict[str, Any] = kept[WITHOUT]
    return model


def _model() -> confidence.Model:
    return confidence.model(_fitted(), of=WITHOUT)


def _wrongly(rows: list[Any], model: confidence.Model) -> float:
    """The mean square of how far the confidence is from what came of a question (Brier's score)."""
    return float(np.mean([(confidence.probability(row.features, model) - row.right) ** 2 for row in rows]))


def _there(rows: list[Any], model: confidence.Model) -> float:
    """How sure the model is on the mean that what is asked is told."""
    z = [np.clip((row.features - model.mean) / model.spread, -4, 4) @ model.there for row in rows]
    return float(np.mean(1 / (1 + np.exp(-(np.array(z) + model.there_bias)))))


@pytest.mark.parametrize("telling", ["judged_passage", "judged_part"])
def test_what_reading_tells_is_heard(sureness: Any, telling: str) -> None:
    rows = _rows(sureness, telling=telling)
    made = confidence.model(sureness.with_reading(rows[::2], _fitted()), of="made")
    assert _wrongly(rows[1::2], made) < 0.14 < 0.2 < _wrongly(rows[1::2], _model())


def test_what_reading_does_not_tell_is_not_heard(sureness: Any) -> None:
    rows = _rows(sureness, telling=None)
    made = sureness.with_reading(rows, _fitted())
    for name in confidence.JUDGED.names:
        assert 0 <= made["features"][name]["there"] < 0.2, name
    assert not set(made["unused"]) & set(confidence.JUDGED.names)


def test_reading_may_only_speak_for_an_answer_that_it_holds_good(sureness: Any) -> None:
    rows = [
        sureness.Row(row.corpus, row.part, row.which, row.features, not row.there, not row.there)
        for row in _rows(sureness, telling="judged_passage")
    ]
    made = sureness.with_reading(rows, _fitted())
    assert made["features"]["judged_passage"]["there"] == 0


def test_each_feature_counts_by_what_it_tells_beside_reading_and_the_models_stay_as_sure_as_they_were(
    sureness: Any,
) -> None:
    rows = _rows(sureness, telling="weakest")  # of words alone, beside others that tell nothing
    fitted_to, judged = ([row for n, row in enumerate(rows) if (n % 8 < 4) is some] for some in (True, False))
    read = sureness.with_reading(fitted_to, _fitted())
    mostly_told = [row for n, row in enumerate(fitted_to) if row.right or n % 3 == 0]
    moved = sureness.beside_reading(mostly_told, read)
    before, after = (confidence.model(one, of="made") for one in (read, moved))
    assert _wrongly(judged, after) < _wrongly(judged, before) - 0.02

    told = np.mean([row.there for row in mostly_told])
    assert (
        _there(mostly_told, after)
        == pytest.approx(_there(mostly_told, before), abs=0.01)
        != pytest.approx(told, abs=0.05)
    )
    for name, row in moved["features"].items():
        for which in ("there", "right"):
            assert name not in sureness.FOR or row[which] >= 0, name
            assert name not in sureness.AGAINST or row[which] <= 0, name


def test_what_articles_do_not_tell_makes_the_models_no_less_sure_of_all_the_rest(sureness: Any) -> None:
    rows = [replace(row, part=sureness.UNDATED) for row in _rows(sureness, telling="weakest")]
    untold = [replace(row, part=sureness.UNTOLD, there=False, right=False) for row in rows if row.there]
    read = sureness.with_reading(rows, _fitted())
    before, alone, beside = (
        confidence.model(one, of="made")
        for one in (read, sureness.beside_reading(rows, read), sureness.beside_reading([*rows, *untold], read))
    )
    assert _there(rows, beside) == pytest.approx(_there(rows, before), abs=0.01)
    assert np.abs(beside.there - alone.there).max() > 0.05  # they were heard


def test_an_answer_from_another_language_is_given_more_cautiously(
    sureness: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sureness, "BESIDE", dict.fromkeys(sureness.BESIDE, 300.0))
    rows = [replace(row, part=sureness.UNDATED) for row in _rows(sureness, telling="weakest")]
    read = sureness.with_reading(rows, _fitted())
    own, crossed = (
        sureness.beside_reading([replace(row, which=str(which)) for row in rows], read)
        for which in (WeightSet.OWN, WeightSet.CROSSED)
    )
    assert crossed["features"] == own["features"]
    assert crossed["there_bias"] == pytest.approx(own["there_bias"] - np.log(3), abs=0.001)
    assert crossed["right_bias"] == own["right_bias"]


def test_what_judges_a_question_is_fitted_to_none_of_its_kind(sureness: Any) -> None:
    def asked(corpus: str, part: str) -> list[Any]:
        return [sureness.Row(corpus, part, "own", np.full(1, n, np.float32), True, True) for n in range(5)]

    news = [asked(name, "whole") for name in ("news-a", "news-b", "crowd", "squad2")]
    undated = [asked(name, sureness.UNDATED) for name in ("xquad-de", "xquad-en", "squad2")]
    told = [row for some in (*news, *undated, asked("squad2", sureness.UNTOLD)) for row in some]
    judged = []
    for what, _, some, others in sureness.apart(told):
        judged += some
        assert not {id(row) for row in some} & {id(row) for row in others}, what
        corpora = {row.corpus for row in others}
        if what.startswith("news-a"):
            assert corpora == {"news-b", "squad2"}
        if what.startswith("xquad-de"):
            assert corpora == {"xquad-en", "squad2"}
            numbers = (
                {int(row.features[0]) for row in some},
                {int(row.features[0]) for row in others if row.corpus == "xquad-en"},
            )
            assert not numbers[0] & numbers[1]  # translations of each other
        if what.startswith("squad2, untold"):
            assert {row.part for row in others} == {sureness.UNDATED, sureness.UNTOLD}
    assert sorted(map(id, judged)) == sorted(map(id, told))
