"""How are several shards asked as if they were one store?  Each question goes to all, and what comes back is put together.

What a shard is asked and what it says are plain data: it may be open in this process or in another one, on another machine.  Words
are scored by the statistics of all shards together, so that the answer is the one that a single store would give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from askcorpus.errors import StoreDamaged, typed
from askcorpus.store import analysis, bm25, shards
from askcorpus.store.bm25 import Occurrences, Sizes, Term
from askcorpus.store.lexical import EMPTY, PAIR_BOOST, Within, missing_of, question_terms, weights_of
from askcorpus.types import Filter, PassageIds, Ranking, Vector

Scatter: TypeAlias = Callable[[str, Sequence["tuple[Any, ...] | None"]], list[Any]]
"""Asks each shard by the name of a method of `part.Part`, with its arguments; a shard without any is not asked, and says None."""
TERMS_KEPT = 50_000  # whose frequency is remembered while a generation is open: 10 MB
Phrase: TypeAlias = tuple[Term, ...]
_Given: TypeAlias = "tuple[PassageIds, Any]"


@dataclass(frozen=True, slots=True)
class _Scored:
    """A word or a phrase, and how rare it is in the whole."""

    phrase: Phrase
    weight: np.float32


class Parts:
    """The shards of one generation, as one."""

    def __init__(self, scatter: Scatter, count: int, close: Callable[[], None]) -> None:
        self._scatter, self._count_of_shards, self.close = scatter, count, close
        self._held: dict[Term, int] = {}

    def expect(self, store: Path, own: str | None, passages: int) -> None:
        """Raise StoreDamaged unless these are the shards of the store that notes this number, and hold so many passages together."""
        told: list[tuple[str | None, int]] = self._all("says_of_itself")
        for name, (noted, _) in zip(shards.names(len(told)), told, strict=True):
            if shards.differ(noted, own, name):
                raise shards.misplaced(store / name)
        held = sum(n for _, n in told)
        if held != passages:
            again = typed("verify", "--store", store)
            raise StoreDamaged(
                f"the shards of {store} hold {held} passages, its catalog {passages}. To mend it: {again}"
            )

    def nearest(self, vector: Vector, wanted: int, where: Filter | None) -> Ranking:
        """At least so many passages that the indexes hold for the nearest, fewer only when there are no more, with their cosines."""
        near: list[Ranking] = self._all("near", vector, wanted, where)
        every = np.sort(np.concatenate([one.scores for one in near]))[::-1]
        least = every[wanted - 1] if len(every) > wanted else -np.inf
        chosen = [one.ids[one.scores >= least] for one in near]
        told = self._scatter("cosines", [(ids, vector) if len(ids) else None for ids in chosen])
        none = np.zeros(0, np.float32)
        return Ranking(np.concatenate(chosen), np.concatenate([none if one is None else one for one in told]))

    def encodings(self, ids: Sequence[Sequence[int]]) -> dict[int, tuple[bytes, bytes]]:
        """Vector and token codes of passages, which are given by the shard that holds them."""
        told = self._scatter("encodings", [(list(some),) if some else None for some in ids])
        return {i: one for some, ones in zip(ids, told, strict=True) if some for i, one in zip(some, ones, strict=True)}

    @property
    def count(self) -> int:
        """Passages that can be found."""
        return self._together.passages

    def matching(
        self,
        question: str,
        *,
        k: int,
        languages: Sequence[str | None],
        spoken: str | None,
        where: Filter | None,
        publishers: Sequence[str],
        collection: str | None = None,
        among: Sequence[int] | None = None,
    ) -> Ranking:
        """See `Lexical.matching`."""
        terms = question_terms(question, languages, spoken) if k > 0 else []
        pairs = analysis.question_pairs(question, languages, spoken=spoken)
        within = Within(where, tuple(publishers), collection, among)
        return self._best(terms, within, k, pairs=[tuple(Term("body", word) for word in pair) for pair in pairs])

    def weights(self, words: Sequence[str], languages: Sequence[str | None], spoken: str | None = None) -> list[float]:
        """See `Lexical.weights`."""
        return weights_of(words, languages, spoken, count=self.count, held=self.held)

    def missing(self, words: Sequence[str], languages: Sequence[str | None], spoken: str | None) -> list[bool]:
        """See `Lexical.missing`."""
        return missing_of(words, languages, spoken, held=self.held)

    def held(self, index_words: Sequence[str]) -> list[int]:
        """See `Lexical.held`."""
        return self._frequencies([Term("body", word) for word in index_words])

    def holding(self, index_words: Sequence[str], others: Sequence[str], *, k: int) -> PassageIds:
        """See `Lexical.holding`."""
        wanted = [Term("body", word) for word in index_words]
        there = sum(n > 0 for n in self._frequencies(wanted))
        if not there:
            return EMPTY.ids
        return self._best([*wanted, *(Term("body", word) for word in others)], Within(), k, wanted=there).ids

    @cached_property
    def _sizes(self) -> list[Sizes]:
        return self._all("sizes")

    @cached_property
    def _together(self) -> Sizes:
        return bm25.together(self._sizes)

    def _frequencies(self, terms: Sequence[Term]) -> list[int]:
        """How many passages hold each term, all shards together."""
        if len(self._held) > TERMS_KEPT:
            self._held = {}
        held = self._held  # another thread may put a new one in its place
        unknown = [term for term in dict.fromkeys(terms) if term not in held]
        if unknown:
            told = np.sum(self._all("frequencies", unknown), axis=0).tolist()
            held.update(zip(unknown, told, strict=True))
        return [held[term] for term in terms]

    def _best(
        self, terms: Sequence[Term], within: Within, k: int, *, wanted: int = 0, pairs: Sequence[Phrase] = ()
    ) -> Ranking:
        """The k best passages by these terms, then by what their pairs add; one of the first `wanted` that are held must stand in each."""
        held = dict(zip(terms, self._frequencies(terms), strict=True))
        words = [_Scored((term,), self._rarity(held[term])) for term in terms if held[term]]
        if not words:
            return EMPTY
        proposed = self._all(
            "proposed", [one.phrase[0] for one in words], [float(one.weight) for one in words], within, k, wanted
        )
        chosen = self._chosen(proposed, words, k)
        if not any(chosen):
            return EMPTY
        both = [_Scored(pair, np.float32(sum(self._rarity(n) for n in self._frequencies(pair)))) for pair in pairs]
        of_words, of_pairs = self._found(chosen, words, both)
        best, bonus = _top(_summed(chosen, of_words), k), _summed(chosen, of_pairs)
        if len(best.ids) < 2:
            return best
        added = bonus.scores[np.searchsorted(bonus.ids, best.ids)]
        return _top(Ranking(best.ids, best.scores + PAIR_BOOST * added), k)

    def _chosen(self, proposed: Sequence[Ranking], words: Sequence[_Scored], k: int) -> list[list[int]]:
        """Of each shard's proposals those that may be among the k best by the mean length of all."""
        every = np.sort(np.concatenate([one.scores for one in proposed]))[::-1]
        apart = max(bm25.uneven(self._sizes, field) for field in {one.phrase[0].field for one in words})
        least = every[k - 1] * (1 - 2 * apart) - 1e-6 if len(every) > k else -1.0
        return [one.ids[one.scores >= least].tolist() for one in proposed]

    def _found(
        self, ids: Sequence[Sequence[int]], words: Sequence[_Scored], pairs: Sequence[_Scored]
    ) -> tuple[list[_Given], list[_Given]]:
        """The passages in which each word stands, and each pair, and what it gives them: asked at once, for each way takes its time."""
        every = [*words, *pairs]
        phrases = [one.phrase for one in every]
        told = self._scatter("occurrences", [(list(some), phrases) if some else None for some in ids])
        found = [bm25.joined(of_all) for of_all in zip(*filter(None, told), strict=True)]
        given = [(one.ids, self._scores(scored, one)) for scored, one in zip(every, found, strict=True)]
        return given[: len(words)], given[len(words) :]

    def _scores(self, one: _Scored, occurrences: Occurrences) -> Any:
        return bm25.scores(occurrences, one.weight, self._together.mean(one.phrase[0].field))

    def _rarity(self, held: int) -> np.float32:
        return bm25.idf(held, self._together.counted)

    def _all(self, method: str, *arguments: Any) -> list[Any]:
        """What every shard says to the same question."""
        return self._scatter(method, [arguments] * self._count_of_shards)


def _summed(ids: Sequence[Sequence[int]], given: Sequence[tuple[PassageIds, Any]]) -> Ranking:
    """Passages, given by shard, with the sum of what each word gives them."""
    every = np.array(sorted(i for some in ids for i in some), np.int64)
    scores = np.zeros(len(every), np.float32)
    for found, score in given:
        np.add.at(scores, np.searchsorted(every, found), score)
    return Ranking(every, scores)


def _top(ranking: Ranking, k: int) -> Ranking:
    """The k best; equal ones by their number, as an index has them."""
    order = np.argsort(-ranking.scores, kind="stable")[:k]
    return Ranking(ranking.ids[order], ranking.scores[order])
