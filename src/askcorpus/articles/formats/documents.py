"""Which articles do the paragraphs of a document hold?  Those of PDF, Word and EPUB are read as plain text is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from askcorpus.articles.document import Document
from askcorpus.articles.draft import Draft, Dropped
from askcorpus.articles.metadata import Metadata, completed, told
from askcorpus.articles.page.exports import exported
from askcorpus.articles.page.headlines import like_a_headline, title_from
from askcorpus.articles.page.split import split_page
from askcorpus.language.characters import clean, one_line

_RECORD = "the file's own record"
_COVER = "line above the articles"
_SHORTEST_TITLE = 3  # words; what a file says of itself in fewer is a template's or a section's name


def articles_of(document: Document, *, now: datetime) -> tuple[Draft, ...]:
    """The articles of a document in its order; none where it holds nothing but furniture."""
    drafts = _of_export(document, now=now) or _split(document, now=now)
    if document.stories and not _are_told(document, drafts) and not exported(_whole(document), now=now):
        return tuple(draft for part in _parts(document) for draft in articles_of(part, now=now))
    if not drafts:
        return ()
    first, *others = drafts
    first = replace(first, dropped=(*document.dropped, *first.dropped))
    of_all = replace(document.otherwise, title=None, url=None)
    return (
        completed(first, document.otherwise, origin=document.otherwise_from),
        *(completed(draft, of_all, origin=document.otherwise_from) for draft in others),
    )


def _are_told(document: Document, drafts: Sequence[Draft]) -> bool:
    """Whether the text alone, by dates and bylines, told every article whose headline is known."""
    return {document.paragraphs[i] for i in document.stories} <= {draft.title for draft in drafts}


def _whole(document: Document) -> str:
    return clean("\n\n".join(document.paragraphs))


def _parts(document: Document) -> Iterator[Document]:
    """A document for each of the articles whose headlines are known."""
    cover = tuple(Dropped(text, _COVER) for text in document.paragraphs[: document.stories[0]])
    for start, end in pairwise((*document.stories, len(document.paragraphs))):
        title = document.paragraphs[start]
        dropped = () if start != document.stories[0] else (*document.dropped, *cover)
        yield replace(
            document,
            paragraphs=document.paragraphs[start + 1 : end],
            known=Metadata(title=title),
            stories=(),
            title_at=0,
            dropped=dropped,
        )


def _of_export(document: Document, *, now: datetime) -> tuple[Draft, ...]:
    """The articles of a database's export, whose headlines stand below each paper's name; none where it is none."""
    title, at = document.known.title, document.title_at
    if not title or not at:  # as plain text is split, exports among them
        return ()
    return exported(clean("\n\n".join((*document.paragraphs[:at], title, *document.paragraphs[at:]))), now=now)


def _split(document: Document, *, now: datetime) -> tuple[Draft, ...]:
    text = _whole(document)
    title = document.known.title or _told_title(document.named, text)
    drafts = split_page("\n\n".join(part for part in (title, text) if part), now=now)
    if not drafts:
        return ()
    origin = document.title_from if document.known.title else _RECORD
    drafts = told(Metadata(title=title), drafts, origin=origin)
    first, *others = told(replace(document.known, title=None), drafts, origin="line of the text")
    if not title and first.title == title_from(first.text) and _is_title(document.named):
        kept = (pair for pair in first.origins if pair[0] != "title")
        first = replace(first, title=document.named, origins=(*kept, ("title", _RECORD)))
    return (first, *others)


def _told_title(named: str, text: str) -> str | None:
    """The file's own title where the text tells it at its beginning, too: then it is this article's."""
    head = text[: 4 * len(named) + 400].split("\n")
    return named if len(named.split()) >= 2 and any(one_line(line) == named for line in head) else None


def _is_title(named: str) -> bool:
    return len(named.split()) >= _SHORTEST_TITLE and like_a_headline(named)
