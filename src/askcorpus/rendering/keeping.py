"""How does an Answer become what a chat keeps of it?"""

from __future__ import annotations

from askcorpus.answer.values import said_alike
from askcorpus.rendering.kept import Cited, Origin, Shown
from askcorpus.rendering.text import first_values, origin_text
from askcorpus.types import Answer, Article, Citation, Filter


def shown(answer: Answer, *, question: str, understood: str | None = None) -> Shown:
    """What a chat keeps and shows of this answer to the question as it was typed."""
    known = answer.figures
    return Shown(
        question=question,
        understood=understood,
        cited=tuple(_cited(c, answer.citations[0]) for c in answer.citations),
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
        about=answer.digest.about if answer.digest is not None else "",
        headings=answer.digest.headings if answer.digest is not None else (),
        figures=(known.articles, known.since or "?", known.until or "?", ", ".join(known.publishers))
        if known
        else None,
    )


def origin(article: Article) -> Origin:
    """What a chat shows of this article."""
    source = article.source
    return Origin(article.id, article.title, source.publisher, source.published, source.url)


def _bounds(where: Filter) -> str:
    days = (where.since and f"≥ {where.since}", where.until and f"≤ {where.until}")
    bounds = (*days, where.publisher, where.language, where.collection)
    return " · ".join(bound for bound in bounds if bound)


def _cited(citation: Citation, first: Citation) -> Cited:
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
        value=citation.value,
        agrees=said_alike(citation, first),
    )
