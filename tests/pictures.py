"""What does a PNG file say of itself?"""

from __future__ import annotations

import struct
import zlib


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
