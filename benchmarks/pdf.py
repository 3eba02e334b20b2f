"""Which library reads a PDF best?  Pages whose text is known, by askcorpus and by what libraries return as they come.

    python benchmarks/pdf.py

Prints, for each kind of page, which share of the page's pairs of neighbouring words is found, and how many pairs that were
never neighbours are not made up (F1); and the seconds it took. pypdf and pdfplumber are measured where they are installed.
"""

from __future__ import annotations

import io
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "articles"))
from drafts import drafts_of
from pdf_pages import known_pages


def by_askcorpus(data: bytes) -> str:
    """What an index would hold: title and text."""
    return "\n".join(f"{draft.title}\n{draft.text}" for draft in drafts_of(".pdf", data))


def by_pypdfium2(data: bytes) -> str:
    """pdfium's own text."""
    import pypdfium2

    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


def by_pypdf(data: bytes) -> str:
    """pypdf's text."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def by_pdfplumber(data: bytes) -> str:
    """pdfplumber's text."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return "\n".join(page.extract_text() or "" for page in document.pages)


def agreement(told: str, paragraphs: list[str]) -> float:
    """F1 of the pairs of neighbouring words."""
    found = Counter(pairwise(told.split()))
    known = Counter(pairwise(" ".join(paragraphs).split()))
    both = sum((found & known).values())
    return 2 * both / max(1, sum(found.values()) + sum(known.values()))


def main() -> None:
    """Print a line a kind of page and one for all of them."""
    readers: dict[str, Callable[[bytes], str]] = {
        "askcorpus": by_askcorpus, "pypdfium2": by_pypdfium2, "pypdf": by_pypdf, "pdfplumber": by_pdfplumber,
    }  # fmt: skip
    scores: dict[str, list[float]] = {}
    seconds: dict[str, float] = {}
    for name, reader in readers.items():
        try:
            reader(known_pages()["one column"][0])  # loads the library
        except ImportError:
            continue
        started = time.process_time()
        scores[name] = [agreement(reader(data), paragraphs) for data, paragraphs in known_pages().values()]
        seconds[name] = time.process_time() - started
    print(f"{'':28}" + "".join(f"{name:>12}" for name in scores))
    for number, kind in enumerate(known_pages()):
        print(f"{kind:28}" + "".join(f"{values[number]:12.3f}" for values in scores.values()))
    print(f"{'mean':28}" + "".join(f"{sum(values) / len(values):12.3f}" for values in scores.values()))
    print(f"{'seconds':28}" + "".join(f"{seconds[name]:12.3f}" for name in scores))


if __name__ == "__main__":
    main()
