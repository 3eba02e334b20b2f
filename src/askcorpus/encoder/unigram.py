"""How does a vocabulary of 250,000 pieces cut a text, a millisecond after the program starts?  From mapped files.

The same pieces in the same places as the library tokenizers gives for the model's tokenizer.json, which takes 0.8 to 1.7
seconds to load: the cut whose scores add up to most (Kudo, "Subword Regularization", ACL 2018), found word by word along
a tree of characters. Words that came before are remembered.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from askcorpus.encoder.batching import Ids
from askcorpus.encoder.container import Floats, Pieces
from askcorpus.encoder.standard import exceptions
from askcorpus.encoder.tokenizing import Tokens
from askcorpus.encoder.tokens import ContentTokens

TREE, SCORES, TEXTS, RULES = "pieces.npy", "scores.npy", "pieces.txt", "pieces.json"
FILES = (TREE, SCORES, TEXTS, RULES)
_MARK = "▁"
"""Stands before each word."""
_UNKNOWN_PENALTY = 10.0
"""How much less than the rarest piece an unknown character scores: sentencepiece's kUnkPenalty."""
_REMEMBERED, _REMEMBERED_LENGTH = 100_000, 24
"""Words, and characters of one: 40 MB at most. A newspaper's day has some 20,000 different ones; a Chinese sentence, which
is one word here, does not come again."""
_LONGEST = 2048
"""Characters of a word, more than the model reads of any: normalising takes the square of a run of accents in time."""
_CLUSTER = 32
"""Characters that NFKC may make one; a longer run of accents, which no language has, would take its square in time."""
_PRIVATE = 0xF0000  # Unicode: the first code point of plane 15, which is for private use
_NOWHERE = float("-inf")


class _Cut(NamedTuple):
    """The pieces of one word, each with where it stands in the word as it was written."""

    ids: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def save(pieces: Pieces, folder: Path) -> None:
    """Write a vocabulary in the files that Unigram maps."""
    texts = [("" if n in pieces.special else text) for n, text in enumerate(pieces.texts)]
    np.save(folder / TREE, tree(texts))
    np.save(folder / SCORES, pieces.scores)
    (folder / TEXTS).write_text("\n".join(texts), encoding="utf-8")
    dropped, spaces, same = exceptions(pieces)
    around = {"begin": pieces.begin, "end": pieces.end, "unknown": pieces.unknown}
    rules = {**around, "dropped": dropped, "spaces": spaces, "same": same}
    (folder / RULES).write_text(json.dumps(rules), encoding="utf-8")


def tree(texts: Sequence[str]) -> npt.NDArray[np.int32]:
    """The pieces as a tree of characters; node 0 is the root.

    Shape (3, nodes + 1): a node's character, the first of its children, which stand together and in order, and the
    piece that ends there or -1. A node's children end where those of the next begin.
    """
    order = sorted(number for number, text in enumerate(texts) if text)
    order.sort(key=lambda number: texts[number])
    lengths = np.array([len(texts[n]) for n in order])
    characters = np.zeros((len(order), int(lengths.max())), np.int32)
    for row, number in zip(characters, order, strict=True):
        row[: len(texts[number])] = [ord(c) for c in texts[number]]
    differs = np.vstack([np.ones_like(characters[:1], bool), characters[1:] != characters[:-1]])
    new = np.logical_or.accumulate(differs, axis=1)  # the first piece, in order, that begins with these characters
    above = np.zeros(len(order), np.int64)
    nodes, parents, ends = [np.zeros(1, np.int32)], [], [np.full(1, -1, np.int32)]
    made = 1
    for depth in range(characters.shape[1]):
        there = lengths > depth
        first = new[:, depth] & there
        node = made + np.cumsum(first) - 1
        ended = np.full(int(first.sum()), -1, np.int32)
        last = lengths == depth + 1
        ended[node[last] - made] = np.array(order)[last]
        nodes.append(characters[first, depth])
        parents.append(above[first])
        ends.append(ended)
        above = np.where(there, node, above)
        made += len(ended)
    children = 1 + np.searchsorted(np.concatenate(parents), np.arange(made + 1))
    columns = np.zeros((3, made + 1), np.int32)
    columns[0, :made], columns[1], columns[2, :made] = np.concatenate(nodes), children, np.concatenate(ends)
    return columns


class Unigram:
    """The vocabulary that `save` wrote; a Tokenizer."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        rules = json.loads((folder / RULES).read_text(encoding="utf-8"))
        self._folder = folder
        self._room = max_tokens - 2
        self._begin, self._end, self._unknown = rules["begin"], rules["end"], rules["unknown"]
        columns = np.load(folder / TREE, mmap_mode="r")
        self._characters, self._children, self._pieces = (
            memoryview(column) for column in columns
        )  # read faster than arrays
        self._all_scores: Floats = np.load(folder / SCORES, mmap_mode="r")
        self._scores = memoryview(self._all_scores)
        self._unknown_score = float(self._all_scores.min()) - _UNKNOWN_PENALTY
        self._dropped = re.compile(f"[{rules['dropped']}]")
        # Characters that NFKC must leave alone are hidden from it behind some for private use.
        self._hidden = {ord(c): _PRIVATE + n for n, c in enumerate(rules["same"])}
        self._shown = {private: c for c, private in self._hidden.items()}
        # What white space splits, and what the vocabulary makes a space; Python's \s has four control characters too many.
        spaces = rules["spaces"] + "".join(
            c for c in map(chr, range(0x3001)) if c.isspace() and c not in rules["dropped"]
        )
        self._words = re.compile(f"[^{spaces}]{{1,{_LONGEST}}}")
        self._mark = self._cut_normal("").ids[0]
        self._known: dict[str, _Cut] = {}

    def encode(self, text: str) -> Tokens:
        """See Tokenizer."""
        ids, starts, ends = [self._begin], [0], [0]
        for match in self._words.finditer(text):
            word, at = self._word(match.group()), match.start()
            ids += word.ids
            starts += [at + place for place in word.starts]
            ends += [at + place for place in word.ends]
            if len(ids) > self._room:
                break
        del ids[self._room + 1 :], starts[self._room + 1 :], ends[self._room + 1 :]
        numbers = np.array([*ids, self._end], np.int64)
        said = numbers != self._mark
        said[[0, -1]] = False
        return Tokens(numbers, np.array([*starts, 0], np.int64), np.array([*ends, 0], np.int64), said)

    def encode_many(self, texts: Sequence[str]) -> Iterable[Tokens]:
        """See Tokenizer."""
        return map(self.encode, texts)

    def count(self, texts: Sequence[str]) -> list[int]:
        """See Tokenizer."""
        return [sum(len(self._word(word).ids) for word in self._words.findall(text)) for text in texts]

    def rarity(self, ids: Ids) -> Floats:
        """How rare each piece is: less its logarithm of probability; 0 for the marks around a text and for unknown characters."""
        rare: Floats = -np.take(self._all_scores, np.minimum(ids, len(self._all_scores) - 1))
        rare[np.isin(ids, (self._begin, self._end, self._unknown))] = 0
        return rare

    def content(self, languages: Sequence[str]) -> ContentTokens:
        """See Tokenizer."""
        texts = (self._folder / TEXTS).read_text(encoding="utf-8").split("\n")
        return ContentTokens(texts, frozenset(), languages)

    def _word(self, word: str) -> _Cut:
        cut = self._known.get(word)
        if cut is not None:
            return cut
        if len(word) > _REMEMBERED_LENGTH:
            return self._cut(word)
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        cut = self._known[word] = self._cut(word)
        return cut

    def _cut(self, word: str) -> _Cut:
        """The pieces of a word as it was written."""
        if word.isascii() and word.isprintable():
            return self._cut_normal(word)
        if unicodedata.is_normalized("NFKC", word) and not self._dropped.search(word):
            return self._cut_normal(word)
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        clusters = self._normalised(word)
        normal = "".join(text for text, _, _ in clusters)
        places = [(start, end) for text, start, end in clusters for _ in text]
        for match in re.finditer(r"[^ ]+", normal):  # what NFKC writes with a space, as ´, becomes two words
            cut = self._cut_normal(match.group())
            here = places[match.start() : match.end()]
            ids += cut.ids
            starts += [here[place][0] for place in cut.starts]
            ends += [here[place - 1][1] for place in cut.ends]
        return _Cut(tuple(ids), tuple(starts), tuple(ends))

    def _normalised(self, word: str) -> list[tuple[str, int, int]]:
        """The word in parts that NFKC changes each for itself: what a part becomes, and where it stands."""
        parts: list[tuple[str, int, int]] = []
        begin = 0
        for at in range(1, len(word) + 1):
            together, before = self._nfkc(word[begin : at + 1]), self._nfkc(word[begin:at])
            if at in (len(word), begin + _CLUSTER) or together == before + self._nfkc(word[at]):
                parts.append((before, begin, at))
                begin = at
        if "".join(text for text, _, _ in parts) != self._nfkc(word):
            return [(self._nfkc(word), 0, len(word))]
        return parts

    def _nfkc(self, text: str) -> str:
        hidden = self._dropped.sub("", text).translate(self._hidden)
        return unicodedata.normalize("NFKC", hidden).translate(self._shown)

    def _cut_normal(self, word: str) -> _Cut:
        """The best pieces of a normalised word, its mark in front; places count from the word's first character."""
        text = _MARK + word
        back = self._best(text)
        ids: list[int] = []
        bounds = [len(text)]
        while bounds[-1]:
            start, piece = back[bounds[-1]]
            if ids and piece == ids[-1] == self._unknown:
                bounds[-1] = start  # unknown characters in a row are one piece
            else:
                ids.append(piece)
                bounds.append(start)
        ids.reverse()
        bounds.reverse()
        starts = tuple(max(start - 1, 0) for start in bounds[:-1])
        ends = tuple(max(end - 1, 1) for end in bounds[1:])
        return _Cut(tuple(ids), starts, ends)

    def _best(self, text: str) -> list[tuple[int, int]]:
        """For each place the last piece of the best cut of the text before it: where the piece begins, and its id."""
        characters, children, pieces, scores = self._characters, self._children, self._pieces, self._scores
        size = len(text)
        codes = [ord(c) for c in text]
        best = [0.0] + [_NOWHERE] * size
        back = [(0, self._unknown)] * (size + 1)
        for start in range(size):
            so_far = best[start]
            node, end, single = 0, start, False
            while end < size:
                low, high = children[node], children[node + 1]
                node = bisect_left(characters, codes[end], low, high)
                if node == high or characters[node] != codes[end]:
                    break
                end += 1
                piece = pieces[node]
                if piece >= 0:
                    score = so_far + scores[piece]
                    if score > best[end]:
                        best[end] = score
                        back[end] = start, piece
                    single = single or end == start + 1
            if not single and so_far + self._unknown_score > best[start + 1]:
                best[start + 1] = so_far + self._unknown_score
                back[start + 1] = start, self._unknown
        return back
