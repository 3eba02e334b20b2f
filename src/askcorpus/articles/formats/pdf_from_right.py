"""In which order are letters and words of a line from right to left read?  By where they stand: a PDF draws them in either order."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
Letter = tuple[str, Box]
Character = tuple[str, Box | None]
"""One without a box is a space, or what else only parts words."""

_FROM_RIGHT = re.compile("[\u0590-\u065f\u066e-\u06ef\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # all but their digits
_APART = 0.8  # of a line's height: a wider space parts two columns
_SAME_LINE = 0.4  # of the height: so much of it is shared on one line
_SPACE = 0.12  # of a line's height: the least width of a space between words
_OPENS = dict(zip(")]}»›", "([{«‹", strict=True))
_BRACKET = re.compile(r"(?<!\S)(?P<opens>[()\[\]{}«»‹›])(?=\w)|(?<=\S)(?P<closes>[()\[\]{}«»‹›])(?!\w)")


@dataclass(frozen=True, slots=True)
class Line:
    """What is read in one go from right to left, around it its box."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, a number or a mark; `kind` is R, L, N or M."""

    text: str
    box: Box
    kind: str


def lines(characters: Iterable[Character]) -> Iterator[Line | Character]:
    """The characters as they come, but for lines from right to left, each of which comes as one, or as one for each column."""
    every = [*characters]
    if not _FROM_RIGHT.search("".join([character for character, _ in every])):
        yield from every
        return
    kinds = Counter(_kind(character) for character, box in every if box is not None)
    mostly = kinds["R"] > kinds["L"]
    line, words, word = list[Character](), list[list[Letter]](), list[Letter]()
    around: Box | None = None
    for character, box in every:
        if box is not None and around is not None and not _same_line(around, box):
            yield from _read(line, [*words, word], mostly=mostly)
            line, words, word, around = [], [], [], None
        line.append((character, box))
        if box is not None:
            word.append((character, box))
            around = _around([("", around), (character, box)] if around else word)
        elif word:
            words.append(word)
            word = []
    yield from _read(line, [*words, word], mostly=mostly)


def _read(line: list[Character], words: list[list[Letter]], *, mostly: bool) -> Iterator[Line | Character]:
    """A line; `mostly` says of its page that it is written from the right: then a number and its marks are read so, too."""
    told = [word for word in words if word]
    kinds = {_kind(character) for word in told for character, _ in word}
    yield from _columns(told) if "R" in kinds or (mostly and "N" in kinds and "L" not in kinds) else line


def _columns(line: Sequence[Sequence[Letter]]) -> Iterator[Line]:
    backwards = sum(map(_backwards, line)) > 0
    pieces = sorted(
        (piece for word in line for piece in _pieces(word, backwards)), key=lambda p: -(p.box[0] + p.box[2])
    )
    column: list[_Piece] = []
    for piece in pieces:
        if column and column[-1].box[0] - piece.box[2] > _APART * _height(column[-1].box, piece.box):
            yield _line(column)
            column = []
        column.append(piece)
    if column:
        yield _line(column)


def _line(column: Sequence[_Piece]) -> Line:
    """The pieces from the right, but for names and the like from the left, which keep their own order."""
    read, run = list[_Piece](), list[_Piece]()
    for piece in (*column, None):
        if piece is not None and piece.kind != "R":
            run.append(piece)
            continue
        last = max((at for at, one in enumerate(run) if one.kind == "L"), default=-1)
        first = next((at for at, one in enumerate(run) if one.kind != "M"), 0)
        read += [*run[:first], *reversed(run[first : last + 1]), *run[max(first, last + 1) :]]
        run = []
        if piece is not None:
            read.append(piece)
    text = read[0].text
    for before, after in pairwise(read):
        apart = max(before.box[0] - after.box[2], after.box[0] - before.box[2])
        text += (" " if apart > _SPACE * _height(before.box, after.box) else "") + after.text
    # Of a bracket the PDF has the shape, which is another from right to left than from left to right.
    return Line(_BRACKET.sub(_turned, text), _around([(p.text, p.box) for p in column]))


def _turned(found: re.Match[str]) -> str:
    bracket = found[0]
    if found["opens"]:
        return _OPENS.get(bracket, bracket)
    return next((closes for closes, opens in _OPENS.items() if opens == bracket), bracket)


def _pieces(word: Sequence[Letter], backwards: bool) -> Iterator[_Piece]:
    """Its parts in one direction, and its marks each by itself; a mark within a number is part of it."""
    own = _backwards(word)
    letters = [*reversed(word)] if own > 0 or (own == 0 and backwards and _from_right(word)) else [*word]
    part: list[Letter] = []
    for at, letter in enumerate(letters):
        kind = _kind(letter[0])
        around = [_kind(one[0]) for one in letters[max(0, at - 1) : at + 2]]
        if kind == "M" and (
            around == ["N", "M", "N"] or around == ["L", "M", "L"] or (letter[0] in "%٪" and "N" in around)
        ):
            kind = "N" if "N" in around else "L"
        if part and (kind == "M" or (kind == "R") != (_kinds(part) == "R") or _kinds(part) == "M"):
            yield _piece(part)
            part = []
        part.append(letter)
    if part:
        yield _piece(part)


def _piece(part: Sequence[Letter]) -> _Piece:
    kind = _kinds(part)
    placed = sorted(part, key=lambda letter: letter[1][0]) if kind in "LN" else _from_the_right(part)
    return _Piece("".join(character for character, _ in placed), _around(part), kind)


def _from_the_right(part: Sequence[Letter]) -> list[Letter]:
    """Letters as they are read, each with the vowel signs that stand at it; those of one box, a ligature, as they came."""
    bases = [letter for letter in part if unicodedata.category(letter[0]) != "Mn"]
    if not bases:
        return [*part]
    signs: dict[int, list[Letter]] = {}
    for letter in part:
        if unicodedata.category(letter[0]) == "Mn":
            nearest = min(range(len(bases)), key=lambda at: abs(_middle(bases[at]) - _middle(letter)))
            signs.setdefault(nearest, []).append(letter)
    placed = sorted(range(len(bases)), key=lambda at: -_middle(bases[at]))
    return [one for at in placed for one in (bases[at], *signs.get(at, ()))]


def _middle(letter: Letter) -> float:
    return letter[1][0] + letter[1][2]


def _kinds(part: Sequence[Letter]) -> str:
    kinds = {_kind(character) for character, _ in part}
    return next(kind for kind in "RLNM" if kind in kinds)


def _kind(character: str) -> str:
    """R of what is written from the right, L from the left, N of a digit, M of a mark."""
    if character.isdecimal():
        return "N"
    if unicodedata.category(character)[0] in "PS":
        return "M"
    return "R" if _FROM_RIGHT.match(character) else "L"


def _backwards(word: Sequence[Letter]) -> int:
    """How many more of its letters from right to left come from the left than from the right: above 0, it was drawn backwards."""
    middles = [_middle(letter) for letter in word if _kind(letter[0]) == "R"]
    return sum((later > before) - (later < before) for before, later in pairwise(middles))


def _from_right(word: Sequence[Letter]) -> bool:
    return any(_kind(character) == "R" for character, _ in word)


def _same_line(one: Box, other: Box) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared >= _SAME_LINE * min(one[3] - one[1], other[3] - other[1])


def _height(one: Box, other: Box) -> float:
    return max(one[3] - one[1], other[3] - other[1])


def _around(letters: Sequence[Letter]) -> Box:
    lefts, bottoms, rights, tops = zip(*(box for _, box in letters), strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)
