from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

FIRST = (
    "Bees on city roofs\n\nBeekeepers of Valmorin keep bees on roofs. The honey is sold on Saturdays at the market.\n"
)
NEWS = (
    "Odrava gets a lithium plant\n\nTellmar will build a lithium plant at Odrava. The plant at Odrava will employ 390 people, the"
    " company Tellmar said on Monday.\n"
)
QUESTION = "How many people will the lithium plant at Odrava employ?"


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ASKCORPUS_")} | {"LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "askcorpus", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_a_question_is_saved_tells_its_news_once_and_is_ended(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "bees.txt").write_text(FIRST, "utf-8")
    assert run(tmp_path, "index", "articles")[0] == 0
    assert run(tmp_path, "watch-question")[0] == 3  # nothing is saved
    status, out, said = run(tmp_path, "watch-question", QUESTION)
    assert (status, out) == (0, "")
    assert said.startswith("saved; ")
    assert run(tmp_path, "watch-question", QUESTION)[:2] == (3, "")
    (tmp_path / "articles" / "plant.txt").write_text(NEWS, "utf-8")
    assert run(tmp_path, "index", "articles")[0] == 0
    status, out, _ = run(tmp_path, "watch-question", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["question"] == QUESTION
    assert (
        told["citations"][0]["quote"]
        == "The plant at Odrava will employ 390 people, the company Tellmar said on Monday."
    )
    assert run(tmp_path, "watch-question", "--json")[:2] == (3, "")
    assert run(tmp_path, "watch-question", "--list")[:2] == (0, QUESTION + "\n")
    assert run(tmp_path, "watch-question", "--end", QUESTION)[0] == 0
    assert run(tmp_path, "watch-question", "--list")[:2] == (0, "")
    status, _, said = run(tmp_path, "watch-question", "--end", QUESTION)
    assert status == 2
    assert "is not saved" in said
    (tmp_path / "embeddings" / ".saved-questions.json").write_text("[]", "utf-8")
    assert run(tmp_path, "watch-question")[0] == 1


def test_without_a_store_nothing_is_saved(tmp_path: Path) -> None:
    status, _, said = run(tmp_path, "watch-question", "When?")
    assert status == 1
    assert "embeddings" in said
    assert list(tmp_path.iterdir()) == []
