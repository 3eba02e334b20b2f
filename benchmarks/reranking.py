"""What does a trained re-ranker gain on questions that it was not trained on?  Orders what retrieval found, with and without it.

    python benchmarks/reranking.py build/reranker/model.npz ../shared/eval --keep /tmp/found

Of each question the first READ passages are read. Printed is, for each set and each weight, how often the first passage and the
first quote hold an answer: at weight 0 the linear ranking alone, at "alone" the re-ranker alone. Only questions count whose set,
kind or article was left out when the model was trained. What was found is taken from the folder `--keep` of fusion.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from askcorpus.answer.compose import quote
from askcorpus.evaluation.question_set import normal
from askcorpus.language.sentences import Span
from askcorpus.question.reading import Asked as AskedIn
from askcorpus.retrieval import ranking
from askcorpus.retrieval.found import Ranked
from askcorpus.types import Passage

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from asked_sets import WHOLE, Asked, collected

from training import shipped
from training.material import NEWS, Window, apart
from training.network import Lower, Read, Upper, numbers_of
from training.pieces import Pieces
from training.reranker import container

MANY = "multilingual-e5-small"
READ = 8  # passages: the issue asks for six to ten
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
ALONE = "alone"
PARALLEL = "xquad-en"  # whose ids are those of all its translations and of the crossed sets

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """One passage of a question with both scores."""

    passage: Passage
    asked: AskedIn
    spans: tuple[Span, ...]
    holds: bool
    linear: float
    read: float
    linear_sentences: Numbers
    read_sentences: Numbers


class Reader:
    """A trained model."""

    def __init__(self, model: Path) -> None:
        source = container()
        self._lower: Lower
        self._upper: Upper
        self._lower, self._upper, self.about = shipped.read(model, source)
        self._pieces = Pieces(source)

    @torch.no_grad()
    def scores(self, question: str, asked: str, ranked: Sequence[Ranked]) -> list[tuple[float, Numbers]]:
        """For each passage its score and its sentences' scores."""
        if not ranked:
            return []
        pieces = self._pieces.question(question, asked)
        pairs = [Read(pieces, *self._pieces.passage(_window(one))) for one in ranked]
        passages, sentences = numbers_of(pairs, self._lower, self._upper)
        return [(float(p), s.numpy().astype(float)) for p, s in zip(passages, sentences, strict=True)]


def _window(ranked: Ranked) -> Window:
    passage = ranked.candidate.passage
    source = passage.article.source
    spans = tuple((s - passage.start, e - passage.start) for s, e in ranked.evidence.spans)
    day = (source.published or "")[:10]
    return Window("", source.language or "", passage.article.title, source.publisher or "", day, passage.text, spans)


def scored(one: Asked, day: str, reader: Reader) -> list[Scored]:
    """The first passages in the linear order, with both scores."""
    wanted = [normal(a) for a in one.question.answers]
    sets = dict(one.found.weight_sets)
    ranked = [
        ranking.score(found.evidence, ranking.weights_of(sets[found.evidence.asked.language]))
        for found in one.found.ranked
    ]
    rows = sorted(ranked, key=lambda of: -of.score)[:READ]
    read = reader.scores(one.question.question, day, rows)
    return [
        Scored(
            of.candidate.passage,
            of.evidence.asked,
            of.evidence.spans,
            any(a in normal(of.candidate.passage.text) for a in wanted),
            of.score,
            score,
            np.array([s for _, s in of.sentences]),
            sentences,
        )
        for of, (score, sentences) in zip(rows, read, strict=True)
    ]


def first(rows: Sequence[Scored], weight: float | str, wanted: Sequence[str]) -> tuple[bool, bool]:
    """Whether the first passage, and the first quote, hold an answer when the re-ranker has this weight."""
    if not rows:
        return False, False

    def both(linear: Any, read: Any) -> Any:
        return read if isinstance(weight, str) else linear + weight * read

    best = max(rows, key=lambda row: both(row.linear, row.read))
    sentences = both(best.linear_sentences, best.read_sentences)
    start, end = quote(tuple(zip(best.spans, map(float, sentences), strict=True)), best.passage, best.asked)
    text = normal(best.passage.article.text[start:end])
    return best.holds, any(a in text for a in wanted)


def unseen(folder: Path, left_out: Sequence[str]) -> frozenset[str] | None:
    """The ids of the questions that the model was not trained on; None where it was trained on none."""
    if folder.name in NEWS:
        return None if {"news", folder.name} & set(left_out) else frozenset()
    names = {folder.name, *folder.name.split("-"), f"encyclopedia-{folder.name.split('-')[-1]}"}
    if names & set(left_out) or ("encyclopedia-en" in left_out and folder.name == "squad2"):
        return None
    titles = _titles(folder if not folder.name.startswith("xl-") else folder.with_name(PARALLEL))
    return frozenset(id for id, title in titles.items() if apart(title))


def _titles(folder: Path) -> dict[str, str]:
    """The title of the article that each question of a set is about."""
    articles = {row["id"]: row["title"] for row in _rows(folder / "articles.jsonl")}
    return {
        row["id"]: articles.get((row.get("article_ids") or [""])[0], "") for row in _rows(folder / "questions.jsonl")
    }


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="model.npz of python -m training.reranker")
    parser.add_argument("sets", type=Path, help="folder of question sets")
    parser.add_argument("--keep", type=Path, required=True, help="where fusion.py keeps what retrieval found")
    parser.add_argument("--only", nargs="*", help="names of sets; else all of which something is kept")
    parser.add_argument("--limit", type=int, default=250, help="questions of each set")
    parser.add_argument("--threads", type=int, default=None, help="of the CPU")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    reader = Reader(arguments.model)
    print(json.dumps(reader.about))
    ending = f"-{WHOLE}-{MANY}.pickle"
    kept = sorted(path.name.removesuffix(ending) for path in arguments.keep.glob(f"*{ending}"))
    for name in arguments.only or kept:
        folder = arguments.sets / name
        chosen = unseen(folder, reader.about["left_out"])
        asked = [
            one
            for one in collected(arguments.keep, folder, MANY, WHOLE)
            if one.answerable and (chosen is None or one.question.id in chosen)
        ]
        asked = asked[:: max(1, len(asked) // arguments.limit)][: arguments.limit]
        if asked:
            _told(name, folder, asked, reader)


def _told(name: str, folder: Path, asked: Sequence[Asked], reader: Reader) -> None:
    days = {str(row["id"]): str(row.get("asked") or "") for row in _rows(folder / "questions.jsonl")}
    rows = [
        (scored(one, days.get(one.question.id, ""), reader), [normal(a) for a in one.question.answers]) for one in asked
    ]
    line = [f"{name:10} {len(rows):4} questions"]
    for weight in (*WEIGHTS, ALONE):
        passage, quoted = np.mean([first(of, weight, wanted) for of, wanted in rows], axis=0)
        line.append(f"{weight}: {passage:.3f} {quoted:.3f}")
    print(" | ".join(line), flush=True)


if __name__ == "__main__":
    main()
