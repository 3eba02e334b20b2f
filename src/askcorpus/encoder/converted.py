"""What does a converted model look like on disk, and where is it kept?  Runs no model."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from askcorpus.cache import cached
from askcorpus.encoder.models import ModelFiles
from askcorpus.errors import EncoderError
from askcorpus.scratch import scratch
from askcorpus.types import Manifest

FORM_VERSION = 2
"""Raise it when the conversion changes: every machine then converts once more.

It was not raised when sums of whole files were added (0.2.0): a store that was moved without its model would answer no more.
A form without sums is held by sizes and samples until a run of `askcorpus index` uses it: that notes them.
"""
SUM = "sum"
"""In form.json, the sum of all else that it says: a flipped bit in a prompt would change every vector."""
KEPT = "encoder"
"""The folder inside a store that holds its model."""
FORM, MODEL, WEIGHTS, TOKENIZER, PROJECTION = "form.json", "model.xml", "model.bin", "tokenizer.json", "projection.npz"
WORDS = "words.q4"
"""The word table at 4 bits, where it is not in the weights; these are then at 4 bits too."""
CHECK = "check.npz"
"""A few real passages' tokens and the vectors sentence-transformers makes of them."""
_MADE_WITH = ("sentence-transformers", "transformers", "torch", "openvino", "tokenizers")
_SAMPLES, _SAMPLE_BYTES = 128, 4096
"""One page of each 128th part of a large file: half a megabyte to read, and no gap of that length is missed."""
_TRIES = 3
"""The place of a form can be taken twice, by another process and by a damaged form, before something else is wrong."""

THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
"""Errors that say nothing about a model."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Form:
    """A converted model: its folder and what is known about it."""

    folder: Path
    manifest: Manifest
    reference_only: str
    """Why the converted model is not used; empty when it is."""
    files: dict[str, tuple[int, str]]
    """For each file beside form.json its size and `digest_of`."""
    min_cosine: float
    """Between the converted model and sentence-transformers, on the passages of the self-check."""

    def broken(self) -> str:
        """The name of a file that is missing or not as it was written, or nothing."""
        for name, (size, digest) in self.files.items():
            path = self.folder / name
            try:
                if path.stat().st_size != size or digest_of(path) != digest:
                    return name
            except OSError:
                return name
        return ""


@dataclass(frozen=True, slots=True)
class Making:
    """What a conversion says of the files it wrote."""

    manifest: Manifest
    reference_only: str = ""
    """Why the converted model must not be used; its files are then left out."""
    min_cosine: float = 0.0


def make(fingerprint: str, cache: Path, *, fill: Callable[[Path], Making], say: Say) -> Form:
    """The form that `fill` writes into an empty folder, put into its place in the cache and read back.

    Raises EncoderError when it cannot be.
    """
    with to_disk(cache):
        cache.mkdir(parents=True, exist_ok=True)
        with scratch(cache, "making") as folder:
            making = fill(folder)
            if making.reference_only:
                name, why = making.manifest.model, making.reference_only
                say(f"{name} is not run by OpenVINO: {why}. sentence-transformers runs it, which is slower.")
                for name in (MODEL, WEIGHTS, WORDS, CHECK):
                    (folder / name).unlink(missing_ok=True)
            write(folder, making.manifest, reference_only=making.reference_only, min_cosine=making.min_cosine)
            made = read(publish(folder, place(cache, fingerprint)))
    if made is None:
        raise EncoderError(f"The converted model in {cache} cannot be read back. Is the disk full?")
    return made


@contextlib.contextmanager
def to_disk(folder: Path) -> Iterator[None]:
    """What the system says about a disk as an error of the encoder."""
    try:
        yield
    except OSError as error:
        raise EncoderError(
            f"the converted model cannot be kept in {folder}: {error.strerror or error}. "
            "Make room there, or choose another folder, and run it again."
        ) from error


def read(folder: Path) -> Form | None:
    """The form in this folder; None when there is none that this version understands and that is whole."""
    try:
        data = _description(folder)
        if data["form_version"] != FORM_VERSION:
            return None
        manifest = Manifest(**{**data["manifest"], "languages": tuple(data["manifest"]["languages"])})
        files = {name: (int(size), str(digest)) for name, (size, digest) in data["files"].items()}
        form = Form(folder, manifest, data["reference_only"], files, data["min_cosine"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, half written or of another version: the caller makes it again
    return None if form.broken() else form


def made_here(cache: Path, fingerprint: str) -> Form | None:
    """The form that this machine made of the model with a fingerprint that a store names; a store may name anything."""
    if re.fullmatch("[0-9a-f]{64}", fingerprint) is None:
        return None
    form = read(place(cache, fingerprint))
    return form if form is not None and form.manifest.fingerprint == fingerprint else None


def manifest_of(folder: Path) -> Manifest | None:
    """Which model a form, whole or not, was made of; None where its description cannot be read."""
    try:
        table = _description(folder)["manifest"]
        return Manifest(**{**table, "languages": tuple(table["languages"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, manifest: Manifest, *, reference_only: str, min_cosine: float) -> Form:
    """Describe the files already in `folder`; the last step of a conversion."""
    from importlib.metadata import version

    files = {p.name: (p.stat().st_size, digest_of(p)) for p in sorted(folder.iterdir()) if p.name != FORM}
    data: dict[str, Any] = {
        "form_version": FORM_VERSION,
        "manifest": asdict(manifest),
        "reference_only": reference_only,
        "min_cosine": min_cosine,
        "made_with": {name: version(name) for name in _MADE_WITH},
        "files": files,
        "sha256": {name: _whole(folder / name) for name in files},
    }
    _describe(folder, data)
    for name in (*files, FORM):
        _to_disk(folder / name)
    return Form(folder, manifest, reference_only, files, min_cosine)


def damaged(folder: Path) -> tuple[str, ...]:
    """The files of a form that are not as they were written; every byte is read.  Nothing where there is no form.

    Of a form of an older version, which noted no sum of its large files, their size and a sample are all that can be held.
    """
    if not folder.is_dir():
        return ()
    try:
        data = _description(folder)
        files, sums = dict(data["files"]), dict(data.get("sha256", {}))
        bad = [name for name in files if not _as_written(folder / name, files[name], sums.get(name))]
    except (OSError, ValueError, KeyError, TypeError):
        return (FORM,)
    return tuple(bad)


def _as_written(path: Path, known: list[Any], whole: str | None) -> bool:
    try:
        same = [path.stat().st_size, digest_of(path)] == known
        return same and (whole is None or _whole(path) == whole)
    except OSError:
        return False


def heal(folder: Path, good: Path) -> bool:
    """Write what is damaged in one form as it is in another, into the very files: other stores may share them by links.

    False where the other one's files are not what this form's description says they were.
    """
    names = damaged(folder)
    sums = {} if FORM in names else _description(folder).get("sha256", {})
    if FORM in names or any(not (good / name).is_file() or sums.get(name) != _whole(good / name) for name in names):
        return False
    for name in names:
        with (
            (good / name).open("rb") as source,
            (folder / name).open("r+b" if (folder / name).exists() else "wb") as file,
        ):
            shutil.copyfileobj(source, file)
            file.truncate()
    return not damaged(folder)


def _whole(path: Path) -> str:
    """sha256 of every byte of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of(path: Path) -> str:
    """sha256 of a file's contents, of a large file's only blocks spread all over it: reading 90 MB delays an answer."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= _SAMPLES * _SAMPLE_BYTES * 2:
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest = hashlib.sha256()
        for sample in range(_SAMPLES):
            file.seek((size - _SAMPLE_BYTES) * sample // (_SAMPLES - 1))
            digest.update(file.read(_SAMPLE_BYTES))
        return digest.hexdigest()


def publish(made: Path, target: Path) -> Path:
    """Move a finished folder to its place in one step; where another process was first, its form stays.

    Returns the folder that is now in place.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_TRIES):
        try:
            made.rename(target)
            return target
        except OSError:
            if read(target) is not None:
                shutil.rmtree(made, ignore_errors=True)
                return target
            discard(target)
    raise EncoderError(f"{target} cannot be written. Set ASKCORPUS_CACHE to a folder of your own.")


def keep(form: Form, store: Path) -> Path:
    """Put the form into the store, as hard links where the disk allows, so that a moved store still answers."""
    target = store / KEPT
    with to_disk(store):
        return _kept(form, store, target)


def _kept(form: Form, store: Path, target: Path) -> Path:
    _note_sums(form.folder)
    present = read(target)
    if present is not None and present.manifest.fingerprint == form.manifest.fingerprint:
        if present.manifest != form.manifest:  # the model's card says something else now
            _with_manifest(form, target)
        _note_sums(target)
        return target
    making = store / f".{KEPT}-{uuid.uuid4().hex}"
    making.mkdir()
    try:
        for name in form.files:
            try:
                os.link(form.folder / name, making / name)
            except OSError:  # another disk, or one without links
                shutil.copyfile(form.folder / name, making / name)
        _with_manifest(form, making)
        if present is not None:
            discard(target)
        return publish(making, target)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _with_manifest(form: Form, target: Path) -> None:
    """Put the form's description, with its manifest as it is known here, into a folder that holds its files."""
    _describe(target, {**_description(form.folder), "manifest": asdict(form.manifest)})


def _note_sums(folder: Path) -> None:
    """Note the sums of a form's files, as they are now, where an older version noted none: from then on damage is seen."""
    data = _description(folder)
    if not {"sha256", SUM} <= data.keys():
        sums = data.get("sha256") or {name: _whole(folder / name) for name in data["files"]}
        with contextlib.suppress(OSError):  # a cache that cannot be written: the store's own copy has them
            _describe(folder, {**data, "sha256": sums})


def _description(folder: Path) -> dict[str, Any]:
    """What form.json says; raises ValueError where that is not what was written."""
    data: dict[str, Any] = json.loads((folder / FORM).read_text(encoding="utf-8"))
    if SUM in data and data[SUM] != _sum(data):
        raise ValueError(f"{folder / FORM} is not as it was written")
    return data


def _describe(folder: Path, data: dict[str, Any]) -> None:
    making = folder / f".{FORM}-{uuid.uuid4().hex}"
    making.write_text(json.dumps({**data, SUM: _sum(data)}, indent=1), encoding="utf-8")
    making.replace(folder / FORM)


def _sum(data: dict[str, Any]) -> str:
    said = {name: value for name, value in data.items() if name != SUM}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def cache_folder(say: Say) -> Path:
    """Where this machine keeps converted models: ASKCORPUS_CACHE or the user's own cache folder.

    Where that cannot be written, a folder for temporary files, and `say` is told.
    """
    folder = cached("encoders")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        owner = hashlib.sha256(str(Path.home()).encode()).hexdigest()[:8]
        other = Path(tempfile.gettempdir()) / f"askcorpus-{owner}"
        other.mkdir(parents=True, exist_ok=True, mode=0o700)
        if other.is_symlink() or (hasattr(os, "getuid") and other.stat().st_uid != os.getuid()):
            raise EncoderError(f"{folder} cannot be written. Set ASKCORPUS_CACHE to a folder of your own.") from error
        say(f"{folder} cannot be written ({error.strerror}); the converted model is kept in {other} for now.")
        return other


def known(cache: Path, source: ModelFiles) -> str:
    """The fingerprint of the model's files; read once, then remembered until a file changes."""
    note = cache / "known" / source.signature()
    with contextlib.suppress(OSError):
        remembered = note.read_text()
        if len(remembered) == 64:
            return remembered
    fingerprint = source.fingerprint()
    making = note.with_name(f"{note.name}.{uuid.uuid4().hex}")
    with contextlib.suppress(OSError):  # then the files are read once more the next time
        note.parent.mkdir(parents=True, exist_ok=True)
        making.write_text(fingerprint)
        making.replace(note)
    with contextlib.suppress(OSError):
        making.unlink()
    return fingerprint


def place(cache: Path, fingerprint: str) -> Path:
    """Where the form of this model lies in the cache."""
    return cache / f"{fingerprint[:24]}-{FORM_VERSION}"


def _to_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def discard(folder: Path) -> None:
    """Take a folder out of its place in one step, then delete it."""
    aside = folder.with_name(f".{folder.name}-{uuid.uuid4().hex}")
    with contextlib.suppress(OSError):  # another process took it away first
        folder.rename(aside)
    shutil.rmtree(aside, ignore_errors=True)
