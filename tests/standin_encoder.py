"""An encoder for tests in which a real one would be slow: words hashed into a vector, so that like texts are near."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from askcorpus.store.opening import open_store
from askcorpus.store.snapshot import Snapshot
from askcorpus.types import EncodedPassage, EncodedQuestion, Filter, Manifest, Ranking, TokenCodes

DIM, TOKEN_DIM, WINDOW = 48, 16, 8
WORD = re.compile(r"\w+")


class StandIn:
    """Counts words as tokens; remembers, and with `log` writes down, each text it encodes."""

    def __init__(self, *, name: str = "stand-in", log: Path | None = None, pause: Callable[[], None] | None = None):
        self.manifest = Manifest(name, f"fingerprint of {name}", DIM, 64, TOKEN_DIM)
        self.encoded: list[str] = []
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if log else None
        self._pause = pause or (lambda: None)

    def encode_passages(self, texts: Iterable[tuple[str, int]]) -> Iterator[EncodedPassage]:
        source = iter(texts)
        while window := list(islice(source, WINDOW)):
            for text, title_len in window:
                self._pause()
                self.encoded.append(text)
                if self._log is not None:
                    os.write(self._log, (json.dumps(text) + "\n").encode())
                words = list(WORD.finditer(text))
                starts = [max(0, m.start() - title_len) for m in words]
                bits = np.array([[zlib.crc32(m[0].encode()) & 255] * (TOKEN_DIM // 8) for m in words], np.uint8)
                codes = TokenCodes(np.array(starts, np.uint16), bits.reshape(-1, TOKEN_DIM // 8))
                yield EncodedPassage(vector_of(text), codes)

    def encode_question(self, question: str) -> EncodedQuestion:
        return EncodedQuestion(vector_of(question), np.ones((1, TOKEN_DIM), np.float32), ((0, len(question)),))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(WORD.findall(text)) for text in texts]

    def keep(self, store: Path) -> None:
        pass

    def close(self) -> None:
        if self._log is not None:
            os.close(self._log)
            self._log = None


def vector_of(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    vector = np.full(DIM, 0.01, np.float32)
    for word in WORD.findall(text.lower()):
        vector[zlib.crc32(word.encode()) % DIM] += 1
    return vector / np.float32(np.linalg.norm(vector))


def write_articles(path: Path, *articles: dict[str, Any]) -> Path:
    """One JSON-lines file; an article without a language is English."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ({"language": "en", **article} for article in articles)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def told(snapshot: Snapshot, ranking: Ranking) -> list[tuple[str, int, str, float]]:
    """A ranking as a reader could tell it: article id, start, text, score."""
    passages = snapshot.passages(ranking.ids)
    scores = [round(float(score), 3) for score in ranking.scores]
    return [(p.article.id, p.start, p.text, score) for p, score in zip(passages, scores, strict=True)]


def answers(store: Path, questions: Sequence[str], *, k: int = 5, where: Filter | None = None) -> list[Any]:
    """Everything a store says to some questions."""
    with open_store(store) as snapshot:
        lexical = [told(snapshot, snapshot.matching(q, k=k, where=where)) for q in questions]
        dense = [told(snapshot, snapshot.nearest(vector_of(q), k=k, where=where)) for q in questions]
        return [lexical, dense, snapshot.articles, snapshot.passages_count, snapshot.languages, snapshot.publishers()]
