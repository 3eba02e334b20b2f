"""A re-ranker from public question sets, on a CPU, by the clock:

    python -m training.reranker ../shared/eval --minutes 150
    python -m training.reranker ../shared/eval --minutes 30 --leave-out news --into made/no-news
    python -m training.reranker ../shared/eval --minutes 60 --go-on-from src/askcorpus/encoder/cross_encoder.npz

The folder has reader/train.jsonl.gz and sets of news (docs/question-sets.md); the news of training/news is learned, too. Interrupt
it whenever you like: the same command goes on from the last checkpoint, at most five minutes back. `--leave-out` takes sets
(squad2), kinds (news, encyclopedia-fr, crossed) and languages (en), to be measured on what was never seen: benchmarks/reranking.py.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import torch

from askcorpus.encoder.container import Container
from askcorpus.encoder.cross_graph import Shape
from askcorpus.encoder.packaged import named
from askcorpus.settings import DEFAULT_MODEL
from training import learning, network, shipped
from training.material import OWN, Material, by_set, gather
from training.pieces import Pieces

CHECKPOINT, MATERIAL, MODEL = "checkpoint.pt", "material.pickle", "model.npz"


def container() -> Container:
    """The packaged encoder's data file."""
    packaged = named(DEFAULT_MODEL)
    place = packaged.place() if packaged is not None else None
    if place is None:
        raise SystemExit(f"{DEFAULT_MODEL} is not installed; it comes with askcorpus: pip install -e .")
    return Container(place)


def made(
    folder: Path,
    into: Path,
    *,
    source: Container,
    minutes: float,
    shape: Shape,
    left_out: Sequence[str] = (),
    limit: int | None = None,
    most_steps: int | None = None,
    say: learning.Say,
    own: Path | None = None,
    before: Path | None = None,
) -> Path:
    """The trained model's file in the folder `into`, begun anew, from the model `before` on, or gone on with."""
    into.mkdir(parents=True, exist_ok=True)
    pieces = Pieces(source)
    known = (str(folder), sorted(left_out), limit, shape)
    material = _kept(into / MATERIAL, known) or _gathered(
        into / MATERIAL, known, lambda: gather(folder, pieces.count, own=own, left_out=left_out, limit=limit)
    )
    if not material.examples:
        raise SystemExit(f"{folder} holds nothing to train on. docs/question-sets.md says what goes there.")
    sets = {name: len(examples) for name, examples in by_set(material.examples).items()}
    say(f"{len(material.examples)} questions, {len(material.windows)} passages: {sets}")
    torch.manual_seed(1)
    upper, told = shipped.begun(before, source) if before else (network.Upper(source, shape), {})
    if before and told["shape"] != asdict(shape):
        raise SystemExit(f"{before} is of another shape: {told['shape']}")
    lower = network.Lower(source, shape.lower)
    progress = learning.train(
        material, lower, upper, pieces, minutes=minutes, most_steps=most_steps, checkpoint=into / CHECKPOINT, say=say
    )
    told = {
        "went_on_from": told.get("questions", 0),
        "left_out": sorted(left_out),
        "minutes": round(progress.spent_s / 60, 1),
        "questions": progress.questions,
    }
    shipped.write(into / MODEL, upper, shape, told)
    say(f"{progress.questions} questions in {progress.spent_s / 60:.1f} min; the model is {into / MODEL}")
    return into / MODEL


def _kept(path: Path, known: object) -> Material | None:
    """What was gathered before by the same command."""
    if not path.exists():
        return None
    before, material = pickle.loads(path.read_bytes())
    if before != known:
        raise SystemExit(f"{path.parent} was begun with other sets or another shape. Give another folder: --into")
    assert isinstance(material, Material)
    return material


def _gathered(path: Path, known: object, gather_it: Callable[[], Material]) -> Material:
    material = gather_it()
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(pickle.dumps((known, material)))
    unfinished.replace(path)
    return material


def main(arguments: Sequence[str] | None = None) -> None:
    """Train."""
    parser = argparse.ArgumentParser(
        prog="python -m training.reranker", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="?", default=Path("../shared/eval"), help="folder of question sets")
    parser.add_argument("--minutes", type=float, default=150, help="how long in all, what was done before counted")
    parser.add_argument("--into", type=Path, default=Path("build/reranker"), help="folder for checkpoint and model")
    parser.add_argument("--leave-out", nargs="*", default=[], help="sets, kinds, languages not to be trained on")
    parser.add_argument("--layers", type=int, default=6, help="layers of the encoder that are taken")
    parser.add_argument("--lower", type=int, default=3, help="how many of them are not trained")
    parser.add_argument("--limit", type=int, default=None, help="questions of each set, for a first look")
    parser.add_argument("--go-on-from", type=Path, default=None, help="a model that training wrote, to begin with")
    parser.add_argument("--threads", type=int, default=None, help="of the CPU")
    chosen = parser.parse_args(arguments)
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    try:
        made(
            chosen.sets,
            chosen.into,
            source=container(),
            minutes=chosen.minutes,
            shape=Shape(chosen.layers, chosen.lower),
            left_out=chosen.leave_out,
            limit=chosen.limit,
            say=lambda line: click.echo(line, err=True),
            own=OWN,
            before=chosen.go_on_from,
        )
    except KeyboardInterrupt:
        raise SystemExit("stopped; the same command goes on from here") from None


if __name__ == "__main__":
    main()
