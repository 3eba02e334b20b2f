"""An Answer for a terminal: the answering sentence first, then numbered citations; pure functions.

What is said of it is in the reader's language, what is quoted in its own.  Titles and files are links where a terminal knows links.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from askcorpus.rendering.addresses import Links, web
from askcorpus.rendering.wording import FALLBACK, Say, speaker
from askcorpus.types import Answer, Article, Citation, Digest, Filter, Source, Written

WHY = {"later report": "later", "correction": "correction"}
"""By which of the texts it is said why the first of several that differ leads."""
PUBLISHERS_NAMED = 12  # a few lines of a terminal; /sources has all


def _no_links(article: Article) -> None:
    """Nobody knows where the file lies."""


def answer_text(
    answer: Answer, language: str = FALLBACK, links: Links = _no_links, *, written: Written | None = None
) -> Text:
    """The whole answer, styled; `.plain` is what a pipe gets.  `links` gives the address of an article's file.

    What a language model wrote of it stands above the quotes.
    """
    out, say = Text(), speaker(language)
    if answer.purpose in ("talk", "figures"):
        return out.append(of_itself(answer, say) + "\n")
    narrowed, dropped = filter_words(answer.filter, say), filter_words(answer.dropped, say)
    slips = answer.read_as and say("read_as", words=say("comma").join(answer.read_as))
    for note in (slips, narrowed, dropped and say("dropped", filter=dropped)):
        if note:
            out.append(f"({note})\n", style="dim")
    if not answer.answered:
        out.append(say("not_found"), style="bold")
        if answer.nearest:
            out.append("\n" + say("nearest"))
            for article in answer.nearest:
                out.append("\n  - ").append(_article(article, links, title=""))
        return out.append("\n")
    if answer.digest is not None:
        return out.append(stories_text(answer.digest, say, links))
    if written:
        out.append(written_text(written, say)).append("\n\n")
    first = answer.citations[0]
    out.append(marked(first)).append(f" [{first.number}]\n", style="cyan")
    shown = {first.quote}
    for citation in answer.citations:
        out.append("\n").append(f"[{citation.number}] ", style="cyan")
        if citation.quote not in shown:
            out.append(marked(citation)).append("\n    ")
        elif citation is not first:
            out.append(say("same_words") + " ", style="dim")
        shown.add(citation.quote)
        out.append(_article(citation.article, links))
        if citation.article.source.url:
            out.append("\n    ").append(_url(citation.article.source.url))
    told = agreement(answer, say)
    if told:
        out.append("\n\n" + told, style="bold" if answer.agreement == "differ" else "")
    return out.append("\n\n" + support(answer, say) + "\n", style="dim")


def digest_text(digest: Digest, language: str = FALLBACK) -> Text:
    """The digest's stories, each a line with its quote and where it stands; styled."""
    say = speaker(language)
    narrowed = filter_words(digest.filter, say)
    out = Text().append(f"({narrowed})\n", style="dim") if narrowed else Text()
    return out.append(stories_text(digest, say)) if digest else out.append(say("not_found") + "\n", style="bold")


def stories_text(digest: Digest, say: Say, links: Links = _no_links) -> Text:
    """A story's quote, its article, and below it those that print the same; above it the words that it shares with the next."""
    out = Text()
    for place, (first, *reprints) in enumerate(digest.stories):
        heading = digest.headings[place] if digest.headings else ""
        if digest.headings and place and heading != digest.headings[place - 1]:
            out.append("\n")
        if heading and (not place or heading != digest.headings[place - 1]):
            out.append(f"{heading}\n", style="bold")
        out.append(f"[{first.number}] ", style="cyan").append(marked(first)).append("\n    ")
        out.append(_article(first.article, links))
        if first.article.source.url:
            out.append("\n    ").append(_url(first.article.source.url))
        for again in reprints:
            out.append(f"\n    [{again.number}] ", style="cyan")
            if again.quote == first.quote:
                out.append(say("same_words") + " ", style="dim")
            out.append(_article(again.article, links))
        out.append("\n")
    return out


def marked(citation: Citation) -> Text:
    """The quote on one line, what was asked for in bold."""
    text = Text(citation.quote)
    for start, end in citation.marks:
        text.stylize("bold yellow", start - citation.start, end - citation.start)
    parts = [line for line in text.split("\n", allow_blank=True) if line.plain.strip()]
    return Text(" ").join(parts)


def written_text(written: Written, say: Say) -> Text:
    """The sentences that stay, each with the numbers it cites, and how many were struck."""
    out = Text()
    for sentence in written.sentences:
        out.append(sentence.text).append("".join(f" [{n}]" for n in sentence.cites), style="cyan").append(" ")
    out.rstrip()
    if not written.sentences:
        out.append(say("nothing_written"), style="dim")
    elif written.struck:
        out.append(f"\n({say('struck', n=len(written.struck))})", style="dim")
    return out


def agreement(answer: Answer, say: Say) -> str:
    """What the sources say together: one value, or each its own; empty where nothing was compared."""
    told = first_values(answer)
    if answer.agreement == "agree":
        return say("agree", n=answer.independent_sources, value=told[0].value)
    if answer.agreement == "differ":
        differ = say("differ", values=" · ".join(f"{c.value} ({origin_text(c.article)})" for c in told))
        return f"{differ}; {say(WHY[answer.why])}" if answer.why else differ
    return ""


def first_values(answer: Answer) -> list[Citation]:
    """The first citation of each story that gives a value."""
    stories: dict[int, Citation] = {}
    for citation in answer.citations:
        if citation.value is not None:
            stories.setdefault(citation.story, citation)
    return [*stories.values()]


def of_itself(answer: Answer, say: Say) -> str:
    """What is said where no article was asked."""
    figures = answer.figures
    if figures is None:
        return say(answer.talk or "talk")
    lines = [say("figures", n=figures.articles, since=figures.since or "?", until=figures.until or "?")]
    if figures.publishers:
        lines.append(say("outlets", names=", ".join(figures.publishers)))
    return "\n".join(lines)


def origin_text(article: Article) -> str:
    """Publisher and day, as far as they are known; else the title."""
    source = article.source
    known = [part for part in (source.publisher, source.published and source.published[:10]) if part]
    return ", ".join(known) or article.title or article.id


def support(answer: Answer, say: Say) -> str:
    """How many carry it and how sure the answer is."""
    outlets = len({c.article.id for c in answer.citations})
    parts = [say("sources", n=answer.independent_sources)]
    if outlets != answer.independent_sources:
        parts.append(say("articles", n=outlets))
    parts.append(say(answer.certainty))
    return say("comma").join((*parts, say("took", ms=f"{answer.took_ms:.0f}")))


def no_publisher(part: str, publishers: Sequence[tuple[str | None, int]]) -> str:
    """That no outlet has this in its name, and which may be meant, or which there are; empty where one has.

    `publishers` are the outlets and how many articles each has, most first.
    """
    from difflib import get_close_matches

    there = {name.casefold(): name for name, _ in publishers if name}
    wanted = part.strip().casefold()
    if any(wanted in name for name in there):
        return ""
    words = {word: name for name in reversed(there) for word in (*name.split(), name)}
    near = dict.fromkeys(there[words[one]] for one in get_close_matches(wanted, words, n=3))
    if near:
        return f"No publisher here has {part} in its name. Did you mean {' or '.join(near)}?"
    named = ", ".join([*there.values()][:PUBLISHERS_NAMED]) or "none with a name"
    more = f", and {len(there) - PUBLISHERS_NAMED} more" if len(there) > PUBLISHERS_NAMED else ""
    return f"No publisher here has {part} in its name. There is: {named}{more}"


def filter_words(where: Filter, say: Say) -> str:
    """What the question was narrowed to, in words; empty without a filter."""
    parts = []
    if where.since and where.until:
        parts.append(say("between", since=where.since, until=where.until))
    elif where.since:
        parts.append(say("since", since=where.since))
    elif where.until:
        parts.append(say("until", until=where.until))
    if where.publisher:
        parts.append(say("publisher", publisher=where.publisher))
    if where.language:
        parts.append(say("language", language=where.language))
    if where.collection:
        parts.append(say("collection", name=where.collection))
    return say("only", bounds=say("comma").join(parts)) if parts else ""


def file_of(source: Source) -> str:
    """The file that an article is from, behind the name of its collection where the store holds several."""
    return f"{source.collection}/{source.file}" if source.collection else source.file


def _article(article: Article, links: Links, *, title: str = "italic") -> Text:
    """The title; publisher and date where known, the file, and the id by which `askcorpus show` finds it."""
    source, file = article.source, links(article)
    out = Text().append(article.title or article.id, style=_linked(title, web(source.url) or file))
    for part in (source.publisher, source.published[:10] if source.published else None):
        out.append(f" · {part}" if part else "", style="dim")
    out.append(" · ", style="dim").append(file_of(source), style=_linked("dim", file))
    return out.append(f" · {article.id}", style="dim")


def _url(url: str) -> Text:
    return Text(url, style=_linked("dim", web(url)))


def _linked(style: str, address: str | None) -> Style:
    """The style, leading to an address."""
    return Style.parse(style) + Style(link=address) if address else Style.parse(style)
