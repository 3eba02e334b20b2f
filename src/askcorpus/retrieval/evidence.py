"""How well does a passage, and each sentence of it, answer a question?  Compares them; knows no index, no file, no weight."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from askcorpus.language.orders import asks_of_orders, without_orders
from askcorpus.language.sentences import sentences
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Span, names_one
from askcorpus.question.reading import Asked, Reading
from askcorpus.question.said import day_of
from askcorpus.retrieval.crossed import Ear
from askcorpus.retrieval.features import PASSAGE, SENTENCE, Compared
from askcorpus.retrieval.found import Candidate, Evidence
from askcorpus.retrieval.signs import signs_of
from askcorpus.retrieval.times import NO_TIMES, times_in
from askcorpus.types import OF_TITLE, Passage, Source

Floats = npt.NDArray[np.float32]
REMEMBERED = 256  # passages whose words are kept, those of sixteen questions: 6 MB; the next is often about the same
PHRASE_GAP = 3  # places apart: as far as "bank of the North" takes the two words of its phrase


def late_scores(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> tuple[Floats, tuple[Floats, ...]]:
    """Each candidate's late interaction over all its tokens, and its cosines of shape (tokens, question tokens).

    `readings` holds for each candidate the question as it is held against it.
    """
    scores, cosines = np.zeros(len(candidates), np.float32), dict[int, Floats]()
    for places in _alike(readings):
        scores[places], some = _late_scores([candidates[i] for i in places], [readings[i] for i in places])
        cosines.update(zip(places, some, strict=True))
    return scores, tuple(cosines[i] for i in range(len(candidates)))


def _alike(readings: Sequence[Reading]) -> list[list[int]]:
    """Places of the readings that share a question's tokens: one group, where the question says nothing of its articles."""
    groups: dict[int, list[int]] = {}
    for place, reading in enumerate(readings):
        groups.setdefault(id(reading.encoded), []).append(place)
    return [*groups.values()]


def _late_scores(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> tuple[list[float], list[Floats]]:
    encoded = readings[0].encoded
    bits = np.concatenate([c.codes.bits for c in candidates])
    signs = signs_of(bits)
    all_cosines = signs @ encoded.tokens.T
    all_cosines /= np.float32(np.sqrt(signs.shape[1]))
    ends = np.cumsum([0, *(len(c.codes.starts) for c in candidates)])
    best = np.maximum(_best_between(all_cosines, np.stack([ends[:-1], ends[1:]], axis=1)), 0)
    scores = [float(row @ reading.token_weights) for reading, row in zip(readings, best, strict=True)]
    return scores, np.split(all_cosines, ends[1:-1])


# A product here says "invalid value" now and then. Seen only with OpenBLAS's AVX-512 kernels and five columns, once in some ten
# thousand products; the result was right each time. Why is not known (perhaps github.com/OpenMathLib/OpenBLAS/issues/1924).
@np.errstate(invalid="ignore")
def weigh(
    candidates: Sequence[Candidate], cosines: Sequence[Floats], readings: Sequence[Reading]
) -> tuple[Evidence, ...]:
    """The evidence in each candidate, whose `cosines` are those of `late_scores`."""
    parts = [
        _parts_for(candidate.passage, reading.asked) for candidate, reading in zip(candidates, readings, strict=True)
    ]
    listeners = {id(reading): _Listener.of(reading) for reading in readings}
    newer = _newer([c.passage.article.source for c in candidates])
    evidence = dict[int, Evidence]()
    for places in _alike(readings):
        spans = [parts[i].spans for i in places]
        best = _best_cosines([candidates[i] for i in places], [cosines[i] for i in places], spans)
        for i, title, body in zip(places, *best, strict=True):
            evidence[i] = _evidence(candidates[i], parts[i], title, body, listeners[id(readings[i])], newer[i])
    return tuple(evidence[i] for i in range(len(candidates)))


def _newer(sources: Sequence[Source]) -> list[float]:
    """For each the share of the dated ones that are older; 0 for one without a date."""
    days = [day_of(source.published) for source in sources]
    dated = [day for day in days if day]
    return [sum(other < day for other in dated) / len(dated) if day else 0.0 for day in days]


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a passage is made of, whatever is asked."""

    text: str
    spans: tuple[Span, ...]
    """Of its sentences."""
    words: tuple[tuple[Word, ...], ...]
    """Of each sentence."""
    stems: tuple[tuple[str, ...], ...]
    """Of those words."""
    content: tuple[frozenset[str], ...]
    """The stems of each sentence that are no function words'."""
    title: tuple[Word, ...]


def _parts_for(passage: Passage, asked: Asked) -> _Parts:
    """Without sentences that give orders to whatever answers, unless the question is about such."""
    language = passage.article.source.language
    return _parts(passage.text, passage.article.title, language, orders=asks_of_orders(asked.text, asked.spoken))


@functools.lru_cache(maxsize=REMEMBERED)
def _parts(text: str, title: str, language: str | None, *, orders: bool) -> _Parts:
    spans = tuple(sentences(text, language))
    if not orders:
        spans = without_orders(text, spans, language)
    by_sentence = _by_sentence(words(text, language), spans)
    return _Parts(
        text,
        spans,
        by_sentence,
        stems=tuple(tuple(w.stem for w in inside) for inside in by_sentence),
        content=tuple(frozenset(w.stem for w in inside if not w.stop) for inside in by_sentence),
        title=words(title, language),
    )


def _by_sentence(inside: Sequence[Word], spans: Sequence[Span]) -> tuple[tuple[Word, ...], ...]:
    by_sentence: list[list[Word]] = [[] for _ in spans]
    sentence = 0
    for word in inside:
        while sentence < len(spans) and word.start >= spans[sentence][1]:
            sentence += 1
        if sentence < len(spans) and word.start >= spans[sentence][0]:
            by_sentence[sentence].append(word)
    return tuple(map(tuple, by_sentence))


def _evidence(
    candidate: Candidate, part: _Parts, title: Floats, best: Floats, listener: _Listener, newer: float
) -> Evidence:
    reading, ear = listener.reading, listener.ear
    asked, start = reading.asked, candidate.passage.start
    if ear is None:
        besides = asked.stems
        met = [_present(asked, stems) for stems in (*part.stems, chain(*part.stems), (w.stem for w in part.title))]
    else:
        besides = asked.stems | ear.stems(chain(*part.words))
        met = [ear.met(inside) for inside in (*part.words, chain(*part.words), part.title)]
    *by_sentence, anywhere, in_title = np.array(met, np.float32)
    fresh = tuple(len(content - besides) for content in part.content)
    compared = Compared(
        asked=asked,
        fresh=fresh,
        times=tuple(times_in(inside, asked.language) if asked.said.times else NO_TIMES for inside in part.words),
        token_weights=reading.token_weights,
        lexical=candidate.lexical,
        cosine=candidate.cosine,
        text=part.text,
        published=day_of(candidate.passage.article.source.published),
        newer=newer,
        opens_article=start == 0,
        spans=part.spans,
        words=part.words,
        best=best,
        best_in_title=title,
        present=np.array(by_sentence, np.float32).reshape(len(part.spans), len(asked.words)),
        present_anywhere=anywhere,
        in_title=in_title,
        phrases=[_held(listener.phrases, stems) for stems in part.stems],
        names_kind=[
            asked.kind is not None
            and names_one(asked.kind, part.text, inside, span, besides=besides, language=asked.language)
            for span, inside in zip(part.spans, part.words, strict=True)
        ],
    )
    return Evidence(
        candidate,
        tuple((start + first, start + last) for first, last in part.spans),
        SENTENCE.rows(compared, len(part.spans)),
        PASSAGE.row(compared),
        present=np.concatenate([compared.present, compared.in_title[None]]),
        alike=np.clip(np.concatenate([best, title[None]]) @ reading.token_words, 0, 1),
        fresh=fresh,
        asked=asked,
    )


def _present(asked: Asked, stems: Iterable[str]) -> list[float]:
    """For each word of the question whether it is one of these."""
    there = frozenset(stems)
    return [float(word.stem in there) for word in asked.words]


@dataclass(frozen=True, slots=True)
class _Listener:
    """A reading with what is made of it once for all candidates."""

    reading: Reading
    phrases: _Phrases
    ear: Ear | None
    """Where the passages are in another language."""

    @classmethod
    def of(cls, reading: Reading) -> _Listener:
        """The listener for this reading."""
        return cls(reading, _phrases(reading.asked), Ear(reading.asked) if reading.asked.crossed else None)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The question's neighbouring words by their stems, with the weight of both."""

    pairs: tuple[tuple[str, str, np.float32], ...]
    stems: frozenset[str]
    total: np.float32


def _phrases(asked: Asked) -> _Phrases:
    pairs = tuple(
        (asked.words[a].stem, asked.words[b].stem, asked.weights[a] + asked.weights[b]) for a, b in asked.phrases
    )
    return _Phrases(
        pairs, frozenset(stem for pair in pairs for stem in pair[:2]), sum((w for *_, w in pairs), np.float32(0))
    )


def _held(phrases: _Phrases, stems: Sequence[str]) -> float:
    """The weight of the phrases whose words stand close together, in order, in a sentence; 0 to 1."""
    places: dict[str, list[int]] = {}
    for i, stem in enumerate(stems):
        if stem in phrases.stems:
            places.setdefault(stem, []).append(i)
    held = np.float32(0)
    for first, second, weight in phrases.pairs:
        firsts, seconds = places.get(first, ()), places.get(second, ())
        if any(0 < j - i <= PHRASE_GAP for i in firsts for j in seconds):
            held += weight
    return float(held / phrases.total) if held else 0.0


def _best_cosines(
    candidates: Sequence[Candidate], cosines: Sequence[Floats], spans: Sequence[Sequence[Span]]
) -> tuple[Floats, list[Floats]]:
    """For each token of the question the best over each candidate's title, and over each of its sentences; 0 where none is."""
    rows = np.concatenate(cosines)
    starts = np.concatenate([c.codes.starts for c in candidates]).astype(np.int64)
    owners = np.repeat(np.arange(len(candidates)), [len(c.codes.starts) for c in candidates])
    in_title = starts == OF_TITLE
    by_title = np.searchsorted(owners[in_title], np.arange(len(candidates) + 1))
    titles = np.maximum(_best_between(rows[in_title], np.stack([by_title[:-1], by_title[1:]], axis=1)), 0)
    # A token's place in all passages, one behind the other; none is as long as OF_TITLE.
    places = owners[~in_title] * OF_TITLE + starts[~in_title]
    edges = np.concatenate(
        [np.array(one, np.int64).reshape(-1, 2).clip(max=OF_TITLE) + i * OF_TITLE for i, one in enumerate(spans)]
    )
    bodies = _best_between(rows[~in_title], np.searchsorted(places, edges))
    return titles, np.split(bodies, np.cumsum([len(one) for one in spans])[:-1])


def _best_between(rows: Floats, ends: npt.NDArray[np.int64]) -> Floats:
    """For each pair of ends, of shape (n, 2), the maximum of the rows from the first to before the second; 0 where there is none."""
    best = np.zeros((len(ends), rows.shape[1]), np.float32)
    filled = np.flatnonzero(ends[:, 1] > ends[:, 0])
    if len(filled):
        padded = np.concatenate([rows, rows[:1]])  # so that one behind the last row is a place too
        best[filled] = np.maximum.reduceat(padded, ends[filled].ravel(), axis=0)[::2]
    return best
