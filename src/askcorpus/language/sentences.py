"""Where does a sentence end?  At its mark, unless what stands around the mark says that it goes on; offsets are kept.

The rules are the same for all languages; what differs, abbreviations above all, stands in abbreviations.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from askcorpus.language import tables
from askcorpus.language.stopwords import stop_words
from askcorpus.language.words import known

Span = tuple[int, int]

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n")
_MARKS = ".!?…؟۔।॥։።。！？｡"
_CLOSERS = "\"'”’»›)]}」』）】》"
_ALL_CLOSERS = _CLOSERS + "“‘«‹"
# German closes with the mark by which English opens, French sets a space before its own; a number in brackets is a footnote's.
_CLOSED = rf"(?>(?:[{re.escape(_CLOSERS)}]|[“‘«‹](?=[\s{re.escape(_CLOSERS)}]|\Z)|[ \u00a0\u202f][»›](?=\s|\Z)|\[\d{{1,3}}\])*)"
_UNSPACED_MARK = re.compile("[。！？｡]")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
# No further than any function word is long: where no spaces are set, the rest of the text would be one word, for every mark.
_AHEAD = re.compile(r"[\s\"'“”‘’«»‹›„‚(\[—–\-¿¡]*+([^\s.,;:!?…)\]»”]{0,40}+)")
_LAST_WORD = re.compile(r"([^\s(\"'“‘«„\[]+?)\.+\Z")
_INITIAL = r"[^\W\d_][^\w\s.]?"  # with the vowel sign that some scripts set behind it
_INITIALS = re.compile(rf"(?:{_INITIAL}\.-?)*{_INITIAL}")
_INITIAL_AHEAD = re.compile(rf"{_INITIAL}\.")
_ROMAN = re.compile(r"[IVXLC]{2,}")
_LOOK_BACK = 24  # characters in which the word before a full stop begins
MAX_ORDINAL_DIGITS = 3
"""A year that ends a sentence has four."""
_QUOTING = frozenset("とってなのはがをもに的、，")
"""What stands right behind a closing quote where the sentence around it goes on, in Japanese and Chinese."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a sentence of one language may have a full stop after."""

    end: re.Pattern[str]
    before_name: frozenset[str]
    before_number: frozenset[str]
    may_end: frozenset[str]
    starts: frozenset[str]
    ordinals: bool


def sentences(text: str, language: str | None = None) -> tuple[Span, ...]:
    """Offsets of the sentences of `text`, without the white space around them, in order; none is empty."""
    return tuple(span for paragraph in paragraphs(text, language) for span in paragraph)


def paragraphs(text: str, language: str | None = None) -> Iterator[list[Span]]:
    """The same, for each line or paragraph that is not empty."""
    rules = _rules(known(language))
    position = 0
    for gap in _PARAGRAPH.finditer(text):
        yield from _within(text, position, gap.start(), rules)
        position = gap.end()
    yield from _within(text, position, len(text), rules)


def asks(sentence: str) -> bool:
    """Whether a sentence is a question, by the mark at its end."""
    return sentence.endswith(("?", "؟", "？"))


def stripped(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The span without the white space at its ends; none where nothing is left."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return ((start, end),) if end > start else ()


def _within(text: str, start: int, stop: int, rules: _Rules) -> Iterator[list[Span]]:
    found: list[Span] = []
    position = start
    for end in rules.end.finditer(text, start, stop):
        if end.end() >= stop or _ends(text, position, end, rules):
            found.extend(stripped(text, position, end.end()))
            position = end.end()
    found.extend(stripped(text, position, stop))
    if found:
        yield found


def _ends(text: str, start: int, end: re.Match[str], rules: _Rules) -> bool:
    """Whether the marks matched by `end` close the sentence that began at `start`."""
    mark, spaced = end[1], end.end() > end.end(1)
    quoted = mark[-1] in _ALL_CLOSERS
    ahead = _AHEAD.match(text, end.end())
    following = ahead[1] if ahead else ""
    if not spaced and not (_UNSPACED_MARK.search(mark) or (mark[0] in "!?" and _IDEOGRAPH.match(following))):
        return False
    if following[:1].islower() or (quoted and following[:1] in _QUOTING):
        return False
    function_word = following.lower() in rules.starts
    if quoted and mark[0] in "!?؟" and function_word and not following[:1].isupper():
        return False  # a script without capitals: “Stop!” and he ran
    if mark[0] != "." or mark.startswith(".."):
        return True
    last = _LAST_WORD.search(text, max(start, end.start() - _LOOK_BACK), end.start() + 1)
    if last is None:
        return True
    initial = _INITIALS.fullmatch(last[1])
    if initial and (following[:1].isdecimal() or (ahead and _INITIAL_AHEAD.match(text, ahead.start(1)))):
        return False  # "d. 1560", "J. R. Tolkien", "z. B. das"
    starts = function_word and following[:1].isupper()
    return _ends_after(
        last[1],
        following,
        _word_before(text, start, last.start(1)),
        rules,
        initial=bool(initial),
        starts=starts,
        quoted=quoted,
    )


def _ends_after(
    written: str, following: str, before: str, rules: _Rules, *, initial: bool, starts: bool, quoted: bool
) -> bool:
    """Whether a full stop behind the word `written` ends a sentence, by the words around it."""
    word = written.lower()
    if word in rules.before_name:
        return quoted
    if word in rules.may_end or (initial and not written[0].islower()):
        return starts
    if word in rules.before_number:
        return not following[:1].isdecimal()
    if written.isdecimal() and len(written) <= MAX_ORDINAL_DIGITS:
        return bool(before) and (starts or not rules.ordinals or before in rules.before_number)
    return starts or not (rules.ordinals and _ROMAN.fullmatch(written))


def _word_before(text: str, start: int, place: int) -> str:
    """The word that ends before `place`, in lower case and without its full stop."""
    words = text[max(start, place - _LOOK_BACK) : place].split()
    return words[-1].rstrip(".").lower() if words else ""


@cache
def _rules(code: str) -> _Rules:
    table, common = tables.table("abbreviations", code), tables.table("abbreviations", "any")
    marks = re.escape(_MARKS + str(table.get("ends", "")))
    before_name, before_number, may_end, starts = (
        frozenset(f"{table.get(key, '')} {common.get(key, '')}".split())
        for key in ("before_name", "before_number", "may_end", "starts")
    )
    return _Rules(
        re.compile(rf"([{marks}]++{_CLOSED})\s*+"),
        before_name - frozenset(str(table.get("may_end", "")).split()),
        before_number,
        may_end,
        starts | stop_words(code).words,
        bool(table.get("ordinals")),
    )
