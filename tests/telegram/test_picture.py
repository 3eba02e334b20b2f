"""Does the picture in docs/ show what the bot sends?"""

from __future__ import annotations

import importlib.util
import struct
import zlib
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]


def drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("render_answer", ROOT / "docs" / "render_answer.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def noted(picture: bytes, name: str) -> str:
    """The picture's international text of this name: www.w3.org/TR/png-3/#11iTXt."""
    at = 8
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        data = picture[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(name.encode() + b"\0"):
            packed, text = data[len(name) + 1], data[len(name) + 5 :]  # no language, no translation of the name
            return (zlib.decompress(text) if packed else text).decode()
        at += length + 12
    raise AssertionError("the picture does not say what it shows")


def test_the_picture_shows_what_the_bot_sends_now(tmp_path: Path) -> None:
    module = drawing()
    picture = (ROOT / "docs" / "telegram-answer.png").read_bytes()
    width = struct.unpack(">I", picture[16:20])[0]
    assert width == 2 * module.WIDTH == 720  # drawn at twice the width of a small phone
    assert noted(picture, module.KEPT) == module.bubbles(tmp_path / "store"), "python docs/render_answer.py"
