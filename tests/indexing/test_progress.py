"""What does a run tell while it runs, and how does it look?"""

from __future__ import annotations

import itertools
import re
from itertools import pairwise
from pathlib import Path

import pytest
from standin_encoder import StandIn, write_articles

from askcorpus.cli import runs
from askcorpus.indexing import run
from askcorpus.indexing.report import Progress
from askcorpus.indexing.run import refresh

SENTENCE = "The council of Lesna voted on the new harbour wall after a debate of nine hours that many came to hear."


def progress_of(folder: Path, store: Path, lengths: list[int], monkeypatch: pytest.MonkeyPatch) -> list[Progress]:
    """What a first run over articles of so many sentences tells, every step of it, on a clock that ticks by seconds."""
    ticks = itertools.count(1)
    monkeypatch.setattr(run, "REPORT_EVERY_S", 0)
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(ticks)))
    for n, length in enumerate(lengths):
        text = "\n\n".join(f"{SENTENCE[:-1]} {n} {i}." for i in range(length))
        write_articles(folder / f"{n:03}.jsonl", {"id": f"a{n}", "title": f"Title {n}", "text": text})
    told: list[Progress] = []
    refresh(folder, store, StandIn(), progress=told.append)
    return told


@pytest.mark.parametrize("lengths", [[40, *[1] * 30], [1] * 30 + [40], [5] * 20, [1]], ids=["long first", "long last", "even", "one"])  # fmt: skip
def test_no_total_ever_shrinks(folder: Path, store: Path, lengths: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    told = progress_of(folder, store, lengths, monkeypatch)
    assert {progress.files_total for progress in told} == {len(lengths)}
    assert all(a.encoded_total <= b.encoded_total and a.encoded <= b.encoded for a, b in pairwise(told))
    assert all(progress.encoded <= progress.encoded_total for progress in told)
    assert told[-1].encoded == max(progress.encoded for progress in told) > 0


def test_rate_and_time_left_are_told_from_the_first_file_on(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = progress_of(folder, store, [2] * 12, monkeypatch)
    first = told[0]
    assert (first.files, first.files_total, first.encoded_total) == (1, 12, 0)
    assert first.files_per_s > 0
    assert first.seconds_left == pytest.approx(11 / first.files_per_s)
    assert all(progress.seconds_left is not None for progress in told)
    reading = [progress for progress in told if not progress.encoded]
    assert [progress.files for progress in reading] == list(range(1, 13))
    assert told[-1].seconds_left == 0


def test_the_bar_shows_files_then_passages_each_with_its_rate_and_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    with runs.progress_bar() as show:
        assert show is not None
        show(Progress(300, 3000, 0, 0, 0.0, 31.4, 86.0))
    with runs.progress_bar() as show:
        assert show is not None
        show(Progress(3000, 3000, 120, 15000, 35.2, 4000.0, 86.0))
    shown = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", capsys.readouterr().err)
    assert re.search(r"files .* 300/3000 +86/s, 0:31 left", shown)
    assert re.search(r"files .* 3000/3000 +86/s *\n", shown)
    assert re.search(r"passages .* 120/15000 +35/s, 1:06:40 left", shown)
