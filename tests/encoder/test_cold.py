"""The whole program: what asking, and indexing a folder that did not change, load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from askcorpus.encoder import Encoder

HEAVY = ("torch", "transformers", "sentence_transformers", "scipy", "pandas", "openvino_telemetry")
RUN = f"""
import sys
from askcorpus.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("loaded:", [name for name in {HEAVY!r} if sys.modules.get(name)])
print("openvino:", "openvino" in sys.modules)
"""


def _askcorpus(*arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-2:]


def test_asking_and_indexing_an_unchanged_folder_leave_torch_unloaded(tmp_path: Path, encoder: Encoder) -> None:
    folder, store = tmp_path / "articles", str(tmp_path / "store")
    folder.mkdir()
    (folder / "glacier.txt").write_text(
        "Glacier sank overnight\n\nThe surface of the Hallberg glacier sank by eleven metres when its lake drained, "
        "a team from the polar institute reported on Monday.\n"
    )
    assert _askcorpus("index", str(folder), "--store", store) == ["loaded: []", "openvino: True"]
    assert _askcorpus("index", str(folder), "--store", store) == ["loaded: []", "openvino: False"]
    asked = _askcorpus("ask", "How far did the Hallberg glacier sink?", "--store", store)
    assert asked == ["loaded: []", "openvino: True"]
