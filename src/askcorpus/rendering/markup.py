"""How is somebody else's text cut, escaped and linked for Telegram?  Pure functions; knows nothing of answers.

Telegram counts a message in UTF-16 units after its tags are taken off, so text is cut before it is escaped.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import quote as percent
from urllib.parse import urlsplit

MESSAGE_UNITS = 4096  # core.telegram.org/bots/api#sendmessage: 1-4096 characters after entities parsing
URL_CHARACTERS = 1500  # a longer address would leave too little of MESSAGE_UNITS for the answer
FRAGMENT_WORDS = 5  # at each end: enough to be the only place of a page, and short in an address

_DROPPED = r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_CONTROLS = re.compile(_DROPPED)
_JOINER = "\u2060"  # of no width; Telegram's own library takes it for the end of a name, a command and an address
_DOES = re.compile(
    rf"(?<!\w)@(?={_DROPPED}{{0,9}}\w)"
    rf"|(?<![\w/<>])/(?={_DROPPED}{{0,9}}\w)"
    rf"|(?<![a-z0-9])tg(?={_DROPPED}{{0,9}}:)"
    rf"|(?:tg|ton|tonsite)(?={_DROPPED}{{0,9}}:{_DROPPED}{{0,9}}/{_DROPPED}{{0,9}}/)"  # behind any letter, too: match_tg_urls of tdlib
    rf"|(?<![a-z0-9])(?:t|telegram|telesco)(?={_DROPPED}{{0,9}}\.{_DROPPED}{{0,9}}(?:me|dog|pe)(?![a-z0-9]))",
    re.IGNORECASE,
)
"""Behind what Telegram would make somebody's quoted words do something in a chat: name a user, send a command, open one."""
_FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_FURTHER = 30  # characters that this looks ahead
_FORBIDDEN_IN_URL = re.compile(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]")
_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d_]{2,}|[0-9.]+|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?", re.IGNORECASE)


def escape(text: str) -> str:
    """Text that Telegram shows as it is, and of which it makes neither @name nor /command nor a link into itself."""
    return html.escape(_DOES.sub(lambda match: match[0] + _JOINER, text), quote=False)


def room(text: str, units: int) -> int:
    """How much of a text fits so many units beside the joiners that `escape` puts into it, which are never more than half of it."""
    return max(units - sum(1 for _ in _DOES.finditer(text)), units * 2 // 3, 2)


def clean(text: str) -> str:
    """Without the control characters that Telegram drops, lone surrogates, and what turns the writing direction."""
    return _CONTROLS.sub("", text)


def one_line(text: str, units: int) -> str:
    """A title or a name: cleaned, on one line, cut to so many units."""
    return clip(" ".join(clean(text).split()), units)


def isolated(text: str) -> str:
    """A name, a day or a title; one that is written from right to left takes no number or name beside it along."""
    return f"\u2068{text}\u2069" if from_the_right(text) else text


def isolated_among(text: str, words: str) -> str:
    """The same, filled into these words, which may be written from right to left: then a day or a name from left to right is isolated."""
    against = any(char.isalpha() and not from_the_right(char) for char in text) if from_the_right(words) else False
    return f"\u2068{text}\u2069" if against else text


def from_the_right(text: str) -> bool:
    """Whether there is a letter in it that is written from right to left."""
    return _FROM_THE_RIGHT.search(text) is not None


def utf16(text: str) -> int:
    """How long Telegram thinks this text is."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(markup: str) -> str:
    """What is left of our own markup when Telegram has read it; other people's text is escaped, so every < is a tag."""
    return html.unescape(re.sub(r"<[^<>]*>", "", markup))


def clip(text: str, units: int) -> str:
    """The text, or its beginning up to a word's end and an ellipsis, in at most so many UTF-16 units."""
    units = room(text, units)
    if utf16(text) <= units:
        return text
    end = longest(text, 0, units - 2)
    space = text.rfind(" ", end // 2, end)
    return text[: space if space > 0 else end].rstrip() + " …"


def longest(text: str, start: int, units: int) -> int:
    """The furthest end such that text[start:end] has at most so many UTF-16 units."""
    end = min(len(text), start + units)
    while utf16(text[start:end]) > units:
        end -= max(1, (utf16(text[start:end]) - units) // 2)
    return end


def pieces(text: str, units: int) -> Iterable[tuple[int, int]]:
    """Slices of at most so many units that make up the text, cut after a line, a sentence or a word if there is one."""
    start = 0
    while start < len(text):
        end = longest(text, start, units)
        if end < len(text):
            for boundary in ("\n", ". ", " "):
                at = text.rfind(boundary, start + (end - start) // 2, end)
                if at > 0:
                    end = at + len(boundary)
                    break
        yield start, end
        start = end


def tagged(text: str, start: int, end: int, spans: Iterable[tuple[int, int, str]]) -> str:
    """text[start:end] as HTML, each span in its tag; spans may overlap and reach beyond the slice."""
    spans = list(spans)
    inert = {match.end() for match in _DOES.finditer(text, start, min(len(text), end + _FURTHER)) if match.end() < end}
    cuts = sorted({start, end, *inert, *(min(max(p, start), end) for a, b, _ in spans for p in (a, b))})
    out: list[str] = []
    for a, b in pairwise(cuts):
        tags = sorted({tag for s, e, tag in spans if s <= a and b <= e})
        opening = "".join(f"<{t}>" for t in tags)
        closing = "".join(f"</{t}>" for t in reversed(tags))
        joiner = _JOINER if b in inert else ""
        out.append(f"{opening}{html.escape(clean(text[a:b]), quote=False)}{joiner}{closing}")
    return "".join(out)


def safe_url(url: str | None) -> bool:
    """Whether Telegram takes this address for a button and a browser opens nothing but a page."""
    if not url or len(url) > URL_CHARACTERS or _FORBIDDEN_IN_URL.search(url):
        return False
    try:
        parts = urlsplit(url)
        host, readable = parts.hostname or "", parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "@" not in parts.netloc and readable and bool(_HOST.fullmatch(host))


def text_fragment(quote: str) -> str:
    """`:~:text=…` leads a browser to the quote; wicg.github.io/scroll-to-text-fragment, a long one as start,end."""
    words = clean(quote).split()
    if len(words) <= 2 * FRAGMENT_WORDS:
        return f":~:text={_percent(words)}"
    return f":~:text={_percent(words[:FRAGMENT_WORDS])},{_percent(words[-FRAGMENT_WORDS:])}"


def _percent(words: list[str]) -> str:
    """All but letters and digits percent-encoded; the hyphen too, since it means something in a text directive."""
    return percent(" ".join(words).encode("utf-8", "replace"), safe="").replace("-", "%2D")
