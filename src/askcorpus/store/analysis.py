"""Which words does a text consist of, so that a question finds them?

A passage is analysed by its article's language: one Snowball stemmer, that language's stop words left out.  The
language of a question is not known, so each of its words is analysed by every language of the corpus, and the
different outcomes stand for one word.  All languages share one field: a name or a number is the same word in each, and
the statistics of BM25 count the whole corpus.  Scripts without spaces become overlapping pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise

import tantivy

from askcorpus.store.stopwords import STOP_WORDS

ANALYSIS = 1
"""Raise it when a text would be analysed otherwise: lexical indexes are then made again."""

STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
LANGUAGES = {"nb": "no", "nn": "no"}
"""Codes that share another's stemmer."""
MAX_WORD_CHARS = 64

_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0dff"
)
_WORD = re.compile(rf"\d+(?:\.\d+)+|[\w{_MARKS}]+(?:-[\w{_MARKS}]+)*")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)  # Thai and Lao, Burmese, Khmer, kana, Han, Hangul
_FULL_WIDTH = re.compile("[\uff00-\uffef\ufb00-\ufb06]")
_GROUPED = re.compile(r"(?<=\d)[,.'’\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_ABBREVIATION = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_POSSESSIVE = re.compile(r"['’][sS]\b")
_PLAIN = (
    ("_", " "), ("'", " "), ("’", " "), ("ё", "е"), ("Ё", "Е"), ("İ", "i"), ("‐", "-"), ("‑", "-"), ("\u00ad", ""),
    ("\u0640", ""),
)  # fmt: skip
_TWO_NUMBERS = re.compile(r"\d[.,'’\u00a0\u2009\u202f]\d")


def passage_words(text: str, language: str | None) -> tuple[list[str], list[str]]:
    """The index words of a text, and apart from them its stop words."""
    code = _known(language)
    words = words_of(text)
    if code is None:
        return _stemmer(None).analyze(" ".join(words)), []
    stops = _stops(code)
    kept = [word for word in words if word not in stops]
    return _stemmer(code).analyze(" ".join(kept)), [word for word in words if word in stops]


def question_words(question: str, languages: Sequence[str | None]) -> list[tuple[str, ...]]:
    """For each word of a question that is not a stop word: the index words that stand for it, by language."""
    codes = tuple(dict.fromkeys(_known(language) for language in languages)) or (None,)
    found = (variants(word, codes) for word in dict.fromkeys(words_of(question)))
    return list(dict.fromkeys(words for words in found if words))


def question_pairs(question: str, languages: Sequence[str | None]) -> list[list[str]]:
    """Index words that stand side by side in a question, its stop words left out, by each language."""
    codes = dict.fromkeys(_known(language) for language in languages)
    texts = [passage_words(question, code)[0] for code in codes]
    pairs = dict.fromkeys(pair for words in texts for pair in pairwise(words) if pair[0] != pair[1])
    return [list(pair) for pair in pairs]


def stop_words(question: str, languages: Sequence[str | None]) -> list[str]:
    """The words of a question that consists of nothing but stop words in one of the languages; else none."""
    words = list(dict.fromkeys(words_of(question)))
    codes = {code for code in map(_known, languages) if code is not None}
    return words if any(all(word in _stops(code) for word in words) for code in codes) else []


@lru_cache(maxsize=1 << 16)
def variants(word: str, codes: tuple[str | None, ...]) -> tuple[str, ...]:
    """The index words of one word, without the languages in which it is a stop word."""
    found = [
        stem for code in codes if code is None or word not in _stops(code) for stem in _stemmer(code).analyze(word)
    ]
    return tuple(dict.fromkeys(found))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; a hyphenated one is followed by its parts."""
    text = unicodedata.normalize("NFKC" if _FULL_WIDTH.search(text) else "NFC", text)
    text = _POSSESSIVE.sub("", _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), text))
    if _TWO_NUMBERS.search(text):
        text = _DECIMAL_COMMA.sub(".", _GROUPED.sub("", text))
    for mark, plain in _PLAIN:
        text = text.replace(mark, plain)
    text = _UNSPACED.sub(_pairs, text).lower()
    words: list[str] = []
    for word in _WORD.findall(text):
        if len(word) <= MAX_WORD_CHARS:
            words.append(word)
        if "-" in word:
            words.extend(part for part in word.split("-") if len(part) <= MAX_WORD_CHARS)
    return words


def _pairs(match: re.Match[str]) -> str:
    run = match[0]
    pairs = " ".join(run[i : i + 2] for i in range(len(run) - 1)) if len(run) > 1 else run
    return f" {pairs} "


def _known(language: str | None) -> str | None:
    code = LANGUAGES.get(language or "", language)
    return code if code in STEMMERS else None


@cache
def _stops(code: str) -> frozenset[str]:
    return frozenset(STOP_WORDS.get(code, "").split())


@cache
def _stemmer(code: str | None) -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.lowercase())
    if code is not None:
        builder = builder.filter(tantivy.Filter.stemmer(STEMMERS[code]))
    return builder.filter(tantivy.Filter.ascii_fold()).build()
