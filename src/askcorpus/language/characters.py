"""Which characters of a file may an article hold?  Invisible and control characters are made harmless here."""

from __future__ import annotations

import re

COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys or turns around: C0 but for the line's end and the tab, DEL, C1, marks of direction; lone surrogates."""
_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x80-\x9f]")
_CONTROLS_IN_UTF8 = re.compile(rb"\xc2[\x80-\x9f]")
# What a C1 control character is in text that people wrote: the byte of Windows-1252, read as Latin-1 on its way here.
_WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0)}
# Soft hyphen, zero-width space and marks, word joiner, byte order mark, bidi controls, invisible operators, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    "\x00-\x08\x0e-\x1b\x1f\x7f\ud800-\udfff]"
)
_NUMBER = re.compile(r"[+−-]?[0-9]{1,4}")
_RAISED = str.maketrans("0123456789+−-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+−-", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
# Joiners shape Persian and Indic words and emoji; next to Latin, Greek or Cyrillic letters they only hide.
_STRANGE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_JOINERS = re.compile("(?<![\u0590-\u1fff\u2190-\U0010ffff])[\u200c\u200d]+")
_ODD_SPACE = re.compile("[^\\S\n ]|  | \n|\n ")
_ODD_IN_ASCII = ("  ", "\t", " \n", "\n ", "\x1f")
_SPACES = re.compile("[^\\S\n]+")
_AROUND_LINE_END = re.compile(" ?\n ?")


def clean(text: str) -> str:
    """The text with one kind of line end and one kind of space, and no invisible or control characters."""
    text = _visible(text)
    if _has_odd_space(text):
        text = _AROUND_LINE_END.sub("\n", _SPACES.sub(" ", text))
    return text.strip()


def _visible(text: str) -> str:
    """The text with one kind of line end, and no invisible or control characters."""
    if not text.replace("\n", "").isprintable() or "\u034f" in text:  # that one is invisible and a mark, so printable
        text = windows_characters(text)
        text = _LINE_ENDS.sub("\n", text)
        text = _INVISIBLE.sub("", text)
        if "\u200c" in text or "\u200d" in text:
            text = _JOINERS.sub("", text)
    return text


def _has_odd_space(text: str) -> bool:
    """Whether white space is to be made one kind; in a text of ASCII, whose other kinds are gone by now, by looking for a few pieces."""
    if text.isascii():
        return any(piece in text for piece in _ODD_IN_ASCII)
    return _ODD_SPACE.search(text) is not None


def windows_characters(text: str) -> str:
    """The text with C1 control characters as what they stand for: U+0096 is the dash of "12–15", not nothing.

    U+0085 is a line end in a text that has no other and no such characters, and none in front of a space; else three dots.
    """
    # the first costs next to nothing, the second a fifth of looking for them among the characters
    if text.isascii() or not _CONTROLS_IN_UTF8.search(text.encode("utf-8", "surrogatepass")):
        return text
    if "\x85" in text and "\x85 " not in text and "\n" not in text and len(set(_CONTROLS.findall(text))) == 1:
        return text
    return text.translate(_WINDOWS)


def harmless(text: str) -> str:
    """The text with a mark in place of each character that a terminal would obey; as long as it was."""
    return COMMANDS.sub("\ufffd", text)


def raised(text: str) -> str:
    """Text that is set above the line: a number as its raised digits, so that 10⁶ does not become 106; all else as it is."""
    return text.translate(_RAISED) if _NUMBER.fullmatch(text.strip()) else text


def lowered(text: str) -> str:
    """Text that is set below the line, as `raised`."""
    return text.translate(_LOWERED) if _NUMBER.fullmatch(text.strip()) else text


def one_line(text: str) -> str:
    """The text as a title shows it: cleaned, every white space run one space."""
    return " ".join(_visible(text).split())


def looks_binary(text: str) -> bool:
    """Whether decoded text is no text at all: too many control or replacement characters in its beginning."""
    head = text[:8192]
    return "\x00" in head or len(_STRANGE.findall(head)) > len(head) * 0.02
