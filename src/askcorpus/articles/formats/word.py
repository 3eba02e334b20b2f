"""Which text does a Word file show?  Its paragraphs, tables and boxes in their order, as they are with all changes accepted.

The part is read element by element, whatever the namespace, since python-docx leaves out what is not a plain run in a plain
paragraph (insertions, content controls, fields, boxes) and opens neither Strict files nor those with a broken relationship.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lxml import etree

from askcorpus.articles.document import Document, title_in_file
from askcorpus.articles.draft import Limits, Unreadable
from askcorpus.articles.formats.packages import check_packed, unpacking
from askcorpus.articles.metadata import Metadata
from askcorpus.articles.page.headlines import is_prose, stories_of
from askcorpus.language.characters import one_line, raised
from askcorpus.language.identify import language_code

_GONE = frozenset(
    "del moveFrom delText delInstrText instrText pPr rPr tblPr trPr tcPr sdtPr rt commentReference".split()
)
"""Elements whose text nobody sees: deleted or moved away, a field's instructions, a ruby's reading."""
_HEADED = ("title", "heading 1")
_LISTED = re.compile(r"toc \d|table of figures|index \d")  # styles of lists of contents
_NO = ("0", "false", "off", "none")


@dataclass(slots=True)
class _Paragraph:
    text: str
    style: str = ""


def read_docx(data: bytes, *, limits: Limits) -> Document:
    """The text of a Word file."""
    check_packed(data, limits)
    with unpacking("Word file"), zipfile.ZipFile(io.BytesIO(data)) as packed:
        main = _main_part(packed)
        body = _root(packed.read(main))
        styles = _styles(packed, posixpath.join(posixpath.dirname(main), "styles.xml"))
        properties = _properties(packed)
        notes = list(_notes(packed, posixpath.dirname(main)))
    paragraphs = [p for p in (*_paragraphs(body, styles), *notes) if not _LISTED.fullmatch(p.style)]
    language = Metadata(language=language_code(properties.get("language")))
    headed = next((n for style in _HEADED for n, p in enumerate(paragraphs) if p.style == style), None)
    if (
        headed is not None
        and paragraphs[headed].style != _HEADED[0]
        and any(is_prose(p.text) for p in paragraphs[:headed])
    ):
        headed = None  # below text of the article it is that of a part
    texts = tuple(p.text for p in paragraphs)
    highest = [n for n, p in enumerate(paragraphs) if headed is not None and p.style == paragraphs[headed].style]
    if stories := stories_of(texts, highest):
        return Document(texts, otherwise=language, stories=stories)
    return Document(
        tuple(p.text for n, p in enumerate(paragraphs) if n != headed),
        known=Metadata(title=None if headed is None else paragraphs[headed].text),
        title_at=headed or 0,
        otherwise=language,
        named=title_in_file(properties.get("title")),
    )


def _root(xml: bytes) -> Any:
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.LxmlError as error:
        raise Unreadable("damaged Word file") from error


def _main_part(packed: zipfile.ZipFile) -> str:
    """The name of the part with the text, as the package's relations say."""
    for relation in _root(packed.read("_rels/.rels")):
        if str(relation.get("Type")).endswith("/officeDocument"):
            return posixpath.normpath(str(relation.get("Target")).lstrip("/"))
    return "word/document.xml"


def _styles(packed: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The names of the styles by their ids; names are English in a file of any language."""
    return {
        str(_value(style, "styleId")): str(_value(child, "val")).lower()
        for style in _part(packed, name)
        if _name(style) == "style"
        for child in style
        if _name(child) == "name"
    }


def _notes(packed: zipfile.ZipFile, folder: str) -> Iterator[_Paragraph]:
    """Footnotes and endnotes, which stand below the text."""
    for name in ("footnotes.xml", "endnotes.xml"):
        for note in _part(packed, posixpath.join(folder, name)):
            if _value(note, "type") in (None, "normal"):  # others draw the line above them
                yield from _paragraphs(note, {})


def _properties(packed: zipfile.ZipFile) -> dict[str, str]:
    """What docProps/core.xml says: title, language."""
    return {_name(child): one_line(child.text or "") for child in _part(packed, "docProps/core.xml")}


def _part(packed: zipfile.ZipFile, name: str) -> Any:
    """The elements of a part that the text can be read without; none where it is not there or damaged."""
    with suppress(Unreadable), unpacking("part"):
        return _root(packed.read(name))
    return ()


def _paragraphs(body: Any, styles: dict[str, str]) -> list[_Paragraph]:
    """All paragraphs in reading order; a line break begins one, and so does a table's row."""
    kept: list[_Paragraph] = []
    carried = ""
    for block in _blocks(body):
        if _name(block) == "tbl":
            kept += (_Paragraph(text) for text in _rows(block, styles))
            continue
        parts: list[str] = []
        boxes: list[Any] = []
        _take_inline(block, parts, boxes)
        text = carried + "".join(parts)
        mark_deleted = block.find("{*}pPr/{*}rPr/{*}del") is not None  # then the next paragraph goes on in this one
        carried = text if mark_deleted else ""
        style = styles.get(str(_value(block.find("{*}pPr/{*}pStyle"), "val")), "")
        if not mark_deleted:
            kept += (_Paragraph(line, style) for line in _lines(text))
        for box in boxes:
            kept += _paragraphs(box, styles)
    kept += (_Paragraph(line) for line in _lines(carried))
    return kept


def _blocks(parent: Any) -> Iterator[Any]:
    """The paragraphs and tables below an element, those in content controls and the like among them."""
    for child in parent:
        name = _name(child)
        if name in ("p", "tbl"):
            yield child
        elif name == "AlternateContent":
            yield from _blocks(_shown(child))
        elif name not in _GONE:
            yield from _blocks(child)


def _rows(table: Any, styles: dict[str, str]) -> Iterator[str]:
    """The rows of a table, each a line; cells that hold sentences, or stand alone, are paragraphs of their own."""
    for row in _below(table, "tr"):
        if row.find("{*}trPr/{*}del") is not None:
            continue
        cells = [[p.text for p in _paragraphs(cell, styles)] for cell in _below(row, "tc")]
        told = [texts for texts in cells if texts]
        if len(told) > 1 and not any(is_prose(text) for texts in told for text in texts):
            yield " ".join(text for texts in told for text in texts)
        else:
            yield from (text for texts in told for text in texts)


def _below(parent: Any, name: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, not those of a table inside it."""
    for child in parent:
        if _name(child) == name:
            yield child
        elif _name(child) not in ("tbl", "tr", "tc", "p", *_GONE):
            yield from _below(child, name)


def _take_inline(parent: Any, parts: list[str], boxes: list[Any]) -> None:
    """Put the text of a paragraph into `parts`, and text boxes that hang on it into `boxes`."""
    for child in parent:
        name = _name(child)
        if name in _GONE:
            continue
        if name == "t":
            parts.append(child.text or "")
        elif name in ("tab", "ptab"):
            parts.append("\t")
        elif name in ("br", "cr"):
            parts.append("\n")
        elif name == "noBreakHyphen":
            parts.append("-")
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "AlternateContent":
            _take_inline(_shown(child), parts, boxes)
        elif name == "r":
            _take_run(child, parts, boxes)
        else:
            _take_inline(child, parts, boxes)


def _take_run(run: Any, parts: list[str], boxes: list[Any]) -> None:
    look = run.find("{*}rPr")
    if _is_on(look, "vanish") or _is_on(look, "webHidden"):
        return
    own: list[str] = []
    _take_inline(run, own, boxes)
    above = look is not None and _value(look.find("{*}vertAlign"), "val") == "superscript"
    parts.append(raised("".join(own)) if above else "".join(own))


def _shown(alternatives: Any) -> Iterable[Any]:
    """The first of several ways to draw one thing."""
    return next((child for child in alternatives if _name(child) in ("Choice", "Fallback")), ())


def _lines(text: str) -> Iterator[str]:
    """The lines of a paragraph with breaks; a line that goes on in small letters was only broken to look well."""
    joined: list[str] = []
    for line in map(one_line, text.split("\n")):
        if joined and line[:1].islower():
            joined[-1] += " " + line
        elif line:
            joined.append(line)
    yield from joined


def _is_on(look: Any, name: str) -> bool:
    element = None if look is None else look.find(f"{{*}}{name}")
    return element is not None and str(_value(element, "val")) not in _NO


def _value(element: Any, attribute: str) -> str | None:
    """An attribute in whatever namespace."""
    if element is None:
        return None
    return next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == attribute), None)


def _name(element: Any) -> str:
    """The tag without its namespace; nothing for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
