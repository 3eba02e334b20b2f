"""What does `askcorpus eval` say and keep?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import newspapers

from askcorpus.corpus import CALIBRATION, Corpus
from askcorpus.encoder import Encoder
from askcorpus.indexing.run import refresh
from askcorpus.settings import Settings

if TYPE_CHECKING:
    from conftest import Here


def test_eval_prints_a_table_or_one_object_and_saves_every_outcome(here: Here, small_set: Path, tmp_path: Path) -> None:
    status, out, err = here("eval", small_set, "--json", "--save", tmp_path / "out.jsonl")
    assert status == 0, err
    found = json.loads(out)
    assert (found["questions"], found["answerable"], found["hit@1"], found["quote_hit@1"]) == (4, 3, 1.0, 1.0)
    saved = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(row["id"], row["quote_hit"]) for row in saved] == [("q1", True), ("q2", True), ("q3", True), ("q4", False)]


def test_eval_keeps_a_store_and_asks_it_again(here: Here, small_set: Path, tmp_path: Path) -> None:
    status, out, err = here("eval", small_set, "--in-store", tmp_path / "kept", "--mode", "lexical", "--limit", 2)
    assert status == 0, err
    assert "hit@1" in out
    assert here("ask", "Who is the city engineer?", "--store", tmp_path / "kept", "--threshold", 0)[0] == 0


def test_calibrating_sets_the_threshold_of_a_store(
    here: Here, small_set: Path, tmp_path: Path, real_encoder: Encoder
) -> None:
    own = tmp_path / "own"
    refresh(newspapers.write(tmp_path / "articles", newspapers.ROWS[:1]), own, real_encoder)
    status, _, err = here("eval", small_set, "--calibrate", "--store", own)
    assert status == 0, err
    with Corpus(Settings(store=str(own))) as corpus:
        assert set(json.loads(corpus.snapshot.note(CALIBRATION) or "{}")) == {"slope", "intercept", "threshold"}
        assert corpus.ask("Who is the city engineer?").answered


def test_calibrating_a_store_that_is_not_there_is_told_before_the_work(
    here: Here, small_set: Path, tmp_path: Path
) -> None:
    status, out, err = here(
        "eval", small_set, "--calibrate", "--store", tmp_path / "nowhere", "--save", tmp_path / "out.jsonl"
    )
    assert not (tmp_path / "out.jsonl").exists()
    assert (status, out) == (1, "")
    assert "askcorpus index" in err
