"""Which field of an export is this line?  "Title: …", "HD  …", in the words of exports.toml; and where articles begin by such fields."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from askcorpus.articles.page.headlines import is_prose

with Path(__file__).with_name("exports.toml").open("rb") as _file:
    _TABLE = tomllib.load(_file)

FIELDS: dict[str, str] = {label: name for name, labels in _TABLE["fields"].items() for label in labels}
"""Which field a label names."""
RULE = re.compile(r"(?:[-=_*~#─━═] ?){3,}")
_CODES: dict[str, str] = _TABLE["codes"]
_LABELLED = re.compile(r"(?P<label>[^\W\d_][\w/() -]{0,38}?)\s?:(?:\s+(?P<value>\S.*))?")
_LONGEST_LABEL = 41  # characters, its colon among them
_CODED = re.compile(r"(?P<label>[A-Z]{2,3})(?:\s+(?P<value>\S.*))?")
_FIELDS_BELOW = 3  # lines of a block that describes the article above it
_FEWEST_CODES = 4  # lines with two capitals in front, HD among them


def labelled(line: str, *, coded: bool = False) -> tuple[str, str] | None:
    """Which field the line is, and what it says; None when it is none."""
    if coded:
        match = _CODED.fullmatch(line)
        if match and match["label"] in _CODES:
            return _CODES[match["label"]], match["value"] or ""
    if line.find(":", 1, _LONGEST_LABEL) < 0:
        return None
    match = _LABELLED.fullmatch(line)
    name = FIELDS.get(match["label"].lower()) if match else None
    return (name, match["value"] or "") if match and name else None


def is_coded(lines: Sequence[str]) -> bool:
    codes = [m["label"] for line in lines if (m := _CODED.fullmatch(line)) and m["label"] in _CODES]
    return len(codes) >= _FEWEST_CODES and "HD" in codes


def starts_by_fields(lines: Sequence[str]) -> list[int]:
    """Where articles begin that have their fields above them, or end that have them below; empty where neither is so."""
    blocks = _blocks(lines)
    if not blocks or not any(is_prose(line) for line in lines[: blocks[0]]):
        return blocks if len(blocks) >= 2 else []
    ends = [next((i for i in range(block, len(lines)) if not lines[i]), len(lines)) for block in blocks]
    last = [line for line in lines[ends[-1] :] if line]
    described = all(
        sum(labelled(line) is not None for line in lines[b:e]) >= _FIELDS_BELOW
        for b, e in zip(blocks, ends, strict=True)
    )
    return ends if described and not last else blocks if len(blocks) >= 2 else []


def _blocks(lines: Sequence[str]) -> list[int]:
    """Where blocks begin that name a title and something else, below an empty line or a rule."""
    blocks = []
    coded = is_coded(lines)
    for i, line in enumerate(lines):
        above = lines[i - 1] if i else ""
        if not line or (above and not RULE.fullmatch(above)):
            continue
        names = []
        for below in lines[i : i + 12]:
            found = labelled(below, coded=coded) if below else None
            if found is None:
                break
            names.append(found[0])
        if "title" in names and len(names) >= 2:
            blocks.append(i)
    return blocks
