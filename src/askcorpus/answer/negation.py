"""Does a question ask what is not so?  Then the sentence that denies the very thing is its answer, not the one that tells it of others.

"Who has not signed the accord?" shares more words with "Fourteen states signed the accord" than with "Five did not sign".  To raise all
sentences with a "not" gains nothing (22 of 33 such questions right with it and without); those that deny the word that is denied in the
question are meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from askcorpus.language.question_words import phrases
from askcorpus.language.tables import chosen
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Span
from askcorpus.question.reading import Asked
from askcorpus.retrieval.found import Found, Ranked
from askcorpus.types import Article, Hit

REACH = 3  # words behind "not" in which the denied one stands: "not yet been signed"
AHEAD = 0.01  # log-odds: nothing but the first place
_USUAL = ("en", "de", "fr", "es", "it", "pt", "ru")
"""By whose words a question or a sentence is read whose language is not known."""


def what_is_not(found: Found) -> Found:
    """What was found, the denial before all else where the question asks for one and the article that fits best has one."""
    if not found.ranked:
        return found
    best = found.ranked[0]
    article, denied = best.candidate.passage.article, _denied(best.evidence.asked)
    denials = {
        span: one
        for one in found.ranked
        if denied and one.candidate.passage.article.id == article.id
        for span, _ in one.sentences
        if _denies_any(article, span, denied)
    }
    if not denials:
        return found
    span, said = max(denials.items(), key=lambda item: (dict(item[1].sentences)[item[0]], -item[0][0]))
    first = _raised(said, span, best.score + AHEAD)
    rest = tuple(one for one in found.ranked if one is not said)
    return replace(found, ranked=(first, *rest), hits=_with_first(found.hits, first))


def _raised(one: Ranked, span: Span, score: float) -> Ranked:
    """The candidate with this score, and this sentence as its best."""
    top = max(score for _, score in one.sentences) + AHEAD
    return replace(one, score=score, sentences=tuple((s, top if s == span else old) for s, old in one.sentences))


def _with_first(hits: Sequence[Hit], first: Ranked) -> tuple[Hit, ...]:
    """The hits, that of this candidate's passage before the others."""
    passage = first.candidate.passage
    its = next(
        (
            h
            for h in hits
            if h.passage.article.id == passage.article.id and h.passage.start <= passage.start < h.passage.end
        ),
        None,
    )
    raised = replace(its, score=first.score) if its else Hit(passage, first.score)
    return (raised, *(hit for hit in hits if hit is not its))


def _denied(asked: Asked) -> frozenset[str]:
    """The stems of the words that the question denies; none in another language than its own.

    Why something is not so is told in any words: who asks that knows that it is not.
    """
    own = asked.words[: asked.own]
    return frozenset() if asked.crossed or asked.reason else frozenset(_behind_each_not(own, asked.language))


def _denies_any(article: Article, span: Span, denied: frozenset[str]) -> bool:
    """Whether a sentence denies one of these words."""
    language = article.source.language
    return not denied.isdisjoint(_behind_each_not(words(article.text[slice(*span)], language), language))


def _behind_each_not(inside: Sequence[Word], language: str | None) -> Iterator[str]:
    """The stem of the first content word behind each "not", where one is near."""
    codes = chosen("question_words", language, _USUAL)
    deny = [
        any(phrases(code, "negations").begin(f" {word.text} {after.text} ") for code in codes)
        for word, after in pairwise((*inside, *inside[-1:]))
    ]
    for place, denies in enumerate(deny):
        if denies:
            near = range(place + 1, min(place + 1 + REACH, len(inside)))
            stems = (inside[i].stem for i in near if not inside[i].stop and not inside[i].capital and not deny[i])
            yield from islice(stems, 1)
