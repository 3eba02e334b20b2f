"""Was the model made ready for this machine before?  Then a question need not wait for it again: 0.3 of 0.9 s of an `ask`.

Kept for models whose weights are at 4 bits: there it is 15 MB. Of weights that are floats it would be a copy, which costs
more memory than it saves time (docs/encoder.md). What this process has made ready it keeps until it ends: every corpus that
is opened in it runs the same one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import uuid
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_SUM_BYTES = 4
"""A checksum stands in front: OpenVINO crashes on what is cut short."""
BUSY = threading.RLock()
"""Held while OpenVINO compiles, takes in or frees a model: one thread freeing while another compiled is the likeliest cause of
a segmentation fault seen once in some thousand closings."""
_HERE: dict[str, Any] = {}
"""What this process has made ready, by model and machine.  Never freed: two or three models of some MB."""


class CompiledFile:
    """One compiled model in the cache; only for the same model, OpenVINO, processor and settings."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = hashlib.sha256(model.encode()).hexdigest()[:24]

    def made(self, core: Any, settings: Mapping[str, Any], make: Callable[[], Any] | None) -> Any:
        """The compiled model: this process's, else the kept one, else what `make` compiles, which is then kept.

        None where there is none and nothing can make it.
        """
        place = self._place(core, settings)
        with BUSY:
            if place.name not in _HERE:
                compiled = self._read(place, core, settings)
                if compiled is None and make is not None:
                    compiled = make()
                    self._write(place, compiled)
                if compiled is None:
                    return None
                _HERE[place.name] = compiled
            return _HERE[place.name]

    def _read(self, place: Path, core: Any, settings: Mapping[str, Any]) -> Any:
        """None when there is none, or it is not as it was written."""
        try:
            data = place.read_bytes()
        except OSError:
            return None
        compiled = data[_SUM_BYTES:]
        if data[:_SUM_BYTES] != _sum(compiled):
            return None
        try:
            return core.import_model(compiled, "CPU", settings)
        except RuntimeError:  # OpenVINO finds it unfit for this machine: it is compiled and written again
            return None

    def _write(self, place: Path, model: Any) -> None:
        """Keep a compiled model; where the cache cannot be written, the next start compiles again."""
        exported = model.export_model()
        data = exported if isinstance(exported, bytes) else exported.getvalue()
        making = place.with_name(f".{place.name}-{uuid.uuid4().hex}")
        with contextlib.suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            making.write_bytes(_sum(data) + data)
            making.replace(place)
            for older in place.parent.glob(f"{self._model}-*"):
                if older != place:
                    older.unlink()
        with contextlib.suppress(OSError):
            making.unlink()

    def _place(self, core: Any, settings: Mapping[str, Any]) -> Path:
        from openvino import get_version

        name, can = (core.get_property("CPU", key) for key in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES"))
        machine = [get_version(), name, sorted(can), sorted(settings.items())]
        key = hashlib.sha256(json.dumps(machine).encode()).hexdigest()[:24]
        return self._folder / f"{self._model}-{key}"


def _sum(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(_SUM_BYTES, "little")
