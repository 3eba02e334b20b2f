"""What did the extractor leave out of a web page, and does it belong to the article after all?

What it leaves out is never lost in silence: it is text of the article, or it is named among what was thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from askcorpus.articles.draft import Dropped
from askcorpus.articles.formats.html_outline import ASIDE, BOX, CAPTION, HIDDEN, RELATED, WIDGET, Part, letters
from askcorpus.articles.page.block import Block

_BEGINNING = (
    1.1  # times the letters shown: where the last paragraph shown stands in a text of which they are the beginning
)
_PROSE = 80  # characters of a paragraph that is running text rather than a label
_LINKS = 0.5  # of a paragraph that is a list of links
_MOST_LOST = 3.0  # times what was taken; a page of which more running text was left out is read by its outline
_MUCH = 600  # characters; less is no article that was left out
_ENDS = tuple(".!?…。！？")
_CLOCK = re.compile(r"\b\d{1,2}[:.]?\d{2}\s?(?:[ap]\.?m|gmt|utc|cet|e[sd]?t|p[sd]?t|uhr|h\b)|\d{1,2}:\d{2}", re.I)
_BOX = 24  # characters of a line of a fact box that tells something
_HEADLINE = 11  # characters of a heading that is no label; the page's first heading may be shorter
_AROUND = frozenset({ASIDE, "menu", "form", "comment", RELATED})
_AT_MOST_BESIDE = 0.3  # of the text
_LEADS = 3  # paragraphs; more are the beginning of something else
_LEAD = 40  # characters of a line between headline and text that is a lead
_REASONS = {
    "": "left out by the extractor", ASIDE: "beside the article", WIDGET: "beside the article", CAPTION: "caption", BOX: "box", HIDDEN: "hidden on the page",
    "menu": "menu or footer", "form": "form", "comment": "comment", "related": "related articles",
}  # fmt: skip


def completed_body(blocks: list[Block], outline: Sequence[Part], *, title: str) -> list[Block]:
    """The extractor's blocks with the running text that it left out between them, and the lead above them.

    Where more was left out than was taken, all running text of the page's middle.
    """
    blocks = _parted(blocks, outline)
    taken = "".join(letters(block.text) for block in blocks)
    middle = [part for part in outline if part.zone == ""]
    lost = [part for part in middle if _is_prose(part) and part.spelled not in taken]
    size = sum(len(block.text) for block in blocks)
    missing = sum(len(part.text) for part in lost)
    if missing > _MUCH and missing > _MOST_LOST * size:
        return [as_block(part) for part in middle]
    blocks = without_surroundings(blocks, outline)
    return _with_lead(blocks, [part for part in outline if part.zone in ("", RELATED)], taken, title=title)


def _parted(blocks: list[Block], outline: Sequence[Part]) -> list[Block]:
    """The blocks, one in which the extractor ran several parts of the page together as those parts."""
    spelled = [part.spelled for part in outline]
    known = set(spelled)
    parted: list[Block] = []
    for block in blocks:
        whole = letters(block.text)
        start, end = (0, 0) if whole in known else _run_of(whole, spelled)
        parted += [as_block(part) for part in outline[start:end]] or [block]
    return parted


def _run_of(whole: str, spelled: Sequence[str]) -> tuple[int, int]:
    """Where those stand, one behind the other, that make up these letters; an empty run where there are no such."""
    for start, first in enumerate(spelled):
        if not whole.startswith(first):
            continue
        place = 0
        for end in range(start, len(spelled)):
            if not whole.startswith(spelled[end], place):
                break
            place += len(spelled[end])
            if place == len(whole):
                return start, end + 1
    return 0, 0


def without_surroundings(blocks: list[Block], outline: Sequence[Part]) -> list[Block]:
    """The blocks without those that stand beside the article alone; where most of them do, the page names its parts in its own way."""
    zones: dict[str, set[str]] = {}
    for part in outline:
        zones.setdefault(part.spelled, set()).add(part.zone if part.zone in _AROUND else "")
    beside = {id(block) for block in blocks if "" not in zones.get(letters(block.text), {""})}
    lost = sum(len(block.text) for block in blocks if id(block) in beside)
    if not beside or lost > _AT_MOST_BESIDE * sum(len(block.text) for block in blocks):
        return blocks
    return [block for block in blocks if id(block) not in beside]


def _with_lead(blocks: list[Block], parts: Sequence[Part], taken: str, *, title: str) -> list[Block]:
    """The blocks, with the paragraphs that stand between the headline and the first prose among them.

    Many pages call the lead a teaser, as they call what leads to other pages; that one is a link, the lead has none.
    """
    first = next(
        (i for i, part in enumerate(parts) if not part.zone and len(part.text) >= _PROSE and part.spelled in taken),
        None,
    )
    wanted = letters(title)
    heads = [i for i, part in enumerate(parts[: first or 0]) if wanted and _is_headline(part, wanted)]
    if first is None or not heads:
        return blocks
    between = parts[heads[-1] + 1 : first]
    lead = [p for p in between if _is_lead(p) and p.spelled not in taken]
    if not 0 < len(lead) <= _LEADS:
        return blocks
    below = [part.spelled for part in between[between.index(lead[-1]) + 1 :]]
    prose = parts[first].spelled
    at = next(
        (i for i, b in enumerate(blocks) if (own := letters(b.text)) in below or (len(own) >= _LEAD and own in prose)),
        0,
    )
    return [*blocks[:at], *(as_block(part) for part in lead), *blocks[at:]]


def _is_headline(part: Part, title: str) -> bool:
    """Whether a heading says the title, or what of it is not the paper's name."""
    own = part.spelled
    least = 3 if part.parent.tag == "h1" else _HEADLINE
    return part.kind == "head" and len(part.text) >= least and (own in title or title in own)


def _is_lead(part: Part) -> bool:
    """Whether a part between headline and text is a whole sentence or as long as one, and says not when it was published."""
    if part.links > (0 if part.zone else _LINKS * len(part.text)) or _CLOCK.search(part.text):
        return False
    whole = part.text.rstrip("\"'”’»)")[-1:] in _ENDS
    return len(part.text) >= (_LEAD if whole else _PROSE) and (whole or part.kind == "head" or bool(part.zone))


def captions(outline: Sequence[Part], text: str, *, title: str) -> list[str]:
    """Captions and fact boxes that stand between the headline and the end of the text, and are not in it yet."""
    if not any(part.zone in (CAPTION, BOX) for part in outline):
        return []
    taken = letters(text)
    shown = set(text.split("\n\n"))
    long = {i for i, part in enumerate(outline) if len(part.text) >= _PROSE and part.spelled in taken}
    own = sorted(long | {i for i, part in enumerate(outline) if not part.zone and part.text in shown})
    if not own:
        return []
    wanted = letters(title)
    heads = [i for i, part in enumerate(outline[: own[0]]) if wanted and _is_headline(part, wanted)]
    found: list[str] = []
    for part in outline[heads[-1] if heads else own[0] : own[-1]]:
        if not _is_inside(part) or part.links >= _LINKS * len(part.text) or part.text in found:
            continue
        if part.text in shown or part.spelled in taken:
            continue
        if _tells(part):
            found.append(part.text)
    return found


def _is_inside(part: Part) -> bool:
    return any(a.tag in ("article", "main") for a in (part.parent, *part.parent.iterancestors()))


def _tells(part: Part) -> bool:
    """Whether a caption, or a line of a box, is a sentence that tells something.

    With a photographer's name behind it, it is left out: benchmarks/extraction .9782 -> .9711.
    """
    least = _PROSE / 2 if part.zone == CAPTION else _BOX
    whole = part.text.rstrip("\"'”’»)")[-1:] in _ENDS
    return part.zone in (CAPTION, BOX) and len(part.text) >= least and whole


def left_out(outline: Sequence[Part], text: str, dropped: Sequence[Dropped], *, title: str) -> tuple[Dropped, ...]:
    """Every line of the page that is neither in the text nor named already, and where it stood."""
    seen = {title, *text.split("\n\n"), *(d.text for d in dropped)}
    known = "".join(letters(line) for line in (title, *text.split("\n\n"), *(d.text for d in dropped)))
    rest = []
    for part in outline:
        if part.text in seen:
            continue
        seen.add(part.text)
        own = part.spelled
        if own and own not in known:
            rest.append(Dropped(part.text, _REASONS.get(part.zone, part.zone)))
    return tuple(rest)


def as_block(part: Part) -> Block:
    """The part as a block of a body."""
    return Block(part.text, part.kind, part.links >= 0.9 * len(part.text))


def without_break(told: str, visible: Sequence[str]) -> list[Block] | None:
    """The paragraphs of a text that a page tells whole in its JSON-LD and shows only the beginning of; else None."""
    paragraphs = [" ".join(p.split()) for p in told.split("\n") if p.strip()]
    shown = sum(map(len, visible))
    whole_text = letters(told)
    if sum(map(len, paragraphs)) <= 1.3 * shown or not visible:
        return None
    begun = sum(len(p) for p in visible if letters(p.rstrip(" .…[]"))[:200] in whole_text)
    last = next((at for p in reversed(visible) if (at := whole_text.rfind(letters(p.rstrip(" .…[]"))[:200])) >= 0), 0)
    if begun < 0.5 * shown or last > _BEGINNING * sum(len(letters(p)) for p in visible):
        return None
    if len(paragraphs) > 1 or len(visible) == 1:
        return [Block(p) for p in paragraphs]
    whole = paragraphs[0]  # its paragraphs are lost: those that the page shows are known
    kept, end = [], 0
    for paragraph in visible:
        at = whole.find(paragraph, end)
        if at < 0:
            break
        kept.append(Block(paragraph))
        end = at + len(paragraph)
    rest = whole[end:].strip()
    return [*kept, Block(rest)] if rest else kept


def _is_prose(part: Part, *, least: int = _PROSE) -> bool:
    return len(part.text) >= least and part.links < _LINKS * len(part.text)
