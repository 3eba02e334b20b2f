"""Is an article about what was asked, or what was asked before?  It is where it names it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from askcorpus.language.endings import look_alike, one_form, shortest
from askcorpus.language.sounds import NEAR, one_name
from askcorpus.language.words import Word, forms_in, words
from askcorpus.question.kinds import CAPITAL_NOUNS
from askcorpus.question.reading import Asked, may_be_a_name, without_capitals
from askcorpus.retrieval.found import Found
from askcorpus.types import Article

if TYPE_CHECKING:  # it brings faiss with it, which the bot's library need not load
    from askcorpus.store.snapshot import Snapshot

LIKENESS = 4
"""Letters of a name of which it can be said that another looks like it: of three, any two that are alike make it so."""
# Latin, Greek, Cyrillic, Armenian, and what points them.
_SCRIPTS_WITH_CAPITALS = re.compile("[\0-\u058f\u1e00-\u206f]+")


def names_all(article: Article, asked: Asked, places: Sequence[int]) -> bool:
    """Whether all words of a question at these places stand in an article; in another language they are names."""
    return set(places) == _named(article, asked, places)


def names(article: Article, said: str, name: str) -> bool:
    """Whether what an article says, or its title, has all words of this name, in whatever script."""
    inside = {word.text for word in words(f"{article.title}\n{said}", article.source.language)}
    wanted = [word for word in words(name, article.source.language) if not word.stop]
    return all(word.text in inside or any(one_name(word.text, other) for other in inside) for word in wanted)


def names_alike_only(article: Article, asked: Asked, unknown: Callable[[Sequence[str]], Sequence[bool]]) -> bool:
    """Whether an article names none but a namesake: a name of the question is not in it in any form, and one that looks alike is.

    `unknown` tells of words whether the model can take one for another.  In another language than the question's one name is enough.
    """
    names = [word.text for word in asked.words[: asked.own] if _names_one(word)]
    if not any(unknown(names)):  # before all of an article is cut into words
        return False
    language = article.source.language
    forms = _names_in(f"{article.title}\n{article.text}", language)
    absent = [name for name in names if not any(one_form(name, word, language) for word in forms)]
    if asked.crossed and len(absent) < len(names):
        return False
    inside = [word for word in forms if len(word) >= LIKENESS]
    mistaken = [name for name in absent if any(look_alike(name, word) for word in inside)]
    return any(unknown(mistaken))


def _names_one(word: Word) -> bool:
    """Whether a word may be of a name that is long enough for another to look like it."""
    return not word.stop and may_be_a_name(word) and len(word.text) >= LIKENESS and word.text.isalpha()


def _names_in(text: str, language: str | None) -> set[str]:
    """The words of a whole article that may be of names.  A question asks it of a dozen articles: what is in small letters is left out
    before it is cut into words."""
    runs = text.split()
    kept = [run for run in runs if not (run.islower() and _SCRIPTS_WITH_CAPITALS.fullmatch(run))]
    if len(kept) < len(runs):
        kept.append("a")  # not all was in capitals, then
    least = shortest(language, LIKENESS)
    return {
        text
        for _, forms in forms_in(" ".join(kept), language)
        for _, _, text, _, stop, capital in forms
        if not stop and len(text) >= least and (capital or without_capitals(text)) and text.isalpha()
    }


class Pieces(Protocol):
    """Knows into how many pieces a model cuts a word."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text."""
        ...


def namesakes(articles: Iterable[Article], found: Found, snapshot: Snapshot, pieces: Pieces) -> frozenset[str]:
    """The ids of those articles that tell of another thing, whose name only looks like the one that is asked about.

    A name that the model knows whole it tells from others itself.  Where capitals show no names, one is what stands in no article.
    """

    def unknown(names: Sequence[str], asked: Asked) -> list[bool]:
        cut = [count > 1 for count in pieces.count_tokens(names)]
        if asked.read_by in CAPITAL_NOUNS or not any(word.capital for word in asked.words):
            return [*map(all, zip(cut, snapshot.missing(names, asked.spoken), strict=True))]
        return cut

    return frozenset(
        article.id
        for article in {one.id: one for one in articles}.values()
        if names_alike_only(article, asked := found.asked_of(article), partial(unknown, asked=asked))
    )


def without_namesakes(found: Found, snapshot: Snapshot, pieces: Pieces) -> Found:
    """What was found, without articles on namesakes of what is asked about.

    Only those in the question's language, as elsewhere names are translated and written in other letters, and where capitals tell
    names from other words: of those many look alike, "Baumart" and "Baumarten", in German as in Arabic.
    """
    alike = (r.candidate.passage.article for r in found.ranked if _shows_names(r.evidence.asked))
    others = namesakes(alike, found, snapshot, pieces)
    return found.without(others) if others else found


def _shows_names(asked: Asked) -> bool:
    """Whether capitals show which words of a question are names, and its passages may spell them as it does."""
    return not asked.crossed and asked.read_by not in CAPITAL_NOUNS and any(word.capital for word in asked.words)


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
