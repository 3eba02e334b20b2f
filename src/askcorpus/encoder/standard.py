"""How does a packaged data file become a folder that sentence-transformers loads?  Written once, a slice at a time."""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.encoder.container import Container, Floats, Pieces, weights

_ROWS = 16_384  # 25 MB of floats at a time, so that a table of 384 MB never stands in memory
_WORDS = "embeddings.word_embeddings.weight"
_EMBEDDINGS = {
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
    "embeddings.LayerNorm.weight": "emb.ln.w",
    "embeddings.LayerNorm.bias": "emb.ln.b",
}
_LAYER = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
PROMPTS = {"query": "query: ", "passage": "passage: "}
"""What the model was trained with in front of a question and of a passage."""
_SWAP = "\U000f5e5e"
"""A character for private use, in which one that NFKC would change is hidden from it."""


def write(container: Container, folder: Path, *, card: str) -> None:
    """Write the model into `folder`: settings, weights as f32, tokenizer, pooling, prompts, and its card as README.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    _write_weights(container, folder / "model.safetensors")
    _write_json(folder / "config.json", _config(container))
    tokenizer(container.pieces).save(str(folder / "tokenizer.json"))
    limit = container.sizes.positions
    named = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>"}
    _write_json(
        folder / "tokenizer_config.json",
        {**named, "cls_token": "<s>", "mask_token": "<mask>", "model_max_length": limit}
        | {"tokenizer_class": "PreTrainedTokenizerFast", "model_input_names": ["input_ids", "attention_mask"]},
    )
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": limit, "do_lower_case": False})
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": container.sizes.hidden, "pooling_mode_mean_tokens": True},
    )
    _write_json(folder / "config_sentence_transformers.json", {"prompts": PROMPTS, "default_prompt_name": None})
    kinds = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    modules = [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for n, (kind, path) in enumerate(kinds)
    ]
    _write_json(folder / "modules.json", modules)
    (folder / "README.md").write_text(card, encoding="utf-8")


def tokenizer(pieces: Pieces) -> Any:
    """The vocabulary as a `tokenizers.Tokenizer`: white space splits, each word gets its mark, NFKC but for `exceptions`."""
    from tokenizers import AddedToken, Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    made = Tokenizer(Unigram(list(zip(pieces.texts, map(float, pieces.scores), strict=True)), pieces.unknown))
    dropped, spaces, same = exceptions(pieces)
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(f"[{dropped}]"), ""),
            normalizers.Replace(Regex(f"[{spaces}]"), " "),
            normalizers.Replace(same, _SWAP),
            normalizers.NFKC(),
            normalizers.Replace(_SWAP, same),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace("▁", prepend_scheme="always")]
    )
    begin, end = ((pieces.texts[i], i) for i in (pieces.begin, pieces.end))
    made.post_processor = processors.TemplateProcessing(
        single=f"{begin[0]} $A {end[0]}",
        pair=f"{begin[0]} $A {end[0]} {end[0]} $B {end[0]}",
        special_tokens=[begin, end],
    )
    made.add_special_tokens([AddedToken(pieces.texts[i], normalized=False) for i in sorted(pieces.special)])
    return made


def exceptions(pieces: Pieces) -> tuple[str, str, str]:
    """How the vocabulary's normalisation differs from NFKC: characters it drops, makes a space, and leaves as they are.

    Of the last only those that some piece has: most are younger than the vocabulary.
    """
    different = {c: v for c, v in pieces.normal.items() if unicodedata.normalize("NFKC", c) != v}
    dropped = "".join(c for c, v in different.items() if not v)
    spaces = "".join(c for c, v in different.items() if v == " ")
    same = {
        c for text in pieces.texts for c in text if c not in pieces.normal and unicodedata.normalize("NFKC", c) != c
    }
    return dropped, spaces, "".join(sorted(same))


def _config(container: Container) -> dict[str, Any]:
    sizes = container.sizes
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "dtype": "float32",
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.inner,
        "hidden_act": "gelu",
        "vocab_size": sizes.words,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": sizes.layer_norm_eps,
        "pad_token_id": container.pieces.pad,
    }


def _write_weights(container: Container, path: Path) -> None:
    """A safetensors file: the length of a JSON header, the header, and the tensors one after the other."""
    sizes = container.sizes
    shapes: dict[str, tuple[int, ...]] = {_WORDS: (sizes.words, sizes.hidden)}
    small = dict(_tensors(container))
    shapes |= {name: tensor.shape for name, tensor in small.items()}
    header, place = {}, 0
    for name, shape in shapes.items():
        end = place + 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": (place, end)}
        place = end
    described = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    described += b" " * (-len(described) % 8)  # safetensors asks for tensors at multiples of 8
    blocks = container.blocks(container.WORDS, sizes.hidden)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(described)) + described)
        for start in range(0, len(blocks), _ROWS):
            file.write(weights(blocks[start : start + _ROWS]).tobytes())
        for tensor in small.values():
            file.write(tensor.tobytes())


def _tensors(container: Container) -> Iterator[tuple[str, Floats]]:
    """Everything but the word table, under the names of transformers' BertModel."""
    sizes = container.sizes
    for name, own in _EMBEDDINGS.items():
        tensor = container.tensor(own)
        yield name, tensor.reshape(-1, sizes.hidden) if tensor.size > sizes.hidden else tensor
    for layer in range(sizes.layers):
        for name, own in _LAYER.items():
            bias, weight = (container.tensor(f"l{layer}.{own}.{part}") for part in "bw")
            yield f"encoder.layer.{layer}.{name}.bias", bias
            yield (
                f"encoder.layer.{layer}.{name}.weight",
                weight if weight.size == bias.size else weight.reshape(bias.size, -1),
            )
    yield "pooler.dense.weight", np.zeros((sizes.hidden, sizes.hidden), np.float32)  # unused, but missed when absent
    yield "pooler.dense.bias", np.zeros(sizes.hidden, np.float32)


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1), encoding="utf-8")
