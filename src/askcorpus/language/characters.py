"""Which characters of a file may an article hold?  Invisible and control characters are made harmless here."""

from __future__ import annotations

import re

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Characters of scripts that set no spaces between words, as ranges for a pattern; Hangul sets them."""
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f\u0955-\u0957"
    "\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd\u0d3e-\u0d4d"
    "\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
"""Accents that stand apart, vowel signs: parts of words though `\\w` does not match them."""

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# Soft hyphen, zero-width space and marks, word joiner, byte order mark, bidi controls, invisible operators, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]"
)
# Joiners shape Persian and Indic words and emoji; next to Latin, Greek or Cyrillic letters they only hide.
_STRANGE = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_JOINERS = re.compile("(?<![\u0590-\u1fff\u2190-\U0010ffff])[\u200c\u200d]+")
_ODD_SPACE = re.compile("[^\\S\n ]|  | \n|\n ")
_SPACES = re.compile("[^\\S\n]+")
_AROUND_LINE_END = re.compile(" ?\n ?")


def clean(text: str) -> str:
    """The text with one kind of line end and one kind of space, and no invisible or control characters."""
    if "\r" in text or not text.isprintable():
        text = _LINE_ENDS.sub("\n", text)
        text = _INVISIBLE.sub("", text)
        if "\u200c" in text or "\u200d" in text:
            text = _JOINERS.sub("", text)
    if _ODD_SPACE.search(text):
        text = _AROUND_LINE_END.sub("\n", _SPACES.sub(" ", text))
    return text.strip()


def one_line(text: str) -> str:
    """The text as a title shows it: cleaned, every white space run one space."""
    return " ".join(clean(text).split())


def looks_binary(text: str) -> bool:
    """Whether decoded text is no text at all: too many control or replacement characters in its beginning."""
    head = text[:8192]
    return "\x00" in head or len(_STRANGE.findall(head)) > len(head) * 0.02
