"""How well does a passage answer a question, read together?  A cross-encoder, for who wants to wait for it."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from askcorpus.encoder import converted
from askcorpus.encoder.batching import batches, encodable, padded
from askcorpus.encoder.cpu import Model, openvino
from askcorpus.encoder.models import ModelFiles, find, not_found
from askcorpus.errors import EncoderError
from askcorpus.types import Manifest

_BATCH_TOKENS = 2048
_LARGEST_DIFFERENCE = 0.01
"""Between the converted model's scores and the model's own, on the passages of the self-check."""


class _Scorer(Protocol):
    """The model itself: converted, or run by sentence-transformers."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score for each text."""


class Reranker:
    """A cross-encoder, ready to score; a higher score is a better answer."""

    def __init__(self, scorer: _Scorer) -> None:
        self._scorer = scorer

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score for each text, in the order given, with the model's own activation."""
        return self._scorer.scores(question, texts) if texts else []


def load_reranker(name_or_path: str, *, say: Callable[[str], None] | None = None) -> Reranker:
    """The cross-encoder with this name or in this folder, converted for OpenVINO at its first use on this machine.

    Raises ModelNotFound, EncoderError.
    """
    tell = say or (lambda line: None)
    source = find(name_or_path, organisation="cross-encoder")
    cache = converted.cache_folder(tell)
    fingerprint = hashlib.sha256(f"reranker {converted.known(cache, source)}".encode()).hexdigest()
    form = converted.read(converted.place(cache, fingerprint))
    if form is None:
        tell(f"First use of {source.name} on this machine: converting it for OpenVINO, about 15 s, once.")
        form = _convert(source, fingerprint, cache, say=tell)
    if form.reference_only:
        return Reranker(_Reference(_load(source)))
    return Reranker(_Converted(form.folder, form.manifest.max_tokens))


class _Converted:
    """The cross-encoder in OpenVINO; the tokenizer pairs question and text and cuts the longer one."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / converted.TOKENIZER))
        self._limit = max_tokens
        self._request = Model(folder / converted.MODEL).compiled("f32", streams=1).create_infer_request()
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        encodings = self._tokenizer.encode_batch([(encodable(question), encodable(text)) for text in texts])
        scores = np.zeros(len(texts), np.float32)
        for members in batches([len(e) for e in encodings], _BATCH_TOKENS):
            ids, mask = padded([np.array(encodings[m].ids) for m in members], limit=self._limit)
            types, _ = padded([np.array(encodings[m].type_ids) for m in members], limit=self._limit)
            with self._lock:
                self._request.infer({0: ids, 1: mask, 2: types})
                scores[members] = self._request.get_output_tensor(0).data
        return [float(score) for score in scores]


class _Reference:
    """The cross-encoder as sentence-transformers runs it."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        pairs = [(question, text) for text in texts]
        return [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]


def _convert(source: ModelFiles, fingerprint: str, cache: Path, *, say: Callable[[str], None]) -> converted.Form:
    from askcorpus.encoder.convert import max_tokens, save_tokenizer

    cache.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
    try:
        model = _load(source)
        save_tokenizer(model, making, name=source.name)
        reason = _try_to_convert(model, making)
        if reason:
            say(f"{source.name} is not run by OpenVINO: {reason}. sentence-transformers runs it, which is slower.")
        manifest = Manifest(
            source.name, fingerprint, dim=1, max_tokens=max_tokens(model), token_dim=0, pooling="classifier"
        )
        converted.write(making, manifest, reference_only=reason, min_cosine=0.0)
        made = converted.read(converted.publish(making, converted.place(cache, fingerprint)))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    if made is None:
        raise EncoderError(f"The converted model in {cache} cannot be read back. Is the disk full?")
    return made


def _load(source: ModelFiles) -> Any:
    from askcorpus.encoder.reference import quiet

    with quiet():
        from sentence_transformers import CrossEncoder

        try:
            model = CrossEncoder(str(source.folder), device="cpu", local_files_only=True)
        except Exception as error:  # sentence-transformers raises whatever the broken file causes
            reason = f"sentence-transformers cannot load {source.folder} ({str(error).splitlines()[0]})"
            raise not_found(source.name, reason) from error
    if model.num_labels != 1:
        raise EncoderError(f"{source.name} gives {model.num_labels} scores for a pair; a reranker gives one.")
    return model


def _try_to_convert(model: Any, folder: Path) -> str:
    """Write the OpenVINO model; returns why it must not be used, or nothing."""
    from askcorpus.encoder.convert import calibration_texts, max_tokens

    try:
        _write_openvino(model, folder)
        texts = calibration_texts()[:8]
        question = "Who won the regional final?"
        difference = np.abs(
            np.subtract(
                _Converted(folder, max_tokens(model)).scores(question, texts), _Reference(model).scores(question, texts)
            )
        ).max()
    except Exception as error:  # noqa: BLE001  tracing runs the model's own code, which may raise anything
        return f"it cannot be converted ({type(error).__name__}: {str(error).strip().splitlines()[0][:200]})"
    if not difference <= _LARGEST_DIFFERENCE:
        return f"the converted model differs (by {difference:.3f}, at most {_LARGEST_DIFFERENCE} is allowed)"
    return ""


def _write_openvino(model: Any, folder: Path) -> None:
    import torch

    from askcorpus.encoder.reference import quiet

    class Scored(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.needs_types = "token_type_ids" in model.tokenizer.model_input_names

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": ids, "attention_mask": mask}
            if self.needs_types:
                features["token_type_ids"] = types
            for module in self.model:
                features = module(features)
            scores: torch.Tensor = self.model.activation_fn(features["scores"])
            return scores.reshape(-1) + 0 * types[:, 0]  # so that every model has three inputs

    ov = openvino(converter=True)
    ids = torch.ones(2, 16, dtype=torch.long)
    with quiet(), torch.inference_mode():
        graph = ov.convert_model(Scored().eval(), example_input=(ids, torch.ones_like(ids), torch.zeros_like(ids)))
    ov.save_model(graph, folder / converted.MODEL, compress_to_fp16=False)
