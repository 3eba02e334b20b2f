"""What lies between models that one training passed through?  Their mean, which reads better than each of them.

    python -m training.averaging build/before.npz build/after.npz --into build/mean.npz

Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models improves accuracy without increasing inference time",
ICML 2022. Only models of one shape that went on from each other, or from the same one, lie near enough together.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.shipped import ABOUT


def averaged(models: Sequence[Path], into: Path) -> None:
    """Write the mean of the models' weights, as f16, and what is told of the last; raises SystemExit where they differ in shape."""
    with_weights = [dict(np.load(path)) for path in models]
    told = [json.loads(str(one.pop(ABOUT))) for one in with_weights]
    if any(one["shape"] != told[0]["shape"] for one in told):
        raise SystemExit(f"models of different shapes have no mean: {[one['shape'] for one in told]}")
    mean = {
        name: np.mean([one[name].astype(np.float32) for one in with_weights], axis=0).astype(np.float16)
        for name in with_weights[0]
    }
    about = json.dumps({**told[-1], "mean_of_questions": [one["questions"] for one in told]})
    np.savez(into, **{**mean, ABOUT: np.array(about)})


def main(arguments: Sequence[str] | None = None) -> None:
    """Average."""
    parser = argparse.ArgumentParser(
        prog="python -m training.averaging", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", type=Path, nargs="+", help="models that training wrote, the last one last")
    parser.add_argument("--into", type=Path, required=True, help="the file that is written")
    chosen = parser.parse_args(arguments)
    averaged(chosen.models, chosen.into)


if __name__ == "__main__":
    main()
