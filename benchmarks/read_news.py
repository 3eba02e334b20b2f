"""What weighs how much where news was read together with the question?  Fits own-news and crossed-news in ranking.json.

    python benchmarks/read_news.py --keep FOUND           # fits on half of the stories, measures on the other
    python benchmarks/read_news.py --keep FOUND --fit     # fits on all of them and writes the weights

Asked are the stories of training/news that no model learned from. Of each question the first passages are read, as the program reads
them; all weights of a passage and of its sentences are fitted anew beside what reading says, near to those of what was not read.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from askcorpus.retrieval import ranking
from askcorpus.retrieval.features import PASSAGE, SENTENCE
from askcorpus.retrieval.found import WeightSet

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
import fusion
from asked_sets import WHOLE, Asked, collected
from reranking import Reader, judged_again
from sure_rows import questions

from training import material

SETS = (WeightSet.OWN, WeightSet.CROSSED)
SENTENCES = fusion.SENTENCES
READ_OF_SENTENCE = ("sentence", "where", "stands")
NEAR = 0.02  # times the squares of what changes in a weight; at a sixth of it invented news, which it is not fitted to, loses
ROUNDS, LAST, STEP = 500, 100, 0.03  # of Adam; in the last ones the steps get smaller


@dataclass(frozen=True, slots=True)
class Read:
    """What reading says of many questions' passages, beside their features and labels; padded as these are."""

    told: fusion.Tensors
    passage: torch.Tensor
    """Shape (questions, passages)."""
    sentence: torch.Tensor
    """Shape (questions, passages, sentences, READ_OF_SENTENCE)."""

    def __len__(self) -> int:
        return len(self.told.place)


def tensors(asked: Sequence[Asked]) -> Read:
    """Of the passages that were read."""
    read = [[r for r in one.found.ranked if r.judged is not None] for one in asked]
    alone = [replace(one, found=replace(one.found, ranked=tuple(some))) for one, some in zip(asked, read, strict=True)]
    passage = np.zeros((len(asked), fusion.READ), np.float32)
    sentence = np.zeros((len(asked), fusion.READ, SENTENCES, len(READ_OF_SENTENCE)), np.float32)
    for i, some in enumerate(read):
        for j, judged in enumerate(r.judged for r in some if r.judged is not None):
            passage[i, j] = judged.passage
            sentence[i, j, : len(judged.sentences), 0] = judged.sentences[:SENTENCES]
            if len(judged.where):
                sentence[i, j, : len(judged.where), 1] = judged.where[:SENTENCES]
                sentence[i, j, : len(judged.where), 2] = np.exp(judged.where[:SENTENCES])
    return Read(fusion.tensors(alone, fusion.FITS["many"]), torch.from_numpy(passage), torch.from_numpy(sentence))


@dataclass(frozen=True, slots=True)
class Weights:
    """Of both sets at once; the first axis is the set."""

    sentence: torch.Tensor
    sentence_read: torch.Tensor
    passage: torch.Tensor
    passage_read: torch.Tensor
    best: torch.Tensor
    offset: torch.Tensor

    @property
    def all(self) -> list[torch.Tensor]:
        """Every tensor."""
        return [self.sentence, self.sentence_read, self.passage, self.passage_read, self.best, self.offset]


def before(fitted: Mapping[str, Any]) -> Weights:
    """As they stand in ranking.json for what is not news."""

    def stacked(values: Sequence[Any]) -> torch.Tensor:
        return torch.tensor(np.array(values, np.float32))

    linear = [ranking.weights(fitted[which], of=which) for which in SETS]
    return Weights(
        stacked([one.sentence for one in linear]),
        stacked([[one.judged_sentence, one.judged_where, one.judged_stands] for one in linear]),
        stacked([one.passage for one in linear]),
        stacked([one.judged_passage for one in linear]),
        stacked([one.best_sentence for one in linear]),
        stacked([one.offset for one in linear]),
    )


def scores(data: Read, weights: Weights) -> tuple[torch.Tensor, torch.Tensor]:
    """Of passages and of sentences, as judging.joined adds them up."""
    told = data.told

    def of_sentences(features: torch.Tensor, of: torch.Tensor) -> torch.Tensor:
        every = features @ of.T
        return every.gather(-1, told.place[..., None, None].expand(-1, -1, SENTENCES, 1))[..., 0]

    linear = of_sentences(told.sentence, weights.sentence)
    by_sentence = linear + of_sentences(data.sentence, weights.sentence_read)
    best = linear.masked_fill(~told.sentence_there, fusion.NEVER).max(-1).values.clamp(min=0)
    by_passage = (told.passage @ weights.passage.T).gather(-1, told.place[..., None])[..., 0]
    by_passage = by_passage + weights.best[told.place] * best + weights.offset[told.place]
    by_passage = by_passage + weights.passage_read[told.place] * data.passage
    return (
        by_passage.masked_fill(~told.passage_there, fusion.NEVER),
        by_sentence.masked_fill(~told.sentence_there, fusion.NEVER),
    )


def fit(data: Read, start: Weights) -> Weights:
    """Weights that put answering passages, and in them answering sentences, first: softmax over a question's passages.

    What the best sentence adds stays: fitted too, it fell to a tenth, and on invented news, which it is not fitted to, that lost.
    """
    changes = Weights(*(torch.zeros_like(one, requires_grad=True) for one in start.all))
    usable = data.told.passage_hit.any(1)
    inside = data.told.sentence_hit.any(-1) & data.told.passage_hit

    def now() -> Weights:
        changed = Weights(*(one + change for one, change in zip(start.all, changes.all, strict=True)))
        return replace(changed, best=start.best, offset=changed.offset - changed.offset[0])

    optimizer = torch.optim.Adam([one for one in changes.all if one is not changes.best], lr=STEP)
    for round_ in range(ROUNDS):
        by_passage, by_sentence = scores(data, now())
        loss = (
            fusion.softmax_loss(by_passage[usable], data.told.passage_hit[usable])
            + fusion.softmax_loss(by_sentence[inside], data.told.sentence_hit[inside])
            + NEAR * (changes.sentence.square().sum() + changes.passage.square().sum())
        )
        optimizer.param_groups[0]["lr"] = STEP * min(1.0, (ROUNDS - round_) / LAST)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's stub
        optimizer.step()
    return Weights(*(one.detach() for one in now().all))


def report(data: Read, weights: Weights) -> str:
    """How often the first passage of those that were read, and its first sentence, hold an answer."""
    by_passage, by_sentence = scores(data, weights)
    rows = torch.arange(len(data))
    first = by_passage.argmax(1)
    sentence = by_sentence[rows, first].argmax(-1)
    held = data.told.passage_hit[rows, first].float().mean()
    said = data.told.sentence_hit[rows, first, sentence].float().mean()
    return f"{len(data)} questions: first passage {held:.3f}, first sentence {said:.3f}"


def as_written(weights: Weights, place: int) -> dict[str, Any]:
    """One of the sets as it stands in ranking.json."""

    def rounded(names: Sequence[str], values: torch.Tensor) -> dict[str, float]:
        return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}

    return {
        "passage": {"weights": rounded(PASSAGE.names, weights.passage[place]), "unused": []},
        "sentence": {"weights": rounded(SENTENCE.names, weights.sentence[place]), "unused": []},
        "best_sentence": round(float(weights.best[place]), 3),
        "offset": round(float(weights.offset[place]), 3),
        "judged": rounded(["passage"], weights.passage_read[place : place + 1])
        | rounded(READ_OF_SENTENCE, weights.sentence_read[place]),
    }


def told(keep: Path) -> list[Asked]:
    """What was found for the questions that the stories answer, read."""
    reader = Reader(None)
    path = keep / f"{material.APART}-news-{reader.mark}.pickle"
    if not path.exists():
        folder = material.OWN / material.APART
        found = collected(keep, folder, fusion.MANY, WHOLE)
        rows = {str(row["id"]): row for row in questions(folder) if not row.get("previous")}  # those are not read
        some = [one for one in found if one.answerable and one.question.id in rows]
        path.write_bytes(pickle.dumps([judged_again(one, rows[one.question.id], reader) for one in some]))
    kept: list[Asked] = pickle.loads(path.read_bytes())
    return kept


def half(one: Asked) -> int:
    """Which half of the stories a question belongs to: its id ends in its number within its story."""
    return zlib.crc32(re.sub(r"-\d+$", "", one.question.id).encode()) % 2


def main() -> None:
    """Fit or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, required=True, help="keep what retrieval found here, or take it from here")
    parser.add_argument("--fit", action="store_true", help="fit on all stories and write the weights")
    arguments = parser.parse_args()
    path = Path(ranking.__file__).with_name(ranking.FILE)
    start = before(json.loads(path.read_text("utf-8")))
    asked = told(arguments.keep)
    if arguments.fit:
        made = fit(tensors(asked), start)
        fusion.write(path, {which.of_news: as_written(made, place) for place, which in enumerate(SETS)})
        return
    parts = [tensors([one for one in asked if half(one) == which]) for which in (0, 1)]
    for learned, other in ((0, 1), (1, 0)):
        print("as what is not news:", report(parts[other], start))
        print("fitted on the other half:", report(parts[other], fit(parts[learned], start)), flush=True)


if __name__ == "__main__":
    main()
