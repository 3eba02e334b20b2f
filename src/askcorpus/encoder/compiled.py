"""Was the model made ready for this machine before?  Then a question need not wait for it again: 0.3 of 0.9 s of an `ask`.

Kept for models whose weights are at 4 bits: there it is 15 MB. Of weights that are floats it would be a copy, which costs
more memory than it saves time (docs/encoder.md).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SUM_BYTES = 4
"""A checksum stands in front: OpenVINO crashes on what is cut short."""


class CompiledFile:
    """One compiled model in the cache; only for the same model, OpenVINO, processor and settings."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = hashlib.sha256(model.encode()).hexdigest()[:24]

    def read(self, core: Any, settings: Mapping[str, Any]) -> Any:
        """The compiled model; None when there is none, or it is not as it was written."""
        try:
            data = self._place(core, settings).read_bytes()
        except OSError:
            return None
        compiled = data[_SUM_BYTES:]
        if data[:_SUM_BYTES] != _sum(compiled):
            return None
        try:
            return core.import_model(compiled, "CPU", settings)
        except RuntimeError:  # OpenVINO finds it unfit for this machine: it is compiled and written again
            return None

    def write(self, core: Any, settings: Mapping[str, Any], model: Any) -> None:
        """Keep a compiled model; where the cache cannot be written, the next start compiles again."""
        exported = model.export_model()
        data = exported if isinstance(exported, bytes) else exported.getvalue()
        place = self._place(core, settings)
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
