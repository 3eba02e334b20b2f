"""Is a web page a live blog?  By what it says of itself, or by the classes of its updates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from lxml.etree import XPath
from lxml.html import HtmlElement

from askcorpus.articles.formats.html_outline import Part

_LIVE = re.compile(
    r"(?:^|[\s_-])(?:live-?(?:blog-?)?(?:update|post|entry|event|item)s?|liveblog|live-?ticker|ticker-?entry|timeline-?entry)(?:$|[\s_-])",
    re.I,
)
_CLASSES = XPath("//@class", smart_strings=False)
_LIVE_WORDS = frozenset({"live", "tick", "time"})
_FEWEST_UPDATES = 3


def is_live(outline: Sequence[Part], kinds: Sequence[str], tree: HtmlElement) -> bool:
    """Whether the page is a live blog: it says so, or has the containers of one."""
    if "LiveBlogPosting" in kinds:
        return True
    classes = " ".join({*_CLASSES(tree)}).lower()
    if not any(word in classes for word in _LIVE_WORDS) or not _LIVE.search(classes):  # most pages have none
        return False
    seen: set[HtmlElement] = set()
    updates = 0
    for part in outline:
        element = part.parent
        while element is not None and element not in seen:
            seen.add(element)
            updates += _names_update(element.get("class") or "")
            element = element.getparent()
    return updates >= _FEWEST_UPDATES


@lru_cache(maxsize=4096)
def _names_update(classes: str) -> bool:
    return bool(_LIVE.search(classes))
