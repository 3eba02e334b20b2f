"""How does the re-ranker read?  Layers of the packaged encoder: the lower ones read question and passage each by itself, the
upper ones, which are trained, read both together and say NUMBERS of every token.

A sentence's score is the mean of its tokens' first number; a passage's is what its sentences' scores come to
(the logarithm of the sum of their exponentials) and the mean of all tokens' second number. Of both, more than 0 says "answers".
The other two say where in a passage that answers the answer begins and ends.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from askcorpus.encoder.container import Container, weights
from askcorpus.encoder.cpu import fast_here
from askcorpus.encoder.cross_encoder import PASSAGE_PLACE, RAREST
from askcorpus.encoder.cross_graph import BEGINS, NEVER, NUMBERS, Shape, layer_tensors

ROUGH = torch.bfloat16 if "bf16" in fast_here() else torch.float32
"""What is reckoned in while it learns: where it has no instructions for bfloat16 a CPU takes 6.5 to 7.4 times as long by it as by single
precision (EPYC with AVX2 alone, a layer of 384 by 1,536, forwards and back)."""
KEPT_TOKENS = 2_400_000 // ROUGH.itemsize  # of lower states, 384 numbers each: 0.9 GB
SPREAD = 0.02  # of the first weights of the numbers, as of BERT's own


class Layer(nn.Module):
    """One layer of a BERT."""

    def __init__(self, hidden: int, heads: int, inner: int, eps: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.attention_norm = nn.LayerNorm(hidden, eps)
        self.wide = nn.Linear(hidden, inner)
        self.narrow = nn.Linear(inner, hidden)
        self.norm = nn.LayerNorm(hidden, eps)

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        """States (b, t, hidden) to states; `there` (b, 1, 1, t) is False where there is no token."""
        b, t, hidden = states.shape
        query, key, value = self.qkv(states).view(b, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        # By hand: the backward pass of torch's own attention takes three times as long on a CPU.
        close = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5
        mixed = close.masked_fill(~there, NEVER).softmax(3) @ value
        mixed = self.out(mixed.transpose(1, 2).reshape(b, t, hidden))
        states = self.attention_norm(states + mixed)
        changed = self.narrow(nn.functional.gelu(self.wide(states)))
        normed: Tensor = self.norm(states + changed)
        return normed


class Lower:
    """The word table and the first layers, as the package has them; a text's states are kept for the next time."""

    def __init__(self, container: Container, layers: int, dtype: torch.dtype = ROUGH) -> None:
        sizes = container.sizes
        self.dtype = dtype
        self._begin = container.pieces.begin
        rarity = -container.pieces.scores / RAREST
        rarity[[*container.pieces.special]] = 0
        self._rarity = np.append(rarity, np.zeros(sizes.words - len(rarity), np.float32))
        self._words = container.blocks(container.WORDS, sizes.hidden)
        self._position = torch.from_numpy(container.tensor("emb.pos").reshape(-1, sizes.hidden).copy())
        self._type = torch.from_numpy(container.tensor("emb.type").reshape(-1, sizes.hidden)[0].copy())
        self._norm = nn.LayerNorm(sizes.hidden, sizes.layer_norm_eps)
        norm = {part: torch.from_numpy(container.tensor(f"emb.ln.{part[0]}").copy()) for part in ("weight", "bias")}
        self._norm.load_state_dict(norm)
        self._layers = [loaded(container, n).to(dtype) for n in range(layers)]
        self._kept = OrderedDict[tuple[int, ...], Tensor]()
        self._tokens = 0

    @torch.no_grad()
    def states(self, texts: Sequence[tuple[int, ...]], *, first: int = 0) -> list[Tensor]:
        """The states of each text's pieces, which stand at places from `first` on: of shape (t, hidden)."""
        new = sorted({text for text in texts if text not in self._kept}, key=len)
        found = dict[tuple[int, ...], Tensor]()
        for start in range(0, len(new), 16):
            batch = new[start : start + 16]
            found |= dict(zip(batch, self._read(batch, first), strict=True))
        read = [found[text] if text in found else self._kept[text] for text in texts]
        for text, states in found.items():
            self._kept[text] = states
            self._tokens += len(text)
        while self._tokens > KEPT_TOKENS:
            text, _ = self._kept.popitem(last=False)
            self._tokens -= len(text)
        return read

    def in_both(self, pair: Read) -> Tensor:
        """For each piece of question and passage how rare it is, if both have it."""
        question, passage = np.array(pair.question), np.array(pair.passage)
        shared = np.concatenate([np.isin(question, passage), np.isin(passage, question)])
        return torch.from_numpy(shared * self._rarity[np.concatenate([question, passage])])

    def _read(self, texts: Sequence[tuple[int, ...]], first: int) -> list[Tensor]:
        width = max(map(len, texts))
        ids = np.zeros((len(texts), width), np.int64)
        there = torch.zeros(len(texts), width, dtype=torch.bool)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
            there[row, : len(text)] = True
        unique, places = np.unique(ids, return_inverse=True)
        table = torch.from_numpy(weights(self._words[unique]))
        states = table[torch.from_numpy(places.reshape(ids.shape))] + self._position[first : first + width] + self._type
        states = self._norm(states)
        states = states.to(self.dtype)
        for layer in self._layers:
            states = layer(states, there[:, None, None])
        return [states[row, : len(text)].clone() for row, text in enumerate(texts)]


class Upper(nn.Module):
    """The layers that are trained, and the numbers of every token."""

    def __init__(self, container: Container, shape: Shape) -> None:
        super().__init__()
        hidden = container.sizes.hidden
        self.part = nn.Parameter(torch.zeros(2, hidden))  # what tells the question's tokens from the passage's
        self.both = nn.Parameter(torch.zeros(2, hidden))  # and those that stand in both, the more the rarer they are
        self.layers = nn.ModuleList(loaded(container, n) for n in range(shape.lower, shape.layers))
        self.numbers = nn.Linear(hidden, NUMBERS)
        nn.init.normal_(self.numbers.weight, std=SPREAD)
        nn.init.zeros_(self.numbers.bias)

    def forward(self, states: Tensor, parts: Tensor, both: Tensor, there: Tensor) -> Tensor:
        """States (b, t, hidden), parts (b, t) of 0 and 1, both (b, t), there (b, t) to numbers (b, t, NUMBERS)."""
        marked = self.part[parts] + both[..., None].to(self.both.dtype) * self.both[parts]
        states = states.to(self.part.dtype) + marked
        for layer in self.layers:
            states = layer(states, there[:, None, None])
        numbers: Tensor = self.numbers(states.float())  # at 8 bits two passages would often be equal
        return numbers


def rough(upper: Upper) -> Upper:
    """A copy that reckons in ROUGH, but for the numbers at its end."""
    copied = copy.deepcopy(upper).to(ROUGH)
    copied.numbers.float()
    return copied


def loaded(container: Container, number: int) -> Layer:
    """The layer with this number, with the package's weights."""
    sizes = container.sizes
    layer = Layer(sizes.hidden, sizes.heads, sizes.inner, sizes.layer_norm_eps)
    layer.load_state_dict({name: torch.from_numpy(a.copy()) for name, a in layer_tensors(container, number).items()})
    return layer


@dataclass(frozen=True, slots=True)
class Read:
    """A question with a passage, as pieces."""

    question: tuple[int, ...]
    passage: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]
    """Which of the passage's pieces are each sentence's."""
    answers: tuple[tuple[int, int], ...] = ()
    """The first and the last piece of each answer, as far as that is known."""


def numbers_of(pairs: Sequence[Read], lower: Lower, upper: Upper) -> tuple[Tensor, list[Tensor], list[Tensor]]:
    """The passages' scores, shape (b,); for each the scores of its sentences; for each how well an answer begins and ends at a piece,
    shape (pieces, 2)."""
    numbers, lengths = raw_numbers(pairs, lower, upper)
    width = numbers.shape[1]
    there = torch.arange(width)[None] < torch.tensor(lengths)[:, None]
    about = (numbers[..., 1] * there).sum(1) / there.sum(1)
    by_sentence = torch.bmm(_pooling(pairs, width), numbers[..., :1]).squeeze(2)
    counts = [len(pair.sentences) for pair in pairs]
    there_too = torch.arange(by_sentence.shape[1]) < torch.tensor(counts)[:, None]
    total = torch.logsumexp(by_sentence.masked_fill(~there_too, NEVER), 1) + about
    bounds = [row[len(p.question) : n, BEGINS:] for row, p, n in zip(numbers, pairs, lengths, strict=True)]
    return total, [row[:count] for row, count in zip(by_sentence, counts, strict=True)], bounds


def raw_numbers(pairs: Sequence[Read], lower: Lower, upper: Upper) -> tuple[Tensor, list[int]]:
    """All numbers of every piece, shape (b, t, NUMBERS), question first, and how many pieces each pair has."""
    questions = lower.states([pair.question for pair in pairs])
    passages = lower.states([pair.passage for pair in pairs], first=PASSAGE_PLACE)
    lengths = [len(pair.question) + len(pair.passage) for pair in pairs]
    width = max(lengths)
    states = torch.zeros(len(pairs), width, questions[0].shape[1], dtype=lower.dtype)
    parts = torch.zeros(len(pairs), width, dtype=torch.int64)
    there = torch.zeros(len(pairs), width, dtype=torch.bool)
    both = torch.zeros(len(pairs), width)
    for row, pair in enumerate(pairs):
        asked = len(pair.question)
        states[row, :asked], states[row, asked : lengths[row]] = questions[row], passages[row]
        parts[row, asked:] = 1
        both[row, : lengths[row]] = lower.in_both(pair)
        there[row, : lengths[row]] = True
    numbers: Tensor = upper(states, parts, both, there)
    return numbers, lengths


def _pooling(pairs: Sequence[Read], width: int) -> Tensor:
    """The matrices, shape (b, sentences, t), that take the mean over each sentence's tokens."""
    pooling = np.zeros((len(pairs), max(len(pair.sentences) for pair in pairs), width), np.float32)
    for row, pair in enumerate(pairs):
        for number, (start, end) in enumerate(pair.sentences):
            first = len(pair.question) + start
            last = len(pair.question) + max(end, start + 1)
            pooling[row, number, first:last] = 1 / (last - first)
    return torch.from_numpy(pooling)


def saved(upper: Upper) -> Mapping[str, Any]:
    """The trained weights as f16, by name."""
    return {name: tensor.to(torch.float16) for name, tensor in upper.state_dict().items()}
