"""What is asked, and what came of it?  Questions with known answers, and the outcome of each.

An answer string counts when it is contained in the text, both lower-cased, NFKC-normalised, with punctuation and white
space runs made one space.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from askcorpus.errors import UsageError

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Question:
    """One line of questions.jsonl."""

    id: str
    question: str
    answers: tuple[str, ...]
    article_ids: tuple[str, ...]
    answerable: bool
    asked: date | None = None
    """On which day; today where it is not told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question gave."""

    id: str
    question: str
    answerable: bool
    """Whether an article that answers it was in the store."""
    article_ids: tuple[str, ...]
    """The articles that answer it."""
    articles: tuple[str, ...]
    """The articles found, best first."""
    passage_hit: int | None
    """Place of the first passage with an answer, from 1."""
    quote: str
    """The first quote, whatever the confidence."""
    quote_hit: bool
    confidence: float
    answered: bool
    took_ms: float
    mark_hit: bool | None = None
    """Whether what is marked in a quote with an answer is part of it, or it of that; None where there is no such mark."""


def normal(text: str) -> str:
    """The form in which answer strings are compared."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def read_questions(folder: Path) -> tuple[Question, ...]:
    """The questions of FOLDER/questions.jsonl; raises UsageError."""
    path = folder / "questions.jsonl"
    questions = []
    for number, row in _rows(path):
        try:
            questions.append(
                Question(
                    str(row["id"]),
                    str(row["question"]),
                    tuple(map(str, row.get("answers") or ())),
                    tuple(map(str, row.get("article_ids") or ())),
                    bool(row.get("answerable", True)),
                    date.fromisoformat(row["asked"]) if row.get("asked") else None,
                )
            )
        except (KeyError, TypeError) as error:
            raise UsageError(f"{path}, line {number}: a question needs `id` and `question`.") from error
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: `asked` is a day, YYYY-MM-DD.") from error
    if not questions:
        raise UsageError(f"{path} holds no questions.")
    return tuple(questions)


def without_unanswerable(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Only questions that their articles answer: what --drop-articles takes away is then the only reason for silence."""
    return tuple(q for q in questions if q.answerable)


def dropped(folder: Path, share: float, seed: int) -> frozenset[str]:
    """The ids of a random `share` of the articles, the same for the same seed."""
    ids = sorted(str(row["id"]) for _, row in _rows(folder / "articles.jsonl") if "id" in row)
    return frozenset(random.Random(seed).sample(ids, round(len(ids) * share)))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise UsageError(f"{path}, line {number}: not a JSON object.")
                    yield number, row
    except FileNotFoundError as error:
        raise UsageError(f"{path} is not there. See README.md for the format of a question set.") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not JSON lines in UTF-8: {error}") from error
