"""Very small models made at random."""

from __future__ import annotations

from typing import Any

from askcorpus.encoder.models import find

MODEL = "all-MiniLM-L6-v2"


def bert(**changes: Any) -> Any:
    """The settings of a very small BERT."""
    from transformers import BertConfig

    small = {"vocab_size": 30522, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    return BertConfig(**{**small, "intermediate_size": 64, "max_position_embeddings": 64, **changes})


def tokenizer() -> Any:
    """The default model's word pieces."""
    from transformers import BertTokenizer

    return BertTokenizer(str(find(MODEL).folder / "vocab.txt"))
