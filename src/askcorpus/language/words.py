"""What are the words of a text, and which of them mean the same?  One tokenizer for the index and the answer; offsets are kept.

A word is a run of letters and digits; marks belong to their letter, an abbreviation keeps its points, a number its
separators.  What a hyphen joins ("Mi-8", "vice-president"), and a number with its unit ("10km"), is a whole without the
hyphen and its parts, so that each way of writing it finds the others.  A run of a script that sets no spaces becomes
overlapping pairs of characters.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import Stemmer

from askcorpus.language.stopwords import stop_words

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french",
    "ga": "irish", "hi": "hindi", "hr": "serbian", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's stemmer of each language that has one."""
CUT = dict.fromkeys("be bg bn is ka kk ky lv mk mr sk sl sq te tt uk ur uz".split(), 5)
"""Letters that are the stem in languages without a stemmer that inflect at the end.  As good as stemmers for Slavic languages:
McNamee, Nicholas, Mayfield, "Addressing morphological variation in alphabetic languages", SIGIR 2009."""
GRAMS = {"he": 3, "am": 3}
"""Letters of the overlapping parts of a word in languages that write "and", "in", "the" onto its beginning; the same paper."""
SAME_LANGUAGE = {"nb": "no", "nn": "no", "bs": "hr", "sh": "hr"}
"""Codes whose words are those of another."""
UNTOLD = "en"
"""How a text is read whose language nobody told: most are English, and a question is read as its passages are."""
VOCABULARY = 100_000
"""Words of one language kept with what was made of them: about 40 MB."""

LONGEST = 256
"""Characters of a word; a longer run is none and is left as it is: normalising takes the square of a run of accents in time."""

# Blocks of scripts that set no spaces, and of Hangul, whose endings cling to the word.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3130, 0x318F), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip
# What a character is to a tokenizer, one sign for each, so that the patterns below need not name a thousand letters: 0 a
# digit, u of an unspaced script, m a mark that belongs to its letter; letters are a A, s S (of "China's"), c C in Cyrillic, h in
# Hebrew, i in the scripts of India; - a hyphen, ^ what is never seen, | a joiner, and ~ whatever parts words.
_SIGNS = {
    **dict.fromkeys("-‐‑", "-"), **dict.fromkeys("'’׳", "'"), **dict.fromkeys('"”״', '"'), **dict.fromkeys(".．٫", "."),
    **dict.fromkeys(",，٬", ","), **dict.fromkeys(" \u00a0\u2009\u202f", " "), **dict.fromkeys("\u00ad\u2060", "^"),
    **dict.fromkeys("\u200c\u200d", "|"), ":": ":",
}  # fmt: skip
# A group is kept whole by (?>…) and not by a second +: before Python 3.11.5, which Debian 12 has not, that ends a character early:
# https://github.com/python/cpython/issues/106052
_LETTER = "[aAsScChi]"
# Within a word may stand: a soft hyphen, an apostrophe in Ukrainian, a quote in a Hebrew abbreviation, a joiner in India.
_JOINT = rf"\^(?={_LETTER})|(?<=[cC])'(?=c)|(?<=h)['\"](?=h)|(?<=[im])\|(?=i)"
_LETTERS = rf"{_LETTER}++(?>(?:(?:m++|{_JOINT}){_LETTER}*+)*)"
_DIGITS = "0++(?>(?:[.,:]0++)*)"
_ABBREVIATION = rf"{_LETTER}(?>(?:\.{_LETTER})+)(?![\w])\.?+"
_RUN = rf"(?:{_ABBREVIATION}|(?>(?:{_LETTERS}|{_DIGITS})+))"
_GROUPED = "0{1,3}+(?>(?:[ ']000(?!0))+)(?>(?:[.,]0++)?)"  # 20 000,5
_PLAIN_WORD = rf"{_LETTER}++(?=[ ~,]|\.[ ~]|\Z)"  # nine words in ten: seen first, and twice as fast
_WORD = rf"({_PLAIN_WORD}|{_GROUPED}|{_RUN}(?>(?:-{_RUN})*)|u++)"
_WORDS = re.compile(rf"{_WORD}(?>(?:'[sS](?!\w))?)")  # China's
_WORDS_SUFFIXED = re.compile(rf"{_WORD}(?>(?:'[as]++(?!\w))?)")  # Ankara'da
_SUFFIXED = frozenset({"tr", "az"})
_PART = re.compile(rf"{_ABBREVIATION}|{_LETTERS}(?>(?:{_DIGITS}|{_LETTERS})*)|{_DIGITS}")  # G20; 20 and km
_IS_GROUPED = re.compile(_GROUPED)

_SEPARATORS = str.maketrans("٫٬．，", ".,.,")
_GAPS = re.compile("[ '’\u00a0\u2009\u202f]")
_ONE_NUMBER = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<whole>[1-9]\d{0,2}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,](?P<rest>\d+))?",  # 1.234,5
        r"(?P<whole>\d{1,2}(?:,\d\d)+,\d{3})(?:\.(?P<rest>\d+))?",  # 12,34,567 in India
        r"(?P<whole>\d+)(?:[.,](?P<rest>\d+))?",
    )
)
_DROPPED = re.compile(
    "[\u00ad\u0640\u02bb\u02bc\u200c\u200d'’\"”״׳\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    "\u0670\u06d6-\u06ed\\s]"
)
_PLAIN = str.maketrans("İёЁ", "iеЕ")
_TURKISH, _PERSIAN = str.maketrans("Iİ", "ıi"), str.maketrans("يىك", "ییک")
_SPELLING = {"tr": _TURKISH, "az": _TURKISH, "fa": _PERSIAN, "ur": _PERSIAN}
_WITHOUT_STROKES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŋ": "n"}
)


class Word(NamedTuple):
    """One word and where it stands."""

    start: int
    end: int
    text: str
    """Its normal form: lower case, NFKC, an abbreviation without points, a number without what groups its digits."""
    stem: str
    """Two words with equal stems count as the same word."""
    stop: bool
    """A function word."""
    capital: bool
    """It begins with a capital letter."""


Form = tuple[int, int, str, str, bool, bool]
"""Where a word or its part begins and ends in what was matched, and the other four fields of a Word."""
_new = tuple.__new__  # a NamedTuple's own constructor takes twice as long, and a question makes thousands


def words(text: str, language: str | None, *, opens: bool = True) -> tuple[Word, ...]:
    """The words of `text` in order, a compound before its parts; `opens` False says that no sentence begins with it."""
    return tuple(
        [
            _new(Word, (start + first, start + last, form, stemmed, stop, capital))
            for start, forms in forms_in(text, language, opens=opens)
            for first, last, form, stemmed, stop, capital in forms
        ]
    )


def forms_in(text: str, language: str | None, *, opens: bool = True) -> Iterator[tuple[int, Sequence[Form]]]:
    """The same as `words`, for who needs no offsets: where each run of characters begins, and what is to be said of it."""
    code = known(language)
    shouted = text.isupper() and " " in text  # where all are capitals, they say nothing
    vocabulary, later = _vocabulary(code, shouted, opens), _vocabulary(code, shouted, False)
    signs = text.translate(_CHARACTERS)
    for match in (_WORDS_SUFFIXED if code in _SUFFIXED else _WORDS).finditer(signs):
        start, end = match.span(1)
        surface = text[start:end]
        yield start, _pairs(surface, code) if signs[start] == "u" else vocabulary[surface]
        vocabulary = later


def known(language: str | None) -> str:
    """The code by which a language's rules are found here; a language without any keeps its own."""
    return SAME_LANGUAGE.get(language, language) if language else UNTOLD


def normal(word: str, code: str) -> str:
    """The form in which words are compared: lower case, NFKC, one spelling of what is written in several ways."""
    if code in _SPELLING:
        word = word.translate(_SPELLING[code])
    if word.isascii():
        return word.lower()
    return _DROPPED.sub("", unicodedata.normalize("NFKC", word).translate(_PLAIN)).lower() or word


def stem(word: str, language: str | None) -> str:
    """The stem of a normal form, without accents: Snowball's, else its first letters; the word itself where neither fits the language."""
    code = known(language)
    if word[0].isdigit():
        return _without_accents(word) or word
    stemmer = _stemmer(code)
    return _without_accents(stemmer.stemWord(word) if stemmer else word)[: CUT.get(code)] or word


def stems(inside: Sequence[str], language: str | None) -> list[str]:
    """The same for many words of letters at once, in a fifth of the time."""
    code = known(language)
    stemmer, cut = _stemmer(code), CUT.get(code)
    stemmed = stemmer.stemWords(list(inside)) if stemmer else inside
    return [_without_accents(one)[:cut] or word for one, word in zip(stemmed, inside, strict=True)]


class _Characters(dict[int, str]):
    """What each character is to a tokenizer, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = self[code] = _sign(chr(code))
        return sign


def _sign(character: str) -> str:
    """One of the signs that the patterns are written in."""
    if character in _SIGNS:
        return _SIGNS[character]
    if character.isdecimal():
        return "0"
    mark = unicodedata.category(character)[0] == "M"
    if not mark and not character.isalnum():
        return "~"
    if any(first <= ord(character) <= last for first, last in _UNSPACED):
        return "u"
    if mark:
        return "m"
    if character in "sS":
        return character
    script = "c" if "\u0400" <= character <= "\u052f" else "a"
    if character.isupper():
        return script.upper()
    return "h" if "\u05d0" <= character <= "\u05ea" else "i" if "\u0900" <= character <= "\u0dff" else script


_CHARACTERS = _Characters()


class _Vocabulary(dict[str, tuple[Form, ...]]):
    """What is to be said of each word of one language; it is worked out once and kept."""

    def __init__(self, code: str, shouted: bool, opens: bool) -> None:
        super().__init__()
        self._code, self._shouted, self._opens = code, shouted, opens
        self._stops = _stops(code)

    def __missing__(self, surface: str) -> tuple[Form, ...]:
        if len(surface) > LONGEST:
            return ((0, len(surface), surface, surface, False, surface[0].isupper()),)
        if len(self) >= VOCABULARY:
            self.clear()
        said = self[surface] = self._said(surface)
        return said

    def _said(self, surface: str) -> tuple[Form, ...]:
        """The word, or a compound and its parts."""
        signs = surface.translate(_CHARACTERS)
        spans = [(0, len(surface))] if _IS_GROUPED.fullmatch(signs) else list(_parts(surface, signs))
        parts = [self._part(surface[start:end], start) for start, end in spans]
        if len(parts) == 1 and self._code in GRAMS and not parts[0][4]:
            return (parts[0], *_grams(parts[0], GRAMS[self._code]))
        if len(parts) == 1 or any(stop and not capital for *_, stop, capital in parts):
            return tuple(parts)  # "a-t-il", "state-of-the-art": nobody looks for the whole
        texts = [text for _, _, text, *_ in parts]
        text = ("-" if all(text[0].isdecimal() for text in texts) else "").join(texts)  # 2:1 is 2-1, e-mail is email
        return ((0, len(surface), text, stem(text, self._code), False, surface[0].isupper()), *parts)

    def _part(self, surface: str, start: int) -> Form:
        if surface[0].isdecimal() and (number := _number(surface)) is not None:
            return start, start + len(surface), number, number, False, False
        plain = surface if any(map(str.isdecimal, surface)) else surface.replace(".", "")
        text, capital = normal(plain, self._code), surface[0].isupper()
        stop = text in self._stops
        if stop and capital and not self._shouted:
            acronym = len(text) > 1 and surface.isupper()
            inside = start > 0 or not self._opens
            stop = not acronym and not (inside and text in stop_words(self._code).unless_capital)
        return start, start + len(surface), text, stem(text, self._code), stop, capital


def _grams(word: Form, letters: int) -> Iterator[Form]:
    """The overlapping parts of a longer word; where it is not written as in its normal form, each stands where the word does."""
    start, end, text, *_ = word
    if len(text) > letters and text.isalpha():
        for at in range(len(text) - letters + 1):
            gram = text[at : at + letters]
            span = (start + at, start + at + letters) if end - start == len(text) else (start, end)
            yield (*span, gram, gram, False, False)


@functools.cache
def _vocabulary(code: str, shouted: bool, opens: bool) -> _Vocabulary:
    return _Vocabulary(code, shouted, opens)


@functools.cache
def _stops(code: str) -> frozenset[str]:
    return frozenset(normal(word, code) for word in stop_words(code).words)


@functools.cache
def _stemmer(code: str) -> Stemmer.Stemmer | None:
    return Stemmer.Stemmer(STEMMERS[code]) if code in STEMMERS else None


def _parts(surface: str, signs: str) -> Iterator[tuple[int, int]]:
    """Where the parts of a word stand: runs of letters, and numbers; those of a date or a time each for itself."""
    for part in _PART.finditer(signs):
        if part[0][0] == "0" and _number(surface[part.start() : part.end()]) is None:
            yield from ((part.start() + n.start(), part.start() + n.end()) for n in re.finditer("0+", part[0]))
        else:
            yield part.span()


def _number(surface: str) -> str | None:
    """The normal form of a number: 20,000 and 20.000 are 20000, 6,3 is 6.3; None for what is no single number."""
    plain = _GAPS.sub("", surface).translate(_SEPARATORS)
    if not plain.isascii():
        plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    match = next((match for pattern in _ONE_NUMBER if (match := pattern.fullmatch(plain))), None)
    if match is None:
        return None
    whole = match["whole"].replace(",", "").replace(".", "")
    return f"{whole}.{match['rest']}" if match["rest"] else whole


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_WITHOUT_STROKES)


def _pairs(run: str, code: str) -> list[Form]:
    """The overlapping pairs of a run's characters, or the only one."""
    stops = _stops(code)
    if len(run) > 1 and unicodedata.is_normalized("NFKC", run):
        pairs = map(str.__add__, run, run[1:])
        return [(at, at + 2, pair, pair, pair in stops, False) for at, pair in enumerate(pairs)]
    places = _characters(run)
    spans = zip(places, places[2:], strict=False) if len(places) > 2 else [(0, len(run))]
    texts = ((first, last, unicodedata.normalize("NFKC", run[first:last])) for first, last in spans)
    return [(first, last, pair, pair, pair in stops, False) for first, last, pair in texts]


def _characters(run: str) -> list[int]:
    """Where the characters of a run begin, and its end: a letter of Korean may be written as two or three."""
    places = [0]
    for place in range(1, len(run)):
        if len(unicodedata.normalize("NFKC", run[places[-1] : place + 1])) > 1:
            places.append(place)
    return [*places, len(run)]
