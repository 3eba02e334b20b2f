"""A cross-encoder scores as sentence-transformers would, with and without conversion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_models import bert, tokenizer

from askcorpus.encoder.reranker import load_reranker
from askcorpus.errors import EncoderError, ModelNotFound

QUESTION = "Which glacier sank?"
TEXTS = ["The glacier sank by eleven metres overnight.", "", "Bread prices rose. " * 60, "Tickets go on sale."]


def _cross_encoder(folder: Path, labels: int) -> Path:
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(3)
    model = BertForSequenceClassification(bert(num_labels=labels, initializer_range=0.3))
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


@pytest.mark.parametrize("converted", [True, False])
def test_scores_are_those_of_sentence_transformers(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, converted: bool
) -> None:
    from sentence_transformers import CrossEncoder

    folder = _cross_encoder(tmp_path / "model", 1)
    if not converted:
        monkeypatch.setattr("askcorpus.encoder.reranker._LARGEST_DIFFERENCE", -1.0)
    said: list[str] = []
    reranker = load_reranker(str(folder), say=said.append)
    expected = CrossEncoder(str(folder), device="cpu").predict([(QUESTION, text) for text in TEXTS])
    assert np.allclose(reranker.score(QUESTION, TEXTS), expected, atol=1e-4)
    assert len(set(np.round(expected, 3))) > 1
    assert any("sentence-transformers runs it" in line for line in said) is not converted


def test_no_texts_have_no_scores(cache: Path, tmp_path: Path) -> None:
    assert load_reranker(str(_cross_encoder(tmp_path / "model", 1))).score(QUESTION, []) == []


def test_a_classifier_with_several_labels_is_no_reranker(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="gives 3 scores"):
        load_reranker(str(_cross_encoder(tmp_path / "model", 3)))


def test_a_reranker_that_is_nowhere_is_an_error(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelNotFound, match="HF_HUB_OFFLINE"):
        load_reranker("no-such-reranker")
