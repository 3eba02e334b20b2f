"""Which cluster is "auto"?  One that runs here; what one that was killed has left behind is nothing to wait for."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from askcorpus.cluster import connection


@pytest.fixture
def note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Ray would note the cluster of this machine."""
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    (tmp_path / "ray").mkdir()
    return tmp_path / "ray" / connection.NOTE


@pytest.fixture
def listening() -> Iterator[str]:
    """An address at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_a_cluster_that_runs_here_is_the_one_that_is_noted(note: Path, listening: str) -> None:
    note.write_text(f"{listening}\n")
    assert connection._running() == listening


def test_one_that_was_killed_is_not_waited_for(note: Path) -> None:
    assert connection._running() is None
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = f"127.0.0.1:{server.getsockname()[1]}"
    for left in (gone, "", "nowhere", "127.0.0.1:99999999"):
        note.write_text(left)
        assert connection._running() is None


def test_one_that_is_named_comes_before_the_note(note: Path, listening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    note.write_text(listening)
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    assert connection._running() == "10.0.0.1:6379"
