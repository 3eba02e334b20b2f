"""What comes of questions on dated articles that tell the answer, or do not?  The material that sureness.py fits the confidence to.

A corpus of news is asked all of its questions; again with half of its articles left out; with a name exchanged for one of another question,
or one that everybody knows; and what other sets ask.  The corpora of news are also asked all in one store, among saved pages of
real news (pages/): where there is more to read, something is always near.

WRITTEN is this project's own news, the stories of training/news that no model learned from: on these, and on the corpora of UNREAD, the
re-ranker is as sure as on what users have.  Encyclopedias have no day; half of the articles of each is left out; one has questions that
its articles do not tell.  Across languages only those articles are asked for that the re-ranker did not learn from; in one language it is as
sure of these as of the others.
"""

from __future__ import annotations

import json
import pickle
import random
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from askcorpus.answer import confidence
from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation import asking, question_set
from askcorpus.evaluation.question_set import normal
from askcorpus.indexing.run import refresh
from askcorpus.settings import DEFAULT_MODEL, Settings

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
import swaps
from additions import added, write
from fusion import ACROSS, NEWS, XQUAD, first_quote

from training import material

CROWD = "crowd"
"""All corpora of news in one store with the saved pages."""
WRITTEN = material.APART
"""The stories of training/news that are kept apart."""
UNREAD = (WRITTEN, "news-c", "invented")
"""What the re-ranker never learned from."""
PAGES = "pages"
PUBLIC = (
    "squad2",
    "xquad-en",
    "xquad-de",
    "xquad-es",
    "xquad-hi",
    "piaf-fr",
    "cmrc-zh",
    "xl-en-de",
    "xl-de-en",
    "xl-hi-en",
    "xl-ro-es",
)
"""Sets whose articles are given a day and an outlet (additions.py), which the questions name, rightly or not, or leave out."""
ENCYCLOPEDIAS = ("squad2", "piaf-fr", "cmrc-zh", *XQUAD, *ACROSS)
"""Sets whose articles stay without a day."""
OTHERS_ASK = ("squad2", *XQUAD, "piaf-fr", "cmrc-zh")
WHOLE, HALF, HALF_CROWD, SWAPPED, FOREIGN, DATED = "whole", "1", "3", "swapped", "foreign", "dated"
UNDATED, UNDATED_SWAPPED, UNTOLD = "undated", "undated-swapped", "untold"
OF_UNDATED = (UNDATED, UNDATED_SWAPPED, UNTOLD)
ASKED_IN_VAIN = "squad2"
"""A set with questions that people wrote to its articles although these do not tell it."""
MOST = 16  # questions of a public set, each asked in up to seven ways
PARALLEL = "xquad-en"  # whose ids are those of its translations and of the crossed sets, which have no titles
EACH_FOREIGN = 18
MOST_UNDATED, MOST_IN_VAIN = 250, 700  # questions of a set; and of the one with questions that its articles do not tell
KNOWN_NAMES = {
    "latin": ("Berlin", "Nairobi", "Paris", "Macron", "Toronto", "Siemens", "Angela Merkel", "Lagos", "Toyota", "Stockholm",
              "Boris Johnson", "Lima", "Sydney", "Greenpeace", "Texas", "Bamako", "Ukraine", "Brazil", "Vienna", "Pfizer"),
    "cyrillic": ("Берлин", "Казань", "Путин", "Минск", "Газпром", "Одесса"),
    "arabic": ("القاهرة", "برلين", "لبنان", "ماكرون"),
}  # fmt: skip
"""Names that are common in news, which says nothing of whether an article tells of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question that was asked, and what came of it."""

    corpus: str
    part: str
    which: str
    """The models that judge it, as confidence.json names them."""
    features: npt.NDArray[np.float32]
    there: bool
    """Whether the corpus answers."""
    right: bool
    """Whether the first quote does."""
    read: bool = True
    """Whether the confidence listens to what reading says."""


@dataclass(frozen=True, slots=True)
class Told:
    """A question and what an answer holds; nothing where there is none."""

    question: str
    expect: tuple[str, ...]
    asked: date | None = None
    previous: str | None = None


def rows(keep: Path, sets: Path, corpus: str, part: str) -> list[Row]:
    """What came of one part of a corpus: from the folder `keep`, or made and kept there."""
    path = keep / f"{corpus}-{part}.rows"
    if not path.exists():
        with Corpus.open(store(keep, sets, corpus, part), settings=replace(Settings(), model=DEFAULT_MODEL)) as opened:
            if part in OF_UNDATED:
                asked = _of_encyclopedia(home(sets, corpus), part)
            else:
                asked = _of_public(home(sets, corpus)) if corpus in PUBLIC else _of_news(sets, _names(corpus), part)
            made = [row for one in asked if (row := _asked(opened, one, corpus, part)) is not None]
        path.write_bytes(pickle.dumps(made))
    kept: list[Row] = pickle.loads(path.read_bytes())
    return kept


def store(keep: Path, sets: Path, corpus: str, part: str) -> Path:
    """The store that a part is asked of, in the folder `keep`."""
    made = keep / f"{corpus}-{stored(part)}.store"
    if made.exists():
        return made
    with tempfile.TemporaryDirectory(dir=keep) as temporary:
        place, encoder = Path(temporary), partial(load, DEFAULT_MODEL)
        if stored(part) == UNDATED:
            asking.build(
                home(sets, corpus), place / "store", Settings(), load=encoder, drop=_dropped(home(sets, corpus))
            )
        elif corpus in PUBLIC:
            write(home(sets, corpus), place / "set")
            asking.build(place / "set", place / "store", Settings(), load=encoder, drop=frozenset())
        else:
            _lay_out(sets, _names(corpus), place / "articles", stored(part), pages=corpus == CROWD)
            refresh(place / "articles", place / "store", encoder, model=DEFAULT_MODEL)
        (place / "store").rename(made)
    return made


def home(sets: Path, name: str) -> Path:
    """The folder of a set."""
    return material.OWN / name if name == WRITTEN else sets / name


def stored(part: str) -> str:
    """Which articles a part is asked of."""
    if part in OF_UNDATED:
        return UNDATED
    return part if part.isdecimal() or part == DATED else WHOLE


def _names(corpus: str) -> tuple[str, ...]:
    return NEWS if corpus == CROWD else (corpus,)


def _asked(opened: Corpus, one: Told, corpus: str, part: str) -> Row | None:
    found = opened.find(one.question, k=asking.DEPTH, previous=one.previous, asked=one.asked)
    if not found.ranked:
        return None
    quoted = normal(first_quote(found, found.ranked[0]))
    which = found.weight_set + (confidence.DATED if confidence.dated(found) else "")
    right = any(normal(answer) in quoted for answer in one.expect)
    return Row(corpus, part, which, confidence.features(found), bool(one.expect), right, confidence.read(found))


def _of_public(folder: Path) -> list[Told]:
    made = added(folder, limit=MOST)
    return [Told(one.question.question, one.question.answers if one.right else (), one.question.asked) for one in made]


def _of_encyclopedia(folder: Path, part: str) -> list[Told]:
    """What half of the articles answer and what only the other half would; with a part exchanged; or what these articles do not tell."""
    titles, gone, crossed = titles_of(folder), _dropped(folder), folder.name.startswith("xl-")
    if part == UNTOLD:
        untold = [q for q in question_set.read_questions(folder) if not q.answerable and not set(q.article_ids) <= gone]
        return [Told(q.question, (), q.asked) for q in _spread(untold, MOST_IN_VAIN)]
    asked = question_set.without_unanswerable(question_set.read_questions(folder))
    if part == UNDATED_SWAPPED:  # across languages what is exchanged cannot be looked for in the articles
        asked = () if crossed else tuple(one.question for one in swaps.swapped(folder))
    most = MOST_IN_VAIN if folder.name == ASKED_IN_VAIN else MOST_UNDATED
    some = [q for q in asked if (part == UNDATED and not crossed) or material.apart(titles.get(q.id, ""))]
    return [
        Told(q.question, q.answers if q.answerable and not set(q.article_ids) <= gone else (), q.asked)
        for q in _spread(some, most)
    ]


def _spread(some: Sequence[question_set.Question], most: int) -> Sequence[question_set.Question]:
    """At most so many of them, evenly spread."""
    return some[:: -(-len(some) // most) or 1]


def _dropped(folder: Path) -> frozenset[str]:
    return question_set.dropped(folder, 0.5, 1)


def titles_of(folder: Path) -> dict[str, str]:
    """The title of the article that each question of a set is about; of news, which has no part that is kept apart, none."""
    if folder.name in NEWS:
        return {}
    folder = folder.with_name(PARALLEL) if folder.name.startswith("xl-") else folder
    articles = {row["id"]: row["title"] for row in _lines(folder / "articles.jsonl")}
    return {str(row["id"]): articles.get((row.get("article_ids") or [""])[0], "") for row in questions(folder)}


def _lay_out(sets: Path, names: Sequence[str], articles: Path, part: str, *, pages: bool) -> None:
    """Corpora of news in one folder, whole or half of each, with saved pages around them or without."""
    for name in names:
        (articles / name).mkdir(parents=True)
        for file in _left(home(sets, name), part):
            shutil.copy(home(sets, name) / "corpus" / file, articles / name / file)
    if pages:
        shutil.copytree(sets / PAGES, articles / PAGES, ignore=shutil.ignore_patterns("*.jsonl"))


def _left(folder: Path, part: str) -> set[str]:
    files = sorted(path.name for path in (folder / "corpus").iterdir())
    return set(random.Random(int(part)).sample(files, len(files) // 2) if part.isdecimal() else files)


def _of_news(sets: Path, names: Sequence[str], part: str) -> list[Told]:
    if part == SWAPPED:
        return [one for name in names for one in exchanged(home(sets, name))][:: len(names)]
    if part == FOREIGN:
        return [*_foreign(sets, names)]
    told = []
    for name in names:
        left = _left(home(sets, name), part)
        for row in questions(home(sets, name)):
            there = not row.get("article") or set(row["article"]) & left
            told.append(
                Told(row["question"], tuple(row["expect"]) if there else (), day_of_asking(row), row.get("previous"))
            )
    return told


def questions(folder: Path) -> list[dict[str, Any]]:
    return _lines(folder / "questions.jsonl")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def day_of_asking(row: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(row["asked"]) if row.get("asked") else None


def exchanged(folder: Path) -> Iterator[Told]:
    """Each question with one of its names exchanged for that of another question, and for one that everybody knows."""
    rng = random.Random(swaps.SEED)
    asked = [row for row in questions(folder) if row["expect"] and not row.get("previous")]
    texts = {path.name: normal(path.read_text("utf-8", errors="ignore")) for path in (folder / "corpus").iterdir()}
    names = [
        (row, [question[p.start : p.end] for p in swaps.parts(question, row.get("qlang") or "en") if p.kind == "name"])
        for row in asked
        for question in (row["question"],)
    ]
    pool = sorted({(_script(name), name) for _, inside in names for name in inside})
    for row, inside in names:
        if inside:
            old = rng.choice(inside)
            home = " ".join(texts.get(file, "") for file in row.get("article") or texts)
            of_others = [new for script, new in pool if script == _script(old) and len(new.split()) == len(old.split())]
            for others in (of_others, KNOWN_NAMES.get(_script(old), ())):
                fitting = [new for new in others if normal(new) not in home and normal(old) not in normal(new)]
                if fitting:
                    yield Told(row["question"].replace(old, rng.choice(fitting), 1), (), day_of_asking(row))


def _script(name: str) -> str:
    first = ord(name[0])
    return "cyrillic" if 0x400 <= first < 0x530 else "arabic" if 0x600 <= first < 0x700 else "latin"


def _foreign(sets: Path, names: Sequence[str]) -> Iterator[Told]:
    """What other sets ask, on a day of these corpora."""
    rng = random.Random(" ".join(names))
    day = max(day_of_asking(row) or date.min for name in names for row in questions(home(sets, name)))
    for name in (*OTHERS_ASK, *(one for one in NEWS if one not in names)):
        asked = [row for row in questions(home(sets, name)) if row.get("answerable", True) and not row.get("previous")]
        yield from (Told(row["question"], (), day) for row in rng.sample(asked, EACH_FOREIGN))


def jobs() -> list[tuple[str, str]]:
    """Every corpus with each of its parts."""
    return [
        *((CROWD, part) for part in (WHOLE, HALF_CROWD, SWAPPED, FOREIGN)),
        *((name, part) for name in (*NEWS, WRITTEN) for part in (WHOLE, HALF, SWAPPED, FOREIGN)),
        *((name, DATED) for name in PUBLIC),
        *((name, part) for name in ENCYCLOPEDIAS for part in (UNDATED, UNDATED_SWAPPED)),
        (ASKED_IN_VAIN, UNTOLD),
    ]
