"""How much of a web page's body is read, and how little else?

The measure of the article-extraction-benchmark, made from its published description: a text is the multiset of its
runs of four words; what prediction and truth share is right, what only the prediction has is wrong, what only the
truth has is missed. The three counts of a page are divided by their sum, so every page weighs the same; precision and
recall are those of the sums over all pages, F1 is of the two.

    python benchmarks/extraction.py ../shared/eval/pages [--worst 10]

The folder holds <id>.html.gz files and truth.jsonl with `id` and `body`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from askcorpus.articles.draft import Limits, Unreadable
from askcorpus.articles.formats.html import read_page

WORDS_IN_A_RUN = 4


def runs(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words in the text, each with its count; one shorter run for a text of fewer words."""
    words = re.findall(r"\w+", text)
    last = max(1, len(words) - WORDS_IN_A_RUN + 1)
    return Counter(tuple(words[i : i + WORDS_IN_A_RUN]) for i in range(last)) if words else Counter()


def shares(truth: str, predicted: str) -> tuple[float, float, float]:
    """Right, wrong and missed runs as shares of all three."""
    true, made = runs(truth), runs(predicted)
    right = sum((true & made).values())
    wrong, missed = sum(made.values()) - right, sum(true.values()) - right
    total = right + wrong + missed or 1
    return right / total, wrong / total, missed / total


def score(pages: list[tuple[float, float, float]]) -> tuple[float, float, float]:
    """F1, precision and recall over the pages."""
    right, wrong, missed = (sum(page[i] for page in pages) for i in range(3))
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    return (2 * precision * recall / (precision + recall) if right else 0.0), precision, recall


def body_of(data: bytes) -> str:
    """What the project reads from a page."""
    try:
        return "\n".join(draft.text for draft in read_page(data, limits=Limits()))
    except Unreadable:
        return ""


def measure(folder: Path, extract: Callable[[bytes], str] = body_of) -> dict[str, tuple[float, float, float]]:
    """The shares of every page."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as file:
        truth = {row["id"]: row["body"] for row in map(json.loads, file)}
    pages = {}
    for page, body in sorted(truth.items()):
        pages[page] = shares(body, extract(gzip.decompress((folder / f"{page}.html.gz").read_bytes())))
    return pages


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/eval/pages"))
    parser.add_argument("--worst", type=int, default=0, help="show so many of the worst pages")
    arguments = parser.parse_args()
    started = time.perf_counter()
    pages = measure(arguments.folder)
    seconds = time.perf_counter() - started
    f1, precision, recall = score(list(pages.values()))
    print(f"{len(pages)} pages: F1 {f1:.4f}, precision {precision:.4f}, recall {recall:.4f}; {seconds:.1f} s")
    for page, (right, wrong, missed) in sorted(pages.items(), key=lambda item: item[1][0])[: arguments.worst]:
        print(f"  {page[:12]}  right {right:.3f}  wrong {wrong:.3f}  missed {missed:.3f}")


if __name__ == "__main__":
    main()
