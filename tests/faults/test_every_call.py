"""What if the n-th call that changes a file fails, inside of SQLite, FAISS, tantivy or Python?  One clear line, and all is whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
THOROUGH = int(os.environ.get("ASKCORPUS_TEST_ROUNDS", "0")) > 100
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or COMPILER is None, reason="the library that fails is preloaded, as Linux does, and is C"
)


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("failing") / "failing.so"
    command = [
        str(COMPILER),
        "-shared",
        "-fPIC",
        "-D_FORTIFY_SOURCE=0",
        "-o",
        str(library),
        str(HERE / "failing.c"),
        "-ldl",
    ]
    subprocess.run(command, check=True)
    return library


@pytest.mark.parametrize(
    ("what", "step", "least"),
    [("index", 17, 200), ("export", 17, 150), ("import", 17, 150), ("memory", 5, 100), ("convert", 1, 20)],
)
@pytest.mark.parametrize(("error", "how"), [("EIO", "once"), ("ENOSPC", "from-then-on")])
def test_whatever_call_fails_it_is_one_clear_line_and_all_is_whole(
    failing: Path, tmp_path: Path, what: str, step: int, least: int, error: str, how: str
) -> None:
    command = [
        sys.executable,
        str(HERE / "every_call.py"),
        what,
        str(tmp_path),
        error,
        how,
        str(1 if THOROUGH else step),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LD_PRELOAD": str(failing)})
    assert [line for line in ran.stdout.splitlines() if line.startswith("WRONG")] == [], ran.stdout
    *heard, end = [json.loads(line) for line in ran.stdout.splitlines()]
    assert end["calls"] > least
    assert sum(fault["said"] is not None for fault in heard) > len(heard) // 2
