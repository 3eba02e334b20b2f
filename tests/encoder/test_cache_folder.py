"""Where do converted models lie?  In the user's cache folder, wherever the user has it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from askcorpus.encoder import converted


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ASKCORPUS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def folder() -> Path:
    """The cache folder, found without a remark."""
    said: list[str] = []
    found = converted.cache_folder(said.append)
    assert said == []
    return found


def test_models_lie_in_the_cache_folder_of_the_platform(home: Path) -> None:
    caches = home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    assert folder() == caches / "askcorpus" / "encoders"


def test_the_xdg_variable_moves_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert folder() == tmp_path / "xdg" / "askcorpus" / "encoders"


def test_the_program_s_own_variable_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("ASKCORPUS_CACHE", str(tmp_path / "own"))
    assert folder() == tmp_path / "own" / "encoders"
