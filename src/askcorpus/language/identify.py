"""In which language is this written?  The only module that knows the language identifier."""

from __future__ import annotations

import functools
import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from askcorpus.language.tables import listed, spoken

_LOOKED_AT = 600  # characters; more of the text changes hardly a verdict and costs time
_SHORT = 60  # characters of a text whose letters are counted first
_SURE = 0.6  # below this the identifier's first guesses are close to each other: say nothing
_NAMES_APART = 3  # a third of a question's letters may belong to names in another script
_WORDS_EACH = 5  # words of a question for each of the commonest: "licence price per year" is no Italian
_AS_LIKELY = 3  # Danish and Norwegian ask alike, so do Serbian and Croatian; a word of five languages says nothing
# Scripts that one language of ours has to itself, in the order in which they decide: Japanese is known by its kana.
_SCRIPTS = tuple(
    (re.compile(f"[{characters}]"), language)
    for characters, language in (
        ("\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("\u0590-\u05ff", "he"),
        ("\u0900-\u097f", "hi"),
        ("\u0e00-\u0e7f", "th"),
        ("\uac00-\ud7af", "ko"),
        ("\u3040-\u30ff", "ja"),
        ("\u4e00-\u9fff", "zh"),
    )
)


def detect(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None when it is too short or unsure."""
    head = text[:_LOOKED_AT]
    if len(head) < _SHORT and sum(1 for c in head if c.isalpha()) < 12:
        return None
    language, confidence = _identifier().classify(head)
    return language if confidence >= _SURE and len(language) == 2 else None


def confidence(text: str) -> float:
    """How sure the identifier is of its first guess, between 0 and 1."""
    return float(_identifier().classify(text[: 4 * _LOOKED_AT])[1])


def asked_in(question: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    """The languages whose rules a question is read by: its own where its commonest words say which, else the `usual` ones.

    A question is too short for the identifier, and its names look like any language.
    """
    likely = _likeliest(question)
    return usual if not likely or (len(likely) > 1 and not set(likely).isdisjoint(usual)) else likely


def language_code(text: str | None) -> str | None:
    """ISO 639-1 code of a tag such as `en-GB` or `pt_BR`; None when it is none."""
    code = (text or "").strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


@lru_cache(maxsize=64)
def _likeliest(question: str) -> tuple[str, ...]:
    """The language, or the few, with most of its commonest words in the question; empty where that says too little."""
    head = question[:_LOOKED_AT]
    letters = sum(1 for c in head if c.isalpha())
    for script, language in _SCRIPTS:
        if len(script.findall(head)) * _NAMES_APART > letters:
            return (language,)
    words = set(spoken(head).split())
    counts: dict[str, int] = {}
    for word in words:
        for language in _commonest_words().get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    most = max(counts.values(), default=0)
    likeliest = sorted(language for language, count in counts.items() if count == most)
    return tuple(likeliest) if most * _WORDS_EACH >= len(words) and len(likeliest) <= _AS_LIKELY else ()


@functools.cache
def _commonest_words() -> dict[str, tuple[str, ...]]:
    """The languages that each word of identify.toml belongs to."""
    text = resources.files("askcorpus.language").joinpath("identify.toml").read_text(encoding="utf-8")
    by_word: dict[str, tuple[str, ...]] = {}
    for language, words in tomllib.loads(text).items():
        for word in listed(words):
            by_word[word] = (*by_word.get(word, ()), language)
    return by_word


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
