"""How is a large store made without a large corpus?  Articles of made-up words, vectors in clusters, as real ones are.

    python benchmarks/synthetic.py STORE PASSAGES [--real]

Words follow Zipf's law, the most frequent ones are English stop words, and each topic has words of its own.  Vectors lie
around their article's, that around its topic's, that around its theme's; spectrum and distances are those of the default
encoder on encyclopedic text: random passages 0.05 +- 0.1, a question and its passage 0.5 to 0.6.  `--real` gives the
store the default encoder's manifest, so that `askcorpus ask` runs on it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from askcorpus.language.stopwords import stop_words
from askcorpus.store.encodings import hash_of
from askcorpus.store.writer import open_writer
from askcorpus.types import Article, EncodedPassage, Manifest, Passage, Source, TokenCodes

MANIFEST = Manifest("synthetic", "synthetic, no model", 384, 256, 128)
PASSAGES_PER_ARTICLE = 8
WORDS_PER_PASSAGE = 80
TOKENS_PER_PASSAGE = 78  # measured on the sample corpus
VOCABULARY = 60_000
TOPIC_WORDS = 60
PASSAGES_PER_TOPIC = 400
THEMES = 64
SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi zo ha ke li mo nu pa ra se ti vo".split()

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class World:
    """What all made-up articles have in common."""

    words: npt.NDArray[np.str_]
    frequencies: npt.NDArray[np.float64]
    spectrum: Floats
    topics: Floats
    topic_words: npt.NDArray[np.int64]

    @classmethod
    def of(cls, passages: int, dim: int, seed: int) -> World:
        """The same world for the same size and seed."""
        rng = np.random.default_rng(seed)
        stops = sorted(stop_words("en").words)
        words = np.array([*stops, *(_word(n) for n in range(VOCABULARY - len(stops)))])
        frequencies = 1.0 / np.arange(2, VOCABULARY + 2)
        spectrum = (np.arange(1, dim + 1) ** -0.35).astype(np.float32)
        count = max(8, passages // PASSAGES_PER_TOPIC)
        themes = _unit(rng.standard_normal((THEMES, dim), dtype=np.float32) * spectrum)
        topics = _unit(rng.standard_normal((count, dim), dtype=np.float32) * spectrum)
        topics = 0.6 * themes[rng.integers(THEMES, size=count)] + 0.8 * topics
        return cls(
            words, np.cumsum(frequencies) / frequencies.sum(), spectrum, _unit(topics),
            rng.integers(500, VOCABULARY, (count, TOPIC_WORDS)),
        )  # fmt: skip

    def article(
        self, number: int, rng: np.random.Generator
    ) -> tuple[Article, tuple[Passage, ...], list[EncodedPassage]]:
        """One article, its passages and their encodings."""
        topic = int(rng.integers(len(self.topics)))
        n = max(1, int(rng.poisson(PASSAGES_PER_ARTICLE)))
        texts = [self.sentence(topic, rng, WORDS_PER_PASSAGE) for _ in range(n)]
        title = self.sentence(topic, rng, 9)
        day = f"{2015 + number % 11}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        source = Source(f"{number % 97}/{number}.txt", 0, None, f"Publisher {number % 300}", day, "en")
        article = Article(f"s{number}", title, "\n\n".join(texts), source)
        starts = np.cumsum([0, *(len(text) + 2 for text in texts[:-1])]).tolist()
        passages = tuple(Passage(article, start, start + len(text)) for start, text in zip(starts, texts, strict=True))
        dim = len(self.spectrum)
        noise = _unit(rng.standard_normal((n + 1, dim), dtype=np.float32) * self.spectrum)
        vectors = _unit(0.75 * self.between(topic, rng) + 0.35 * noise[0] + 0.55 * noise[1:])
        return article, passages, [EncodedPassage(vector, _codes(rng)) for vector in vectors]

    def between(self, topic: int, rng: np.random.Generator) -> Floats:
        """A point near a topic, up to half way to another one: real stories do not fall into clean heaps."""
        other = self.topics[int(rng.integers(len(self.topics)))]
        point: Floats = _unit((self.topics[topic] + np.float32(rng.random()) * other)[None])[0]
        return point

    def sentence(self, topic: int, rng: np.random.Generator, length: int) -> str:
        """Words by Zipf's law, every sixth one of the topic's."""
        common = np.searchsorted(self.frequencies, rng.random(length))
        own = self.topic_words[topic][np.minimum(rng.zipf(1.4, length) - 1, TOPIC_WORDS - 1)]
        chosen = self.words[np.where(rng.random(length) < 1 / 6, own, np.minimum(common, VOCABULARY - 1))]
        return " ".join(chosen.tolist()).capitalize() + "."


@dataclass(frozen=True, slots=True)
class Built:
    """What was made, and how long its rows and its indexes took."""

    passages: int
    rows_s: float
    indexes_s: float


def build_synthetic(
    store: Path, passages: int, *, manifest: Manifest = MANIFEST, seed: int = 1, quiet: bool = True
) -> Built:
    """A published store of about so many passages.  Encodes nothing."""
    started = time.monotonic()
    world = World.of(passages, manifest.dim, seed)
    rng = np.random.default_rng(seed + 1)
    done = number = 0
    with open_writer(store, manifest) as writer:
        while done < passages:
            article, cut, encoded = world.article(number, rng)
            numbers = []
            for passage, made in zip(cut, encoded, strict=True):
                hash = hash_of(article.title, passage.text)
                encoding, new = writer.encoding_of(hash)
                if new:
                    writer.put_encoding(hash, made)
                numbers.append(encoding)
            writer.articles.put_passages(writer.articles.add(article), cut, numbers)
            done += len(cut)
            number += 1
            if not quiet and number % 5000 == 0:
                print(f"  {done:,} passages", file=sys.stderr)
        writer.articles.unsplit()  # settles what is furniture
        filled = time.monotonic()
        writer.publish()
    return Built(done, filled - started, time.monotonic() - filled)


def questions(passages: int, dim: int, *, count: int, seed: int = 1) -> Iterator[tuple[str, Floats]]:
    """Questions about the topics of a store made with the same numbers: words, and a vector some way off."""
    world = World.of(passages, dim, seed)
    rng = np.random.default_rng(seed + 2)
    for _ in range(count):
        topic = int(rng.integers(len(world.topics)))
        noise = _unit(rng.standard_normal((1, dim), dtype=np.float32) * world.spectrum)[0]
        yield world.sentence(topic, rng, 14), _unit((0.65 * world.between(topic, rng) + 0.76 * noise)[None])[0]


def real_manifest(store: Path) -> Manifest:
    """The default encoder's manifest; the encoder is kept in the store."""
    from askcorpus.encoder import load
    from askcorpus.settings import DEFAULT_MODEL

    encoder = load(DEFAULT_MODEL)
    store.mkdir(parents=True, exist_ok=True)
    encoder.keep(store)
    encoder.close()
    return encoder.manifest


def _codes(rng: np.random.Generator) -> TokenCodes:
    bits = np.frombuffer(rng.bytes(TOKENS_PER_PASSAGE * MANIFEST.token_dim // 8), np.uint8)
    starts = (np.arange(TOKENS_PER_PASSAGE) * 6).astype(np.uint16)
    return TokenCodes(starts, bits.reshape(TOKENS_PER_PASSAGE, -1))


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


def _word(number: int) -> str:
    base, word = len(SYLLABLES), ""
    number += base
    while number:
        number, digit = divmod(number, base)
        word += SYLLABLES[digit]
    return word


if __name__ == "__main__":
    place, wanted = Path(sys.argv[1]), int(sys.argv[2])
    chosen = real_manifest(place) if "--real" in sys.argv else MANIFEST
    made = build_synthetic(place, wanted, manifest=chosen, quiet=False)
    print(f"{place}: {made.passages:,} passages in {made.rows_s + made.indexes_s:.0f} s")
