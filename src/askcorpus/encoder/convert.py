"""How does a sentence-transformers model become an OpenVINO form?  Once per machine; only this needs torch."""

from __future__ import annotations

import contextlib
import importlib.resources
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.encoder import converted, unigram
from askcorpus.encoder.batching import Ids
from askcorpus.encoder.blocks import put_back
from askcorpus.encoder.container import Container
from askcorpus.encoder.converted import Form, Making, Say
from askcorpus.encoder.cpu import MIN_COSINE, Check, Model, OpenVinoRunner, openvino, take_out_words
from askcorpus.encoder.models import CALIBRATION, ModelFiles, languages
from askcorpus.encoder.reference import TorchRunner, load_reference, quiet, standard_folder, traceable
from askcorpus.encoder.tokenizing import FileTokenizer, Tokenizer, Tokens
from askcorpus.encoder.tokens import Projection
from askcorpus.encoder.unigram import Unigram
from askcorpus.encoder.words import BlockTable
from askcorpus.errors import EncoderError
from askcorpus.types import Manifest, Matrix

_SHIPPED = importlib.resources.files("askcorpus.encoder")
_LONGEST = (
    8192  # tokens; some models name no limit (model_max_length is then 10^30), and attention grows with the square
)
_MANY_WORDS = 100_000  # English models have 30,000 to 50,000 pieces, those of many languages 119,547 (mBERT) and more
_FEW = 2  # rows: the ids of a traced example are 1
_CHECKED = 16  # passages; a second of the conversion, and each is compared with all its tokens


def convert(source: ModelFiles, fingerprint: str, cache: Path, *, say: Say) -> Form:
    """Make the form of a model and put it into the cache; checked against sentence-transformers on real passages.

    Where the conversion fails or differs, the form holds the reason and the reference path is used.
    """

    def fill(folder: Path) -> Making:
        with standard_folder(source, cache) as standard:
            model = load_reference(source, standard)
            if any(getattr(m, "include_prompt", True) is False for m in model) and any(model.prompts.values()):
                raise EncoderError(f"{source.name} leaves its prompt out of the pooling, which askcorpus cannot do.")
            tokenizer = _tokenizer(source, model, folder)
            projection = _projection(source, model, tokenizer)
            projection.save(folder / converted.PROJECTION)
            reason, min_cosine = _try_to_convert(source, model, projection, tokenizer, folder)
            around = len(tokenizer.encode("").ids)
            return Making(_manifest(source, fingerprint, model, projection, around), reason, min_cosine)

    return converted.make(fingerprint, cache, fill=fill, say=say)


def calibration_texts(*, languages: bool = False) -> tuple[str, ...]:
    """Paragraphs of news-like text written for this project, most of them English; with `languages`, more in forty others."""
    texts = ((_SHIPPED / name).read_text(encoding="utf-8") for name in CALIBRATION[: 1 + languages])
    return tuple(paragraph.strip() for text in texts for paragraph in text.split("\n\n") if paragraph.strip())


def _tokenizer(source: ModelFiles, model: Any, folder: Path) -> Tokenizer:
    """The model's tokenizer in the form in which it is kept: a packaged vocabulary's own, else its tokenizer.json."""
    if source.data_file is not None:
        unigram.save(Container(source.data_file).pieces, folder)
        return Unigram(folder, max_tokens(model))
    save_tokenizer(model, folder, name=source.name)
    return FileTokenizer(folder / converted.TOKENIZER)


def save_tokenizer(model: Any, folder: Path, *, name: str) -> None:
    """Write the model's own tokenizer with the model's own length limit, without padding."""
    from tokenizers import Tokenizer as Library
    from tokenizers import normalizers

    fast = getattr(model.tokenizer, "backend_tokenizer", None)
    if fast is None:
        raise EncoderError(f"{name} has no fast tokenizer, so offsets are unknown. Use another model.")
    tokenizer = Library.from_str(fast.to_str())
    if getattr(model[0], "do_lower_case", False):
        lower = normalizers.Lowercase()
        tokenizer.normalizer = normalizers.Sequence([lower, tokenizer.normalizer]) if tokenizer.normalizer else lower
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens(model))
    tokenizer.save(str(folder / converted.TOKENIZER))


def max_tokens(model: Any) -> int:
    """How many tokens the model reads, special tokens included."""
    limit = model.max_seq_length or model.tokenizer.model_max_length
    positions = getattr(getattr(model[0], "model", None), "config", None)
    return int(min(limit, getattr(positions, "max_position_embeddings", limit) or limit, _LONGEST))


def _projection(source: ModelFiles, model: Any, tokenizer: Tokenizer) -> Projection:
    """The projection that ships with the default model, or one fitted on the calibration texts."""
    if source.packaged is not None:
        with importlib.resources.as_file(_SHIPPED / source.packaged.projection) as path:
            return Projection.load(path)
    return Projection.fit(token_vectors(model, tokenizer, _texts(model), languages(source)))


def _texts(model: Any) -> tuple[str, ...]:
    """The calibration texts for a model with this vocabulary."""
    return calibration_texts(languages=len(model.tokenizer) > _MANY_WORDS)


def token_vectors(model: Any, tokenizer: Tokenizer, texts: Sequence[str], languages: Sequence[str]) -> Matrix:
    """The vectors of the content tokens of `texts`, shape (tokens, dim), as the torch model makes them of passages."""
    content = tokenizer.content(languages)
    runner = TorchRunner(model, None)
    prompt = passage_prompt(model)
    parts = []
    for tokens in tokenizer.encode_many([prompt + text for text in texts]):
        kept = content.mask(tokens.ids) & (tokens.starts >= len(prompt))
        parts.append(runner.infer(tokens.ids[None], np.ones_like(tokens.ids)[None])[1][0][kept])
    return np.concatenate(parts)


def _try_to_convert(
    source: ModelFiles, model: Any, projection: Projection, tokenizer: Tokenizer, folder: Path
) -> tuple[str, float]:
    """Write the OpenVINO model; returns why it must not be used (or nothing) and the smallest cosine seen."""
    cosines: list[float] = []

    def attempt() -> str:
        ids = np.ones((2, 16), np.int64)  # tracing follows the code, whatever the ids
        container = Container(source.data_file) if source.data_file is not None else None
        with contextlib.nullcontext() if container is None else _few_words(model):
            write_openvino(traceable(model, projection), (ids, ids), folder, container=container)
        words = BlockTable(folder / converted.WORDS, model.get_embedding_dimension()) if source.data_file else None
        fast = OpenVinoRunner(Model(folder / converted.MODEL, words))
        texts = _texts(model)
        passages = tokenizer.encode_many(texts[:: len(texts) // _CHECKED][:_CHECKED])
        cosines.append(_worst_cosine(folder, fast, TorchRunner(model, projection), passages))
        if not cosines[0] >= MIN_COSINE:  # also when it is not a number
            return f"the converted model differs (cosine {cosines[0]:.4f}, at least {MIN_COSINE} is needed)"
        return ""

    return why_not(attempt), cosines[0] if cosines else 0.0


@contextmanager
def _few_words(model: Any) -> Iterator[None]:
    """While this lasts the model's word table has few rows: tracing copies it, and the graph begins behind it anyway."""
    import torch

    words = model[0].auto_model.get_input_embeddings()
    table = words.weight
    words.weight = torch.nn.Parameter(torch.zeros(_FEW, table.shape[1]), requires_grad=False)
    try:
        yield
    finally:
        words.weight = table


def why_not(attempt: Callable[[], str]) -> str:
    """What `attempt` finds wrong with a conversion, or how it failed: tracing runs the model's own code, which may raise anything.

    What fails because of the disk says nothing about the model, and is raised.
    """
    try:
        return attempt()
    except OSError as error:
        if error.errno in converted.THE_DISK:
            raise
        return _failed(error)
    except Exception as error:  # noqa: BLE001  see above
        return _failed(error)


def _failed(error: Exception) -> str:
    said = (str(error).strip().splitlines() or [""])[0][:200]
    return f"it cannot be converted ({type(error).__name__}: {said})"


def write_openvino(module: Any, example: Sequence[Ids], folder: Path, *, container: Container | None = None) -> None:
    """Trace a torch module into OpenVINO's files; weights and words that come from a packaged file stay as they are there."""
    import torch

    ov = openvino(converter=True)
    with quiet(), torch.inference_mode():
        graph = ov.convert_model(module.eval(), example_input=tuple(torch.from_numpy(part) for part in example))
    held: list[Any] = []
    if container is not None:
        table = take_out_words(graph)
        if table is None:
            raise EncoderError("its graph looks up no words")
        container.blocks(container.WORDS, table.shape[1]).tofile(folder / converted.WORDS)
        held = put_back(graph, container)
    ov.save_model(graph, folder / converted.MODEL, compress_to_fp16=False)
    del held


def _worst_cosine(folder: Path, fast: OpenVinoRunner, reference: TorchRunner, texts: Iterable[Tokens]) -> float:
    """The smallest cosine between the two over a few real passages, which are kept in the form with their vectors."""
    passages, vectors = [], []
    for tokens in texts:
        passages.append(tokens.ids)
        vectors.append(reference.infer(tokens.ids[None], np.ones_like(tokens.ids)[None])[0][0])
    Check.write(folder / converted.CHECK, passages, vectors)
    made = [fast.infer(ids[None], np.ones_like(ids)[None])[0][0] for ids in passages]
    fast.close()
    return float(np.min([a @ b for a, b in zip(made, vectors, strict=True)]))


def _manifest(
    source: ModelFiles, fingerprint: str, model: Any, projection: Projection, special_tokens: int
) -> Manifest:
    prompts = _prompts(model)
    return Manifest(
        model=source.name,
        fingerprint=fingerprint,
        dim=int(model.get_embedding_dimension()),
        max_tokens=max_tokens(model),
        token_dim=projection.token_dim,
        special_tokens=special_tokens,
        question_prompt=prompts.get("query", prompts.get("", "")),
        passage_prompt=passage_prompt(model),
        pooling=_pooling(model),
        languages=languages(source),
    )


def passage_prompt(model: Any) -> str:
    """What the model wants in front of a passage."""
    prompts = _prompts(model)
    # encode_document of sentence-transformers 6 stops at an empty "document" prompt, which it adds itself
    return next((prompts[k] for k in ("document", "passage", "corpus", "") if k in prompts), "")


def _prompts(model: Any) -> dict[str, str]:
    """The model's prompts that say something; its usual one under the empty name."""
    prompts = {k: v for k, v in (model.prompts or {}).items() if v}
    usual = prompts.get(model.default_prompt_name or "")
    return prompts if usual is None else {**prompts, "": usual}


def _pooling(model: Any) -> str:
    for module in model:
        mode = getattr(module, "pooling_mode", None)
        if mode:
            return mode if isinstance(mode, str) else "+".join(mode)
    return "unknown"
