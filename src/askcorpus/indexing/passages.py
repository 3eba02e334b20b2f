"""What is a passage?  An article becomes a few whole sentences at a time that fit the encoder, offsets kept.

Knows nothing of the encoder but a function that counts its tokens.  Sentence splitters on the package index either
need models or normalise the text and lose its offsets, so the few rules needed for news stand here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from askcorpus.types import Article, Passage

Span = tuple[int, int]
CountTokens = Callable[[Sequence[str]], Sequence[int]]

OWN_PASSAGE = 80  # tokens; a paragraph this long is not mixed with the next

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n")
_CLOSERS = "\"'”’»)]}›」』"
_END = re.compile(  # from the first mark of a run and without going back, so that a line of dots takes no time
    rf"(?:(?<![.!?…؟۔])[.!?…؟۔]++[{re.escape(_CLOSERS)}]*+(?=\s)|[。！？]+[{re.escape(_CLOSERS)}]*)\s*"
)
_LAST_WORD = re.compile(r"([^\s(\"'“‘«„\[]+?)\.+$")
_NUMBER = re.compile(r"^\d{1,3}$")
_INITIALS = re.compile(r"^(?:[^\W\d_]\.)*[^\W\d_]$")
_NEXT_STARTS_LOW = re.compile(rf"[{re.escape(_CLOSERS)}\"'“‘«(\[—–-]*\s*[a-zà-öø-ÿа-яё]")
_DASH_START = re.compile(r"[—–-]\s")
# Abbreviations that never end a sentence because a name or a number follows them.
_TITLES = frozenset(
    "mr mrs ms dr prof st gen sen rep gov lt col capt sgt maj adm rev hon jr sr pres supt cpl pvt cmdr "
    "mt ft vs ed eds approx ca cf e.g i.e "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "hr fr dipl ing bzw evtl ggf str z.b d.h u.a "
    "m mme mlle mm me av env "
    "sra dra srta d ud uds dña "
    "ул им т.е г-н проф акад".split()
)
# The same, but only before a number ("No. 5"); "He said no." is a sentence.
_BEFORE_NUMBER = frozenset("no nos fig figs p pp vol art sec ch nr tel núm pág стр рис".split())
# Abbreviations that may end a sentence; a capital after them decides.
_MAYBE = frozenset("inc corp co ltd llc plc bros u.s u.k u.n e.u d.c a.m p.m etc ph.d b.c a.d".split())
_STARTERS = frozenset(
    "the a an this that these those he she it they we you i his her its their our my in on at by for from to with as but and or "
    "if when while after before since although though however meanwhile there here what who why how some many most all both "
    "each no not now then according".split()
)


def split(
    article: Article, *, max_tokens: int, count: CountTokens, without: Sequence[Span] = ()
) -> tuple[Passage, ...]:
    """Passages of whole sentences, in order, that together hold every sentence of the article but the lines `without`.

    Short paragraphs are joined, a substantial one stands alone, and one that does not fit becomes passages that overlap:
    what a sentence means often stands in the sentence before it. `max_tokens` is what one passage may cost by `count`;
    the caller has taken off the title and the special tokens. A sentence that alone costs more is cut at a space.
    """
    passages: list[Passage] = []
    start, end, used = -1, -1, 0
    left_out = {line_start for line_start, _ in without}
    for spans in _paragraphs(article.text):
        if spans[0][0] in left_out:
            if used:
                passages.append(Passage(article, start, end))
                used = 0
            continue
        spans, costs = _fitting(article.text, spans, max_tokens, count)
        total = sum(costs)
        if used and (used >= OWN_PASSAGE or total >= OWN_PASSAGE or used + total > max_tokens):
            passages.append(Passage(article, start, end))
            used = 0
        if total > max_tokens:
            passages.extend(Passage(article, s, e) for s, e in _overlapping(spans, costs, max_tokens))
            continue
        start = start if used else spans[0][0]
        end, used = spans[-1][1], used + total
    if used:
        passages.append(Passage(article, start, end))
    return tuple(passages)


def _overlapping(spans: Sequence[Span], costs: Sequence[int], max_tokens: int) -> Iterator[Span]:
    """Cover a paragraph that does not fit with as few passages as fit, each as long as it may be."""
    first = last = used = 0
    while True:
        while last < len(spans) and (last == first or used + costs[last] <= max_tokens):  # one character may cost more
            used += costs[last]
            last += 1
        if last == len(spans):  # the last one reaches back as far as it can
            while first and used + costs[first - 1] <= max_tokens:
                first -= 1
                used += costs[first]
            yield spans[first][0], spans[-1][1]
            return
        yield spans[first][0], spans[last - 1][1]
        # The next one begins in the middle of this one, so that every sentence keeps its neighbours somewhere.
        room = min(max_tokens // 2, max_tokens - costs[last])
        while last - 1 > first and costs[last - 1] <= room:
            last -= 1
            room -= costs[last]
        first, used = last, 0


def sentences(text: str) -> tuple[Span, ...]:
    """Offsets of the sentences of `text`, without the white space around them, in order; none is empty."""
    return tuple(span for paragraph in _paragraphs(text) for span in paragraph)


def _paragraphs(text: str) -> Iterator[list[Span]]:
    position = 0
    for gap in _PARAGRAPH.finditer(text):
        yield from _sentences_within(text, position, gap.start())
        position = gap.end()
    yield from _sentences_within(text, position, len(text))


def _sentences_within(text: str, start: int, stop: int) -> Iterator[list[Span]]:
    found: list[Span] = []
    position = start
    for end in _END.finditer(text, start, stop):
        if end.end() >= stop or _ends_sentence(text, position, end, stop):
            _add(found, text, position, end.end())
            position = end.end()
    _add(found, text, position, stop)
    if found:
        yield found


def _add(found: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        found.append((start, end))


def _ends_sentence(text: str, start: int, end: re.Match[str], stop: int) -> bool:
    """Whether the punctuation matched by `end` closes the sentence that began at `start`."""
    mark = end.group().strip()
    if _NEXT_STARTS_LOW.match(text, end.end(), stop):
        return False
    if mark[0] != "." or mark.startswith(("..", "…")):
        return True
    last = _LAST_WORD.search(text, max(start, end.start() - 24), end.start() + 1)
    if last is None:
        return True
    word = last.group(1).lower()
    following = text[end.end() : end.end() + 24].split(None, 1)
    next_word = following[0].strip("\"'“‘«(").lower() if following else ""
    if word in _TITLES:
        return len(mark) > 1
    if word in _BEFORE_NUMBER:
        return not next_word[:1].isdigit()
    if word in _MAYBE or (_INITIALS.match(word) and last.group(1)[0].isupper()):
        return next_word in _STARTERS
    if _NUMBER.match(word):  # "am 3. Mai", a numbered list; but "in 1969." and "by 40." close
        opens_line = last.start(1) == start
        return not opens_line and not (word.isdigit() and int(word) <= 31 and _is_month(next_word))
    return True


def _is_month(word: str) -> bool:
    return word.strip(".,") in _MONTHS


_MONTHS = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember "
    "januari mars maj juin juillet prosinec ledna února".split()
)


def _fitting(text: str, spans: list[Span], max_tokens: int, count: CountTokens) -> tuple[list[Span], list[int]]:
    """The sentences with their cost; one that does not fit is cut at spaces into parts that do."""
    costs = list(count([text[s:e] for s, e in spans]))
    if all(cost <= max_tokens for cost in costs):
        return spans, costs
    out: list[Span] = []
    out_costs: list[int] = []
    for (s, e), cost in zip(spans, costs, strict=True):
        if cost <= max_tokens:
            out.append((s, e))
            out_costs.append(cost)
            continue
        for part in _cut(text, s, e, max_tokens, count):
            out.append(part)
            out_costs.append(count([text[part[0] : part[1]]])[0])
    return out, out_costs


def _cut(text: str, start: int, end: int, max_tokens: int, count: CountTokens) -> list[Span]:
    """Parts of one over-long sentence, each within `max_tokens`, cut at a space where there is one."""
    cost = count([text[start:end]])[0]
    if cost <= max_tokens or end - start <= 1:
        return [(start, end)]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    at = space if space > start + (end - start) // 4 else middle
    left, right = [(start, at)], [(at, end)]
    parts: list[Span] = []
    for s, e in (*left, *right):
        stripped: list[Span] = []
        _add(stripped, text, s, e)
        for span in stripped:
            parts.extend(_cut(text, *span, max_tokens, count))
    return parts
