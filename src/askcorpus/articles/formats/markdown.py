"""Which article does a Markdown file hold?  As it reads without its marks, those of Obsidian and other note books among them."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from askcorpus.articles.document import Document
from askcorpus.articles.draft import Draft, Unreadable
from askcorpus.articles.formats.front import front_of
from askcorpus.articles.formats.html_fragments import blocks_of, tree_of
from askcorpus.articles.metadata import Metadata, canonical, told
from askcorpus.articles.page.block import Block
from askcorpus.articles.page.headlines import stories_of
from askcorpus.articles.page.split import split_page
from askcorpus.language.characters import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_LONGEST_LINE = 100_000  # characters; beyond it the marks of a line are left as they are
_TOP = 4  # blocks among which a reading app puts its links
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?!\S)", re.M)  # a list would lose its numbers, and "2025. március" its year
_NOTES = (
    (re.compile(r"!\[\[[^\]\n]{0,300}\]\]"), ""),  # an embedded picture or note
    (re.compile(r"(?<!!)\[\[(?:[^\]|\n]{1,300}\|)?([^\]|\n]{1,300})\]\]"), r"\1"),  # [[page|shown]]
    (re.compile(r"==(?=\S)([^=\n]{1,500}?)(?<=\S)=="), r"\1"),
    (re.compile(r"~~(?=\S)([^~\n]{1,500}?)(?<=\S)~~ ?"), ""),  # struck out
    (re.compile(r"^\[\^[^\]\n]{1,60}\]:[ \t]*", re.M), "\n"),  # the text of a footnote
    (re.compile(r"\[\^[^\]\n]{1,60}\]"), ""),
    (re.compile(r"^(>\s?)\[![\w-]{1,30}\][+-]?[ \t]*", re.M), r"\1"),  # a callout
    (re.compile(r"^([-*+] )\[[ xX]\] ", re.M), r"\1"),
    (re.compile(r"^(?:#[^\s#]{1,60}[ \t]*){1,20}$", re.M), "\n"),  # nothing but hashtags
)
_MARK = re.compile("[\\\\`*_\\[<|~\x00-\x09\x0b-\x1f\ud800-\udfff\ufffe\uffff]|==")
"""What may change how a line reads, wherever it stands; of control characters an HTML parser makes what it likes."""
_LINE_MARKS = ("\n ", "\n>", "\n+", "\n-", "\n=", "  \n")
_ENTITY = re.compile(r"&#?\w{1,40};")
_HEADING = re.compile(r"^(#{1,6}) ([^#\s][^#\n]*)$", re.M)
_ORIGINAL = re.compile(
    r"\[(?:read|view|open|see)?\s?(?:the\s)?(?:original|source)(?:\s\w{1,20})?\]\((?:<)?(https?://[^\s)>]{1,2000})",
    re.I,
)
_LINKS_ONLY = re.compile(r"^(?:\[[^\]\n]{1,40}\]\([^)\n]{1,2000}\)[ \t|·•]*){1,4}$", re.M)


def read_markdown(text: str, *, now: datetime) -> tuple[Draft, ...] | Document:
    """The one article of a Markdown file; more where it is a page of several, and a document where its headings tell them."""
    metadata, body = front_of(text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(body) > _LONGEST_LINE and max(map(len, body.split("\n"))) > _LONGEST_LINE:
        raise Unreadable("a line without end")
    metadata, body = _without_app_links(metadata, body)
    blocks, highest = _plain(body) or _marked(body)
    one = metadata.title or metadata.url  # of which the front of the file speaks
    if not one and highest:
        paragraphs = [clean(block.text) for block in blocks]
        if stories := stories_of(paragraphs, highest):
            return Document(tuple(paragraphs), otherwise=metadata, stories=stories)
    if blocks and blocks[0].kind == "head":
        metadata = replace(metadata, title=metadata.title or blocks[0].text)
        blocks = blocks[1:]
    paragraphs = [clean(block.text) for block in blocks]
    # a page's own title must not be looked for in its text: it is known
    drafts = split_page("\n\n".join(p for p in (metadata.title or "", *paragraphs) if p), now=now)
    return told(metadata, drafts, origin="front of the file")


def _marked(body: str) -> tuple[list[Block], list[int]]:
    """The paragraphs of a text, and which of them are headings of the highest level."""
    tree = tree_of(_rendered(body))
    blocks = [] if tree is None else blocks_of(tree)
    titles = set() if tree is None else {" ".join(head.text_content().split()) for head in tree.iter("h1")}
    return blocks, _among(titles, blocks)


def _plain(body: str) -> tuple[list[Block], list[int]] | None:
    """The same of a text that has no marks but those of headings, without rendering it, which takes three times as long; else None."""
    below = f"\n{body}"
    if _MARK.search(body) or any(beginning in below for beginning in _LINE_MARKS) or _ENTITY.search(body):
        return None
    headings = _HEADING.findall(body)
    if sum(len(level) for level, _ in headings) != body.count("#"):
        return None
    blocks: list[Block] = []
    for paragraph in _HEADING.sub(r"\n\n\g<0>\n\n", _NUMBERED.sub(r"\n\1\2", body)).split("\n\n"):
        text = " ".join(paragraph.split())
        kind = "head" if text.startswith("#") else "p"
        if text:
            blocks.append(Block(text.lstrip("# "), kind))
    return blocks, _among({" ".join(title.split()) for level, title in headings if level == "#"}, blocks)


def _among(titles: Set[str], blocks: Sequence[Block]) -> list[int]:
    """Which blocks are these headings."""
    return [i for i, block in enumerate(blocks) if block.kind == "head" and block.text in titles] if titles else []


def _rendered(body: str) -> str:
    """The text as HTML."""
    for pattern, instead in _NOTES:
        body = pattern.sub(instead, body)
    return str(_parser().render(_NUMBERED.sub(r"\n\1\\\2", body)))


@functools.cache
def _parser() -> MarkdownIt:
    """One for all files: making it takes as long as it takes to read two."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True, "maxNesting": 50}).enable("table")


def _without_app_links(metadata: Metadata, body: str) -> tuple[Metadata, str]:
    """The text without the lines of links that a reading app puts above it; the one to the original is the address."""
    top = "\n\n".join(re.split(r"\n{2,}", body, maxsplit=_TOP)[:_TOP])
    original = _ORIGINAL.search(top)
    if original:
        metadata = replace(metadata, url=metadata.url or canonical(original[1]))
        body = _LINKS_ONLY.sub("", top) + body[len(top) :] if body.startswith(top) else body
    return metadata, body
