"""What does a trained model look like on disk?  The trained weights as f16, and what they were trained with; nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from askcorpus.encoder.container import Container
from askcorpus.encoder.cross_graph import Shape
from training.network import Lower, Upper, rough, saved

ABOUT = "about"  # the entry that holds JSON


def write(path: Path, upper: Upper, shape: Shape, told: Mapping[str, Any]) -> None:
    """Write the model beside its place, then rename it."""
    about = json.dumps({"shape": asdict(shape), **told})
    arrays: dict[str, Any] = {name: tensor.numpy() for name, tensor in saved(upper).items()}
    arrays[ABOUT] = np.array(about)
    unfinished = path.with_name(f"unfinished-{path.name}")
    np.savez(unfinished, **arrays)
    unfinished.replace(path)


def read(path: Path, source: Container) -> tuple[Lower, Upper, dict[str, Any]]:
    """The model as it reads on a CPU, and what is told of it."""
    upper, about = begun(path, source)
    return Lower(source, Shape(**about["shape"]).lower), rough(upper).eval(), about


def begun(path: Path, source: Container) -> tuple[Upper, dict[str, Any]]:
    """The model's upper layers at single precision, as training goes on from them, and what is told of it."""
    with np.load(path) as kept:
        about: dict[str, Any] = json.loads(str(kept[ABOUT]))
        tensors = {name: torch.from_numpy(kept[name].astype(np.float32)) for name in kept.files if name != ABOUT}
    upper = Upper(source, Shape(**about["shape"]))
    upper.load_state_dict(tensors)
    return upper, about
