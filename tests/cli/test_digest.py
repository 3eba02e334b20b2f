"""What does a shell see of `askcorpus digest`?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from askcorpus.cli import main


def run(capfd: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(a) for a in arguments])
    captured = capfd.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, captured.out, captured.err


def test_the_newest_stories_are_shown_what_shares_a_name_under_it(
    capfd: pytest.CaptureFixture[str], news_store: Path
) -> None:
    status, out, err = run(capfd, "digest", "-n", 4, "--store", news_store)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "[1] The mayor of Tarnby, Ada Berg, opened the new swimming pool on Saturday."
    under = lines[lines.index("Karlholm") :]
    assert lines[lines.index("Karlholm") - 1] == ""
    assert [line[:3] for line in under if line.startswith("[")] == ["[3]", "[4]"]


def test_words_say_of_which_days_and_of_what_and_nothing_new_is_status_3(
    capfd: pytest.CaptureFixture[str], news_store: Path
) -> None:
    status, out, _ = run(capfd, "digest", "March", "2026", "--json", "--store", news_store)
    told = json.loads(out)
    assert (status, told["about"], told["filter"]) == (0, "", {"since": "2026-03-01", "until": "2026-03-31"})
    assert [[c["article"]["id"] for c in story] for story in told["stories"]] == [["bridge-again", "bridge"], ["fr"]]
    status, out, _ = run(capfd, "digest", "Karlholm", "--json", "--store", news_store)
    assert {story[0]["article"]["id"] for story in json.loads(out)["stories"]} == {"fire-11", "fire-14"}
    assert run(capfd, "digest", "week", "Atlantis", "--store", news_store)[0] == 3
    assert run(capfd, "digest", "-n", 0, "--store", news_store)[0] == 2
