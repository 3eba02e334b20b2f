"""Does this line look like a headline, a sentence, the name of a section?  Looks at one line at a time, but for headings, which tell by each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_PROSE = 100  # characters; a line at least so long is somebody's text, and so is a whole sentence
_HEADLINE = 200  # characters of a headline at most
_TITLE = 120  # characters of a title that is made of a sentence
_LOOKED_AT = (
    4 * _TITLE
)  # a sentence that ends behind that is cut in any case, and looking for its end takes quadratic time

_UNSPACED = "\u2e80"  # letters from here on are those of scripts that set no spaces between words
_WORDS_OF_STORY = 3  # fewer or as many are also what a part of one article is called: "What it costs"
_LETTERS_A_WORD = 2  # of such a script

_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_UNSPACED_END = re.compile(r"[。！？][\"'”’»)\]」』]*$")
_STOP = re.compile(r"[.;:,。][\"'”’»)\]]*$")
_ABBREVIATED = re.compile(r"(?:\b[A-ZА-Я]\.(?:\s?[A-ZА-Я]\.)+|\b(?:Inc|Ltd|Co|Corp|Jr|Sr|St|No|vs|a\.m|p\.m))\.?$")
_SENTENCE_INSIDE = re.compile(r"[^\W\d_]{4,}\.[\"'”’»)]*\s+[\"'“‘«(]?[A-ZÀ-ÞА-ЯЁ]|[。！？](?=.)")
_FIRST_SENTENCE = re.compile(
    r".+?(?:[^\W\d_]{3,}|\d|[\"”’»)%])[.!?…][\"'”’»)\]]*(?=\s+[\"'“‘«(]?[A-ZÀ-ÞА-ЯЁ0-9])|.+?[。！？]"
)
_SECTION = re.compile(
    r"(?:world|politics|business|sports?|general|health|entertainment|technology|tech|science|climate|lifestyle|"
    r"automotive|economy|markets?|finance|opinion|culture|travel|local|national|international|news|breaking(?: news)?|"
    r"africa|asia|europe|americas?|middle east|uk|us|business news|world news|politique|monde|économie|société|culture|"
    r"wirtschaft|politik|panorama|sport|kultur|deportes|política|economía|sociedad|общество|экономика|политика|мир|спорт|культура)",
    re.I,
)


def like_a_headline(text: str) -> bool:
    """Whether the line may be a headline: not too long, one phrase, no full stop at its end."""
    if not 3 <= len(text) <= _HEADLINE or len(text.split()) > 35 or not any(c.isalpha() for c in text):
        return False
    if _STOP.search(text) and not _ABBREVIATED.search(text) and not text.endswith(("...", '."', ".'")):
        return False
    return not _SENTENCE_INSIDE.search(text)


def is_prose(text: str) -> bool:
    """Whether the line is somebody's text rather than a label: long, or a whole sentence."""
    if len(text) >= _PROSE:
        return True
    if len(text) < 20 or not (_SENTENCE_END.search(text) or _UNSPACED_END.search(text)):
        return False
    return len(text.split()) >= 4 or bool(_UNSPACED_END.search(text))


def words_in(text: str) -> int:
    """How many words the line has, two letters counted as one where the script sets no spaces."""
    return max(len(text.split()), sum(c > _UNSPACED for c in text) // _LETTERS_A_WORD)


def section_name(text: str) -> bool:
    """Whether the line names a section of a paper: "World", "Politics > Africa"."""
    return any(mark in text for mark in (" > ", " » ", " / ")) or bool(_SECTION.fullmatch(text.strip(" -–—|")))


def stories_of(paragraphs: Sequence[str], heads: Sequence[int]) -> tuple[int, ...]:
    """Those of the headings of the highest level that begin articles: all, or none where they are those of one article's parts."""
    starts = tuple(heads)
    if len(starts) < 2 or any(map(is_prose, paragraphs[: starts[0]])):
        return ()
    pieces = [paragraphs[start + 1 : end] for start, end in pairwise((*starts, len(paragraphs)))]
    told = all(any(map(is_prose, piece)) for piece in pieces)
    named = all(words_in(paragraphs[i]) > _WORDS_OF_STORY and like_a_headline(paragraphs[i]) for i in starts)
    return starts if told and named else ()


def title_from(text: str) -> str:
    """A title for a text without a headline: its first sentence, cut at a word where it is long."""
    first = text.split("\n", 1)[0][:_LOOKED_AT]
    match = _FIRST_SENTENCE.match(first)
    sentence = match.group() if match else first
    if len(sentence) <= _TITLE:
        return sentence
    cut = sentence[: _TITLE - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[60:] else cut).rstrip(" ,;:–—-") + "…"
