"""Are the identifier's tables unpacked once, and is a cache that is broken or closed no hindrance?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from askcorpus.language import identifier


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASKCORPUS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def lies_there(tables: identifier.Tables) -> bool:
    """Whether they are read from where they lie in the cache, mapped into memory."""
    return isinstance(tables.likelihoods.base, np.memmap)


def test_the_tables_in_the_cache_are_those_of_the_package(cache: Path) -> None:
    unpacked, lying = identifier.tables(), identifier.tables()
    assert not lies_there(unpacked)
    assert lies_there(lying)
    assert lying.labels == unpacked.labels
    for name in ("likelihoods", "priors", "next_state", "row", "output"):
        assert np.array_equal(getattr(lying, name), getattr(unpacked, name))


def test_tables_that_are_cut_short_are_unpacked_again(cache: Path) -> None:
    identifier.tables()
    (broken,) = cache.rglob("likelihoods.npy")
    broken.write_bytes(broken.read_bytes()[:1000])
    assert not lies_there(identifier.tables())
    assert lies_there(identifier.tables())


def test_a_cache_that_cannot_be_written_is_done_without(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    assert identifier.tables().labels
    assert cache.read_text() == "a file where the folder should be"


def test_a_text_is_in_the_language_that_ranks_first() -> None:
    text = "Der Rat der Stadt beschloss gestern den Bau einer neuen Brücke."
    language, share = identifier.classified(text)
    assert identifier.ranked(text)[0] == (language, share)
    assert language == "de"
    assert share > 0.9
