from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.answer import confidence as sure
from askcorpus.answer.confidence import NAMES, calibrated, confidence, features
from askcorpus.corpus import Corpus
from askcorpus.errors import WeightsError
from askcorpus.retrieval.features import PASSAGE, SENTENCE
from askcorpus.retrieval.found import Found, WeightSet
from askcorpus.retrieval.mentioned import MENTIONED

OF_READ_NEWS = (WeightSet.OWN_NEWS, WeightSet.CROSSED_NEWS)
"""By which the order is made anew: a confidence goes by the sets before."""
MINE = "When was the copper mine at Hovden closed?"


def told(found: Found) -> dict[str, float]:
    values = features(found)
    assert values.dtype == np.float32
    return dict(zip(NAMES, values.tolist(), strict=True))


def test_the_features_are_those_of_the_best_passage_and_of_its_best_sentence(corpus: Corpus) -> None:
    found = corpus.find(MINE, k=3)
    best = found.ranked[0]
    scores = [score for _, score in best.sentences]
    values = told(found)
    assert values["score"] == pytest.approx(best.linear)
    assert best.linear != pytest.approx(best.score)  # what reading adds has features of its own
    assert values["passage_cosine"] == best.evidence.features[PASSAGE.names.index("cosine")]
    sentence = best.evidence.sentence_features[scores.index(max(scores))]
    assert values["sentence_cover"] == sentence[SENTENCE.names.index("cover")]
    assert values["sentence_kind_there"] == 1
    assert values["question_words"] == pytest.approx(0.8)
    assert len(set(NAMES)) == len(NAMES)


def test_a_rival_in_another_article_narrows_the_gap_and_one_in_another_language_does_not(corpus: Corpus) -> None:
    found = corpus.find(MINE, k=3)
    article = found.ranked[0].candidate.passage.article
    elsewhere = next(r for r in found.ranked if r.candidate.passage.article.id != article.id)
    near = replace(elsewhere, score=found.ranked[0].score - 1)
    assert told(replace(found, ranked=(found.ranked[0], near)))["gap_article"] == pytest.approx(1, abs=1e-5)
    passage = near.candidate.passage
    source = replace(passage.article.source, language="xx")
    foreign = replace(passage, article=replace(passage.article, source=source))
    translated = replace(near, candidate=replace(near.candidate, passage=foreign))
    assert told(replace(found, ranked=(found.ranked[0], translated)))["gap_article"] == sure.MAX_GAP


def test_what_is_asked_and_said_is_surer_than_what_nobody_said(corpus: Corpus) -> None:
    there, absent = corpus.find(MINE, k=3), corpus.find("What is the boiling point of tungsten?", k=3)
    assert 0 <= confidence(absent) < 0.1 < 0.5 < confidence(there) <= 1


@pytest.mark.parametrize("which", [one for one in WeightSet if one not in OF_READ_NEWS])
def test_each_set_has_a_row_or_a_word_for_every_feature(which: WeightSet) -> None:
    fitted = json.loads(resources.files("askcorpus.answer").joinpath(sure.FILE).read_text("utf-8"))[which]
    assert sorted([*fitted["features"], *fitted["unused"]]) == sorted(NAMES)
    assert sure.model_of(which, dated=False).there[NAMES.index("weakest")] == pytest.approx(
        fitted["features"]["weakest"]["there"]
    )


def test_news_has_models_of_its_own_where_they_were_fitted() -> None:
    for which in (WeightSet.OWN, WeightSet.CROSSED):
        assert sure.model_of(which, dated=True).there_bias != sure.model_of(which, dated=False).there_bias
    assert (
        sure.model_of(WeightSet.KNOWN, dated=True).there_bias == sure.model_of(WeightSet.KNOWN, dated=False).there_bias
    )


@pytest.mark.parametrize(
    ("question", "heard"),
    [
        (MINE, True),
        ("when was the copper mine at Hovden closed", True),  # as people type in a chat
        ("How many miners?", False),
        ("copper mine Hovden closing year miners", False),
        ("Kobbergruven Hovden stengt?", False),
        ("Wann wurde das Kupferbergwerk in Hovden geschlossen?", True),
    ],
)
def test_what_reading_says_is_heard_where_a_question_is_asked_in_full(
    corpus: Corpus, question: str, heard: bool
) -> None:
    found = corpus.find(question, k=3)
    assert found.ranked[0].judged is not None
    assert sure.read(found) is heard
    without = replace(found, ranked=tuple(replace(one, judged=None) for one in found.ranked))
    assert not sure.read(without)


@pytest.mark.parametrize("which", [which + dated for which in ("own", "crossed") for dated in ("", sure.DATED)])
def test_the_better_a_passage_reads_the_surer_it_is(which: str) -> None:
    fitted = json.loads(resources.files("askcorpus.answer").joinpath(sure.FILE).read_text("utf-8"))
    model = sure.model(fitted[which + sure.READ], of=which)
    usual = model.mean.copy()
    worse, better = usual.copy(), usual.copy()
    for name in sure.JUDGED.names:
        worse[NAMES.index(name)] -= model.spread[NAMES.index(name)]
        better[NAMES.index(name)] += model.spread[NAMES.index(name)]
    assert sure.probability(worse, model) < sure.probability(usual, model) < sure.probability(better, model)


def test_a_feature_that_a_set_does_not_use_moves_nothing() -> None:
    model = sure.model_of(WeightSet.OTHER, dated=False)
    some = np.full(len(NAMES), 0.5, np.float32)
    other = some.copy()
    other[NAMES.index("passage_late")] = 100
    assert sure.probability(some, model) == sure.probability(other, model)


def test_a_feature_without_a_row_is_an_error_that_names_it() -> None:
    fitted = json.loads(resources.files("askcorpus.answer").joinpath(sure.FILE).read_text("utf-8"))["known"]
    del fitted["features"]["weakest"]
    with pytest.raises(WeightsError, match=r"known in confidence\.json .*weakest has no weight.*fusion\.py"):
        sure.model(fitted, of="known in confidence.json")


@given(st.floats(0, 1), st.floats(0.01, 20), st.floats(-10, 10))
def test_calibration_keeps_the_order_and_stays_a_probability(p: float, slope: float, intercept: float) -> None:
    assert 0 <= calibrated(p, (slope, intercept)) <= 1
    assert calibrated(p, (slope, intercept)) <= calibrated(min(1.0, p + 0.01), (slope, intercept))
    assert calibrated(p, ()) == p


@pytest.mark.parametrize("which", ["own dated", "crossed dated"])
@pytest.mark.parametrize(
    "feature",
    [*MENTIONED.names, "name_gap", "name_absent", "number_absent", "passage_said_missed"],
)
def test_what_is_missing_never_speaks_for_an_answer(which: str, feature: str) -> None:
    fitted = json.loads(resources.files("askcorpus.answer").joinpath(sure.FILE).read_text("utf-8"))[which]
    weights = fitted["features"][feature]
    assert weights["there"] <= 0
    assert weights["right"] <= 0
