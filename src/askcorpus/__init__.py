"""Ask a folder of news articles; get back verbatim, cited sentences, or an honest "not found"."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askcorpus.corpus import Corpus
    from askcorpus.errors import AskcorpusError
    from askcorpus.integrations.asynchronous import AsyncCorpus
    from askcorpus.types import Answer, Article, Citation, Filter

__version__ = "0.2.0"
__all__ = ["Answer", "Article", "AskcorpusError", "AsyncCorpus", "Citation", "Corpus", "Filter", "__version__"]

_HOMES = {
    "Answer": "askcorpus.types",
    "Article": "askcorpus.types",
    "AskcorpusError": "askcorpus.errors",
    "AsyncCorpus": "askcorpus.integrations.asynchronous",
    "Citation": "askcorpus.types",
    "Corpus": "askcorpus.corpus",
    "Filter": "askcorpus.types",
}


def __getattr__(name: str) -> Any:
    """`from askcorpus import Corpus`, without every `import askcorpus` loading numpy and FAISS."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
