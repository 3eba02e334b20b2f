from __future__ import annotations

import json
from importlib import resources
from typing import Any

import numpy as np
import pytest

from askcorpus.errors import WeightsError
from askcorpus.question.reading import asked
from askcorpus.retrieval import ranking
from askcorpus.retrieval.columns import Columns
from askcorpus.retrieval.features import BEFORE_READING, PASSAGE, SENTENCE, Proposed
from askcorpus.retrieval.found import Candidate, Evidence, WeightSet
from askcorpus.types import Article, Passage, Source, TokenCodes

TEXT = "Rain fell. Nobody came."
ASKED = asked("What fell?", "en", lambda words: [1.0] * len(words))


def fitted(which: WeightSet) -> dict[str, Any]:
    text = resources.files("askcorpus.retrieval").joinpath(ranking.FILE).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)[which]
    return found


def evidence(sentences: dict[str, list[float]], passage: dict[str, float]) -> Evidence:
    codes = TokenCodes(np.zeros(0, np.uint16), np.zeros((0, 16), np.uint8))
    candidate = Candidate(1, Passage(Article("a", "", TEXT, Source("a.txt")), 0, len(TEXT)), codes, 0.0, 0.0)
    rows = np.array([sentences.get(name, [0.0, 0.0]) for name in SENTENCE.names], np.float32).T
    row = np.array([passage.get(name, 0.0) for name in PASSAGE.names], np.float32)
    return Evidence(candidate, ((0, 10), (11, 23)), rows, row, np.zeros((3, 0)), np.zeros((3, 0)), (0, 0), ASKED)


@pytest.mark.parametrize("which", WeightSet)
def test_a_passage_scores_its_features_by_name_and_its_best_sentence(which: WeightSet) -> None:
    weights = fitted(which)
    scored = ranking.score(evidence({"cover": [0.5, 1.0]}, {"lexical": 0.5, "cover": 1.0}), ranking.weights_of(which))
    of_sentence = weights["sentence"]["weights"]["cover"]
    assert scored.sentences == (((0, 10), pytest.approx(of_sentence / 2)), ((11, 23), pytest.approx(of_sentence)))
    passage = weights["passage"]["weights"]
    best = max(of_sentence, of_sentence / 2)
    assert scored.score == pytest.approx(
        passage["lexical"] / 2 + passage["cover"] + weights["best_sentence"] * best + weights["offset"]
    )


def test_before_it_is_read_a_passage_scores_what_its_indexes_and_its_tokens_say() -> None:
    weights = fitted(WeightSet.KNOWN)["passage"]["weights"]
    score = ranking.first_score(Proposed(lexical=0.5, cosine=0.25, late=2.0), ranking.weights_of(WeightSet.KNOWN))
    assert score == pytest.approx(weights["lexical"] / 2 + weights["cosine"] / 4 + 2 * weights["late"], rel=1e-5)
    assert set(BEFORE_READING.names) <= set(PASSAGE.names)


def test_a_set_that_trusts_no_cosine_leaves_late_interaction_out() -> None:
    for which in WeightSet:
        unused = [name for part in ("passage", "sentence") for name in fitted(which)[part]["unused"]]
        assert all("late" in name for name in unused)
        assert bool(unused) is not which.late


def test_a_feature_without_a_weight_is_an_error_until_a_set_names_it_as_unused(monkeypatch: pytest.MonkeyPatch) -> None:
    longer = Columns({**SENTENCE.measures, "shouts": lambda compared: [c.isupper() for c in compared.text]})
    monkeypatch.setattr(ranking, "SENTENCE", longer)
    weights = fitted(WeightSet.KNOWN)
    with pytest.raises(WeightsError, match=r"sentence, known in ranking\.json, .*shouts has no weight"):
        ranking.weights(weights, of="known in ranking.json")
    weights["sentence"]["unused"].append("shouts")
    assert ranking.weights(weights, of="known in ranking.json").sentence[-1] == 0
