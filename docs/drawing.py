"""What do the scripts that draw pictures share?  The Chromium of this machine, and a picture that says what it shows."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


def chromium() -> str:
    """Its program; ends with a line where there is none."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sys.exit("Chromium is needed to draw the picture: apt-get install chromium")
    return found


def save(picture: Image, out: Path, *, note: str, says: str, colors: int = 256) -> None:
    """Write the picture, small, with a note of this name that says what it shows: a test can hold it against the program."""
    from PIL.PngImagePlugin import PngInfo

    noted = PngInfo()
    noted.add_itxt(note, says, zip=True)
    picture.quantize(colors).save(out, optimize=True, pnginfo=noted)
