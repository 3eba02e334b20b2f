"""How much faster is this encoder than plain sentence-transformers, and are the vectors the same?

    python benchmarks/encoder.py [--passages 512] [--rounds 3] [--precision auto] [--model NAME]

Generates passages of about 160 tokens, starts one process that holds this encoder and one that holds sentence-transformers
in fp32, and lets them encode all passages in turn, round after round, both with the prompt that the model wants in front of
a passage. Prints both rates, their ratio, the smallest cosine between their vectors, and the peak memory of each process.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from askcorpus.encoder import load
from askcorpus.encoder.converted import cache_folder
from askcorpus.encoder.models import find
from askcorpus.encoder.reference import kept_standard_folder
from askcorpus.settings import DEFAULT_MODEL

WORDS = (
    "council harbour minister budget river bridge school report police company price storm hospital market union farmers "
    "station railway election judge museum factory island mayor energy water court festival airport village shareholder "
    "vaccine orchestra glacier satellite parliament pensioner referee archaeologist breakwater subsidy wildfire"
).split()
PLACES = (
    "Skarholm",
    "Lesna",
    "Odrava",
    "Tamberg",
    "Dravec",
    "Ellisey",
    "Port Alder",
    "Wiesenau",
    "Montaigu",
    "Karsburg",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What one of the two processes did."""

    seconds: list[float]
    vectors: npt.NDArray[np.float32]
    peak_mib: float


def passages(count: int) -> list[str]:
    """News-like passages of 90 to 230 tokens, 160 on average, always the same."""
    draw = random.Random(11)

    def sentence() -> str:
        return (
            f"The {draw.choice(WORDS)} of {draw.choice(PLACES)} said on Tuesday that the {draw.choice(WORDS)} and the "
            f"{draw.choice(WORDS)} would need {draw.randint(3, 9000)} more {draw.choice(WORDS)} places."
        )

    return [" ".join(sentence() for _ in range(draw.randint(4, 10))) for _ in range(count)]


def serve(which: str, model: str, precision: str, prompt: str, count: int) -> None:
    """The child: encode once to warm up and say so, then once for every line on stdin, which names the vectors' file."""
    texts = passages(count)
    encode = _ours(model, precision) if which == "ours" else _plain(model, prompt)
    encode(texts)
    print("ready", flush=True)
    for line in sys.stdin:
        started = time.perf_counter()
        vectors = encode(texts)
        seconds = time.perf_counter() - started
        np.save(line.strip(), vectors)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "peak_mib": peak}), flush=True)


def _ours(model: str, precision: str) -> Callable[[list[str]], npt.NDArray[np.float32]]:
    encoder = load(model, precision=precision)
    return lambda texts: np.stack([e.vector for e in encoder.encode_passages((text, 0) for text in texts)])


def _plain(model: str, prompt: str) -> Callable[[list[str]], npt.NDArray[np.float32]]:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(kept_standard_folder(find(model), cache_folder(print))), device="cpu")
    return lambda texts: np.asarray(
        plain.encode(texts, batch_size=32, normalize_embeddings=True, prompt=prompt or None), np.float32
    )


def measure(model: str, precision: str, prompt: str, count: int, rounds: int) -> dict[str, Result]:
    """Both processes, in turn, `rounds` times."""
    names = ("ours", "plain")
    with TemporaryDirectory() as place:
        processes = {
            name: subprocess.Popen(
                [
                    sys.executable,
                    __file__,
                    "--serve",
                    name,
                    "--passages",
                    str(count),
                    "--model",
                    model,
                    "--precision",
                    precision,
                    "--prompt",
                    prompt,
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for name in names
        }
        seconds: dict[str, list[float]] = {name: [] for name in names}
        peaks: dict[str, float] = {}
        for process in processes.values():  # neither is measured while the other still imports
            assert process.stdout is not None
            process.stdout.readline()
        for number in range(rounds):
            for name, process in processes.items():
                assert process.stdin is not None
                assert process.stdout is not None
                print(Path(place) / f"{name}.npy", file=process.stdin, flush=True)
                answer = json.loads(process.stdout.readline())
                seconds[name].append(answer["seconds"])
                peaks[name] = answer["peak_mib"]
                print(f"round {number + 1}: {name:5} {count / answer['seconds']:7.1f} passages/s", flush=True)
        for process in processes.values():
            process.communicate()
        return {n: Result(seconds[n], np.load(Path(place) / f"{n}.npy"), peaks[n]) for n in names}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precision", default="auto", help="f32, bf16 or auto")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--prompt", default="", help=argparse.SUPPRESS)
    parser.add_argument("--serve", choices=("ours", "plain"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve, chosen.model, chosen.precision, chosen.prompt, chosen.passages)
        return
    encoder = load(chosen.model, say=print)
    prompt = encoder.manifest.passage_prompt
    texts = [prompt + text for text in passages(chosen.passages)]
    tokens = np.mean(encoder.count_tokens(texts)) + encoder.manifest.special_tokens
    encoder.close()
    print(f"{chosen.passages} passages of {tokens:.0f} tokens on average, {chosen.model}")
    results = measure(chosen.model, chosen.precision, prompt, chosen.passages, chosen.rounds)
    ours, plain = results["ours"], results["plain"]
    rate = {name: chosen.passages / float(np.median(r.seconds)) for name, r in results.items()}
    print(f"this encoder ({chosen.precision}):      {rate['ours']:7.1f} passages/s, peak {ours.peak_mib:5.0f} MiB")
    print(f"sentence-transformers fp32: {rate['plain']:7.1f} passages/s, peak {plain.peak_mib:5.0f} MiB")
    print(f"ratio of the medians: {rate['ours'] / rate['plain']:.2f}")
    print(f"smallest cosine:      {float((ours.vectors * plain.vectors).sum(axis=1).min()):.6f}")


if __name__ == "__main__":
    main()
