"""How do public question sets become folders that can be measured on?  Reads the files you downloaded; fetches nothing.

    python benchmarks/public_sets.py downloads/*.json sets
    python benchmarks/quality.py sets

Each file is known by its name: dev-v2.0.json becomes sets/squad2, xquad.de.json sets/xquad-de, piaf-v1.1.json sets/piaf-fr,
cmrc2018_dev.json sets/cmrc-zh.  docs/question-sets.md says where the files are from, under which licence, and what is in a set.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SQUAD_TITLES = frozenset(
    (
        "Normans",
        "Huguenot",
        "1973 oil crisis",
        "Packet switching",
        "Yuan dynasty",
        "Scottish Parliament",
        "Imperialism",
        "French and Indian War",
    )
)
"""The articles of README.md's table; the other 27 are kept apart, to be measured on once in a while."""
XQUAD_APART = frozenset((1, 4, 11, 27, 31, 43, 47))
"""Places of the articles that are kept apart in each of the XQuAD files, which are translations of each other."""
PIAF_ARTICLES = 400
ASKED = 1000
"""Questions of PIAF and CMRC, evenly spread: they have several thousand."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What of a public file goes into which set."""

    name: str
    language: str
    article_prefix: str
    question_prefix: str = ""
    titles: frozenset[str] = frozenset()
    """Only the articles with these titles; all where there are none."""
    apart: frozenset[int] = frozenset()
    """Places in the file of articles that are left out."""
    articles: int | None = None
    """Only so many articles, the first."""
    asked: int | None = None
    """Only so many questions, evenly spread."""
    titled: bool = True
    """Whether the articles keep their titles."""

    def takes(self, place: int, title: str) -> bool:
        """Whether the article at this place of the file, with this title, is part of the set."""
        if place in self.apart or (self.articles is not None and place >= self.articles):
            return False
        return not self.titles or title in self.titles


@dataclass(frozen=True, slots=True)
class PublicQuestion:
    """A question as the file has it; without answers where its paragraph does not answer it."""

    id: str
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """An article as the file has it."""

    title: str
    paragraphs: tuple[tuple[str, tuple[PublicQuestion, ...]], ...]


def recipe_for(file_name: str) -> Recipe | None:
    """What becomes of a file with this name; None where it is no public set that is known here."""
    name = file_name.lower()
    if name == "dev-v2.0.json":
        return Recipe("squad2", "en", "squad", titles=SQUAD_TITLES)
    xquad = re.fullmatch(r"xquad\.([a-z]{2})\.json", name)
    if xquad:
        return Recipe(f"xquad-{xquad[1]}", xquad[1], f"xquad-{xquad[1]}", apart=XQUAD_APART)
    if re.fullmatch(r"piaf.*\.json", name):
        return Recipe("piaf-fr", "fr", "piaf-fr", "piaf-", articles=PIAF_ARTICLES, asked=ASKED)
    if name == "cmrc2018_dev.json":  # each text begins with its title, so that another one above it would help too much
        return Recipe("cmrc-zh", "zh", "cmrc-zh", "cmrc-", asked=ASKED, titled=False)
    return None


def convert(file: Path, sets: Path, recipe: Recipe) -> tuple[Path, int, int]:
    """Write the set's folder; returns it with its number of articles and of questions."""
    folder = sets / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    chosen = [(place, a) for place, a in enumerate(read_public(file)) if recipe.takes(place, a.title)]
    width = 3 if len(chosen) < 100 else 4
    articles: list[dict[str, Any]] = []
    questions: list[dict[str, Any]] = []
    for place, article in chosen:
        article_id = f"{recipe.article_prefix}-{place:0{width}d}"
        articles.append(_article_row(article, article_id, recipe))
        questions.extend(_question_rows(article, article_id, recipe))
    if recipe.asked is not None:
        questions = questions[:: max(1, len(questions) // recipe.asked)][: recipe.asked]
    _write(folder / "articles.jsonl", articles)
    _write(folder / "questions.jsonl", questions)
    return folder, len(articles), len(questions)


def read_public(file: Path) -> Iterator[PublicArticle]:
    """The articles of a file in SQuAD's form, or in the one that CMRC 2018 was first given out in."""
    table = json.loads(file.read_text("utf-8-sig"))
    for article in table["data"] if isinstance(table, dict) else table:
        title = str(article.get("title") or "").replace("_", " ")
        if "paragraphs" in article:
            paragraphs = tuple((p["context"], tuple(map(_of_squad, p["qas"]))) for p in article["paragraphs"])
        else:
            paragraphs = ((article["context_text"], tuple(map(_of_cmrc, article["qas"]))),)
        yield PublicArticle(title, paragraphs)


def _of_squad(row: dict[str, Any]) -> PublicQuestion:
    answers = () if row.get("is_impossible") else tuple(answer["text"] for answer in row["answers"])
    return PublicQuestion(str(row["id"]), row["question"], answers)


def _of_cmrc(row: dict[str, Any]) -> PublicQuestion:
    return PublicQuestion(str(row["query_id"]), row["query_text"], tuple(row["answers"]))


def _article_row(article: PublicArticle, article_id: str, recipe: Recipe) -> dict[str, Any]:
    title = article.title if recipe.titled else ""
    text = "\n\n".join(context for context, _ in article.paragraphs)
    return {"id": article_id, "title": title, "language": recipe.language, "text": text}


def _question_rows(article: PublicArticle, article_id: str, recipe: Recipe) -> Iterator[dict[str, Any]]:
    for context, questions in article.paragraphs:
        for asked in questions:
            yield {
                "id": recipe.question_prefix + asked.id,
                "question": asked.question,
                "answers": sorted(set(asked.answers)),
                "article_ids": [article_id],
                "passage": context,
                "answerable": bool(asked.answers),
            }


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def main() -> None:
    """Make a folder of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", help="public files, under the names they are given out with")
    parser.add_argument("sets", type=Path, help="where the folders go")
    arguments = parser.parse_args()
    for file in arguments.files:
        recipe = recipe_for(file.name)
        if recipe is None:
            parser.error(f"{file.name} is none of dev-v2.0.json, xquad.LANGUAGE.json, piaf*.json, cmrc2018_dev.json")
        try:
            folder, articles, questions = convert(file, arguments.sets, recipe)
        except (OSError, ValueError, KeyError, TypeError) as error:
            parser.error(f"{file} is not what it was taken for: {type(error).__name__}: {error}")
        print(f"{folder}: {articles} articles, {questions} questions")


if __name__ == "__main__":
    main()
