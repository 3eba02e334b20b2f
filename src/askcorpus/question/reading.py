"""How does one language read a question?  Its words, what they weigh, and which of its tokens are pieces of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from askcorpus.language.meanings import meanings
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Kind, Span, asked_kind, asks_for, asks_reason, is_keywords
from askcorpus.question.said import NOTHING, Said
from askcorpus.types import EncodedQuestion

Floats = npt.NDArray[np.float32]
Rarity = Callable[[Sequence[str]], Sequence[float]]
"""The idf of each of these words."""

ALIKE = (frozenset({"da", "nb", "nn", "no"}), frozenset({"bs", "hr", "sr"}), frozenset({"id", "ms"}))
"""Languages written so much alike that the words of one are found in the other."""
STOP_WEIGHT = 0.1  # a rare word's idf is 5 to 10: all stop words together decide only between passages with equal words
FEWEST_WORDS = 5  # of a question in full: "Who is Ada Berg?" has four
BEFORE_WEIGHT = 0.2  # of a word of the question before a follow-up: context, seldom what is asked for
PHRASE_REACH = 2  # words further: "bank of Norway" is a phrase, and what stands further apart is none
_LATIN_LETTER = re.compile(r"[a-zà-öø-ÿœßāăąćčďđēęěğģīįıķłļńňņőřśšşťțūůűųýžźż]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one language reads it."""

    text: str
    """As it was asked."""
    previous: str
    """The question before, which it follows up; empty where it follows none."""
    language: str | None
    """Of the passages that it is held against."""
    spoken: str | None
    """In which it is asked; None where that is not known."""
    words: tuple[Word, ...]
    """Of `whole`: first its own, then those of the question before."""
    weights: Floats
    """Shape (words,): idf, and a tenth for stop words; sums to 1."""
    phrases: tuple[tuple[int, int], ...]
    """Neighbouring content words, as places in `words`."""
    names: tuple[int, ...]
    """Places of the words that are names or numbers."""
    name_weights: Floats
    """Shape (words,): the weights of the names alone; sums to 1, or is 0 where there are none."""
    stems: frozenset[str]
    """Of its content words."""
    kind: Kind | None
    latest: bool
    """It asks for how things stand now."""
    said: Said
    """What the whole question says of its articles."""
    met: tuple[Span, ...]
    """What of that the article's source meets: blanks in `text`."""
    day: date | None
    """On which it is asked."""
    reason: bool
    """It asks why or how: the answer has no kind that a rule could find."""
    own: int
    """How many of the words are the question's own; the others are of the question before."""
    idf: float
    """The sum over its content words."""

    @property
    def crossed(self) -> bool:
        """Whether it is asked in another language than the passages are written in: then their words are not its words."""
        return apart(self.spoken, self.language)

    @property
    def of_now(self) -> bool:
        """Whether it is asked how things stand now, or who holds an office: "Who is the governor?"."""
        return self.latest or (self.kind is Kind.NAME and asks_for(self.text, "who_now"))

    @property
    def in_full(self) -> bool:
        """Whether it is a sentence: of a few words, or of what one types into a search, no reader has learned what they ask for."""
        return self.own >= FEWEST_WORDS and not is_keywords(self.text)

    @property
    def read_by(self) -> str | None:
        """By which language's rules its words are read."""
        return self.spoken if self.crossed else self.language

    @property
    def meanings(self) -> tuple[str | None, ...]:
        """What each of its words is in any language, as far as the tables tell."""
        known = meanings(self.spoken)
        return tuple(known.get(word.text) for word in self.words)

    @property
    def whole(self) -> str:
        """With the question before; offsets of `words` point into it."""
        return whole(self.text, self.previous)

    @property
    def latin(self) -> bool:
        """Whether at least half of its letters are Latin ones."""
        letters = _LETTER.findall(self.whole)
        return sum(1 for letter in letters if _LATIN_LETTER.match(letter)) * 2 >= len(letters)


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoded question as one language reads it."""

    asked: Asked
    encoded: EncodedQuestion
    token_weights: Floats
    """Shape (question tokens,): that of the word each is a piece of, 0 for punctuation; sums to 1."""
    token_words: Floats
    """Shape (question tokens, words): each word's column holds equal shares of its tokens and sums to 1."""


def whole(text: str, previous: str) -> str:
    """A question with the one that it follows up; in this order because a model cuts off the end."""
    return f"{text} {previous}" if previous else text


def apart(spoken: str | None, written: str | None) -> bool:
    """Whether these are two languages; what is not known, or is written alike, is not."""
    if spoken is None or written is None or spoken == written:
        return False
    return not any(spoken in alike and written in alike for alike in ALIKE)


def may_be_a_name(word: Word) -> bool:
    """Whether it has a capital, or stands in a script that has none."""
    return word.capital or without_capitals(word.text)


def without_capitals(text: str) -> bool:
    """Whether a word stands in a script that has no capitals, or as Georgian sets them in headings alone."""
    first = text[0]
    return first.isalpha() and (first.upper() == first.lower() or "\u10d0" <= first <= "\u10ff")


def asked(
    text: str,
    language: str | None,
    rarity: Rarity,
    *,
    previous: str = "",
    spoken: str | None = None,
    said: Said = NOTHING,
    met: tuple[Span, ...] = (),
    day: date | None = None,
) -> Asked:
    """The question, asked in the language `spoken` on this day, as `language` reads it.

    `previous` is the question that it follows up, which says less of what is asked. Of what it says of its articles (`said`), `met` is
    what their source meets; that is blanks in `text`.
    """
    both = whole(text, previous)
    inside = words(both, spoken if apart(spoken, language) else language)
    idf = rarity([both[word.start : word.end] for word in inside])
    weights = np.array(
        [
            (STOP_WEIGHT if word.stop else max(rare, STOP_WEIGHT)) * (1 if word.start < len(text) else BEFORE_WEIGHT)
            for word, rare in zip(inside, idf, strict=True)
        ],
        np.float32,
    )
    weights = weights / weights.sum() if len(weights) else weights
    content = [place for place, word in enumerate(inside) if not word.stop]
    names = tuple(p for p in content if (inside[p].capital and p > 0) or inside[p].text[0].isdigit())
    return Asked(
        text=text,
        previous=previous,
        language=language,
        spoken=spoken,
        words=inside,
        weights=weights,
        phrases=tuple((a, b) for a, b in pairwise(content) if b - a <= PHRASE_REACH),
        names=names,
        name_weights=_shares(weights, names),
        stems=frozenset(inside[p].stem for p in content),
        kind=asked_kind(text, language) or asked_kind(previous, language),
        latest=asks_for(text, "latest"),
        said=said,
        met=met,
        day=day,
        reason=asks_reason(text),
        own=sum(word.start < len(text) for word in inside),
        idf=sum(rare for rare, word in zip(idf, inside, strict=True) if not word.stop),
    )


def read(encoded: EncodedQuestion, asked: Asked) -> Reading:
    """The tokens of the question as pieces of its words."""
    inside = np.array(
        [[w.start < end and w.end > start for w in asked.words] for start, end in encoded.spans], np.float32
    ).reshape(len(encoded.spans), len(asked.words))
    return Reading(asked, encoded, token_weights(encoded, asked), inside / np.maximum(inside.sum(axis=0), 1))


def token_weights(encoded: EncodedQuestion, asked: Asked) -> Floats:
    """The weight of each token of the question: that of the word it is a piece of, 0 for punctuation; sums to 1."""
    weights = np.zeros(len(encoded.spans), np.float32)
    for i, (start, end) in enumerate(encoded.spans):
        for word, weight in zip(asked.words, asked.weights, strict=True):
            if word.start < end and word.end > start:
                weights[i] = max(weights[i], weight)
    total = weights.sum()
    return weights / total if total else weights


def content_weights(asked: Asked) -> dict[str, float]:
    """What each stem of the question weighs, function words left out."""
    return {w.stem: float(v) for w, v in zip(asked.words, asked.weights, strict=True) if not w.stop}


def _shares(weights: Floats, places: Sequence[int]) -> Floats:
    """The weights at these places, summing to 1, and 0 elsewhere."""
    shares = np.zeros(len(weights), np.float32)
    shares[list(places)] = weights[list(places)]
    shares /= max(float(shares.sum()), 1e-9)  # where there are none: 0, not 0 / 0
    return shares
