"""Does the picture in docs/ show what the bot sends?"""

from __future__ import annotations

import importlib.util
import shutil
import struct
from pathlib import Path
from types import ModuleType

from pictures import noted

ROOT = Path(__file__).parents[2]


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_answer", ROOT / "docs" / "render_answer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_shows_what_the_bot_sends_now(sample_store: Path, one_model: None, tmp_path: Path) -> None:
    shutil.copytree(sample_store, tmp_path / "store")
    module = drawing()
    picture = (ROOT / "docs" / "telegram-answer.png").read_bytes()
    width = struct.unpack(">I", picture[16:20])[0]
    assert width == 2 * module.WIDTH == 720  # drawn at twice the width of a small phone
    assert noted(picture, module.KEPT) == module.bubbles(tmp_path / "store"), "python docs/render_answer.py"
