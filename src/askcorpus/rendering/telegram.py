"""What does an Answer look like in a Telegram chat?  Pure functions to Telegram's HTML; knows nothing of networks.

Whole blocks are left out rather than a tag broken; nothing returned is longer than a message may be.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from askcorpus.rendering.markup import (
    MESSAGE_UNITS,
    clip,
    escape,
    longest,
    one_line,
    pieces,
    room,
    safe_url,
    tagged,
    text_fragment,
    utf16,
    visible,
)
from askcorpus.rendering.text import WHY, first_values, origin_text
from askcorpus.types import Answer, Article, Citation, Filter

# Shares of MESSAGE_UNITS that one part of an answer may take, so that no part leaves the others without room.
HEADLINE_UNITS = 1500
QUOTE_UNITS = 900
TITLE_UNITS = 200
LINE_UNITS = 300  # of a digest's story: ten of them, with their titles, fill a message
OPENING_UNITS = 1500
CONTEXT_CHARACTERS = 160  # about a line and a half of a phone on either side of a quote

Say = Callable[..., str]
"""A sentence of the bot's own by its name, as HTML, in the reader's language; its values are escaped."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a chat shows of an article."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Cited:
    """What a chat keeps of one Citation; offsets are in the passage."""

    number: int
    story: int
    passage: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]
    origin: Origin

    @property
    def quote(self) -> str:
        """The verbatim quote."""
        return self.passage[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a chat shows of an Answer; small enough to be kept, so that buttons work after a restart."""

    question: str
    understood: str | None
    cited: tuple[Cited, ...]
    nearest: tuple[Origin, ...]
    narrowed: str
    independent: int
    dropped: str = ""
    agreement: str = "unknown"
    values: tuple[tuple[str, str], ...] = ()
    """What each story says for what was asked, and who says so, where it was compared."""
    purpose: str = "answer"
    talk: str = ""
    why: str | None = None
    """Why the first of those that differ leads."""
    read_as: str = ""
    """What stands in place of slips."""
    figures: tuple[int, str, str, str] | None = None
    """Articles, the first day and the last, the outlets."""

    def as_json(self) -> dict[str, Any]:
        """The plain values that `from_json` reads."""
        return asdict(self)

    @classmethod
    def from_json(cls, table: dict[str, Any]) -> Shown:
        """What `as_json` gave."""
        cited = tuple(
            Cited(**{**c, "marks": tuple((a, b) for a, b in c["marks"]), "origin": Origin(**c["origin"])})
            for c in table["cited"]
        )
        values = tuple((value, who) for value, who in table.get("values", ()))
        figures = tuple(table["figures"]) if table.get("figures") else None
        nearest = tuple(Origin(**o) for o in table["nearest"])
        return cls(**{**table, "cited": cited, "nearest": nearest, "values": values, "figures": figures})


def shown(answer: Answer, *, question: str, understood: str | None = None) -> Shown:
    """What a chat keeps and shows of this answer to the question as it was typed."""
    known = answer.figures
    return Shown(
        question=question,
        understood=understood,
        cited=tuple(_cited(c) for c in answer.citations),
        nearest=tuple(origin(a) for a in answer.nearest),
        narrowed=_bounds(answer.filter),
        independent=answer.independent_sources,
        dropped=_bounds(answer.dropped),
        agreement=answer.agreement,
        values=tuple((c.value or "", origin_text(c.article)) for c in first_values(answer)),
        purpose=answer.purpose,
        talk=answer.talk,
        why=answer.why,
        read_as=", ".join(answer.read_as),
        figures=(known.articles, known.since or "?", known.until or "?", ", ".join(known.publishers))
        if known
        else None,
    )


def _bounds(where: Filter) -> str:
    bounds = (where.since and f"≥ {where.since}", where.until and f"≤ {where.until}", where.publisher, where.language)
    return " · ".join(bound for bound in bounds if bound)


def origin(article: Article) -> Origin:
    """What a chat shows of this article."""
    source = article.source
    return Origin(article.id, article.title, source.publisher, source.published, source.url)


def by_story(cited: Iterable[Cited]) -> list[list[Cited]]:
    """Citations by story, in the order in which each story first appears."""
    groups: dict[int, list[Cited]] = {}
    for c in cited:
        groups.setdefault(c.story, []).append(c)
    return list(groups.values())


def render(answer: Shown, say: Say, *, at_most: int) -> str:
    """The answer as one message that shows at most so many stories."""
    if answer.purpose in ("talk", "figures"):
        return _of_itself(answer, say)
    head: list[str] = []
    if answer.understood:
        head.append(say("understood", question=clip(answer.understood, 600)))
    if answer.read_as:
        head.append(say("read_as", words=clip(answer.read_as, 200)))
    if answer.narrowed:
        head.append(say("narrowed", filter=clip(answer.narrowed, 200)))
    if answer.dropped:
        head.append(say("dropped", filter=clip(answer.dropped, 200)))
    if not answer.cited:
        head.append(say("not_found"))
        lines = [f"• {origin_html(o, say)}" for o in answer.nearest]
        return _fit([*head, say("nearest")] if lines else head, lines, [])
    if answer.purpose == "digest":
        return _fit(head, [digest_line(group, say) for group in by_story(answer.cited)], [])
    first = answer.cited[0]
    head.append(f"{_marked(first, *_headline(first), HEADLINE_UNITS)} [{first.number}]")
    if answer.agreement == "differ":
        head.append(say("differ", values=clip(" · ".join(f"{value} ({who})" for value, who in answer.values), 400)))
        if answer.why:
            head.append(say(WHY[answer.why]))
    elif answer.agreement == "agree":
        head.append(say("agree", n=answer.independent, value=clip(answer.values[0][0], 100)))
    groups = by_story(answer.cited)[:at_most]
    blocks = [_story(group, say, context=group[0] is first) for group in groups]
    told = answer.independent > 1 and answer.agreement == "unknown"
    return _fit(head, blocks, [say("independent", n=answer.independent)] if told else [])


def digest_line(story: list[Cited], say: Say) -> str:
    """A story of a digest: what is said, then who says it, and how many print the same."""
    first, *again = story
    also = f" (+{len(again)})" if again else ""
    return f"• {_marked(first, first.start, first.end, LINE_UNITS)}\n{origin_html(first.origin, say, quote=first.quote)}{also}"


def _of_itself(answer: Shown, say: Say) -> str:
    """What is said where no article was asked."""
    if answer.figures is None:
        return say(answer.talk or "talk")
    articles, since, until, names = answer.figures
    lines = [say("figures", n=articles, since=since, until=until)]
    return "\n".join([*lines, say("outlets", names=clip(names, QUOTE_UNITS))] if names else lines)


def render_passage(cited: Cited, say: Say) -> tuple[str, ...]:
    """The whole passage, the quote underlined, its source below it; more than one message only where it must be."""
    source = f"[{cited.number}] {origin_html(cited.origin, say, quote=cited.quote)}"
    spans = [(cited.start, cited.end, "u"), *((a, b, "b") for a, b in cited.marks)]
    slices = pieces(cited.passage, room(cited.passage, MESSAGE_UNITS - utf16(visible(source)) - 1))
    messages = [f"<blockquote>{tagged(cited.passage, a, b, spans)}</blockquote>" for a, b in slices]
    messages[-1] = f"{messages[-1]}\n{source}"
    return tuple(messages)


def render_article(article: Article, say: Say) -> str:
    """An article's beginning and where it is from."""
    opening = tagged(article.text, 0, longest(article.text, 0, OPENING_UNITS), ())
    more = " …" if utf16(article.text) > OPENING_UNITS else ""
    return f"{origin_html(origin(article), say)}\n<blockquote expandable>{opening}{more}</blockquote>"


def origin_html(article: Origin, say: Say, *, quote: str = "", href: str | None = None) -> str:
    """Title, publisher and day; the title leads to `href`, or to the quote in the original where there is one."""
    title = escape(one_line(article.title, TITLE_UNITS) or "—")
    address = href or original_url(article, quote)
    linked = f'<a href="{html.escape(address)}">{title}</a>' if address else f"<b>{title}</b>"
    publisher = escape(one_line(article.publisher or "", 80))
    return " · ".join(part for part in (linked, publisher, day(article.published, say)) if part)


def original_url(article: Origin, quote: str) -> str | None:
    """The article's address, with a text fragment that leads a browser to the quote; None unless it is http(s)."""
    if not article.url or not safe_url(article.url):
        return None
    if not quote.strip():
        return article.url
    return f"{article.url}{'' if '#' in article.url else '#'}{text_fragment(quote)}"


def day(published: str | None, say: Say) -> str:
    """The day of an ISO 8601 time as a reader writes it, `24 Jun 2025`, or nothing."""
    year, _, rest = (published or "")[:10].partition("-")
    month, _, date = rest.partition("-")
    if not (year.isdigit() and month.isdigit() and date.isdigit() and 1 <= int(month) <= 12):
        return escape((published or "")[:10])
    return say("day", day=int(date), month=say("months").split()[int(month) - 1], year=year)


def _cited(citation: Citation) -> Cited:
    passage, start = citation.passage, citation.passage.find(citation.quote)
    if start < 0:  # the quote reaches beyond its passage
        passage, start = citation.quote, 0
    shift = start - citation.start
    end = start + len(citation.quote)
    marks = ((max(a + shift, start), min(b + shift, end)) for a, b in sorted(citation.marks))
    return Cited(
        number=citation.number,
        story=citation.story,
        passage=passage,
        start=start,
        end=end,
        marks=tuple((a, b) for a, b in marks if a < b),
        origin=origin(citation.article),
    )


def _headline(cited: Cited) -> tuple[int, int]:
    """Where the quote, or of a quote over several paragraphs the one with what was asked for, begins and ends."""
    start = end = cited.start
    for line in cited.quote.splitlines(keepends=True):
        start, end = end, end + len(line)
        if any(start <= a and b <= end for a, b in cited.marks):
            return start, start + len(line.rstrip())
    return cited.start, cited.end


def _story(group: list[Cited], say: Say, *, context: bool) -> str:
    """One expandable quote: what is said, then each outlet that says it in these words."""
    best = group[0]
    start, end = _context(best) if context else (best.start, best.end)
    before = "… " if start > 0 else ""
    after = " …" if end < len(best.passage) else ""
    sources = "\n".join(f"[{c.number}] {origin_html(c.origin, say, quote=c.quote)}" for c in group)
    body = _marked(best, start, end, QUOTE_UNITS)
    return f"<blockquote expandable>“{before}{body}{after}”\n{sources}</blockquote>"


def _context(cited: Cited) -> tuple[int, int]:
    """Where the quote and a few words around it in its paragraph begin and end; cut between words."""
    text, start, end = cited.passage, cited.start, cited.end
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end) if "\n" in text[end:] else len(text)
    if start - first > CONTEXT_CHARACTERS:
        first = text.find(" ", start - CONTEXT_CHARACTERS, start) + 1 or start
    if last - end > CONTEXT_CHARACTERS:
        last = max(text.rfind(" ", end, end + CONTEXT_CHARACTERS), end)
    return first, last


def _marked(cited: Cited, start: int, end: int, units: int) -> str:
    """A slice of the passage with the marks in bold, cut to so many units with an ellipsis."""
    units = room(cited.passage[start:end], units)
    stop = end if utf16(cited.passage[start:end]) <= units else longest(cited.passage, start, units - 2)
    more = " …" if stop < end else ""
    return tagged(cited.passage, start, stop, ((a, b, "b") for a, b in cited.marks)) + more


def _fit(head: list[str], blocks: list[str], tail: list[str]) -> str:
    """The parts as one message; blocks that do not fit are left out from the end."""
    fitting = list(blocks)
    while True:
        message = "\n".join([*head, *fitting, *tail])
        if utf16(visible(message)) <= MESSAGE_UNITS or not fitting:
            return message
        fitting.pop()
