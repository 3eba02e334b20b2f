"""How fast are files read, without encoding, and how much memory does it take?

    python benchmarks/reading.py [--files 20000] [--pages FOLDER] [--workers 2]

Writes a folder of generated plain-text files and JSON lines, reads it by `read_many` as indexing does, and prints
articles a second and the memory of this process and its children. With --pages, the saved web pages of that folder
(.html, .html.gz) are copied until there are 600 of them and read as well; without, generated pages are.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from askcorpus.articles.files import FoundFile, walk
from askcorpus.articles.process.many import read_many
from askcorpus.types import Skip

WORDS = (
    "council harbour minister budget river bridge school report police company price storm hospital market union "
    "farmers station railway election judge museum factory island mayor energy water court festival airport village"
).split()
PLACES = ("Skarholm", "Lesna", "Odrava", "Tamberg", "Dravec", "Ellisey", "Port Alder", "Wiesenau")


def sentences(random_: random.Random, count: int) -> str:
    """So many sentences of plain words, a place and a number in each."""
    return " ".join(
        f"The {random_.choice(WORDS)} of {random_.choice(PLACES)} said on Tuesday that the {random_.choice(WORDS)} and "
        f"the {random_.choice(WORDS)} would need {random_.randint(3, 9000)} more {random_.choice(WORDS)} places."
        for _ in range(count)
    )


def write_texts(folder: Path, count: int) -> None:
    """Plain-text articles of about 2 kB, a tenth of them as rows of JSON lines."""
    random_ = random.Random(7)
    for number in range(count):
        title = f"{random_.choice(PLACES)} {random_.choice(WORDS)} plan {number} meets {random_.choice(WORDS)}"
        paragraphs = [sentences(random_, 4) for _ in range(4)]
        place = folder / f"{number // 1000:03}"
        place.mkdir(exist_ok=True)
        if number % 10:
            text = "\n".join([title, "By Anna Lund", "12 March 2025", *paragraphs, "Share", "ALSO READ: More of it"])
            (place / f"{number:06}.txt").write_text(text, encoding="utf-8")
        else:
            row = {"id": f"row-{number}", "title": title, "text": "\n\n".join(paragraphs)}
            with (place / "rows.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")


def write_pages(folder: Path, count: int, pages: Path | None) -> None:
    """Web pages: copies of saved ones, or generated ones with a menu and a list of links around the text."""
    random_ = random.Random(7)
    saved = sorted(pages.glob("*.htm*")) if pages else []
    for number in range(count):
        if saved:
            source = saved[number % len(saved)]
            shutil.copy(source, folder / f"{number:05}{''.join(source.suffixes)}")
            continue
        links = "".join(f'<li><a href="/{n}">{sentences(random_, 1)}</a></li>' for n in range(60))
        body = "".join(f"<p>{sentences(random_, 4)}</p>" for _ in range(12))
        top = f"<html><head><title>Page {number}</title></head><body>"
        html = f"{top}<ul>{links}</ul><article>{body}</article></body></html>"
        (folder / f"{number:05}.html").write_text(html, encoding="utf-8")


def files_of(folder: Path) -> Iterator[FoundFile]:
    """The readable files."""
    return (found for found in walk(folder) if isinstance(found, FoundFile))


def measure(folder: Path, workers: int, what: str) -> None:
    """Read the folder once and print the figures."""
    started = time.perf_counter()
    files = articles = skips = letters = 0
    for _, items in read_many(files_of(folder), workers=workers):
        files += 1
        for item in items:
            if isinstance(item, Skip):
                skips += 1
            else:
                articles += 1
                letters += len(item.text)
    seconds = time.perf_counter() - started
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(
        f"{what}: {files} files, {articles} articles, {skips} skipped, {letters / 1e6:.1f} M characters"
        f" in {seconds:.1f} s: {articles / seconds:.0f} articles/s;"
        f" at most {own} MiB here, {child} MiB in one reading process"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000, help="plain-text articles")
    parser.add_argument("--page-count", type=int, default=600, help="web pages")
    parser.add_argument("--pages", type=Path, help="folder of saved web pages to copy")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    for what, count in (("plain text and JSON lines", arguments.files), ("web pages", arguments.page_count)):
        with tempfile.TemporaryDirectory() as folder:
            if what == "web pages":
                write_pages(Path(folder), count, arguments.pages)
            else:
                write_texts(Path(folder), count)
            measure(Path(folder), arguments.workers, what)


if __name__ == "__main__":
    main()
