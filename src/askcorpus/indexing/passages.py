"""What is a passage?  An article becomes a few whole sentences at a time that fit the encoder, offsets kept.

Knows nothing of the encoder but a function that counts its tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from askcorpus.language.sentences import Span, asks, paragraphs, stripped
from askcorpus.types import PASSAGE_CHARS, Article, Passage

CountTokens = Callable[[Sequence[str]], Sequence[int]]

OWN_PASSAGE = 80  # tokens; a paragraph this long is not mixed with the next
LETTERS = 4
"""Of a token, about: a passage of PASSAGE_CHARS has so many times fewer, whatever a model could read, and counting its length hardly adds to them."""
FACTS = 3
"""Lines of a fact box at least: one such as "Read more: ..." may stand anywhere."""
LONGEST_HEADING = 60  # characters, of a fact box
_FACT = re.compile(r"[^\n:：.!?]{2,40}[:：] ?[^\n]{1,80}(?<![.!?。])")
"""A line of a fact box: "Height: 261 metres"."""
SPLIT = 4
"""Raise it when an article would be split otherwise: the next indexing run splits every article again."""


def split(
    article: Article, *, max_tokens: int, count: CountTokens, without: Sequence[Span] = ()
) -> tuple[Passage, ...]:
    """Passages of whole sentences, in order, that together hold every sentence of the article but the lines `without`.

    Short paragraphs are joined, a substantial one stands alone, and one that does not fit becomes passages that overlap:
    what a sentence means often stands in the sentence before it. A question stays with its answer, a fact box in one piece.
    `max_tokens` is what one passage may cost by `count`; the caller has taken off the title and the special tokens. A
    sentence that alone costs more is cut at a space, and so is one that is few tokens and very long: of words that the model
    does not know each is one.
    """
    max_tokens = min(max_tokens, PASSAGE_CHARS // LETTERS)
    count = _counting_length(count, max_tokens)
    passages: list[Passage] = []
    start, end, used = -1, -1, 0
    left_out = {line_start for line_start, _ in without}
    for spans in _together(article.text, [*paragraphs(article.text, article.source.language)], left_out):
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


def _together(text: str, lines: Sequence[list[Span]], left_out: Collection[int]) -> Iterator[list[Span]]:
    """The paragraphs, one that asks in one with the next, and the lines of a fact box in one with its heading."""
    place = 0
    while place < len(lines):
        many = 1
        facts = _facts_from(text, lines, place, left_out)
        if facts >= FACTS:
            many = facts
        elif not facts and lines[place][0][0] not in left_out:
            start, end = lines[place][0][0], lines[place][-1][1]
            boxed = _facts_from(text, lines, place + 1, left_out)
            if asks(text[start:end]) and place + 1 < len(lines) and lines[place + 1][0][0] not in left_out:
                many = 2
            elif boxed >= FACTS and end - start <= LONGEST_HEADING and text[end - 1] not in ".!…":
                many = 1 + boxed
        yield [span for spans in lines[place : place + many] for span in spans]
        place += many


def _facts_from(text: str, lines: Sequence[list[Span]], place: int, left_out: Collection[int]) -> int:
    """How many lines from this place on are those of a fact box."""
    end = place
    while end < len(lines):
        start = lines[end][0][0]
        if start in left_out or not _FACT.fullmatch(text, start, lines[end][-1][1]):
            break
        end += 1
    return end - place


def _counting_length(count: CountTokens, max_tokens: int) -> CountTokens:
    """What a text costs, so that nothing within `max_tokens` has more than PASSAGE_CHARS."""

    def cost(texts: Sequence[str]) -> Sequence[int]:
        counted = zip(count(texts), texts, strict=True)
        return [max(tokens, -(-len(text) * max_tokens // PASSAGE_CHARS)) for tokens, text in counted]

    return cost


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
    halves = (*stripped(text, start, at), *stripped(text, at, end))
    return [part for half in halves for part in _cut(text, *half, max_tokens, count)]
