"""How well does a passage answer a question, read together?  A cross-encoder, for who wants to wait for it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from askcorpus.encoder import converted
from askcorpus.encoder.batching import batches, encodable, padded
from askcorpus.encoder.cpu import Model
from askcorpus.encoder.models import ModelFiles, find, not_found
from askcorpus.errors import EncoderError
from askcorpus.types import Manifest

_BATCH_TOKENS = 2048  # twice the encoder's: one stream on all cores, so that their caches together hold a batch
_CHECKED = 8  # passages of the self-check
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


def load_reranker(name_or_path: str, *, fetch: bool = True, say: Callable[[str], None] | None = None) -> Reranker:
    """The cross-encoder with this name or in this folder, converted for OpenVINO at its first use on this machine.

    Raises ModelNotFound, EncoderError.
    """
    tell = say or (lambda line: None)
    source = find(name_or_path, fetch=fetch, organisation="cross-encoder")
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
    from askcorpus.encoder.convert import max_tokens, save_tokenizer, why_not

    def fill(folder: Path) -> converted.Making:
        model = _load(source)
        save_tokenizer(model, folder, name=source.name)
        reason = why_not(lambda: _written(model, folder))
        length = max_tokens(model)
        manifest = Manifest(source.name, fingerprint, dim=1, max_tokens=length, token_dim=0, pooling="classifier")
        return converted.Making(manifest, reason)

    return converted.make(fingerprint, cache, fill=fill, say=say)


def _load(source: ModelFiles) -> Any:
    from askcorpus.encoder.reference import quiet, refuse_old_library

    refuse_old_library()
    with quiet():
        from sentence_transformers import CrossEncoder

        try:
            model = CrossEncoder(str(source.folder), device="cpu", local_files_only=True, trust_remote_code=False)
        except Exception as error:  # sentence-transformers raises whatever the broken file causes
            reason = f"sentence-transformers cannot load {source.folder} ({str(error).splitlines()[0]})"
            raise not_found(source.name, reason) from error
    if model.num_labels != 1:
        raise EncoderError(f"{source.name} gives {model.num_labels} scores for a pair; a reranker gives one.")
    return model


def _written(model: Any, folder: Path) -> str:
    """Write the OpenVINO model; returns what is wrong with it, or nothing."""
    from askcorpus.encoder.convert import calibration_texts, max_tokens, write_openvino

    ids = np.ones((2, 16), np.int64)
    write_openvino(_traceable(model), (ids, ids, np.zeros_like(ids)), folder)
    texts = calibration_texts()[:_CHECKED]
    question = "Who won the regional final?"
    made = _Converted(folder, max_tokens(model)).scores(question, texts)
    difference = np.abs(np.subtract(made, _Reference(model).scores(question, texts))).max()
    if not difference <= _LARGEST_DIFFERENCE:  # also when it is not a number
        return f"the converted model differs (by {difference:.3f}, at most {_LARGEST_DIFFERENCE} is allowed)"
    return ""


def _traceable(model: Any) -> Any:
    """A torch module from ids, mask and types to the scores."""
    import torch

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

    return Scored()
