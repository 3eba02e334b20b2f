"""What does an Answer look like in a Telegram chat?  Pure functions to Telegram's HTML; knows nothing of networks.

The quote stands once, then who wrote it, then a line for each further source.  Whole lines are left out rather than a tag
broken; nothing returned is longer than a message may be.
"""

from __future__ import annotations

import html
import re

from askcorpus.rendering.keeping import origin
from askcorpus.rendering.kept import Cited, Origin, Shown, by_story
from askcorpus.rendering.markup import (
    MESSAGE_UNITS,
    clip,
    escape,
    from_the_right,
    isolated,
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
from askcorpus.rendering.text import WHY
from askcorpus.rendering.wording import Say
from askcorpus.types import Article

PLAIN_UNITS = 700
"""Of a plain answer: a screen of a phone, so that the source is seen without scrolling."""
QUOTE_UNITS = 460  # two or three sentences, eleven lines of a phone 360 pixels wide
LEAST_QUOTE_UNITS = 200  # a sentence, also where many sources take the room
TITLE_UNITS, FURTHER_TITLE_UNITS = 90, 48  # three lines with publisher and day; further sources have two
PUBLISHER_UNITS = 40
VALUE_UNITS = 40  # "between 2.4 and 2.6 million euros"
REPRINTS_SHOWN = 6  # names on two lines
LINE_UNITS, SHORT_LINE_UNITS = 300, 180
"""Of a digest's story: a sentence of a reporter, whole; where ten of them with their titles do not fit a message, seven lines of a phone."""
ABOUT_UNITS = 200
OPENING_UNITS = 1500
OUTLETS_UNITS = 900  # of the publishers' names
_DAYS = re.compile(r"(?:≥ (?P<since>\d{4}-\d\d-\d\d)(?: · |\Z))?(?:≤ (?P<until>\d{4}-\d\d-\d\d)(?: · |\Z))?")


def render(answer: Shown, say: Say, *, at_most: int) -> str:
    """The answer as one message that shows at most so many stories."""
    if answer.purpose in ("talk", "figures"):
        return _of_itself(answer, say)
    if answer.purpose == "digest":
        return _digest(answer, say)
    head = _notes(answer, say)
    if not answer.cited:
        head.append(say("not_found"))
        lines = [f"• {origin_html(o, say)}" for o in answer.nearest]
        return _fit([*head, say("nearest")] if lines else head, lines, [])
    groups = by_story(answer.cited)[:at_most]
    first = groups[0][0]
    source, further = origin_html(first.origin, say, quote=first.quote), _further(answer, groups, say)
    told = answer.independent > 1 and answer.agreement == "unknown"
    tail = [say("independent", n=answer.independent)] if told else []
    taken = utf16(visible("\n".join([*head, source, *further, *tail])))
    units = max(LEAST_QUOTE_UNITS, min(QUOTE_UNITS, PLAIN_UNITS - 2 - taken))
    return _fit([*head, f"<blockquote>{_quoted(first, units)}</blockquote>", source], further, tail)


def _notes(answer: Shown, say: Say) -> list[str]:
    """What is said of the question before it is answered."""
    notes = []
    if answer.understood:
        notes.append(say("understood", question=clip(answer.understood, 600)))
    if answer.read_as:
        notes.append(say("read_as", words=clip(answer.read_as, 200)))
    if answer.narrowed:
        notes.append(say("narrowed", filter=clip(_bounds(answer.narrowed, say), 200)))
    if answer.dropped:
        notes.append(say("dropped", filter=clip(_bounds(answer.dropped, say), 200)))
    return notes


def _bounds(kept: str, say: Say) -> str:
    """A filter as it is kept, its days as a reader writes them: from – until, or the one day that both are."""
    found = _DAYS.match(kept)
    since, until = (found["since"], found["until"]) if found else (None, None)
    if found is None or not (since or until):
        return kept
    first, last = (html.unescape(day(one, say)) for one in (since, until))
    days = first if since == until else f"{first} – {last}".strip()
    return " · ".join(part for part in (days, kept[found.end() :]) if part)


def _further(answer: Shown, groups: list[list[Cited]], say: Say) -> list[str]:
    """A line for each source beside the first: those that agree together, those that differ with their value."""
    lines = []
    (first, *reprints), others = groups[0], [group[0] for group in groups[1:]]
    if reprints:
        lines.append(f"{say('same_words')} {_names(reprints, say)}")
    agreeing = [c for c in others if c.agrees]
    if agreeing or answer.agreement == "agree":
        agree = say("agree", n=answer.independent, value=clip(first.value or answer.values[0][0], VALUE_UNITS))
        lines += [agree, _names(agreeing, say, numbered=True)] if agreeing else [agree]
    if answer.agreement == "differ":
        values = dict.fromkeys(isolated(clip(one, VALUE_UNITS)) for one, _ in answer.values)
        if len(values) > 1:  # where one value is known there is nothing to hold beside it
            lines.append(say("differ", values=clip(" · ".join(values), 3 * VALUE_UNITS)))
        if answer.why:
            lines.append(say(WHY[answer.why]))
    for c in others:
        if not c.agrees:
            differs = f"<b>{escape(clip(c.value or '', VALUE_UNITS))}</b> · " if c.agrees is False else ""
            text = origin_html(c.origin, say, quote=c.quote, title_units=FURTHER_TITLE_UNITS)
            lines.append(f"{c.number} · {differs}{text}")
    return lines


def _names(cited: list[Cited], say: Say, *, numbered: bool = False) -> str:
    """Outlets on one line, each a link to its own page."""
    shown = []
    for c in cited[:REPRINTS_SHOWN]:
        name = isolated(escape(one_line(c.origin.publisher or c.origin.title, PUBLISHER_UNITS) or "—"))
        shown.append((f"{c.number} · " if numbered else "") + _linked(name, original_url(c.origin, c.quote)))
    more = len(cited) - REPRINTS_SHOWN
    return ", ".join([*shown, *([say("more_lines", n=more)] if more > 0 else [])])


def _digest(answer: Shown, say: Say) -> str:
    """The newest stories, each a numbered line with its source, what is about the same under the words that it shares."""
    head = [
        say("news_about", about=clip(answer.about, ABOUT_UNITS)) if answer.about else say("news"),
        *_notes(answer, say),
    ]
    if not answer.cited:
        lines = [f"• {origin_html(o, say)}" for o in answer.nearest]
        return _fit([*head, say("no_news"), *([say("latest")] if lines else [])], lines, [])
    stories = by_story(answer.cited)
    headings = answer.headings or ("",) * len(stories)
    for units in (LINE_UNITS, SHORT_LINE_UNITS):
        lines, above = [], ""
        for story, heading in zip(stories, headings, strict=True):
            parted = "\n" if not heading or heading != above else ""  # those of a group stand close together
            title = (
                f"<b>{isolated(escape(one_line(heading, TITLE_UNITS)))}</b>\n" if heading and heading != above else ""
            )
            lines.append(f"{parted}{title}{_story_line(story, say, units)}")
            above = heading
        message = _fit(head, lines, [])
        if message.endswith(lines[-1]):
            break
    return message


def _story_line(story: list[Cited], say: Say, units: int) -> str:
    """A story of a digest: what is said, then who says it, and how many print the same."""
    first, *again = story
    outlets = len({c.origin.publisher or c.origin.id for c in story})
    also = f" · {say('printed_by', n=outlets)}" if again and outlets > 1 else ""
    text = _marked(first, first.start, first.end, units)
    return f"<b>{first.story}</b> · {text}\n{origin_html(first.origin, say, quote=first.quote)}{also}"


def _of_itself(answer: Shown, say: Say) -> str:
    """What is said where no article was asked."""
    if answer.figures is None:
        return say(answer.talk or "talk")
    articles, since, until, names = answer.figures
    lines = [say("figures", n=articles, since=since, until=until)]
    return "\n".join([*lines, say("outlets", names=clip(names, OUTLETS_UNITS))] if names else lines)


def render_passage(cited: Cited, say: Say) -> tuple[str, ...]:
    """The whole passage, the quote underlined, its source below it; more than one message only where it must be.

    What is longer than an answer opens when it is touched.
    """
    source = origin_html(cited.origin, say, quote=cited.quote)
    spans = [(cited.start, cited.end, "u"), *((a, b, "b") for a, b in cited.marks)]
    slices = list(pieces(cited.passage, room(cited.passage, MESSAGE_UNITS - utf16(visible(source)) - 1)))
    folded = " expandable" if utf16(cited.passage) > PLAIN_UNITS else ""
    messages = [f"<blockquote{folded}>{tagged(cited.passage, a, b, spans)}</blockquote>" for a, b in slices]
    messages[-1] = f"{messages[-1]}\n{source}"
    return tuple(messages)


def render_article(article: Article, say: Say) -> str:
    """An article's beginning and where it is from."""
    opening = tagged(article.text, 0, longest(article.text, 0, OPENING_UNITS), ())
    more = " …" if utf16(article.text) > OPENING_UNITS else ""
    return f"{origin_html(origin(article), say)}\n<blockquote expandable>{opening}{more}</blockquote>"


def origin_html(
    article: Origin, say: Say, *, quote: str = "", href: str | None = None, title_units: int = TITLE_UNITS
) -> str:
    """Publisher, day and title as far as they are known; one link to `href`, or to the quote in the original."""
    publisher, title = one_line(article.publisher or "", PUBLISHER_UNITS), one_line(article.title, title_units)
    when = day(article.published, say)
    if not from_the_right(publisher or title):  # else the day gives the line its direction
        when = isolated(when)
    parts = (isolated(escape(publisher)), when, isolated(escape(title or "—")))
    return _linked(" · ".join(part for part in parts if part), href or original_url(article, quote))


def _linked(text: str, address: str | None) -> str:
    return f'<a href="{html.escape(address)}">{text}</a>' if address else text


def original_url(article: Origin, quote: str) -> str | None:
    """The article's address, with a text fragment that leads a browser to the quote; None unless it is http(s)."""
    if not article.url or not safe_url(article.url):
        return None
    if not quote.strip():
        return article.url
    return f"{article.url}{'' if '#' in article.url else '#'}{text_fragment(quote)}"


def day(published: str | None, say: Say) -> str:
    """The day of an ISO 8601 time as a reader writes it, `24 June 2025`, or nothing."""
    year, _, rest = (published or "")[:10].partition("-")
    month, _, date = rest.partition("-")
    if not (year.isdecimal() and month.isdecimal() and date.isdecimal() and 1 <= int(month) <= 12):
        return escape((published or "")[:10])
    return say("day", day=int(date), month=say("months").split()[int(month) - 1], year=year)


def _headline(cited: Cited) -> tuple[int, int]:
    """Where the quote, or of a quote over several paragraphs the one with what was asked for, begins and ends."""
    start = end = cited.start
    for line in cited.quote.splitlines(keepends=True):
        start, end = end, end + len(line)
        if any(start <= a and b <= end for a, b in cited.marks):
            return start, start + len(line.rstrip())
    return cited.start, cited.end


def _quoted(cited: Cited, units: int) -> str:
    """The quote, what was asked for in bold; of one that is too long the part around that, cut between words."""
    text, (start, end) = cited.passage, _headline(cited)
    if utf16(text[start:end]) <= room(text[start:end], units):
        return _marked(cited, start, end, units)
    first = next(((a, b) for a, b in cited.marks if start <= a and b <= end), (start, start))
    if utf16(text[start : first[1]]) <= units // 2:
        return _marked(cited, start, end, units)
    begin = text.rfind(" ", start, max(start, first[0] - units // 3)) + 1 or first[0]
    return f"… {_marked(cited, begin, end, units - 2)}"


def _marked(cited: Cited, start: int, end: int, units: int) -> str:
    """A slice of the passage with the marks in bold, cut between words to so many units with an ellipsis."""
    units, text = room(cited.passage[start:end], units), cited.passage
    if utf16(text[start:end]) <= units:
        stop, more = end, ""
    else:
        stop = longest(text, start, units - 2)
        space = text.rfind(" ", start + (stop - start) // 2, stop)
        stop, more = (space if space > 0 else stop), " …"
    return tagged(text, start, stop, ((a, b, "b") for a, b in cited.marks)) + more


def _fit(head: list[str], blocks: list[str], tail: list[str]) -> str:
    """The parts as one message; blocks that do not fit are left out from the end."""
    fitting = list(blocks)
    while True:
        message = "\n".join([*head, *fitting, *tail])
        if utf16(visible(message)) <= MESSAGE_UNITS or not fitting:
            return message
        fitting.pop()
