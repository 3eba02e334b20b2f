"""What are the words of a text, and which of them mean the same?  Offsets are kept; stems are Snowball's."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import NamedTuple

import Stemmer

from askcorpus.language.stopwords import STOP_WORDS

# Scripts that set no spaces, and Hangul, whose endings cling to the word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
# Accents that stand apart, Hebrew and Arabic vowels, vowel signs of India: part of the word, though no letters.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3e-\u0d4d\u0dca-\u0ddf"
# A number keeps its separators ("6.3", "20,000"), a word its apostrophe part away ("China's" is "China").
_WORD = re.compile(
    rf"[^\W\d_{_UNSPACED}]+(?:[{_MARKS}]+[^\W\d_{_UNSPACED}]*)*|\d+(?:[.,:]\d+)*|[{_UNSPACED}]+|[^\W{_UNSPACED}]+"
)
_UNSEGMENTED = re.compile(f"[{_UNSPACED}]")
_FIRST_UNSPACED = _UNSPACED[0]
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "nb": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip


class Word(NamedTuple):
    """One word and where it stands; a tuple because a question makes thousands of them."""

    start: int
    end: int
    text: str
    """Lower case, NFKC."""
    stem: str
    """Two words with equal stems count as the same word."""
    stop: bool
    """A function word."""
    capital: bool
    """It begins with a capital letter."""


def words(text: str, language: str | None) -> tuple[Word, ...]:
    """The words of `text` in order; runs of an unsegmented script become overlapping pairs of characters."""
    found = []
    for match in _WORD.finditer(text):
        surface = match.group()
        if surface >= _FIRST_UNSPACED and _UNSEGMENTED.match(surface):
            found.extend(_pairs(surface, match.start()))
        else:
            found.append(Word(match.start(), match.end(), *_known(surface, language)))
    return tuple(found)


@functools.lru_cache(maxsize=200_000)
def _known(surface: str, language: str | None) -> tuple[str, str, bool, bool]:
    """All of a Word but its place."""
    lower = unicodedata.normalize("NFKC", surface).lower()
    stops = STOP_WORDS.get(language or "en", frozenset())
    return lower, stem(lower, language), lower in stops, surface[0].isupper()


def stem(word: str, language: str | None) -> str:
    """The Snowball stem without accents; the word itself where no stemmer knows the language."""
    stemmer = _stemmer(language or "en")
    return _without_accents(stemmer.stemWord(word) if stemmer and not word[0].isdigit() else word)


@functools.cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    return Stemmer.Stemmer(_SNOWBALL[language]) if language in _SNOWBALL else None


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _pairs(run: str, start: int) -> list[Word]:
    if len(run) == 1:
        return [Word(start, start + 1, run, run, False, False)]
    return [Word(start + i, start + i + 2, run[i : i + 2], run[i : i + 2], False, False) for i in range(len(run) - 1)]
