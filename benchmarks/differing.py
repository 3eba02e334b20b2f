"""Where documents differ on what was asked, is that seen, and is it never claimed where they do not?

RAMDocs (docs/question-sets.md): each question with documents that give different valid answers, wrong ones, or none.  Each question is
asked of its own documents alone.  They differ where two of them give different answers.

    python benchmarks/differing.py ../shared/eval/ramdocs --keep FOLDER
    python benchmarks/differing.py ../shared/eval/news-b --news --keep FOLDER

With --news all articles are asked, most of which are about something else: of the questions that ask for what one story tells, how
often is a difference claimed, and of those whose sources differ, how often?
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from askcorpus.answer.compose import answer
from askcorpus.corpus import Corpus
from askcorpus.encoder import load
from askcorpus.evaluation.question_set import normal
from askcorpus.indexing.run import refresh
from askcorpus.settings import DEFAULT_MODEL
from askcorpus.types import Answer, Filter

NO_ANSWER = "unknown"
STORIES = 8  # as many documents as a question has, about
ONE_STORY = frozenset("own cross follow month echo interview reltime acronym negation injection".split())
"""Kinds of questions on news that one story answers, or several alike; but for a few that another one tells differently."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was claimed of the documents of a question, and what is so."""

    question: str
    claimed: str
    """"agree", "differ" or "unknown"."""
    differ: bool
    values: tuple[str, ...]


def outcomes(folder: Path, store: Path) -> list[Outcome]:
    """One for each question; the store is built where there is none."""
    questions, documents = (
        _rows(folder / "questions.jsonl"),
        {row["id"]: row for row in _rows(folder / "articles.jsonl")},
    )
    if not store.exists():
        _build(questions, documents, store)
    made = []
    with Corpus.open(store) as corpus:
        for question in questions:
            said = {normal(documents[i]["answer"]) for i in question["article_ids"]} - {NO_ANSWER}
            found = corpus.find(question["question"], k=STORIES, where=Filter(publisher=f"of {question['id']}."))
            answered: Answer = answer(found, threshold=0.0, most=STORIES)
            values = tuple(c.value for c in answered.citations if c.value)
            made.append(Outcome(question["question"], answered.agreement, len(said) > 1, values))
    return made


def in_news(folder: Path, store: Path) -> dict[str, float]:
    """Of answered questions that ask for what one story tells, and of those whose sources differ: the share for which that is claimed."""
    if not store.exists():
        _index(folder / "corpus", store)
    claimed: dict[str, list[bool]] = {"one story": [], "differ": []}
    with Corpus.open(store) as corpus:
        for row in _rows(folder / "questions.jsonl"):
            which = (
                "differ" if "must_show" in row else "one story" if row["kind"] in ONE_STORY and row["expect"] else None
            )
            if which is None:
                continue
            day = date.fromisoformat(row["asked"]) if row.get("asked") else None
            answered = corpus.ask(row["question"], previous=row.get("previous"), asked=day)
            if answered.citations:
                claimed[which].append(answered.agreement == "differ")
    return {f"{name}, of {len(those)}": sum(those) / max(1, len(those)) for name, those in claimed.items()}


def measured(made: Sequence[Outcome]) -> dict[str, float]:
    """Precision, recall and F1 of "differ", and of how many "agree" is true."""
    claims = Counter((one.claimed, one.differ) for one in made)
    right, wrong = claims["differ", True], claims["differ", False]
    precision, recall = right / max(1, right + wrong), right / max(1, sum(one.differ for one in made))
    agreed = claims["agree", False] + claims["agree", True]
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(1e-9, precision + recall),
        "agree": agreed,
        "agree_right": claims["agree", False] / max(1, agreed),
    }


def _build(questions: Sequence[dict[str, Any]], documents: dict[str, dict[str, Any]], store: Path) -> None:
    """Each document with the question's id for a publisher, so that a question can be asked of its own alone."""
    rows = [
        {"id": i, "title": "", "text": documents[i]["text"], "publisher": f"of {question['id']}.", "language": "en"}
        for question in questions
        for i in question["article_ids"]
    ]
    folder = store.with_name(f"{store.name}-articles")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "documents.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    _index(folder, store)


def _index(folder: Path, store: Path) -> None:
    encoder = load(DEFAULT_MODEL)
    refresh(folder, store, encoder)
    encoder.close()


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main() -> None:
    """Print the measures, by what the question begins with too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder with articles.jsonl and questions.jsonl")
    parser.add_argument("--keep", type=Path, required=True, help="where the store is, or will be")
    parser.add_argument(
        "--news", action="store_true", help="the folder holds corpus/, and each question is asked of all of it"
    )
    parser.add_argument("--show", action="store_true", help="print each claim")
    arguments = parser.parse_args()
    if arguments.news:
        print(
            *(
                f"{name}: differ claimed for {share:.3f}"
                for name, share in in_news(arguments.folder, arguments.keep).items()
            ),
            sep="\n",
        )
        return
    made = outcomes(arguments.folder, arguments.keep)
    groups = defaultdict(list)
    for one in made:
        groups[one.question.split()[0].lower()].append(one)
        if arguments.show:
            print(one.claimed, "differ" if one.differ else "one", one.question, *one.values, sep=" | ")
    for name, group in (("all", made), *sorted(groups.items(), key=lambda g: -len(g[1]))[:5]):
        print(f"{name:8} {len(group):4}", *(f"{key} {value:.3f}" for key, value in measured(group).items()))


if __name__ == "__main__":
    main()
