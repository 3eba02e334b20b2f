"""What kind of thing does a question ask for, and where does a sentence name one?  Rules for the commonest question words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from askcorpus.language.words import Word

Span = tuple[int, int]


class Kind(Enum):
    """What an answer has to be."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


# Tried in this order; the first that matches decides.
_QUESTION_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for kind, pattern in (
        (
            Kind.DATE,
            r"when|(?:what|which|in what|in which) (?:\w+ )?(?:year|date|day|month|century|decade|time)s?|since when|how long ago"
            r"|wann|seit wann|(?:welche[mnrs]?|im welchen) (?:jahr|tag|monat|datum|jahrhundert)\w*"
            r"|quand|(?:quelle|quel) (?:année|date|jour|mois|siècle)|cuándo|qué (?:año|fecha|día|mes|siglo)"
            r"|quando|(?:che|quale|qual) (?:anno|data|giorno|mese)|когда|(?:в каком|какого|каком) (?:году|года|числа|месяце|веке)|wanneer",
        ),
        (
            Kind.NUMBER,
            r"how (?:many|much|old|long|far|high|tall|big|large|fast|often|deep|wide|heavy)"
            r"|(?:what|which) (?:(?:is|was|are|were|will be) (?:the |its |their )?(?:\w+ ){0,3})?(?:\w+ )?"
            r"(?:percentage|percent|share|number|amount|proportion|fraction|population|price|cost|size|capacity|rate|speed|age"
            r"|temperature|length|height|score|total|sum|value)"
            r"|at what (?:age|price|speed|rate)|wie ?(?:viele?[nr]?|hoch|alt|lange?|gro(?:ß|ss)|weit|oft|teuer|schnell)|combien"
            r"|quelle (?:proportion|part|somme|taille|capacité)|quel (?:âge|nombre|montant|pourcentage|prix)"
            r"|cuánt[oa]s?|qué (?:porcentaje|cantidad|número|edad|precio)|quant[oaie]s?|сколько|какова? (?:доля|сумма|численность)|hoeveel",
        ),
        (
            Kind.NAME,
            r"who|whom|whose|where|(?:what|which) (?:\w+ )?(?:company|companies|airline|country|countries|city|cities|town|state"
            r"|person|man|woman|bank|team|group|organi[sz]ation|university|school|river|minister|president|author|player|region"
            r"|island|party|newspaper|agency|firm)|what (?:is|was) the name|named?|called"
            r"|wer|wen|wem|wessen|wo|woher|wohin|welche[mnrs]? (?:firma|land|stadt|unternehmen|person|universität|fluss|partei|team)"
            r"|qui|où|quel(?:le)? (?:entreprise|pays|ville|société|équipe|personne|banque)|quién(?:es)?|dónde"
            r"|qué (?:empresa|país|ciudad|equipo|persona|universidad)|chi|dove|кто|кого|кому|кем|где|куда|откуда"
            r"|как(?:ая|ой|ую) (?:компания|страна|город|банк)|wie|waar",
        ),
    )
)
_REASON = re.compile(
    r"\b(?:why|how (?:did|do|does|was|were|is|are|can|could|has|have|had|come|would|should)|what (?:caused|led to)"
    r"|warum|weshalb|wieso|wodurch|pourquoi|por qué|perché|почему|зачем|отчего|waarom)\b|^\W*(?:cómo|comment|wie (?!viel|lang|alt|hoch|groß|weit|oft|teuer|schnell)|как)\b",
    re.IGNORECASE,
)
_GERMAN_HOW = re.compile(r"^\s*wie\b", re.IGNORECASE)  # "wie" is Dutch for who, German for how

_MONTHS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sept sep oct nov dec "
    "januar jänner februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre "
    "décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno "
    "luglio settembre ottobre dicembre января февраля марта апреля мая июня июля августа сентября октября ноября декабря "
    "январе феврале марте апреле мае июне июле августе сентябре октябре ноябре декабре"
).split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miércoles jueves viernes sábado domingo".split()
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?)?(?:(?<!\w)(?:{_MONTH})\b(?:\.(?=\s+\d))?)(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+(?:de\s+)?\d{{4}})?"
    rf"|\b\d{{4}}-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b"
    rf"|\b(?:1[0-9]|20)\d\ds?\b|\b\d{{1,2}}(?:st|nd|rd|th)\s+centur(?:y|ies)\b|\b\d{{1,4}}\s*(?:BC|AD|BCE|CE)\b|\b(?:{'|'.join(_DAYS)})\b",
    re.IGNORECASE,
)
_DATE_WORDS = frozenset((*_MONTHS, *_DAYS, "century", "centuries"))
_MAY = re.compile(r"\bmay\b|\bmars\b|\bmar\b|\bmai\b")  # lower case: the verb, or a word of another language
_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty "
    "thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half twice third quarter once "
    "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig hundert tausend million millionen milliarde milliarden "
    "deux trois quatre cinq sept huit neuf dix onze douze vingt trente cent mille millions milliards "
    "dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cien mil millones "
    "два две три четыре пять шесть семь восемь девять десять двадцать сто тысяч тысячи миллионов миллиарда миллиардов"
).split()
_NUMBER = re.compile(
    r"(?:[$€£¥₽]\s?)?(?<![\w.])\d+(?:[.,  ]\d+)*(?:[–-]\d+(?:[.,]\d+)*)?(?:\s?(?:%|percent|per cent|million|billion|trillion|thousand"
    r"|Millionen|Milliarden|millions|milliards|millones|миллион\w*|миллиард\w*|тыс\w*|процент\w*|км|km|kg|tonnes?|tons?|metres?|meters?|miles?|years?|Jahre|ans|años|лет))?"
    rf"|\b(?:{'|'.join(_NUMBER_WORDS)})\b",
    re.IGNORECASE,
)
_ACRONYM_OR_NAME = re.compile(r"[^\W\d_]")
_JOINERS = frozenset("of the de la le du des del di da van von der den al el y e and & für und".split())
MAX_NAME_WORDS = 7  # "University of the West of England" has six; a longer run is a headline in capitals


def asked_kind(question: str) -> Kind | None:
    """What the question wants to hear; None where the question words do not say."""
    for kind, pattern in _QUESTION_WORDS:
        match = pattern.search(question)
        if match and not (kind is Kind.NAME and match.group().lower() == "wie" and not _GERMAN_HOW.match(question)):
            return kind
    return None


def asks_reason(question: str) -> bool:
    """Whether it asks why or how."""
    return bool(_REASON.search(question))


def named(kind: Kind, text: str, words: Sequence[Word], *, besides: frozenset[str]) -> tuple[Span, ...]:
    """Where `text` names something of this kind that is not made of the stems in `besides` alone."""
    if kind is Kind.DATE:
        spans = [m.span() for m in _DATE.finditer(text) if not _MAY.fullmatch(m.group())]
    elif kind is Kind.NUMBER:
        spans = [m.span() for m in _NUMBER.finditer(text)]
    else:
        spans = _names(text, words)
    return tuple(span for span in spans if _new(span, words, besides))


def names_one(kind: Kind, text: str, words: Sequence[Word], span: Span, *, besides: frozenset[str]) -> bool:
    """Whether the part of `text` in `span`, whose words these are, names something of this kind."""
    if kind is Kind.NAME:
        return any(_new(found, words, besides) for found in _names(text, words))
    pattern = _DATE if kind is Kind.DATE else _NUMBER
    return any(
        _new(found.span(), words, besides)
        for found in pattern.finditer(text, *span)
        if kind is Kind.NUMBER or not _MAY.fullmatch(found.group())
    )


def is_date_word(word: str) -> bool:
    """Whether a word, in lower case, is part of a date: a month, a weekday, a century, a number."""
    return word in _DATE_WORDS or word[0].isdigit()


def _new(span: Span, words: Sequence[Word], besides: frozenset[str]) -> bool:
    inside = [w for w in words if w.start < span[1] and w.end > span[0]]
    return not inside or any(w.stem not in besides and (not w.stop or _is_the_month(w)) for w in inside)


def _is_the_month(word: Word) -> bool:
    """Whether a word that looks like the verb "may" is the month."""
    return word.text == "may" and word.capital


def _names(text: str, words: Sequence[Word]) -> list[Span]:
    """Runs of capitalised words; the first word of a sentence counts only when another capital follows or it is no plain word."""
    spans: list[Span] = []
    run: list[Word] = []

    def close() -> None:
        while run and not run[-1].capital:
            run.pop()
        if len(run) > 1 and run[0].stop and _opens(text, run[0]):  # "The" of "The Russian mill"
            run.pop(0)
        if run and not (
            len(run) == 1 and (run[0].stop or (_opens(text, run[0]) and not _looks_like_name(text, run[0])))
        ):
            spans.append((run[0].start, run[-1].end))
        run.clear()

    for word in words:
        gap = text[run[-1].end : word.start] if run else ""
        if run and (
            gap.strip(" -–'’.&")
            or len(run) >= MAX_NAME_WORDS
            or (gap.strip().startswith(".") and len(run[-1].text) > 2)
        ):
            close()
        if (word.capital and _ACRONYM_OR_NAME.match(word.text)) or (run and word.text in _JOINERS):
            run.append(word)
        else:
            close()
    close()
    return spans


def _opens(text: str, word: Word) -> bool:
    before = text[: word.start].rstrip(" \"'“‘«„(–—-")
    return not before or before[-1] in ".!?:\n"


def _looks_like_name(text: str, word: Word) -> bool:
    """An acronym, or a word with a possessive."""
    surface = text[word.start : word.end]
    return (len(surface) > 1 and surface.isupper()) or text[word.end : word.end + 2] in ("'s", "’s")
