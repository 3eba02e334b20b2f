"""What goes from a reading process to its parent, and when."""

from __future__ import annotations

from askcorpus.articles.worker import frames


def test_a_reading_process_says_what_it_has_before_its_parent_gives_it_up() -> None:
    now = iter(range(100))
    assert list(frames("abc", clock=lambda: next(now))) == [["a"], ["b"], ["c"]]
    assert list(frames("abc", clock=lambda: 0.0)) == [["a", "b", "c"]]
    assert [len(frame) for frame in frames("a" * 600, clock=lambda: 0.0)] == [256, 256, 88]
    assert list(frames("", clock=lambda: 0.0)) == []
