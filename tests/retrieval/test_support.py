from __future__ import annotations

import numpy as np
import pytest

from askcorpus.encoder import Encoder
from askcorpus.question.reading import asked, read
from askcorpus.retrieval.evidence import late_scores, weigh
from askcorpus.retrieval.found import Candidate
from askcorpus.retrieval.support import NAMES, support
from askcorpus.types import Article, Passage, Source

TEXT = "The copper mine at Hovden was closed in 1987. Its owner, Malmverk, went bankrupt. Rain fell on the islands."


def told(
    encoder: Encoder, question: str, *, sentence: int = 0, late: bool = True, language: str = "en", previous: str = ""
) -> dict[str, float]:
    passage = Passage(Article("a", "Industry", TEXT, Source("a.txt", language=language)), 0, len(TEXT))
    (encoded,) = encoder.encode_passages([(TEXT, 0)])
    reading = asked(question, language, lambda words: [2.0] * len(words), previous=previous)
    of_question = encoder.encode_question(reading.whole)
    as_read = read(of_question, reading)
    candidate = Candidate(1, passage, encoded.codes, 1.0, 0.5)
    _, cosines = late_scores([candidate], [as_read])
    (evidence,) = weigh([candidate], cosines, [as_read])
    values = support(reading, evidence.present, evidence.alike, sentence, fresh=evidence.fresh, late=late)
    assert values.dtype == np.float32
    return dict(zip(NAMES, values.tolist(), strict=True))


def test_a_question_whose_words_all_stand_there_lacks_nothing(real_encoder: Encoder) -> None:
    found = told(real_encoder, "When was the copper mine at Hovden closed?")
    assert found["weakest"] == found["mean"] == pytest.approx(1)
    assert found["name_gap"] == found["name_absent"] == found["number_absent"] == found["word_gap"] == 0


@pytest.mark.parametrize(
    ("question", "feature"),
    [
        ("When was the copper mine at Lisbon closed?", "name_gap"),
        ("When was the copper mine at Lisbon closed?", "name_absent"),
        ("Which mine at Hovden was closed in 1931?", "number_absent"),
        ("When was the velvet mine at Hovden closed?", "word_gap"),
        ("When was the velvet mine at Hovden closed?", "word_gap_anywhere"),
    ],
)
def test_one_exchanged_word_shows_however_many_others_fit(real_encoder: Encoder, question: str, feature: str) -> None:
    assert told(real_encoder, question)[feature] > 0.4
    assert told(real_encoder, question)["weakest"] < 0.6


def test_a_word_of_like_meaning_is_no_missing_word(real_encoder: Encoder) -> None:
    alike, other = "When was the copper mine at Hovden shut?", "When was the copper mine at Hovden painted?"
    assert told(real_encoder, alike)["weakest"] > told(real_encoder, other)["weakest"]


def test_where_cosines_are_noise_only_the_word_itself_counts(real_encoder: Encoder) -> None:
    assert told(real_encoder, "When was the copper mine at Hovden shut?", late=False)["weakest"] == 0


def test_a_neighbouring_sentence_supports_and_one_further_off_only_the_passage(real_encoder: Encoder) -> None:
    question = "Which copper owner fell?"
    near, far = (
        told(real_encoder, question, sentence=0, late=False),
        told(real_encoder, question, sentence=1, late=False),
    )
    assert (near["weakest"], near["weakest_anywhere"], far["weakest"]) == (0, 1, 1)


def test_a_follow_up_need_not_repeat_the_question_before(real_encoder: Encoder) -> None:
    found = told(real_encoder, "And Hovden?", previous="Who painted Lisbon's velvet trams?")
    assert found["weakest"] == pytest.approx(1)
    assert told(real_encoder, "And why?", previous="Who painted Lisbon's trams?")["weakest"] < 0.6


def test_german_nouns_are_no_names(real_encoder: Encoder) -> None:
    assert told(real_encoder, "Wann wurde das Bergwerk Lissabon geschlossen?", language="de")["name_gap"] == 0
    assert told(real_encoder, "Wann wurde das Bergwerk 1931 geschlossen?", language="de")["number_absent"] == 1


@pytest.mark.parametrize("question", ["", "?", "who the of", "🚲", "地铁"])
def test_a_question_without_words_is_weighed_too(real_encoder: Encoder, question: str) -> None:
    assert np.isfinite(list(told(real_encoder, question).values())).all()
