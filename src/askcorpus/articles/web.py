"""What does a saved web page tell?  Title, body, date, publisher, language; the only home of trafilatura."""

from __future__ import annotations

from typing import Any

from askcorpus.articles.characters import clean, one_line
from askcorpus.articles.drafts import Draft, Limits, Unreadable
from askcorpus.articles.headlines import title_from
from askcorpus.articles.metadata import canonical


def read_page(data: bytes, *, limits: Limits) -> Draft:
    """The article of an HTML page; raises Unreadable when there is none."""
    from trafilatura import bare_extraction

    document: Any = bare_extraction(data, include_comments=False, with_metadata=True)
    if document is None or not document.text:
        raise Unreadable("no article text in it")
    paragraphs = clean(document.text).split("\n")
    title = one_line(document.title or "")
    if title and one_line(paragraphs[0]) == title:
        paragraphs = paragraphs[1:]
    text = "\n\n".join(p for p in paragraphs if p)
    if not text:
        raise Unreadable("no article text in it")
    return Draft(
        title=title or title_from(text),
        text=text,
        url=canonical(document.url),
        publisher=document.sitename,
        published=document.date,
        language=document.language,
    )
