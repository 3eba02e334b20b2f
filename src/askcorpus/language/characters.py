"""Which characters of a file may an article hold?  Invisible and control characters are made harmless here."""

from __future__ import annotations

import re

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
