"""What does the front of a text or Markdown file say?  Front matter in YAML or TOML, else header lines such as "Source: Harbour Gazette"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date

from askcorpus.articles.fields import flat, names, plain
from askcorpus.articles.metadata import Metadata, metadata_from

_LINES = 400  # of front matter; lists of tags are long
_YAML = re.compile(rf"---[ \t]*\n(?P<inside>(?:.*\n){{0,{_LINES}}}?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TOML = re.compile(rf"\+\+\+[ \t]*\n(?P<inside>(?:.*\n){{0,{_LINES}}}?)\+\+\+[ \t]*(?:\n|\Z)")
_NESTING = re.compile(r"[\[{]|[-?:]\s")  # what may lie in what is around it
_DEEPEST = 500  # libyaml nests on the stack of C: 3,000 levels end a thread of 512 kB, and with it the process
_FIELD = re.compile(r"(?P<key>[A-Za-zÀ-ÿ][\w -]{1,20}?)\s*:\s+(?P<value>\S.*)")
_SIMPLE = re.compile(
    r"(?P<key>[A-Za-z][\w-]{0,40}): +(?:\"(?P<double>[^\"\\\n]*)\"|'(?P<single>[^'\n]*)'|(?P<bare>[^\W_][^\n]*?)) *"
)
"""A line of front matter that says the same to everybody; most files have no others."""
_HEADERS = ("title", "published", "publisher", "url", "language")


def front_of(text: str) -> tuple[Metadata, str]:
    """What stands in front of the text, and the text below it; white space of lines as it is in the file."""
    text = text.lstrip("\ufeff")
    for pattern, read in ((_YAML, _yaml), (_TOML, _toml)):
        match = pattern.match(text)
        if match:
            return metadata_from(flat(read(match["inside"]))), text[match.end() :]
    return _headers(text)


def _headers(text: str) -> tuple[Metadata, str]:
    head, empty, body = text.lstrip("\n").partition("\n\n")
    fields = _fields(head) if empty else {}
    lines = [line for line in head.split("\n") if line.strip()]
    if len(fields) < 2 or len(fields) != len(lines):
        return Metadata(), text
    known = {plain(str(key)) for key in fields} & ({"author"} | {name for field in _HEADERS for name in names(field)})
    return (metadata_from(flat(fields)), body) if known else (Metadata(), text)


def _yaml(inside: str) -> Mapping[object, object]:
    """The fields, each value as it is written; those of every line by itself where it is no YAML."""
    simple = _simple(inside)
    if simple is not None:
        return simple
    import yaml

    loader = getattr(
        yaml, "CBaseLoader", yaml.BaseLoader
    )  # libyaml's takes a tenth of the time; not every wheel has it
    if len(_NESTING.findall(inside)) > _DEEPEST:
        loader = yaml.BaseLoader
    try:
        # this loader makes nothing but strings, lists and maps
        fields = yaml.load(inside, Loader=loader)  # noqa: S506  # nosec B506
    except (yaml.YAMLError, RecursionError, ValueError):
        fields = None
    return fields if isinstance(fields, Mapping) else _fields(inside)


def _simple(inside: str) -> dict[object, object] | None:
    """The fields where every line is a name and a plain value, which needs no library: it takes ten times as long; else None."""
    lines = inside.split("\n")
    if not "".join(lines).isprintable() or " #" in inside:
        return None
    fields: dict[object, object] = {}
    for line in filter(None, lines):
        match = _SIMPLE.fullmatch(line)
        if match is None or (match["bare"] and (": " in match["bare"] or match["bare"].endswith(":"))):
            return None
        fields[match["key"]] = match["double"] or match["single"] or match["bare"] or ""
    return fields or None


def _toml(inside: str) -> Mapping[object, object]:
    try:
        fields = tomllib.loads(inside)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return _fields(inside.replace(" = ", ": "))
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in fields.items()}


def _fields(text: str) -> dict[object, object]:
    fields: dict[object, object] = {}
    for line in text.split("\n"):
        match = _FIELD.fullmatch(line.strip())
        if match:
            fields[match["key"].lower()] = match["value"].strip().strip("\"'")
    return fields
