"""What do the readers of PDF, Word and EPUB hand on?  The paragraphs of a document, and what is known of them; not yet an article."""

from __future__ import annotations

import re
from dataclasses import dataclass

from askcorpus.articles.draft import Dropped
from askcorpus.articles.metadata import Metadata
from askcorpus.language.characters import one_line

_SAVED_BY = re.compile(r"(?:microsoft (?:word|powerpoint|excel)|libreoffice|openoffice)\s+[-–—]\s+", re.I)
_FILE_NAME = re.compile(
    r"\S*[._]\S{1,20}|untitled|unbenannt|sans titre|(?:word |new )?document\s*\d*|dokument\s*\d*", re.I
)
NOTHING = Metadata()


@dataclass(frozen=True, slots=True)
class Document:
    """The paragraphs of a document, or of a chapter of it, in reading order."""

    paragraphs: tuple[str, ...]
    known: Metadata = NOTHING
    """What is certain of its first article, whatever its text says."""
    otherwise: Metadata = NOTHING
    """What holds where the text says nothing else."""
    title_from: str = "headline"
    """Where the title that is certain stood, in words for who looks at it."""
    otherwise_from: str = "the file's own record"
    """Where what holds otherwise stood."""
    title_at: int = 0
    """Above which of the paragraphs the title stood."""
    stories: tuple[int, ...] = ()
    """Which of the paragraphs are headlines of articles of their own; without these the text tells where one begins."""
    named: str = ""
    """The title that the file gives itself: often the one of a template or an earlier text."""
    dropped: tuple[Dropped, ...] = ()


def title_in_file(text: str | None) -> str:
    """The title that a file gives itself, without the name of the program that saved it; empty where it is a file's name."""
    title = _SAVED_BY.sub("", one_line(text or ""), count=1)
    return "" if _FILE_NAME.fullmatch(title) else title
