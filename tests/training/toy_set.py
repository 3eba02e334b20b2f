"""A question set small enough to train on in a minute: who keeps which key, told of towns that have names only here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

_TOWNS = "Arvol Bedra Corrin Dask Elmet Farn Gorsk Hallim Istra Jorvel Karst Lumen".split()
_KEYS = ("harbour", "library", "mill", "station", "chapel")
_PEOPLE = "Oda Piet Quin Rasmus Selma Toivo Ulla Viggo Wanda Xaver Ylva Zeno".split()


def write_reader(folder: Path) -> None:
    """Write reader/train.jsonl.gz: an article a town, a paragraph a key, each with its question."""
    rows = []
    for t, town in enumerate(_TOWNS):
        for k, key in enumerate(_KEYS):
            name = _PEOPLE[(t + 3 * k) % len(_PEOPLE)]
            context = (
                f"In {town} the gate was painted green in spring. The {key} key of {town} is kept by {name} at home."
            )
            rows.append(
                {
                    "id": f"toy-{town}-{key}",
                    "lang": "en",
                    "set": "toy",
                    "title": f"The {key} of {town}",
                    "context": context,
                    "question": f"Who keeps the {key} key of {town}?",
                    "answers": [[name, context.index(f"by {name}") + 3]],
                }
            )
    rows.append({**rows[0], "id": "toy-none", "question": "Who painted the gate of Arvol in winter?", "answers": []})
    (folder / "reader").mkdir(parents=True)
    with gzip.open(folder / "reader" / "train.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def write_news(folder: Path) -> None:
    """Write news-a: two articles and questions, one of which nothing answers."""
    corpus = folder / "news-a" / "corpus"
    corpus.mkdir(parents=True)
    for name, publisher, dead in (("one.md", "The Herald", "Seventeen"), ("two.md", "Tribune", "Twenty-one")):
        (corpus / name).write_text(
            f"---\ntitle: The ferry sinks\npublisher: {publisher}\npublished: 2026-03-0{1 + (name == 'two.md')}\nlang: en\n---\n\n"
            f"{dead} people died when the ferry Kestrel sank off the coast on Monday night. The weather had been calm all day, "
            "the harbour master said, and nobody had asked for help before the ship went down.\n\n"
            "The company that owns the ferry has two other ships, which stay in the harbour until divers have been down.\n",
            "utf-8",
        )
    questions = [
        {"id": "1", "lang": "en", "question": "How many died on the Kestrel?", "expect": ["Seventeen people"], "article": ["one.md"], "asked": "2026-03-04"},
        {"id": "2", "lang": "en", "question": "Who was the captain of the Kestrel?", "expect": [], "article": []},
    ]  # fmt: skip
    (folder / "news-a" / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions), "utf-8")
