"""Which text do the files of other word processors hold (.rtf, .odt)?  The only home of striprtf."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from askcorpus.articles.draft import Limits, Unreadable
from askcorpus.articles.formats.packages import unpacking

_UNSEEN = frozenset(
    "tracked-changes annotation annotation-end note sequence-decls forms bookmark table-of-content alphabetical-index "
    "user-index illustration-index object-index bibliography variable-decls".split()
)
_PARAGRAPHS = frozenset(["p", "h"])


def text_of_rtf(data: bytes) -> str:
    """The paragraphs of an .rtf, a line each; raises Unreadable for what is none."""
    from striprtf.striprtf import rtf_to_text

    if not data.lstrip().startswith(b"{\\rtf"):
        raise Unreadable("not an RTF file")
    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]  # has no types
    except Exception as error:  # a parser of regular expressions: what it raises over damage is not foreseen
        raise Unreadable("damaged RTF file") from error
    if not text.strip():
        raise Unreadable("no article text in it")
    return _apart(text.split("\n"))


def text_of_odt(data: bytes, *, limits: Limits) -> str:
    """The paragraphs of an .odt, an empty line between them; raises Unreadable for what is none."""
    with (
        unpacking("OpenDocument file"),
        zipfile.ZipFile(io.BytesIO(data)) as packed,
        packed.open("content.xml") as part,
    ):
        content = part.read(limits.max_bytes + 1)
    if len(content) > limits.max_bytes:
        raise Unreadable(f"larger than {limits.max_file_mb:g} MiB when unpacked")
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("damaged OpenDocument file") from error
    text = _apart(list(_paragraphs(root)))
    if not text:
        raise Unreadable("no article text in it")
    return text


def _apart(paragraphs: list[str]) -> str:
    return "\n\n".join(" ".join(p.split()) for p in paragraphs if p.strip())


def _paragraphs(root: Any) -> Iterator[str]:
    """Paragraphs and headings in their order; the cells of a table's row are one line."""
    parts: list[str] = []
    silent = rows = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "annotation"
        if event == "start":
            silent += name in _UNSEEN
            rows += name == "table-row"
            if name in _PARAGRAPHS and not rows:
                yield "".join(parts)
                parts.clear()
            if not silent:
                parts.append({"tab": " ", "line-break": " ", "s": " "}.get(name, "") + (element.text or ""))
        else:
            silent -= name in _UNSEEN
            rows -= name == "table-row"
            if name == "table-cell" or (name in _PARAGRAPHS and rows):
                parts.append(" ")
            elif (name in _PARAGRAPHS and not rows) or name == "table-row":
                yield "".join(parts)
                parts.clear()
            if not silent:
                parts.append(element.tail or "")
    yield "".join(parts)
