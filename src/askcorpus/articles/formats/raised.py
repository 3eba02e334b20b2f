"""What do characters above and below the line say?  Raised digits stay raised, the reading beside a word is nobody's text."""

from __future__ import annotations

import re

from lxml.etree import XPath
from lxml.html import HtmlElement

from askcorpus.language.characters import lowered, raised

_OWN_LINE = re.compile(r"display\s*:\s*block", re.I)
_STYLES = XPath("//@style", smart_strings=False)  # takes a fifth of the time of the next, which few pages need
_STYLED = XPath("//*[@style][self::span or self::a or self::b or self::em or self::strong]")
_READINGS = ("rt", "rp", "rtc")  # of ruby: how the characters before are spoken


def show_plainly(tree: HtmlElement) -> None:
    """Change the tree so that its text reads as it looks: 10⁶ for 10<sup>6</sup>, no ruby, and words apart that stand on lines of their own."""
    for element in list(tree.iter(*_READINGS)):
        if element.getparent() is not None:
            element.drop_tree()
    for element in list(tree.iter("sup", "sub")):
        if element.text and not len(element):
            change = raised if element.tag == "sup" else lowered
            element.text = change(element.text)
    if not any(map(_OWN_LINE.search, _STYLES(tree))):
        return
    for element in _STYLED(tree):
        if _OWN_LINE.search(element.get("style")):
            element.text = f" {element.text or ''}"
            element.tail = f" {element.tail or ''}"
