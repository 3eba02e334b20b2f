"""How well does a passage, and each sentence of it, answer a question?  Features only; knows no index, no file, no weight.

Late interaction (Khattab and Zaharia, "ColBERT", SIGIR 2020): for each token of the question the best cosine over the
sentence's tokens, here weighted by idf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from askcorpus.asking import Kind, Span, asked_kind, names_one
from askcorpus.chunking import sentences
from askcorpus.types import EncodedQuestion, Passage, TokenCodes
from askcorpus.words import Word, words

Floats = npt.NDArray[np.float32]
TITLE = 65535
STOP_WEIGHT = 0.1
BEFORE_WEIGHT = 0.2  # of a word of the question before a follow-up: context, seldom what is asked for
PHRASE_GAP = 3  # words that may stand between the two words of a phrase

SENTENCE_FEATURES = (
    "late", "late_title", "late_context", "cover", "cover_title", "cover_context", "phrase", "kind_there", "kind_missing",
    "name_cover", "asks", "length", "opens",
)  # fmt: skip
PASSAGE_FEATURES = ("lexical", "cosine", "late", "cover", "cover_title", "phrase", "name_cover", "title_cover")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one language reads it."""

    words: tuple[Word, ...]
    weights: Floats
    """Shape (words,): idf, and a tenth for stop words; sums to 1."""
    phrases: tuple[tuple[int, int], ...]
    """Neighbouring content words, as places in `words`."""
    names: tuple[int, ...]
    """Places of the words that are names or numbers."""
    stems: frozenset[str]
    kind: Kind | None


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


def asked(question: str, idf: Sequence[float], language: str | None, *, own: int | None = None) -> Asked:
    """The question's words with their weights; `idf` holds one number for each word of `words(question, …)`.

    After its `own` first characters comes the question before, which it follows up: that says less of what is asked for.
    """
    found = words(question, language)
    own = len(question) if own is None else own
    weights = np.array(
        [
            (STOP_WEIGHT if word.stop else max(weight, STOP_WEIGHT)) * (1 if word.start < own else BEFORE_WEIGHT)
            for word, weight in zip(found, idf, strict=True)
        ],
        np.float32,
    )
    content = [place for place, word in enumerate(found) if not word.stop]
    phrases = tuple((a, b) for a, b in pairwise(content) if b - a <= 2)
    names = tuple(p for p in content if (found[p].capital and p > 0) or found[p].text[0].isdigit())
    return Asked(
        words=found,
        weights=weights / weights.sum() if len(weights) else weights,
        phrases=phrases,
        names=names,
        stems=frozenset(found[p].stem for p in content),
        kind=asked_kind(question[:own]) or asked_kind(question[own:]),
    )


def token_weights(encoded: EncodedQuestion, asked: Asked) -> Floats:
    """The weight of each token of the question: that of the word it is a piece of, 0 for punctuation; sums to 1."""
    weights = np.zeros(len(encoded.spans), np.float32)
    for i, (start, end) in enumerate(encoded.spans):
        for word, weight in zip(asked.words, asked.weights, strict=True):
            if word.start < end and word.end > start:
                weights[i] = max(weights[i], weight)
    total = weights.sum()
    return weights / total if total else weights


def late_scores(
    candidates: Sequence[Candidate], encoded: EncodedQuestion, weights: dict[str | None, Floats]
) -> tuple[Floats, tuple[Floats, ...]]:
    """Each candidate's late interaction over all its tokens, and its cosines of shape (tokens, question tokens).

    `weights` holds the `token_weights` of the question as each candidate's language reads it.
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
        rows.max(axis=0, initial=0) @ weights[c.passage.article.source.language]
        for c, rows in zip(candidates, cosines, strict=True)
    ]
    return np.array(scores, np.float32), cosines


def weigh(candidate: Candidate, cosines: Floats, weights: Floats, asked: Asked) -> Evidence:
    """The evidence in one candidate, whose `cosines` are those of `late_scores` and `weights` those of its language."""
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
    return Evidence(candidate, absolute, rows, features)


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
