"""Does what a sentence gives belong to the thing that was asked about?

"Veltrix buys its rival Norlund, which has 5,400 employees" gives a number, and names Veltrix, and says nothing of Veltrix's employees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from askcorpus.answer.marks import mark, nearness
from askcorpus.language.sounds import name_word
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Span, opens
from askcorpus.question.reading import CAPITAL_NOUNS, Asked, content_weights
from askcorpus.retrieval.columns import Columns
from askcorpus.retrieval.found import Floats, Ranked


@dataclass(frozen=True, slots=True)
class Held:
    """The question held against the sentence that is to answer it, and its article."""

    asked: Asked
    inside: Sequence[Word]
    """Of the sentence."""
    value: Span | None
    """Where in the sentence what was asked for stands."""
    names: Sequence[int]
    """For each of the question's names that is there, its first place in `inside`, in the order of the question."""
    own: Sequence[int]
    """All places of these names."""
    others: Sequence[int]
    """Places of other names."""
    outside: float
    """The share of the question's names, by their weight, that stand nowhere in the article."""


BELONGING: Columns[Held] = Columns(
    {
        "value_near": lambda h: nearness(h.value, h.inside, content_weights(h.asked)) if h.value else 0.0,
        "value_missing": lambda h: h.asked.kind is not None and h.value is None,
        "value_of_another": lambda h: _nearer(h) > 0,
        "names_reversed": lambda h: any(a > b for a, b in zip(h.names, h.names[1:], strict=False)),
        "names_outside": lambda h: h.outside,
    }
)
NAMES = BELONGING.names


def belonging(ranked: Ranked, sentence: Span | None) -> Floats:
    """How far the best sentence of a candidate, by its offsets in the article, speaks of what was asked: float32 of shape (len(NAMES),)."""
    asked, article = ranked.evidence.asked, ranked.candidate.passage.article
    text = article.text[slice(*sentence)] if sentence else ""
    inside = words(text, asked.language)
    wanted = [] if asked.read_by in CAPITAL_NOUNS else [asked.words[place] for place in asked.names]
    places = [_places(word, inside, crossed=asked.crossed) for word in wanted]
    value = mark(text, asked, (0, len(text)))
    names = list(dict.fromkeys(found[0] for found in places if found))
    own = sorted({place for found in places for place in found})
    of_value = {i for i, w in enumerate(inside) if value and w.start < value[1] and w.end > value[0]}
    others = [
        i
        for i, word in enumerate(inside)
        if word.capital and not word.stop and not opens(text, word) and i not in of_value and i not in own
    ]
    every = words(f"{article.title}\n{article.text}", asked.language)
    missing = [
        place
        for place, word in zip(asked.names, wanted, strict=False)
        if not _places(word, every, crossed=asked.crossed)
    ]
    outside = float(asked.name_weights[missing].sum()) if missing else 0.0
    return BELONGING.row(Held(asked, inside, value, names, own, others, outside))


def _nearer(held: Held) -> int:
    """How many words nearer to the value another name stands than any of the question's; 0 where none does, or none of these is there."""
    if held.value is None or not held.own or not held.others:
        return 0
    at = [i for i, w in enumerate(held.inside) if w.start < held.value[1] and w.end > held.value[0]]
    own, other = (min(abs(i - j) for i in at for j in places) for places in (held.own, held.others))
    return max(0, own - other)


def _places(word: Word, inside: Sequence[Word], *, crossed: bool) -> list[int]:
    """Where a word of the question stands; in another language by its sound."""
    if crossed:
        heard = name_word(word.text)
        return [i for i, other in enumerate(inside) if name_word(other.text) == heard]
    return [i for i, other in enumerate(inside) if other.stem == word.stem]
