"""What does `askcorpus eval` say and keep?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import newspapers

from askcorpus.corpus import CALIBRATION, Corpus
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from conftest import Run


def test_eval_prints_a_table_or_one_object_and_saves_every_outcome(
    command: Run, small_set: Path, tmp_path: Path
) -> None:
    ran = command("eval", small_set, "--json", "--save", tmp_path / "out.jsonl")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["questions"], found["answerable"], found["hit@1"], found["quote_hit@1"]) == (4, 3, 1.0, 1.0)
    saved = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(row["id"], row["quote_hit"]) for row in saved] == [("q1", True), ("q2", True), ("q3", True), ("q4", False)]


def test_eval_keeps_a_store_and_asks_it_again(command: Run, small_set: Path, tmp_path: Path) -> None:
    ran = command("eval", small_set, "--in-store", tmp_path / "kept", "--mode", "lexical", "--limit", 2)
    assert ran.returncode == 0, ran.stderr
    assert "hit@1" in ran.stdout
    assert command("ask", "Who is the city engineer?", "--store", tmp_path / "kept", "--threshold", 0).returncode == 0


def test_calibrating_sets_the_threshold_of_a_store(
    command: Run, small_set: Path, tmp_path: Path, real_encoder: Any
) -> None:
    own = tmp_path / "own"
    refresh(newspapers.write(tmp_path / "articles", newspapers.ROWS[:1]), own, real_encoder)
    ran = command("eval", small_set, "--calibrate", "--store", own)
    assert ran.returncode == 0, ran.stderr
    with Corpus(Settings(store=str(own))) as corpus:
        assert set(json.loads(corpus.snapshot.note(CALIBRATION) or "{}")) == {"slope", "intercept", "threshold"}
        assert corpus.ask("Who is the city engineer?").answered


def test_calibrating_a_store_that_is_not_there_is_told_before_the_work(
    command: Run, small_set: Path, tmp_path: Path
) -> None:
    ran = command("eval", small_set, "--calibrate", "--store", tmp_path / "nowhere", "--save", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "askcorpus index" in ran.stderr
