from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Here

FIRST = (
    "Bees on city roofs\n\nBeekeepers of Valmorin keep bees on roofs. The honey is sold on Saturdays at the market.\n"
)
NEWS = (
    "Odrava gets a lithium plant\n\nTellmar will build a lithium plant at Odrava. The plant at Odrava will employ 390 people, the"
    " company Tellmar said on Monday.\n"
)
QUESTION = "How many people will the lithium plant at Odrava employ?"


def test_a_question_is_saved_tells_its_news_once_and_is_ended(here: Here, tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "bees.txt").write_text(FIRST, "utf-8")
    assert here("index", "articles")[0] == 0
    assert here("watch-question")[0] == 3  # nothing is saved
    status, out, said = here("watch-question", QUESTION)
    assert (status, out) == (0, "")
    assert said.startswith("saved; ")
    assert here("watch-question", QUESTION)[:2] == (3, "")
    (tmp_path / "articles" / "plant.txt").write_text(NEWS, "utf-8")
    assert here("index", "articles")[0] == 0
    status, out, _ = here("watch-question", "--json")
    told = json.loads(out)
    assert status == 0
    assert told["question"] == QUESTION
    assert (
        told["citations"][0]["quote"]
        == "The plant at Odrava will employ 390 people, the company Tellmar said on Monday."
    )
    assert here("watch-question", "--json")[:2] == (3, "")
    assert here("watch-question", "--list")[:2] == (0, QUESTION + "\n")
    assert here("watch-question", "--end", QUESTION)[0] == 0
    assert here("watch-question", "--list")[:2] == (0, "")
    status, _, said = here("watch-question", "--end", QUESTION)
    assert status == 2
    assert "is not saved" in said
    (tmp_path / "embeddings" / ".saved-questions.json").write_text("[]", "utf-8")
    assert here("watch-question")[0] == 1


def test_without_a_store_nothing_is_saved(here: Here, tmp_path: Path) -> None:
    status, _, said = here("watch-question", "When?")
    assert status == 1
    assert "embeddings" in said
    assert list(tmp_path.iterdir()) == []
