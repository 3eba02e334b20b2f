"""Which article is a transcript (.srt, .vtt)?  What was said, in paragraphs, and when each of them began."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from askcorpus.articles.draft import Draft, Unreadable, sourced
from askcorpus.articles.page.headlines import title_from
from askcorpus.language.characters import clean, one_line

_TIMES = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3}).{0,200}"
)
_VOICE = re.compile(r"<v(?:\.[^ >]{0,50})?\s+([^>]{1,80})>")
_TAG = re.compile(r"</?[a-zA-Z][^>]{0,200}>|<\d[\d:.]{0,20}>|\{\\[^}]{0,50}\}")
_SPEAKER = re.compile(r"(?:[-–—>]+\s*)?[A-ZÀ-ÞА-ЯЁ][^\n:.!?]{1,40}:\s")
_DASH = re.compile(r"^(?:\{\\[^}]{0,50}\})?[-–—] ?(?=\S)", re.M)
_PAUSE_S = 2.0  # between two sentences: somebody goes on to another matter
_LONGEST = 600  # characters of a paragraph that ends with its next sentence


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    text: str
    turn: bool
    """Whether somebody else begins to speak."""


def read_transcript(text: str) -> Draft:
    """The article of a transcript; raises Unreadable when nothing is said in it."""
    cues = _without_repeats(_cues(text))
    if not cues:
        raise Unreadable("a transcript in which nothing is said")
    paragraphs: list[str] = []
    starts: list[float] = []
    last = None
    for cue in cues:
        if last is None or cue.turn or _ends(paragraphs[-1], pause=cue.start - last.end):
            paragraphs.append(cue.text)
            starts.append(cue.start)
        else:
            paragraphs[-1] += f" {cue.text}"
        last = cue
    offsets = [sum(len(p) + 2 for p in paragraphs[:i]) for i in range(len(paragraphs))]
    whole = "\n\n".join(paragraphs)
    draft = Draft(title=title_from(whole), text=whole, times=tuple(zip(offsets, starts, strict=True)))
    return sourced(draft, "first sentence")


def _ends(paragraph: str, *, pause: float) -> bool:
    whole = paragraph.rstrip("\"'”’»)").endswith((".", "!", "?", "…", "。", "！", "？"))
    return whole and (pause > _PAUSE_S or len(paragraph) > _LONGEST)


def _cues(text: str) -> list[_Cue]:
    """What is said with its times; what stands in no cue (notes, styles, numbers) is left out."""
    cues = []
    speaking = ""
    for block in re.split(r"\n{2,}", clean(text)):
        lines = block.split("\n")
        place = next((i for i, line in enumerate(lines[:2]) if _TIMES.fullmatch(line)), None)
        if place is None:
            continue
        match = _TIMES.fullmatch(lines[place])
        if match is None:
            continue
        start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
        for said, dashed in _turns(lines[place + 1 :]):
            voice = _VOICE.search(said)
            words = one_line(unescape(_TAG.sub("", _VOICE.sub("", said))))
            if voice and words and voice[1].strip() != speaking:
                speaking = voice[1].strip()
                words = f"{speaking}: {words}"
            if words:
                cues.append(_Cue(start, end, words, dashed or bool(_SPEAKER.match(words))))
    return cues


def _turns(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """What is said in a cue; where its lines begin with dashes, what each of the speakers says, and that it is so."""
    if sum(bool(_DASH.match(line)) for line in lines) < 2:
        yield " ".join(lines), False
        return
    for said in _DASH.split("\n".join(lines)):
        if said.strip():
            yield said.replace("\n", " "), True


def _without_repeats(cues: list[_Cue]) -> list[_Cue]:
    """The cues without those that only show again what scrolled up from the one above."""
    kept: list[_Cue] = []
    for cue in cues:
        if kept and kept[-1].text.endswith(cue.text):
            continue
        said = cue.text
        overlap = (
            next((n for n in range(min(len(said), len(kept[-1].text)), 11, -1) if kept[-1].text.endswith(said[:n])), 0)
            if kept
            else 0
        )
        kept.append(_Cue(cue.start, cue.end, said[overlap:].strip() or said, cue.turn and not overlap))
    return kept


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = parts
    return (
        int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + int(seconds or 0)
        + int((thousandths or "0").ljust(3, "0")) / 1000
    )
