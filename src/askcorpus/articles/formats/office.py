"""Which article does a PDF, Word or EPUB file hold?  The only home of pypdf and python-docx."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from askcorpus.articles.draft import Draft, Limits, Unreadable
from askcorpus.articles.formats.html_fragments import blocks_of
from askcorpus.articles.page.headlines import is_prose, like_a_headline, title_from
from askcorpus.language.characters import clean, one_line
from askcorpus.language.identify import language_code

_EDGE = 2  # lines at the top and the foot of a PDF page where a running title may stand
_CHAPTER = 200  # characters that a part of an EPUB must hold to be an article
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-ÿа-яё])")
_CONTAINER = "META-INF/container.xml"


def read_pdf(data: bytes) -> Draft:
    """The one article of a PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("a PDF that needs a password")
        pages = [page.extract_text() for page in reader.pages]
        named = reader.metadata.title if reader.metadata else None
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Unreadable("damaged PDF") from error
    except (NotImplementedError, ImportError, OSError, ArithmeticError, AssertionError) as error:
        raise Unreadable("a PDF of a kind that cannot be read") from error
    paragraphs = _paragraphs(_without_running_titles([clean(page or "").split("\n") for page in pages]))
    if not paragraphs:
        raise Unreadable("a PDF without text; scanned pages need text recognition first")
    title = one_line(str(named)) if named else ""
    if not title or "." in title.split()[-1] or "untitled" in title.lower():  # often a file's name
        title = paragraphs[0] if len(paragraphs) > 1 and like_a_headline(paragraphs[0]) else ""
    body = [p for p in paragraphs if p != title] or paragraphs
    text = "\n\n".join(body)
    return Draft(title=title or title_from(text), text=text)


def read_docx(data: bytes, *, limits: Limits) -> Draft:
    """The one article of a Word file."""
    _check_packed(data, limits)
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        document: Any = Document(io.BytesIO(data))
        lines = [(one_line(p.text), p.style.name if p.style else "") for p in document.paragraphs]
        for table in document.tables:
            lines += [(one_line(" ".join(cell.text for cell in row.cells)), "") for row in table.rows]
        named = one_line(document.core_properties.title or "")
        language = language_code(document.core_properties.language)
    except (OpcError, KeyError, ValueError, AttributeError, IndexError, etree.LxmlError, zipfile.BadZipFile) as error:
        raise Unreadable("damaged Word file") from error
    paragraphs = [(text, style) for text, style in lines if text]
    headed = next((t for t, style in paragraphs if style in ("Title", "Heading 1")), "")
    first = paragraphs[0][0] if len(paragraphs) > 1 and like_a_headline(paragraphs[0][0]) else ""
    title = headed or named or first
    text = "\n\n".join(t for t, _ in paragraphs if t != title)
    if not text:
        raise Unreadable("no article text in it")
    return Draft(title=title or title_from(text), text=text, language=language)


def read_epub(data: bytes, *, limits: Limits) -> Iterator[Draft]:
    """The parts of an EPUB in reading order, one article each; covers and lists of contents are passed over."""
    _check_packed(data, limits)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            package_name = etree.fromstring(book.read(_CONTAINER), parser).find(".//{*}rootfile").get("full-path")
            package = etree.fromstring(book.read(package_name), parser)
            folder = package_name.rpartition("/")[0]
            files = {item.get("id"): item.get("href") for item in package.iterfind(".//{*}manifest/{*}item")}
            language = language_code(package.findtext(".//{*}language"))
            publisher = one_line(package.findtext(".//{*}publisher") or package.findtext(".//{*}title") or "") or None
            for part in package.iterfind(".//{*}spine/{*}itemref"):
                name = "/".join(p for p in (folder, files.get(part.get("idref")) or "") if p)
                blocks = blocks_of(book.read(name).decode("utf-8", errors="replace"))
                title = next((b.text for b in blocks if b.kind == "head"), "")
                text = clean("\n\n".join(b.text for b in blocks if b.text != title))
                if len(text) >= _CHAPTER:
                    yield Draft(title=title or title_from(text), text=text, publisher=publisher, language=language)
    except (zipfile.BadZipFile, KeyError, AttributeError, TypeError, ValueError, etree.LxmlError, EOFError) as error:
        raise Unreadable("damaged EPUB") from error
    except (NotImplementedError, RuntimeError) as error:
        raise Unreadable("an EPUB that is encrypted or packed in an unknown way") from error


def _check_packed(data: bytes, limits: Limits) -> None:
    """Raises Unreadable for a file whose members unpack to more than the limits allow."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("damaged file: not the zip it should be") from error
    if len(members) > limits.max_members:
        raise Unreadable(f"more than {limits.max_members} members")
    if sum(member.file_size for member in members) > limits.max_bytes:
        raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")


def _without_running_titles(pages: list[list[str]]) -> list[str]:
    """The lines of all pages, without page numbers and what stands at the edge of three pages or more."""
    edges = Counter(_digitless(line) for page in pages for line in {*page[:_EDGE], *page[-_EDGE:]} if line)
    lines: list[str] = []
    for page in pages:
        for number, line in enumerate(page):
            edge = number < _EDGE or number >= len(page) - _EDGE
            if edge and (re.fullmatch(r"[-–— ]*\d{1,4}[-–— ]*", line) or edges[_digitless(line)] >= 3):
                continue
            lines.append(line)
    return lines


def _digitless(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _paragraphs(lines: list[str]) -> list[str]:
    """The lines joined to paragraphs: one ends at an empty line, or where a sentence ends well before the margin."""
    text = _HYPHEN.sub("", "\n".join(lines))
    lines = text.split("\n")
    widths = sorted(map(len, filter(None, lines)))
    margin = widths[len(widths) * 3 // 4] * 0.8 if widths else 0
    paragraphs: list[str] = [""]
    for line in lines:
        if not line:
            paragraphs.append("")
            continue
        last = paragraphs[-1]
        paragraphs[-1] = f"{last} {line}" if last else line
        if (
            len(line) < margin
            and (is_prose(paragraphs[-1]) or like_a_headline(paragraphs[-1]))
            and not last[:1].islower()
        ):
            paragraphs.append("")
    return [p for p in paragraphs if p]
