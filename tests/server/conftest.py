"""A real browser, where there is one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import newspapers
import pytest

from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def two_collections(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Path:
    """A store of two folders, news with the mayor's two articles and old with four, a file in each that was skipped; only to be read."""
    here = tmp_path_factory.mktemp("two")
    folders = [
        newspapers.write(here / "news", newspapers.ROWS[4:6]),
        newspapers.write(here / "old", newspapers.ROWS[:4]),
    ]
    for folder in folders:
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    refresh(folders, here / "store", real_encoder)
    return here / "store"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium: the system's, else playwright's own; skips where there is neither."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    system = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    with playwright.sync_playwright() as started:
        own = started.chromium.executable_path
        if system is None and not Path(own).exists():
            pytest.skip("there is no Chromium: apt-get install chromium, or playwright install chromium")
        browser = started.chromium.launch(executable_path=system)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script, MPL-2.0 and no part of this project, as the package for playwright brings it."""
    packaged = pytest.importorskip("axe_playwright_python.base", reason="pip install axe-playwright-python")
    script: str = packaged.AXE_SCRIPT
    return script
