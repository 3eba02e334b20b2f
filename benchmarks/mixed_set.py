"""A question set in several languages at once, made of sets that are translations of each other.

Each article is there in one language, each question asked in one, both chosen at random, the same each time: so that most questions
are answered only in another language than theirs, among articles in their own that do not answer.

    python benchmarks/mixed_set.py ../shared/eval TARGET xquad-en xquad-de xquad-es
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME = "mixed"
SEED = 11  # any: so that each run gives the same
OWN = 0.3  # of the questions, so many are asked in the language that answers


def write(sets: Path, names: Sequence[str], target: Path) -> None:
    """Write articles.jsonl and questions.jsonl; the sets have the same question ids, and their articles stand in the same order."""
    rng = random.Random(SEED)
    articles = {name: _rows(sets / name / "articles.jsonl") for name in names}
    questions = {name: {str(row["id"]): row for row in _rows(sets / name / "questions.jsonl")} for name in names}
    chosen = [rng.choice(names) for _ in articles[names[0]]]
    target.mkdir(parents=True, exist_ok=True)
    kept = [articles[name][place] for place, name in enumerate(chosen)]
    _write(target / "articles.jsonl", [row | {"title": ""} for row in kept])  # they are English ones
    home = {str(row["id"]): name for row, name in zip(kept, chosen, strict=True)}
    asked = []
    for id in questions[names[0]]:
        rows = {name: questions[name][id] for name in names if id in questions[name]}
        answering = [name for name, row in rows.items() if home.get(str(row["article_ids"][0])) == name]
        if answering and len(rows) == len(names):
            told = rows[answering[0]]
            spoken = (
                answering[0] if rng.random() < OWN else rng.choice([name for name in names if name != answering[0]])
            )
            asked.append(told | {"question": rows[spoken]["question"]})
    _write(target / "questions.jsonl", asked)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def main() -> None:
    """Write the set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("target", type=Path, help="folder of the new set")
    parser.add_argument("names", nargs="+", help="sets that are translations of each other")
    arguments = parser.parse_args()
    write(arguments.sets, arguments.names, arguments.target)


if __name__ == "__main__":
    main()
