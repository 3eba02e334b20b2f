"""Is what another article gives a view of the same thing?"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources

import pytest

from askcorpus.answer.agreement import Near, claim, first_claim
from askcorpus.answer.rivals import FILE, RIVAL, Both, chance, days_apart, model, shipped
from askcorpus.corpus import Corpus
from askcorpus.errors import WeightsError
from askcorpus.retrieval.found import Found
from askcorpus.retrieval.signs import likeness

BEDS = "How many beds does the hospital of Tarnby have?"
NOW = "The hospital of Tarnby has 140 beds, its director Ada Berg said on Monday."
AGAIN = "The hospital of Tarnby has 155 beds, the union of nurses said on Tuesday."
OTHER = "A bus with 31 pilgrims stopped near the hospital of Tarnby, where a driver had left his lamp on."
MakeCorpus = Callable[..., Corpus]


def row(id: str, day: str | None, text: str) -> dict[str, object]:
    return {"id": id, "title": "Tarnby", "text": text, "publisher": id, "published": day, "language": "en"}


def both(found: Found) -> Both:
    near = Near.of(found, frozenset())
    first = first_claim(found, near)
    assert first is not None
    others = (claim(r) for r in found.ranked if r.candidate.passage.article.id != first.article.id)
    other = next(one for one in others if one is not None)
    return near.both(first, other)


def test_the_nearer_in_words_and_days_the_likelier_it_is_the_same_thing(make_corpus: MakeCorpus) -> None:
    now = row("a", "2026-03-11", NOW)
    next_day, next_year, other_words = (
        both(make_corpus(now, one).find(BEDS, k=3))
        for one in (row("b", "2026-03-12", AGAIN), row("b", "2027-03-12", AGAIN), row("b", "2026-03-12", OTHER))
    )
    assert chance(next_day, shipped()) > chance(next_year, shipped())
    assert chance(next_day, shipped()) > chance(other_words, shipped())
    assert days_apart(next_year.first.ranked, next_year.other.ranked) == 366


def test_articles_of_the_same_days_differ_and_another_year_with_another_thing_does_not(make_corpus: MakeCorpus) -> None:
    now = row("a", "2026-03-11", NOW)
    assert make_corpus(now, row("b", "2026-03-12", AGAIN)).ask(BEDS, threshold=0.0).agreement == "differ"
    assert make_corpus(now, row("b", "2019-01-12", OTHER)).ask(BEDS, threshold=0.0).agreement == "unknown"


def test_how_many_days_are_between_articles_is_not_known_where_one_has_none(make_corpus: MakeCorpus) -> None:
    pair = both(make_corpus(row("a", "2026-03-11", NOW), row("b", None, AGAIN)).find(BEDS, k=3))
    assert days_apart(pair.first.ranked, pair.other.ranked) is None


def test_a_sentence_is_like_itself_less_like_another_and_like_nothing_where_nothing_is(make_corpus: MakeCorpus) -> None:
    first, second = make_corpus(row("a", "2026-03-11", NOW), row("b", "2026-03-12", OTHER)).find(BEDS, k=3).ranked[:2]
    (own, _), (other, _) = first.sentences[0], second.sentences[0]
    codes, others = first.candidate.codes, second.candidate.codes
    assert likeness(codes, own, codes, own) == pytest.approx(1.0)
    assert 0 < likeness(codes, own, others, other) < 0.9
    assert likeness(codes, (0, 0), others, other) == 0.0


def test_the_weights_fit_the_features() -> None:
    told = json.loads(resources.files("askcorpus.answer").joinpath(FILE).read_text("utf-8"))
    assert len(model(told).weights) == len(RIVAL.names)
    with pytest.raises(WeightsError, match="moon is no feature"):
        model(told | {"weights": told["weights"] | {"moon": 1.0}})
