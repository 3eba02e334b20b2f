"""Which part of a quote is what the question asks for?  Of the things of the asked kind in it, the one that fits best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from askcorpus.answer.changes import was_before
from askcorpus.answer.values import is_bare_year
from askcorpus.language.numerals import money_words, share_words
from askcorpus.language.question_words import words as words_of
from askcorpus.language.sounds import sound
from askcorpus.language.tables import chosen, listed, table
from askcorpus.language.words import Word, words
from askcorpus.question.kinds import (
    CAPITAL_NOUNS,
    Kind,
    Span,
    after_which,
    asks_for,
    asks_money,
    asks_place,
    is_date_word,
    named,
)
from askcorpus.question.reading import Asked, content_weights
from askcorpus.question.said import times
from askcorpus.retrieval.found import Ranked

_USUAL = ("en", "de", "fr", "es", "it", "ru")
"""By whose words a quote is read whose language is not known."""
_DATELINE = re.compile(r"([^\W\d_][^\n.!?()–—,-]{2,40}?)\s?(?:\([^\n()]{2,30}\))?(?:,\s[^\n–—-]{2,30})?\s[-–—]{1,2}\s")
_ENDS = " .!?…。।؟\u00a0\"'”’»"
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")
WORDS_OF_PLACE = 3
WORDS_BEFORE_PLACE = 5  # "in the narrow gorge of Suhodol"
SURE = 0.1
"""How likely a part of a sentence must be what was asked for to be taken for it."""
FITS = 0.2
"""What a rule is worth, in shares of the question's weight one word away.  Of marks in right first quotes that share a word with
an answer, the rules make .706 from .675 on squad2, .711 from .686, .605 from .532, .740 from .726 on xquad-en, -de, -es."""


def mark(quote: str, asked: Asked, best: Span) -> Span | None:
    """Where the quote names what was asked for: in its `best` sentence if that names one; None where nothing fits."""
    return next(iter(marks(quote, asked, best)), None)


def marks(quote: str, asked: Asked, best: Span) -> Sequence[Span]:
    """Where the quote names things of the kind that was asked for, what fits best first."""
    if asked.kind is None:
        return ()
    inside = words(quote, asked.language)
    spans = named(asked.kind, quote, inside, besides=asked_itself(asked, inside), language=asked.language)
    spans = tuple(span for span in spans if span[0] >= dateline(quote))
    weight = content_weights(asked)
    before = was_before(quote, spans, asked.language) if asked.kind is Kind.NUMBER else ()

    def fitness(span: Span) -> tuple[bool, bool, float, int]:
        in_best = best[0] <= span[0] and span[1] <= best[1]
        return in_best, span not in before, fit(asked, quote, inside, span) + nearness(span, inside, weight), -span[0]

    return sorted(spans, key=fitness, reverse=True)


def part(ranked: Ranked, place: int, *, least: float = SURE) -> Span | None:
    """Which part of the sentence in this place of a candidate reading takes for what was asked for, in offsets of the article's text.

    None where it is not sure, or was not read.
    """
    if ranked.judged is None or not ranked.judged.parts:
        return None
    one, start = ranked.judged.parts[place], ranked.candidate.passage.start
    return (start + one.start, start + one.end) if one.probability >= least else None


def stand_alone(sentence: str, asked: Asked) -> bool:
    """Whether the sentence has one number, and nothing behind it that it could count: what that is was said before."""
    numbers = named(
        Kind.NUMBER, sentence, words(sentence, asked.language), besides=frozenset(), language=asked.language
    )
    if len(numbers) != 1:
        return False
    start, end = numbers[0]
    ends = not sentence[end:].strip(_ENDS) and not sentence[:start].rstrip().endswith((",", "،"))
    return ends and not is_bare_year(sentence[start:end]) and next(times(sentence, asked.language), None) is None


def dateline(text: str) -> int:
    """Where a sentence begins behind "SUND (PSW), Monday - "; 0 where it has no such beginning.

    In a script without capitals it is a few words at most.
    """
    found = _DATELINE.match(text)
    if found is None or found[1] != found[1].upper():
        return 0
    return found.end() if found[1].isupper() or len(found[1].split()) <= WORDS_OF_PLACE else 0


def asked_itself(asked: Asked, inside: Sequence[Word]) -> frozenset[str]:
    """The stems by which a quote calls what the question names, in another language by their sound."""
    if not asked.crossed:
        return asked.stems
    sounds = {sound(word.text) for word in asked.words if not word.stop} - {""}
    return asked.stems | {word.stem for word in inside if sound(word.text) in sounds}


def stands_in(sentence: str, name: Span, language: str | None) -> bool:
    """Whether a name is said to be where something is: "in the gorge of Suhodol"."""
    places = words_of(chosen("question_words", language, _USUAL), "place_before")
    before = [word.text for word in words(sentence[: name[0]], language)][-WORDS_BEFORE_PLACE:]
    return not places.isdisjoint(before)


def fit(asked: Asked, quote: str, inside: Sequence[Word], span: Span) -> float:
    """What speaks for a span by itself, whatever stands near it; 0 where nothing does or nothing speaks against it.

    `inside` holds the words of the quote.
    """
    named_so = quote[span[0] : span[1]]
    if asked.kind is Kind.NUMBER:
        return _number_fit(asked, named_so)
    if asked.kind is Kind.DATE:
        return FITS if asks_for(asked.text, "year") and _YEAR.search(named_so) else 0.0
    return _name_fit(asked, quote, inside, span)


def nearness(span: Span, inside: Sequence[Word], weight: Mapping[str, float]) -> float:
    """The question's words weighed by how few words of the quote, whose words `inside` holds, stand between them and the span."""
    of_span = [i for i, w in enumerate(inside) if w.start < span[1] and w.end > span[0]]
    if not of_span:
        return 0.0
    first, last = of_span[0], of_span[-1]
    return sum(
        weight.get(w.stem, 0.0) / (1 + (first - i if i < first else i - last))
        for i, w in enumerate(inside)
        if i < first or i > last
    )


def _number_fit(asked: Asked, number: str) -> float:
    if asks_for(asked.text, "share"):
        return FITS if _has_one(number, share_words(asked.language)) else 0.0
    if is_bare_year(number):
        return -FITS
    return FITS if asks_money(asked.text) and _has_one(number, money_words(asked.language)) else 0.0


def _has_one(number: str, words_of_unit: Sequence[str]) -> bool:
    lower = number.lower()
    return any(word in lower for word in words_of_unit)


def _name_fit(asked: Asked, quote: str, inside: Sequence[Word], span: Span) -> float:
    name = quote[span[0] : span[1]]
    of_name = [w for w in inside if w.start < span[1] and w.end > span[0]]
    if all(w.stop or is_date_word(w.text, asked.language) for w in of_name):
        return -2 * FITS  # behind any name, even one that a rule speaks against
    total = -FITS if len(of_name) == 1 and asked.language in CAPITAL_NOUNS else 0.0
    if _head(asked).intersection(w.stem for w in of_name):
        total += FITS
    if (
        _adjective(name, asked.language)
        and quote[span[1] : span[1] + 1] == " "
        and not asks_for(asked.text, "adjective")
    ):
        total -= FITS
    read_by = chosen("question_words", asked.language, _USUAL)
    articles, places, agents = (words_of(read_by, key) for key in ("articles", "place_before", "agent_before"))
    before = [w.text for w in inside if w.end <= span[0] and w.text not in articles]
    if before and asks_place(asked.text):
        total += FITS * (before[-1] in places)
    elif before and asks_for(asked.text, "who"):
        total += FITS * ((before[-1] in agents) - (before[-1] in places))
    return total


def _adjective(name: str, language: str | None) -> bool:
    """Whether the name is an adjective that its language writes with a capital: it says whose the thing is that follows."""
    row = table("question_words", language or "en")
    endings, whole = (listed(row.get(key, "")) for key in ("adjective_endings", "adjectives"))
    return name.lower() in whole or (
        " " not in name and name[:1].isupper() and len(name) > 2 and name.endswith(endings)
    )


def _head(asked: Asked) -> frozenset[str]:
    """The stem of the noun that the question's "which" or "what" belongs to: which *bank*, welches Unternehmen."""
    start = after_which(asked.text)
    if start is None:
        return frozenset()
    after = [w for w in asked.words if w.start >= start][:1]
    return frozenset(w.stem for w in after if not w.stop)
