"""Ask a folder of news articles; get back verbatim, cited sentences, or an honest "not found"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from askcorpus.corpus import Corpus as Corpus

__all__ = ["Corpus"]


def __getattr__(name: str) -> Any:
    """`from askcorpus import Corpus`, without every `import askcorpus` loading FAISS."""
    if name == "Corpus":
        from askcorpus.corpus import Corpus

        return Corpus
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
