"""In which language is this written, or asked?"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections import Counter
from functools import lru_cache
from importlib import resources

from askcorpus.language import identifier
from askcorpus.language.stopwords import languages, stop_words
from askcorpus.language.tables import listed, spoken

_LOOKED_AT = 600  # characters; more of the text changes hardly a verdict and costs time
_SHORT = 60  # characters of a text whose letters are counted first
_SURE = 0.6  # below this the identifier's first guesses are close to each other: say nothing
_LOOKS_ALIKE = 0.05  # of the identifier's certainty: an English text has less than 1e-6 of any other language
# The share of stop words that tells these languages: of 2,039 texts in 14 languages none of another one had more than .33 and .30
# of them. Romance and Scandinavian languages share too many of theirs.
_BY_WORDS = {"en": 0.36, "de": 0.33}
_WORDS_TO_TELL = 20
_WORDS_A_SIGN = 5  # words of a question that only one word places: "licence price per year" is no Italian
_AS_LIKELY = 3  # Danish and Norwegian ask alike, so do Serbian and Croatian; what five languages share says nothing
# Scripts that one language of ours has to itself, in the order in which they decide: what has kana is Japanese.
_SCRIPTS = (
    ("\u0370", "\u03ff", "el"),
    ("\u1f00", "\u1fff", "el"),
    ("\u0590", "\u05ff", "he"),
    ("\u0900", "\u097f", "hi"),
    ("\u0e00", "\u0e7f", "th"),
    ("\uac00", "\ud7af", "ko"),
    ("\u3040", "\u30ff", "ja"),
    ("\u4e00", "\u9fff", "zh"),
)
ASKED_IN = frozenset(
    "en de fr es it pt nl da no sv fi hu ro ru uk pl cs sk bg sr hr tr el ar fa he hi id vi sw zh ja ko th ka am et lt lv ca"
    " az kk tt ky sl ms ur bn mk hy be".split()
)
"""Languages that a question may be in; the identifier knows a hundred more, and takes one of them for a short one."""
_CLEAR = 0.5  # of the share of those
_SHARED_SCRIPT = re.compile("[\u0400-\u04ff\u0600-\u06ff]")  # few languages write it: one word is enough


def detect(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None when it is too short or unsure."""
    head = text[:_LOOKED_AT]
    if not head.isascii():
        head = unicodedata.normalize("NFKC", head)  # Arabic in presentation forms is Arabic
    if len(head) < _SHORT and sum(1 for c in head if c.isalpha()) < 12:
        return None
    language, confidence = identifier.classified(head)
    return language if confidence >= _SURE and len(language) == 2 else None


def language_of_text(text: str, declared: str | None) -> str | None:
    """The text's language, whatever its source declares, unless the text is too short to tell.

    Between languages that look alike (Danish and Norwegian, Indonesian and Malay) what is declared decides.
    """
    if declared in _BY_WORDS and _has_words_of(declared, text):
        return declared
    found = detect(text)
    if not found or not declared or found == declared:
        return found or declared
    shares = dict(identifier.ranked(text[:_LOOKED_AT]))
    return declared if shares.get(declared, 0.0) >= _LOOKS_ALIKE else found


def _has_words_of(language: str, text: str) -> bool:
    """Whether so many of the text's words are the language's stop words that it is written in it; takes a tenth of the identifier's time."""
    words = text[:_LOOKED_AT].lower().split()
    own = stop_words(language).words
    return len(words) >= _WORDS_TO_TELL and sum(word in own for word in words) >= _BY_WORDS[language] * len(words)


def confidence(text: str) -> float:
    """How sure the identifier is of its first guess, between 0 and 1."""
    return identifier.classified(text[: 4 * _LOOKED_AT])[1]


def asked_in(question: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The languages whose rules a question is read by: its own where its words say which, else the `usual` ones.

    A question is too short for the identifier, and its names look like any language.
    """
    likely = _likeliest(question)
    return usual if not likely or (len(likely) > 1 and not set(likely).isdisjoint(usual)) else likely


def language_code(text: str | None) -> str | None:
    """ISO 639-1 code of a tag such as `en-GB` or `pt_BR`; None when it is none."""
    code = (text or "").strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


@lru_cache(maxsize=1024)
def language_of(question: str) -> str | None:
    """The language that a question is asked in: as its script and its own words say, else as the identifier does; None where neither is sure."""
    likely = _likeliest(question)
    if len(likely) == 1:
        return likely[0]
    among = likely or ASKED_IN
    shares = [(code, share) for code, share in identifier.ranked(question[:_LOOKED_AT]) if code in among]
    total = sum(share for _, share in shares)
    return shares[0][0] if shares and shares[0][1] >= _CLEAR * total else None


@lru_cache(maxsize=64)
def _likeliest(question: str) -> tuple[str, ...]:
    """The language, or the few, with most of its own words in the question; empty where that says too little."""
    head = question[:_LOOKED_AT]
    words = [word for word in spoken(head).split() if word.isalnum()]
    opening = words[:1]  # mostly the question word: it counts twice
    characters = {*head.lower()}
    counts = {
        language: sum(word in own or word in stop_words(language).words for word in (*{*words}, *opening))
        + (not characters.isdisjoint(letters))
        for language, own, letters in _signs()
    }
    most = max(counts.values())
    by_script = _by_script(head, sure=most < 2)
    if by_script:
        return (by_script,)
    likeliest = tuple(language for language, count in counts.items() if count == most)
    placed = most > 1 or (most == 1 and (len(words) <= _WORDS_A_SIGN or _SHARED_SCRIPT.search(head) is not None))
    return likeliest if placed and len(likeliest) <= _AS_LIKELY else ()


def _by_script(text: str, *, sure: bool) -> str | None:
    """The language whose own script has most of the letters; a third will do where no words say otherwise: names have the rest."""
    if text.isascii():
        return None
    letters = sum(1 for c in text if c.isalpha())
    counts = Counter(language for c in text for first, last, language in _SCRIPTS if first <= c <= last)
    if counts["ja"]:
        counts["ja"] += counts.pop("zh", 0)
    language, count = max(counts.items(), key=lambda item: item[1], default=(None, 0))
    return language if count * 3 > (letters if sure else 2 * letters) else None


@functools.cache
def _signs() -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """Each language with what tells it beside its stop words: words and letters."""
    text = resources.files("askcorpus.language").joinpath("identify.toml").read_text(encoding="utf-8")
    own = tomllib.loads(text)
    words, letters = own["words"], own["letters"]
    return tuple(
        (language, frozenset(listed(words.get(language, ""))), frozenset(letters.get(language, "")))
        for language in sorted({*languages(), *words})
    )
