"""What becomes of an answer when the question also says the right month, year or outlet, or a wrong one?

    python benchmarks/additions.py ../shared/eval --only squad2 xquad-en xquad-de

Each article of a set is given a day and a publisher; each answerable question is asked plain, and once with each addition.  With a
right one the answer should stay, with a wrong one there should be none.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation import asking, question_set
from askcorpus.evaluation.question_set import Question
from askcorpus.language.tables import listed, rows, table
from askcorpus.settings import Settings

PUBLISHERS = (
    "Harbour Gazette", "North Coast Herald", "Valley Post", "Eastern Courier", "Le Matin de Brenia", "Kreisblatt Hagenrode",
    "Diario de Taramoa", "Evening Echo", "The Tamsyn Mail", "Radio Sund",
)  # fmt: skip
FIRST, LAST = date(2021, 1, 4), date(2026, 6, 30)
TODAY = date(2026, 11, 26)
SOON, SOON_DAYS = (
    0.3,
    10,
)  # so many questions are asked within so many days of their article, the others on any later day
SEED = 7  # any: so that each run gives the same days
LIMIT = 300  # questions of a set, each asked up to seven times


@dataclass(frozen=True, slots=True)
class Source:
    """What an article of the set was given."""

    publisher: str
    published: date


@dataclass(frozen=True, slots=True)
class Added:
    """A question that says more."""

    question: Question
    kind: str
    """month, year, outlet; empty for the plain question."""
    right: bool


def sources(folder: Path) -> dict[str, Source]:
    """A day and a publisher for each article, the same each time."""
    rng = random.Random(SEED)
    rows_of = [json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines() if line.strip()]
    days = (LAST - FIRST).days
    return {
        str(row["id"]): Source(rng.choice(PUBLISHERS), FIRST + timedelta(days=rng.randrange(days))) for row in rows_of
    }


def write(folder: Path, target: Path) -> None:
    """The set with these sources in its articles."""
    given = sources(folder)
    lines = []
    for line in (folder / "articles.jsonl").read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            source = given[str(row["id"])]
            lines.append(row | {"published": source.published.isoformat(), "publisher": source.publisher})
    target.mkdir(parents=True, exist_ok=True)
    (target / "articles.jsonl").write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in lines), "utf-8"
    )
    (target / "questions.jsonl").write_bytes((folder / "questions.jsonl").read_bytes())


def language_of(folder: Path) -> str:
    """The language of the questions: of `xl-Q-A` it is Q."""
    name = folder.name.split("-")
    return name[1] if len(name) > 1 else "en"


def added(folder: Path, *, limit: int = LIMIT) -> Iterator[Added]:
    """Each question plain, then with each addition that its language's tables can word."""
    rng = random.Random(SEED)
    given, language = sources(folder), language_of(folder)
    asked = [q for q in question_set.read_questions(folder) if q.answerable and q.article_ids]
    for q in asked[:: max(1, len(asked) // limit)]:
        source = given[q.article_ids[0]]
        within = SOON_DAYS if rng.random() < SOON else max(1, (TODAY - source.published).days)
        q = replace(q, asked=source.published + timedelta(days=rng.randrange(within)))
        yield Added(q, "", True)
        other = replace(
            source,
            publisher=rng.choice([name for name in PUBLISHERS if name != source.publisher]),
            published=source.published + timedelta(days=rng.choice((-1, 1)) * rng.randrange(400, 900)),
        )
        for right, said in ((True, source), (False, other)):
            for kind, text in _worded(q.question, said, language):
                yield Added(replace(q, question=text, answerable=right), kind, right)


def _worded(question: str, source: Source, language: str) -> Iterator[tuple[str, str]]:
    core, mark = (question[:-1].rstrip(), question[-1]) if question[-1] in "?؟？" else (question, "")
    joint = "" if language in ("zh", "ja", "th") else " "
    calendar = table("calendar", language)
    months = calendar.get("locative") or calendar.get("months")
    frame = next((f for f in listed(calendar.get("in", "")) if "WHEN" in f), None)
    if months and frame:
        month = listed(months[source.published.month - 1])[0].rstrip("*")
        month = month[:1].upper() + month[1:] if language in ("en", "de") else month
        yield (
            "month",
            f"{core}{joint}{frame.replace('WHEN*', 'WHEN').replace('WHEN', f'{month} {source.published.year}')}{mark}",
        )
    if frame and language in ("en", "fr", "es", "it", "ro", "pt"):  # elsewhere a year has a word of its own beside it
        yield "year", f"{core}{joint}{frame.replace('WHEN*', 'WHEN').replace('WHEN', str(source.published.year))}{mark}"
    outlet = next(iter(rows("calendar", (language,), "according_to")), None)
    if outlet:
        said = outlet.replace("WHO*", "WHO").replace("WHO", source.publisher)
        yield (
            "outlet",
            f"{said[:1].upper()}{said[1:]}, {question[:1].lower()}{question[1:]}" if joint else f"{said}{question}",
        )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("--only", nargs="*", default=("squad2", "xquad-en", "xquad-de", "xquad-es"), help="which sets")
    parser.add_argument("--limit", type=int, default=LIMIT, help="questions per set")
    arguments = parser.parse_args()
    for name in arguments.only:
        print(f"{name:10}", measured(arguments.sets / name, arguments.limit), flush=True)


def measured(folder: Path, limit: int) -> str:
    """Of what is answered plain: the share that falls silent with a right addition, and that is still answered with a wrong one."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as temporary:
        dated, store = Path(temporary) / "set", Path(temporary) / "store"
        write(folder, dated)
        asking.build(dated, store, settings, load=partial(load, settings.model), drop=frozenset())
        counts: Counter[tuple[str, bool, bool]] = Counter()
        plain = False
        with Corpus.open(store) as corpus:
            for one in added(folder, limit=limit):
                answered = corpus.ask(one.question.question, asked=one.question.asked).answered
                if not one.kind:
                    plain = answered
                elif plain:
                    counts[one.kind, one.right, answered] += 1
    shares = []
    for kind in sorted({kind for kind, _, _ in counts}):
        right = counts[kind, True, True] + counts[kind, True, False]
        wrong = counts[kind, False, True] + counts[kind, False, False]
        shares.append(
            f"{kind}: right addition, silent {counts[kind, True, False] / max(1, right):.3f}; "
            f"wrong one, answered {counts[kind, False, True] / max(1, wrong):.3f}"
        )
    return "; ".join(shares)


if __name__ == "__main__":
    main()
