"""A reader of claims, on a CPU, by the clock: does a passage bear out a sentence, and which words of it not?

    python -m training.bearing ../shared/eval --minutes 60

It goes on from the re-ranker that ships, or with --from-reader from the reader of claims, and reads sentences that training/claims.py
makes of the question sets, and those of training/written/.
Each piece of a sentence learns whether the passage says it; the sentence's score is what its pieces come to (the logarithm of the sum of
their exponentials) and the mean of all pieces' second number: more than 0 says "not borne out".  Interrupt it whenever you like.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from askcorpus.encoder import cross_encoder
from askcorpus.encoder.container import Container
from askcorpus.encoder.cross_encoder import CLAIM_READER, QUESTION_PIECES, RERANKER, Trained, header, question_text
from askcorpus.encoder.cross_graph import NEVER, Shape
from training import claims, learning, network, shipped
from training.claims import Claim, Texts
from training.network import Lower, Read, Upper
from training.pieces import Pieces
from training.reranker import container

SHARES = {
    "en": 0.2, "de": 0.14, "fr": 0.12, "es": 0.12, "ru": 0.09, "zh": 0.08, "ar": 0.07, "it": 0.04, "tr": 0.04, "pt": 0.04, "uk": 0.03,
    "el": 0.01, "ro": 0.01, "hi": 0.01, "th": 0.01, "vi": 0.01,
}  # fmt: skip
"""How many of the passages are in which language: those that the tables of opposites know more often."""
PARALLEL = 0.5  # of the passages have translations, where a language has such
BY_HAND = 0.3
"""Of the batches are sentences that were written by hand: at 0.15 those of other quotes were judged less well; at 0.45, when there were twice
as many, in an hour no better, and all that were read were known by heart."""
BATCH_TOKENS, POOL = 3000, 96
TOKENS = 0.5  # what the loss of single pieces counts beside that of sentences
PASSAGE_PIECES = 256
WRITTEN = Path(__file__).parent / "written"
CHECKPOINT, MODEL = "checkpoint.pt", "model.npz"


@dataclass(frozen=True, slots=True)
class Marked:
    """A claim as pieces, and what is known of each."""

    pair: Read
    false: bool
    marks: tuple[int, ...] | None
    """Of each piece of the sentence 1 where it is not borne out, else 0, -1 where it counts nothing; None where nothing is known of pieces."""

    @property
    def width(self) -> int:
        """How many pieces it has, the passage's among them."""
        return len(self.pair.question) + len(self.pair.passage)


def cut(claim: Claim, pieces: Pieces) -> Marked:
    """The pieces of a claim."""
    text = question_text(claim.text, "")
    before = len(text) - len(claim.text)
    asked, offsets = pieces.offsets(text, QUESTION_PIECES)
    told, _ = pieces.offsets(header(claim.title, claim.publisher, "") + claim.passage, PASSAGE_PIECES)
    marks = None
    if claim.marked is not None:
        spans = [(a + before, b + before) for a, b in claim.marked]
        marks = tuple(
            -1 if end <= before or start == end else int(any(start < b and a < end for a, b in spans))
            for start, end in offsets
        )
    return Marked(Read(asked, told, ()), claim.false, marks)


def scores(read: Sequence[Read], lower: Lower, upper: Upper) -> tuple[Tensor, Tensor]:
    """How surely each sentence is not borne out, shape (b,), and each piece of it, shape (b, t)."""
    numbers, widths = network.raw_numbers(read, lower, upper)
    asked = torch.tensor([len(one.question) for one in read])
    inside = torch.arange(numbers.shape[1])
    there = inside[None] < torch.tensor(widths)[:, None]
    about = (numbers[..., 1] * there).sum(1) / there.sum(1)
    own = (inside[None] < asked[:, None]) & (inside[None] > 0)
    by_piece = numbers[..., 0].masked_fill(~own, NEVER)
    return torch.logsumexp(by_piece, 1) + about, numbers[..., 0]


def loss_of(batch: Sequence[Marked], lower: Lower, upper: Upper) -> tuple[Tensor, int]:
    """The loss, and how many are judged right."""
    said, by_piece = scores([one.pair for one in batch], lower, upper)
    false = torch.tensor([float(one.false) for one in batch])
    total = binary_cross_entropy_with_logits(said, false)
    marks = torch.full(by_piece.shape, -1.0)
    for row, one in enumerate(batch):
        if one.marks is not None:
            marks[row, : len(one.marks)] = torch.tensor(one.marks, dtype=torch.float32)
    sure = marks >= 0
    if bool(sure.any()):
        total = total + TOKENS * binary_cross_entropy_with_logits(by_piece[sure], marks[sure])
    return total, int(((said > 0) == (false > 0)).sum())


def mixed(texts: Texts, written: Path, pieces: Pieces, rng: random.Random) -> Iterator[list[Marked]]:
    """Claims without end, of like length together: some written by hand, where there are any, the others made."""
    made, by_hand = _made(texts, pieces, rng), _by_hand(written, pieces, rng)
    any_written = bool(claims.written(written))
    while True:
        yield next(by_hand if any_written and rng.random() < BY_HAND else made)


def _by_hand(folder: Path, pieces: Pieces, rng: random.Random) -> Iterator[list[Marked]]:
    while True:
        there = [*claims.written(folder)]
        rng.shuffle(there)
        for start in range(0, len(there), POOL):
            yield from _of_like_length([cut(one, pieces) for one in there[start : start + POOL]], rng)


def _made(texts: Texts, pieces: Pieces, rng: random.Random) -> Iterator[list[Marked]]:
    languages = [one for one in SHARES if one in texts.by_language]
    parallel = {one: [t for t in texts.by_language[one] if t.across] for one in languages}
    while True:
        pool = list[Marked]()
        while len(pool) < POOL:
            language = rng.choices(languages, [SHARES[one] for one in languages])[0]
            crossed = parallel[language] and rng.random() < PARALLEL
            claim = claims.drawn(rng.choice(parallel[language] if crossed else texts.by_language[language]), texts, rng)
            if claim is not None:
                pool.append(cut(claim, pieces))
        yield from _of_like_length(pool, rng)


def _of_like_length(pool: list[Marked], rng: random.Random) -> Iterator[list[Marked]]:
    """As many together as fit."""
    pool.sort(key=lambda one: one.width)
    groups: list[list[Marked]] = [[]]
    for one in pool:
        if groups[-1] and one.width * (len(groups[-1]) + 1) > BATCH_TOKENS:
            groups.append([])
        groups[-1].append(one)
    rng.shuffle(groups)
    yield from groups


def begun(source: Container, folder: Path, trained: Trained) -> tuple[Lower, Upper, Shape]:
    """A model that ships; of the re-ranker with new numbers at its end."""
    model = folder / "begun.npz"
    model.write_bytes(cross_encoder.shipped(trained))
    lower, layers, about = shipped.read(model, source)
    shape = Shape(**about["shape"])
    _, upper = anew(source, shape)
    known = {
        name: tensor.float()
        for name, tensor in layers.state_dict().items()
        if trained == CLAIM_READER or not name.startswith("numbers")
    }
    upper.load_state_dict(upper.state_dict() | known)
    return lower, upper, shape


def anew(source: Container, shape: Shape) -> tuple[Lower, Upper]:
    """The encoder's own layers, with new numbers at their end."""
    torch.manual_seed(1)
    return Lower(source, shape.lower), Upper(source, shape)


def made(
    sets: Path,
    into: Path,
    *,
    minutes: float,
    written: Path = WRITTEN,
    trained: Trained = RERANKER,
    shape: Shape | None = None,
    most_steps: int | None = None,
    say: learning.Say,
) -> Path:
    """The trained model's file in the folder `into`, begun anew or gone on with.

    `shape` begins with the encoder's own layers and not with those of `trained`.
    """
    into.mkdir(parents=True, exist_ok=True)
    source = container()
    texts = claims.gather(sets)
    say(
        f"{len(texts.every)} paragraphs in {len(texts.by_language)} languages, {len(claims.written(written))} sentences"
    )
    lower, upper, shape = begun(source, into, trained) if shape is None else (*anew(source, shape), shape)
    training = learning.Training(lower, upper)
    progress = training.progress = learning.restored(into / CHECKPOINT, training, say)
    last = saved = told = time.monotonic()
    right, seen = 0, 0
    for batch in mixed(texts, written, Pieces(source), random.Random(f"{learning.SEED} {progress.steps}")):
        done = max(progress.spent_s / (60 * minutes), progress.steps / most_steps if most_steps else 0.0)
        if done >= 1:
            break
        loss, good = loss_of(batch, lower, training.working)
        training.change(loss, learning.share_of(done, progress.steps))
        progress.questions += len(batch)
        right, seen = right + good, seen + len(batch)
        now = time.monotonic()
        progress.spent_s, last = progress.spent_s + now - last, now
        if now - told > learning.TOLD_S:
            say(
                f"{progress.spent_s / 60:.1f} of {minutes:g} min, {progress.questions} sentences: right {right / seen:.3f}"
            )
            right, seen, told = 0, 0, now
        if now - saved > learning.CHECKPOINT_S:
            learning.keep(into / CHECKPOINT, training)
            saved = now
    learning.keep(into / CHECKPOINT, training)
    upper.load_state_dict(training.mean.state_dict())
    about = {"minutes": round(progress.spent_s / 60, 1), "sentences": progress.questions}
    shipped.write(into / MODEL, upper, shape, about)
    return into / MODEL


def main(arguments: Sequence[str] | None = None) -> None:
    """Train."""
    parser = argparse.ArgumentParser(
        prog="python -m training.bearing", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="?", default=Path("../shared/eval"), help="folder of question sets")
    parser.add_argument("--minutes", type=float, default=60, help="how long in all, what was done before counted")
    parser.add_argument("--into", type=Path, default=Path("build/bearing"), help="folder for checkpoint and model")
    parser.add_argument("--threads", type=int, default=None, help="of the CPU")
    parser.add_argument(
        "--from-reader", action="store_true", help="begin with the reader of claims that ships, not with the re-ranker"
    )
    chosen = parser.parse_args(arguments)
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    trained = CLAIM_READER if chosen.from_reader else RERANKER
    model = made(
        chosen.sets,
        chosen.into,
        minutes=chosen.minutes,
        trained=trained,
        say=lambda line: click.echo(line, err=True),
    )
    click.echo(f"the model is {model}", err=True)


if __name__ == "__main__":
    main()
