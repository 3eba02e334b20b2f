"""What does a run tell while it runs, and how does it look?"""

from __future__ import annotations

import itertools
import os
import pty
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from standin_encoder import StandIn, write_articles

from askcorpus.cli import runs
from askcorpus.indexing import run
from askcorpus.indexing.report import Progress, Step
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
    assert [progress.seen for progress in told] == sorted(progress.seen for progress in told)
    assert {progress.files_total for progress in told if progress.step is not Step.LOOKING} == {len(lengths)}
    assert all(a.encoded_total <= b.encoded_total and a.encoded <= b.encoded for a, b in pairwise(told))
    assert all(progress.encoded <= progress.encoded_total for progress in told)
    assert told[-1].encoded == max(progress.encoded for progress in told) > 0


def test_each_step_is_told_before_anything_of_it_is_done(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = progress_of(folder, store, [2] * 3, monkeypatch)
    assert [step for step, _ in itertools.groupby(progress.step for progress in told)] == list(Step)
    first = {step: next(progress for progress in told if progress.step is step) for step in Step}
    assert (first[Step.LOOKING].seen, first[Step.LOOKING].files_total) == (1, 0)
    assert (first[Step.READING].files, first[Step.READING].files_total) == (0, 3)
    assert (first[Step.LOADING].files, first[Step.LOADING].encoded_total) == (3, 0)
    assert (first[Step.ENCODING].encoded, first[Step.ENCODING].encoded_total > 0) == (0, True)
    assert first[Step.PUBLISHING].encoded == first[Step.PUBLISHING].encoded_total == 3


def test_rate_and_time_left_are_told_from_the_first_file_on(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = progress_of(folder, store, [2] * 12, monkeypatch)
    reading = [progress for progress in told if progress.step is Step.READING][1:]
    assert [progress.files for progress in reading] == list(range(1, 13))
    assert reading[0].files_per_s > 0
    assert reading[0].seconds_left == pytest.approx(11 / reading[0].files_per_s)
    assert all(progress.seconds_left is not None for progress in reading)
    encoding = [progress for progress in told if progress.step is Step.ENCODING][1:]
    assert all(progress.seconds_left is not None for progress in encoding)
    assert encoding[-1].seconds_left == 0


def test_one_file_or_passage_of_hundreds_tells_no_time_that_is_left(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = progress_of(folder, store, [1] * 250, monkeypatch)
    known = [progress.files for progress in told if progress.step is Step.READING and progress.seconds_left is not None]
    assert known == list(range(3, 251)), "a hundredth of them is enough"
    encoding = [one for one in told if one.step is Step.ENCODING]
    assert [one.encoded for one in encoding if one.seconds_left is None] == [0, 1], "the first waits for the model"


def test_the_bar_shows_what_is_done_with_its_rate_and_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)

    def shown(*told: object, **more: object) -> list[str]:
        with runs.progress_bar() as show:
            assert show is not None
            show(Progress(*told, **more))  # type: ignore[arg-type]  the fields of Progress
        lines = re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", capsys.readouterr().err).splitlines()
        return [" ".join(re.sub("[━╸╺]+", "", line).split()) for line in lines if line.strip()][-2:]

    assert shown(0, 0, 0, 0, 0.0, None, step=Step.LOOKING, seen=120)[-1] == "looking 120 files"
    assert shown(0, 3000, 0, 0, 0.0, None)[-1] == "reading 0 of 3,000 files starting"
    assert shown(300, 3000, 0, 0, 0.0, 31.4, 86.0)[-1] == "reading 300 of 3,000 files 86/s, 0:31 left"
    assert shown(300, 3000, 0, 0, 0.0, 9000.0, 0.3)[-1] == "reading 300 of 3,000 files 0.3/s, 2:30:00 left"
    all_read = "reading 3,000 of 3,000 files 86/s"
    assert shown(3000, 3000, 0, 0, 0.0, None, 86.0, step=Step.LOADING) == [all_read, "loading the model"]
    assert shown(3000, 3000, 0, 15000, 0.0, None, 86.0, step=Step.ENCODING) == [
        all_read, "encoding 0 of 15,000 passages starting",
    ]  # fmt: skip
    assert shown(3000, 3000, 12345, 123456, 98.2, 12753.0, 86.0, step=Step.ENCODING) == [
        all_read, "encoding 12,345 of 123,456 passages 98/s, 3:32:33 left",
    ]  # fmt: skip
    assert shown(3000, 3000, 9, 9, 98.2, None, 86.0, step=Step.PUBLISHING) == [all_read, "making the indexes"]


def test_a_first_index_of_3000_files_shows_rate_and_time_left_within_five_seconds(tmp_path: Path) -> None:
    """On a terminal, as a person sees it; it is ended as soon as both are there."""
    news = tmp_path / "news"
    news.mkdir()
    for n in range(3000):
        (news / f"{n}.txt").write_text(f"Story {n}\n\nThe mayor of Tarnby opened bridge {n} on Monday.\n")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "askcorpus", "index", str(news), "--store", str(tmp_path / "store")]
    run = subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"})
    os.close(theirs)
    seen, began = "", 0.0
    try:
        while not (found := re.search(r"[\d,]+ of 3,000 files [\d.]+/s, \d+:\d\d left", seen)):
            seen += os.read(ours, 65536).decode(errors="replace")
            began = began or time.monotonic()
        waited = time.monotonic() - began
    finally:
        run.kill()
        run.wait()
        os.close(ours)
    assert found
    assert waited < 5
    assert set(re.findall(r" of ([\d,]+) files", seen)) == {"3,000"}, "the total is known from the beginning"
