"""How are the upper layers trained?  By the clock: as many questions as the minutes allow, kinds evenly mixed, ever smaller steps.

A checkpoint is written every five minutes, and training goes on from it; the time that was spent counts.
"""

from __future__ import annotations

import copy
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from training.groups import UNSURE, YES, Group, drawn
from training.material import Example, Material, by_set
from training.network import Lower, Read, Upper, numbers_of, rough
from training.pieces import Pieces

STEP, STEP_ANEW = 1e-4, 1e-3
"""The largest of Adam: for the layers, which know much already, and for what is begun anew."""
ANEW = ("numbers", "part", "both")  # what does not come with the encoder
WARM_STEPS = 60  # in which they grow
FALL = 0.3  # of the time in which they fall to nothing, at the end
DECAY, CLIP = 0.01, 1.0  # as BERT's own; nothing is dropped out: few questions are seen twice
AVERAGED = 9.0
"""The model is the mean of the weights after each step, later ones counting more (Shamir and Zhang, "Stochastic Gradient
Descent for Non-smooth Optimization", ICML 2013, with this η): good wherever training is stopped."""
WHERE = 0.3  # what the loss of where an answer begins and ends counts beside those of passage and sentence
POOL = 48  # questions that are sorted by length together, so that little is padded
BATCH_TOKENS = 3000  # padding included: some five questions with four passages each
MIXED = 0.5  # a set counts by this power of its questions: the square root, so that small ones are heard
SEED = 1
CHECKPOINT_S, TOLD_S = 300.0, 30.0


@dataclass(slots=True)
class Progress:
    """How far training is; what a checkpoint keeps beside the weights."""

    spent_s: float = 0.0
    steps: int = 0
    questions: int = 0
    passages: int = 0


Say = Callable[[str], None]


def train(
    material: Material,
    lower: Lower,
    upper: Upper,
    pieces: Pieces,
    *,
    minutes: float,
    most_steps: int | None = None,
    checkpoint: Path,
    say: Say,
) -> Progress:
    """Train for so many minutes or steps in all, those before a checkpoint counted; returns how far it came.

    `upper` is then the mean of what it was on the way. Ctrl-C keeps a checkpoint first.
    """
    training = Training(lower, upper)
    progress = training.progress = restored(checkpoint, training, say)
    told = _Told(say, minutes)
    last = saved = time.monotonic()
    try:
        for groups, pairs in batches(material, pieces, random.Random(f"{SEED} {progress.steps}")):
            done = max(progress.spent_s / (60 * minutes), progress.steps / most_steps if most_steps else 0.0)
            if done >= 1:
                break
            learned = training.step(groups, pairs, share_of(done, progress.steps))
            now = time.monotonic()
            progress.spent_s, last = progress.spent_s + now - last, now
            told.add(learned, progress)
            if now - saved > CHECKPOINT_S:
                keep(checkpoint, training)
                saved = now
    finally:
        keep(checkpoint, training)
    upper.load_state_dict(training.mean.state_dict())
    return progress


@dataclass(frozen=True, slots=True)
class Learned:
    """What one step tells."""

    loss: float
    right: int
    """Of how many questions the right passage came first."""
    asked: int
    """Of how many that have one."""


class Training:
    """Weights on their way: at single precision, at that of ROUGH for reckoning, and their mean so far."""

    def __init__(self, lower: Lower, upper: Upper) -> None:
        self.lower = lower
        self.upper = upper
        self.mean = copy.deepcopy(upper)
        self.progress = Progress()
        known = [p for name, p in upper.named_parameters() if not name.startswith(ANEW)]
        anew = [p for name, p in upper.named_parameters() if name.startswith(ANEW)]
        self.optimizer = torch.optim.AdamW(
            [{"params": known, "largest": STEP}, {"params": anew, "largest": STEP_ANEW}], weight_decay=DECAY
        )
        self.roughen()

    def roughen(self) -> None:
        """Begin to reckon with the weights as they are now."""
        self.working = rough(self.upper)

    def step(self, groups: Sequence[Group], pairs: Sequence[Read], share: float) -> Learned:
        """Learn from these questions, by this share of the largest step."""
        passages, sentences, bounds = numbers_of(pairs, self.lower, self.working)
        loss, right, asked = losses(groups, passages, sentences)
        loss = loss + WHERE * where_loss(pairs, bounds) / len(groups)
        self.change(loss, share)
        self.progress.questions += len(groups)
        self.progress.passages += len(pairs)
        return Learned(float(loss.detach()), right, asked)

    def change(self, loss: Tensor, share: float) -> None:
        """Change the weights, by this share of the largest step, by what is learned of a loss at the precision of ROUGH."""
        loss.backward()  # type: ignore[no-untyped-call]  # torch's stub
        for one in self.optimizer.param_groups:
            one["lr"] = one["largest"] * share
        for weight, working in zip(self.upper.parameters(), self.working.parameters(), strict=True):
            assert working.grad is not None
            weight.grad, working.grad = working.grad.float(), None
        torch.nn.utils.clip_grad_norm_(self.upper.parameters(), CLIP)
        self.optimizer.step()
        later = (AVERAGED + 1) / (self.progress.steps + 1 + AVERAGED)
        with torch.no_grad():
            for weight, working, mean in zip(
                self.upper.parameters(), self.working.parameters(), self.mean.parameters(), strict=True
            ):
                working.copy_(weight)
                mean.lerp_(weight, later)
        self.progress.steps += 1


class _Told:
    """Says every half minute how it goes."""

    def __init__(self, say: Say, minutes: float) -> None:
        self._say = say
        self._minutes = minutes
        self._since: list[Learned] = []
        self._last = time.monotonic()

    def add(self, learned: Learned, progress: Progress) -> None:
        """Count a step, and say so where it is time."""
        self._since.append(learned)
        if time.monotonic() - self._last > TOLD_S:
            loss = sum(one.loss for one in self._since) / len(self._since)
            first = sum(one.right for one in self._since) / max(sum(one.asked for one in self._since), 1)
            self._say(
                f"{progress.spent_s / 60:.1f} of {self._minutes:g} min, {progress.questions} questions, "
                f"{progress.passages} passages: loss {loss:.3f}, right passage first {first:.3f}"
            )
            self._since, self._last = [], time.monotonic()


def batches(material: Material, pieces: Pieces, rng: random.Random) -> Iterator[tuple[list[Group], list[Read]]]:
    """Questions with their passages, without end: sets evenly mixed, of like length together."""
    sets = by_set(material.examples)
    names = list(sets)
    shares = [len(sets[name]) ** MIXED for name in names]
    queues: dict[str, list[Example]] = {name: [] for name in names}
    while True:
        pool = []
        for name in rng.choices(names, shares, k=POOL):
            if not queues[name]:
                queues[name] = rng.sample(sets[name], len(sets[name]))
            group = drawn(queues[name].pop(), material, rng)
            pool.append((group, pieces.pairs(group)))
        pool.sort(key=lambda one: _width(one[1]))
        cut: list[list[tuple[Group, list[Read]]]] = [[]]
        for one in pool:
            if cut[-1] and _width(one[1]) * (sum(len(p) for _, p in cut[-1]) + len(one[1])) > BATCH_TOKENS:
                cut.append([])
            cut[-1].append(one)
        rng.shuffle(cut)
        for batch in cut:
            yield [group for group, _ in batch], [pair for _, pairs in batch for pair in pairs]


def losses(groups: Sequence[Group], passages: Tensor, sentences: Sequence[Tensor]) -> tuple[Tensor, int, int]:
    """The loss; of how many questions with an answer the right passage comes first; how many such questions there are.

    Softmax over the passages of a question, over all their sentences, and "none of them", whose score is 0.
    """
    total, right, asked = passages.new_zeros(()), 0, 0
    first = 0
    for group in groups:
        rows = range(first, first + len(group.shown))
        first = rows.stop
        answering = torch.tensor([one.answers for one in group.shown])
        total = total + _loss(passages[rows.start : rows.stop], answering)
        labels = torch.tensor([label for one in group.shown for label in one.labels])
        scores = torch.cat([sentences[row] for row in rows])
        sure = labels != UNSURE
        total = total + _loss(scores[sure], labels[sure] == YES)
        if bool(answering.any()):
            asked += 1
            right += int(answering[passages[rows.start : rows.stop].argmax()])
    return total / len(groups), right, asked


def where_loss(pairs: Sequence[Read], bounds: Sequence[Tensor]) -> Tensor:
    """The loss of where answers begin and end: softmax over a passage's pieces, summed over the passages that give one."""
    total = bounds[0].new_zeros(())
    for pair, scores in zip(pairs, bounds, strict=True):
        if pair.answers:
            for column, places in enumerate(zip(*pair.answers, strict=True)):
                of_answers = scores[sorted(set(places)), column]
                total = total + torch.logsumexp(scores[:, column], 0) - torch.logsumexp(of_answers, 0)
    return total


def _loss(scores: Tensor, right: Tensor) -> Tensor:
    everything = torch.logsumexp(torch.cat([scores, scores.new_zeros(1)]), 0)
    if not bool(right.any()):
        return everything  # less the score of "none", which is 0
    return everything - torch.logsumexp(scores[right], 0)


def _width(pairs: Sequence[Read]) -> int:
    return max(len(pair.question) + len(pair.passage) for pair in pairs)


def share_of(done: float, steps: int) -> float:
    """Of the largest step: growing at first, falling at the end."""
    return min(1.0, (steps + 1) / WARM_STEPS, (1 - done) / FALL)


def keep(path: Path, training: Training) -> None:
    """Write the checkpoint beside its place, then rename it: whenever it is killed, one whole checkpoint is there."""
    kept = {
        "upper": training.upper.state_dict(),
        "mean": training.mean.state_dict(),
        "optimizer": training.optimizer.state_dict(),
        "progress": json.dumps(asdict(training.progress)),
    }
    unfinished = path.with_suffix(".unfinished")
    torch.save(kept, unfinished)
    unfinished.replace(path)


def restored(path: Path, training: Training, say: Say) -> Progress:
    """Go on from the checkpoint, if there is one."""
    if not path.exists():
        return Progress()
    kept = torch.load(path, weights_only=True)
    training.upper.load_state_dict(kept["upper"])
    training.mean.load_state_dict(kept["mean"])
    training.optimizer.load_state_dict(kept["optimizer"])
    training.roughen()
    progress = Progress(**json.loads(kept["progress"]))
    say(f"going on from {path.name}: {progress.spent_s / 60:.1f} min, {progress.questions} questions")
    return progress
