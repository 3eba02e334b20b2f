"""Is an article about what was asked, or what was asked before?  It is where it names it."""

from __future__ import annotations

from collections.abc import Sequence

from askcorpus.language.sounds import NEAR, one_name
from askcorpus.language.words import words
from askcorpus.question.reading import CAPITAL_NOUNS, Asked, may_be_a_name
from askcorpus.retrieval.found import Found
from askcorpus.types import Article


def names_all(article: Article, asked: Asked, places: Sequence[int]) -> bool:
    """Whether all words of a question at these places stand in an article; in another language they are names."""
    return set(places) == _named(article, asked, places)


def names(article: Article, said: str, name: str) -> bool:
    """Whether what an article says, or its title, has all words of this name, in whatever script."""
    inside = {word.text for word in words(f"{article.title}\n{said}", article.source.language)}
    wanted = [word for word in words(name, article.source.language) if not word.stop]
    return all(word.text in inside or any(one_name(word.text, other) for other in inside) for word in wanted)


def only_naming(found: Found, name: str) -> Found:
    """What was found, without articles in which this name does not stand."""
    articles = {r.candidate.passage.article.id: r.candidate.passage.article for r in found.ranked}
    return found.without({key for key, article in articles.items() if not names(article, article.text, name)})


def without_other_subjects(found: Found) -> Found:
    """What was found for a follow-up, without articles that name nothing of what the question before is about.

    Where the follow-up brings names of its own, or the question before has none, all articles stay.
    """
    other: set[str] = set()
    for ranked in found.ranked:
        article, evidence = ranked.candidate.passage.article, ranked.evidence
        before = _names_before(evidence.asked)
        if before and not (evidence.present[:, before] >= NEAR).any() and not _named(article, evidence.asked, before):
            other.add(article.id)
    return found.without(other)


def _names_before(asked: Asked) -> list[int]:
    """Places of the names of the question before, where the question itself has none."""
    own = [place for place in asked.names if place < asked.own]
    if own or not asked.previous or asked.read_by in CAPITAL_NOUNS:
        return []
    return [
        place for place in asked.names if place > asked.own
    ]  # what opens a question is written with a capital anyhow


def _named(article: Article, asked: Asked, places: Sequence[int]) -> set[int]:
    """Those of the places whose word stands somewhere in the article."""
    if not places:
        return set()
    inside = words(f"{article.title}\n{article.text}", article.source.language)
    if asked.crossed:
        names = {word.text for word in inside if may_be_a_name(word)}
        return {place for place in places if any(one_name(asked.words[place].text, name) for name in names)}
    stems = {word.stem for word in inside}
    return {place for place in places if asked.words[place].stem in stems}
