"""What does the page of `askcorpus serve` look like?  Draws docs/page.png from a real answer over the sample articles.

    python docs/render_page.py              needs playwright, Pillow and Chromium (Debian: apt-get install chromium)

What the picture shows is noted in it, so that a test can hold it against the program.
"""

from __future__ import annotations

import argparse
import io
import json
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from drawing import chromium, save

from askcorpus import Corpus
from askcorpus.encoder import load
from askcorpus.indexing.run import refresh
from askcorpus.server import desk
from askcorpus.server.access import access_of
from askcorpus.server.app import application
from askcorpus.server.running import http_server
from askcorpus.server.words import words_of
from askcorpus.settings import DEFAULT_MODEL, Settings
from askcorpus.types import Filter

if TYPE_CHECKING:
    from PIL.Image import Image

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How many people were hurt when the ferry hit the quay?"
WIDTH, HEIGHT = 760, 760
KEPT = "shown"
"""The picture's text of this name is what it shows, as JSON."""


def main() -> None:
    """Index, serve, ask, write the picture."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=ROOT / "docs" / "page.png")
    chosen = options.parse_args()
    program = chromium()
    with tempfile.TemporaryDirectory() as folder:
        refresh(ROOT / "articles", folder, lambda: load(DEFAULT_MODEL, store=Path(folder)))
        with Corpus.open(folder) as corpus, socket.create_server(("127.0.0.1", 0)) as listening:
            served = application(corpus, access_of(Settings()), folders=str, per_minute=1000)
            server = http_server(served)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
            thread.start()
            try:
                kept = shown(corpus)  # first: the model is loaded then, and the page says what a question takes
                picture = drawn(program, f"http://127.0.0.1:{listening.getsockname()[1]}")
                save(picture, chosen.out, note=KEPT, says=kept)
            finally:
                server.should_exit = True
                thread.join()


def drawn(program: str, address: str) -> Image:
    """The page with its answer, in light colours, and the article opened at the quote, in dark ones."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    halves = []
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=program)
        for scheme in ("light", "dark"):
            size = {"width": WIDTH, "height": HEIGHT}
            page = browser.new_page(viewport=size, device_scale_factor=2, color_scheme=scheme)  # type: ignore[arg-type]  # its Literal
            page.goto(address)
            page.fill("#question", QUESTION)
            page.press("#question", "Enter")
            page.wait_for_selector('#answer[aria-busy="false"] > *')
            if scheme == "dark":
                page.click(".quote.first a")
                page.wait_for_selector("dialog[open] mark")
            halves.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        browser.close()
    both = Image.new("RGB", (sum(half.width for half in halves), halves[0].height))
    at = 0
    for half in halves:
        both.paste(half, (at, 0))
        at += half.width
    return both


def shown(corpus: Corpus) -> str:
    """What the answer says on the page, but for the time it took."""
    answer = desk.ask(corpus, QUESTION, where=Filter()).answer
    words = words_of(answer, "en")
    quotes = [[citation.quote, citation.article.title, list(citation.marks)] for citation in answer.citations]
    return json.dumps({"quotes": quotes, "agreement": words["agreement"], "notes": words["notes"]}, ensure_ascii=False)


if __name__ == "__main__":
    main()
