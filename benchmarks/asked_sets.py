"""What does retrieval find for each question of a set?  The material that fusion.py fits weights to.

A set is a folder with questions.jsonl and either articles.jsonl (docs/question-sets.md) or corpus/, a folder of article files,
whose questions say what the first quote should hold (`expect`; nothing where the corpus does not tell) and in which of its files
that stands (`article`).
"""

from __future__ import annotations

import json
import math
import pickle
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation import asking, question_set
from askcorpus.evaluation.question_set import Question
from askcorpus.indexing.run import refresh
from askcorpus.retrieval.found import Found, Ranked
from askcorpus.settings import Settings
from askcorpus.types import TokenCodes

sys.path.insert(0, str(Path(__file__).parent))
import mixed_set
from additions import added, write
from swaps import swapped

MOST = 420  # questions of a whole set, evenly spread: enough for some forty weights
MOST_OF_A_HALF = 250
MOST_SWAPPED = 250
MOST_ADDED = 40
"""Each is asked in up to seven ways."""
WHOLE, SWAPPED, ADDED = 0, "swapped", "added"
_NO_CODES = TokenCodes(np.zeros(0, np.uint16), np.zeros((0, 1), np.uint8))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything retrieval found."""

    question: Question
    found: Found
    answerable: bool

    @property
    def news(self) -> bool:
        """Whether it is of a set of news: their questions name files, no articles."""
        return not self.question.article_ids

    kind: str = ""
    """What was exchanged in a question of swaps.py, or added by additions.py; the kind of question in a set of news."""


def collected(keep: Path, folder: Path, model: str, part: int | str) -> list[Asked]:
    """What there is of a set: of all its articles (WHOLE), of a random half (its seed), asked with a part exchanged (SWAPPED), or
    with the time or the source said as well (ADDED).

    From the folder `keep` if it is there, else it is put there.
    """
    path = pickled(keep, folder.name, model, part)
    if path.exists():
        before: list[Asked] = pickle.loads(path.read_bytes())
        return before
    asked = _news(folder, model, part) if (folder / "corpus").is_dir() else _set(folder, model, part)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(asked))
    return asked


def pickled(keep: Path, name: str, model: str, part: int | str) -> Path:
    """Where the material of a set is kept."""
    return keep / f"{name}-{part}-{model}.pickle"


def _set(folder: Path, model: str, part: int | str) -> list[Asked]:
    altered = list[tuple[Question, bool, str]]()
    if (part in (SWAPPED, ADDED) and folder.name == mixed_set.NAME) or (
        part == SWAPPED and folder.name.startswith("xl-")
    ):
        return []  # of no one language: what is exchanged cannot be looked for in the articles
    if part == ADDED:
        drop = frozenset[str]()
    elif part == SWAPPED:
        altered = [(one.question, False, one.kind) for one in swapped(folder, limit=MOST_SWAPPED)]
        drop = frozenset[str]()
    else:
        questions = question_set.without_unanswerable(question_set.read_questions(folder))
        drop = question_set.dropped(folder, 0.5, int(part)) if part != WHOLE else frozenset()
        altered = [(q, not set(q.article_ids) <= drop, "") for q in _spread(questions, part)]
    with tempfile.TemporaryDirectory() as temporary:
        store, settings = Path(temporary) / "store", replace(Settings(), model=model)
        if part == ADDED:
            altered = [(a.question, a.right, a.kind) for a in added(folder, limit=MOST_ADDED)]
            write(folder, Path(temporary) / "set")
            folder = Path(temporary) / "set"
        asking.build(folder, store, settings, load=partial(load, model), drop=drop)
        with _opened(store, model) as corpus:
            return [Asked(q, _find(corpus, q.question, None, q.asked), there, kind) for q, there, kind in altered]


def _news(folder: Path, model: str, part: int | str) -> list[Asked]:
    """A corpus of files, asked what it tells and what it does not; nothing is exchanged."""
    if part in (SWAPPED, ADDED):
        return []
    rows = [json.loads(line) for line in (folder / "questions.jsonl").read_text("utf-8").splitlines() if line.strip()]
    files = sorted(path.name for path in (folder / "corpus").iterdir())
    left = set(files if part == WHOLE else random.Random(int(part)).sample(files, len(files) // 2))
    with tempfile.TemporaryDirectory() as temporary:
        articles, store = Path(temporary) / "articles", Path(temporary) / "store"
        articles.mkdir()
        for name in left:
            shutil.copy(folder / "corpus" / name, articles / name)
        refresh(articles, store, partial(load, model), model=model)
        with _opened(store, model) as corpus:
            asked = []
            for row in rows:
                told = row["expect"] and (not row.get("article") or set(row["article"]) & left)
                question = Question(str(row["id"]), row["question"], tuple(row["expect"]), (), bool(told))
                day = date.fromisoformat(row["asked"]) if row.get("asked") else None
                found = _find(corpus, row["question"], row.get("previous"), day)
                asked.append(Asked(question, found, bool(told), row.get("kind", "")))
            return asked


@contextmanager
def _opened(store: Path, model: str) -> Iterator[Corpus]:
    with Corpus.open(store, settings=replace(Settings(), model=model)) as corpus:
        yield corpus


def _find(corpus: Corpus, question: str, previous: str | None, asked: date | None) -> Found:
    """What was found, without what nothing is fitted to."""
    found = corpus.find(question, k=asking.DEPTH, previous=previous, asked=asked)
    return replace(found, hits=(), ranked=tuple(_without_codes(ranked) for ranked in found.ranked))


def _without_codes(ranked: Ranked) -> Ranked:
    candidate = replace(ranked.candidate, codes=_NO_CODES)
    return replace(ranked, candidate=candidate, evidence=replace(ranked.evidence, candidate=candidate))


def _spread(questions: Sequence[Question], part: int | str) -> Sequence[Question]:
    most = MOST if part == WHOLE else MOST_OF_A_HALF
    return questions[:: math.ceil(len(questions) / most)]
