from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from askcorpus.encoder import Encoder
from askcorpus.language.words import words
from askcorpus.question.kinds import Kind
from askcorpus.question.reading import Asked, asked, token_weights
from askcorpus.question.reading import read as read_encoded
from askcorpus.retrieval.evidence import late_scores, weigh
from askcorpus.retrieval.features import PASSAGE, SAME_QUESTION, SENTENCE
from askcorpus.retrieval.found import Candidate, Evidence
from askcorpus.types import OF_TITLE, Article, Passage, Source, TokenCodes

TEXT = "The mine at Hovden was closed in 1987. Its owner, Malmverk, went bankrupt. Did anybody care?"
QUESTION = "When was the mine at Hovden closed?"


def equally_rare(words: Sequence[str]) -> list[float]:
    return [2.0] * len(words)


def read(question: str, previous: str = "") -> Asked:
    return asked(question, "en", equally_rare, previous=previous)


def evidence(encoder: Encoder, question: str, text: str = TEXT, title: str = "Copper") -> tuple[Evidence, Candidate]:
    passage = Passage(Article("a", title, text, Source("a.txt", language="en")), 0, len(text))
    (encoded,) = encoder.encode_passages([(f"{title}. {text}", len(title) + 2)])
    candidate = Candidate(1, passage, encoded.codes, 1.0, 0.5)
    of_question = encoder.encode_question(question)
    reading = read_encoded(of_question, read(question))
    _, cosines = late_scores([candidate], [reading])
    return weigh([candidate], cosines, [reading])[0], candidate


def feature(found: Evidence, name: str) -> list[float]:
    return [float(v) for v in found.sentence_features[:, SENTENCE.names.index(name)]]


def test_weights_of_words_sum_to_one_and_a_stop_word_weighs_a_tenth() -> None:
    found = read("the mine of Hovden")
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights[0] / found.weights[1] == pytest.approx(0.1 / 2.0)
    assert found.stems == {"mine", "hovden"}
    assert [found.words[p].text for p in found.names] == ["hovden"]


@given(st.text(max_size=60), st.text(max_size=60), st.data())
def test_any_question_can_be_weighed(question: str, previous: str, data: st.DataObject) -> None:
    def rarity(words: Sequence[str]) -> list[float]:
        return data.draw(st.lists(st.floats(0, 12), min_size=len(words), max_size=len(words)))

    found = asked(question, "en", rarity, previous=previous)
    assert found.weights.sum() == pytest.approx(1 if found.words else 0)
    assert found.name_weights.sum() == pytest.approx(1 if found.names else 0)
    assert all(0 <= a < b < len(found.words) for a, b in found.phrases)
    assert found.own == len(words(question, "en"))


def test_words_of_the_question_before_weigh_less_than_a_follow_ups_own() -> None:
    found = read("And Hovden?", previous="Malmverk")
    by_word = dict(zip((w.text for w in found.words), found.weights.tolist(), strict=True))
    assert by_word["hovden"] > 2 * by_word["malmverk"]
    assert [w.text for w in found.words[: found.own]] == ["and", "hovden"]
    assert found.whole == "And Hovden? Malmverk"


def test_a_follow_up_asks_for_what_its_own_question_word_says() -> None:
    assert read("And who?", previous="When was the mine closed?").kind is Kind.NAME
    assert read("And Hovden?", previous="When was the mine closed?").kind is Kind.DATE


@pytest.mark.parametrize(
    ("question", "latin"), [("Who?", True), ("Кто в Hovden?", True), ("Кто это?", False), ("", True)]
)
def test_a_question_knows_whether_its_letters_are_latin(question: str, latin: bool) -> None:
    assert read(question).latin is latin


def test_each_token_weighs_what_its_word_weighs(real_encoder: Encoder) -> None:
    encoded = real_encoder.encode_question("Malmverk of Hovden?")
    weights = token_weights(encoded, read("Malmverk of Hovden?"))
    assert weights.sum() == pytest.approx(1)
    by_token = {"Malmverk of Hovden?"[s:e]: float(w) for (s, e), w in zip(encoded.spans, weights, strict=True)}
    assert by_token.get("?", 0.0) == 0.0
    assert by_token["of"] < min(w for t, w in by_token.items() if t not in ("of", "?"))


def test_late_interaction_is_the_weighted_best_cosine_of_each_question_token(real_encoder: Encoder) -> None:
    """Against the formula, written out."""
    found, candidate = evidence(real_encoder, QUESTION)
    encoded = real_encoder.encode_question(QUESTION)
    weights = token_weights(encoded, read(QUESTION))
    signs = np.unpackbits(candidate.codes.bits, axis=1, count=encoded.tokens.shape[1]) * 2.0 - 1
    expected = []
    for start, end in found.spans:
        inside = [i for i, at in enumerate(candidate.codes.starts) if at != OF_TITLE and start <= at < end]
        best = [max(0.0, max(float(signs[i] @ q) for i in inside)) / np.sqrt(signs.shape[1]) for q in encoded.tokens]
        expected.append(float(weights @ np.array(best)))
    assert feature(found, "late") == pytest.approx(expected, abs=1e-4)
    assert int(np.argmax(expected)) == 0


def test_features_of_sentences_say_what_a_reader_sees(real_encoder: Encoder) -> None:
    found, _ = evidence(real_encoder, QUESTION)
    assert [TEXT[s:e] for s, e in found.spans] == TEXT.replace(". ", ".|").split("|")
    assert feature(found, "kind_there") == [1, 0, 0]
    assert feature(found, "kind_missing") == [0, 1, 1]
    assert feature(found, "asks") == [0, 0, 1]
    assert feature(found, "opens") == [1, 0, 0]
    assert feature(found, "name_cover") == [pytest.approx(1), 0, 0]
    assert feature(found, "cover")[0] == pytest.approx(1, abs=0.06)
    assert feature(found, "phrase")[0] > 0.5
    assert found.features.shape == (len(PASSAGE.names),)
    assert np.isfinite(found.sentence_features).all()


def test_what_follows_the_question_that_is_most_like_the_one_asked_answers_it(real_encoder: Encoder) -> None:
    text = "Who needs the card? Everybody over 16. How long is it valid? Ten years. What happens to the old one? It stays valid."
    whole, _ = evidence(real_encoder, "How long is the new card valid?", text)
    assert feature(whole, "after_asking") == [0, 0, 0, SAME_QUESTION, 0, 0]
    part, _ = evidence(real_encoder, "Who must have a card?", text)
    assert feature(part, "after_asking") == [0, 1, 0, 0, 0, 0]
    assert feature(evidence(real_encoder, QUESTION)[0], "after_asking") == [0, 0, 0]


def test_words_of_the_title_count_for_the_passage_that_lacks_them(real_encoder: Encoder) -> None:
    found, _ = evidence(real_encoder, "When was the copper mine closed?")
    assert feature(found, "cover_title")[0] > feature(found, "cover")[0]
    assert found.features[PASSAGE.names.index("title_cover")] > 0


def test_each_word_of_the_question_is_looked_for_in_each_sentence_and_in_the_title(real_encoder: Encoder) -> None:
    found, _ = evidence(real_encoder, "When was the copper mine closed?")
    reading = read("When was the copper mine closed?")
    place = {w.text: i for i, w in enumerate(reading.words)}
    assert found.present[:, place["mine"]].tolist() == [1, 0, 0, 0]
    assert found.present[:, place["copper"]].tolist() == [0, 0, 0, 1]
    assert found.alike.shape == found.present.shape == (4, len(reading.words))
    assert ((found.alike >= 0) & (found.alike <= 1)).all()
    assert found.alike[0, place["mine"]] > found.alike[1, place["mine"]]


def test_what_a_sentence_adds_to_the_question_is_counted(real_encoder: Encoder) -> None:
    found, _ = evidence(real_encoder, QUESTION)
    assert found.fresh == (1, 4, 2)


def test_passages_weighed_together_are_weighed_as_each_by_itself(real_encoder: Encoder) -> None:
    of_question = real_encoder.encode_question(QUESTION)
    whole, half = read_encoded(of_question, read(QUESTION)), read_encoded(of_question, read("When was the mine?"))
    other = read_encoded(real_encoder.encode_question("Who went bankrupt?"), read("Who went bankrupt?"))
    none = TokenCodes(np.zeros(0, np.uint16), np.zeros((0, 16), np.uint8))
    candidates = []
    for number, (title, text) in enumerate([("Copper", TEXT), ("", "Rain. Rain."), ("Mines", TEXT[::-1]), ("", "?")]):
        passage = Passage(Article(str(number), title, text, Source("a.txt", language="en")), 0, len(text))
        prefix = f"{title}. " if title else ""
        (encoded,) = real_encoder.encode_passages([(prefix + text, len(prefix))])
        candidates += [Candidate(number, passage, codes, 1.0, 0.5) for codes in (encoded.codes, none)]
    readings = [(whole, other, half)[number % 3] for number in range(len(candidates))]
    scores, cosines = late_scores(candidates, readings)
    together = weigh(candidates, cosines, readings)
    for candidate, reading, score, rows, evidence in zip(candidates, readings, scores, cosines, together, strict=True):
        (alone,) = weigh([candidate], [rows], [reading])
        assert score == pytest.approx(late_scores([candidate], [reading])[0][0], abs=1e-6)
        assert evidence.spans == alone.spans
        for one, other in ((evidence.sentence_features, alone.sentence_features), (evidence.features, alone.features)):
            assert one.tolist() == other.tolist()
        assert evidence.alike.tolist() == alone.alike.tolist()
    assert weigh([], (), []) == ()
