"""Small models made at random, and a cache of their own for every test that makes one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_models import MODEL, bert, tokenizer

from askcorpus.encoder import Encoder, load


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The small English model, converted if this machine has not done so yet."""
    return load(MODEL)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ASKCORPUS_CACHE", str(folder))
    return folder / "encoders"


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, small_model: Callable[..., Path]) -> Path:
    """A cache that holds the small model's form: converting takes seconds."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASKCORPUS_CACHE", str(folder))
        load(str(small_model())).close()
    return folder


@pytest.fixture
def known_model(cache: Path, made_once: Path, small_model: Callable[..., Path]) -> Path:
    """A small model whose form is in this test's own cache."""
    shutil.copytree(made_once, cache.parent, dirs_exist_ok=True)
    return small_model()


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a random sentence-transformers model with this pooling and these prompts, once for each choice."""
    made: dict[tuple[str, bool], Path] = {}

    def make(pooling: str = "cls", prompts: bool = True) -> Path:
        key = (pooling, prompts)
        if key not in made:
            made[key] = _make(tmp_path_factory.mktemp("model"), pooling, prompts)
        return made[key]

    return make


def _make(folder: Path, pooling: str, prompts: bool) -> Path:
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertModel

    torch.manual_seed(7)
    plain = folder / "bert"
    BertModel(bert(initializer_range=0.2)).save_pretrained(plain)
    tokenizer().save_pretrained(plain)
    words = Transformer(str(plain), max_seq_length=32)
    said = {"query": "query: ", "passage": "passage: "} if prompts else {}
    model = SentenceTransformer(modules=[words, Pooling(32, pooling_mode=pooling)], prompts=said, device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"
