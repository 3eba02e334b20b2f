"""How well does a passage, and each sentence of it, answer a question?  Compares them; knows no index, no file, no weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from askcorpus.language.sentences import sentences
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Span, names_one
from askcorpus.question.reading import Asked, Reading
from askcorpus.retrieval.features import PASSAGE, SENTENCE, Compared
from askcorpus.retrieval.found import Candidate, Evidence
from askcorpus.types import EncodedQuestion

Floats = npt.NDArray[np.float32]
TITLE = 65535  # what types.TokenCodes writes as the place of a token of the title
_SIGNS = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).astype(np.float32) * 2 - 1
"""The eight signs in each byte of a code; looked up, four times as fast as unpacked."""
PHRASE_GAP = 3  # places apart: as far as "bank of the North" takes the two words of its phrase


def late_scores(
    candidates: Sequence[Candidate], encoded: EncodedQuestion, readings: Mapping[str | None, Reading]
) -> tuple[Floats, tuple[Floats, ...]]:
    """Each candidate's late interaction over all its tokens, and its cosines of shape (tokens, question tokens).

    `readings` holds the question as each candidate's language reads it.
    """
    if not candidates:
        return np.zeros(0, np.float32), ()
    bits = np.concatenate([c.codes.bits for c in candidates])
    signs = _SIGNS.take(bits.ravel(), axis=0).reshape(len(bits), -1)
    all_cosines = signs @ encoded.tokens.T
    all_cosines /= np.float32(np.sqrt(signs.shape[1]))
    ends = np.cumsum([len(c.codes.starts) for c in candidates])
    cosines = tuple(all_cosines[end - len(c.codes.starts) : end] for c, end in zip(candidates, ends, strict=True))
    scores = [
        rows.max(axis=0, initial=0) @ readings[c.passage.article.source.language].token_weights
        for c, rows in zip(candidates, cosines, strict=True)
    ]
    return np.array(scores, np.float32), cosines


# A product here says "invalid value" now and then. Seen only with OpenBLAS's AVX-512 kernels and five columns, once in some ten
# thousand products; the result was right each time. Why is not known (perhaps github.com/OpenMathLib/OpenBLAS/issues/1924).
@np.errstate(invalid="ignore")
def weigh(candidate: Candidate, cosines: Floats, reading: Reading) -> Evidence:
    """The evidence in one candidate, whose `cosines` are those of `late_scores` and `reading` that of its language."""
    compared = _compared(candidate, cosines, reading)
    start = candidate.passage.start
    stems = reading.asked.stems
    return Evidence(
        candidate,
        tuple((start + first, start + last) for first, last in compared.spans),
        SENTENCE.rows(compared, len(compared.spans)),
        PASSAGE.row(compared),
        present=np.vstack([compared.present, compared.in_title]),
        alike=np.clip(np.vstack([compared.best, compared.best_in_title]) @ reading.token_words, 0, 1),
        fresh=tuple(len({w.stem for w in inside if not w.stop} - stems) for inside in compared.words),
    )


def _compared(candidate: Candidate, cosines: Floats, reading: Reading) -> Compared:
    asked, passage = reading.asked, candidate.passage
    text = passage.text
    spans = sentences(text, asked.language)
    by_sentence = _words_by_sentence(words(text, asked.language), spans)
    title, best = _best_by_sentence(cosines, candidate.codes.starts, spans)
    return Compared(
        asked=asked,
        token_weights=reading.token_weights,
        lexical=candidate.lexical,
        cosine=candidate.cosine,
        text=text,
        opens_article=passage.start == 0,
        spans=spans,
        words=by_sentence,
        best=best,
        best_in_title=title,
        present=np.array([_present(asked, inside) for inside in by_sentence], np.float32).reshape(
            len(spans), len(asked.words)
        ),
        in_title=np.array(_present(asked, words(passage.article.title, asked.language)), np.float32),
        phrases=[_phrases(asked, inside) for inside in by_sentence],
        names_kind=[
            asked.kind is not None
            and names_one(asked.kind, text, inside, span, besides=asked.stems, language=asked.language)
            for span, inside in zip(spans, by_sentence, strict=True)
        ],
    )


def _present(asked: Asked, inside: Sequence[Word]) -> list[bool]:
    """For each word of the question whether it is one of these."""
    stems = {word.stem for word in inside}
    return [word.stem in stems for word in asked.words]


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


def _words_by_sentence(inside: Sequence[Word], spans: Sequence[Span]) -> list[list[Word]]:
    by_sentence: list[list[Word]] = [[] for _ in spans]
    sentence = 0
    for word in inside:
        while sentence < len(spans) and word.start >= spans[sentence][1]:
            sentence += 1
        if sentence < len(spans) and word.start >= spans[sentence][0]:
            by_sentence[sentence].append(word)
    return by_sentence


def _phrases(asked: Asked, inside: Sequence[Word]) -> float:
    """The weight of the question's neighbouring words that stand close together, in order, in the sentence; 0 to 1."""
    total = sum(asked.weights[a] + asked.weights[b] for a, b in asked.phrases)
    if not total:
        return 0.0
    places: dict[str, list[int]] = {}
    for i, word in enumerate(inside):
        places.setdefault(word.stem, []).append(i)
    held = 0.0
    for a, b in asked.phrases:
        firsts, seconds = places.get(asked.words[a].stem, ()), places.get(asked.words[b].stem, ())
        if any(0 < j - i <= PHRASE_GAP for i in firsts for j in seconds):
            held += asked.weights[a] + asked.weights[b]
    return float(held / total)
