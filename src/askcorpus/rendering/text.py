"""An Answer for a terminal: the answering sentence first, then numbered citations; pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from askcorpus.types import Answer, Article, Citation, Filter


def answer_text(answer: Answer) -> Text:
    """The whole answer, styled; `.plain` is what a pipe gets."""
    out = Text()
    narrowed = filter_words(answer.filter)
    if narrowed:
        out.append(f"({narrowed})\n", style="dim")
    if not answer.answered:
        out.append("Not found in this corpus.", style="bold")
        if answer.nearest:
            out.append("\nNearest articles:")
            for article in answer.nearest:
                out.append("\n  - ").append(article.title or article.id).append(_after(article), style="dim")
        return out.append("\n")
    first = answer.citations[0]
    out.append(marked(first)).append(f" [{first.number}]\n", style="cyan")
    shown = {first.quote}
    for citation in answer.citations:
        out.append("\n").append(f"[{citation.number}] ", style="cyan")
        if citation.quote not in shown:
            out.append(marked(citation)).append("\n    ")
        elif citation is not first:
            out.append("the same words in ", style="dim")
        shown.add(citation.quote)
        out.append(citation.article.title or citation.article.id, style="italic")
        out.append(_after(citation.article), style="dim")
        if citation.article.source.url:
            out.append(f"\n    {citation.article.source.url}", style="dim")
    return out.append("\n" + support(answer) + "\n", style="dim")


def marked(citation: Citation) -> Text:
    """The quote on one line, what was asked for in bold."""
    text = Text(citation.quote)
    for start, end in citation.marks:
        text.stylize("bold yellow", start - citation.start, end - citation.start)
    parts = [line for line in text.split("\n", allow_blank=True) if line.plain.strip()]
    return Text(" ").join(parts)


def support(answer: Answer) -> str:
    """How many carry it and how sure the answer is."""
    outlets = len({c.article.id for c in answer.citations})
    sources = answer.independent_sources
    told = f"{sources} independent source{'s' if sources != 1 else ''}"
    reprints = f", {outlets} articles" if outlets != sources else ""
    return f"\n{told}{reprints}, confidence {answer.confidence:.2f}, {answer.took_ms:.0f} ms"


def filter_words(where: Filter) -> str:
    """What the question was narrowed to, in words; empty without a filter."""
    parts = []
    if where.since and where.until:
        parts.append(f"published {where.since} to {where.until}")
    elif where.since:
        parts.append(f"published since {where.since}")
    elif where.until:
        parts.append(f"published until {where.until}")
    if where.publisher:
        parts.append(f"by {where.publisher}")
    if where.language:
        parts.append(f"in language {where.language}")
    return "only articles " + ", ".join(parts) if parts else ""


def _after(article: Article) -> str:
    """Publisher and date behind a title, where known, and the id by which `askcorpus show` finds it."""
    source = article.source
    parts: Sequence[str | None] = (source.publisher, source.published[:10] if source.published else None, source.file)
    return "".join(f" · {part}" for part in parts if part) + f" · {article.id}"
