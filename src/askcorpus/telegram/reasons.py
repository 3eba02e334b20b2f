"""Why was something not read, in the reader's language?  Readers say it in English; here it is known which kind of reason that is."""

from __future__ import annotations

import re

from askcorpus.rendering.markup import one_line
from askcorpus.rendering.wording import Say

UNITS = 200
"""Of a reason that is of no kind known here, and is said as it is."""
_FOR_THE_SHELL = re.compile(r" \(--[^()]*\)|; to read it all the same: --\S+")
"""What a command could be told instead, and a chat cannot."""
_ROBOTS = ", asking for robots.txt"
"""Behind the reason why nobody knows whether a page may be asked for."""
_KINDS = (
    ("why_locked", r"a PDF that needs a password|.* that is encrypted or packed in an unknown way"),
    ("why_scanned", r"a PDF without text; .*"),
    (
        "why_damaged",
        r"damaged .*|binary data, not text|not (?:XML|JSON|a web page|a mail|a mailbox|an RTF file|a table: .*)",
    ),
    (
        "why_wall",
        r"an error page, .*|a check for robots, .*|a page that needs JavaScript, .*|a login, .*|a question about cookies, .*",
    ),
    (
        "add_nothing",
        r"no (?:article|article text|text)(?: in it)?|an? .* (?:without text|without a page in it|in which nothing is said)"
        r"|not an article|a line without end|a table without a column named text|missing from the book",
    ),
    ("why_kind", r"not a kind (?:of file )?that can be read.*|XML, but neither RSS nor Atom|packed in a way .*"),
    (
        "why_large",
        r"larger than .*|more than \d+ (?:members|messages|records)|elements nested .*|nested more deeply .*|archives in archives, .*"
        r"|line \d+ is longer than .*|a cell of it is longer than .*|took longer than .*|needs more memory .*",
    ),
    ("why_robots", r"robots\.txt does not allow it"),
    ("why_private", r".* is an address of a private network"),
    ("why_status", r"the server answered (?P<status>\d+).*"),
    ("why_silent", r"no answer within .*"),
    ("why_unsafe", r"no safe connection: .*"),
    ("why_unreached", r"cannot be reached: .*|more than \d+ redirects|moved to what is not an address"),
    ("why_address", r"not an address|not an http or https address|an address with spaces or control characters"),
    ("why_broken", r"the page (?:broke off|arrived damaged): .*"),
)
_KNOWN = tuple((name, re.compile(pattern, re.DOTALL)) for name, pattern in _KINDS)
_OF_A_PART = re.compile(r"[^:]{1,200}: (.*)", re.DOTALL)  # "chapter-2.xhtml: no text"


def said(reason: str, say: Say) -> str:
    """The reason in the words of `say`, which escapes nothing; one of a kind unknown here as the reader gave it."""
    plain = _FOR_THE_SHELL.sub("", reason).removesuffix(_ROBOTS)
    part = _OF_A_PART.fullmatch(plain)
    for told in (plain, *([part[1]] if part else [])):
        for name, pattern in _KNOWN:
            if found := pattern.fullmatch(told):
                return say(name, **found.groupdict())
    return say("why_other", reason=one_line(plain, UNITS))
