"""How does a sentence-transformers model become an OpenVINO form?  Once per machine; only this needs torch."""

from __future__ import annotations

import importlib.resources
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.encoder import converted
from askcorpus.encoder.converted import Form, Say
from askcorpus.encoder.cpu import MIN_COSINE, Check, OpenVinoRunner, openvino
from askcorpus.encoder.models import ModelFiles
from askcorpus.encoder.reference import TorchRunner, load_reference, quiet, traceable
from askcorpus.encoder.tokens import ContentTokens, Projection
from askcorpus.errors import EncoderError
from askcorpus.types import Manifest, Matrix

_CHECKED = 16


def convert(source: ModelFiles, fingerprint: str, cache: Path, *, say: Say) -> Form:
    """Make the form of a model and put it into the cache; checked against sentence-transformers on real passages.

    Where the conversion fails or differs, the form holds the reason and the reference path is used.
    """
    cache.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=cache))
    try:
        model = load_reference(source)
        if any(getattr(module, "include_prompt", True) is False for module in model) and any(model.prompts.values()):
            raise EncoderError(f"{source.name} leaves its prompt out of the pooling, which askcorpus cannot do.")
        tokenizer = save_tokenizer(model, making, name=source.name)
        projection = _projection(source, model, tokenizer)
        projection.save(making / converted.PROJECTION)
        reason, min_cosine = _try_to_convert(model, projection, tokenizer, making)
        if reason:
            say(f"{source.name} is not run by OpenVINO: {reason}. sentence-transformers runs it, which is slower.")
            for name in (converted.MODEL, converted.WEIGHTS, converted.CHECK):
                (making / name).unlink(missing_ok=True)
        manifest = _manifest(source, fingerprint, model, projection)
        converted.write(making, manifest, reference_only=reason, min_cosine=min_cosine)
        made = converted.read(converted.publish(making, converted.place(cache, fingerprint)))
    finally:
        shutil.rmtree(making, ignore_errors=True)
    if made is None:
        raise EncoderError(f"The converted model in {cache} cannot be read back. Is the disk full?")
    return made


def calibration_texts() -> tuple[str, ...]:
    """Paragraphs of news-like text written for this project."""
    text = importlib.resources.files("askcorpus.encoder").joinpath("calibration.txt").read_text(encoding="utf-8")
    return tuple(paragraph.strip() for paragraph in text.split("\n\n") if paragraph.strip())


def encode_ids(tokenizer: Any, texts: Sequence[str]) -> Iterator[tuple[Any, Any]]:
    """Ids and mask of one text after the other, shape (1, t)."""
    for encoding in tokenizer.encode_batch(list(texts)):
        ids = np.array([encoding.ids], np.int64)
        yield ids, np.ones_like(ids)


def save_tokenizer(model: Any, folder: Path, *, name: str) -> Any:
    """Write the model's own tokenizer with the model's own length limit, without padding."""
    from tokenizers import Tokenizer, normalizers

    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    if fast is None:
        raise EncoderError(f"{name} has no fast tokenizer, so offsets are unknown. Use another model.")
    tokenizer = Tokenizer.from_str(fast.to_str())
    if getattr(model[0], "do_lower_case", False):
        lower = normalizers.Lowercase()
        tokenizer.normalizer = normalizers.Sequence([lower, tokenizer.normalizer]) if tokenizer.normalizer else lower
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens(model))
    tokenizer.save(str(folder / converted.TOKENIZER))
    return tokenizer


def max_tokens(model: Any) -> int:
    """How many tokens the model reads, special tokens included."""
    limit = model.max_seq_length or model.tokenizer.model_max_length
    positions = getattr(getattr(model[0], "model", None), "config", None)
    return int(min(limit, getattr(positions, "max_position_embeddings", limit) or limit, 8192))


def _projection(source: ModelFiles, model: Any, tokenizer: Any) -> Projection:
    """The projection that ships with the default model, or one fitted on the calibration texts."""
    if source.packaged:
        with importlib.resources.as_file(importlib.resources.files("askcorpus.encoder") / converted.PROJECTION) as path:
            return Projection.load(path)
    return Projection.fit(token_vectors(model, tokenizer, calibration_texts()))


def token_vectors(model: Any, tokenizer: Any, texts: Sequence[str]) -> Matrix:
    """The vectors of the content tokens of `texts`, shape (tokens, dim), as the torch model makes them."""
    content = ContentTokens.of(tokenizer)
    runner = TorchRunner(model, None)
    parts = []
    for ids, mask in encode_ids(tokenizer, texts):
        parts.append(runner.infer(ids, mask)[1][0][content.mask(ids[0])])
    return np.concatenate(parts)


def _try_to_convert(model: Any, projection: Projection, tokenizer: Any, folder: Path) -> tuple[str, float]:
    """Write the OpenVINO model; returns why it must not be used (or nothing) and the smallest cosine seen."""
    try:
        _write_openvino(model, projection, folder)
        worst = _worst_cosine(folder, TorchRunner(model, projection), tokenizer)
    except Exception as error:  # noqa: BLE001  tracing runs the model's own code, which may raise anything
        return f"it cannot be converted ({type(error).__name__}: {str(error).strip().splitlines()[0][:200]})", 0.0
    if not worst >= MIN_COSINE:  # also when it is not a number
        return f"the converted model differs (cosine {worst:.4f}, at least {MIN_COSINE} is needed)", worst
    return "", worst


def _worst_cosine(folder: Path, reference: TorchRunner, tokenizer: Any) -> float:
    """The smallest cosine between the two over a few real passages, which are kept in the form with their vectors."""
    passages, vectors = [], []
    for ids, mask in encode_ids(tokenizer, calibration_texts()[:_CHECKED]):
        passages.append(ids[0])
        vectors.append(reference.infer(ids, mask)[0][0])
    Check.write(folder / converted.CHECK, passages, vectors)
    fast = OpenVinoRunner(folder / converted.MODEL)
    made = [fast.infer(ids[None], np.ones_like(ids)[None])[0][0] for ids in passages]
    fast.close()
    return float(np.min([a @ b for a, b in zip(made, vectors, strict=True)]))


def _write_openvino(model: Any, projection: Projection, folder: Path) -> None:
    import torch

    ov = openvino(converter=True)
    ids = torch.ones(2, 16, dtype=torch.long)
    with quiet(), torch.inference_mode():
        module = traceable(model, projection).eval()
        graph = ov.convert_model(module, example_input=(ids, torch.ones_like(ids)))
    ov.save_model(graph, folder / converted.MODEL, compress_to_fp16=False)


def _manifest(source: ModelFiles, fingerprint: str, model: Any, projection: Projection) -> Manifest:
    prompts = {k: v for k, v in (model.prompts or {}).items() if v}
    usual = prompts.get(model.default_prompt_name or "", "")
    return Manifest(
        model=source.name,
        fingerprint=fingerprint,
        dim=int(model.get_embedding_dimension()),
        max_tokens=max_tokens(model),
        token_dim=projection.token_dim,
        question_prompt=prompts.get("query", usual),
        # encode_document of sentence-transformers 6 stops at an empty "document" prompt, which it adds itself
        passage_prompt=next((prompts[k] for k in ("document", "passage", "corpus") if k in prompts), usual),
        pooling=_pooling(model),
        languages=languages(source),
    )


def _pooling(model: Any) -> str:
    for module in model:
        mode = getattr(module, "pooling_mode", None)
        if mode:
            return mode if isinstance(mode, str) else "+".join(mode)
    return "unknown"


def languages(source: ModelFiles) -> tuple[str, ...]:
    """What the model card says the model knows; ("*",) for a multilingual model that lists none; English by default."""
    try:
        card = (source.folder / "README.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        card = ""
    header = re.match(r"---\n(.*?)\n---", card, re.DOTALL)
    block = re.search(r"^languages?:[ \t]*(.*(?:\n[ \t]*-.*)*)", header.group(1), re.MULTILINE) if header else None
    codes = tuple(dict.fromkeys(re.findall(r"\b[a-z]{2,3}\b", block.group(1)))) if block else ()
    if "multilingual" in source.name.lower() or (block and "multilingual" in block.group(1)):
        return codes if len(codes) > 1 else ("*",)
    return codes or ("en",)
