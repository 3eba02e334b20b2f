"""Does the picture in docs/ show what the page says?"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from pictures import noted

from askcorpus.corpus import Corpus

ROOT = Path(__file__).parents[2]


def test_the_picture_shows_what_the_page_says_now(sample_store: Path) -> None:
    spec = importlib.util.spec_from_file_location("render_page", ROOT / "docs" / "render_page.py")
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    with Corpus.open(sample_store) as corpus:
        says = drawing.shown(corpus)
    assert noted((ROOT / "docs" / "page.png").read_bytes(), drawing.KEPT) == says, "python docs/render_page.py"
