"""What does Telegram make of a message's HTML?  As strict as the Bot API: what it would refuse is a `Refused`."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}  # the Bot API knows no other names
MOST_ENTITIES = 100


class Refused(Exception):
    """The description of Telegram's 400 Bad Request."""


@dataclass(frozen=True)
class Entity:
    """A formatted stretch; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None

    def of(self, text: str) -> str:
        """What is formatted."""
        raw = text.encode("utf-16-le")[2 * self.offset : 2 * (self.offset + self.length)]
        return raw.decode("utf-16-le")


def units(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def parse(markup: str) -> tuple[str, tuple[Entity, ...]]:
    """The visible text and its entities; Refused for unknown, unclosed, crossed or wrongly nested tags."""
    out: list[str] = []
    open_tags: list[tuple[str, str, int, str | None]] = []
    entities: list[Entity] = []
    at = 0
    length = 0
    while at < len(markup):
        char = markup[at]
        if char == "<":
            tag = re.compile(r"</?[a-zA-Z][^<>]*>").match(markup, at)
            if tag is None:
                raise Refused(f"can't parse entities: Unclosed start tag at byte offset {at}")
            name, attributes = _tag(tag.group())
            if tag.group().startswith("</"):
                if not open_tags or open_tags[-1][0] != name:
                    raise Refused(f'can\'t parse entities: Unmatched end tag at byte offset {at}, found "{name}"')
                _, kind, begin, url = open_tags.pop()
                if length > begin:
                    entities.append(Entity(kind, begin, length - begin, url))
            else:
                kind, url = _kind(name, attributes, at)
                if kind.endswith("blockquote") and any(k.endswith("blockquote") for _, k, _, _ in open_tags):
                    raise Refused("can't parse entities: blockquotes can't be nested")
                open_tags.append((name, kind, length, url))
            at = tag.end()
            continue
        if char == "&":
            char, at = _reference(markup, at)
        else:
            at += 1
        if 0xD800 <= ord(char) <= 0xDFFF:
            raise Refused("strings must be encoded in UTF-8")
        out.append(char)
        length += units(char)
    if open_tags:
        raise Refused(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1][0]}\"")
    text = "".join(out)
    if len(entities) > MOST_ENTITIES:
        raise Refused("too many entities: Telegram drops those after the hundredth")
    return text, tuple(sorted(entities, key=lambda e: (e.offset, -e.length, e.type)))


def _tag(tag: str) -> tuple[str, dict[str, str]]:
    inner = tag.strip("</>")
    name, _, rest = inner.partition(" ")
    found = re.findall(r'([\w-]+)(?:="([^"]*)")?', rest)
    if re.sub(r'[\w-]+(?:="[^"]*")?|\s', "", rest):
        raise Refused(f"can't parse entities: Unexpected attributes in {tag}")
    return name.lower(), {key: html.unescape(value) for key, value in found}


def _kind(name: str, attributes: dict[str, str], at: int) -> tuple[str, str | None]:
    if name in SIMPLE:
        return SIMPLE[name], None
    if name == "blockquote":
        return ("expandable_blockquote" if "expandable" in attributes else "blockquote"), None
    if name == "a" and re.match(r"(https?|tg)://[^\s/?#]+", attributes.get("href", "")):
        return "text_link", attributes["href"]
    if name == "a":
        raise Refused("a link that leads nowhere: Telegram would show it as plain text")
    raise Refused(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {at}')


def _reference(markup: str, at: int) -> tuple[str, int]:
    match = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|([a-zA-Z]+));").match(markup, at)
    if match is None:
        return "&", at + 1
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return (NAMED[name], match.end()) if name in NAMED else ("&", at + 1)
    return chr(int(decimal) if decimal else int(hexadecimal, 16)), match.end()
