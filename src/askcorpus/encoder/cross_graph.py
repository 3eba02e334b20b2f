"""Of what layers is the program's own cross-encoder?  A graph for OpenVINO, made of arrays; needs no torch.

The word table and the first layers are those of multilingual-e5-small and read question and passage each by itself; the layers
after them read both together. For each token NUMBERS come out. training/network.py is the same model where it learns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from askcorpus.encoder.container import Container, Floats, Sizes

LAYER: Mapping[str, tuple[str, ...]] = {
    "qkv": ("q", "k", "v"), "out": ("ao",), "attention_norm": ("aln",), "wide": ("fi",), "narrow": ("fo",), "norm": ("oln",)
}  # fmt: skip
"""The parts of a layer, each with the container's names for what stands in it, one under the other."""
QUESTION, PASSAGE, NOTHING = 0, 1, 2  # what a place of the text is part of
NUMBERS = 4
"""Of each token: how well its sentence answers, how well the passage does, whether an answer begins at it, whether one ends there."""
BEGINS = 2  # the first of the two
NEVER = -1e4  # beside it every closeness is a certainty


@dataclass(frozen=True, slots=True)
class Shape:
    """How many layers there are, and how many of them read question and passage each by itself."""

    layers: int = 6
    lower: int = 3


def layer_tensors(container: Container, number: int) -> dict[str, Floats]:
    """A layer's weights as the package has them, by part: weights of shape (out, in), norms' and biases flat."""
    tensors: dict[str, Floats] = {}
    for part, names in LAYER.items():
        bias = np.concatenate([container.tensor(f"l{number}.{name}.b") for name in names])
        weight = np.concatenate([container.tensor(f"l{number}.{name}.w") for name in names])
        tensors[f"{part}.weight"] = weight if weight.size == bias.size else weight.reshape(bias.size, -1)
        tensors[f"{part}.bias"] = bias
    return tensors


def tensors(container: Container, trained: Mapping[str, Floats], shape: Shape) -> dict[str, Floats]:
    """All of the model's arrays: the package's, and above them those that were trained."""
    hidden = container.sizes.hidden
    made: dict[str, Floats] = {
        "places": container.tensor("emb.pos").reshape(-1, hidden),
        "type": container.tensor("emb.type").reshape(-1, hidden)[0],
        "norm.weight": container.tensor("emb.ln.w"),
        "norm.bias": container.tensor("emb.ln.b"),
    }
    for number in range(shape.lower):
        made |= {f"layers.{number}.{name}": array for name, array in layer_tensors(container, number).items()}
    for name, array in trained.items():
        kind, _, rest = name.partition(".")
        layer, _, part = rest.partition(".")
        made[f"layers.{int(layer) + shape.lower}.{part}" if kind == "layers" else name] = array
    return made


def graph(arrays: Mapping[str, Floats], sizes: Sizes, shape: Shape) -> Any:
    """The model: from words (b, t, hidden), places, parts and shared rarity (b, t) to the numbers of each token, (b, t, NUMBERS)."""
    return _Graph(arrays, sizes).model(shape)


class _Graph:
    """One graph while it is made."""

    def __init__(self, arrays: Mapping[str, Floats], sizes: Sizes) -> None:
        from openvino import opset13

        self._op: Any = opset13
        self._arrays = arrays
        self._heads = sizes.heads
        self._width = sizes.hidden // sizes.heads
        self._eps = sizes.layer_norm_eps
        self._hidden = sizes.hidden

    def model(self, shape: Shape) -> Any:
        from openvino import Model, PartialShape

        op, flat = self._op, PartialShape([-1, -1])
        words = op.parameter(PartialShape([-1, -1, self._hidden]), np.float32)
        places, parts = op.parameter(flat, np.int32), op.parameter(flat, np.int32)
        shared = op.parameter(flat, np.float32)
        known = op.add(words, self._rows(self._arrays["places"], places))
        states = self._norm(op.add(known, self._floats("type")), "norm")
        same = op.equal(op.unsqueeze(parts, self._axes(2)), op.unsqueeze(parts, self._axes(1)))
        apart = op.unsqueeze(self._allowed(same), self._axes(1))
        for number in range(shape.lower):
            states = self._layer(states, number, apart)
        states = op.add(states, self._rows(self._by_part("part"), parts))
        marked = self._rows(self._by_part("both"), parts)
        states = op.add(states, op.multiply(op.unsqueeze(shared, self._axes(2)), marked))
        there = self._allowed(op.less(parts, op.constant(np.int32(NOTHING))))
        together = op.unsqueeze(op.unsqueeze(there, self._axes(1)), self._axes(1))
        for number in range(shape.lower, shape.layers):
            states = self._layer(states, number, together)
        return Model([op.result(self._linear(states, "numbers"))], [words, places, parts, shared], "cross")

    def _layer(self, states: Any, number: int, allowed: Any) -> Any:
        op, name = self._op, f"layers.{number}"
        split = op.reshape(self._linear(states, f"{name}.qkv"), self._axes(0, 0, 3, self._heads, self._width), True)
        split = op.transpose(split, self._axes(2, 0, 3, 1, 4))
        query, key, value = (op.gather(split, op.constant(np.int64(one)), op.constant(np.int64(0))) for one in range(3))
        close = op.multiply(op.matmul(query, key, False, True), op.constant(np.float32(self._width**-0.5)))
        mixed = op.matmul(op.softmax(op.add(close, allowed), 3), value, False, False)
        mixed = op.reshape(op.transpose(mixed, self._axes(0, 2, 1, 3)), self._axes(0, 0, self._hidden), True)
        states = self._norm(op.add(states, self._linear(mixed, f"{name}.out")), f"{name}.attention_norm")
        changed = self._linear(op.gelu(self._linear(states, f"{name}.wide"), "erf"), f"{name}.narrow")
        return self._norm(op.add(states, changed), f"{name}.norm")

    def _linear(self, states: Any, name: str) -> Any:
        # Half the memory until it is compiled; what is trained was written at 16 bits anyhow.
        weight = self._op.convert(self._op.constant(self._arrays[f"{name}.weight"].astype(np.float16)), "f32")
        return self._op.add(self._op.matmul(states, weight, False, True), self._floats(f"{name}.bias"))

    def _norm(self, states: Any, name: str) -> Any:
        normal = self._op.mvn(states, self._axes(-1), True, self._eps, "INSIDE_SQRT")
        return self._op.add(self._op.multiply(normal, self._floats(f"{name}.weight")), self._floats(f"{name}.bias"))

    def _by_part(self, name: str) -> Floats:
        """What is added to a token of the question, of the passage, and of nothing."""
        rows: Floats = np.vstack([self._arrays[name], np.zeros((1, self._hidden))]).astype(np.float32)
        return rows

    def _rows(self, table: Floats, numbers: Any) -> Any:
        return self._op.gather(self._op.constant(table.astype(np.float32)), numbers, self._op.constant(np.int64(0)))

    def _allowed(self, which: Any) -> Any:
        """What is added to a closeness: nothing where it counts."""
        return self._op.select(which, self._op.constant(np.float32(0)), self._op.constant(np.float32(NEVER)))

    def _floats(self, name: str) -> Any:
        return self._op.constant(self._arrays[name].astype(np.float32))

    def _axes(self, *numbers: int) -> Any:
        return self._op.constant(np.array(numbers, np.int64))
