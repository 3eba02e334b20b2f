"""What does a process on a node do while articles are indexed?  It reads a block of files, or encodes a block of passages."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from askcorpus.articles.draft import Limits
from askcorpus.articles.files import FoundFile
from askcorpus.articles.process.many import read
from askcorpus.errors import StoreMismatch
from askcorpus.types import Article, EncodedPassage, Skip

if TYPE_CHECKING:
    from askcorpus.encoder import Encoder

ReadBlock = list[tuple[FoundFile, list[Article | Skip]]]


def read_block(files: Sequence[FoundFile], limits: Limits) -> ReadBlock:
    """Each of the files with what it holds."""
    return [(file, list(read(file, limits=limits))) for file in files]


def encode_block(load: bytes, fingerprint: str, texts: Sequence[tuple[str, int]]) -> list[EncodedPassage]:
    """The vector and token codes of each text by a pickled loader's model; raises StoreMismatch where that is another here."""
    encoder = _loaded(load)
    if encoder.manifest.fingerprint != fingerprint:
        raise StoreMismatch(
            f"a node of the cluster has another version of {encoder.manifest.model}. Install the same program on each."
        )
    return list(encoder.encode_passages(texts))


@lru_cache(maxsize=1)
def _loaded(load: bytes) -> Encoder:
    """The encoder, which stays while this process lives: Ray gives it one block after the other."""
    loader: Callable[[], Encoder] = pickle.loads(load)  # noqa: S301  # nosec B301  from the program that started this process
    return loader()
