"""How many of the segments that belong to a web page's text are in it, and how many that do not?

The measure of trafilatura's evaluation, made from its published description: a page has segments that must be in its
text and segments that must not. A segment that must and is there is right, one that must not and is there is wrong, one
that must and is not there is missed; F is of precision and recall over all of them.

    python benchmarks/segments.py ../shared/eval/segments [--worst 20]

The folder holds <id>.html.gz files and truth.jsonl with `id`, `url`, `with` and `without`. White space is not compared.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from askcorpus.articles.draft import Limits, Unreadable
from askcorpus.articles.formats.html import read_page
from askcorpus.language.characters import clean


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a page's segments."""

    url: str
    right: int
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


def text_of(data: bytes) -> str:
    """What the project reads from a page, titles aside."""
    try:
        return "\n".join(draft.text for draft in read_page(data, limits=Limits()))
    except Unreadable:
        return ""


def measure(folder: Path, extract: Callable[[bytes], str] = text_of, *, every: int = 1) -> list[Outcome]:
    """The outcome of every page, or of every second, …, in the order of truth.jsonl."""
    with (folder / "truth.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][::every]
    return [_outcome(row, extract(gzip.decompress((folder / f"{row['id']}.html.gz").read_bytes()))) for row in rows]


def _outcome(row: dict[str, list[str]], text: str) -> Outcome:
    there = _plain(text)
    missed = tuple(segment for segment in row["with"] if _plain(segment) not in there)
    wrong = tuple(segment for segment in row["without"] if _plain(segment) in there)
    return Outcome(str(row["url"]), len(row["with"]) - len(missed), wrong, missed)


def _plain(text: str) -> str:
    return "".join(clean(text).split())


def score(outcomes: list[Outcome]) -> tuple[float, float, float]:
    """F, precision and recall."""
    right = sum(outcome.right for outcome in outcomes)
    wrong = sum(len(outcome.wrong) for outcome in outcomes)
    missed = sum(len(outcome.missed) for outcome in outcomes)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    return 2 * precision * recall / (precision + recall) if right else 0.0, precision, recall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/eval/segments"))
    parser.add_argument("--worst", type=int, default=0, help="show so many of the worst pages")
    arguments = parser.parse_args()
    started = time.perf_counter()
    outcomes = measure(arguments.folder)
    f, precision, recall = score(outcomes)
    seconds = time.perf_counter() - started
    print(f"{len(outcomes)} pages: F {f:.4f}, precision {precision:.4f}, recall {recall:.4f}; {seconds:.1f} s")
    for outcome in sorted(outcomes, key=lambda o: -len(o.wrong) - len(o.missed))[: arguments.worst]:
        print(outcome.url)
        for kind, segments in (("missed", outcome.missed), ("wrong", outcome.wrong)):
            for segment in segments:
                print(f"  {kind}: {segment[:110]}")


if __name__ == "__main__":
    main()
