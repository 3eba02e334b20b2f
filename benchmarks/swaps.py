"""Questions that no longer have an answer: one name, number or modifier of an answerable one exchanged for another's.

All the other words still match, so they measure what share of such questions is answered all the same, and teach the
confidence which word to mind.  Made by rules from a question set, the same each time; a few still happen to be answerable.

    python benchmarks/swaps.py ../shared/eval/squad2     # shows some
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from askcorpus.evaluation.question_set import Question, normal, read_questions
from askcorpus.language.words import Word, words

SEED = 5  # any: so that each run exchanges the same
LIMIT = 900  # of a set: as many as there are answerable questions, about
SHORT = 3  # letters: "of", "new" and "two" are exchanged for nothing that changes what is asked
# A lower-case word that stands between one of these and another content word says which thing is meant.
_BEFORE_MODIFIER = frozenset("the a an of in was is his their its many what which for by to with on".split())
_CAPITAL_NOUNS = ("de",)


@dataclass(frozen=True, slots=True)
class Swapped:
    """A question that its articles do not answer any more."""

    question: Question
    kind: str
    """What was exchanged: name, number or modifier; and for one from a text "near" (the same article) or "far"."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something in a question that another could stand for, and where."""

    kind: str
    start: int
    end: int


def swapped(folder: Path, *, limit: int = LIMIT) -> tuple[Swapped, ...]:
    """At most `limit` of them, in the order of their kinds."""
    rng = random.Random(SEED)
    asked = [q for q in read_questions(folder) if q.answerable and q.article_ids]
    passages = _passages(folder / "questions.jsonl")
    rows = [json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines() if line.strip()]
    articles = {str(row["id"]): normal(row["text"]) for row in rows}
    language = next((str(code) for row in rows if (code := row.get("language") or row.get("lang"))), "en")
    inside = {q.id: list(parts(q.question, language)) for q in asked}
    pool = sorted({(p.kind, q.question[p.start : p.end], q.article_ids[0]) for q in asked for p in inside[q.id]})
    made = []
    for q in asked:
        for kind in sorted({p.kind for p in inside[q.id]}):
            part = rng.choice([p for p in inside[q.id] if p.kind == kind])
            old, home = q.question[part.start : part.end], q.article_ids[0]
            for where in ("far", "near"):
                text = passages.get(q.id, "") if where == "near" else articles.get(home, "")
                fitting = [
                    new
                    for other_kind, new, article in pool
                    if other_kind == kind and (article == home) == (where == "near") and _fits(new, old, kind, text)
                ]
                if fitting:
                    other = f"{q.question[: part.start]}{rng.choice(fitting)}{q.question[part.end :]}"
                    made.append(Swapped(replace(q, question=other, answerable=False), f"{kind}-{where}"))
    return tuple(sorted(rng.sample(made, min(len(made), limit)), key=lambda s: s.kind))


def _passages(path: Path) -> dict[str, str]:
    """The paragraph that answers each question, in the form in which texts are compared."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return {str(row["id"]): normal(str(row.get("passage") or "")) for row in rows}


def _fits(new: str, old: str, kind: str, text: str) -> bool:
    """Whether a part of another question can stand for one of this, and the text does not speak of it."""
    alike = len(new) == len(old) if kind == "number" else len(new.split()) == len(old.split())
    return alike and normal(new) not in text and normal(old) not in normal(new)


def parts(question: str, language: str) -> Iterator[Part]:
    """Its names (not at its start, and of two words where every noun has a capital), its numbers, its modifiers."""
    every = words(question, language)
    inside = tuple(
        w for w, after in zip(every, (*every[1:], None), strict=True) if after is None or after.start >= w.end
    )
    i = 1
    while i < len(inside):
        word = inside[i]
        if word.text[0].isdigit():
            yield Part("number", word.start, word.end)
        elif word.capital and not word.stop:
            last = i
            while last + 1 < len(inside) and inside[last + 1].capital and _beside(question, inside, last):
                last += 1
            if last > i or language not in _CAPITAL_NOUNS:
                yield Part("name", word.start, inside[last].end)
            i = last
        elif language == "en" and _is_modifier(question, inside, i):
            yield Part("modifier", word.start, word.end)
        i += 1


def _is_modifier(question: str, inside: tuple[Word, ...], i: int) -> bool:
    word = inside[i]
    return (
        i > 1  # before it one of _BEFORE_MODIFIER, before that the question word
        and i + 1 < len(inside)
        and not (word.stop or word.capital or inside[i + 1].stop)
        and len(word.text) > SHORT
        and inside[i - 1].text in _BEFORE_MODIFIER
        and _beside(question, inside, i)
    )


def _beside(question: str, inside: tuple[Word, ...], i: int) -> bool:
    return question[inside[i].end : inside[i + 1].start] == " "


def main() -> None:
    """Print some."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a question set")
    parser.add_argument("--show", type=int, default=20, help="how many")
    arguments = parser.parse_args()
    for one in swapped(arguments.folder, limit=arguments.show):
        print(f"{one.kind:14} {one.question.question}")


if __name__ == "__main__":
    main()
