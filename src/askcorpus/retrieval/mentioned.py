"""Which words of the question does the article that is to answer it mention anywhere?  One on another town lacks the town's name.

A passage need not repeat what its article is about, so that a word that it lacks says little; that the whole article lacks says much,
the more where it is a name, however common that name is in the other articles.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from askcorpus.language.endings import one_form
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import CAPITAL_NOUNS
from askcorpus.question.reading import Asked, may_be_a_name
from askcorpus.retrieval.columns import Columns
from askcorpus.retrieval.crossed import Ear
from askcorpus.types import Passage

Floats = npt.NDArray[np.float32]
AROUND = 60_000
"""Characters before and behind the passage that are looked at: some twenty pages of a book, all of an article."""
REMEMBERED = 64  # texts whose words are kept: of one question some are looked at again


@dataclass(frozen=True, slots=True)
class Mentioned:
    """How near the nearest word of the article comes to each of these words of the question; 1 is the word itself."""

    names: Floats
    numbers: Floats
    others: Floats


MENTIONED: Columns[Mentioned] = Columns(
    {
        "lacks_name": lambda m: _worst(m.names),
        "lacks_names": lambda m: _share(m.names),
        "lacks_number": lambda m: _worst(m.numbers),
        "lacks_words": lambda m: _share(m.others),
    }
)
"""Of the article: what it lacks, from 0 to 1; 0 where the question has no such word."""


def mentioned(asked: Asked, passage: Passage) -> Floats:
    """What the article of this passage lacks of the question as it reads it: float32 of shape (len(MENTIONED.names),).

    What the question says of time and outlet is left out: the article's source may meet that.
    """
    near = _near(asked, passage)
    content = [
        place
        for place, word in enumerate(asked.words[: asked.own])
        if not word.stop and not any(start <= word.start and word.end <= end for start, end in asked.said.spans)
    ]
    numbers = [place for place in content if asked.words[place].text[0].isdigit()]
    known = asked.names if asked.read_by not in CAPITAL_NOUNS else ()
    names = [place for place in content if place in known and place not in numbers]
    others = [place for place in content if place not in numbers and place not in names]
    return MENTIONED.row(Mentioned(near[names], near[numbers], near[others]))


def _near(asked: Asked, passage: Passage) -> Floats:
    """For each word of the question how near the nearest word of the article comes to it, from 0 to 1."""
    article = passage.article
    around = article.text[max(0, passage.start - AROUND) : passage.end + AROUND]
    inside = _words(f"{article.title}\n\n{around}", article.source.language)
    if asked.crossed:
        return np.array(Ear(asked).met(inside), np.float32)
    stems = {word.stem for word in inside}
    near = np.array([word.stem in stems for word in asked.words], np.float32)
    missing = [place for place in asked.names if not near[place] and asked.words[place].text.isalpha()]
    if missing:
        forms = {word.text for word in inside if not word.stop and may_be_a_name(word)}
        for place in missing:
            name = asked.words[place].text
            near[place] = any(one_form(name, form, article.source.language) for form in forms)
    return near


@functools.lru_cache(maxsize=REMEMBERED)
def _words(text: str, language: str | None) -> tuple[Word, ...]:
    return words(text, language)


def _worst(near: Floats) -> float:
    return float(1 - near.min(initial=1.0))


def _share(near: Floats) -> float:
    return float((1 - near).mean()) if len(near) else 0.0
