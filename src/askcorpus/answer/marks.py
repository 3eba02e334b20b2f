"""Which part of a quote is what the question asks for?  Of the things of the asked kind in it, the one that fits best."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from askcorpus.language.words import Word, words
from askcorpus.question.kinds import Kind, Span, is_date_word, named
from askcorpus.question.reading import CAPITAL_NOUNS, Asked, content_weights

_PLACE_WORDS = frozenset(
    "in at near from to im am aus nach bei à au aux en desde hacia в во на из von across throughout".split()
)
_AGENT_WORDS = frozenset("by von vom durch par por da od door".split())
_ASKS_PLACE = re.compile(
    r"^\W*(?:from |to |in |de |desde |a |aus )?(?:where|wo|woher|wohin|où|dónde|dove|где|куда|откуда|waar)\b"
    r"|\b(?:which|what|in welche[mnrs]?|welche[mnrs]?|quel(?:le)?|qué|en qué) (?:\w+ )?(?:country|city|town|state|region|island|land|stadt|pays|ville|país|ciudad)\b",
    re.IGNORECASE,
)
_ASKS_PERSON = re.compile(
    r"\b(?:who|whom|whose|wer|wen|wem|wessen|qui|quién(?:es)?|кто|кого|кому|кем|chi)\b", re.IGNORECASE
)
_ASKS_SHARE = re.compile(
    r"percent|proportion|\bshare\b|fraction|prozent|anteil|pourcentage|porcentaje|proporción|процент|доля",
    re.IGNORECASE,
)
_ASKS_YEAR = re.compile(r"\b(?:year|jahr\w*|année|año|году|год|anno)\b", re.IGNORECASE)
_ASKS_MONEY = re.compile(
    r"how much|\b(?:cost|price|paid|worth|spen[dt])\b|teuer|kost\w*|combien coût|cuánto c(?:uesta|ostó)|сколько сто",
    re.IGNORECASE,
)
_SHARE = re.compile(r"%|per ?cent|prozent|pour cent|por ciento|процент", re.IGNORECASE)
_MONEY = re.compile(r"[$€£¥₽]|dollar|euro|pound|franc|crown|krone|peso|рубл|million|billion|milli", re.IGNORECASE)
_BARE_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d\d(?!\d)")
_ASKS_ADJECTIVE = re.compile(
    r"nationalit|language|sprache|langue|idioma|lengua|religion|denomination|ethnic", re.IGNORECASE
)
_WHICH = re.compile(r"\b(?:which|what|welche[mnrs]?|quel(?:le)?s?|qué|quale|которая|какая|какой)\s", re.IGNORECASE)
# English writes these with a capital; they say whose the thing is that follows, and name nothing themselves.
_ADJECTIVE = re.compile(
    r"(?:[A-Z]\w+(?:ian|ean|ese|ish|can|stani)|French|German|Dutch|Swiss|Greek|Welsh|Czech|Thai|Iraqi|Israeli|Norman|Arab|Chechen|Serb)$"
)
_ARTICLES = frozenset("the a an der die das dem den einem einer le la les l el los las il lo".split())
FITS = 0.2
"""What a rule is worth, in shares of the question's weight one word away.  Of marks in right first quotes that share a word with
an answer, the rules make .706 from .675 on squad2, .711 from .686, .605 from .532, .740 from .726 on xquad-en, -de, -es."""


def mark(quote: str, asked: Asked, best: Span) -> Span | None:
    """Where the quote names what was asked for: in its `best` sentence if that names one; None where nothing fits."""
    if asked.kind is None:
        return None
    inside = words(quote, asked.language)
    spans = named(asked.kind, quote, inside, besides=asked.stems)
    if not spans:
        return None
    weight = content_weights(asked)

    def fitness(span: Span) -> tuple[bool, float, int]:
        in_best = best[0] <= span[0] and span[1] <= best[1]
        return in_best, fit(asked, quote, inside, span) + nearness(span, inside, weight), -span[0]

    return max(spans, key=fitness)


def fit(asked: Asked, quote: str, inside: Sequence[Word], span: Span) -> float:
    """What speaks for a span by itself, whatever stands near it; 0 where nothing does or nothing speaks against it.

    `inside` holds the words of the quote.
    """
    named_so = quote[span[0] : span[1]]
    if asked.kind is Kind.NUMBER:
        return _number_fit(asked, named_so)
    if asked.kind is Kind.DATE:
        return FITS if _ASKS_YEAR.search(asked.text) and _YEAR.search(named_so) else 0.0
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
    if _ASKS_SHARE.search(asked.text):
        return FITS if _SHARE.search(number) else 0.0
    if _BARE_YEAR.fullmatch(number):
        return -FITS
    return FITS if _ASKS_MONEY.search(asked.text) and _MONEY.search(number) else 0.0


def _name_fit(asked: Asked, quote: str, inside: Sequence[Word], span: Span) -> float:
    name = quote[span[0] : span[1]]
    of_name = [w for w in inside if w.start < span[1] and w.end > span[0]]
    if all(w.stop or is_date_word(w.text) for w in of_name):
        return -2 * FITS  # behind any name, even one that a rule speaks against
    total = -FITS if len(of_name) == 1 and asked.language in CAPITAL_NOUNS else 0.0
    if _head(asked).intersection(w.stem for w in of_name):
        total += FITS
    if _ADJECTIVE.fullmatch(name) and quote[span[1] : span[1] + 1] == " " and not _ASKS_ADJECTIVE.search(asked.text):
        total -= FITS
    before = [w.text for w in inside if w.end <= span[0] and w.text not in _ARTICLES]
    if before and _ASKS_PLACE.search(asked.text):
        total += FITS * (before[-1] in _PLACE_WORDS)
    elif before and _ASKS_PERSON.search(asked.text):
        total += FITS * ((before[-1] in _AGENT_WORDS) - (before[-1] in _PLACE_WORDS))
    return total


def _head(asked: Asked) -> frozenset[str]:
    """The stem of the noun that the question's "which" or "what" belongs to: which *bank*, welches Unternehmen."""
    which = _WHICH.search(asked.text)
    if which is None:
        return frozenset()
    after = [w for w in asked.words if w.start >= which.end()][:1]
    return frozenset(w.stem for w in after if not w.stop)
