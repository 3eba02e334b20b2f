"""In which language is this written?  The only module that knows the language identifier."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_LOOKED_AT = 600  # characters; more of the text changes hardly a verdict and costs time
_SHORT = 60  # characters of a text whose letters are counted first
_SURE = 0.6  # below this the identifier's first guesses are close to each other: say nothing


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


def language_code(text: str | None) -> str | None:
    """ISO 639-1 code of a tag such as `en-GB` or `pt_BR`; None when it is none."""
    code = (text or "").strip().replace("_", "-").split("-")[0].lower()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
