"""Which stories are about the same thing, and which words of theirs say so?  Knows a story's title and first paragraph, and how rare a word is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from askcorpus.language.numerals import spelt
from askcorpus.language.words import Word, words
from askcorpus.types import Passage

Weigh = Callable[[Sequence[str]], Sequence[float]]
"""How rare each of these words is in the corpus: 1 for what stands in none of its passages, 0 for what stands in all."""
TOGETHER, OTHER_WORD = 0.8, 0.4
"""What two stories share at least, a rare name counting 1 and any other rare word less: two stories that "open" something may have
nothing in common.  By tens of neighbouring days of two sets of 90 invented articles: pairs rightly together are .87 of those that are
put together and .65 of those that belong, at .7 and .5 it is .81 and .71; better one story apart than two under a wrong heading."""
WORD_OR_NAME = 0.5  # in a language whose capitals do not tell the one from the other
NOUNS_ARE_CAPITALS = frozenset({"de", "lb"})
LETTERS = 2  # of a word that may be what a story is about; a number is not


@dataclass(frozen=True, slots=True)
class _Story:
    """The words of a title and a first paragraph."""

    title: str
    words: tuple[Word, ...]
    """Those of the title."""
    forms: frozenset[str]
    """How all of its content words are written, and their stems."""
    names: frozenset[str]
    """Those forms that begin with a capital within a sentence."""
    capitals_tell: bool
    """Whether a capital within a sentence tells a name."""
    said: frozenset[str]
    """Content words as they are written, in lower case: of one form each."""


def grouped(stories: Sequence[Passage], weigh: Weigh, *, about: str = "") -> tuple[tuple[int, str], ...]:
    """The places of the stories in a new order, those that are about the same together, each with the words that say what that is.

    A group stands where its first story does. The words are those of a title; none for a story that stands alone. What all are
    `about` says nothing of any.
    """
    told = [_story(passage, about) for passage in stories]
    weights = _weights(told, weigh)
    left, order = list(range(len(told))), list[tuple[int, str]]()
    while left:
        first, *others = left
        same = [first, *(place for place in others if _shared(told[first], told[place], weights) >= TOGETHER)]
        heading = _heading([told[place] for place in same], weights) if len(same) > 1 else ""
        same = same if heading else [first]
        order += [(place, heading) for place in same]
        left = [place for place in left if place not in same]
    return tuple(order)


def _story(passage: Passage, about: str) -> _Story:
    article = passage.article
    language = article.source.language
    title = words(article.title, language)
    lead = words(passage.text, language)
    known = {form for word in words(about, language) for form in (word.text, word.stem)}
    known |= set(spelt(language))
    content = [word for word in (*title, *lead) if _tells(word) and not {word.text, word.stem} & known]
    names = [
        word
        for before, word in pairwise(lead)
        if word.capital and _tells(word) and "." not in passage.text[before.end : word.start]
    ]
    tell = language not in NOUNS_ARE_CAPITALS and article.title.upper() != article.title.lower()
    capitals = names if tell else ()
    return _Story(
        article.title,
        tuple(word for word in title if word in content),
        frozenset(form for word in content for form in (word.text, word.stem)),
        frozenset(form for word in capitals for form in (word.text, word.stem)),
        tell,
        frozenset(word.text for word in content),
    )


def _tells(word: Word) -> bool:
    return not word.stop and word.end - word.start >= LETTERS and not word.text[0].isdigit()


def _weights(told: Sequence[_Story], weigh: Weigh) -> dict[str, float]:
    """Of each form that two stories share how rare it is: 1 for the rarest that two can share."""
    shared = sorted({form for i, one in enumerate(told) for other in told[i + 1 :] for form in one.said & other.forms})
    if not shared:
        return {}
    return dict(zip(shared, weigh(shared), strict=True))


def _shared(one: _Story, other: _Story, weights: dict[str, float]) -> float:
    """What two stories share."""
    both = one.said & other.forms
    names = one.names | other.names
    other_word = OTHER_WORD if one.capitals_tell and other.capitals_tell else WORD_OR_NAME
    return sum(weights.get(form, 0.0) * (1.0 if form in names else other_word) for form in both)


def _heading(same: Sequence[_Story], weights: dict[str, float]) -> str:
    """A name, or words side by side, that most of the stories share, as they stand in a title; the rarest such."""
    best, found = 0.0, ""
    names = frozenset[str]().union(*(story.names for story in same))
    for story in same:
        others = [other for other in same if other is not story]
        held = [sum(bool({word.text, word.stem} & other.forms) for other in others) for word in story.words]
        named = [bool({word.text, word.stem} & names) for word in story.words]
        for place, word in enumerate(story.words):
            is_name = named[place]
            weight = max(weights.get(word.text, 0.0), weights.get(word.stem, 0.0)) * (1.0 if is_name else OTHER_WORD)
            first, last = _run(story, [n * (is_name <= one) for n, one in zip(held, named, strict=True)], place)
            if held[place] * weight > best and (
                is_name or first < last
            ):  # "years" alone is nothing that a story is about
                best, found = held[place] * weight, story.title[story.words[first].start : story.words[last].end]
    return found


def _run(story: _Story, held: Sequence[int], place: int) -> tuple[int, int]:
    """The first and the last of the words that stand side by side with this one and are shared as often."""
    first = last = place
    while first and held[first - 1] >= held[place] and _beside(story, first - 1):
        first -= 1
    while last + 1 < len(story.words) and held[last + 1] >= held[place] and _beside(story, last):
        last += 1
    return first, last


def _beside(story: _Story, place: int) -> bool:
    """Whether nothing but a space parts this word of the title from the next."""
    return not story.title[story.words[place].end : story.words[place + 1].start].strip("-‐ ")
