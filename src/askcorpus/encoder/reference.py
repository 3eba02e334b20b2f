"""What does sentence-transformers itself make of it?  The only home of torch: the reference, and the way onto a GPU."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from askcorpus.encoder import standard
from askcorpus.encoder.batching import Done, Floats, Ids
from askcorpus.encoder.container import Container
from askcorpus.encoder.models import ModelFiles, not_found
from askcorpus.encoder.tokens import Projection
from askcorpus.errors import EncoderError

if TYPE_CHECKING:
    import torch

REFUSES_CODE = (6, 2)
"""The sentence-transformers that was seen to refuse a module of a model's own unless it is told to trust it; older ones ran
what lay in a local folder (huggingface/sentence-transformers#3801)."""


def load_reference(source: ModelFiles, folder: Path, device: str = "cpu") -> Any:
    """The SentenceTransformer that the converted form must agree with, loaded from this folder in its standard form."""
    refuse_old_library()
    with quiet():
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(str(folder), device=device, local_files_only=True, trust_remote_code=False)
        except Exception as error:  # sentence-transformers raises whatever the broken file causes
            reason = f"sentence-transformers cannot load {folder} ({str(error).splitlines()[0]})"
            raise not_found(source.name, reason) from error


def refuse_old_library() -> None:
    """Raise EncoderError for a sentence-transformers that runs the code of any model in a folder."""
    from importlib.metadata import version

    installed = version("sentence-transformers")
    if tuple(int(part) for part in installed.split(".")[:2] if part.isdigit()) < REFUSES_CODE:
        wanted = ".".join(map(str, REFUSES_CODE))
        raise EncoderError(
            f"sentence-transformers {installed} runs code that a model brings along. "
            f"Upgrade it: pip install 'sentence-transformers>={wanted}'"
        )


@contextmanager
def standard_folder(source: ModelFiles, cache: Path) -> Iterator[Path]:
    """A folder that sentence-transformers loads; one made of a data file is gone afterwards, which is 470 MB less on disk."""
    if source.data_file is None:
        yield source.folder
        return
    with tempfile.TemporaryDirectory(prefix=".standard-", dir=cache, ignore_cleanup_errors=True) as folder:
        standard.write(Container(source.data_file), Path(folder), card=source.card)
        yield Path(folder)


def kept_standard_folder(source: ModelFiles, cache: Path) -> Path:
    """The same, for who needs it again and again; made in `cache` once."""
    if source.data_file is None:
        return source.folder
    target = cache / f"{source.fingerprint()[:24]}-standard"
    if not target.is_dir():
        making = Path(tempfile.mkdtemp(prefix=".standard-", dir=cache))
        standard.write(Container(source.data_file), making, card=source.card)
        try:
            making.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(making, ignore_errors=True)
    return target


class TorchRunner:
    """The sentence-transformers model itself: the reference, and the way onto a GPU."""

    batch_tokens = 16384  # fills a GPU; with 384 dimensions some 300 MB of its memory

    def __init__(self, model: Any, projection: Projection | None) -> None:
        self._model = traceable(model, projection).eval()
        self._device = model.device
        self._lock = threading.Lock()
        if self._device.type == "cpu":
            self.batch_tokens = 4096  # sentence-transformers' own 32 passages of some 130 tokens

    def infer(self, ids: Ids, mask: Ids) -> tuple[Floats, Floats]:
        """See Runner."""
        import torch

        with self._lock, torch.inference_mode():
            vectors, tokens = self._model(
                torch.from_numpy(ids).to(self._device), torch.from_numpy(mask).to(self._device)
            )
        return vectors.float().cpu().numpy(), tokens.float().cpu().numpy()

    def submit(self, ids: Ids, mask: Ids, done: Done) -> None:
        """See Runner; done when it returns."""
        done(*self.infer(ids, mask))

    def drain(self) -> None:
        """See Runner."""

    def close(self) -> None:
        """See Runner."""


def traceable(model: Any, projection: Projection | None) -> torch.nn.Module:
    """A torch module from ids and mask to the two outputs; pooling, normalisation and projection inside.

    Without a projection the second output is the token vectors themselves.
    """
    import torch

    class Traceable(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model
            self.needs_types = "token_type_ids" in model.tokenizer.model_input_names
            if projection is not None:
                matrix = torch.from_numpy(projection.matrix)
                self.matrix = matrix.to(model.device)
                self.shift = (torch.from_numpy(projection.mean) @ matrix).to(model.device)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            features = {"input_ids": ids, "attention_mask": mask}
            if self.needs_types:
                features["token_type_ids"] = torch.zeros_like(ids)
            for module in self.model:
                features = module(features)
            vectors = torch.nn.functional.normalize(features["sentence_embedding"], dim=1)
            tokens = features["token_embeddings"]
            if projection is not None:
                tokens = torch.nn.functional.normalize(tokens @ self.matrix - self.shift, dim=2)
            return vectors, tokens

    return Traceable()


_quiet_lock = threading.Lock()
_quiet_now = 0
_quiet_until_last = ExitStack()


@contextmanager
def quiet() -> Iterator[None]:
    """No progress bars, tracing warnings or log lines of the libraries; what the user must know is said by us.

    It holds for the whole process, so the first thread silences and the last one undoes it: undone by each for itself,
    two at once left logging off for good.
    """
    global _quiet_now
    with _quiet_lock:
        if not _quiet_now:
            _quiet_until_last.enter_context(_silenced())
        _quiet_now += 1
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_now -= 1
            if not _quiet_now:
                _quiet_until_last.close()


@contextmanager
def _silenced() -> Iterator[None]:
    silenced = {"TQDM_DISABLE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    before = {name: os.environ.get(name) for name in silenced}
    os.environ.update(silenced)
    level = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
