"""Which articles does a PDF hold?  The only home of pypdfium2: it says where each character stands, and no more is asked of it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from askcorpus.articles.document import Document, title_in_file
from askcorpus.articles.draft import Dropped, Unreadable
from askcorpus.articles.formats.pdf_from_right import Line, lines
from askcorpus.articles.formats.pdf_lines import Page, Span, is_capital, page_of
from askcorpus.articles.formats.pdf_margins import without_margins
from askcorpus.articles.formats.pdf_paragraphs import head_of, paragraphs_of
from askcorpus.articles.metadata import Metadata
from askcorpus.language.characters import raised

_MARGIN = "margin of the page"
_GAP = 0.8  # of a line's height: a wider space ends a span; word spaces of justified lines are narrower
_SPACE = 0.25  # of a line's height: a wider one is a space, whether or not one was drawn
_SMALL = 0.8  # of a line's height: a digit that is smaller and stands higher is a raised one
_HIGHER = 0.15
_HYPHEN = "\x02"  # pdfium's sign for a hyphen at a line's end, soft ones as well


def read_pdf(data: bytes) -> Document:
    """The text of a PDF."""
    pages, named = _pages(data)
    margins = without_margins(pages, named)
    head = head_of(margins.pages)
    title = head.title or margins.title
    paragraphs = [text for text in paragraphs_of(margins.pages) if text != head.paper]
    if not paragraphs:
        raise Unreadable("a PDF without text; scanned pages need text recognition first")
    return Document(
        tuple(p for p in paragraphs if p != title) or tuple(paragraphs),
        known=Metadata(title=title),
        title_from="headline" if head.title else _MARGIN,
        title_at=paragraphs.index(title) if title in paragraphs else 0,
        otherwise=Metadata(url=margins.url, publisher=margins.publisher or head.paper, published=margins.published),
        otherwise_from=_MARGIN if margins.url or margins.publisher or margins.published else "line above the headline",
        named=named,
        dropped=(
            *(Dropped(text, "running title of the pages") for text in margins.dropped),
            *((Dropped(head.paper, "publisher"),) if head.paper else ()),
        ),
    )


def _pages(data: bytes) -> tuple[list[Page], str]:
    """The pages with their lines in reading order, and the title that the file gives itself."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower() or "security" in str(error).lower()
        raise Unreadable("a PDF that needs a password" if locked else "damaged PDF") from error
    try:
        named = title_in_file(document.get_metadata_value("Title"))
        return [page_of(list(_spans_of(document, number))) for number in range(len(document))], named
    except pypdfium2.PdfiumError as error:
        raise Unreadable("damaged PDF") from error
    finally:
        document.close()


def _spans_of(document: Any, number: int) -> Iterator[Span]:
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:  # one page of a damaged file
        return
    yield from _spans(text)
    text.close()
    page.close()


def _spans(text: Any) -> Iterator[Span]:
    """The pieces of lines, as they were drawn: a piece ends where the next character stands elsewhere."""
    span: Span | None = None
    last = None
    for part in lines(_characters(text)):
        if isinstance(part, Line):
            if span is not None:
                yield span
            span, last = None, None
            yield Span(part.text, *part.box)
            continue
        character, box = part
        if box is not None and box == last and span is not None:  # the rest of a ligature
            span.text += character
            continue
        last = box or last
        if box is None:
            if span is not None and character == " ":
                span.text += " "
            elif span is not None and character == _HYPHEN:
                span.text += character
            continue
        left, bottom, right, top = box
        if span is not None and _goes_on(span, character, box):
            if left - span.right > _SPACE * span.height and not span.text.endswith(" "):
                span.text += " "
            high = top - bottom < _SMALL * span.height and bottom > span.bottom + _HIGHER * span.height
            span.text += raised(character) if high and character.isdigit() else character
            span.left, span.right = min(span.left, left), max(span.right, right)
            if not high:
                span.top, span.bottom = max(span.top, top), min(span.bottom, bottom)
            continue
        if span is not None:
            yield span
        span = Span(character, left, bottom, right, top)
    if span is not None:
        yield span


def _goes_on(span: Span, character: str, box: tuple[float, float, float, float]) -> bool:
    """Whether a character belongs to the span before it: on its line, and right behind it or, in Arabic, right before."""
    left, bottom, right, top = box
    height = span.height
    larger = (top - bottom) > 1.6 * height or height > 1.6 * (top - bottom)  # a drop cap
    if larger and (not bottom > span.bottom + _HIGHER * height or (is_capital(span.text) and character.isalpha())):
        return False
    near = abs(left - span.right) < _GAP * height or abs(span.left - right) < _GAP * height
    return near and min(span.top, top) - max(span.bottom, bottom) > 0.4 * min(height, top - bottom)


def _characters(text: Any) -> Iterator[tuple[str, tuple[float, float, float, float] | None]]:
    """The characters of a page in pdfium's order with their boxes; those that pdfium only infers have none."""
    from pypdfium2 import raw

    box, handle = raw.FS_RECTF(), text.raw
    pointer = ctypes.byref(box)
    for index in range(raw.FPDFText_CountChars(handle)):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            continue
        character = chr(code)
        if character in "\r\n":
            yield "\n", None
        elif character == _HYPHEN:
            yield _HYPHEN, None
        elif character.isspace() or not raw.FPDFText_GetLooseCharBox(handle, index, pointer):
            yield " ", None
        else:
            yield character, (box.left, box.bottom, box.right, box.top)
