"""What does a saved web page tell?  Title, body, date, publisher and language of its one article."""

from __future__ import annotations

from askcorpus.articles.decoding import decode_page
from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.formats.html_body import body_of, parsed
from askcorpus.articles.formats.html_fragments import blocks_of
from askcorpus.articles.formats.html_metadata import metadata_of
from askcorpus.articles.page.blocks import Block, Body, own_body
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.identify import detect

_SHORT = 250  # characters; a page that gives less is looked at again, with less doubt


def read_page(data: bytes, *, limits: Limits) -> Draft:
    """The article of an HTML page; raises Unreadable when there is none."""
    tree = parsed(decode_page(data), max_depth=limits.max_depth)
    metadata, told = metadata_of(tree)
    body = own_body(body_of(tree), title=metadata.title)
    if (_size(body) < _SHORT and len(told) > 2 * _size(body)) or body.paragraphs == (" ".join(told.split()),):
        body = own_body(_paragraphs(told), title=metadata.title)
    if not body.paragraphs:  # too little for an extractor that looks for articles: what there is
        body = own_body(blocks_of(tree), title=metadata.title)
    if not body.paragraphs:
        raise Unreadable("no article text in it")
    text = "\n\n".join(body.paragraphs)
    return Draft(
        title=metadata.title or title_from(text),
        text=text,
        url=metadata.url,
        publisher=metadata.publisher,
        published=metadata.published or body.published,
        language=detect(text) or metadata.language,  # templates often say "en" above a text that is not
        dropped=body.dropped,
    )


def _paragraphs(text: str) -> list[Block]:
    return [Block(p.strip()) for p in text.split("\n") if p.strip()]


def _size(body: Body) -> int:
    return sum(map(len, body.paragraphs))
