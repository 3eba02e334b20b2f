"""Sentences that quotes bear out, and lies about them of kinds that language models tell: claims.jsonl, and more made of it by rule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from askcorpus.types import Article, Citation, Source


def _read(name: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [{"article": "a", "title": "", "publisher": "", "published": None} | json.loads(line) for line in lines]


CLAIMS = _read("claims")
MORE_CLAIMS = _read("more_claims")
"""Of other articles, a third of them written in another language than the quote is."""
UNSEEN_CLAIMS = _read("unseen_claims")
"""Roles exchanged, denials, quantities in words, days of the week, other persons of the quote: five lies of each of eight quotes, and four of six."""
ROLES = _read("roles")
"""Roles and persons exchanged in Russian and Ukrainian, whose endings tell who does it, and in German, where every noun has a capital."""
PARAPHRASES = _read("paraphrases")
"""100 true sentences in other words, numbers and forms of dates than their 25 quotes, and 100 lies."""
NEAR_CLAIMS = _read("near_claims")
"""90 plain sentences as a language model writes them, near to their 18 quotes in nine languages, and 93 lies of the usual kinds."""
TERSE_CLAIMS = _read("terse_claims")
"""132 true sentences and 132 lies about 44 quotes of two sentences: other verbs, opposites, other causes, the same of another."""
PLAIN_CLAIMS = _read("plain_claims")
"""100 and 100 like the near ones, of 25 quotes in eight languages; kept apart until the reader of claims was made."""
KEPT_APART_CLAIMS = _read("kept_apart_claims")
"""100 and 100 of 25 other quotes in nine languages, nine of them told in another language: nothing was chosen or fitted on them."""
NAMES = {"en": "Margaret Thornbury", "de": "Liesel Habermann", "fr": "Odette Marchand", "ru": "Тамара Зимина"}


@dataclass(frozen=True)
class Told:
    """A sentence as a model sends it, and the quote that it was shown."""

    text: str
    cites: tuple[int, ...]
    claim: int
    kind: str


def citation(claim: dict[str, Any], number: int = 1) -> Citation:
    """The quote of a claim."""
    source = Source("file", publisher=claim["publisher"], published=claim["published"], language=claim["language"])
    article = Article(claim["article"], claim["title"], claim["text"], source)
    return Citation(number, claim["text"], 0, len(claim["text"]), article, 1.0)


def true_ones() -> Iterator[Told]:
    """200: what people wrote of each quote, and its own first sentence."""
    for at, claim in enumerate(CLAIMS):
        first = re.split(r"(?<=[.!?]) (?=[A-ZА-ЯÀ-Ü])", claim["text"])[0]
        first = claim["text"] if first.endswith("Dr.") else first
        for text in (*claim["true"], first):
            yield Told(text, (1,), at, "true")


def false_ones() -> Iterator[Told]:
    """200: two lies that people wrote of each quote; another number, another name or day, a quote that says something else or is missing."""
    for at, claim in enumerate(CLAIMS):
        for text in claim["false"]:
            yield Told(text, (1,), at, "written by people")
        yield _of_number(claim, at)
        yield _of_name(claim, at)
        yield _of_citation(claim, at)


def _of_number(claim: dict[str, Any], at: int) -> Told:
    text = next((text for text in claim["true"] if re.search(r"\d", text)), None)
    if text is None:
        return Told(
            claim["true"][0].rstrip(".") + {"ru": " 12 марта 1987 года."}.get(claim["language"], " 417."),
            (1,),
            at,
            "number",
        )
    return Told(re.sub(r"\d+", lambda m: str(int(m[0]) + 3), text, count=1), (1,), at, "number")


def _of_name(claim: dict[str, Any], at: int) -> Told:
    said = {"en": "said {}.", "de": "sagte {}.", "fr": "a déclaré {}.", "ru": "сообщила {}."}[claim["language"]]
    text = claim["true"][at % 4].rstrip(".")
    return Told(f"{text}, {said.format(NAMES[claim['language']])}", (1,), at, "name")


def _of_citation(claim: dict[str, Any], at: int) -> Told:
    text = claim["true"][(at + 1) % 4]
    if at % 4 == 0:
        return Told(text, (), at, "uncited")
    if at % 4 == 1:
        return Told(text, (7,), at, "no such quote")
    far = next(
        other
        for other in CLAIMS[(at + 9) % 40 :] + CLAIMS
        if other["article"] != claim["article"] and other["language"] == "en"
    )
    return Told(far["true"][at % 4], (1,), at, "of another quote")
