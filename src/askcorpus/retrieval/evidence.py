"""How well does a passage, and each sentence of it, answer a question?  Features only; knows no index, no file, no weight.

Late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020): for each token of the question the best cosine over the
sentence's tokens, here weighted by idf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from askcorpus.indexing.passages import sentences
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Span, names_one
from askcorpus.question.reading import Asked, Reading
from askcorpus.types import EncodedQuestion, Passage, TokenCodes

Floats = npt.NDArray[np.float32]
TITLE = 65535
PHRASE_GAP = 3  # words that may stand between the two words of a phrase

SENTENCE_FEATURES = (
    "late", "late_title", "late_context", "cover", "cover_title", "cover_context", "phrase", "kind_there", "kind_missing",
    "name_cover", "asks", "length", "opens",
)  # fmt: skip
PASSAGE_FEATURES = ("lexical", "cosine", "late", "cover", "cover_title", "phrase", "name_cover", "title_cover")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that an index proposed, with what the indexes said of it."""

    id: int
    passage: Passage
    codes: TokenCodes
    lexical: float
    """Its BM25 score by the best of the list's; 0 where the lexical index did not propose it."""
    cosine: float
    """0 where the model does not know the language."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate."""

    candidate: Candidate
    spans: tuple[Span, ...]
    """Offsets of its sentences in the article's text."""
    sentence_features: Floats
    """Shape (sentences, len(SENTENCE_FEATURES))."""
    features: Floats
    """Shape (len(PASSAGE_FEATURES),)."""
    present: Floats
    """Shape (sentences + 1, words of the question): 1 where the word itself stands there; the title comes last."""
    alike: Floats
    """The same for what is like it: the mean over its tokens of the best cosine, from 0 to 1."""
    fresh: tuple[int, ...]
    """How many words each sentence adds to the question's own, function words not counted."""


def late_scores(
    candidates: Sequence[Candidate], encoded: EncodedQuestion, readings: dict[str | None, Reading]
) -> tuple[Floats, tuple[Floats, ...]]:
    """Each candidate's late interaction over all its tokens, and its cosines of shape (tokens, question tokens).

    `readings` holds the question as each candidate's language reads it.
    """
    if not candidates:
        return np.zeros(0, np.float32), ()
    dim = encoded.tokens.shape[1]
    bits = np.concatenate([c.codes.bits for c in candidates])
    signs = np.unpackbits(bits, axis=1, count=dim).astype(np.float32)
    all_cosines = (signs * 2 - 1) @ encoded.tokens.T / np.float32(np.sqrt(dim))
    ends = np.cumsum([len(c.codes.starts) for c in candidates])
    cosines = tuple(all_cosines[end - len(c.codes.starts) : end] for c, end in zip(candidates, ends, strict=True))
    scores = [
        rows.max(axis=0, initial=0) @ readings[c.passage.article.source.language].token_weights
        for c, rows in zip(candidates, cosines, strict=True)
    ]
    return np.array(scores, np.float32), cosines


# OpenBLAS's AVX-512 kernel for five columns also multiplies lanes that it throws away, by whatever lies there: now and then
# that raises "invalid value" over a right result (the like: github.com/OpenMathLib/OpenBLAS/issues/1924).
@np.errstate(invalid="ignore")
def weigh(candidate: Candidate, cosines: Floats, reading: Reading) -> Evidence:
    """The evidence in one candidate, whose `cosines` are those of `late_scores` and `reading` that of its language."""
    asked, weights = reading.asked, reading.token_weights
    passage = candidate.passage
    text, language = passage.text, passage.article.source.language
    spans = sentences(text)
    title_best, best = _best_by_sentence(cosines, candidate.codes.starts, spans)
    all_words = words(text, language)
    by_sentence = _words_by_sentence(all_words, spans)
    title_stems = {w.stem for w in words(passage.article.title, language)}
    present = np.array(
        [[w.stem in stems for w in asked.words] for stems in (_stems(s) for s in by_sentence)], np.float32
    )
    present = present.reshape(len(spans), len(asked.words))
    in_title = np.array([w.stem in title_stems for w in asked.words], np.float32)
    before = np.vstack([np.zeros_like(present[:1]), present[:-1]])
    best_before = np.vstack([np.zeros_like(best[:1]), best[:-1]])
    rows = np.zeros((len(spans), len(SENTENCE_FEATURES)), np.float32)
    late = np.maximum(best, 0) @ weights
    rows[:, 0] = late
    rows[:, 1] = np.maximum(best, title_best) @ weights
    rows[:, 2] = np.maximum(best, best_before) @ weights
    rows[:, 3] = present @ asked.weights
    rows[:, 4] = np.maximum(present, in_title) @ asked.weights
    rows[:, 5] = np.maximum(present, before) @ asked.weights
    names = np.zeros(len(asked.words), np.float32)
    names[list(asked.names)] = asked.weights[list(asked.names)]
    names /= max(float(names.sum()), 1e-9)
    for i, ((start, end), inside) in enumerate(zip(spans, by_sentence, strict=True)):
        rows[i, 6] = _phrases(asked, inside)
        if asked.kind is not None:
            there = names_one(asked.kind, text, inside, (start, end), besides=asked.stems)
            rows[i, 7], rows[i, 8] = there, not there
        rows[i, 10] = text[end - 1] == "?"
        rows[i, 11] = min(len(inside), 60) / 60
        rows[i, 12] = passage.start + start == 0
    rows[:, 9] = present @ names
    everything = present.max(axis=0, initial=0)
    features = np.array(
        [
            candidate.lexical,
            candidate.cosine,
            np.maximum(best.max(axis=0, initial=0), title_best) @ weights,
            everything @ asked.weights,
            np.maximum(everything, in_title) @ asked.weights,
            rows[:, 6].max(initial=0),
            np.maximum(everything, in_title) @ names,
            in_title @ asked.weights,
        ],
        np.float32,
    )
    absolute = tuple((passage.start + s, passage.start + e) for s, e in spans)
    return Evidence(
        candidate,
        absolute,
        rows,
        features,
        present=np.vstack([present, in_title]),
        alike=np.clip(np.vstack([best, title_best]) @ reading.token_words, 0, 1),
        fresh=tuple(len({w.stem for w in inside if not w.stop} - asked.stems) for inside in by_sentence),
    )


def _best_by_sentence(cosines: Floats, starts: npt.NDArray[np.uint16], spans: Sequence[Span]) -> tuple[Floats, Floats]:
    """For each token of the question the best cosine over the title's tokens, and over each sentence's."""
    of_title = starts == TITLE
    title = cosines[of_title].max(axis=0, initial=0)
    body, places = cosines[~of_title], starts[~of_title]
    best = np.zeros((len(spans), cosines.shape[1]), np.float32)
    for i, (start, end) in enumerate(spans):
        first, last = np.searchsorted(places, (start, end))
        if last > first:
            best[i] = body[first:last].max(axis=0)
    return title, best


def _words_by_sentence(all_words: Sequence[Word], spans: Sequence[Span]) -> list[list[Word]]:
    by_sentence: list[list[Word]] = [[] for _ in spans]
    place = 0
    for word in all_words:
        while place < len(spans) and word.start >= spans[place][1]:
            place += 1
        if place < len(spans) and word.start >= spans[place][0]:
            by_sentence[place].append(word)
    return by_sentence


def _stems(inside: Sequence[Word]) -> set[str]:
    return {word.stem for word in inside}


def _phrases(asked: Asked, inside: Sequence[Word]) -> float:
    """The weight of the question's neighbouring words that stand close together, in order, in the sentence; 0 to 1."""
    total = sum(asked.weights[a] + asked.weights[b] for a, b in asked.phrases)
    if not total:
        return 0.0
    places: dict[str, list[int]] = {}
    for i, word in enumerate(inside):
        places.setdefault(word.stem, []).append(i)
    found = 0.0
    for a, b in asked.phrases:
        firsts, seconds = places.get(asked.words[a].stem, ()), places.get(asked.words[b].stem, ())
        if any(0 < j - i <= PHRASE_GAP for i in firsts for j in seconds):
            found += asked.weights[a] + asked.weights[b]
    return float(found / total)
