"""Does the picture of a terminal in docs/ show what the shell prints?"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from pictures import noted

from askcorpus.cli import main

ROOT = Path(__file__).parents[2]


def test_the_picture_shows_what_the_shell_prints_now(
    sample_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("render_terminal", ROOT / "docs" / "render_terminal.py")
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    for name, value in drawing.TERMINAL.items():
        monkeypatch.setenv(name, value)
    printed = []
    for question in drawing.QUESTIONS:
        with pytest.raises(SystemExit):
            main(["ask", question, "--store", str(sample_store)])
        printed.append(capsys.readouterr().out)
    shown = noted((ROOT / "docs" / "terminal.png").read_bytes(), drawing.KEPT)
    assert drawing.noted(printed) == shown, "python docs/render_terminal.py"
